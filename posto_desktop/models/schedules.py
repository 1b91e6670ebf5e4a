"""Table model of the schedule: cell texts, filters, ticks, and finding a post.

`schedule_rows_model` builds the shown list.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from datetime import UTC, date, datetime

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)

from posto_desktop.common.translation import translate
from posto_desktop.core.limits import network_name
from posto_desktop.models.grouped_schedule_model import GroupedScheduleModel
from posto_desktop.models.row_states import with_tick
from posto_desktop.models.schedule_messages import MessageRow, posts_of
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
    ScheduleRow,
    status_label,
    status_of,
)
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
_ROW = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_TICKABLE = _ROW | Qt.ItemFlag.ItemIsUserCheckable
_READS_CELLS = sys.platform in ("win32", "darwin")
"""Screen readers there read the current cell alone, and not its row."""
_SPOKEN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)


class SchedulesModel(GroupedScheduleModel):
    """The schedule as a table. `ScheduleRowsModel` has `set_rows`, `change_rows` and
    `refresh_clock`, `FilteredScheduleModel` the filters, `GroupedScheduleModel` the messages."""

    SortRole = Qt.ItemDataRole.UserRole + 1
    RowRole = Qt.ItemDataRole.UserRole + 2
    StatusRole = Qt.ItemDataRole.UserRole + 3
    HeadRole = Qt.ItemDataRole.UserRole + 4
    RepeatedRole = Qt.ItemDataRole.UserRole + 5

    # --- rows -------------------------------------------------------------------------------------

    def schedules(self) -> list[Schedule]:
        """Return all schedules, filtered or not, in order of time."""
        return [row.schedule for row in self._order]

    def all_rows(self) -> list[ScheduleRow]:
        """Return a copy of all rows except those being deleted, earliest first."""
        hidden = self._hidden
        return [row for row in self._order if row.id not in hidden] if hidden else [*self._order]

    def shown_rows(self) -> list[ScheduleRow]:
        """Return a copy of the posts that pass all filters, in display order."""
        return [*self._shown.matching_posts()]

    def networks(self) -> list[str]:
        """Return the slugs that occur, for the network filter."""
        return sorted(self._networks - {""}, key=network_name)

    # --- ticks ------------------------------------------------------------------------------------

    def ticked(self) -> list[Schedule]:
        return [row.schedule for row in self.ticked_rows()]

    def ticked_rows(self) -> list[ScheduleRow]:
        """Return the ticked posts in display order."""
        ticked = self._ticked
        return [row for row in self._shown.posts if row.id in ticked] if ticked else []

    def tick_count(self) -> int:
        return len(self._ticked)

    def set_ticked(self, ids: Collection[int], on: bool = True) -> None:
        places = self._numbers_of(ids)
        ticked = self._ticked | places.keys() if on else self._ticked - places.keys()
        if ticked == self._ticked:
            return
        self._ticked = ticked
        self._touch_posts(places.values(), places)
        self.ticksChanged.emit()

    def tick_all(self, on: bool = True) -> None:
        """Tick all posts that are shown, or none."""
        self._ticked = {row.id for row in self._shown.posts} if on else set()
        if len(self._shown):
            self._touch(0, len(self._shown) - 1)
        self.ticksChanged.emit()

    def is_ticked(self, key: int) -> bool:
        return key in self._ticked

    def check_state(self, row: ScheduleRow) -> Qt.CheckState:
        """Return whether a post is ticked; of a message, whether all, some or none are."""
        if not isinstance(row, MessageRow):
            return Qt.CheckState.Checked if row.id in self._ticked else Qt.CheckState.Unchecked
        ticked, count = self.ticked_of(row)
        if ticked == count:
            return Qt.CheckState.Checked
        return Qt.CheckState.PartiallyChecked if ticked else Qt.CheckState.Unchecked

    # --- finding ----------------------------------------------------------------------------------

    def number_near(self, row: ScheduleRow) -> int:
        """Return the row number of a row shown before; if it is gone, that of the row now at its
        time, or after it. -1 for none."""
        if self._is_grouped:
            at = self._shown.number_of(row)
            if at < 0:
                at = self.row_of(row.id)
            if at >= 0:
                return at
        if self._shown.by_time:
            return self._shown.number_from(row)
        return self.row_of(row.id)

    def schedule(self, key: int) -> Schedule | None:
        row = self._by_id.get(key)
        return row.schedule if row else None

    def schedule_at(self, number: int) -> Schedule | None:
        row = self._shown.row(number)
        return row.schedule if row is not None else None

    def row_by_id(self, key: int) -> ScheduleRow | None:
        """Return the row of a schedule, shown or not."""
        return self._by_id.get(key)

    def words(self, row: ScheduleRow, column: int) -> str:
        return self._texts.cell(row, column, under_head=self.has_heads())

    def is_repeated(self, number: int) -> bool:
        """Return True if the row above belongs to the same message and minute: sent posts of a
        message differ in seconds."""
        if self.is_below_message(number):
            return True
        row = self._shown.row(number)
        group = row.schedule.group_id if row is not None else ""
        before = self._shown.row(number - 1) if group else None
        return (
            row is not None
            and before is not None
            and (before.at == row.at or before.at // 60 == row.at // 60)
            and before.schedule.group_id == group
        )

    def status_at(self, number: int) -> str:
        row = self._shown.row(number)
        return row.status if row is not None else ""

    def status_by_id(self, key: int) -> str:
        row = self._by_id.get(key)
        return row.status if row else ""

    def scheduled_words(self, schedule: Schedule) -> str:
        """Return "Today, 12:30" or the text for no time."""
        return self._texts.scheduled_words(schedule)

    def when(self, moment: datetime) -> str:
        """Return a short time: "12:30", "Mon 30 Nov, 12:30"."""
        return self._texts.when(moment)

    def spoken_when(self, moment: datetime) -> str:
        """Return a short time for the middle of a sentence: "12:30", "tomorrow 12:30"."""
        return self._texts.spoken_when(moment)

    def siblings(self, schedule: Schedule) -> list[Schedule]:
        """Return the other posts of the same message."""
        group, key = schedule.group_id, schedule.id
        if not group:
            return []
        rows = [row.schedule for row in self._order if row.schedule.group_id == group]
        return [sibling for sibling in rows if sibling.id != key]

    def has_heads(self) -> bool:
        """Return True if the rows have day headings."""
        return bool(self._shown.heads)

    def head_rows(self) -> list[int]:
        return self._shown.head_rows()

    def is_head(self, number: int) -> bool:
        return 0 <= number < len(self._shown) and isinstance(self._shown.item(number), DayHead)

    def head_at(self, number: int) -> DayHead | None:
        """Return the heading of a day in a row."""
        item = self._shown.item(number) if self.is_head(number) else None
        return item if isinstance(item, DayHead) else None

    def row_of_day(self, day: date | None) -> int:
        """Return the row of a day's heading; -1 if it has none."""
        pairs = zip(self._shown.heads, self._shown.head_rows(), strict=True)
        return next((row for head, row in pairs if head.day == day), -1)

    def today_row(self) -> int:
        """Return the row to scroll to at first: the heading of today or of the next day."""
        today = self._texts.today()
        last = 0
        for head, at in zip(self._shown.heads, self._shown.head_rows(), strict=True):
            if head.day is None:
                break
            last = at
            if head.day >= today:
                break
        return last

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
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (
                translate("SchedulesModel", str(COLUMNS[section]))
                if 0 <= section < len(COLUMNS)
                else None
            )
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._shown.row(index.row()) is None:
            # A key leads there, and it is not greyed out for screen readers.
            return Qt.ItemFlag.ItemIsEnabled if index.column() == TIME else Qt.ItemFlag.NoItemFlags
        return _TICKABLE if index.column() == TIME else _ROW

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        row = self._shown.row(index.row())
        if row is None or index.column() != TIME:
            return False
        ids = [post.id for post in posts_of(row)]
        self.set_ticked(ids, Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if not 0 <= column < len(COLUMNS) or (column, order) == self._sort:
            return
        self._sort = (column, order)
        self._sorted = None
        self._show()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self._shown.item(index.row())
        if isinstance(item, DayHead):
            return self._head_data(item, index.column(), role)
        return self._row_data(item, index, role)

    def _head_data(self, head: DayHead, column: int, role: int) -> object:
        if role == self.HeadRole:
            return self._texts.heading(head)
        if role in _SPOKEN and column == TIME:
            return ", ".join(word for word in self._texts.heading(head) if word)
        return None

    def _row_data(self, row: ScheduleRow, index: Index, role: int) -> object:
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(row, column)
        if role == Qt.ItemDataRole.CheckStateRole:
            if column != TIME:
                return None
            return self.check_state(row)
        if role == self.RowRole:
            return row.schedule
        if role == self.StatusRole:
            return row.status
        if role == self.RepeatedRole:
            return self.is_repeated(index.row())
        if role == self.SortRole:
            return self._moment(row) if column == TIME else SORT_KEYS[column](row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = self._texts.accessible_cell(row, column)
            return with_tick(words, self.check_state(row)) if column == TIME else words
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return self._texts.accessible_rest(row) if column == TIME and _READS_CELLS else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._texts.tool_tip(row, column)
        return None

    def _moment(self, row: ScheduleRow) -> datetime:
        far = datetime.max.replace(tzinfo=UTC)
        return far if row.day is None else row.schedule.send_at or far
