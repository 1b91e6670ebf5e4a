"""Fields of an exported post."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import unquote, urlsplit

from posto_desktop.formats.post_event import post_uid
from posto_desktop.sdk.records import Schedule

__all__ = ["ExportRow", "media_of", "uid"]

_THIS_COMPUTER = ("127.0.0.1", "localhost", "::1")


class ExportRow(Protocol):
    """A row of the schedule with its status (models.schedule_rows.Row): "draft", "scheduled",
    "sending", "sent", "failed", "late", "needs_you" or "other"."""

    @property
    def schedule(self) -> Schedule: ...
    @property
    def status(self) -> str: ...


def media_of(schedule: Schedule) -> list[str]:
    """Return the addresses of a post's files. Files on this computer give their names: their
    address contains a key and is useless elsewhere."""
    names = []
    for file in schedule.media:
        try:
            parts = urlsplit(file.url)
            local = parts.hostname in _THIS_COMPUTER
        except ValueError:
            names.append(file.url)  # not an address
            continue
        names.append(unquote(parts.path.rpartition("/")[2]) if local else file.url)
    return [name for name in names if name]


def uid(schedule: Schedule) -> str:
    """Return the stable id of a post for calendars."""
    return post_uid(schedule.posto_ref, schedule.group_id, schedule.id, schedule.channel_id)
