"""Table of the schedule page: mouse, checkboxes, shortcuts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QKeyCombination, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from posto_desktop.core.edited_message import first_editable
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.schedule_columns import Sort
from posto_desktop.models.schedule_messages import posts_of
from posto_desktop.models.schedules import CHANNEL, LINK, TIME, SchedulesModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui import keys
from posto_desktop.ui.accessibility.announcer import announce, announce_folded
from posto_desktop.ui.schedule.rows_view import SELECT, RowsView
from posto_desktop.ui.widgets.focus_ring import came_by_keys
from posto_desktop.ui.widgets.text_drag import drag_text, text_of
from posto_desktop.viewmodels.schedule_selection import ScheduleSelection

__all__ = ["ScheduleTable"]


class ScheduleTable(RowsView):
    """Emits what the user asks for and carries nothing out itself.

    A click makes a row current; a click on the checkbox, Space, Ctrl+click and Shift+click tick. A
    click on its chevron, Right and Left unfold and fold a message.
    Dragging a row exports its text to other programs. Signals: `openInspectorRequested()`,
    `linkClicked(object Schedule)`, `menuRequested(QPoint)` (global position)."""

    editRequested = Signal(object)
    openInspectorRequested = Signal()
    linkClicked = Signal(object)
    menuRequested = Signal(QPoint)

    def __init__(
        self,
        model: SchedulesModel,
        selection: ScheduleSelection,
        pictures: ImageCache,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(model, selection, pictures, parent)
        self.handle_key: Callable[[QKeyEvent], bool] = lambda _event: False
        """Handles a key of the table; returns True if it did."""
        self._anchor: int | None = None
        self._pressed: tuple[QPoint, Schedule] | None = None
        self.head.tickAllRequested.connect(model.tick_all)
        model.modelReset.connect(self._show_focus)

    def forget_place(self) -> None:
        super().forget_place()
        self._anchor = None

    # --- mouse ------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        self._hover(self.rowAt(point.y()))
        index = self.indexAt(point)
        over = self._is_on_link(index, point)
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        if not event.buttons():
            super().mouseMoveEvent(event)
        elif self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            start, schedule = self._pressed
            if (point - start).manhattanLength() >= QApplication.startDragDistance():
                self._drag_text(schedule)

    def _drag_text(self, schedule: Schedule) -> None:
        """Start a drag with the text of the row, or of all ticked rows if this is one of them."""
        self._pressed = None
        ticked = self._model.ticked() if self._model.is_ticked(schedule.id) else [schedule]
        drag_text(self, text_of(post.whole_text for post in ticked))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered:
            old, self._delegate.hovered = self._delegate.hovered, row
            self._update_row(old)
            self._update_row(row)

    def _is_on_check(self, index: QModelIndex, point: QPoint) -> bool:
        if not index.isValid() or index.column() != TIME or self._model.is_head(index.row()):
            return False
        box = self._delegate.check_rect(self.visualRect(index), index.row())
        before, after = 12, 2 if self._model.message_at(index.row()) is not None else 6
        if self.isRightToLeft():
            before, after = after, before
        return box.adjusted(-before, -14, after, 14).contains(point)

    def _is_on_chevron(self, index: QModelIndex, point: QPoint) -> bool:
        if index.column() != TIME or self._model.message_at(index.row()) is None:
            return False
        place = self._delegate.chevron_rect(self.visualRect(index))
        return place.adjusted(0, -10, 0, 10).contains(point)

    def _is_on_link(self, index: QModelIndex, point: QPoint) -> bool:
        if not index.isValid() or index.column() != LINK or self._model.is_head(index.row()):
            return False
        row = self._model.row_at(index.row())
        place = self._delegate.link_rect(self.visualRect(index))
        return bool(row and row.link) and place.contains(point)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._set_ring(False)
        point = event.position().toPoint()
        index = self.indexAt(point)
        schedule = self._model.schedule_at(index.row())
        if self._model.is_head(index.row()):
            return
        if event.button() != Qt.MouseButton.LeftButton or schedule is None:
            super().mousePressEvent(event)
            return
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._tick_to(index.row())
        elif modifiers & Qt.KeyboardModifier.ControlModifier or self._is_on_check(index, point):
            self._toggle(index.row())
        elif self._is_on_chevron(index, point):
            message = self._model.message_at(index.row())
            self._model.set_open(index.row(), message is not None and not message.is_open)
        else:
            self._anchor = schedule.id
            self._pressed = (point, schedule)
            self.selectionModel().setCurrentIndex(index.siblingAtColumn(TIME), SELECT)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        point = event.position().toPoint()
        index = self.indexAt(point)
        if event.button() == Qt.MouseButton.LeftButton and self._is_on_link(index, point):
            self.linkClicked.emit(self._model.schedule_at(index.row()))
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        index = self.indexAt(point)
        if self._is_on_check(index, point) or self._is_on_chevron(index, point):
            self.mousePressEvent(event)
        elif self._model.schedule_at(index.row()) is not None and not self._is_on_link(
            index, point
        ):
            self.selectionModel().setCurrentIndex(index.siblingAtColumn(TIME), SELECT)
            self.editRequested.emit(first_editable(self._model.schedules_at(index.row())))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self.visualRect(self.currentIndex()).bottomLeft() + QPoint(40, 0)
            self.menuRequested.emit(self.viewport().mapToGlobal(place))
            return
        index = self.indexAt(self.viewport().mapFromGlobal(event.globalPos()))
        if self._model.schedule_at(index.row()) is not None:
            self.selectionModel().setCurrentIndex(index.siblingAtColumn(TIME), SELECT)
            self.menuRequested.emit(event.globalPos())

    # --- ticks ------------------------------------------------------------------------------------

    def _toggle(self, number: int) -> None:
        """Tick the posts of a row, or untick them if all are ticked."""
        row = self._model.row_at(number)
        if row is None:
            return
        self._anchor = row.id
        is_ticked = self._model.check_state(row) == Qt.CheckState.Checked
        self._model.set_ticked([post.id for post in posts_of(row)], not is_ticked)
        words = self._model.index(number, TIME).data(Qt.ItemDataRole.AccessibleTextRole)
        announce(str(words), "tick")

    def _tick_to(self, end: int) -> None:
        """Tick all rows from the last touched one to this one."""
        start = self._model.row_of(self._anchor) if self._anchor is not None else -1
        if start < 0:
            current = self._selection.current_id
            start = self._model.row_of(current) if current is not None else end
        low, high = sorted((start if start >= 0 else end, end))
        shown = [self._model.schedules_at(row) for row in range(low, high + 1)]
        self._model.set_ticked([post.id for posts in shown for post in posts], True)

    # --- keys -------------------------------------------------------------------------------------

    def _set_ring(self, on: bool) -> None:
        if self._delegate.ring != on:
            self._delegate.ring = on
            self._update_row(self._delegate.current)

    def focusInEvent(self, event: QFocusEvent) -> None:
        by_key, had_current = came_by_keys(event), self.currentIndex().isValid()
        super().focusInEvent(event)
        self._set_ring(by_key)
        # Without a current row Qt takes the first one, which is a heading.
        is_head = self._model.is_head(self.currentIndex().row())
        if not had_current and (by_key or is_head):
            self.go_to_first()

    @Slot()
    def _show_focus(self) -> None:
        """Make the first post current if keys moved the focus here before there was one."""
        if self._selection.current_id is not None:
            return  # its row is hidden, or comes back in a moment, as that of a moved post does
        if self._delegate.ring and self.hasFocus() and not self.currentIndex().isValid():
            self.go_to_first()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._set_ring(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        modifiers &= ~Qt.KeyboardModifier.KeypadModifier
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        control = modifiers == Qt.KeyboardModifier.ControlModifier
        schedule = self._model.schedule_at(self.currentIndex().row())
        self._set_ring(True)
        if control and key == Qt.Key.Key_A:
            self._model.tick_all()
        elif plain and key == Qt.Key.Key_Space and schedule is not None:
            self._toggle(self.currentIndex().row())
        elif (by := _days_of(key, modifiers)) and self._model.has_heads():
            self.step_day(by)
        elif plain and key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._model.is_grouped:
            mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            self._fold_current((key == Qt.Key.Key_Right) != mirrored)
        elif plain and key == Qt.Key.Key_Escape and self._model.tick_count():
            self._model.tick_all(False)
        elif not self.handle_key(event) and not self._handle_navigation_key(key, modifiers):
            super().keyPressEvent(event)
            return
        event.accept()

    def _handle_navigation_key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """Move the current row by a navigation key; with Shift also tick. Return False for other
        keys."""
        shift = Qt.KeyboardModifier.ShiftModifier
        ends = key in _ENDS and not modifiers & ~(shift | Qt.KeyboardModifier.ControlModifier)
        if not ends and (key not in (*_STEPS, *_PAGES) or modifiers & ~shift):
            return False
        if self._anchor is None:
            self._anchor = self._selection.current_id
        if ends:
            self.go_to_end(_ENDS[Qt.Key(key)])
        elif not self.currentIndex().isValid():
            self.go_to_first()
        elif key in _STEPS:
            self.step(_STEPS[Qt.Key(key)])
        else:
            self.step_page(_PAGES[Qt.Key(key)])
        if not modifiers & shift:
            self._anchor = self._selection.current_id
        elif self._selection.current_id is not None:
            self._tick_to(self.currentIndex().row())
        return True

    def _fold_current(self, on: bool) -> None:
        """Unfold the current message, or go to its first post; fold it, or go to it from a post."""
        number = self.currentIndex().row()
        message = self._model.message_at(number)
        if message is not None and message.is_open != on:
            self._model.set_open(number, on)
            announce_folded(self._model.words(message, CHANNEL), not on)
        elif message is not None and on:
            self.step(1)
        elif message is None and not on and self._model.is_below_message(number):
            post = self._model.row_at(number)
            self._make_current(self._model.row_of(post.id, whole=True) if post else -1)

    def keyboardSearch(self, search: str) -> None:
        """Disable Qt's type-ahead search: letters are shortcuts here."""

    # --- sorting ----------------------------------------------------------------------------------

    def show_sort(self, sort: Sort) -> None:
        """Sort the rows and scroll to the top, or to today."""
        head, order = self.head, Qt.SortOrder
        self.restart_at_top()
        head.sort_column = sort.column
        head.sort_order = order.DescendingOrder if sort.backwards else order.AscendingOrder
        self._model.sort(sort.column, head.sort_order)
        head.viewport().update()


_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
_ENDS = {Qt.Key.Key_Home: -1, Qt.Key.Key_End: 1}


def _days_of(key: int, modifiers: Qt.KeyboardModifier) -> int:
    """Return -1 or 1 for the key to the heading of the day before or after, else 0."""
    pressed = QKeySequence(QKeyCombination(modifiers, Qt.Key(key)))
    if pressed in keys.sequences(keys.DAY_BEFORE):
        return -1
    return int(pressed in keys.sequences(keys.DAY_AFTER))
