"""Background jobs, and the only path of their results to the GUI thread.

A job runs on a plain daemon thread and uses only its `Job`. Its reports travel as one queued signal
of the `JobRunner`, which lives on the GUI thread for the whole run, finds the `JobHandle` and emits
there. The handle's parent is the view that asked, so a closed view drops the answer. Nothing else
may carry results between threads.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QMetaMethod, QObject, Qt, QThread, Signal, Slot
from shiboken6 import isValid

from posto_desktop.common.user_error import UserError
from posto_desktop.delivery.serial_worker import lower_priority

log = logging.getLogger(__name__)

POOLS = {"io": 4, "images": 2, "costly": 1, "web": 2, "net": 8}
"""Threads per pool: "io" for files, "net" for services and the web, so that a slow site does not
block files, "costly" for slow pictures, so that no other one waits for them, "web" for pictures
from a service or a page, so that no file of the user waits for those. A third image thread gains
nothing on two cores, and network jobs mostly wait."""


class JobCancelled(Exception):
    """A job may raise this to end as cancelled."""


class Job:
    """A job as its function sees it."""

    def __init__(self, number: int, post: Callable[[int, str, object], None]) -> None:
        self.number = number
        self.cancelled = threading.Event()
        self._post = post
        self._lock = threading.Lock()
        self._latest: object = None
        self._waiting = False

    def report(self, value: object) -> None:
        """Send progress to the GUI thread; of rapid reports only the newest arrives."""
        with self._lock:
            self._latest = value
            if self._waiting:
                return
            self._waiting = True
        self._post(self.number, "progress", None)

    def check(self) -> None:
        """Raise JobCancelled if the job was cancelled."""
        if self.cancelled.is_set():
            raise JobCancelled

    def pop_report(self) -> object:
        """Return the newest report (for the runner)."""
        with self._lock:
            self._waiting = False
            return self._latest

    @staticmethod
    def owner_destroyed(cancelled: threading.Event, *_ignored: object) -> None:
        """Cancel: the receiver was destroyed."""
        cancelled.set()


class JobHandle(QObject):
    """A job as its view sees it. Emits exactly one of done, failed and cancelled, once.

    Signals:
        done(object): what the function returned.
        failed(object): the exception it raised.
        progress(object): what it reported, newest only.
        cancelled(): it ended because of `cancel()`.
        stopping(): `cancel()` was called; it will end soon.
    """

    done = Signal(object)
    failed = Signal(object)
    progress = Signal(object)
    cancelled = Signal()
    stopping = Signal()

    def __init__(self, job: Job, parent: QObject) -> None:
        super().__init__(parent)
        self._job = job
        # Not a bound method: Qt holds those weakly, and the worker could destroy the job while this
        # thread calls it.
        self.destroyed.connect(partial(Job.owner_destroyed, job.cancelled))

    @property
    def number(self) -> int:
        """The job's number, rising in the order of `submit`."""
        return self._job.number

    def cancel(self) -> None:
        """Ask the job to stop. Emits `cancelled`, or `done` if it was faster."""
        self._job.cancelled.set()
        if isValid(self):
            self.stopping.emit()


class JobRunner(QObject):
    """Runs functions on worker threads and brings their results to the GUI thread.

    Signals:
        unhandled(object): the exception of a job whose `failed` is not connected.
        idle(): the last job has ended.
        stopping(): `shutdown` was called; whoever works outside the pools stops, too.
    """

    unhandled = Signal(object)
    idle = Signal()
    stopping = Signal()
    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._next = 1
        self._handles: dict[int, tuple[JobHandle, Job]] = {}
        self._pools = {name: _Pool(name, size) for name, size in POOLS.items()}
        self._closed = False
        # Queued even from the GUI thread: a result never arrives inside `submit`.
        self._posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        fn: Callable[..., object],
        *args: object,
        parent: QObject,
        pool: str = "io",
        **kwargs: object,
    ) -> JobHandle:
        """Run `fn(job, *args, **kwargs)` on a worker; the handle belongs to `parent`.

        Arguments and results must be values: no widgets, no models. GUI thread only.
        After `shutdown` the job ends as cancelled.
        """
        if QThread.currentThread() != self.thread():
            raise RuntimeError("Jobs are submitted from the GUI thread")
        job = Job(self._next, self._post)
        self._next += 1
        handle = JobHandle(job, parent)
        self._handles[job.number] = (handle, job)
        if self._closed:
            job.cancelled.set()
            self._post(job.number, "cancelled", None)
        else:
            self._pools[pool].put(_Call(job, fn, args, kwargs, self._post))
        return handle

    def promise(self, parent: QObject) -> JobHandle:
        """Return a handle for work done by other jobs or by Qt; `settle` ends it."""
        job = Job(self._next, self._post)
        self._next += 1
        handle = JobHandle(job, parent)
        self._handles[job.number] = (handle, job)
        return handle

    def settle(self, number: int, kind: str, payload: object = None) -> None:
        """End a promised handle as "done", "failed" or "cancelled"."""
        self._post(number, kind, payload)

    def is_wanted(self, number: int) -> bool:
        """Return whether a handle is neither cancelled nor destroyed."""
        entry = self._handles.get(number)
        return entry is not None and not entry[1].cancelled.is_set()

    @property
    def running(self) -> int:
        """Return the number of unfinished jobs."""
        return len(self._handles)

    def cancel_all(self) -> None:
        """Ask every job to stop."""
        for _handle, job in list(self._handles.values()):
            job.cancelled.set()

    def shutdown(self, ms: int = 3000) -> bool:
        """Stop for good: refuse new jobs, cancel the rest, wait up to `ms` for the threads.

        Return whether all have ended. The others are daemons and die with the process.
        """
        self._closed = True
        self.stopping.emit()
        self.cancel_all()
        for pool in self._pools.values():
            pool.close()
        deadline = time.monotonic() + ms / 1000
        ended = True
        for pool in self._pools.values():
            ended = pool.join(deadline) and ended
        return ended

    def _post(self, number: int, kind: str, payload: object) -> None:
        """Called on any thread: the only place that emits across threads."""
        try:
            self._posted.emit((number, kind, payload))
        except RuntimeError:
            # The runner is destroyed: the program is ending.
            log.debug("Job %s ended after the runner", number)

    @Slot(object)
    def _deliver(self, message: tuple[int, str, object]) -> None:
        number, kind, payload = message
        entry = self._handles.get(number)
        if entry is None:
            return
        handle, job = entry
        alive = isValid(handle)
        if kind == "progress":
            if alive:
                handle.progress.emit(job.pop_report())
            return
        del self._handles[number]
        if alive:
            if kind == "done":
                handle.done.emit(payload)
            elif kind == "failed":
                self._deliver_failure(handle, payload)
            else:
                handle.cancelled.emit()
            if isValid(handle):
                handle.deleteLater()
        if not self._handles:
            self.idle.emit()

    def _deliver_failure(self, handle: JobHandle, error: object) -> None:
        if handle.isSignalConnected(QMetaMethod.fromSignal(handle.failed)):
            handle.failed.emit(error)
        else:
            self.unhandled.emit(error)


class _Call:
    """A function waiting for its turn."""

    def __init__(
        self,
        job: Job,
        fn: Callable[..., object],
        args: tuple[object, ...],
        kwargs: dict[str, Any],
        post: Callable[[int, str, object], None],
    ) -> None:
        self._job, self._fn, self._args, self._kwargs, self._post = job, fn, args, kwargs, post

    def run(self) -> None:
        job = self._job
        kind, payload = "cancelled", None
        if not job.cancelled.is_set():
            try:
                payload = self._fn(job, *self._args, **self._kwargs)
                kind = "done"
            except JobCancelled:
                pass
            except BaseException as error:  # a job always reports its end
                if not isinstance(error, UserError):
                    log.exception("Job %s failed", job.number)
                # Its frames would keep the job's arguments alive on another thread.
                kind, payload = "failed", error.with_traceback(None)
        self._post(job.number, kind, payload)


class _Pool:
    """A few daemon threads and their queue. Threads start on demand."""

    def __init__(self, name: str, size: int) -> None:
        self._name, self._size = name, size
        self._queue: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._busy = 0
        self._closed = False

    def put(self, call: _Call) -> None:
        with self._lock:
            self._busy += 1
            if self._busy > len(self._threads) and len(self._threads) < self._size:
                number = len(self._threads) + 1
                thread = threading.Thread(
                    target=self._work, name=f"posto-{self._name}-{number}", daemon=True
                )
                self._threads.append(thread)
                thread.start()
        self._queue.put(call)

    def _work(self) -> None:
        lower_priority()
        while (call := self._queue.get()) is not None:
            try:
                call.run()
            finally:
                with self._lock:
                    self._busy -= 1
            call = None  # keep no job alive while waiting

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            for _thread in self._threads:
                self._queue.put(None)

    def join(self, deadline: float) -> bool:
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)
