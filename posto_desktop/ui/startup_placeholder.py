"""Placeholder of the main window's content until the first paint: coloured areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from posto_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QShowEvent


UNSEEN_MS = 3_000


class StartupPlaceholder(QWidget):
    """Central widget: paints the areas until the panes exist.

    Signals:
        firstPainted(): it was painted for the first time, or would have been if the window were
            not minimized or on another desktop.
    """

    firstPainted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.pane_width = 272
        self._is_reported = False
        self._filled = False
        self._unseen = QTimer(self, singleShot=True)
        self._unseen.timeout.connect(self._report_unseen)

    def fill(self, frame: QWidget) -> None:
        """Replace the areas by the content."""
        from PySide6.QtWidgets import QVBoxLayout

        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(frame)
        self._filled = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_reported:
            self._unseen.start(UNSEEN_MS)

    @Slot()
    def _report_unseen(self) -> None:
        self._is_reported = True
        self.firstPainted.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._filled:
            theme = Theme.begin()
            bar, width, height = theme.px("size.top_bar"), self.width(), self.height()
            painter = QPainter(self)
            for x, y, wide, high, colour in (
                (0, 0, width, height, "surface"),
                (0, 0, width, bar, "window"),
                (0, 0, self.pane_width, height, "window"),
                (0, bar - 1, width, 1, "border"),
                (self.pane_width - 1, bar, 1, height, "border"),
            ):
                # Not `fillRect`: resolving its overloads loads all enums of `Qt`, 12 ms.
                dot = QPixmap(1, 1)
                dot.fill(theme.colour(colour))
                painter.drawPixmap(x, y, wide, high, dot)
            painter.end()
        if not self._is_reported:
            self._is_reported = True
            self._unseen.stop()
            # Only after this paint has reached the screen.
            QTimer.singleShot(0, self, self.firstPainted.emit)
