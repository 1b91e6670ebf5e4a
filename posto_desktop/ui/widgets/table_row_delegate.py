"""Delegate of plain tables with row selection."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QModelIndex, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QBrush, QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from posto_desktop.ui.widgets import painters

__all__ = ["TableRowDelegate"]

PADDING = 3
"""In addition to the style's three pixels, to align with the column titles."""
Index = QModelIndex | QPersistentModelIndex


def _sides() -> QMargins:
    return QMargins(PADDING, 0, PADDING, 0)


class TableRowDelegate(QStyledItemDelegate):
    """Aligns text with the column titles; a focused table has a ring around its current row."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return super().sizeHint(option, index).grownBy(_sides())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        table, style = self._table, self._table.style()
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        place = QRect(cell.rect)  # the same rectangle is changed below
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, cell, painter, table)
        cell.rect = place.marginsRemoved(_sides())
        cell.backgroundBrush = QBrush()
        cell.state &= ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus)
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, table)
        if table.hasFocus() and index.row() == table.currentIndex().row():
            model = index.model()
            first = table.visualRect(model.index(index.row(), 0))
            last = table.visualRect(model.index(index.row(), model.columnCount() - 1))
            painter.save()
            painter.setClipRect(place)
            painters.paint_row_focus(painter, first.united(last))
            painter.restore()
