"""Table model of the schedule: plain rows, filtered and sorted in Python, grouped by day.

A `QSortFilterProxyModel` needs seconds for 100,000 rows (millions of `data()` calls); a list
comprehension over plain rows needs milliseconds. So this model does it itself: `set_rows` and
`change_rows` receive the service's rows, filters are attributes, and the shown list follows from
both.

A few thousand rows are processed at once. More are processed in slices of some milliseconds, times
near now first, while the view keeps its rows; `is_working` is True meanwhile.

Sorted by time, rows have day headings, earliest first, and rows without a time (drafts) come last.
Other sortings have no headings. Grouped by message, the list is made of the same posts in the same
steps: `schedule_messages`.
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
from posto_desktop.models.schedule_messages import MessageGroups, ShownMessages, show_messages
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
from posto_desktop.models.zone_words import ZoneTimes
from posto_desktop.sdk.records import Schedule

__all__ = ["ScheduleRowsModel"]

_AT_ONCE = 1000
"""Number of rows processed in one step, too few to be noticed."""
_BATCH = 200
_PAUSE = 1.5
"""Least seconds between updates of the view while rows arrive: each costs a repaint and much work,
and rows that arrive late are far from now."""
_REST = 5
"""Least pause between such updates, as a multiple of the time that the last one took."""

_at_of, _status_of_row = attrgetter("at"), attrgetter("status")


class ScheduleRowsModel(QAbstractTableModel):
    """All rows, and the list that is shown.

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
        self._in_order: list[ScheduleRow] = []  # all rows by time, except the next two:
        self._coming: dict[int, ScheduleRow] = {}
        self._going: list[ScheduleRow] = []
        self._sorted: tuple[list[ScheduleRow], list[ScheduleRow]] | None = (
            None  # `_order`, and the same rows sorted by another column
        )
        self._shown = ShownRows([], by_time=True)
        self._is_grouped = False
        self._messages = MessageGroups()
        self._inbox: deque[tuple[Sequence[Schedule], Collection[int]]] = deque()
        self._only: Sequence[Schedule] | None = None
        self._of_site: Sequence[Schedule] = ()
        self._stale = self._urgent = False
        self._slices = TimeSlicer(self)
        self._shown_at = self._took = 0.0
        self._ticked: set[int] = set()
        self._hidden: frozenset[int] = frozenset()
        self._filter = RowFilter()
        self._sort = (TIME, Qt.SortOrder.AscendingOrder)
        self._counts: Counter[str] = Counter()
        self._networks: set[str] = set()
        # the `_order` in which they were collected
        self._networks_of: list[ScheduleRow] | None = None
        self._late_at: float | None = None

    # --- rows -------------------------------------------------------------------------------------

    def set_rows(self, schedules: Iterable[Schedule]) -> None:
        """Show exactly these schedules; of duplicate ids the last one counts.

        Unchanged rows are kept, and if only contents changed, the model emits just `dataChanged`,
        so that ticks, current row and scroll position stay.
        """
        rows = schedules if isinstance(schedules, Sequence) else list(schedules)
        self._inbox.clear()
        for start in self._near_first(rows):
            self._inbox.append((rows[start : start + _BATCH], ()))
        self._only = rows
        if self._of_site:
            self._inbox.append((self._of_site, ()))
        if not rows:
            # Clear at once: the rows may belong to another workspace.
            self._by_id, self._in_order, self._coming, self._going = {}, [], {}, []
            self._hidden = frozenset()
            self._stale = self._urgent = True
        self._go_on()

    def set_site_rows(self, schedules: Sequence[Schedule]) -> None:
        """Show these rows of the site's planners (core.site_schedule) beside all others."""
        fresh = {schedule.id for schedule in schedules}
        removed = [schedule.id for schedule in self._of_site if schedule.id not in fresh]
        self._of_site = schedules
        if schedules or removed:
            self.change_rows(schedules, removed)

    def change_rows(self, schedules: Sequence[Schedule], removed: Collection[int] = ()) -> None:
        """Add or replace rows and remove ids; others stay."""
        for start in range(0, max(len(schedules), 1), _BATCH):
            part = schedules[start : start + _BATCH]
            self._inbox.append((part, () if start else removed))
        self._go_on()

    def _near_first(self, schedules: Sequence[Schedule]) -> list[int]:
        """Return the start indexes of the batches, times near now first; the input is sorted latest
        first."""
        if len(schedules) <= _BATCH:
            return [0]
        now, far = self._now(), datetime.max.replace(tzinfo=UTC)

        def age(row: Schedule) -> float:
            return (now - (row.send_at or far)).total_seconds()

        middle = bisect_left(schedules, 0.0, key=age) - _BATCH // 2
        starts = range(0, len(schedules), _BATCH)
        return sorted(starts, key=lambda start: abs(start - middle))

    def set_zone_times(self, zone_times: ZoneTimes) -> None:
        """Show times in the zones of channels, too."""
        if zone_times != self._texts.zone_times:
            self._texts.zone_times = zone_times
            if len(self._shown):
                self._touch(0, len(self._shown) - 1)

    def refresh_clock(self) -> None:
        """Update statuses and day names for the current time."""
        if self._let_time_pass():
            self._show()
        elif len(self._shown):
            self._touch(0, len(self._shown) - 1)

    def _let_time_pass(self) -> bool:
        """Mark rows that have become late; return True if there are any."""
        now = self._now()
        limit = (now - LATE_AFTER).timestamp()
        order, before = self._order, self._late_at
        self._late_at = limit
        if before is None or limit < before:
            passed = order
        else:
            # Only rows between the last check and now can have become late.
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
            self._messages.forget()
        return changed

    # --- what is shown follows --------------------------------------------------------------------

    @property
    def is_working(self) -> bool:
        """Return True while the shown list is not up to date."""
        return self._slices.is_running

    def _show(self) -> None:
        """Rebuild the shown list as soon as possible, after a change of filters or order."""
        self._stale = self._urgent = True
        self._run(0)

    def _go_on(self) -> None:
        """Process new rows. While many arrive, the view is updated only now and then."""
        if not self._slices.is_running or self._slices.waiting:
            self._run(self._update_delay())

    def _update_delay(self) -> int:
        """Return milliseconds until the view may be updated while rows arrive."""
        if self._urgent or not len(self._shown):
            return 0
        # When all rows are here, the minimum pause no longer applies.
        pause = self._pause() if self._only is None else _REST * self._took
        return max(0, int((self._shown_at + pause - time.monotonic()) * 1000))

    def _run(self, delay_ms: int) -> None:
        waiting = sum(len(rows) for rows, _ in islice(self._inbox, 1 + _AT_ONCE // _BATCH))
        # While a long list arrives, its first screen is not built anew with each piece: so many
        # rows as a piece has wait for the next update.
        is_piece = delay_ms > 0 and waiting >= _BATCH
        if len(self._by_id) + waiting <= _AT_ONCE and not is_piece:
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
                    # Show the first rows before processing more.
                    if not len(self._shown) or time.monotonic() > until:
                        break
            if not self._inbox and self._only is not None:
                yield from self._drop_stale_rows(self._only)
            if self._let_time_pass():
                self._stale = True
            if self._stale:
                yield from self._build()
            elif not self._inbox and len(self._shown):
                self._touch(0, len(self._shown) - 1)  # day names may have changed
            yield False
            if not whole and self._only is None and self._inbox and (delay := self._update_delay()):
                # Rows that arrive meanwhile are shown in the same update.
                self._slices.run(self._work(whole=False), delay)
                return

    def _drop_stale_rows(self, rows: Sequence[Schedule]) -> Work:
        """Remove rows that `set_rows` did not contain."""
        ids: set[int] = set()
        for start in range(0, len(rows), CHUNK):
            ids.update([schedule.id for schedule in rows[start : start + CHUNK]])
            yield False
        if rows is not self._only:
            return
        ids.update([schedule.id for schedule in self._of_site])
        self._only = None
        stale_ids = self._by_id.keys() - ids if len(ids) < len(self._by_id) else ()
        if stale_ids:
            self._merge_batch((), stale_ids)

    def _pause(self) -> float:
        """Return the least seconds between updates of the view while rows arrive."""
        return max(_PAUSE if len(self._shown) > _BATCH else 0.0, _REST * self._took)

    def _merge_batch(self, schedules: Sequence[Schedule], removed: Collection[int]) -> None:
        """Apply a batch. Sorting in is deferred, because it copies all rows."""
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
                row.copy_from(fresh)
                self._sorted = self._networks_of = None
                self._messages.forget()
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
        """Sort new rows in and removed ones out. The old list is not changed: it may be shown."""
        self._in_order = merged(self._in_order, self._coming.values(), self._going)
        self._coming, self._going = {}, []
        self._stale, self._networks_of = True, None

    @property
    def _order(self) -> list[ScheduleRow]:
        """Return all rows, earliest first. Do not change the list."""
        if self._coming or self._going:
            self._merge_into_order()
        return self._in_order

    def _build(self) -> Work:
        """Build the shown list and update the view."""
        self._slices.pop_spent()  # what was spent on rows that arrived
        order, (column, direction) = self._order, self._sort
        self._stale = self._urgent = False
        backwards, grouped = direction == Qt.SortOrder.DescendingOrder, self._is_grouped
        rows = order
        if not grouped:
            rows = yield from self._in_chosen_order(order, column, backwards)
        hidden, keeps = self._hidden, self._filter
        matching: list[ScheduleRow] = []
        counts: Counter[str] = Counter()
        known = self._networks_of is order
        networks = self._networks if known else set()
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
                matching += chunk
            yield False
        shown: ShownRows
        if grouped:
            shown = yield from self._group(order, None if keeps.passes_all else matching)
        elif column == TIME:
            shown = yield from group_by_day(rows if whole else matching, by_time=not backwards)
        else:
            shown = ShownRows(rows if whole else matching)
        ids = yield from self._ids_of(shown)
        yield True
        self._networks_of = order
        self._publish(shown, counts, networks, ids)
        yield True

    def _ids_of(self, shown: ShownRows) -> Generator[bool | None, None, set[int]]:
        """Return the ids of the shown posts, if any post is ticked."""
        ids: set[int] = set()
        for start in range(0, len(shown.posts) if self._ticked else 0, CHUNK):
            ids.update([row.id for row in shown.posts[start : start + CHUNK]])
            yield False
        return ids

    def _group(
        self, order: list[ScheduleRow], matching: list[ScheduleRow] | None
    ) -> Generator[bool | None, None, ShownMessages]:
        """Return the messages with any of the posts that pass the filters; None: all pass."""
        column, direction = self._sort
        backwards, messages = direction == Qt.SortOrder.DescendingOrder, self._messages
        yield from messages.build(order, self._hidden)
        rows = yield from self._in_chosen_order(messages.rows, column, backwards)
        if matching is not None:
            rows = yield from messages.with_any(rows, matching)
        has_heads = column == TIME
        shown = yield from show_messages(
            rows, has_heads=has_heads, by_time=has_heads and not backwards
        )
        shown.matching = None if matching is None else set(matching)
        return shown

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
