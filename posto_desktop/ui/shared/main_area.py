"""Main area of a page, beside its side panes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

__all__ = ["MainArea"]


class MainArea(QWidget):
    """Signal `resized()`: a splitter resizes the area without resizing its page.

    A page that filters the events of its area instead is called for the last ones, too, when
    Python has already taken its attributes away.
    """

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()
