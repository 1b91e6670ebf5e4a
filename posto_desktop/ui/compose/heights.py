"""How high the parts of a column want to be, without those that come and go."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QWidget


class Column(QWidget):
    """Signal ``laidOut()``: something in it wants another height, or its own size changed."""

    laidOut = Signal()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.laidOut.emit()
        return handled

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.laidOut.emit()


def wanted_height(layout: QLayout, width: int, without: Collection[QWidget]) -> int:
    """The heights of all that is shown in a column of this width, except these widgets."""
    total = 0
    for number in range(layout.count()):
        item = layout.itemAt(number)
        widget = item.widget() if item is not None else None
        if item is None or widget is None or widget.isHidden() or widget in without:
            continue
        inner = widget.layout()
        if inner is not None and any(one.parentWidget() is widget for one in without):
            total += wanted_height(inner, width, without)
        elif item.hasHeightForWidth():
            total += item.heightForWidth(width)
        else:
            total += item.sizeHint().height()
    return total
