"""List of Settings > Team: rows that open, with a menu, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QSizePolicy, QWidget

from posto_desktop.models.team_rows import TeamRowsModel
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.row_cells import Cell
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowSeparator,
    RowState,
)
from posto_desktop.ui.widgets.view_ring import ViewRing

__all__ = ["TeamList"]

T = TypeVar("T")
_LEAST_ROWS = 3
"""Rows that are seen however low the window is."""
Describe = Callable[[T, bool], Sequence[Cell]]
"""Returns the cells of a row; the flag says whether the pointer or the keyboard is on it."""


class TeamList(QListView, Generic[T]):
    """Signals: `opened(row)` by Enter, a double click or the cell "open"; `removeRequested(row)` by
    Delete; `cellPressed(row, str key)`; `menuRequested(row, QPoint global)`."""

    opened = Signal(object)
    removeRequested = Signal(object)
    cellPressed = Signal(object, str)
    menuRequested = Signal(object, QPoint)

    def __init__(
        self,
        name: str,
        object_name: str,
        model: TeamRowsModel[T],
        describe: Describe[T],
        lines: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        name_control(self, name, object_name)
        self._rows, self._describe, self._lines = model, describe, lines
        self._delegate = RowDelegate(self, self._content, self._size)
        self.setItemDelegate(self._delegate)
        self.setProperty("role", "scrolled")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setModel(model)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._ring = ViewRing(self, lambda: self.currentIndex().isValid())
        model.modelAboutToBeReset.connect(self._note_current)
        model.modelReset.connect(self._restore_current)
        model.rowsInserted.connect(self.updateGeometry)
        self._current_id = -1
        Theme.instance().changed.connect(self._theme_changed)

    def current(self) -> T | None:
        """Return the current row."""
        index = self.currentIndex()
        return self._rows.row(index.row()) if index.isValid() else None

    def choose(self, row_id: int) -> None:
        """Make a row current, if it is listed."""
        place = self._rows.place_of(row_id)
        if place >= 0:
            self.setCurrentIndex(self._rows.index(place))

    @Slot()
    def _note_current(self) -> None:
        row = self.current()
        self._current_id = int(row.id) if row is not None else -1  # type: ignore[attr-defined]

    @Slot()
    def _restore_current(self) -> None:
        place = self._rows.place_of(self._current_id)
        if place < 0 and self._rows.rows and self.hasFocus():
            place = 0
        if place >= 0:
            self.setCurrentIndex(self._rows.index(place))
        self._ring.refresh()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the size of all rows: a short list ends after its last one."""
        return QSize(super().sizeHint().width(), len(self._rows.rows) * self._row_height())

    def minimumSizeHint(self) -> QSize:
        shown = min(len(self._rows.rows), _LEAST_ROWS)
        return QSize(super().minimumSizeHint().width(), shown * self._row_height())

    @Slot()
    def _theme_changed(self) -> None:
        self.doItemsLayout()
        self.updateGeometry()
        self.viewport().update()

    def _row_height(self) -> int:
        theme = Theme.instance()
        return theme.line("body") + (self._lines - 1) * theme.line("small") + 16

    def _size(self, _index: Index) -> QSize:
        return QSize(100, self._row_height())

    def _content(self, index: Index, state: RowState) -> RowContent:
        row = self._rows.row(index.row())
        if row is None:
            return RowContent([])
        is_last = index.row() == len(self._rows.rows) - 1
        background = state.background(radius=8, inset=(4, 2, 4, 2))
        return RowContent(
            self._describe(row, state.hovered or state.current),
            (14, 0, 12, 0),
            background,
            None if is_last else RowSeparator(14, 14),
            RowFocusRing((4, 2, 4, 2), 8) if state.ringed else None,
        )

    # -- mouse and keyboard ----------------------------------------------------------------------

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            point = event.position().toPoint()
            key = self._delegate.target_at(point)
            row = self._rows.row(self.indexAt(point).row())
            if key and row is not None:
                self._press(row, key)

    def _press(self, row: T, key: str) -> None:
        if key == "open":
            self.opened.emit(row)
        else:
            self.cellPressed.emit(row, key)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        point = event.position().toPoint()
        row = self._rows.row(self.indexAt(point).row())
        if row is not None and not self._delegate.target_at(point):
            self.opened.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, key = self.current(), event.key()
        if row is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.opened.emit(row)
        elif row is not None and key == Qt.Key.Key_Delete:
            self.removeRequested.emit(row)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        row = self._rows.row(index.row())
        if row is not None:
            place = self.visualRect(index).center() if by_key else event.pos()
            self.menuRequested.emit(row, self.viewport().mapToGlobal(place))
