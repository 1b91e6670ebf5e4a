"""The table of the schedule: rows, ticks, the keys that act on them."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from posto_desktop.models.pictures import PictureBook
from posto_desktop.models.schedules import COLUMNS, LINK, TIME, SchedulesModel
from posto_desktop.ui.schedule.columns import lay_out
from posto_desktop.ui.schedule.delegate import ScheduleDelegate
from posto_desktop.ui.schedule.header import ScheduleHeader
from posto_desktop.ui.theme import Theme

__all__ = ["ScheduleTable"]

SPIN_MS = 83  # twelve steps a second
MOST_SMALL_HEADS = 3000
"""With more days than that their heads are as high as rows: each smaller one takes its time."""


class ScheduleTable(QTableView):
    """Shows a `SchedulesModel`; knows the current row and what was asked for, does nothing itself.

    A click makes a row the current one; the box before it, Space, Ctrl+click and Shift+click tick.
    Signals: `currentChangedTo(object Schedule | None)`, `openInspectorRequested()`,
    `linkClicked(object Schedule)`, `keyRequested(str)` with "retry", "delete" or "duplicate",
    `menuRequested(QPoint)` (global).
    """

    currentChangedTo = Signal(object)
    openInspectorRequested = Signal()
    linkClicked = Signal(object)
    keyRequested = Signal(str)
    menuRequested = Signal(QPoint)

    def __init__(self, model: SchedulesModel, pictures: PictureBook, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("schedules")
        self.setAccessibleName(self.tr("Schedules"))
        self._model = model
        self._current_id: int | None = None
        self._anchor: int | None = None
        self._keep: tuple[int | None, int, int] | None = None
        self._scrolled = self._is_at_today = False
        self._today_at = -1
        self._small_rows: set[int] = set()
        self._small_height = 0
        self._space_below = 0
        self._painter = ScheduleDelegate(model, pictures, self)
        self._head = ScheduleHeader(self)
        self.setHorizontalHeader(self._head)
        self.setItemDelegate(self._painter)
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
        # `paintEvent` fills all of it: then scrolling moves the pixels and paints only new rows.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(0)
        self._size_rows()
        self._spinner = QTimer(self)
        self._spinner.setInterval(SPIN_MS)
        self._spinner.timeout.connect(self._turn)
        model.modelAboutToBeReset.connect(self._before_reset)
        self.setModel(model)
        model.modelReset.connect(self._after_reset)
        model.ticksChanged.connect(self._head.viewport().update)
        self._head.sectionClicked.connect(self._sort_by)
        self._head.tickAllRequested.connect(model.tick_all)
        pictures.arrived.connect(self._picture_arrived)
        self.selectionModel().currentRowChanged.connect(self._current_changed)
        Theme.instance().changed.connect(self._theme_changed)
        self._after_reset()

    # --- what is current --------------------------------------------------------------------------

    def current_id(self) -> int | None:
        """Return the id of the current row, shown or filtered away."""
        return self._current_id

    def set_current(self, key: int) -> None:
        row = self._model.row_of(key)
        if row >= 0:
            index = self._model.index(row, TIME)
            self.selectionModel().setCurrentIndex(index, _SELECT)
            self.scrollTo(index)

    def step(self, by: int) -> None:
        """Make the next or previous post the current one, passing over day heads."""
        row = self.currentIndex().row() + by
        while 0 <= row < self._model.rowCount():
            schedule = self._model.schedule_at(row)
            if schedule is not None:
                self.set_current(schedule.id)
                return
            row += by

    @Slot(QModelIndex, QModelIndex)
    def _current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        self._painter.current = current.row()
        schedule = self._model.schedule_at(current.row())
        if schedule is not None:
            self._current_id = schedule.id
        self._update_row(previous.row())
        self._update_row(current.row())
        if schedule is not None:
            self.currentChangedTo.emit(schedule)

    # --- resets keep the place --------------------------------------------------------------------

    @Slot()
    def _before_reset(self) -> None:
        top = self.rowAt(0)
        while 0 <= top < self._model.rowCount() and self._model.is_head(top):
            top += 1
        schedule = self._model.schedule_at(top)
        offset = self.rowViewportPosition(top) if schedule else 0
        # Nobody has scrolled away from there yet: rows of today may still arrive above.
        at = self.verticalScrollBar().value()
        self._is_at_today = at == self._today_at and self._current_id is None
        self._keep = (schedule.id if schedule else None, offset, self.verticalScrollBar().value())

    @Slot()
    def _after_reset(self) -> None:
        rows = self.verticalHeader()
        self._size_heads()
        self._painter.hovered = -1
        self._painter.current = -1
        if self._current_id is not None:
            row = self._model.row_of(self._current_id)
            if row >= 0:
                index = self._model.index(row, TIME)
                self.selectionModel().setCurrentIndex(index, _SELECT)
                self._painter.current = row
        if not self._scrolled or (self._is_at_today and self._model.head_rows()):
            self.scroll_to_today()
        elif self._keep is not None:
            key, offset, value = self._keep
            row = self._model.row_of(key) if key is not None else -1
            if row >= 0:
                value = rows.sectionPosition(row) - offset
            self.verticalScrollBar().setValue(value)
        self._keep = None
        self._watch_sending()
        self._head.viewport().update()

    def _size_heads(self) -> None:
        """Give the day heads their height. Sizes stay with their row numbers over a reset."""
        rows, height = self.verticalHeader(), Theme.instance().px("row.day_head")
        wanted = self._model.head_rows()
        heads = {*wanted} if len(wanted) <= MOST_SMALL_HEADS else set()
        before = {row for row in self._small_rows if row < rows.count()}
        if height != self._small_height:
            self._small_height = height
            changed = heads
        else:
            changed = heads - before
        # While updates are off a section is resized without finding where it is, which would
        # count all rows before it.
        rows.setUpdatesEnabled(False)
        for row in before - heads:
            rows.resizeSection(row, rows.defaultSectionSize())
        for row in changed:
            rows.resizeSection(row, height)
        rows.setUpdatesEnabled(True)
        self._small_rows = heads

    def scroll_to_today(self) -> None:
        """Put today at the top; done once when the first rows arrive."""
        if not self._model.rowCount() or self._model.head_rows() == []:
            return
        self.updateGeometries()
        self._scrolled = self._model.total() > 0
        position = self.verticalHeader().sectionPosition(self._model.today_row())
        self.verticalScrollBar().setValue(position)
        self._today_at = self.verticalScrollBar().value()

    def forget_place(self) -> None:
        """Start again at today and without a current row, for another workspace."""
        self._scrolled = False
        self._current_id = None
        self._anchor = None

    # --- look -------------------------------------------------------------------------------------

    def _size_rows(self) -> None:
        theme = Theme.instance()
        self.verticalHeader().setDefaultSectionSize(theme.px("row.table.comfortable"))
        self._head.setFixedHeight(theme.px("row.table_head"))

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
        super().paintEvent(event)

    def set_space_below(self, pixels: int) -> None:
        """Leave room under the last row, for the bulk bar."""
        if pixels != self._space_below:
            self._space_below = pixels
            self.updateGeometries()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        bar = self.verticalScrollBar()
        if self._space_below and bar.maximum() > 0:
            bar.setMaximum(bar.maximum() + self._space_below)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        layout = lay_out(self.viewport().width(), Theme.instance())
        self._painter.thumbs = layout.thumbs
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
        """The ring turns only while a sending row exists and the page is seen."""
        sending = self._model.counts().get("sending", 0) > 0
        if sending and self.isVisible():
            if not self._spinner.isActive():
                self._spinner.start()
        else:
            self._spinner.stop()

    @Slot()
    def _turn(self) -> None:
        self._painter.turn = (self._painter.turn + 1) % 12
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        last = last if last >= 0 else self._model.rowCount() - 1
        for row in range(max(first, 0), last + 1):
            if self._model.status_at(row) == "sending":
                self._update_row(row)

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)
        self._watch_sending()
        if not self._scrolled:
            self.scroll_to_today()

    def hideEvent(self, event: QEvent) -> None:
        super().hideEvent(event)
        self._spinner.stop()

    # --- mouse ------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        self._hover(self.rowAt(point.y()))
        index = self.indexAt(point)
        over = self._on_link(index, point)
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        if not event.buttons():
            super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, row: int) -> None:
        if row != self._painter.hovered:
            old, self._painter.hovered = self._painter.hovered, row
            self._update_row(old)
            self._update_row(row)

    def _on_check(self, index: QModelIndex, point: QPoint) -> bool:
        if not index.isValid() or index.column() != TIME or self._model.is_head(index.row()):
            return False
        box = self._painter.check_rect(self.visualRect(index))
        return box.adjusted(-12, -14, 6, 14).contains(point)

    def _on_link(self, index: QModelIndex, point: QPoint) -> bool:
        if not index.isValid() or index.column() != LINK or self._model.is_head(index.row()):
            return False
        schedule = self._model.schedule_at(index.row())
        place = self._painter.link_rect(self.visualRect(index))
        return bool(schedule and schedule.link) and place.contains(point)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._set_ring(False)
        point = event.position().toPoint()
        index = self.indexAt(point)
        schedule = self._model.schedule_at(index.row())
        if event.button() != Qt.MouseButton.LeftButton or schedule is None:
            super().mousePressEvent(event)
            return
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._tick_to(schedule.id)
        elif modifiers & Qt.KeyboardModifier.ControlModifier or self._on_check(index, point):
            self._toggle(schedule.id)
        else:
            self._anchor = schedule.id
            self.selectionModel().setCurrentIndex(index.siblingAtColumn(TIME), _SELECT)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        index = self.indexAt(point)
        if event.button() == Qt.MouseButton.LeftButton and self._on_link(index, point):
            self.linkClicked.emit(self._model.schedule_at(index.row()))
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        index = self.indexAt(point)
        if self._on_check(index, point):
            self.mousePressEvent(event)
        elif self._model.schedule_at(index.row()) is not None and not self._on_link(index, point):
            self.selectionModel().setCurrentIndex(index.siblingAtColumn(TIME), _SELECT)
            self.openInspectorRequested.emit()
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.visualRect(self.currentIndex()).bottomLeft() + QPoint(40, 0)
            self.menuRequested.emit(self.viewport().mapToGlobal(place))
            return
        index = self.indexAt(self.viewport().mapFromGlobal(event.globalPos()))
        if self._model.schedule_at(index.row()) is not None:
            self.selectionModel().setCurrentIndex(index.siblingAtColumn(TIME), _SELECT)
            self.menuRequested.emit(event.globalPos())

    # --- ticks ------------------------------------------------------------------------------------

    def _toggle(self, key: int) -> None:
        self._anchor = key
        self._model.set_ticked([key], not self._model.is_ticked(key))

    def _tick_to(self, key: int) -> None:
        """Tick from the row last touched to this one, both included."""
        end = self._model.row_of(key)
        start = self._model.row_of(self._anchor) if self._anchor is not None else -1
        if start < 0:
            current = self._current_id
            start = self._model.row_of(current) if current is not None else end
        low, high = sorted((start if start >= 0 else end, end))
        shown = [self._model.schedule_at(row) for row in range(low, high + 1)]
        self._model.set_ticked([one.id for one in shown if one is not None], True)

    # --- keys -------------------------------------------------------------------------------------

    def _set_ring(self, on: bool) -> None:
        if self._painter.ring != on:
            self._painter.ring = on
            self._update_row(self._painter.current)

    def focusInEvent(self, event: QFocusEvent) -> None:
        by_key = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        super().focusInEvent(event)
        self._set_ring(by_key)
        if by_key and not self.currentIndex().isValid():
            self.go_to_first()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._set_ring(False)

    def go_to_first(self) -> None:
        """Make the first post that is in sight the current one."""
        row = max(self.rowAt(0), 0)
        while row < self._model.rowCount():
            schedule = self._model.schedule_at(row)
            if schedule is not None:
                self.set_current(schedule.id)
                return
            row += 1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        modifiers &= ~Qt.KeyboardModifier.KeypadModifier
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        control = modifiers == Qt.KeyboardModifier.ControlModifier
        schedule = self._model.schedule_at(self.currentIndex().row())
        self._set_ring(True)
        if control and key == Qt.Key.Key_A:
            self._model.tick_all()
        elif control and key == Qt.Key.Key_D:
            self.keyRequested.emit("duplicate")
        elif plain and key == Qt.Key.Key_Space and schedule is not None:
            self._toggle(schedule.id)
        elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and schedule is not None:
            self.openInspectorRequested.emit()
        elif plain and key == Qt.Key.Key_Delete:
            self.keyRequested.emit("delete")
        elif plain and key == Qt.Key.Key_R:
            self.keyRequested.emit("retry")
        elif plain and key == Qt.Key.Key_Escape and self._model.tick_count():
            self._model.tick_all(False)
        elif modifiers == Qt.KeyboardModifier.ShiftModifier and key in _STEPS:
            if self._anchor is None and schedule is not None:
                self._anchor = schedule.id
            self.step(_STEPS[key])
            if self._current_id is not None:
                self._tick_to(self._current_id)
        elif plain and key in _STEPS and not self.currentIndex().isValid():
            self.go_to_first()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here, not a search for a row that begins so."""

    # --- sorting ----------------------------------------------------------------------------------

    @Slot(int)
    def _sort_by(self, column: int) -> None:
        head = self._head
        if column == head.sort_column:
            ascending = head.sort_order != Qt.SortOrder.AscendingOrder
        else:
            ascending = True
        head.sort_column = column
        head.sort_order = Qt.SortOrder.AscendingOrder if ascending else Qt.SortOrder.DescendingOrder
        self._model.sort(column, head.sort_order)
        head.viewport().update()
        if column == TIME and ascending:
            self.scroll_to_today()


_SELECT = (
    QItemSelectionModel.SelectionFlag.ClearAndSelect
    | QItemSelectionModel.SelectionFlag.Rows
    | QItemSelectionModel.SelectionFlag.Current
)
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
