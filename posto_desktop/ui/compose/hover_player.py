"""Player for the animation or video under the pointer: small, silent, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QStyle

from posto_desktop.ui.theme import Theme
from posto_desktop.workers.debouncer import Debouncer

if TYPE_CHECKING:
    from posto_desktop.workers.player import Player
    from posto_desktop.workers.runner import JobRunner


HOVER_MS = 350


def is_motion_reduced() -> bool:
    """Return True if theme or system ask for reduced motion."""
    if Theme.instance().less_motion:
        return True
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    return QApplication.style().styleHint(hint) == 0


class HoverPlayer(QObject):
    """Emits the frames of the file under the pointer.

    Signals: ``frame(row, QImage)``; ``stopped(row)``: show the still picture again.
    """

    frame = Signal(int, QImage)
    stopped = Signal(int)

    def __init__(self, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._player: Player | None = None
        self._row = -1
        self._next: tuple[int, str, str, QSize, float] | None = None
        self._wait = Debouncer(HOVER_MS, self._start, self)

    @property
    def row(self) -> int:
        """Return the playing row, -1 for none."""
        return self._row

    @property
    def is_waiting(self) -> bool:
        """Return True if playing starts soon."""
        return self._wait.is_waiting

    def hover(self, row: int, kind: str, path: str, size: QSize, ratio: float) -> None:
        """Play the file under the pointer soon; a picture only stops the player."""
        self.stop()
        if row >= 0 and kind in ("gif", "video") and not is_motion_reduced():
            self._next = (row, kind, path, size, ratio)
            self._wait.call()

    @Slot()
    def stop(self) -> None:
        self._wait.cancel()
        self._next = None
        player, self._player = self._player, None
        row, self._row = self._row, -1
        if player is not None:
            player.stop()
            player.deleteLater()
            self.stopped.emit(row)

    @Slot()
    def _start(self) -> None:
        if self._next is None:
            return
        from posto_desktop.workers.player import player_for

        row, kind, path, size, ratio = self._next
        self._next = None
        self._row = row
        self._player = player_for(kind, path, size, ratio, self._runner, self)
        self._player.frame.connect(self._frame)
        self._player.ended.connect(self.stop)
        self._player.failed.connect(self.stop)
        self._player.play()

    @Slot(QImage)
    def _frame(self, image: QImage) -> None:
        self.frame.emit(self._row, image)
