"""Rows of the schedule table: a schedule with status, day and search text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP

from posto_desktop.common.translation import translate
from posto_desktop.core.schedule_status import LATE_AFTER, PROPOSALS, status_of
from posto_desktop.core.schedule_status import STATUSES as SERVICE_TOKENS
from posto_desktop.models import dates
from posto_desktop.sdk.records import Schedule, ScheduleMedia

__all__ = [
    "CHANNEL",
    "COLUMNS",
    "LATE_AFTER",
    "LINK",
    "MEDIA",
    "NEVER",
    "SORT_KEYS",
    "STATUS",
    "STATUSES",
    "TEXT",
    "TIME",
    "USUAL_STATUSES",
    "DayHead",
    "ScheduleRow",
    "status_label",
    "status_of",
    "status_rank",
]

TIME, STATUS, CHANNEL, TEXT, MEDIA, LINK = range(6)
COLUMNS = (
    #: Title of a column.
    QT_TRANSLATE_NOOP("SchedulesModel", "Time"),
    #: Title of a column.
    QT_TRANSLATE_NOOP("SchedulesModel", "Status"),
    QT_TRANSLATE_NOOP("SchedulesModel", "Channel"),
    #: Title of a column.
    QT_TRANSLATE_NOOP("SchedulesModel", "Text"),
    QT_TRANSLATE_NOOP("SchedulesModel", "Media"),
    #: Title of a column.
    QT_TRANSLATE_NOOP("SchedulesModel", "Link"),
)
STATUSES = (*SERVICE_TOKENS[:4], "site", *SERVICE_TOKENS[4:])
"""Status tokens in display order, with that of posts that the site's planners will make."""
USUAL_STATUSES = tuple(status for status in STATUSES if status not in PROPOSALS)
"""Those of a workspace without a team."""
NEVER = float("inf")
_SEARCHED_CHARS = 20_000


def status_label(key: str, raw: str = "") -> str:
    """Return the pill's text for a status token."""
    words = {
        #: Status of a post.
        "draft": translate("SchedulesModel", "Draft"),
        #: Status: a writer proposed the post, an editor has to approve it.
        "proposed": translate("SchedulesModel", "Waiting for approval"),
        #: Status: an editor asked the writer of the post for changes.
        "returned": translate("SchedulesModel", "Changes requested"),
        #: Status: it has a time and will be sent then.
        "scheduled": translate("SchedulesModel", "Scheduled"),
        #: Status: the web site will post it by itself.
        "site": translate("SchedulesModel", "Site"),
        "sending": translate("SchedulesModel", "Sending"),
        #: Status.
        "sent": translate("SchedulesModel", "Sent"),
        #: Status.
        "failed": translate("SchedulesModel", "Failed"),
        "late": translate("SchedulesModel", "Not sent"),
        "needs_you": translate("SchedulesModel", "Needs you"),
    }
    return words.get(key) or (
        raw.replace("_", " ").strip()[:24].capitalize() or translate("SchedulesModel", "Unknown")
    )


class ScheduleRow:
    """One schedule with precomputed values for sorting, searching and painting.

    ``at`` is its time in Unix seconds, `NEVER` without one; ``folded`` is the case-folded text for
    searching.
    """

    __slots__ = ("at", "day", "folded", "id", "schedule", "status")

    def __init__(self, schedule: Schedule, now: datetime, days: dates.LocalDays):
        self.schedule = schedule
        self.id = schedule.id
        self.status = status_of(schedule, now)
        self.folded = schedule.whole_text[:_SEARCHED_CHARS].casefold()
        send_at = schedule.send_at
        self.day: date | None
        if send_at is None or self.status == "draft":
            self.at = NEVER
            self.day = None
        else:
            self.at = send_at.timestamp()
            self.day = days.day(send_at)

    @property
    def media(self) -> tuple[ScheduleMedia, ...]:
        return self.schedule.media

    @property
    def link(self) -> str:
        return self.schedule.link

    def copy_from(self, other: ScheduleRow) -> None:
        """Copy the content of another row at the same position."""
        self.schedule, self.status, self.folded = other.schedule, other.status, other.folded


class DayHead:
    """Heading above the rows of one day; ``day`` is None for rows without a time."""

    __slots__ = ("count", "day")

    def __init__(self, day: date | None, count: int = 0):
        self.day = day
        self.count = count


# Most urgent first.
_STATUS_ORDER = {
    key: at
    for at, key in enumerate(
        (
            "needs_you",
            "failed",
            "late",
            "returned",
            "proposed",
            "sending",
            "scheduled",
            "site",
            "draft",
            "sent",
        )
    )
}


def status_rank(status: str) -> int:
    """Return the place of a status token, the most urgent one first."""
    return _STATUS_ORDER.get(status, len(_STATUS_ORDER))


SORT_KEYS: dict[int, Callable[[ScheduleRow], Any]] = {
    TIME: attrgetter("at"),
    STATUS: lambda row: status_rank(row.status),
    CHANNEL: lambda row: row.schedule.channel_name.casefold(),
    TEXT: lambda row: row.folded[:200],
    MEDIA: lambda row: len(row.media),
    LINK: lambda row: row.link or "",
}
