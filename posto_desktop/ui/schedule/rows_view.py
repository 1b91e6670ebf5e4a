"""View of the schedule's rows: heights, columns, keyboard navigation, scroll position over a
reset."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from posto_desktop.core.schedule_status import PROPOSALS
from posto_desktop.delivery.serial_worker import compute_pause
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.schedule_columns import ScheduleColumns
from posto_desktop.models.schedule_rows import ScheduleRow
from posto_desktop.models.schedules import COLUMNS, TIME, SchedulesModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.schedule.column_layout import lay_out_columns
from posto_desktop.ui.schedule.delegate import ScheduleDelegate
from posto_desktop.ui.schedule.header import ScheduleHeader
from posto_desktop.ui.theme import Theme
from posto_desktop.viewmodels.schedule_selection import ScheduleSelection
from posto_desktop.workers.debouncer import Debouncer

__all__ = ["SELECT", "RowsView"]

SPIN_MS = 83  # milliseconds a step of the spinner
DEFER_PAINT_ABOVE = 1000
"""With more rows other events run between change and painting: each takes some milliseconds, and
together they would cause a visible delay."""
PAINT_SECONDS = 0.02
"""Time budget in seconds for painting changed rows."""
MOST_SMALL_HEADS = 3000
"""With more days their headings are as high as rows: resizing each section takes time."""
SELECT = (
    QItemSelectionModel.SelectionFlag.ClearAndSelect
    | QItemSelectionModel.SelectionFlag.Rows
    | QItemSelectionModel.SelectionFlag.Current
)


class RowsView(QTableView):
    """Shows a `SchedulesModel`; `selection` owns the current post.

    Keyboard navigation skips day headings, to which keys of their own lead, and scrolls to the
    current row."""

    def __init__(
        self,
        model: SchedulesModel,
        selection: ScheduleSelection,
        pictures: ImageCache,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("schedules")
        self.setAccessibleName(self.tr("Schedules"))
        self._model, self._selection = model, selection
        self._kept_place: tuple[ScheduleRow | None, int, int] | None = None
        self._scrolled = self._is_at_today = self._restarts = self._regroups = False
        self._today_at = self._restored_at = -1
        self._small_rows: set[int] = set()
        self._small_height = 0
        self._space_below = 0
        self._dated = False
        self._proposed = False
        self._day: tuple[date | None] | None = None
        """The day whose heading is current."""
        self._columns = ScheduleColumns()
        self._delegate = ScheduleDelegate(model, pictures, self)
        self.head = ScheduleHeader(self)
        self.setHorizontalHeader(self.head)
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAutoScroll(False)
        # `paintEvent` fills the viewport: so scrolling moves the pixels and paints only new rows.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(0)
        self._size_rows()
        self._spinner = QTimer(self)
        self._spinner.setInterval(SPIN_MS)
        self._spinner.timeout.connect(self._advance_spinner)
        self._paint_soon = Debouncer(0, self._paint_again, self)
        model.modelAboutToBeReset.connect(self._before_reset)
        self.setModel(model)
        model.modelReset.connect(self._after_reset)
        model.groupingChanged.connect(self._grouping_changed)
        model.countsChanged.connect(self._on_counts_changed)
        model.ticksChanged.connect(self.head.viewport().update)
        pictures.arrived.connect(self._picture_arrived)
        self.selectionModel().currentRowChanged.connect(self._current_changed)
        selection.goRequested.connect(self.set_current)
        selection.replaced.connect(self._replace)
        Theme.instance().changed.connect(self._theme_changed)
        self._after_reset()

    # --- the current row --------------------------------------------------------------------------

    @Slot(QModelIndex, QModelIndex)
    def _current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        self._delegate.current = current.row()
        schedule = self._model.schedule_at(current.row())
        self._update_row(previous.row())
        self._update_row(current.row())
        head = self._model.head_at(current.row())
        self._day = (head.day,) if head is not None else None
        if schedule is not None:
            is_whole = self._model.message_at(current.row()) is not None
            self._selection.set_current(schedule, is_whole=is_whole)
        elif head is not None:
            self._selection.leave()

    @Slot(int)
    def set_current(self, key: int) -> None:
        """Make a post current if it is shown."""
        self._make_current(self._model.row_of(key))

    @Slot(object)
    def _replace(self, schedule: Schedule) -> None:
        """Follow the current post to its new id without scrolling."""
        row = self._model.row_of(schedule.id, whole=self._selection.is_whole)
        if row >= 0:
            self.selectionModel().setCurrentIndex(self._model.index(row, TIME), SELECT)

    @Slot(int)
    def step(self, by: int) -> None:
        """Make the next or previous post current."""
        self._make_current(self._post_from(self.currentIndex().row() + by, by))

    def step_day(self, by: int) -> None:
        """Make the heading of the next or previous day current, from a post first its own."""
        heads, row = list(self._model.head_rows()), self.currentIndex().row()
        at = bisect_right(heads, row) if by > 0 else bisect_left(heads, row) - 1
        if 0 <= at < len(heads):
            self._make_current(heads[at])

    def step_page(self, by: int) -> None:
        """Move the current row by one page."""
        row = self.currentIndex().row()
        room = self._visible_height() - self.rowHeight(row)
        at = self.rowAt(self.rowViewportPosition(row) + by * room)  # -1 outside the rows
        if at < 0:
            at = 0 if by < 0 else self._model.rowCount() - 1
        target = self._post_from(at, -by)
        if target < 0 or (target - row) * by <= 0:  # at an end, or between two day headings
            target = self._post_from(row + by, by)
        self._make_current(target)

    def go_to_end(self, by: int) -> None:
        """Make the first or the last post current."""
        self._make_current(self._post_from(0 if by < 0 else self._model.rowCount() - 1, -by))

    def go_to_first(self) -> None:
        """Make the first visible post current."""
        self._make_current(self._post_from(max(self.rowAt(0), 0), 1))

    def _visible_height(self) -> int:
        """Return the viewport's height without the part that the bulk bar covers."""
        return self.viewport().height() - self._space_below

    def _post_from(self, row: int, by: int) -> int:
        """Return the first post at or after (before, if `by` is -1) a row; -1 if there is none."""
        while 0 <= row < self._model.rowCount():
            if not self._model.is_head(row):
                return row
            row += by
        return -1

    def _make_current(self, row: int) -> None:
        if row >= 0:
            self.selectionModel().setCurrentIndex(self._model.index(row, TIME), SELECT)
            self.reveal(row)

    def reveal(self, row: int) -> None:
        """Scroll to a row; to the first row of a day with its heading."""
        self.executeDelayedItemsLayout()
        first = row - 1 if self._model.is_head(row - 1) else row
        top = self.rowViewportPosition(first)
        bottom = self.rowViewportPosition(row) + self.rowHeight(row)
        bar, too_low = self.verticalScrollBar(), bottom - self._visible_height()
        if top < 0:
            bar.setValue(bar.value() + top)
        elif too_low > 0:
            bar.setValue(bar.value() + min(too_low, top))

    # --- scroll position over a reset -------------------------------------------------------------

    @Slot()
    def _before_reset(self) -> None:
        self.viewport().setUpdatesEnabled(False)
        compute_pause.ask(PAINT_SECONDS)
        at = self.verticalScrollBar().value()
        # The user has not scrolled yet: keep today on top even if rows arrive above.
        self._is_at_today = at == self._today_at and self._selection.current_id is None
        if self._kept_place is None or at != self._restored_at:
            self._kept_place = self._top_place(at)

    def _top_place(self, at: int) -> tuple[ScheduleRow | None, int, int]:
        """Return the first visible row, its offset in the viewport and the scroll bar's value. It
        is kept until the user scrolls, so that clearing a search leads back to it."""
        top = self.rowAt(0)
        while 0 <= top < self._model.rowCount() and self._model.is_head(top):
            top += 1
        row = self._model.row_at(top)
        return row, self.rowViewportPosition(top) if row else 0, at

    @Slot()
    def _after_reset(self) -> None:
        rows = self.verticalHeader()
        self._resize_heads()
        is_other = self._dated == self._model.has_heads() and self._model.rowCount()
        if is_other or self._proposed != self._has_proposals():
            self._lay_out()
        self._delegate.hovered = -1
        self._delegate.current = -1
        current = self._selection.current_id
        if current is not None or self._day is not None:
            row = self._model.row_of_day(self._day[0]) if self._day is not None else -1
            if current is not None:
                row = self._model.row_of(current, whole=self._selection.is_whole)
            if row >= 0:
                index = self._model.index(row, TIME)
                self.selectionModel().setCurrentIndex(index, SELECT)
                self._delegate.current = row
        if not self._scrolled or (self._is_at_today and self._model.head_rows()):
            self.scroll_to_today()
        elif self._kept_place is not None:
            before, offset, value = self._kept_place
            row = self._model.number_near(before) if before is not None else -1
            if row >= 0:
                is_same = before is not None and self._model.row_at(row) is before
                if not is_same and self._model.is_head(row - 1):
                    row, offset = row - 1, 0
                value = rows.sectionPosition(row) - offset
            if value > self.verticalScrollBar().maximum():
                # the list may have grown, and the scroll bar does not know yet
                self.updateGeometries()
            self.verticalScrollBar().setValue(value)
        if self._regroups and self._delegate.current >= 0:
            self.updateGeometries()
            self._kept_place = None
            self.reveal(self._delegate.current)
        self._restored_at = self.verticalScrollBar().value()
        self._watch_sending()
        self.head.viewport().update()
        if self._model.rowCount() > DEFER_PAINT_ABOVE:
            self._paint_soon.call()
        else:
            self._paint_again()

    @Slot()
    def _paint_again(self) -> None:
        self.viewport().setUpdatesEnabled(True)

    def restart_at_top(self) -> None:
        """Show the next reset from the top, or from today on, since the order changes."""
        self._restarts = True

    @Slot()
    def _on_counts_changed(self) -> None:
        self._regroups = False
        if self._restarts:
            self._restarts = False
            self._kept_place = None
            self.verticalScrollBar().setValue(0)
            self.scroll_to_today()

    def _resize_heads(self) -> None:
        """Set the height of the day headings. Qt keeps section sizes by row number over a reset."""
        rows, height = self.verticalHeader(), Theme.instance().px("row.day_head")
        head_rows = self._model.head_rows()
        heads = {*head_rows} if len(head_rows) <= MOST_SMALL_HEADS else set()
        before = {row for row in self._small_rows if row < rows.count()}
        if height != self._small_height:
            self._small_height = height
            changed = heads
        else:
            changed = heads - before
        # With updates off, Qt resizes a section without computing its position, which would visit
        # all rows before it.
        rows.setUpdatesEnabled(False)
        for row in before - heads:
            rows.resizeSection(row, rows.defaultSectionSize())
        for row in changed:
            rows.resizeSection(row, height)
        rows.setUpdatesEnabled(True)
        self._small_rows = heads

    def scroll_to_today(self) -> None:
        """Scroll today to the top; called once when the first rows arrive."""
        if not self._model.rowCount() or self._model.head_rows() == []:
            return
        self.updateGeometries()
        self._scrolled = self._model.total() > 0
        self._kept_place = None
        position = self.verticalHeader().sectionPosition(self._model.today_row())
        self.verticalScrollBar().setValue(position)
        self._today_at = self.verticalScrollBar().value()

    def forget_place(self) -> None:
        """Start at today again, for another workspace."""
        self._scrolled = False
        self._kept_place = None

    # --- look -------------------------------------------------------------------------------------

    def _size_rows(self) -> None:
        theme = Theme.instance()
        self.verticalHeader().setDefaultSectionSize(theme.px("row.table.comfortable"))
        self.head.setFixedHeight(theme.px("row.table_head"))

    @Slot()
    def _theme_changed(self) -> None:
        self._size_rows()
        self._before_reset()
        self._after_reset()
        self._lay_out()
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), Theme.instance().colour("surface"))
        painter.end()
        self._delegate.begin()
        super().paintEvent(event)

    def set_space_below(self, pixels: int) -> None:
        """Add space below the last row for the bulk bar."""
        if pixels == self._space_below:
            return
        grows, self._space_below = pixels > self._space_below, pixels
        self.updateGeometries()
        if grows and self._delegate.ring and self.currentIndex().isValid():
            self.reveal(self.currentIndex().row())

    def updateGeometries(self) -> None:
        super().updateGeometries()
        bar = self.verticalScrollBar()
        if self._space_below and bar.maximum() > 0:
            bar.setMaximum(bar.maximum() + self._space_below)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def set_columns(self, columns: ScheduleColumns) -> None:
        """Show these columns in their order and widths."""
        if columns.order != self._columns.order:
            self.head.set_order(list(columns.order))
        self._columns = columns
        self._lay_out()
        self.viewport().update()

    @Slot()
    def _grouping_changed(self) -> None:
        """Make room for other columns, and keep the current row in sight at the next reset."""
        self._regroups = True
        self._lay_out()

    def _has_proposals(self) -> bool:
        counts = self._model.counts()
        return any(counts.get(status) for status in PROPOSALS)

    def _lay_out(self) -> None:
        self._dated = self._model.rowCount() > 0 and not self._model.has_heads()
        self._proposed = self._has_proposals()
        width, theme = self.viewport().width(), Theme.instance()
        grouped = self._model.is_grouped
        layout = lay_out_columns(
            width,
            theme,
            self._columns,
            dated=self._dated,
            grouped=grouped,
            proposed=self._proposed,
        )
        self._delegate.thumbs, self.head.slack = layout.thumbs, layout.slack
        for column in range(len(COLUMNS)):
            width = layout.widths[column]
            self.setColumnHidden(column, width == 0)
            if width:
                self.setColumnWidth(column, width)

    def _row_rect(self, row: int) -> QRect:
        return QRect(0, self.rowViewportPosition(row), self.viewport().width(), self.rowHeight(row))

    def _update_row(self, row: int) -> None:
        if row >= 0:
            self.viewport().update(self._row_rect(row))

    @Slot(object)
    def _picture_arrived(self, _url: str) -> None:
        self.viewport().update()

    def _watch_sending(self) -> None:
        """Turn the spinner only while a visible page has a row that is being sent."""
        sending = self._model.counts().get("sending", 0) > 0
        if sending and self.isVisible() and not Theme.instance().less_motion:
            if not self._spinner.isActive():
                self._spinner.start()
        else:
            self._spinner.stop()

    @Slot()
    def _advance_spinner(self) -> None:
        self._delegate.turn = (self._delegate.turn + 1) % 12
        if Theme.instance().less_motion:
            self._spinner.stop()
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        last = last if last >= 0 else self._model.rowCount() - 1
        for row in range(max(first, 0), last + 1):
            if self._model.status_at(row) == "sending":
                self._update_row(row)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch_sending()
        if not self._scrolled:
            self.scroll_to_today()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._spinner.stop()
