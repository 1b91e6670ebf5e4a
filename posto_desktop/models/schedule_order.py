"""Order of schedule rows: by time, grouped by day, or sorted by other columns.

For 100,000 rows each step takes too long for one event. Long steps are therefore generators that
yield every few milliseconds and finally return the result.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Generator
from typing import Any

from posto_desktop.models.schedule_rows import NEVER, SORT_KEYS, DayHead, ScheduleRow

__all__ = ["CHUNK", "ShownRows", "group_by_day", "latest_first", "merged", "sort_by", "time_key"]

CHUNK = 2000
"""Rows processed between two yields."""
_FEW = 50


def time_key(row: ScheduleRow) -> tuple[float, int]:
    """Return the sort key of the time order; rows without a time come last."""
    return row.at, row.id


def merged(
    rows: list[ScheduleRow], add: Collection[ScheduleRow], drop: Collection[ScheduleRow]
) -> list[ScheduleRow]:
    """Return rows in time order with some added and removed; the input is not changed.

    Each added row costs a binary search, or a comparison if several go into one gap.
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
    """Return rows latest first; those without a time still come last."""
    dated = bisect_left(rows, NEVER, key=lambda row: row.at)
    return rows[:dated][::-1] + rows[dated:]


def sort_by(
    rows: list[ScheduleRow], column: int, backwards: bool
) -> Generator[None, None, list[ScheduleRow]]:
    """Sort by a column other than time, stably.

    Rows with equal keys are collected, so that only distinct keys are sorted: most columns have
    few. Keys are sorted in chunks that are merged in pairs, so that no step is long.
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
    runs = []
    for start in range(0, len(keys), CHUNK):
        runs.append(sorted(keys[start : start + CHUNK], reverse=backwards))
        yield
    while len(runs) > 1:
        joined = []
        for number in range(0, len(runs) - 1, 2):
            merged = yield from _join(runs[number], runs[number + 1], backwards)
            joined.append(merged)
        if len(runs) % 2:
            joined.append(runs[-1])
        runs = joined
    return runs[0] if runs else []


def _join(
    run: list[Any], other_run: list[Any], backwards: bool
) -> Generator[None, None, list[Any]]:
    """Merge two sorted runs."""
    result: list[Any] = []
    taken = 0
    for start in range(0, len(run), CHUNK):
        part = run[start : start + CHUNK]
        end = _before(other_run, part[-1], taken, backwards)
        part += other_run[taken:end]
        part.sort(reverse=backwards)  # two sorted halves: one pass of timsort
        result += part
        taken = end
        yield
    result += other_run[taken:]
    return result


def _before(run: list[Any], key: object, low: int, backwards: bool) -> int:
    """Return how many keys of a sorted run precede a key; the first `low` do."""
    high = len(run)
    while low < high:
        middle = (low + high) // 2
        if run[middle] > key if backwards else run[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


class ShownRows:
    """Rows and day headings as a view shows them, numbered together.

    `by_time`: rows are in time order, earliest first. ``posts`` are all posts of the rows, in
    display order.
    """

    __slots__ = ("_firsts", "_starts", "by_time", "heads", "posts", "rows")

    def __init__(
        self,
        rows: list[ScheduleRow],
        heads: list[DayHead] | None = None,
        firsts: list[int] | None = None,
        *,
        by_time: bool = False,
    ):
        self.rows = self.posts = rows
        self.heads = heads or []
        # Index of each day's first row among the rows, and of its heading in the view.
        self._firsts = firsts or []
        self._starts = [first + number for number, first in enumerate(self._firsts)]
        self.by_time = by_time

    def __len__(self) -> int:
        return len(self.rows) + len(self.heads)

    def item(self, number: int) -> ScheduleRow | DayHead:
        """Return the row or heading at an index."""
        if not self.heads:
            return self.rows[number]
        day = bisect_right(self._starts, number) - 1
        if self._starts[day] == number:
            return self.heads[day]
        return self.rows[number - day - 1]

    def row(self, number: int) -> ScheduleRow | None:
        """Return the row at an index; None for a heading or outside."""
        item = self.item(number) if 0 <= number < len(self) else None
        return item if isinstance(item, ScheduleRow) else None

    def number_of(self, row: ScheduleRow) -> int:
        """Return the index of a row, -1 if it is not shown."""
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
        """Return the index of the first row at or after this one's position, -1 for none. Only for
        time order."""
        at = bisect_left(self.rows, time_key(row), key=time_key)
        return at + bisect_right(self._firsts, at) if at < len(self.rows) else -1

    def matching_posts(self) -> list[ScheduleRow]:
        """Return the posts that pass the filters."""
        return self.rows

    def head_rows(self) -> list[int]:
        """Return the indexes of the headings."""
        return self._starts

    def first_rows(self) -> list[int]:
        """Return the index of each day's first row among the rows."""
        return self._firsts

    def looks_like(self, other: ShownRows) -> bool:
        """Return True if both have the same rows at the same positions."""
        return (
            len(self.heads) == len(other.heads)
            and self._firsts == other._firsts
            and self.rows == other.rows
        )


def group_by_day(rows: list[ScheduleRow], *, by_time: bool) -> Generator[None, None, ShownRows]:
    """Add a heading above each day of rows in ascending or descending time order."""
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
    """Return the end of a row's day by galloping search."""
    day, last, stride = rows[first].day, first, 1
    while last + stride < len(rows) and rows[last + stride].day == day:
        last += stride
        stride *= 2
    while stride > 1:
        stride //= 2
        if last + stride < len(rows) and rows[last + stride].day == day:
            last += stride
    return last + 1
