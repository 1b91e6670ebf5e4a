"""The plan as a table: plain rows, filtered and sorted in Python, grouped by day.

A `QSortFilterProxyModel` needs seconds for 100,000 rows (millions of `data()` calls); a list
comprehension over plain rows needs milliseconds. So this model does all of it itself: `set_rows`
and `change_rows` take what the service sent, filters are plain attributes, and from both follows
the list that is shown.

A few thousand rows are dealt with at once. With more the work is done in slices of some
milliseconds, what is near now first, while the view keeps what it has; `is_working` says so.

While sorted by time the rows stand under day heads, earliest first, and what has no time (drafts)
comes last. Sorted by anything else there are no heads.
"""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections import Counter, deque
from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import islice
from operator import attrgetter

from PySide6.QtCore import QAbstractTableModel, QObject, Qt, Signal

from posto_desktop.models import dates
from posto_desktop.models.schedule_filter import RowFilter
from posto_desktop.models.schedule_order import (
    CHUNK,
    ShownRows,
    group_by_day,
    latest_first,
    merged,
    sort_by,
)
from posto_desktop.models.schedule_rows import COLUMNS, LATE_AFTER, TIME, ScheduleRow, status_of
from posto_desktop.models.schedule_words import ScheduleWords
from posto_desktop.models.time_slicer import TimeSlicer, Work
from posto_desktop.sdk.records import Schedule

__all__ = ["ScheduleRowsModel"]

_AT_ONCE = 1000
"""So many rows are dealt with in one go; a slice more or less would not be felt."""
_BATCH = 200
_PAUSE = 1.5
"""Seconds between two lists that are shown while rows arrive: each takes a frame of the views and
much work, and what comes late is far from now."""
_REST = 5
"""Between two lists that are shown while rows arrive lie this many times the time that one took."""

_at_of, _status_of_row = attrgetter("at"), attrgetter("status")


class ScheduleRowsModel(QAbstractTableModel):
    """The rows, and the list of them that is shown.

    Signals: `ticksChanged()`, `countsChanged()` (after every change of rows or filters).
    """

    ticksChanged = Signal()
    countsChanged = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        zone: tzinfo | None = None,
    ):
        super().__init__(parent)
        self._now = now
        self._zone = zone
        self._texts = ScheduleWords(now, zone)
        self._days = dates.LocalDays(zone)
        self._by_id: dict[int, ScheduleRow] = {}
        self._in_order: list[ScheduleRow] = []  # all rows, earliest first, but for these two:
        self._coming: dict[int, ScheduleRow] = {}
        self._going: list[ScheduleRow] = []
        self._sorted: tuple[list[ScheduleRow], list[ScheduleRow]] | None = (
            None  # `_order`, and it sorted otherwise
        )
        self._shown = ShownRows([], by_time=True)
        self._inbox: deque[tuple[Sequence[Schedule], Collection[int]]] = deque()
        self._only: Sequence[Schedule] | None = None
        self._stale = self._urgent = False
        self._slices = TimeSlicer(self)
        self._shown_at = self._took = 0.0
        self._ticked: set[int] = set()
        self._hidden: frozenset[int] = frozenset()
        self._filter = RowFilter()
        self._sort = (TIME, Qt.SortOrder.AscendingOrder)
        self._counts: Counter[str] = Counter()
        self._networks: set[str] = set()
        self._networks_of: list[ScheduleRow] | None = None  # the order that they were found in
        self._late_at: float | None = None

    # --- rows -------------------------------------------------------------------------------------

    def set_rows(self, schedules: Iterable[Schedule]) -> None:
        """Show these schedules and no others; an id that comes twice counts once, its later row
        wins.

        Rows that did not change are kept, and where only contents changed the views are told just
        that, so that ticks, current row and scroll position stay.
        """
        wanted = schedules if isinstance(schedules, Sequence) else list(schedules)
        self._inbox.clear()
        for start in self._near_first(wanted):
            self._inbox.append((wanted[start : start + _BATCH], ()))
        self._only = wanted
        if not wanted:
            # Nothing of another workspace stays for another moment.
            self._by_id, self._in_order, self._coming, self._going = {}, [], {}, []
            self._hidden = frozenset()
            self._stale = True
        self._go_on()

    def change_rows(self, schedules: Sequence[Schedule], removed: Collection[int] = ()) -> None:
        """Take in rows that are new or differ, and ids that are gone; all others stay."""
        for start in range(0, max(len(schedules), 1), _BATCH):
            part = schedules[start : start + _BATCH]
            self._inbox.append((part, () if start else removed))
        self._go_on()

    def _near_first(self, schedules: Sequence[Schedule]) -> list[int]:
        """Where the batches begin, those near now first; the plan comes latest time first."""
        if len(schedules) <= _BATCH:
            return [0]
        now, far = self._now(), datetime.max.replace(tzinfo=UTC)

        def age(row: Schedule) -> float:
            return (now - (row.send_at or far)).total_seconds()

        middle = bisect_left(schedules, 0.0, key=age) - _BATCH // 2
        starts = range(0, len(schedules), _BATCH)
        return sorted(starts, key=lambda start: abs(start - middle))

    def refresh_clock(self) -> None:
        """Let time pass: what was ahead and is overdue now says so, and the days are named anew."""
        if self._let_time_pass():
            self._show()
        elif len(self._shown):
            self._touch(0, len(self._shown) - 1)

    def _let_time_pass(self) -> bool:
        """Give rows that became late their status; whether there are any."""
        now = self._now()
        limit = (now - LATE_AFTER).timestamp()
        order, before = self._order, self._late_at
        self._late_at = limit
        if before is None or limit < before:
            passed = order
        else:
            # Only these can have become late since.
            low = bisect_left(order, before, key=_at_of)
            passed = order[low : bisect_right(order, limit, key=_at_of)]
        changed = False
        for row in passed:
            if row.schedule.status == "not_sent":
                status = status_of(row.schedule, now)
                if status != row.status:
                    row.status = status
                    changed = True
        if changed:
            self._sorted = None
        return changed

    # --- what is shown follows --------------------------------------------------------------------

    @property
    def is_working(self) -> bool:
        """Whether what is shown does not yet follow from all rows and filters."""
        return self._slices.is_running

    def _show(self) -> None:
        """The filters or the order are others: what is shown follows as soon as it can."""
        self._stale = self._urgent = True
        self._run(0)

    def _go_on(self) -> None:
        """Rows have come. While many come, the views are not told of each handful."""
        if not self._slices.is_running or self._slices.waiting:
            self._run(self._rest())

    def _rest(self) -> int:
        """Milliseconds until the next list may be shown while rows arrive."""
        if self._urgent or not len(self._shown):
            return 0
        # Once all rows are here, none is waited for.
        pause = self._pause() if self._only is None else _REST * self._took
        return max(0, int((self._shown_at + pause - time.monotonic()) * 1000))

    def _run(self, delay_ms: int) -> None:
        waiting = sum(len(rows) for rows, _ in islice(self._inbox, 1 + _AT_ONCE // _BATCH))
        if len(self._by_id) + waiting <= _AT_ONCE:
            self._slices.run_whole(self._work(whole=True))
        else:
            self._slices.run(self._work(whole=False), delay_ms)

    def _work(self, *, whole: bool) -> Work:
        while self._inbox or self._stale or self._only is not None:
            until = time.monotonic() + self._pause()
            while self._inbox and not self._urgent:
                self._merge_batch(*self._inbox.popleft())
                if not whole:
                    yield False
                    # The first rows are shown before more are taken in.
                    if not len(self._shown) or time.monotonic() > until:
                        break
            if not self._inbox and self._only is not None:
                yield from self._drop_stale_rows(self._only)
            if self._let_time_pass():
                self._stale = True
            if self._stale:
                yield from self._build()
            elif not self._inbox and len(self._shown):
                self._touch(0, len(self._shown) - 1)  # the days may be named anew
            yield False
            if not whole and self._only is None and self._inbox and (rest := self._rest()):
                # What came meanwhile is shown together with what comes until then.
                self._slices.run(self._work(whole=False), rest)
                return

    def _drop_stale_rows(self, wanted: Sequence[Schedule]) -> Work:
        """Let go of what `set_rows` did not name."""
        ids: set[int] = set()
        for start in range(0, len(wanted), CHUNK):
            ids.update([schedule.id for schedule in wanted[start : start + CHUNK]])
            yield False
        if wanted is not self._only:
            return
        self._only = None
        stale_ids = self._by_id.keys() - ids if len(ids) < len(self._by_id) else ()
        if stale_ids:
            self._merge_batch((), stale_ids)

    def _pause(self) -> float:
        """Seconds between two lists that are shown while rows arrive."""
        return max(_PAUSE if len(self._shown) > _BATCH else 0.0, _REST * self._took)

    def _merge_batch(self, schedules: Sequence[Schedule], removed: Collection[int]) -> None:
        """Take in a batch. It is put into the order together with others: that copies all rows."""
        now, known, coming = self._now(), self._by_id, self._coming
        for key in removed:
            row = known.pop(key, None)
            if row is not None:
                self._remove_row(row)
        for schedule in schedules:
            row = known.get(schedule.id)
            if row is not None and (row.schedule is schedule or row.schedule == schedule):
                continue
            fresh = ScheduleRow(schedule, now, self._days)
            if row is not None and fresh.at == row.at and fresh.day == row.day:
                row.become(fresh)
                self._sorted = self._networks_of = None
                self._stale = True
                continue
            if row is not None:
                self._remove_row(row)
            known[fresh.id] = coming[fresh.id] = fresh
        if self._going:
            self._hidden &= known.keys()
        if len(coming) + len(self._going) >= CHUNK:
            self._merge_into_order()

    def _remove_row(self, row: ScheduleRow) -> None:
        if self._coming.get(row.id) is row:
            del self._coming[row.id]
        else:
            self._going.append(row)

    def _merge_into_order(self) -> None:
        """Bring the order up to date. The old list stays as it is: it may be shown."""
        self._in_order = merged(self._in_order, self._coming.values(), self._going)
        self._coming, self._going = {}, []
        self._stale, self._networks_of = True, None

    @property
    def _order(self) -> list[ScheduleRow]:
        """All rows, earliest first. Not to be changed."""
        if self._coming or self._going:
            self._merge_into_order()
        return self._in_order

    def _build(self) -> Work:
        """Find what is shown and tell the views. Stops where that is not wanted any more."""
        order, (column, direction) = self._order, self._sort
        self._stale = self._urgent = False
        backwards = direction == Qt.SortOrder.DescendingOrder
        rows = yield from self._in_chosen_order(order, column, backwards)
        hidden, keeps = self._hidden, self._filter
        kept: list[ScheduleRow] = []
        counts: Counter[str] = Counter()
        known = self._networks_of is order
        networks = self._networks if known else set()
        ids: set[int] = set()
        whole = not hidden and keeps.passes_all
        holds = keeps.ready()
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            if not known:
                networks.update([row.schedule.network for row in chunk])
            if not whole:
                if hidden:
                    chunk = [row for row in chunk if row.id not in hidden]
                chunk = holds(chunk)
            counts.update(map(_status_of_row, chunk))
            if not whole:
                if keeps.status is not None:
                    chunk = [row for row in chunk if row.status == keeps.status]
                kept += chunk
            if self._ticked:
                ids.update([row.id for row in chunk])
            yield False
        if not whole:
            rows = kept
        by_time = column == TIME and not backwards
        if column == TIME:
            shown = yield from group_by_day(rows, by_time=by_time)
        else:
            shown = ShownRows(rows)
        yield True
        self._networks_of = order
        self._publish(shown, counts, networks, ids)
        yield True

    def _in_chosen_order(
        self, order: list[ScheduleRow], column: int, backwards: bool
    ) -> Generator[None, None, list[ScheduleRow]]:
        if column == TIME:
            return latest_first(order) if backwards else order
        if self._sorted is None or self._sorted[0] is not order:
            rows = yield from sort_by(order, column, backwards)
            self._sorted = (order, rows)
        return self._sorted[1]

    def _publish(
        self, shown: ShownRows, counts: Counter[str], networks: set[str], ids: set[int]
    ) -> None:
        self._counts, self._networks = counts, networks
        if shown.looks_like(self._shown):
            self._shown = shown
            if len(shown):
                self._touch(0, len(shown) - 1)
        else:
            self.beginResetModel()
            self._shown = shown
            self.endResetModel()
        if self._ticked and not self._ticked <= ids:
            self._ticked &= ids
            self.ticksChanged.emit()
        self.countsChanged.emit()
        self._shown_at, self._took = time.monotonic(), self._slices.pop_spent()

    def _touch(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))
