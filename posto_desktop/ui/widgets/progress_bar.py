"""Thin progress bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control

_PIECE = 0.26
_PERIOD_MS = 1600
_FRAME_MS = 33


class ProgressBar(QProgressBar):
    """Bar of six pixels; with a maximum of 0 it is indeterminate and a segment moves."""

    def __init__(
        self, name: str = "", object_name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        if name:
            name_control(self, name, object_name)
        self._phase = 0.25  # where it lies still
        self.setTextVisible(False)
        self.setRange(0, 100)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._step)

    def setRange(self, minimum: int, maximum: int) -> None:
        super().setRange(minimum, maximum)
        if hasattr(self, "_timer"):
            self._watch()

    def sizeHint(self) -> QSize:
        return QSize(160, Theme.instance().px("size.progress"))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, Theme.instance().px("size.progress"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _watch(self) -> None:
        moves = self.maximum() == self.minimum() and not Theme.instance().less_motion
        if moves and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _step(self) -> None:
        self._phase = (self._phase + _FRAME_MS / _PERIOD_MS) % 1.0
        if Theme.instance().less_motion:
            self._timer.stop()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        height = theme.px("size.progress")
        bar = QRectF(0, (self.height() - height) / 2, self.width(), height)
        radius = height / 2
        painter.setBrush(theme.colour("track"))
        painter.drawRoundedRect(bar, radius, radius)
        painter.setBrush(theme.colour("accent"))
        if self.maximum() == self.minimum():
            width = bar.width() * _PIECE
            done = QRectF((bar.width() - width) * self._swing(), bar.y(), width, height)
        else:
            part = (self.value() - self.minimum()) / (self.maximum() - self.minimum())
            width = bar.width() * min(1.0, max(0.0, part))
            left = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
            done = QRectF(0 if left else bar.width() - width, bar.y(), width, height)
        if done.width() > 0:
            painter.drawRoundedRect(done, min(radius, done.width() / 2), radius)
        painter.end()

    def _swing(self) -> float:
        """Return the position of the moving segment, 0 to 1 and back."""
        return 1 - abs(2 * self._phase - 1)
