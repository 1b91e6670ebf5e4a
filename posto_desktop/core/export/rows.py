"""What is exported of a post."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import unquote, urlsplit

from posto_desktop.formats.post_event import post_uid
from posto_desktop.sdk.records import Schedule

__all__ = ["ExportRow", "media_of", "uid"]

_THIS_COMPUTER = ("127.0.0.1", "localhost", "::1")


class ExportRow(Protocol):
    """A row of the plan with its status as a person calls it (models.schedule_rows.Row): "draft",
    "scheduled", "sending", "sent", "failed", "late", "needs_you" or "other"."""

    @property
    def schedule(self) -> Schedule: ...
    @property
    def status(self) -> str: ...


def media_of(schedule: Schedule) -> list[str]:
    """The files of a post by their addresses; those on this computer by their names, because
    such an address is a key to the file and of no use to anybody else."""
    found = []
    for one in schedule.media:
        try:
            parts = urlsplit(one.url)
            local = parts.hostname in _THIS_COMPUTER
        except ValueError:
            found.append(one.url)  # no address at all
            continue
        found.append(unquote(parts.path.rpartition("/")[2]) if local else one.url)
    return [one for one in found if one]


def uid(schedule: Schedule) -> str:
    """What calendars know a post by, for as long as it lives."""
    return post_uid(schedule.posto_ref, schedule.group_id, schedule.id, schedule.channel_id)
