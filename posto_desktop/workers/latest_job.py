"""A job whose newest run replaces earlier ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QMetaMethod, QObject, Signal, Slot

from posto_desktop.workers.runner import JobHandle, JobRunner


class LatestJob(QObject):
    """Runs one kind of work on a worker; drops the answers of replaced and forgotten runs.

    Signals:
        done(object): the result of the newest run.
        failed(object): its exception; if nothing is connected, it goes to the runner's
            `unhandled`.
        progress(object): its report.
        cancelled(): it ended because of `cancel`.
    """

    done = Signal(object)
    failed = Signal(object)
    progress = Signal(object)
    cancelled = Signal()

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._handle: JobHandle | None = None

    @property
    def is_running(self) -> bool:
        """Return whether an answer is pending."""
        return self._handle is not None

    def start(self, work: Callable[..., object], *args: Any, pool: str = "io") -> None:
        """Run `work(job, *args)`, replacing the previous run. See `JobRunner.submit`."""
        self.follow(self._runner.submit(work, *args, parent=self, pool=pool))

    def follow(self, handle: JobHandle) -> None:
        """Adopt a running job, replacing the previous run."""
        self.forget()
        self._handle = handle
        handle.done.connect(self._done)
        handle.failed.connect(self._failed)
        handle.progress.connect(self._progress)
        handle.cancelled.connect(self._cancelled)

    def cancel(self) -> None:
        """Ask the run to stop; emits `cancelled`, or `done` if it was faster."""
        if self._handle is not None:
            self._handle.cancel()

    def forget(self) -> None:
        """Stop the run and drop its answer."""
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.cancel()

    @Slot(object)
    def _done(self, result: object) -> None:
        if self._is_newest():
            self.done.emit(result)

    @Slot(object)
    def _failed(self, error: object) -> None:
        if not self._is_newest():
            return
        if self.isSignalConnected(QMetaMethod.fromSignal(self.failed)):
            self.failed.emit(error)
        else:
            self._runner.unhandled.emit(error)

    @Slot(object)
    def _progress(self, value: object) -> None:
        if self.sender() is self._handle:
            self.progress.emit(value)

    @Slot()
    def _cancelled(self) -> None:
        if self._is_newest():
            self.cancelled.emit()

    def _is_newest(self) -> bool:
        """Return whether the run that just ended is the newest; clear it."""
        if self.sender() is not self._handle:
            return False
        self._handle = None
        return True
