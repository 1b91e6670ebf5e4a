"""Runs long work of the GUI thread in short slices."""

from __future__ import annotations

import time
from collections.abc import Generator

from PySide6.QtCore import QObject, QTimer, Slot

__all__ = ["TimeSlicer"]

BUDGET = 0.003
"""Seconds per slice: together with a repaint less than a frame at 60 Hz."""
Work = Generator[bool | None, None, None]
"""Generator that yields often; True ends the slice, before and after a long step."""


class TimeSlicer(QObject):
    """Runs a generator in slices. A new one replaces the running one."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._work: Work | None = None
        self._begun = False
        self._spent = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._slice)

    @property
    def is_running(self) -> bool:
        return self._work is not None

    @property
    def waiting(self) -> bool:
        """Return True while the delay before the first slice runs."""
        return self._work is not None and not self._begun

    def run(self, work: Work, delay_ms: int = 0) -> None:
        """Run a generator: the first slice at once, unless there is a delay."""
        self._work, self._begun = work, False
        if delay_ms > 0:
            self._timer.start(delay_ms)
        else:
            self._slice()

    def run_whole(self, work: Work) -> None:
        """Run a generator to its end now."""
        self._timer.stop()
        self._work = None
        for _ in work:
            pass

    def pop_spent(self) -> float:
        """Return the seconds spent in slices since the last call."""
        spent, self._spent = self._spent, 0.0
        return spent

    @Slot()
    def _slice(self) -> None:
        work, began = self._work, time.perf_counter()
        if work is None:
            return
        self._begun = True
        try:
            self._steps(work, began + BUDGET)
        finally:
            self._spent += time.perf_counter() - began

    def _steps(self, work: Work, until: float) -> None:
        for enough in work:
            if self._work is not work:
                return  # the work itself has started other work
            if enough or time.perf_counter() >= until:
                self._timer.start(0)
                return
        if self._work is work:
            self._work = None
            self._timer.stop()
