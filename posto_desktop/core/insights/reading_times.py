"""When the insights of a post are read: 1 hour, 24 hours and 7 days after it was published, and
once a day for 30 days. Times are Unix seconds."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["AGES", "DAY", "LONGEST", "Age", "NextReading", "next_reading", "pause_after"]

HOUR = 3600.0
DAY = 24 * HOUR
LONGEST = 30 * DAY
"""Age of a post in seconds from which it is not read any more."""
MOST_EMPTY = 3
"""Readings without any number after which a post is not read again."""
_SOON, _LONG = HOUR, DAY


@dataclass(frozen=True)
class Age:
    """An age at which posts are compared: a reading counts from `since` until `until` seconds after
    publishing."""

    key: str
    since: float
    until: float


AGES = (
    Age("hour", HOUR, 3 * HOUR),
    Age("day", DAY, 2 * DAY),
    Age("week", 7 * DAY, 9 * DAY),
)


@dataclass(frozen=True)
class NextReading:
    """The time of a reading; `is_mark` for one of the `AGES`, which cannot be made up for later."""

    at: float
    is_mark: bool


def next_reading(sent_at: float, read_at: float | None, now: float) -> NextReading | None:
    """Return when a post is to be read after its last reading; a time in the past means now. None
    if it is not read any more. What was missed for more than its time is not made up for."""
    if now - sent_at >= LONGEST:
        return None
    known_age = read_at - sent_at if read_at is not None else -1.0
    marks = [
        sent_at + age.since for age in AGES if known_age < age.since and now - sent_at < age.until
    ]
    daily = sent_at + HOUR if read_at is None else read_at + DAY
    first_mark = min(marks, default=None)
    if first_mark is not None and first_mark < max(daily, now) + HOUR:
        return NextReading(first_mark, True)
    if daily - sent_at >= LONGEST:
        return None
    return NextReading(daily, False)


def pause_after(failures: int) -> float:
    """Return the seconds until a reading that failed is tried again."""
    return float(min(_LONG, _SOON * 2 ** min(max(failures - 1, 0), 10)))
