"""A corner or a side of the cut, to be dragged or moved by the arrow keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from posto_desktop.core.edits import Crop
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control

if TYPE_CHECKING:
    from posto_desktop.ui.compose.media_editor.crop_view import CropView

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


class Handle(QWidget):
    """One corner or side. Signals: ``dragged(kind, crop at the start, dx, dy)`` in pixels,
    ``released()``."""

    dragged = Signal(str, object, float, float)
    released = Signal()

    def __init__(self, kind: str, name: str, view: CropView) -> None:
        super().__init__(view)
        self._kind, self._view = kind, view
        self._grabbed: tuple[QPointF, Crop] | None = None
        name_control(self, name)
        self.setToolTip(name)
        self.setFixedSize(REACH, REACH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("noFocusRing", True)
        self.setCursor(_CURSORS[kind])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._view.nudge(event, self._kind):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = (event.globalPosition(), self._view.crop())
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            start, box = self._grabbed
            way = event.globalPosition() - start
            self.dragged.emit(self._kind, box, way.x(), way.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._grabbed = None
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
