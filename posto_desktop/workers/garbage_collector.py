"""Garbage collection on the GUI thread only.

Python's cyclic collector runs on whichever thread happens to allocate. On a worker it would destroy
widgets in reference cycles off the GUI thread, which crashes the process. So it is disabled, and a
timer of the GUI thread collects by the same thresholds.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS = 700
FELT = 0.01
"""Seconds; a pause of the GUI thread nearly as long as a frame."""


class GarbageGuard(QObject):
    """Runs the cyclic collector from a timer of its thread, and nowhere else."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._was_enabled = False

    def start(self) -> None:
        """Disable automatic collection and start the timer."""
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer.start()

    def settle(self) -> None:
        """Call once after the start: exclude present objects (modules, classes) from later scans,
        which keeps full collections short."""
        gc.collect()
        gc.freeze()

    def stop(self) -> None:
        """Stop the timer and restore automatic collection."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()

    @Slot()
    def collect(self) -> int:
        """Collect the oldest generation that is due; return it, or -1 for none."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if thresholds[generation] and counts[generation] > thresholds[generation]:
                began = time.perf_counter()
                gc.collect(generation)
                if time.perf_counter() - began > FELT:
                    # Exclude many long-lived objects, such as the rows of a long schedule, else
                    # each full collection would be noticeable.
                    gc.freeze()
                return generation
        return -1
