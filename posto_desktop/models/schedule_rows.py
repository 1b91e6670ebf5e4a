"""The rows behind the schedule table: a schedule with its status, its day and what is searched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from posto_desktop.models import dates
from posto_desktop.sdk.records import Schedule

__all__ = [
    "CHANNEL",
    "COLUMNS",
    "LINK",
    "MEDIA",
    "SORT_KEYS",
    "STATUS",
    "STATUSES",
    "TEXT",
    "TIME",
    "DayHead",
    "Row",
    "group_by_day",
    "same_shape",
    "sort_rows",
    "status_label",
    "status_of",
]

TIME, STATUS, CHANNEL, TEXT, MEDIA, LINK = range(6)
COLUMNS = (
    QT_TRANSLATE_NOOP("SchedulesModel", "Time"),
    QT_TRANSLATE_NOOP("SchedulesModel", "Status"),
    QT_TRANSLATE_NOOP("SchedulesModel", "Channel"),
    QT_TRANSLATE_NOOP("SchedulesModel", "Text"),
    QT_TRANSLATE_NOOP("SchedulesModel", "Media"),
    QT_TRANSLATE_NOOP("SchedulesModel", "Link"),
)
STATUSES = ("draft", "scheduled", "sending", "sent", "failed", "late", "needs_you")
"""Keys of the status tokens, in the order in which the page offers them. Anything that the service
calls by a name of its own has the key "other" and shows that name."""

_NEVER = datetime.max.replace(tzinfo=UTC)
LATE_AFTER = timedelta(minutes=5)
_SEARCHED_CHARS = 20_000


def _tr(text: str) -> str:
    return QCoreApplication.translate("SchedulesModel", text)


def status_of(schedule: Schedule, now: datetime) -> str:
    """Return the status token of a row: what a person calls it, at this moment.

    ``error`` splits in two: errors after which the post may be live ("First comment error: …",
    TikTok's "Even after 100 seconds …") need the user's decision, all others have simply failed.
    """
    status = schedule.status
    if status == "not_sent":
        send_at = schedule.send_at
        return "late" if send_at is not None and now - send_at > LATE_AFTER else "scheduled"
    if status == "error":
        return "needs_you" if schedule.may_be_live else "failed"
    return _STATUS.get(status, "other")


_STATUS = {
    "success": "sent",
    "draft": "draft",
    "sending": "sending",
    "missed": "late",
    "unknown": "needs_you",
}


def status_label(key: str, raw: str = "") -> str:
    """Return the pill's word for a status token."""
    words = {
        "draft": _tr("Draft"),
        "scheduled": _tr("Scheduled"),
        "sending": _tr("Sending"),
        "sent": _tr("Sent"),
        "failed": _tr("Failed"),
        "late": _tr("Not sent"),
        "needs_you": _tr("Needs you"),
    }
    return words.get(key) or (raw.replace("_", " ").strip()[:24].capitalize() or _tr("Unknown"))


class Row:
    """One schedule with what sorting, searching and painting need of it."""

    __slots__ = ("_hay", "_moment", "day", "id", "moment", "schedule", "status")

    def __init__(self, schedule: Schedule, now: datetime, days: dates.LocalDays):
        self.schedule = schedule
        self.id = schedule.id
        self.status = status_of(schedule, now)
        self._hay: str | None = None
        send_at = schedule.send_at
        if send_at is None or self.status == "draft":
            self.moment = _NEVER
            self.day = None
        else:
            self.moment = send_at
            self.day: date | None = days.day(send_at)

    @property
    def hay(self) -> str:
        """What the search looks through, folded; made when first searched."""
        if self._hay is None:
            s = self.schedule
            parts = (s.text[:_SEARCHED_CHARS], s.channel_name, s.error or "", s.link or "")
            self._hay = "\n".join(parts).casefold()
        return self._hay


class DayHead:
    """A line above the rows of one day; ``day`` is None above what has no time."""

    __slots__ = ("count", "day")

    def __init__(self, day: date | None):
        self.day = day
        self.count = 0


SORT_KEYS: dict[int, Callable[[Row], Any]] = {
    TIME: attrgetter("moment"),
    STATUS: lambda row: _STATUS_ORDER.get(row.status, len(_STATUS_ORDER)),
    CHANNEL: lambda row: row.schedule.channel_name.casefold(),
    TEXT: lambda row: row.schedule.text[:200].casefold(),
    MEDIA: lambda row: len(row.schedule.media),
    LINK: lambda row: row.schedule.link or "",
}
# What asks for attention comes first.
_STATUS_ORDER = {
    key: at
    for at, key in enumerate(
        ("needs_you", "failed", "late", "sending", "scheduled", "draft", "sent")
    )
}


def sort_rows(rows: list[Row], column: int, backwards: bool) -> list[Row]:
    """Return the rows in order; sorted by time, those without one come last either way."""
    # Sorting twice by one plain key beats sorting once by tuples.
    rows.sort(key=attrgetter("id"))
    rows.sort(key=attrgetter("moment"))
    if column != TIME:
        rows.sort(key=SORT_KEYS[column], reverse=backwards)
    elif backwards:
        dated = [row for row in rows if row.day is not None]
        dated.reverse()
        return dated + [row for row in rows if row.day is None]
    return rows


def group_by_day(rows: Sequence[Row]) -> list[Row | DayHead]:
    """Return the rows with a head above each day."""
    grouped: list[Row | DayHead] = []
    head: DayHead | None = None
    for row in rows:
        if head is None or row.day != head.day:
            head = DayHead(row.day)
            grouped.append(head)
        head.count += 1
        grouped.append(row)
    return grouped


def same_shape(one: Sequence[Row | DayHead], other: Sequence[Row | DayHead]) -> bool:
    """Return whether the same rows and heads stand at the same places, whatever they say."""
    if len(one) != len(other):
        return False
    for new, old in zip(one, other, strict=True):
        if isinstance(new, Row):
            if not isinstance(old, Row) or new.id != old.id:
                return False
        elif isinstance(old, Row) or new.day != old.day:
            return False
    return True
