"""Long work of the GUI thread in slices, so that no event is long."""

from __future__ import annotations

import time
from collections.abc import Generator

from PySide6.QtCore import QObject, QTimer, Slot

__all__ = ["TimeSlicer"]

BUDGET = 0.003
"""Seconds a slice: with the painting that may follow it stays below a frame of 60 a second."""
Work = Generator[bool | None, None, None]
"""Yields often; True ends the slice, before and after a step that is long in itself."""


class TimeSlicer(QObject):
    """Runs a generator a few steps an event. Another one takes the place of what still runs."""

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
        """Whether the delay of what is to run is not over yet."""
        return self._work is not None and not self._begun

    def run(self, work: Work, delay_ms: int = 0) -> None:
        """Run this: a first slice at once, unless there is a delay."""
        self._work, self._begun = work, False
        if delay_ms > 0:
            self._timer.start(delay_ms)
        else:
            self._slice()

    def run_whole(self, work: Work) -> None:
        """Run this to its end now."""
        self._timer.stop()
        self._work = None
        for _ in work:
            pass

    def pop_spent(self) -> float:
        """Seconds that finished slices took since this was asked last."""
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
                return  # replaced by what the work itself brought about
            if enough or time.perf_counter() >= until:
                self._timer.start(0)
                return
        if self._work is work:
            self._work = None
            self._timer.stop()
