"""Table of the rows to import, each problem under its row with buttons that fix it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QTableView,
    QWidget,
)

from posto_desktop.core.importing.row_check import CheckedRow
from posto_desktop.models.import_rows import MARK, ImportRowsModel
from posto_desktop.ui import keys
from posto_desktop.ui.campaigns.importing.rows_delegate import (
    KEEP,
    LEAVE_OUT,
    TAKE_IN,
    ImportRowsDelegate,
    action_words,
    actions_of,
)
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.focus_ring import came_by_keys
from posto_desktop.ui.widgets.menu import Menu

_WIDTHS = {"text": 220, "when": 142, "date": 122, "time": 110, "picture": 122, "link": 140}
_OTHER = 148
_MARK_WIDTH = 68
_SPARE = 60  # how much narrower Text may get before the table scrolls


class ImportRowsTable(QTableView):
    """Emits what the user asks for; `ImportRowActions` carries it out.

    Signals:
        actionRequested(str, CheckedRow): "change", "locate", "keep", "leave-out" or "take-in".
        columnsMoved(): columns have another width, or were scrolled sideways."""

    actionRequested = Signal(str, object)
    columnsMoved = Signal()

    def __init__(self, model: ImportRowsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Import rows"), "import-rows")
        self._model = model
        self._pressed: tuple[str, int] = ("", -1)
        self._hovered_action: tuple[str, int] = ("", -1)
        self._heights = (0, 0)
        self._is_high: list[bool] = []
        """Whether each row has a line under it, as laid out."""
        self._is_reset = True
        self.setModel(model)
        self.rows_delegate = ImportRowsDelegate(model, self)
        self.setItemDelegate(self.rows_delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(24)
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setMinimumSectionSize(1)
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        model.modelReset.connect(self._on_model_reset)
        model.dataChanged.connect(self._lay_out)
        self.selectionModel().currentChanged.connect(self._current_changed)
        self.horizontalScrollBar().valueChanged.connect(self.columnsMoved)
        Theme.instance().changed.connect(self._lay_out)
        self._lay_out()

    # -- sizes ---------------------------------------------------------------------------------

    @Slot()
    def _on_model_reset(self) -> None:
        self._is_reset = True
        self._lay_out()

    @Slot()
    def _lay_out(self) -> None:
        """Set the row heights: rows with a problem are higher."""
        base = Theme.instance().px("row.import")
        heights = base, base + self.rows_delegate.detail_height()
        high = self._model.rows_with_words()
        vertical = self.verticalHeader()
        # Resizing a section takes time: resize only those that change.
        usual = heights[sum(high) * 2 > len(high)]
        if heights != self._heights or len(high) != len(self._is_high) or self._is_reset:
            self._is_reset = False
            self._heights = heights
            # Sections keep their heights while the default stays the same.
            vertical.setDefaultSectionSize(usual)
            for row, now in enumerate(high):
                if vertical.sectionSize(row) != heights[now]:
                    vertical.resizeSection(row, heights[now])
        else:
            for row, (now, before) in enumerate(zip(high, self._is_high, strict=True)):
                if now != before:
                    vertical.resizeSection(row, heights[now])
        self._is_high = high
        self.verticalScrollBar().setSingleStep(base // 2)
        self._set_widths()
        self.viewport().update()

    def _set_widths(self) -> None:
        count = self._model.columnCount()
        if count < 2:
            return
        scale = Theme.instance().scale
        fields = [self._model.field_of(section) for section in range(1, count)]
        widths = [round(_WIDTHS.get(field.partition(":")[0], _OTHER) * scale) for field in fields]
        room = self.viewport().width() - _MARK_WIDTH - sum(widths) - 1
        text = fields.index("text") if "text" in fields else 0
        if room > 0:
            widths[text] += room
        elif room >= -(spare := round(_SPARE * scale)):
            widths[text] += room  # narrow the text a little instead of scrolling sideways
        else:
            widths[text] -= spare
        for section, width in enumerate([_MARK_WIDTH, *widths]):
            if self.columnWidth(section) != width:
                self.setColumnWidth(section, width)
        self.columnsMoved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_widths()

    def row_rect(self, row: int) -> QRect:
        """Return the rectangle of a row over the full width of the view."""
        top = self.rowViewportPosition(row)
        return QRect(0, top, self.viewport().width(), self.rowHeight(row))

    def visible_rows(self) -> range:
        """Return the numbers of the visible rows."""
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        return range(first, self._model.rowCount() if last < 0 else last + 1)

    # -- painting ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setLayoutDirection(self.layoutDirection())
        theme = Theme.instance()
        for row in self.visible_rows():
            checked = self._model.row_at(row)
            if checked is None:
                continue
            place = self.row_rect(row)
            under = self._hovered_action[0] if self._hovered_action[1] == row else ""
            self.rows_delegate.paint_detail(painter, place, checked, under)
            if row == self.rows_delegate.current:
                bar = QRect(0, place.top(), 3, place.height())
                bar = QStyle.visualRect(self.layoutDirection(), place, bar)
                painter.fillRect(bar, theme.colour("focus"))
                if self.rows_delegate.ring:
                    painters.paint_row_focus(painter, place.adjusted(0, 0, 0, -1), 5)
        painter.end()

    @Slot(QModelIndex, QModelIndex)
    def _current_changed(self, now: QModelIndex, _before: QModelIndex) -> None:
        self.rows_delegate.current = now.row()
        self.viewport().update()

    def _go_to(self, index: QModelIndex) -> None:
        """Make a cell current. Keep the selection if it includes the row, so that an action applies
        to all selected rows."""
        flags = QItemSelectionModel.SelectionFlag
        selection = self.selectionModel()
        if selection.isRowSelected(index.row(), QModelIndex()):
            selection.setCurrentIndex(index, flags.NoUpdate)
        else:
            self.setCurrentIndex(index)

    # -- mouse ---------------------------------------------------------------------------------

    def action_at(self, point: QPoint) -> tuple[str, int]:
        """Return the action of the button at a point of the viewport, and its row; ("", -1) if
        there is none."""
        row = self.rowAt(point.y())
        checked = self._model.row_at(row)
        if checked is not None:
            mirrored = self.isRightToLeft()
            rect = self.row_rect(row)
            for action, place in self.rows_delegate.buttons(rect, checked, mirrored):
                if place.contains(point):
                    return action, row
        return "", -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        under, row = self.action_at(point), self.rowAt(point.y())
        if under != self._hovered_action or row != self.rows_delegate.hovered:
            self._hovered_action, self.rows_delegate.hovered = under, row
            self.viewport().update()
        if not event.buttons():
            super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered_action, self.rows_delegate.hovered = ("", -1), -1
        self.viewport().update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._set_ring(False)
        self._pressed = self.action_at(event.position().toPoint())
        if self._pressed[0] and event.button() == Qt.MouseButton.LeftButton:
            self._go_to(self._model.index(self._pressed[1], MARK))
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.action_at(event.position().toPoint())
        pressed, self._pressed = self._pressed, ("", -1)
        if action[0] and action == pressed and event.button() == Qt.MouseButton.LeftButton:
            self._ask(action[0], action[1])
            event.accept()
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self.action_at(event.position().toPoint())[0]:
            super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.currentIndex()
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            corner = self.visualRect(index).bottomLeft() + QPoint(40, 0)
            place = self.viewport().mapToGlobal(corner)
        else:
            index = self.indexAt(self.viewport().mapFromGlobal(place))
            if index.isValid():
                self._go_to(index)
        if index.isValid():
            self.make_menu(index).popup(place)

    def make_menu(self, index: QModelIndex) -> Menu:
        """Return the context menu of a row."""
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = index.row()
        checked = self._model.row_at(row)
        if checked is None:
            return menu
        actions = actions_of(checked) or [LEAVE_OUT]
        for action in actions:
            entry = menu.add(action_words(action), shortcut=_KEYS.get(action, ""))
            entry.setData((action, row))
        if index.column() != MARK:
            edit = menu.add(self.tr("Edit this cell"), "pencil", shortcut=keys.RENAME)
            edit.setData(("edit", index.row(), index.column()))
        menu.triggered.connect(self._chosen)
        return menu

    @Slot(object)
    def _chosen(self, action: object) -> None:
        data = action.data()  # type: ignore[attr-defined]
        if not data:
            return
        if data[0] == "edit":
            self.edit(self._model.index(data[1], data[2]))
        else:
            self._ask(data[0], data[1])

    def _ask(self, action: str, row: int) -> None:
        checked = self._model.row_at(row)
        if checked is not None:
            self.actionRequested.emit(action, checked)

    # -- keys ----------------------------------------------------------------------------------

    def _set_ring(self, on: bool) -> None:
        if self.rows_delegate.ring != on:
            self.rows_delegate.ring = on
            self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_key = came_by_keys(event)
        self._set_ring(by_key)
        if by_key and not self.currentIndex().isValid() and self._model.rowCount():
            self.setCurrentIndex(self._model.index(0, MARK))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._set_ring(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._set_ring(True)
        row = self.currentIndex().row()
        checked = self._model.row_at(row)
        if self.state() == QAbstractItemView.State.EditingState or checked is None:
            super().keyPressEvent(event)
            return
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and actions_of(checked):
            self._ask(actions_of(checked)[0], row)
        elif key == Qt.Key.Key_Delete:
            self._ask(TAKE_IN if checked.left_out else LEAVE_OUT, row)
        elif key == Qt.Key.Key_Insert and self._can_keep_any(row):
            self._ask(KEEP, row)
        elif key == Qt.Key.Key_F2 and self.currentIndex().column() == MARK:
            self.edit_problem(checked)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _can_keep_any(self, current: int) -> bool:
        rows = {index.row() for index in self.selectionModel().selectedRows(MARK)} | {current}
        candidates = map(self._model.row_at, rows)
        return any(checked is not None and KEEP in actions_of(checked) for checked in candidates)

    def edit_problem(self, checked: CheckedRow) -> None:
        """Edit the cell with the problem, else the first one."""
        problem = checked.main
        section = problem.column + 1 if problem is not None and problem.column >= 0 else 1
        row = self._model.place_of(checked.row.number)
        if row >= 0:
            index = self._model.index(row, section)
            self.setCurrentIndex(index)
            self.scrollTo(index)
            self.edit(index)

    def selected_numbers(self) -> list[int]:
        rows = {index.row() for index in self.selectionModel().selectedRows(MARK)}
        candidates = [self._model.row_at(row) for row in sorted(rows)]
        return [checked.row.number for checked in candidates if checked is not None]


_KEYS = {LEAVE_OUT: keys.DELETE, TAKE_IN: keys.DELETE, KEEP: keys.KEEP}
