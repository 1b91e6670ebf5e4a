"""Texts of a message with several posts: their status and their channels."""

from __future__ import annotations

from collections.abc import Callable

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core.limits import network_name
from posto_desktop.models.schedule_messages import MessageRow
from posto_desktop.models.schedule_rows import status_label

__all__ = [
    "channel_summary",
    "channels",
    "message_name",
    "post_lines",
    "sample_summary",
    "status_summary",
]

_MOST_LINES = 20


_COUNTED: dict[str, Callable[[int], str]] = {
    "draft": lambda count: translate("SchedulesModel", "%Ln draft(s)", "", count),
    "scheduled": lambda count: translate("SchedulesModel", "%Ln scheduled", "", count),
    "proposed": lambda count: translate("SchedulesModel", "%Ln to approve", "", count),
    "returned": lambda count: translate("SchedulesModel", "%Ln to change", "", count),
    "site": lambda count: translate("SchedulesModel", "%Ln by the site", "", count),
    "sending": lambda count: translate("SchedulesModel", "%Ln sending", "", count),
    "sent": lambda count: translate("SchedulesModel", "%Ln sent", "", count),
    "failed": lambda count: translate("SchedulesModel", "%Ln failed", "", count),
    "late": lambda count: translate("SchedulesModel", "%Ln not sent", "", count),
    "needs_you": lambda count: translate("SchedulesModel", "%Ln (needs/need) you", "", count),
    "other": lambda count: translate("SchedulesModel", "%Ln other(s)", "", count),
}


def status_summary(row: MessageRow) -> str:
    """Return "Sent" if all posts of a message are, else "2 failed, 3 sent"."""
    statuses = row.statuses()
    if len(statuses) == 1:
        return status_label(row.status, row.schedule.status)
    return listed(_COUNTED[status](count) for status, count in statuses)


def sample_summary() -> str:
    """Return a usual summary of two statuses, for the width of its column."""
    return f"{_COUNTED['failed'](2)}, {_COUNTED['sent'](3)}"


def channels(count: int) -> str:
    return translate("SchedulesModel", "%Ln channel(s)", "", count)


def channel_summary(row: MessageRow) -> str:
    """Return "5 networks", or "12 channels" if several are on the same network."""
    networks = len(row.networks())
    return (
        translate("SchedulesModel", "%Ln network(s)", "", networks)
        if networks == len(row.posts)
        else channels(len(row.posts))
    )


def message_name(row: MessageRow) -> str:
    """Return "Message on 5 networks"."""
    return translate("SchedulesModel", "Message on {channels}").format(
        channels=channel_summary(row)
    )


def post_lines(row: MessageRow) -> str:
    """Return a line for each post: "Facebook · Nordlicht Coffee: Failed"."""
    lines = []
    for post in row.posts[:_MOST_LINES]:
        s = post.schedule
        names = " · ".join(name for name in (network_name(s.network), s.channel_name) if name)
        lines.append(f"{names}: {status_label(post.status, s.status)}")
    rest = len(row.posts) - len(lines)
    return "\n".join(
        [*lines, translate("SchedulesModel", "And %Ln more.", "", rest)] if rest else lines
    )
