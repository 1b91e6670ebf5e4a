"""Texts of a row on the Activity page: one line with its numbers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.entries import ASKED, HELD, SLOW, Entry, UploadProgress
from posto_desktop.models import dates
from posto_desktop.models.channel_states import (
    ChannelState,
    channel_states,
    headline,
    partly_word,
    troubles,
)
from posto_desktop.models.delivery_status import DeliveryStatus
from posto_desktop.models.numbers import decimal

__all__ = ["MOVING", "OutboxLine", "OutboxWords", "asked_words", "megabytes"]

MOVING = -1.0
"""Progress value of an indeterminate bar."""


def megabytes(size: int) -> str:
    """Return "38" or "1.2": decimal megabytes without the unit."""
    value = size / 1_000_000
    return decimal(value, 0 if value >= 10 else 1)


def _of(sent: int, total: int) -> str:
    if total < 100_000:  # "0.0 MB" says nothing
        return translate("OutboxModel", "{sent} of {total} kB").format(
            sent=sent // 1000, total=-(-total // 1000)
        )
    return translate("OutboxModel", "{sent} of {total} MB").format(
        sent=megabytes(sent), total=megabytes(total)
    )


@dataclass(frozen=True)
class OutboxLine:
    """Text of a row.

    ``pill`` is a status token, "neutral" or "" for none; ``strong`` the text in or instead of the
    pill, ``icon`` that of a neutral pill, ``detail`` the rest; ``fraction`` is None without a
    progress bar, `MOVING`, or 0 to 1.
    """

    pill: str
    strong: str
    detail: str
    icon: str = ""
    fraction: float | None = None

    @property
    def accessible_text(self) -> str:
        return ", ".join(part for part in (self.strong, self.detail) if part)


@dataclass
class _Pace:
    """Start of an upload's measurement: time and bytes sent."""

    started: float
    sent: int


class OutboxWords:
    """Turns entries and their delivery status into lines.

    ``host`` is the service's name for "to …"; ``paused`` is True while sending is paused; ``held``
    has the ids of entries paused individually.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        zone: tzinfo | None = None,
    ):
        self._now = now
        self._monotonic = monotonic
        self._zone = zone
        self._paces: dict[str, _Pace] = {}
        self.host = ""
        self.paused = False
        self.held: set[str] = set()

    def follow_paces(self, entries: Iterable[Entry]) -> None:
        """Start measuring the speed of new uploads."""
        uploading = {entry.id: entry for entry in entries if entry.progress is not None}
        self._paces = {key: pace for key, pace in self._paces.items() if key in uploading}
        for key, entry in uploading.items():
            if key not in self._paces and entry.progress is not None:
                self._paces[key] = _Pace(self._monotonic(), entry.progress.sent)

    def line(self, entry: Entry, delivery_status: DeliveryStatus) -> OutboxLine:
        """Return the state of an entry in one line with its numbers."""
        describe = {
            "waiting": self._waiting,
            "uploading": self._uploading,
            "handing_over": self._handing_over,
            "refused": self._refused,
            "cancelled": self._cancelled,
        }.get(entry.state)
        if describe is not None:
            return describe(entry)
        return (
            self._unclear(entry, delivery_status)
            if entry.state == "unclear"
            else self._handed_over(entry, delivery_status)
        )

    def _handed_over(self, entry: Entry, delivery_status: DeliveryStatus) -> OutboxLine:
        when = dates.short_when(delivery_status.at, self._now(), self._zone)
        today = self._is_today(delivery_status.at)
        past = dates.clock(delivery_status.at, self._zone) if today else when
        states = channel_states(entry, delivery_status, self._now())
        head = headline(states)
        detail = head or self._some_sent(delivery_status)
        if delivery_status.kind == "scheduled":
            return OutboxLine(
                #: Status: it has a time and will be sent then.
                "scheduled",
                #: Status: it has a time and will be sent then.
                translate("OutboxModel", "Scheduled"),
                _join(when, detail),
            )
        if delivery_status.kind == "sending":
            return OutboxLine("sending", translate("OutboxModel", "Sending"), detail)
        if delivery_status.kind == "sent":
            #: Status.
            return OutboxLine("sent", translate("OutboxModel", "Sent"), _join(past, head))
        if delivery_status.kind in ("failed", "late"):
            whole = (
                #: Status.
                translate("OutboxModel", "Failed")
                if delivery_status.kind == "failed"
                else translate("OutboxModel", "Not sent")
            )
            why = "; ".join(troubles(states))
            return OutboxLine(
                delivery_status.kind, partly_word(states) or whole, _sentences(head, why)
            )
        if delivery_status.kind == "needs_you":
            return OutboxLine(
                "needs_you",
                translate("OutboxModel", "Needs you"),
                _sentences(head, _maybe_out(states)),
            )
        if delivery_status.kind == "deleted":
            return OutboxLine(
                "neutral", translate("OutboxModel", "Deleted by you"), past, "trash-2"
            )
        if delivery_status.kind == "edited":
            return OutboxLine("neutral", translate("OutboxModel", "Edited by you"), past, "pencil")
        if delivery_status.kind == "gone":
            detail = translate("OutboxModel", "Accepted, but its status is unknown")
            return OutboxLine(
                "neutral", translate("OutboxModel", "Not in the schedule"), detail, "circle-help"
            )
        words = translate("OutboxModel", "Accepted")
        if entry.workspace == LOCAL:
            words = translate("OutboxModel", "Saved on this computer")
        return OutboxLine("sent", words, past)

    def _some_sent(self, delivery_status: DeliveryStatus) -> str:
        if not 0 < delivery_status.sent < len(delivery_status.rows):
            return ""
        return translate("OutboxModel", "%n of {total} sent", "", delivery_status.sent).format(
            total=len(delivery_status.rows)
        )

    def _is_today(self, moment: datetime) -> bool:
        local_day = dates.local(moment, self._zone).date()
        return local_day == dates.local(self._now(), self._zone).date()

    def _waiting(self, entry: Entry) -> OutboxLine:
        if self.paused or entry.id in self.held:
            return OutboxLine(
                "neutral",
                translate("OutboxModel", "Paused"),
                translate("OutboxModel", "continues when you resume"),
                "pause",
            )
        detail = entry.reason
        if entry.code == HELD and entry.next_try is not None:
            seconds = max(0, round((entry.next_try - self._now()).total_seconds()))
            detail = translate("OutboxModel", "can be undone for {n} s").format(n=seconds)
            return OutboxLine("neutral", translate("OutboxModel", "Held"), detail, "clock")
        if entry.code == ASKED and entry.next_try is not None:
            return OutboxLine(
                "neutral",
                translate("OutboxModel", "Waiting"),
                self._asked(entry, entry.next_try),
                "clock",
            )
        if entry.next_try is not None:
            soon = self._countdown(entry.next_try)
            detail = f"{detail.rstrip('.')}, {soon}" if detail else soon
        if entry.code == "offline":
            return OutboxLine(
                "neutral", translate("OutboxModel", "Waiting for network"), detail, "wifi-off"
            )
        if entry.code == "sign_in":
            return OutboxLine(
                "neutral",
                translate("OutboxModel", "Waiting for sign-in"),
                entry.reason,
                "key-round",
            )
        if entry.next_try is not None or entry.reason:
            return OutboxLine("neutral", translate("OutboxModel", "Waiting"), detail, "clock")
        return OutboxLine(
            "neutral",
            translate("OutboxModel", "Next in line"),
            translate("OutboxModel", "starts automatically"),
            "list-end",
        )

    def _asked(self, entry: Entry, moment: datetime) -> str:
        """Return the text for a host that asked to wait; all of its entries wait until then."""
        seconds = (moment - self._now()).total_seconds()
        if seconds >= 90:
            return asked_words(entry, moment, self._zone)
        soon = translate("OutboxModel", "sending continues now")
        if seconds >= 1:
            soon = translate("OutboxModel", "sending continues in {n} s").format(n=round(seconds))
        return f"{entry.reason.rstrip('.')}; {soon}"

    def _countdown(self, moment: datetime) -> str:
        seconds = (moment - self._now()).total_seconds()
        if seconds < 1:
            return translate("OutboxModel", "next try now")
        if seconds < 90:
            return translate("OutboxModel", "next try in {n} s").format(n=round(seconds))
        if seconds < 90 * 60:
            return translate("OutboxModel", "next try in {n} min").format(n=round(seconds / 60))
        return translate("OutboxModel", "next try at {time}").format(
            time=dates.clock(moment, self._zone)
        )

    def _uploading(self, entry: Entry) -> OutboxLine:
        progress = entry.progress
        slow = entry.reason if entry.code == SLOW else ""
        if progress is None:
            return OutboxLine("", translate("OutboxModel", "Uploading"), slow, fraction=MOVING)
        if progress.made is not None:
            return OutboxLine(
                "",
                translate("OutboxModel", "Converting"),
                translate("OutboxModel", "{file}, {percent} %").format(
                    file=progress.file_name, percent=int(100 * progress.made)
                ),
                fraction=progress.made,
            )
        strong = translate("OutboxModel", "Uploading {n} of {total}").format(
            n=progress.file_number, total=progress.file_count
        )
        parts = [progress.file_name]
        if progress.total:
            parts.append(_of(progress.sent, progress.total))
        left = self._time_left(entry.id, progress) if not slow else ""
        if left:
            parts.append(left)
        return OutboxLine(
            "", strong, _sentences(", ".join(parts), slow), fraction=progress.fraction
        )

    def _time_left(self, key: str, progress: UploadProgress) -> str:
        pace = self._paces.get(key)
        if pace is None:
            return ""
        took = self._monotonic() - pace.started
        sent = progress.sent - pace.sent
        if took < 3 or sent <= 0:
            return ""  # too early to estimate
        seconds = (progress.total - progress.sent) * took / sent
        if seconds < 5:
            return ""
        if seconds < 90:
            return translate("OutboxModel", "about {n} s left").format(n=round(seconds / 5) * 5)
        return translate("OutboxModel", "about {n} min left").format(n=round(seconds / 60))

    def _handing_over(self, entry: Entry) -> OutboxLine:
        words = (
            translate("OutboxModel", "Sending to {host}").format(host=self.host)
            if self.host
            else translate("OutboxModel", "Sending")
        )
        if entry.workspace == LOCAL:
            words = translate("OutboxModel", "Saving…")
        if entry.code == SLOW:
            return OutboxLine("", words, entry.reason, fraction=MOVING)
        if entry.reason:
            return OutboxLine(
                "", translate("OutboxModel", "Checking for the post"), entry.reason, fraction=MOVING
            )
        return OutboxLine("", words, "", fraction=MOVING)

    def _refused(self, entry: Entry) -> OutboxLine:
        if entry.code == "missed":
            return OutboxLine("late", translate("OutboxModel", "Not sent"), entry.reason)
        return OutboxLine(
            "failed",
            #: Status.
            translate("OutboxModel", "Failed"),
            entry.reason or translate("OutboxModel", "No reason was given"),
        )

    def _unclear(self, entry: Entry, delivery_status: DeliveryStatus) -> OutboxLine:
        if entry.taken:
            states = channel_states(entry, delivery_status, self._now())
            detail = _sentences(headline(states), _maybe_out(states))
            return OutboxLine("needs_you", translate("OutboxModel", "Needs you"), detail)
        reason = entry.reason or translate("OutboxModel", "No clear answer came back")
        detail = translate("OutboxModel", "May already be published: {reason}").format(
            reason=reason
        )
        return OutboxLine("needs_you", translate("OutboxModel", "Needs you"), detail)

    def _cancelled(self, entry: Entry) -> OutboxLine:
        at = entry.updated_at
        when = dates.clock(at, self._zone)
        if not self._is_today(at):
            when = dates.short_when(at, self._now(), self._zone)
        return OutboxLine("neutral", translate("OutboxModel", "Cancelled"), when, "x")


def asked_words(entry: Entry, moment: datetime, zone: tzinfo | None) -> str:
    """Return the text of an entry with the code `ASKED`: "…; sending continues at 10:32"."""
    soon = translate("OutboxModel", "sending continues at {time}").format(
        time=dates.clock(moment, zone)
    )
    return f"{entry.reason.rstrip('.')}; {soon}"


def _join(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _sentences(*parts: str) -> str:
    return ". ".join(part for part in parts if part)


def _maybe_out(states: Sequence[ChannelState]) -> str:
    """Return the question with its channels, unless it concerns all."""
    names = [state.name for state in states if state.status == "needs_you"]
    if not names or len(names) == len(states):
        return translate("OutboxModel", "May already be published")
    return translate("OutboxModel", "It may already be on {channels}").format(
        channels=listed(names)
    )
