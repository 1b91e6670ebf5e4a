"""Repeating posts: a rule and its moments.

A rule repeats local time: "every Monday at 9" stays at 9 across clock changes. A time that a clock
change skips moves later by as much; for a repeated one the first occurrence counts.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any, Literal, cast

Unit = Literal["day", "week", "month"]

MOST = 200
"""Most posts of a rule."""
MAX_EVERY = 366
LAST = -1
# At most ten years ahead, so that a rule with few matches ends.
_FARTHEST = timedelta(days=3660)


@dataclass(frozen=True)
class Repeat:
    """A rule: every `every` days, weeks or months, at most `MOST` times.

    `weekdays` (0 Monday .. 6 Sunday) for weeks; empty = the weekday of the first post. For months
    either `month_day` (1..31, or `LAST`; a shorter month uses its last day) or `nth` and
    `nth_weekday` ("the second Tuesday", `nth` 1..5 or `LAST`; months without a fifth are skipped);
    neither = the day of the first post. It ends with `until` (the last day, included), after
    `count` posts, or at `MOST`.
    """

    unit: Unit = "week"
    every: int = 1
    weekdays: tuple[int, ...] = ()
    month_day: int | None = None
    nth: int | None = None
    nth_weekday: int | None = None
    until: date | None = None
    count: int | None = None

    def __post_init__(self) -> None:
        if self.unit not in ("day", "week", "month"):
            raise ValueError(f"no such unit: {self.unit!r}")
        if not 1 <= self.every <= MAX_EVERY:
            raise ValueError(f"every {self.every} is not 1 to {MAX_EVERY}")
        if any(day not in range(7) for day in self.weekdays):
            raise ValueError("a weekday is 0 (Monday) to 6")
        if self.month_day not in (None, LAST, *range(1, 32)):
            raise ValueError("a day of the month is 1 to 31 or LAST")
        if self.nth not in (None, LAST, 1, 2, 3, 4, 5):
            raise ValueError("nth is 1 to 5 or LAST")
        if (self.nth is None) != (self.nth_weekday is None) or self.nth_weekday not in (
            None,
            *range(7),
        ):
            raise ValueError("nth and a weekday from 0 to 6 belong together")
        if self.nth is not None and self.month_day is not None:
            raise ValueError("either a day of the month or the nth weekday")
        if self.count is not None and not 1 <= self.count <= MOST:
            raise ValueError(f"a count is 1 to {MOST}")

    def without_day_of(self, first: datetime) -> Repeat:
        """Return the rule without a day that is that of `first` (in the user's zone), so that it
        follows when the first post moves to another day."""
        weekdays, month_day = self.weekdays, self.month_day
        if self.unit == "week" and set(weekdays) == {first.weekday()}:
            weekdays = ()
        if self.unit == "month" and month_day == first.day:
            month_day = None
        return replace(self, weekdays=weekdays, month_day=month_day)

    def to_json(self) -> dict[str, Any]:
        """Return the unit and the non-default values."""
        values: dict[str, Any] = {"unit": self.unit, "every": self.every}
        if self.weekdays:
            values["weekdays"] = sorted(set(self.weekdays))
        for name in ("month_day", "nth", "nth_weekday", "count"):
            if getattr(self, name) is not None:
                values[name] = getattr(self, name)
        if self.until is not None:
            values["until"] = self.until.isoformat()
        return values

    @classmethod
    def from_json(cls, data: object) -> Repeat | None:
        """Read a rule; None for invalid data, since a partial rule would post at times that nobody
        chose."""
        if not isinstance(data, Mapping):
            return None
        days = data.get("weekdays", [])
        until = data.get("until")
        numbers = {name: data.get(name) for name in ("month_day", "nth", "nth_weekday", "count")}
        every = data.get("every", 1)
        if (
            not isinstance(days, list)
            or any(type(day) is not int for day in days)
            or any(value is not None and type(value) is not int for value in numbers.values())
            or type(every) is not int
            or not (until is None or isinstance(until, str))
        ):
            return None
        try:
            return cls(
                unit=cast(Unit, data.get("unit")),
                every=every,
                weekdays=tuple(sorted(set(days))),
                until=None if until is None else date.fromisoformat(until),
                **numbers,
            )
        except (ValueError, TypeError):
            return None


def occurrences(
    repeat: Repeat,
    first: datetime,
    zone: tzinfo,
    *,
    most: int = MOST,
    clock: time | None = None,
) -> list[datetime]:
    """Return the moments of a rule from `first` (aware) on, in order, as aware UTC.

    `first` gives the time of day, and the day if the rule names none; it is included only if the
    rule matches it ("Mondays" from a Wednesday begins on the next Monday). `clock` is the time of
    day of all later ones, for a `first` on a day on which the clocks skip that time.
    """
    # By way of UTC, since a time in this zone would stay even if it does not exist.
    start = first.astimezone(UTC).astimezone(zone)
    if clock is None:
        clock = start.time().replace(tzinfo=None, fold=0)
    limit = min(MOST, most, repeat.count or MOST)
    end = min(start.date(), date.max - _FARTHEST) + _FARTHEST
    if repeat.until is not None:
        end = min(end, repeat.until)
    moments: list[datetime] = []
    for day in islice(_days(repeat, start.date(), end), limit + 1):
        moment = wall_moment(day, clock, zone)
        # The first day keeps the exact moment (the second 2:30 of that night).
        if day == start.date():
            moment = first.astimezone(UTC)
        if not moments or moment > moments[-1]:
            moments.append(moment)
    return moments[:limit]


def wall_moment(day: date, clock: time, zone: tzinfo) -> datetime:
    """Return the moment when local time in `zone` is `clock` on `day`, as aware UTC.

    A skipped time moves later by the clock change; of a repeated one the first counts.
    """
    # With fold 0 a skipped time uses the offset before the change: 2:30 becomes 3:30, as intended.
    # A repeated one is the first.
    return datetime.combine(day, clock.replace(fold=0), tzinfo=zone).astimezone(UTC)


def _days(repeat: Repeat, start: date, end: date) -> Iterator[date]:
    """Yield the days of the rule from `start` to `end`, both included."""
    days = {"day": _daily, "week": _weekly, "month": _monthly}[repeat.unit](repeat, start)
    try:
        for day in days:
            if day > end:
                return
            if day >= start:
                yield day
    except OverflowError:
        return  # end of the calendar


def _daily(repeat: Repeat, start: date) -> Iterator[date]:
    day = start
    while True:
        yield day
        day += timedelta(days=repeat.every)


def _weekly(repeat: Repeat, start: date) -> Iterator[date]:
    weekdays = sorted(set(repeat.weekdays)) or [start.weekday()]
    monday = start - timedelta(days=start.weekday()) if start > date(1, 1, 7) else start
    while True:
        for weekday in weekdays:
            yield monday + timedelta(days=weekday)
        monday += timedelta(weeks=repeat.every)


def _monthly(repeat: Repeat, start: date) -> Iterator[date]:
    number = start.year * 12 + start.month - 1
    while number // 12 <= date.max.year:
        day = _day_in(repeat, start, number // 12, number % 12 + 1)
        if day is not None:
            yield day
        number += repeat.every


def _day_in(repeat: Repeat, start: date, year: int, month: int) -> date | None:
    length = calendar.monthrange(year, month)[1]
    if repeat.nth is None or repeat.nth_weekday is None:
        day_of_month = repeat.month_day or start.day
        return date(year, month, length if day_of_month == LAST else min(day_of_month, length))
    if repeat.nth == LAST:
        last = date(year, month, length)
        return last - timedelta(days=(last.weekday() - repeat.nth_weekday) % 7)
    first = date(year, month, 1)
    day = 1 + (repeat.nth_weekday - first.weekday()) % 7 + 7 * (repeat.nth - 1)
    return date(year, month, day) if day <= length else None
