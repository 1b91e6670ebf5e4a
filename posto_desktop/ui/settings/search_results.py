"""List of search results in place of the settings navigation."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from posto_desktop.ui.settings.catalogue import PAGES, RowEntry, tr
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.row_cells import CellColumn, TextCell
from posto_desktop.ui.widgets.row_delegate import Index, RowContent, RowDelegate, RowState

_ROW = Qt.ItemDataRole.UserRole
_PAGE = Qt.ItemDataRole.UserRole + 1


def _size(_index: Index) -> QSize:
    theme = Theme.instance()
    return QSize(100, theme.line("body") + theme.line("caption") + 12)


def _row(index: Index, state: RowState) -> RowContent:
    theme = Theme.instance()
    chosen = "accent_soft_text" if state.selected else ""
    words = CellColumn(
        [
            TextCell(str(index.data()), "body", chosen or "text"),
            TextCell(str(index.data(_PAGE)), "caption", chosen or "text_muted"),
        ],
        [theme.line("body"), theme.line("caption")],
    )
    background = state.background("accent_soft", "hover", inset=(0, 1, 0, 1))
    return RowContent([words], (10, 0, 8, 0), background)


class SearchResults(QListWidget):
    """Signals: `chosen(object RowEntry)`; `left()`: Up from the first row."""

    chosen = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Found settings"), "found-settings")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(RowDelegate(self, _row, _size))
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("QListWidget { background: transparent; border: none; }")
        self.itemClicked.connect(self._choose)

    def show_rows(self, rows: Sequence[RowEntry]) -> None:
        """Show results, the first one current."""
        titles = {page.key: tr(page.title) for page in PAGES}
        self.clear()
        for row in rows:
            item = QListWidgetItem(tr(row.title))
            item.setData(_ROW, row)
            item.setData(_PAGE, titles[row.page])
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{tr(row.title)}, {titles[row.page]}")
            item.setToolTip(tr(row.title))
            self.addItem(item)
        if rows:
            self.setCurrentRow(0)

    def choose_current(self) -> None:
        """Choose the current row."""
        item = self.currentItem()
        if item is not None:
            self._choose(item)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(_ROW))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose_current()
        elif event.key() == Qt.Key.Key_Up and self.currentRow() <= 0:
            self.left.emit()
        else:
            super().keyPressEvent(event)
