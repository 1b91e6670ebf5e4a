"""Shared hour axis of several days, including days with clock changes.

The axis counts minutes of local time. If an hour occurs twice on one day, the axis has it twice;
the other days have a gap at its second occurrence, and at an hour skipped in spring. So hours line
up, and every moment has exactly one position.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

__all__ = ["DAY", "Axis", "Span", "clock_changes"]

Span = tuple[int, int]
DAY = 1440
_MINUTE = timedelta(minutes=1)


@lru_cache(maxsize=512)
def clock_changes(day: date, zone: tzinfo) -> tuple[Span, ...]:
    """Clock change of a day in minutes of local time: (from, to) is skipped, (to, from) is
    repeated. Empty on ordinary days."""
    try:
        early = datetime.combine(day, time(), UTC) - timedelta(hours=27)
        late = early + timedelta(hours=78)
        before, after = _offset(early, zone), _offset(late, zone)
    except OverflowError:
        return ()
    if before == after:
        return ()
    low, high = early, late
    while high - low > _MINUTE:
        middle = low + ((high - low) / 2 // _MINUTE) * _MINUTE
        if _offset(middle, zone) == before:
            low = middle
        else:
            high = middle
    first, second = _on(day, high + before), _on(day, high + after)
    return ((first, second),) if first != second else ()


def _offset(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _on(day: date, wall: datetime) -> int:
    """Return the local minute of the day, limited to the day."""
    minutes = (wall.replace(tzinfo=None) - datetime.combine(day, time())) // _MINUTE
    return min(DAY, max(0, minutes))


class Axis:
    """Hour axis of `days`, from minute 0 to `length`."""

    def __init__(self, days: Sequence[date], zone: tzinfo) -> None:
        self._zone = zone
        self._changes = {day: clock_changes(day, zone) for day in days}
        twice = {(to, at) for spans in self._changes.values() for at, to in spans if at > to}
        self._twice = sorted(twice, key=lambda span: (span[1], span[0]))
        self.length = DAY + sum(to - at for at, to in self._twice)

    def place(self, moment: datetime) -> tuple[date, float]:
        """Return the day and the axis minute of an aware moment."""
        local_time = moment.astimezone(self._zone)
        minute = local_time.hour * 60 + local_time.minute + local_time.second / 60
        return local_time.date(), self._along(
            minute, local_time.date() if local_time.fold else None
        )

    def _along(self, minute: float, again: date | None = None) -> float:
        """Return the axis minute; `again` for the second occurrence."""
        more = 0
        changes = self._changes.get(again, ()) if again is not None else ()
        for at, to in self._twice:
            if (to, at) in changes and at <= minute < to:
                return to + more + minute - at
            if minute >= to:
                more += to - at
        return minute + more

    def moment(self, day: date, minute: float) -> datetime | None:
        """Return the moment (aware UTC) at an axis minute; None in a gap of that day."""
        if not 0 <= minute < self.length:
            return None
        odd = self._changes.get(day)
        if odd is None:
            odd = clock_changes(day, self._zone)
        more = 0
        for at, to in self._twice:
            start = to + more
            if minute < start:
                break
            if minute < start + to - at:
                return self._utc(day, at + minute - start, 1) if (to, at) in odd else None
            more += to - at
        wall = minute - more
        if any(at <= wall < to for at, to in odd):
            return None
        return self._utc(day, wall, 0)

    def _utc(self, day: date, wall: float, fold: int) -> datetime:
        local_time = datetime.combine(day, time()) + timedelta(minutes=wall)
        return local_time.replace(tzinfo=self._zone, fold=fold).astimezone(UTC)

    def snap(self, day: date, minute: float, step: int) -> float:
        """Return the nearest multiple of `step` that exists on that day."""
        last = self.length - step
        nearest = min(last, max(0, round(minute / step) * step))
        for away in range(0, self.length, step):
            for candidate in (nearest + away, nearest - away):
                if 0 <= candidate <= last and self.moment(day, candidate) is not None:
                    return float(candidate)
        return float(nearest)  # a date skipped by its time zone

    def holes(self, day: date) -> list[tuple[float, float]]:
        """Return the parts of the axis that this day lacks."""
        odd = self._changes.get(day, ())
        holes = [(self._along(at), self._along(to)) for at, to in odd if at < to]
        more = 0
        for at, to in self._twice:
            if (to, at) not in odd:
                holes.append((float(to + more), float(2 * to - at + more)))
            more += to - at
        return holes

    def hours(self) -> list[tuple[float, int]]:
        """Return (axis minute, local minute) of each full hour, in order."""
        hours = [(self._along(hour * 60), hour * 60) for hour in range(24)]
        more = 0
        for at, to in self._twice:
            first = -(-at // 60) * 60
            hours += [(float(to + more + m - at), m) for m in range(first, to, 60)]
            more += to - at
        return sorted(hours)
