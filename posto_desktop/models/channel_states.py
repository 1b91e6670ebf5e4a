"""State of a post on each of its channels, and its summary in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.translation import translate
from posto_desktop.core.entries import Entry
from posto_desktop.core.limits import network_name
from posto_desktop.core.posts import PostItem
from posto_desktop.models.delivery_status import DeliveryStatus
from posto_desktop.models.reasons import explain
from posto_desktop.models.schedule_rows import status_label, status_of
from posto_desktop.sdk.records import Schedule

__all__ = [
    "TROUBLE",
    "ChannelState",
    "channel_states",
    "headline",
    "partly_word",
    "retry_words",
    "short_name",
    "troubles",
]

TROUBLE = ("needs_you", "failed", "late")
"""Statuses that need attention, the worst first."""

_LONGEST_NAME = 24


@dataclass(frozen=True)
class ChannelState:
    """State on one channel. ``status`` is a status token, or "" for no colour; ``word`` is its
    text; ``why`` is a sentence without full stop. ``is_there``: the service has the post, as far as
    known. ``is_deleted``: the user deleted it there, before or after it was published."""

    item: PostItem
    status: str
    word: str
    why: str = ""
    row: Schedule | None = None
    is_there: bool = True
    is_deleted: bool = False

    @property
    def name(self) -> str:
        return self.item.channel_name or network_name(self.item.network)


def channel_states(
    entry: Entry, delivery_status: DeliveryStatus, now: datetime
) -> list[ChannelState]:
    """Return the state of each channel, those that need attention first; empty until the service
    has a part of the post."""
    if entry.state != "sent" and not entry.taken:
        return []
    rows = {row.channel_id: row for row in delivery_status.rows}
    deleted = {
        name
        for step in entry.steps
        if step.kind == "deleted"
        for name in step.detail.split(", ")
        if name
    }
    own = set(entry.channel_ids)
    states = [
        _of_row(item, rows[item.channel_id], now)
        if item.channel_id in rows
        else _without_row(item, entry, delivery_status, deleted)
        for item in entry.items
    ]
    # A channel that was reconnected has another id in the schedule.
    states += [
        _of_row(PostItem(row.channel_id, row.channel_name, row.network, "", {}), row, now)
        for row in delivery_status.rows
        if row.channel_id not in own
    ]
    rank = {status: place for place, status in enumerate(TROUBLE)}
    return sorted(states, key=lambda state: rank.get(state.status, len(rank)))


def _of_row(item: PostItem, row: Schedule, now: datetime) -> ChannelState:
    status = status_of(row, now)
    reason = explain(row, status)
    word = status_label(status, row.status)
    return ChannelState(item, status, word, reason.title if reason is not None else "", row)


def _without_row(
    item: PostItem, entry: Entry, delivery_status: DeliveryStatus, deleted: set[str]
) -> ChannelState:
    if item in entry.missing:
        if entry.state == "unclear":
            return ChannelState(item, "needs_you", status_label("needs_you"), _unlisted())
        if entry.state in ("uploading", "handing_over"):
            return ChannelState(item, "sending", status_label("sending"), is_there=False)
        if entry.state == "waiting":
            return ChannelState(
                item, "draft", translate("ChannelStates", "Waiting"), is_there=False
            )
        if entry.code == "given_up":
            return ChannelState(
                item, "", translate("ChannelStates", "Given up by you"), is_there=False
            )
        return ChannelState(
            item, "failed", translate("ChannelStates", "Not accepted"), _why_missing(entry)
        )
    if item.channel_name in deleted:
        return ChannelState(
            item, "", translate("ChannelStates", "Deleted by you"), is_there=False, is_deleted=True
        )
    if delivery_status.kind == "edited":
        return ChannelState(item, "", translate("ChannelStates", "Edited by you"), is_there=False)
    if delivery_status.kind == "gone" or (delivery_status.rows and delivery_status.is_settled):
        return ChannelState(item, "", _unlisted(), is_there=False)
    if delivery_status.kind == "scheduled":
        return ChannelState(item, "scheduled", status_label("scheduled"))
    return ChannelState(item, "", translate("ChannelStates", "Accepted"))


def _unlisted() -> str:
    return translate("ChannelStates", "Not in the schedule")


def _why_missing(entry: Entry) -> str:
    """Return the service's complaint about a missing post, or the fact that it is missing."""
    complaint = entry.complaint.message if entry.complaint is not None else ""
    return in_users_language(complaint).rstrip(". ") or _unlisted()


def _good(states: Sequence[ChannelState]) -> list[ChannelState]:
    return [state for state in states if state.is_there and state.status not in TROUBLE]


def headline(states: Sequence[ChannelState]) -> str:
    """Return for how many channels the post is fine, in one line; "" for all or none."""
    good = _good(states)
    if not 0 < len(good) < len(states):
        return ""
    total = len(states)
    sentence = translate("ChannelStates", "Accepted for {n} of %n channel(s)", "", total)
    if all(state.status == "sent" for state in good):
        # What was deleted may have been sent before.
        if all(state.is_deleted for state in states if state not in good):
            return translate("ChannelStates", "%n deleted by you", "", len(states) - len(good))
        sentence = translate("ChannelStates", "Sent to {n} of %n channel(s)", "", total)
    elif all(state.status == "scheduled" for state in good):
        sentence = translate("ChannelStates", "Scheduled for {n} of %n channel(s)", "", total)
    return sentence.format(n=len(good))


def partly_word(states: Sequence[ChannelState]) -> str:
    """Return the pill's text for a post that failed in part; "" if it failed for all or none."""
    good = _good(states)
    if not 0 < len(good) < len(states):
        return ""
    planned = all(state.status == "scheduled" for state in good)
    return (
        translate("ChannelStates", "Partly scheduled")
        if planned
        else translate("ChannelStates", "Partly sent")
    )


def troubles(states: Sequence[ChannelState]) -> list[str]:
    """Return the distinct reasons, each with its channels unless it affects all of them."""
    states_by_reason: dict[str, list[ChannelState]] = {}
    for state in states:
        if state.status in TROUBLE and state.why:
            states_by_reason.setdefault(state.why, []).append(state)
    return [
        why
        if len(affected) == len(states) or _names_it(why, affected)
        else f"{', '.join(state.name for state in affected)}: {why}"
        for why, affected in states_by_reason.items()
    ]


def _names_it(why: str, states: Sequence[ChannelState]) -> bool:
    """Return True if a reason names its channels itself."""
    return all(
        network_name(state.item.network) in why or state.item.channel_name in why
        for state in states
    )


def short_name(item: PostItem, among: Sequence[PostItem]) -> str:
    """Return a short channel name for a button: the network, if that is unique."""
    name = network_name(item.network)
    if sum(candidate.network == item.network for candidate in among) > 1:
        name = item.channel_name or name
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"


def retry_words(states: Sequence[ChannelState]) -> str:
    """Return the text of the Retry button."""
    failed = [state.item for state in states if state.status == "failed"]
    if len(failed) == len(states):
        many = len(failed)
        return (
            translate("ChannelStates", "Retry %n post(s)", "", many)
            if many > 1
            else translate("ChannelStates", "Retry")
        )
    if len(failed) == 1:
        name = short_name(failed[0], [state.item for state in states])
        return translate("ChannelStates", "Retry {channel}").format(channel=name)
    return translate("ChannelStates", "Retry %n channel(s)", "", len(failed))
