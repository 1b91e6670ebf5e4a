"""How a post is told in a calendar, by the app's file and by the workspace's address alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from posto_desktop.formats.icalendar import Event, Status

__all__ = ["PRODUCT", "post_event", "post_uid"]

PRODUCT = "Posto//Posto Desktop"
_TITLE = 80
_STATUS: dict[str, Status] = {
    "scheduled": "CONFIRMED",
    "sending": "CONFIRMED",
    "sent": "CONFIRMED",
    "failed": "CANCELLED",
}
"""Drafts, what is late, and what the user must decide about are tentative."""


def post_uid(posto_ref: str | None, group_id: str, row_id: int, channel_id: int) -> str:
    """The same for a post as long as it lives, and no other's: its message (the mark that Posto
    gives each, else the service's group) and its channel. The number of a row would not do: it
    changes where a service moves a post by making it anew."""
    return f"{posto_ref or group_id or f'row-{row_id}'}-{channel_id}@posto"


def post_event(
    uid: str,
    start: datetime,
    stamp: datetime,
    *,
    network: str,
    channel: str,
    text: str,
    status: str,
    error: str = "",
    media: Iterable[str] = (),
    link: str = "",
) -> Event:
    """The event of a post; `network` is its name, `status` what a person calls it ("scheduled",
    "sent", "needs_you", …), `media` addresses."""
    first = " ".join(text[: 10 * _TITLE].split()) or channel or network
    if len(first) > _TITLE:
        first = f"{first[: _TITLE - 1].rstrip()}…"
    where = " · ".join(one for one in (network, channel) if one)
    facts = [where, f"Status: {status.replace('_', ' ')}", error, *media]
    return Event(
        uid=uid,
        start=start,
        stamp=stamp,
        summary=f"{network}: {first}" if network and first != network else first,
        description="\n\n".join(filter(None, (text, "\n".join(filter(None, facts))))),
        url=link,
        status=_STATUS.get(status, "TENTATIVE"),
        categories=(network,) if network else (),
    )
