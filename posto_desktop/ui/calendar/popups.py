"""Popups of the calendar: beside a card or a place, never off the screen."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QCursor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from posto_desktop.ui.widgets.popup import Popup

__all__ = ["CalendarPopup"]

_GAP = 8


class CalendarPopup(Popup):
    """Closes by Escape. Signals: `closed()`; `pressedOutside(QPoint global)`: closed by a press
    there; `doubleClicked(QPoint global)`: closed by the second half of the double click whose first
    half opened it."""

    closed = Signal()
    pressedOutside = Signal(QPoint)
    doubleClicked = Signal(QPoint)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        # Whether Qt repeats the press below the popup depends on its version and the platform.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self._opened = QElapsedTimer()
        self._cursor = QPoint()

    def open_beside(self, place: QRect) -> None:
        """Show beside a global rectangle: to its right, left, below or above, where there is
        room."""
        self._opened.start()
        self._cursor = QCursor.pos()
        self.adjustSize()
        screen = self.screen().availableGeometry()
        size = self.size()
        corners = [
            QPoint(place.right() + _GAP, place.top()),
            QPoint(place.left() - _GAP - size.width(), place.top()),
            QPoint(place.left() + 3 * _GAP, place.bottom() + _GAP),
            QPoint(place.left() + 3 * _GAP, place.top() - _GAP - size.height()),
        ]
        if self.isRightToLeft():
            corners[0], corners[1] = corners[1], corners[0]
        for corner in corners[:2]:
            if screen.left() <= corner.x() and corner.x() + size.width() <= screen.right():
                self.show_at(corner)
                return
        for corner in corners[2:]:
            if screen.top() <= corner.y() and corner.y() + size.height() <= screen.bottom():
                self.show_at(corner)
                return
        self.show_at(corners[2])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            super().mousePressEvent(event)
            return
        position = event.globalPosition().toPoint()
        self.close()
        if self._is_second_click(position):
            self.doubleClicked.emit(position)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.pressedOutside.emit(position)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def _is_second_click(self, position: QPoint) -> bool:
        """Return True for a click soon after the one that opened the popup, at the same place."""
        is_near = (position - self._cursor).manhattanLength() < QApplication.startDragDistance()
        return is_near and self._opened.elapsed() < QApplication.doubleClickInterval()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)
