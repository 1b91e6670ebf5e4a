"""The rows that were found, in the place of the pages' names."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from posto_desktop.ui.settings.catalogue import PAGES, RowEntry, tr
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control

_ROW = Qt.ItemDataRole.UserRole
_PAGE = Qt.ItemDataRole.UserRole + 1


class _Delegate(QStyledItemDelegate):
    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        theme = Theme.instance()
        return QSize(100, theme.line("body") + theme.line("caption") + 12)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        theme = Theme.instance()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect).adjusted(0, 1, 0, -1)
        on = bool(option.state & QStyle.StateFlag.State_Selected)
        if on or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft" if on else "hover"))
            painter.drawRoundedRect(box, 7, 7)
        words = QStyle.visualRect(
            option.direction, option.rect, option.rect.adjusted(10, 6, -8, -6)
        )
        side = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft)
        for font, role, text, top, height in (
            ("body", "text", index.data(), 0, theme.line("body")),
            ("caption", "text_muted", index.data(_PAGE), theme.line("body"), theme.line("caption")),
        ):
            painter.setFont(theme.font(font))
            painter.setPen(theme.colour("accent_soft_text" if on else role))
            metrics = QFontMetrics(theme.font(font))
            shown = metrics.elidedText(str(text), Qt.TextElideMode.ElideRight, words.width())
            place = QRect(words.x(), words.y() + top, words.width(), height)
            painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()


class SearchResults(QListWidget):
    """Signals: `chosen(object RowEntry)`; `left()`: Up from the first row."""

    chosen = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Found settings"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_Delegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("QListWidget { background: transparent; border: none; }")
        self.setMouseTracking(True)
        self.itemClicked.connect(self._choose)

    def show_rows(self, found: Sequence[RowEntry]) -> None:
        """Show what was found, the first one current."""
        titles = {page.key: tr(page.title) for page in PAGES}
        self.clear()
        for row in found:
            item = QListWidgetItem(tr(row.title))
            item.setData(_ROW, row)
            item.setData(_PAGE, titles[row.page])
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{tr(row.title)}, {titles[row.page]}")
            item.setToolTip(tr(row.title))
            self.addItem(item)
        if found:
            self.setCurrentRow(0)

    def choose_current(self) -> None:
        """Go to the current row."""
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
