"""Popup: small window that closes by a click elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QBitmap, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.keyboard import WindowKeysMixin

RADIUS = 9


def below(widget: QWidget) -> QPoint:
    """Return the global position of a menu or popup under a widget."""
    return widget.mapToGlobal(QPoint(0, widget.height() + 4))


def round_corners(window: QWidget) -> None:
    """Round the corners of a window by a mask: without a compositor a translucent window has black
    corners."""
    shape = QBitmap(window.size())
    shape.fill(Qt.GlobalColor.color0)
    painter = QPainter(shape)
    painter.setBrush(Qt.GlobalColor.color1)
    painter.setPen(Qt.GlobalColor.color1)
    painter.drawRoundedRect(window.rect().adjusted(0, 0, -1, -1), RADIUS, RADIUS)
    painter.end()
    window.setMask(shape)


class Popup(WindowKeysMixin, QFrame):
    """Raised popup with round corners; deletes itself when closed."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName(name)

    def show_at(self, place: QPoint) -> None:
        """Show with the top left corner at a global position, moved to fit on the screen."""
        self.adjustSize()
        screen = self.screen().availableGeometry()
        x = max(screen.left(), min(place.x(), screen.right() - self.width()))
        y = max(screen.top(), min(place.y(), screen.bottom() - self.height()))
        self.move(x, y)
        self.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        round_corners(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("raised"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("border_strong"), 1))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        painter.end()
