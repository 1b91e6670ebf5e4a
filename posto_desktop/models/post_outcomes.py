"""Notifications for published and failed posts and for open questions, one per cause."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core.limits import network_name
from posto_desktop.core.posts import headline
from posto_desktop.models.reasons import explain
from posto_desktop.models.schedule_rows import LATE_AFTER, status_of
from posto_desktop.sdk.records import Schedule

__all__ = ["PostOutcome", "PostOutcomes"]

QUIET_SECONDS = 600.0
_TITLE = 60


@dataclass(frozen=True)
class PostOutcome:
    """One notification. ``kind`` is one of `notifications.KINDS`, ``ids`` the posts concerned.

    ``loud`` is False for successes and for a cause reported a moment ago: those only go into the
    list. Outcomes with the same ``about`` share a cause, and counts include earlier ones.
    ``retry``: sending the same again may help.
    """

    kind: Literal["ok", "warning", "error"]
    text: str
    detail: str
    ids: tuple[int, ...]
    loud: bool
    about: str = ""
    retry: bool = False


@dataclass
class _OngoingCause:
    """Cause that is still active: time of the last report, posts, and key."""

    at: float
    ids: set[int]
    about: str


class PostOutcomes:
    """Summarizes finished rows and remembers recently reported causes."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ):
        self._now = now
        self._monotonic = monotonic
        self._causes: dict[tuple[str, ...], _OngoingCause] = {}
        self._overdue: set[str] = set()

    def overdue(
        self, site: str, rows: Iterable[Schedule], hidden: Collection[int] = ()
    ) -> tuple[PostOutcome | None, datetime | None]:
        """Return the warning about a site whose timer seems to be stopped, once until it has caught
        up; and when its next post would be overdue (aware)."""
        now, late, due = self._now(), [], None
        for row in rows:
            if row.status != "not_sent" or row.send_at is None or row.id in hidden:
                continue
            if status_of(row, now) == "late":
                late.append(row.id)
            elif due is None or row.send_at < due:
                due = row.send_at
        next_due = due + LATE_AFTER if due is not None else None
        if not late:
            self._overdue.discard(site)
            return None, next_due
        if site in self._overdue:
            return None, next_due
        self._overdue.add(site)
        text = translate(
            "PostOutcomes",
            "The site has not sent %Ln post(s). Its timer seems to be stopped.",
            "",
            len(late),
        )
        why = translate(
            "PostOutcomes",
            "The timer runs when the site has visitors. Open the site in a browser to start it.",
        )
        return PostOutcome("warning", text, why, tuple(late), True), next_due

    def summarize(self, rows: Iterable[Schedule]) -> list[PostOutcome]:
        """Return the notifications for these rows, failures first."""
        sent: list[Schedule] = []
        causes: dict[tuple[str, ...], list[Schedule]] = {}
        for row in rows:
            status = status_of(row, self._now())
            if status == "sent":
                sent.append(row)
            elif status in ("failed", "late", "needs_you"):
                reason = explain(row, status)
                title = reason.title if reason is not None else ""
                causes.setdefault((status, row.network, title), []).append(row)
        outcomes = [self._trouble(cause, affected, sent) for cause, affected in causes.items()]
        if sent:
            outcomes.append(_published(sent))
        return outcomes

    def _trouble(
        self, cause: tuple[str, ...], rows: list[Schedule], sent: Iterable[Schedule]
    ) -> PostOutcome:
        """Return a notification of a failure; `sent` are the posts published at the same time."""
        status, slug, title = cause
        now = self._monotonic()
        ids = tuple(row.id for row in rows)
        ongoing = self._causes.get(cause)
        loud = ongoing is None or now - ongoing.at > QUIET_SECONDS
        if ongoing is None or loud:
            about = "\n".join((*cause, f"{self._now():%Y-%m-%dT%H:%M:%S.%f}"))
            ongoing = self._causes[cause] = _OngoingCause(now, set(), about)
        ongoing.at = now
        ongoing.ids.update(ids)
        network = network_name(slug) or translate("PostOutcomes", "the network")
        reason = explain(rows[0], status)
        text = reason.text if reason is not None else ""
        count = len(ongoing.ids)
        sentence = _trouble(status, rows[0], count, network)
        if status == "needs_you":
            return PostOutcome("warning", sentence, text, ids, loud, ongoing.about)
        if status == "late":
            return PostOutcome("warning", sentence, title, ids, loud, ongoing.about)
        detail = f"{title}. {text}" if title else text
        if count == 1:
            detail = " ".join(part for part in (detail, _elsewhere(rows[0], sent)) if part)
        retry = reason is None or reason.fix == "retry"
        return PostOutcome("error", sentence, detail, ids, loud, ongoing.about, retry)


def _trouble(status: str, row: Schedule, count: int, network: str) -> str:
    """Return what is wrong with `row`, or with so many posts."""
    #: {what}: the beginning of a post in quotation marks, or "A post for Galerie Nord".
    match status:
        case "needs_you" if count == 1:
            sentence = translate(
                "PostOutcomes", "{what} may already be on {network}. Open it and choose what to do."
            )
        case "needs_you":
            sentence = translate(
                "PostOutcomes",
                "%Ln post(s) may already be on {network}. Open (it/them) and choose what to do.",
                "",
                count,
            )
        case "late" if count == 1:
            sentence = translate("PostOutcomes", "{what} was not sent")
        case "late":
            sentence = translate("PostOutcomes", "%Ln post(s) (was/were) not sent", "", count)
        case _ if count == 1:
            sentence = translate("PostOutcomes", "{what} was not published on {network}")
        case _:
            sentence = translate(
                "PostOutcomes", "%Ln post(s) (was/were) not published on {network}", "", count
            )
    return sentence.format(what=_title(row), network=network)


def _published(rows: list[Schedule]) -> PostOutcome:
    """Return one notification for all posts published at once."""
    messages: dict[str, Schedule] = {}
    for row in rows:
        messages.setdefault(row.group_id or f"#{row.id}", row)
    networks = list(dict.fromkeys(network_name(row.network) for row in rows if row.network))
    network_names = listed(networks)
    if len(messages) == 1:
        #: {what}: the beginning of a post in quotation marks, or "A post for Galerie Nord".
        text = translate("PostOutcomes", "{what} is published").format(what=_title(rows[0]))
        detail = (
            translate("PostOutcomes", "On {networks}").format(networks=network_names)
            if network_names
            else ""
        )
    else:
        text = translate("PostOutcomes", "%Ln post(s) (is/are) published", "", len(rows))
        detail = listed(_title(row) for row in list(messages.values())[:3])
        if len(messages) > 3:
            #: {titles}: beginnings of posts.
            detail = translate(
                "PostOutcomes", "{titles} and %n more", "", len(messages) - 3
            ).format(titles=detail)
    return PostOutcome("ok", text, detail, tuple(row.id for row in rows), False)


def _elsewhere(row: Schedule, sent: Iterable[Schedule]) -> str:
    """Return the sentence about networks on which the same message is published."""
    slugs = [
        sent_row.network
        for sent_row in sent
        if sent_row.group_id and sent_row.group_id == row.group_id
    ]
    names = dict.fromkeys(network_name(slug) for slug in slugs if slug)
    if not names:
        return ""
    return translate("PostOutcomes", "It is published on {networks}.").format(
        networks=listed(names)
    )


def _title(row: Schedule) -> str:
    line = headline(row.text, _TITLE)
    if line:
        return f"“{line}”"
    return translate("PostOutcomes", "A post for {channel}").format(
        channel=row.channel_name or row.network
    )
