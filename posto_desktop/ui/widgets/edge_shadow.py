"""Shadow of a pane that overlaps its neighbour."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.ui.theme import Theme

WIDTH = 18


class EdgeShadow(QWidget):
    """Shadow along the inner edge of a pane, a sibling of it. It ignores the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def place_beside(self, pane: QWidget) -> None:
        """Place it left of the pane, or right of it in right-to-left layouts."""
        place = pane.geometry()
        left = place.right() + 1 if self.isRightToLeft() else place.left() - WIDTH
        self.setGeometry(left, place.top(), WIDTH, place.height())
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colour = QColor(Theme.instance().colour("shadow"))
        clear = QColor(colour)
        clear.setAlphaF(0.0)
        shade = QLinearGradient(0, 0, self.width(), 0)
        outer, inner = (1, 0) if self.isRightToLeft() else (0, 1)
        shade.setColorAt(outer, clear)
        shade.setColorAt(inner, colour)
        painter = QPainter(self)
        painter.fillRect(self.rect(), shade)
        painter.end()
