"""Jobs of one kind that run side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QMetaMethod, QObject, Signal, Slot

from posto_desktop.workers.runner import JobHandle, JobRunner


class KeyedJobs(QObject):
    """Runs several jobs at once; each answer comes with the key that its job was started with.

    A key is any value, and two jobs may have the same.

    Signals:
        done(object, object): the key, and what the job returned.
        failed(object, object): the key, and the exception that it raised; where nobody is
            connected, the runner's `unhandled` has it.
        progress(object, object): the key, and what its job reported.
        cancelled(object): the key of a job that was cancelled.
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
        """How many jobs have not ended."""
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        """Whether a job with this key has not ended."""
        return key in self._keys.values()

    def start(self, key: object, work: Callable[..., object], *args: Any, pool: str = "io") -> None:
        """Run `work(job, *args)`. See `JobRunner.submit`."""
        self.follow(key, self._runner.submit(work, *args, parent=self, pool=pool))

    def follow(self, key: object, handle: JobHandle) -> None:
        """Take a job that is under way already."""
        self._keys[handle] = key
        handle.done.connect(self._done)
        handle.failed.connect(self._failed)
        handle.progress.connect(self._progress)
        handle.cancelled.connect(self._cancelled)

    def forget(self, key: object) -> None:
        """Stop the jobs with this key, and drop the answers that are still to come."""
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
