"""Parallel jobs of one kind, identified by keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QMetaMethod, QObject, Signal, Slot

from posto_desktop.workers.runner import JobHandle, JobRunner


class KeyedJobs(QObject):
    """Runs several jobs at once; each answer has the key of its job.

    A key is any value, and two jobs may share one.

    Signals:
        done(object, object): the key and the result.
        failed(object, object): the key and the exception; if nothing is connected, it goes to
            the runner's `unhandled`.
        progress(object, object): the key and the report.
        cancelled(object): the key of a cancelled job.
    """

    done = Signal(object, object)
    failed = Signal(object, object)
    progress = Signal(object, object)
    cancelled = Signal(object)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._keys: dict[JobHandle, object] = {}

    def __len__(self) -> int:
        """Number of unfinished jobs."""
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        """Whether a job with this key is unfinished."""
        return key in self._keys.values()

    def start(self, key: object, work: Callable[..., object], *args: Any, pool: str = "io") -> None:
        """Run `work(job, *args)`. See `JobRunner.submit`."""
        self.follow(key, self._runner.submit(work, *args, parent=self, pool=pool))

    def follow(self, key: object, handle: JobHandle) -> None:
        """Adopt a running job."""
        self._keys[handle] = key
        handle.done.connect(self._done)
        handle.failed.connect(self._failed)
        handle.progress.connect(self._progress)
        handle.cancelled.connect(self._cancelled)

    def forget(self, key: object) -> None:
        """Cancel the jobs with this key and drop their answers."""
        for handle in [
            job_handle for job_handle, handle_key in self._keys.items() if handle_key == key
        ]:
            del self._keys[handle]
            handle.cancel()

    @Slot(object)
    def _done(self, result: object) -> None:
        handle = self._sender()
        if handle in self._keys:
            self.done.emit(self._keys.pop(handle), result)

    @Slot(object)
    def _failed(self, error: object) -> None:
        handle = self._sender()
        if handle not in self._keys:
            return
        key = self._keys.pop(handle)
        if self.isSignalConnected(QMetaMethod.fromSignal(self.failed)):
            self.failed.emit(key, error)
        else:
            self._runner.unhandled.emit(error)

    @Slot(object)
    def _progress(self, value: object) -> None:
        handle = self._sender()
        if handle in self._keys:
            self.progress.emit(self._keys[handle], value)

    @Slot()
    def _cancelled(self) -> None:
        handle = self._sender()
        if handle in self._keys:
            self.cancelled.emit(self._keys.pop(handle))

    def _sender(self) -> JobHandle:
        handle = self.sender()
        assert isinstance(handle, JobHandle)
        return handle
