"""The order of the schedule's rows: kept sorted by time, grouped by day, sorted by other columns.

With 100,000 rows each of these takes far longer than an event may. What is long is therefore a
generator that yields every few milliseconds; its value is what it returns in the end.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Generator
from typing import Any

from posto_desktop.models.schedule_rows import NEVER, SORT_KEYS, DayHead, ScheduleRow

__all__ = ["CHUNK", "ShownRows", "group_by_day", "latest_first", "merged", "sort_by", "time_key"]

CHUNK = 2000
"""Rows that are looked at between two yields."""
_FEW = 50


def time_key(row: ScheduleRow) -> tuple[float, int]:
    """What the time order goes by; what has no time comes last."""
    return row.at, row.id


def merged(
    rows: list[ScheduleRow], add: Collection[ScheduleRow], drop: Collection[ScheduleRow]
) -> list[ScheduleRow]:
    """Return rows in time order with some put in and some taken out; the old list stays as it is.

    What is put in costs a search each, or a comparison where several go into one gap.
    """
    if drop:
        if len(drop) <= _FEW:
            rows = rows.copy()
            for row in drop:
                at = bisect_left(rows, time_key(row), key=time_key)
                if at < len(rows) and rows[at] is row:
                    del rows[at]
        else:
            going = set(drop)
            rows = [row for row in rows if row not in going]
    if not add:
        return rows
    fresh = sorted(add, key=time_key)
    result: list[ScheduleRow] = []
    start = at = 0
    while at < len(fresh):
        gap = bisect_left(rows, time_key(fresh[at]), start, key=time_key)
        result += rows[start:gap]
        start, first = gap, at
        if gap == len(rows):
            at = len(fresh)
        else:
            limit = time_key(rows[gap])
            at += 1
            while at < len(fresh) and time_key(fresh[at]) < limit:
                at += 1
        result += fresh[first:at]
    result += rows[start:]
    return result


def latest_first(rows: list[ScheduleRow]) -> list[ScheduleRow]:
    """Return rows in time order latest first; those without a time come last either way."""
    dated = bisect_left(rows, NEVER, key=lambda row: row.at)
    return rows[:dated][::-1] + rows[dated:]


def sort_by(
    rows: list[ScheduleRow], column: int, backwards: bool
) -> Generator[None, None, list[ScheduleRow]]:
    """Sort by another column than time; what is equal there stays in the order it came in.

    Rows with an equal key go into one list, so that only keys are compared: most columns have
    few. Chunks of keys are sorted and then joined in pairs, so that no step is long.
    """
    key_of = SORT_KEYS[column]
    equals: dict[Any, list[ScheduleRow]] = {}
    for start in range(0, len(rows), CHUNK):
        for row in rows[start : start + CHUNK]:
            key = key_of(row)
            if key in equals:
                equals[key].append(row)
            else:
                equals[key] = [row]
        yield
    keys = yield from _sort_keys([*equals], backwards)
    result: list[ScheduleRow] = []
    due = CHUNK
    for key in keys:
        result += equals[key]
        if len(result) >= due:
            due = len(result) + CHUNK
            yield
    return result


def _sort_keys(keys: list[Any], backwards: bool) -> Generator[None, None, list[Any]]:
    """Keys of which no two are equal, in order."""
    runs = []
    for start in range(0, len(keys), CHUNK):
        runs.append(sorted(keys[start : start + CHUNK], reverse=backwards))
        yield
    while len(runs) > 1:
        joined = []
        for number in range(0, len(runs) - 1, 2):
            both = yield from _join(runs[number], runs[number + 1], backwards)
            joined.append(both)
        if len(runs) % 2:
            joined.append(runs[-1])
        runs = joined
    return runs[0] if runs else []


def _join(one: list[Any], other: list[Any], backwards: bool) -> Generator[None, None, list[Any]]:
    """Two sorted runs of keys as one."""
    result: list[Any] = []
    taken = 0
    for start in range(0, len(one), CHUNK):
        part = one[start : start + CHUNK]
        end = _before(other, part[-1], taken, backwards)
        part += other[taken:end]
        part.sort(reverse=backwards)  # two sorted halves: one pass
        result += part
        taken = end
        yield
    result += other[taken:]
    return result


def _before(run: list[Any], key: object, low: int, backwards: bool) -> int:
    """How many of a sorted run stand before a key; those before `low` do."""
    high = len(run)
    while low < high:
        middle = (low + high) // 2
        if run[middle] > key if backwards else run[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


class ShownRows:
    """What a view shows: rows, and day heads between them. Views count both.

    `by_time` says that the rows are in time order, earliest first.
    """

    __slots__ = ("_firsts", "_starts", "by_time", "heads", "rows")

    def __init__(
        self,
        rows: list[ScheduleRow],
        heads: list[DayHead] | None = None,
        firsts: list[int] | None = None,
        *,
        by_time: bool = False,
    ):
        self.rows = rows
        self.heads = heads or []
        # Where the first row of each day stands among the rows, and its head in the view.
        self._firsts = firsts or []
        self._starts = [first + number for number, first in enumerate(self._firsts)]
        self.by_time = by_time

    def __len__(self) -> int:
        return len(self.rows) + len(self.heads)

    def item(self, number: int) -> ScheduleRow | DayHead:
        """Return what stands at a number from 0."""
        if not self.heads:
            return self.rows[number]
        day = bisect_right(self._starts, number) - 1
        if self._starts[day] == number:
            return self.heads[day]
        return self.rows[number - day - 1]

    def row(self, number: int) -> ScheduleRow | None:
        """Return the row at a number, None for a head and outside."""
        item = self.item(number) if 0 <= number < len(self) else None
        return item if isinstance(item, ScheduleRow) else None

    def number_of(self, row: ScheduleRow) -> int:
        """Return where a row stands, -1 when it does not."""
        if self.by_time:
            at = bisect_left(self.rows, time_key(row), key=time_key)
            if at >= len(self.rows) or self.rows[at] is not row:
                return -1
        else:
            try:
                at = self.rows.index(row)
            except ValueError:
                return -1
        return at + bisect_right(self._firsts, at)

    def number_from(self, row: ScheduleRow) -> int:
        """Return where the first row stands that comes at the place of this one or after it, -1 for
        none. Only for time order."""
        at = bisect_left(self.rows, time_key(row), key=time_key)
        return at + bisect_right(self._firsts, at) if at < len(self.rows) else -1

    def head_rows(self) -> list[int]:
        """Return where the heads stand."""
        return self._starts

    def looks_like(self, other: ShownRows) -> bool:
        """Return whether the same rows stand at the same places, whatever they say."""
        return (
            len(self.heads) == len(other.heads)
            and self._firsts == other._firsts
            and self.rows == other.rows
        )


def group_by_day(rows: list[ScheduleRow], *, by_time: bool) -> Generator[None, None, ShownRows]:
    """Put a head above each day of rows that are in the order of time, either way round."""
    heads: list[DayHead] = []
    firsts: list[int] = []
    first = 0
    while first < len(rows):
        end = _end_of_day(rows, first)
        heads.append(DayHead(rows[first].day, end - first))
        firsts.append(first)
        first = end
        if len(heads) % 500 == 0:
            yield
    return ShownRows(rows, heads, firsts, by_time=by_time)


def _end_of_day(rows: list[ScheduleRow], first: int) -> int:
    """Where the day of a row ends: in strides that grow, then in ones that shrink."""
    day, last, stride = rows[first].day, first, 1
    while last + stride < len(rows) and rows[last + stride].day == day:
        last += stride
        stride *= 2
    while stride > 1:
        stride //= 2
        if last + stride < len(rows) and rows[last + stride].day == day:
            last += stride
    return last + 1
