"""List view based on a table: one column, a default height, other heights for some rows.

A QTableView instead of a QListView, because it finds a row's position without asking for the
heights of all rows above, of which there may be thousands."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from posto_desktop.ui.widgets.buttons import name_control


class PlainTable(QTableView):
    def __init__(self, name: str, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name_control(self, name, object_name)
        self.setProperty("ground", "own")  # delegates paint the selection with round corners
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setMinimumSectionSize(1)
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def set_row_height(self, height: int) -> None:
        """Set the default row height."""
        self.verticalHeader().setDefaultSectionSize(height)
        self.verticalScrollBar().setSingleStep(max(1, height // 2))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_key = event.reason() not in (
            Qt.FocusReason.MouseFocusReason,
            Qt.FocusReason.PopupFocusReason,
        )
        # Qt makes the first row current, even if it is a heading.
        if by_key and not self.currentIndex().flags() & Qt.ItemFlag.ItemIsSelectable:
            self._go_to_first()

    def _go_to_first(self) -> None:
        """Make the first selectable row current; headings are not selectable."""
        model = self.model()
        for row in range(model.rowCount(QModelIndex()) if model is not None else 0):
            index = model.index(row, 0)
            if index.flags() & Qt.ItemFlag.ItemIsSelectable:
                self.setCurrentIndex(index)
                return

    def current_row(self) -> int:
        return self.currentIndex().row()

    def go_to(self, row: int) -> None:
        """Make a row current and scroll to it."""
        model = self.model()
        if model is None or not 0 <= row < model.rowCount(QModelIndex()):
            return
        index = model.index(row, 0)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Home and End go to the first and last row."""
        model, ends = self.model(), QAbstractItemView.CursorAction
        if model is not None and action in (ends.MoveHome, ends.MoveEnd):
            row = 0 if action == ends.MoveHome else model.rowCount(QModelIndex()) - 1
            return model.index(row, 0)
        return super().moveCursor(action, modifiers)
