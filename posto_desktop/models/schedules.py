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
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from posto_desktop.models import dates
from posto_desktop.models.networks import network_name
from posto_desktop.models.schedule_filter import RowFilter
from posto_desktop.models.schedule_order import (
    CHUNK,
    Shown,
    group_by_day,
    merged,
    sort_by,
    turned,
)
from posto_desktop.models.schedule_rows import (
    CHANNEL,
    COLUMNS,
    LATE_AFTER,
    LINK,
    MEDIA,
    SORT_KEYS,
    STATUS,
    STATUSES,
    TEXT,
    TIME,
    DayHead,
    Row,
    status_label,
    status_of,
)
from posto_desktop.models.schedule_words import ScheduleWords
from posto_desktop.models.slices import Slices
from posto_desktop.sdk.records import Schedule

__all__ = [
    "CHANNEL",
    "COLUMNS",
    "LINK",
    "MEDIA",
    "STATUS",
    "STATUSES",
    "TEXT",
    "TIME",
    "SchedulesModel",
    "status_label",
    "status_of",
]

Index = QModelIndex | QPersistentModelIndex
_SPOKEN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
_AT_ONCE = 3000
"""So many rows are dealt with in one go; a slice more or less would not be felt."""
_BATCH = 400
_PAUSE = 0.15
_REST = 5
"""Between two lists that are shown while rows arrive lie this many times the time that one took."""

_at_of, _status_of_row = attrgetter("at"), attrgetter("status")
_Work = Generator[None, None, None]


def _tr(text: str) -> str:
    return QCoreApplication.translate("SchedulesModel", text)


class SchedulesModel(QAbstractTableModel):
    """Rows of the schedule.

    Signals: `ticksChanged()`, `countsChanged()` (after every change of rows or filters).
    """

    ticksChanged = Signal()
    countsChanged = Signal()

    SortRole = Qt.ItemDataRole.UserRole + 1
    RowRole = Qt.ItemDataRole.UserRole + 2
    StatusRole = Qt.ItemDataRole.UserRole + 3
    HeadRole = Qt.ItemDataRole.UserRole + 4
    RepeatedRole = Qt.ItemDataRole.UserRole + 5

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
        self._say = ScheduleWords(now, zone)
        self._days = dates.LocalDays(zone)
        self._by_id: dict[int, Row] = {}
        self._order: list[Row] = []  # all rows, earliest first
        self._sorted: tuple[list[Row], list[Row]] | None = None  # `_order`, and it sorted otherwise
        self._shown = Shown([], by_time=True)
        self._inbox: deque[tuple[Sequence[Schedule], Collection[int]]] = deque()
        self._only: Sequence[Schedule] | None = None
        self._stale = self._urgent = False
        self._slices = Slices(self)
        self._shown_at = self._took = 0.0
        self._ticked: set[int] = set()
        self._hidden: frozenset[int] = frozenset()
        self._filter = RowFilter()
        self._sort = (TIME, Qt.SortOrder.AscendingOrder)
        self._counts: Counter[str] = Counter()
        self._networks: set[str] = set()
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
            self._by_id, self._order = {}, []
            self._hidden = frozenset()
            self._stale = True
        self._go_on()

    def change_rows(self, schedules: Sequence[Schedule], gone: Collection[int] = ()) -> None:
        """Take in rows that are new or differ, and ids that are gone; all others stay."""
        for start in range(0, max(len(schedules), 1), _BATCH):
            part = schedules[start : start + _BATCH]
            self._inbox.append((part, () if start else gone))
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

    def schedules(self) -> list[Schedule]:
        """Return all schedules, filtered or not, in the order of time."""
        return [row.schedule for row in self._order]

    def networks(self) -> list[str]:
        """Return the slugs that occur, for the network filter."""
        return sorted(self._networks - {""}, key=network_name)

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

    # --- filters ----------------------------------------------------------------------------------

    def set_search(self, text: str) -> None:
        """Keep rows whose text, channel, error or link holds every word of ``text``."""
        self._set_filter(words=tuple(text.casefold().split()))

    def set_status(self, key: str | None) -> None:
        self._set_filter(status=key)

    def set_network(self, slug: str | None) -> None:
        self._set_filter(network=slug)

    def set_channels(self, ids: Collection[int] | None) -> None:
        """Keep rows of these channels; None keeps all."""
        self._set_filter(channels=None if ids is None else frozenset(ids))

    def clear_filters(self) -> None:
        """Drop search, status and network. The channels belong to the channel pane."""
        self._set_filter(words=(), status=None, network=None)

    def _set_filter(self, **changes: Any) -> None:
        wanted = self._filter.but(**changes)
        if wanted != self._filter:
            self._filter = wanted
            self._show()

    def hide(self, ids: Collection[int]) -> None:
        """Take rows out of sight while their deletion can still be undone."""
        self.set_hidden(self._hidden | set(ids))

    def unhide(self, ids: Collection[int] | None = None) -> None:
        """Bring hidden rows back; None brings all back."""
        self.set_hidden(() if ids is None else self._hidden - set(ids))

    def set_hidden(self, ids: Collection[int]) -> None:
        """Keep these rows, and no others, out of sight."""
        hidden = frozenset(self._by_id.keys() & ids)
        if hidden != self._hidden:
            self._hidden = hidden
            self._show()

    @property
    def status_filter(self) -> str | None:
        return self._filter.status

    @property
    def network_filter(self) -> str | None:
        return self._filter.network

    def is_filtered(self) -> bool:
        return not self._filter.passes_all

    def counts(self) -> dict[str, int]:
        """Rows by status token that pass every filter but the one for the status."""
        return dict(self._counts)

    def total(self) -> int:
        """Rows that are there at all, less those being deleted."""
        return len(self._by_id) - len(self._hidden)

    def shown(self) -> int:
        """Rows that pass all filters (day heads are no rows)."""
        return len(self._shown.rows)

    def count_without_status(self) -> int:
        return sum(self._counts.values())

    # --- ticks ------------------------------------------------------------------------------------

    def ticked_ids(self) -> list[int]:
        """Ids of the ticked rows in the order in which they stand."""
        ticked = self._ticked
        return [row.id for row in self._shown.rows if row.id in ticked] if ticked else []

    def ticked(self) -> list[Schedule]:
        ticked = self._ticked
        return [row.schedule for row in self._shown.rows if row.id in ticked] if ticked else []

    def tick_count(self) -> int:
        return len(self._ticked)

    def set_ticked(self, ids: Collection[int], on: bool = True) -> None:
        places = {key: at for key in ids if (at := self.row_of(key)) >= 0}
        ticked = self._ticked | places.keys() if on else self._ticked - places.keys()
        if ticked == self._ticked:
            return
        self._ticked = ticked
        self._touch(min(places.values()), max(places.values()))
        self.ticksChanged.emit()

    def tick_all(self, on: bool = True) -> None:
        """Tick what the filters show, or nothing."""
        self._ticked = {row.id for row in self._shown.rows} if on else set()
        if len(self._shown):
            self._touch(0, len(self._shown) - 1)
        self.ticksChanged.emit()

    def is_ticked(self, key: int) -> bool:
        return key in self._ticked

    # --- finding ----------------------------------------------------------------------------------

    def row_of(self, key: int) -> int:
        """Return the row number of a schedule, or -1 when it is not shown."""
        row = self._by_id.get(key)
        return -1 if row is None else self._shown.number_of(row)

    def schedule(self, key: int) -> Schedule | None:
        row = self._by_id.get(key)
        return row.schedule if row else None

    def schedule_at(self, number: int) -> Schedule | None:
        row = self._shown.row(number)
        return row.schedule if row is not None else None

    def status_at(self, number: int) -> str:
        row = self._shown.row(number)
        return row.status if row is not None else ""

    def status_by_id(self, key: int) -> str:
        row = self._by_id.get(key)
        return row.status if row else ""

    def planned(self, schedule: Schedule) -> str:
        """Return "Today, 12:30" or the word for having no time."""
        return self._say.planned(schedule)

    def siblings(self, schedule: Schedule) -> list[Schedule]:
        """Return the other posts of the same message."""
        group, key = schedule.group_id, schedule.id
        if not group:
            return []
        rows = [row.schedule for row in self._order if row.schedule.group_id == group]
        return [one for one in rows if one.id != key]

    def head_rows(self) -> list[int]:
        return self._shown.head_rows()

    def is_head(self, number: int) -> bool:
        return 0 <= number < len(self._shown) and isinstance(self._shown.item(number), DayHead)

    def today_row(self) -> int:
        """Return the row that belongs at the top at first: today's head, or the next day's."""
        today = self._say.today()
        last = 0
        for head, at in zip(self._shown.heads, self._shown.head_rows(), strict=True):
            if head.day is None:
                break
            last = at
            if head.day >= today:
                break
        return last

    # --- what is shown follows --------------------------------------------------------------------

    @property
    def is_working(self) -> bool:
        """Whether what is shown does not yet follow from all rows and filters."""
        return self._slices.running

    def _show(self) -> None:
        """The filters or the order are others: what is shown follows as soon as it can."""
        self._stale = self._urgent = True
        self._run(0)

    def _go_on(self) -> None:
        """Rows have come. While many come, the views are not told of each handful."""
        rest = int((self._shown_at + self._pause() - time.monotonic()) * 1000)
        if not self._slices.running:
            self._run(rest if len(self._shown) else 0)

    def _run(self, delay_ms: int) -> None:
        waiting = sum(len(rows) for rows, _ in islice(self._inbox, 1 + _AT_ONCE // _BATCH))
        if len(self._by_id) + waiting <= _AT_ONCE:
            self._slices.run_whole(self._work(whole=True))
        else:
            self._slices.run(self._work(whole=False), delay_ms)

    def _work(self, *, whole: bool) -> _Work:
        while self._inbox or self._stale or self._only is not None:
            until = time.monotonic() + self._pause()
            while self._inbox and not self._urgent:
                if self._take(*self._inbox.popleft()):
                    self._stale = True
                if not whole:
                    yield
                    # The first rows are shown before more are taken in.
                    if not len(self._shown) or time.monotonic() > until:
                        break
            if not self._inbox and self._only is not None:
                yield from self._drop_others(self._only)
            if self._stale:
                yield from self._build()
            elif not self._inbox and len(self._shown):
                self._touch(0, len(self._shown) - 1)  # the days may be named anew
            yield

    def _drop_others(self, wanted: Sequence[Schedule]) -> _Work:
        """Let go of what `set_rows` did not name."""
        ids: set[int] = set()
        for start in range(0, len(wanted), CHUNK):
            ids.update([one.id for one in wanted[start : start + CHUNK]])
            yield
        if wanted is not self._only:
            return
        self._only = None
        others = self._by_id.keys() - ids if len(ids) < len(self._by_id) else ()
        if others:
            self._take((), others)
            self._stale = True

    def _pause(self) -> float:
        """Seconds between two lists that are shown while rows arrive."""
        return max(_PAUSE, _REST * self._took)

    def _take(self, schedules: Sequence[Schedule], gone: Collection[int]) -> bool:
        """Bring `_order` up to date; whether anything changed. The old list stays as it is: it
        may be shown."""
        changed = self._let_time_pass()
        now, known = self._now(), self._by_id
        add: dict[int, Row] = {}
        drop: list[Row] = []
        for key in gone:
            row = known.pop(key, None)
            if row is not None:
                drop.append(row)
        for schedule in schedules:
            row = known.get(schedule.id)
            if row is not None and (row.schedule is schedule or row.schedule == schedule):
                continue
            fresh = Row(schedule, now, self._days)
            if row is not None and fresh.at == row.at and fresh.day == row.day:
                row.become(fresh)
                self._sorted = None
                changed = True
                continue
            if row is not None and add.get(row.id) is not row:
                drop.append(row)
            known[fresh.id] = add[fresh.id] = fresh
        if drop:
            self._hidden &= known.keys()
        if add or drop:
            self._order = merged(self._order, add.values(), drop)
        return changed or bool(add or drop)

    def _build(self) -> _Work:
        """Find what is shown and tell the views. Stops where that is not wanted any more."""
        self._stale = self._urgent = False
        order, (column, direction) = self._order, self._sort
        backwards = direction == Qt.SortOrder.DescendingOrder
        rows, hidden, keeps = order, self._hidden, self._filter
        if column != TIME:
            if self._sorted is None or self._sorted[0] is not order:
                rows = yield from sort_by(order, column, backwards)
                self._sorted = (order, rows)
            rows = self._sorted[1]
        elif backwards:
            rows = turned(order)
        kept: list[Row] = []
        counts: Counter[str] = Counter()
        networks: set[str] = set()
        ids: set[int] = set()
        whole = not hidden and keeps.passes_all
        holds = keeps.ready()
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
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
            yield
        if not whole:
            rows = kept
        by_time = column == TIME and not backwards
        if column == TIME:
            shown = yield from group_by_day(rows, by_time=by_time)
        else:
            shown = Shown(rows)
        self._publish(shown, counts, networks, ids)

    def _publish(
        self, shown: Shown, counts: Counter[str], networks: set[str], ids: set[int]
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
        self._shown_at, self._took = time.monotonic(), self._slices.take_spent()

    def _touch(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    # --- Qt ---------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _tr(COLUMNS[section]) if 0 <= section < len(COLUMNS) else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self._shown.row(index.row()) is None:
            # Not enabled: the arrow keys pass over the day heads.
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        flags |= Qt.ItemFlag.ItemNeverHasChildren
        if index.column() == TIME:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        row = self._shown.row(index.row())
        if row is None or index.column() != TIME:
            return False
        self.set_ticked([row.id], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(COLUMNS) or (column, order) == self._sort:
            return
        self._sort = (column, order)
        self._sorted = None
        self._show()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item = self._shown.item(index.row())
        if isinstance(item, DayHead):
            return self._head_data(item, index.column(), role)
        return self._row_data(item, index, role)

    def _head_data(self, head: DayHead, column: int, role: int) -> Any:
        if role == self.HeadRole:
            return self._say.heading(head)
        if role in _SPOKEN and column == TIME:
            return ", ".join(word for word in self._say.heading(head) if word)
        return None

    def _row_data(self, row: Row, index: Index, role: int) -> Any:
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._say.cell(row, column)
        if role == Qt.ItemDataRole.CheckStateRole:
            if column != TIME:
                return None
            return Qt.CheckState.Checked if row.id in self._ticked else Qt.CheckState.Unchecked
        if role == self.RowRole:
            return row.schedule
        if role == self.StatusRole:
            return row.status
        if role == self.RepeatedRole:
            return self._is_repeated(row, index.row())
        if role == self.SortRole:
            return self._moment(row) if column == TIME else SORT_KEYS[column](row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._say.spoken(row) if column == TIME else self._say.cell(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._say.tool_tip(row, column)
        return None

    def _moment(self, row: Row) -> datetime:
        far = datetime.max.replace(tzinfo=UTC)
        return far if row.day is None else row.schedule.send_at or far

    def _is_repeated(self, row: Row, number: int) -> bool:
        group = row.schedule.group_id
        before = self._shown.row(number - 1) if group else None
        return before is not None and before.at == row.at and before.schedule.group_id == group
