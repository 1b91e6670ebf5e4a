"""A job of which only the newest run counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.workers.runner import JobHandle, JobRunner


class LatestJob(QObject):
    """Runs one kind of work on a worker; the answer of a run that was replaced or forgotten is
    dropped.

    Signals:
        done(object): what the newest run returned.
        failed(object): the exception that it raised.
    """

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._handle: JobHandle | None = None

    @property
    def is_running(self) -> bool:
        """Whether an answer is still to come."""
        return self._handle is not None

    def start(self, work: Callable[..., object], *args: Any, pool: str = "io") -> None:
        """Run `work(job, *args)`, in place of the run before. See `JobRunner.submit`."""
        handle = self._handle = self._runner.submit(work, *args, parent=self, pool=pool)
        handle.done.connect(self._done)
        handle.failed.connect(self._failed)
        handle.cancelled.connect(self._cancelled)

    def forget(self) -> None:
        """Drop the answer that is still to come."""
        self._handle = None

    @Slot(object)
    def _done(self, result: object) -> None:
        if self._is_newest():
            self.done.emit(result)

    @Slot(object)
    def _failed(self, error: object) -> None:
        if self._is_newest():
            self.failed.emit(error)

    @Slot()
    def _cancelled(self) -> None:
        self._is_newest()

    def _is_newest(self) -> bool:
        """Whether the run that has just ended is the newest; it is running no more."""
        if self.sender() is not self._handle:
            return False
        self._handle = None
        return True
