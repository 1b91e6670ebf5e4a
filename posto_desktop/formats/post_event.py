"""Calendar event of a post, as used by the app's export and by the local server's feed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from posto_desktop.common.translation import translatable, translate
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
"""Drafts, late posts, and those that need the user are tentative."""
_WORDS = {
    "draft": translatable("PostEvent", "draft"),
    "proposed": translatable("PostEvent", "waiting for approval"),
    "returned": translatable("PostEvent", "changes requested"),
    "scheduled": translatable("PostEvent", "scheduled"),
    "sending": translatable("PostEvent", "sending"),
    "sent": translatable("PostEvent", "sent"),
    "failed": translatable("PostEvent", "failed"),
    "late": translatable("PostEvent", "late"),
    "needs_you": translatable("PostEvent", "needs you"),
    "other": translatable("PostEvent", "other"),
}


def post_uid(posto_ref: str | None, group_id: str, row_id: int, channel_id: int) -> str:
    """Return the stable and unique id of a post: its message (the mark that Posto gives each, else
    the service's group) and its channel. The row's number changes when a service moves a post by
    copying it."""
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
    """Return the event of a post; `network` is its name, `status` its shown status ("scheduled",
    "sent", "needs_you", …), `media` addresses."""
    first = " ".join(text[: 10 * _TITLE].split()) or channel or network
    if len(first) > _TITLE:
        first = f"{first[: _TITLE - 1].rstrip()}…"
    channel_text = " · ".join(part for part in (network, channel) if part)
    words = translate("PostEvent", _WORDS.get(status, status))
    status_line = translate("PostEvent", "Status: {status}").format(status=words)
    facts = [channel_text, status_line, error, *media]
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
