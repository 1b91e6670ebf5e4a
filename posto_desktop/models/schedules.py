"""The plan as a table: plain rows, filtered and sorted in Python, grouped by day.

A `QSortFilterProxyModel` needs seconds for 100,000 rows (millions of `data()` calls); a list
comprehension over plain rows needs milliseconds. So this model does all of it itself: `set_rows`
takes what the service sent, filters are plain attributes, and the visible list is rebuilt at once.

While sorted by time the rows stand under day heads, earliest first, and what has no time (drafts)
comes last. Sorted by anything else there are no heads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, tzinfo
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
from posto_desktop.models.schedule_rows import (
    CHANNEL,
    COLUMNS,
    LINK,
    MEDIA,
    SORT_KEYS,
    STATUS,
    STATUSES,
    TEXT,
    TIME,
    DayHead,
    Row,
    group_by_day,
    same_shape,
    sort_rows,
    status_label,
    status_of,
)
from posto_desktop.models.schedule_words import ScheduleWords
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
        self._by_id: dict[int, Row] = {}
        self._rows: list[Row] = []
        self._visible: list[Row | DayHead] = []
        self._position: dict[int, int] | None = None
        self._ticked: set[int] = set()
        self._hidden: set[int] = set()
        self._words: list[str] = []
        self._status: str | None = None
        self._network: str | None = None
        self._channels: frozenset[int] | None = None
        self._sort = (TIME, Qt.SortOrder.AscendingOrder)
        self._counts: Counter[str] = Counter()
        self._networks: list[str] = []

    # --- rows -------------------------------------------------------------------------------------

    def set_rows(self, schedules: Iterable[Schedule]) -> None:
        """Show these schedules; an id that comes twice counts once, its later row wins.

        Rows that did not change are kept, and where only contents changed the views are told just
        that, so that ticks, current row and scroll position stay.
        """
        now, days, old = self._now(), dates.LocalDays(self._zone), self._by_id
        fresh: dict[int, Row] = {}
        same_ids = True
        for schedule in schedules:
            row = old.get(schedule.id)
            if row is None:
                same_ids = False
                row = Row(schedule, now, days)
            elif row.schedule is not schedule and row.schedule != schedule:
                row = Row(schedule, now, days)
            fresh[schedule.id] = row
        unchanged = (
            same_ids
            and len(fresh) == len(old)
            and all(old[key] is row for key, row in fresh.items())
        )
        self._by_id = fresh
        self._hidden &= fresh.keys()
        if unchanged:
            self.refresh_clock()
            return
        self._rows = list(fresh.values())
        self._networks = sorted(
            {row.schedule.network for row in self._rows} - {""}, key=network_name
        )
        self._resort()
        self._show()

    def schedules(self) -> list[Schedule]:
        """Return all schedules, filtered or not, in the present order."""
        return [row.schedule for row in self._rows]

    def networks(self) -> list[str]:
        """Return the slugs that occur, for the network filter."""
        return self._networks

    def refresh_clock(self) -> None:
        """Let time pass: what was ahead and is overdue now says so, and the days are named anew."""
        now = self._now()
        changed = False
        for row in self._rows:
            if row.schedule.status == "not_sent":
                status = status_of(row.schedule, now)
                if status != row.status:
                    row.status = status
                    changed = True
        if changed:
            self._show()
        elif self._visible:
            self._touch(0, len(self._visible) - 1)

    # --- filters ----------------------------------------------------------------------------------

    def set_search(self, text: str) -> None:
        """Keep rows whose text, channel, error or link holds every word of ``text``."""
        wanted = text.casefold().split()
        if wanted != self._words:
            self._words = wanted
            self._show()

    def set_status(self, key: str | None) -> None:
        if key != self._status:
            self._status = key
            self._show()

    def set_network(self, slug: str | None) -> None:
        if slug != self._network:
            self._network = slug
            self._show()

    def set_channels(self, ids: Collection[int] | None) -> None:
        """Keep rows of these channels; None keeps all."""
        channels = None if ids is None else frozenset(ids)
        if channels != self._channels:
            self._channels = channels
            self._show()

    def clear_filters(self) -> None:
        """Drop search, status and network. The channels belong to the channel pane."""
        self._words, self._status, self._network = [], None, None
        self._show()

    def hide(self, ids: Collection[int]) -> None:
        """Take rows out of sight while their deletion can still be undone."""
        self._hidden |= set(ids) & self._by_id.keys()
        self._show()

    def unhide(self, ids: Collection[int] | None = None) -> None:
        """Bring hidden rows back; None brings all back."""
        back = self._hidden if ids is None else self._hidden & set(ids)
        if back:
            self._hidden = self._hidden - back
            self._show()

    @property
    def status_filter(self) -> str | None:
        return self._status

    @property
    def network_filter(self) -> str | None:
        return self._network

    def is_filtered(self) -> bool:
        return bool(self._words or self._status or self._network or self._channels is not None)

    def counts(self) -> dict[str, int]:
        """Rows by status token that pass every filter but the one for the status."""
        return dict(self._counts)

    def total(self) -> int:
        """Rows that are there at all, less those being deleted."""
        return len(self._rows) - len(self._hidden)

    def shown(self) -> int:
        """Rows that pass all filters (day heads are no rows)."""
        return sum(self._counts.values()) if self._status is None else self._counts[self._status]

    def count_without_status(self) -> int:
        return sum(self._counts.values())

    # --- ticks ------------------------------------------------------------------------------------

    def ticked_ids(self) -> list[int]:
        """Ids of the ticked rows in the order in which they stand."""
        if not self._ticked:
            return []
        return [
            item.id for item in self._visible if isinstance(item, Row) and item.id in self._ticked
        ]

    def ticked(self) -> list[Schedule]:
        return [self._by_id[key].schedule for key in self.ticked_ids()]

    def tick_count(self) -> int:
        return len(self._ticked)

    def set_ticked(self, ids: Collection[int], on: bool = True) -> None:
        shown = self._positions()
        wanted = {key for key in ids if key in shown}
        ticked = self._ticked | wanted if on else self._ticked - wanted
        if ticked == self._ticked:
            return
        self._ticked = ticked
        places = [shown[key] for key in wanted]
        self._touch(min(places), max(places))
        self.ticksChanged.emit()

    def tick_all(self, on: bool = True) -> None:
        """Tick what the filters show, or nothing."""
        self._ticked = {item.id for item in self._visible if isinstance(item, Row)} if on else set()
        if self._visible:
            self._touch(0, len(self._visible) - 1)
        self.ticksChanged.emit()

    def is_ticked(self, key: int) -> bool:
        return key in self._ticked

    # --- finding ----------------------------------------------------------------------------------

    def row_of(self, key: int) -> int:
        """Return the row number of a schedule, or -1 when it is not shown."""
        return self._positions().get(key, -1)

    def schedule(self, key: int) -> Schedule | None:
        row = self._by_id.get(key)
        return row.schedule if row else None

    def schedule_at(self, number: int) -> Schedule | None:
        item = self._visible[number] if 0 <= number < len(self._visible) else None
        return item.schedule if isinstance(item, Row) else None

    def status_at(self, number: int) -> str:
        item = self._visible[number] if 0 <= number < len(self._visible) else None
        return item.status if isinstance(item, Row) else ""

    def status_by_id(self, key: int) -> str:
        row = self._by_id.get(key)
        return row.status if row else ""

    def planned(self, schedule: Schedule) -> str:
        """Return "Today, 12:30" or the word for having no time."""
        return self._say.planned(schedule)

    def siblings(self, schedule: Schedule) -> list[Schedule]:
        """Return the other posts of the same message."""
        if not schedule.group_id:
            return []
        return [
            row.schedule
            for row in self._rows
            if row.schedule.group_id == schedule.group_id and row.id != schedule.id
        ]

    def head_rows(self) -> list[int]:
        return [at for at, item in enumerate(self._visible) if isinstance(item, DayHead)]

    def is_head(self, number: int) -> bool:
        return 0 <= number < len(self._visible) and isinstance(self._visible[number], DayHead)

    def today_row(self) -> int:
        """Return the row that belongs at the top at first: today's head, or the next day's."""
        today = self._say.today()
        last = 0
        for at, item in enumerate(self._visible):
            if isinstance(item, DayHead):
                if item.day is None:
                    break
                last = at
                if item.day >= today:
                    break
        return last

    # --- building the visible list ----------------------------------------------------------------

    def _positions(self) -> dict[int, int]:
        if self._position is None:
            self._position = {
                item.id: at for at, item in enumerate(self._visible) if isinstance(item, Row)
            }
        return self._position

    def _resort(self) -> None:
        column, order = self._sort
        self._rows = sort_rows(self._rows, column, order == Qt.SortOrder.DescendingOrder)

    def _filtered(self) -> list[Row]:
        rows = self._rows
        if self._hidden:
            hidden = self._hidden
            rows = [row for row in rows if row.id not in hidden]
        if self._channels is not None:
            channels = self._channels
            rows = [row for row in rows if row.schedule.channel_id in channels]
        if self._network is not None:
            network = self._network
            rows = [row for row in rows if row.schedule.network == network]
        for word in self._words:
            rows = [row for row in rows if word in row.hay]
        self._counts = Counter([row.status for row in rows])
        if self._status is not None:
            status = self._status
            rows = [row for row in rows if row.status == status]
        return rows

    def _show(self) -> None:
        rows = self._filtered()
        visible = group_by_day(rows) if self._sort[0] == TIME else [*rows]
        if same_shape(visible, self._visible):
            self._visible = visible
            if visible:
                self._touch(0, len(visible) - 1)
        else:
            self.beginResetModel()
            self._visible = visible
            self._position = None
            self.endResetModel()
        if self._ticked:
            still = self._ticked & self._positions().keys()
            if still != self._ticked:
                self._ticked = still
                self.ticksChanged.emit()
        self.countsChanged.emit()

    def _touch(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    # --- Qt ---------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._visible)

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
        if not index.isValid() or isinstance(self._visible[index.row()], DayHead):
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
        item = self._visible[index.row()]
        if not isinstance(item, Row) or index.column() != TIME:
            return False
        self.set_ticked([item.id], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(COLUMNS) or (column, order) == self._sort:
            return
        self._sort = (column, order)
        self._resort()
        self._show()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item = self._visible[index.row()]
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
            return row.moment if column == TIME else SORT_KEYS[column](row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._say.spoken(row) if column == TIME else self._say.cell(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._say.tool_tip(row, column)
        return None

    def _is_repeated(self, row: Row, number: int) -> bool:
        before = self._visible[number - 1] if number else None
        return (
            isinstance(before, Row)
            and before.moment == row.moment
            and bool(row.schedule.group_id)
            and before.schedule.group_id == row.schedule.group_id
        )
