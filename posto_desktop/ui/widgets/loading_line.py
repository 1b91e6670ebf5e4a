"""Thin progress line for loading that leaves the content as it is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.ui.theme import Theme

__all__ = ["LoadingLine"]

DELAY_MS = 400  # shorter loads would only flicker
STEP_MS = 33
ROUND_STEPS = 42
PIECE = 0.26


class LoadingLine(QWidget):
    """Two pixels high; visible from 400 ms after `start()` until `stop()`."""

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setObjectName("loading")
        self.setFixedHeight(2)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._step = 0
        self._part: float | None = None
        self._wait = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._wait.timeout.connect(self._appear)
        self._move = QTimer(self)
        self._move.setInterval(STEP_MS)
        self._move.timeout.connect(self._advance)
        self.hide()

    def start(self) -> None:
        self._part = None
        if not (self.isVisible() or self._wait.isActive()):
            self._wait.start()

    def stop(self) -> None:
        self._wait.stop()
        self._move.stop()
        self.hide()

    def set_progress(self, done: int, total: int) -> None:
        """Show the loaded share, if known."""
        self._part = min(1.0, done / total) if total > 0 else None
        self.update()

    def set_busy(self, on: bool, done: int = 0, total: int = 0) -> None:
        """Show how many parts of how many are loaded (0: unknown), or hide."""
        if on:
            self.start()
            self.set_progress(done, total)
        else:
            self.stop()

    @Slot()
    def _appear(self) -> None:
        self.show()
        self.raise_()
        if not Theme.instance().less_motion:
            self._move.start()

    @Slot()
    def _advance(self) -> None:
        self._step = (self._step + 1) % ROUND_STEPS
        if Theme.instance().less_motion:
            self._move.stop()
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._move.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        width = self.width()
        if self._part is not None:
            piece = QRectF(0, 0, width * self._part, 2)
        else:
            length = width * PIECE
            still = Theme.instance().less_motion  # in the middle; a round begins out of sight
            step = ROUND_STEPS / 2 if still else self._step
            left = (width + length) * step / ROUND_STEPS - length
            piece = QRectF(left, 0, length, 2)
        painter.fillRect(piece, Theme.instance().colour("accent"))
