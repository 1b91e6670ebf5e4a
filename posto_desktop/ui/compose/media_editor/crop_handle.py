"""A corner or a side of the cut, to be dragged or moved by the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control

REACH = 26  # what the pointer may miss a handle by

_CURSORS = {
    "n": Qt.CursorShape.SizeVerCursor,
    "s": Qt.CursorShape.SizeVerCursor,
    "e": Qt.CursorShape.SizeHorCursor,
    "w": Qt.CursorShape.SizeHorCursor,
    "nw": Qt.CursorShape.SizeFDiagCursor,
    "se": Qt.CursorShape.SizeFDiagCursor,
    "ne": Qt.CursorShape.SizeBDiagCursor,
    "sw": Qt.CursorShape.SizeBDiagCursor,
}


_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def arrow_of(event: QKeyEvent) -> tuple[int, int] | None:
    """Which way an arrow key points, across and down; None for other keys."""
    return _ARROWS.get(Qt.Key(event.key()))


class Handle(QWidget):
    """One corner or side.

    Signals:
        grabbed(str kind), released(): a drag begins and ends.
        dragged(str kind, float dx, float dy): pixels from where it was grabbed.
        nudged(str kind, int across, int down, bool fine): an arrow key was pressed.
    """

    grabbed = Signal(str)
    dragged = Signal(str, float, float)
    released = Signal()
    nudged = Signal(str, int, int, bool)

    def __init__(self, kind: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = kind
        self._start: QPointF | None = None
        name_control(self, name)
        self.setToolTip(name)
        self.setFixedSize(REACH, REACH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("noFocusRing", True)
        self.setCursor(_CURSORS[kind])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrow = arrow_of(event)
        if arrow is None:
            super().keyPressEvent(event)
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self.nudged.emit(self._kind, *arrow, fine)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._start = event.globalPosition()
            self.grabbed.emit(self._kind)
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start is not None:
            way = event.globalPosition() - self._start
            self.dragged.emit(self._kind, way.x(), way.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._start is not None:
            self._start = None
            self.released.emit()
            event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = 12
        mark = QRect((REACH - side) // 2, (REACH - side) // 2, side, side)
        painter.setBrush(theme.colour("media_badge_text"))
        painter.setPen(QPen(theme.colour("media_badge"), 1.5))
        painter.drawRoundedRect(QRectF(mark), 3, 3)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRoundedRect(QRectF(mark).adjusted(-4, -4, 4, 4), 6, 6)
        painter.end()
