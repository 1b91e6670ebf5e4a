"""Worker threads that run jobs in order: one worker a kind of work, so that a hanging request never
delays saving a draft, and for the network one a workspace.

The threads are daemons: a call that hangs beyond the shutdown's time limit must not keep the
process. Their work can be interrupted safely (delivery.outbox).
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

log = logging.getLogger(__name__)

NICE = 10
QUIET = 0.12
"""Seconds for making, showing and painting a page for the first time, with a margin."""
SWITCH = 0.001
"""Interpreter switch interval in seconds. Python's default 5 ms are noticeable if the GUI thread
waits several times within one frame."""


def lower_priority() -> None:
    """Lower this thread's priority below the painting one, where the system supports that per
    thread (Linux)."""
    if sys.platform == "linux":
        own = threading.get_native_id()
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, own, max(NICE, os.getpriority(os.PRIO_PROCESS, own)))


class ComputePause:
    """Pauses long computations on workers while the GUI thread is busy."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._clock = clock
        self._wait = wait or threading.Event().wait  # never set
        self._until = 0.0

    def ask(self, seconds: float = QUIET) -> None:
        """Request a pause for this many seconds from now. Thread-safe; returns at once."""
        self._until = max(self._until, self._clock() + seconds)

    def keep(self) -> None:
        """Wait on a worker, between two pieces of work, while a pause is requested."""
        while (left := self._until - self._clock()) > 0:
            self._wait(left)


compute_pause = ComputePause()
"""One per process, as its threads share the interpreter."""

MAX_KEYS = 64
"""Most keys of `KeyedWorkers` with threads at the same time: more workspaces than anybody has."""


class SerialWorker:
    """A queue with one or more threads. `failed` is called with exceptions of jobs; `patient`
    threads have a lower priority than the painting one."""

    def __init__(
        self,
        name: str,
        threads: int = 1,
        failed: Callable[[Exception], None] | None = None,
        *,
        patient: bool = False,
    ) -> None:
        self._patient = patient
        sys.setswitchinterval(min(SWITCH, sys.getswitchinterval()))
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._failed = failed
        self._closed = False
        self._threads = [
            threading.Thread(target=self._run, name=f"posto-{name}-{number}", daemon=True)
            for number in range(1, threads + 1)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, job: Callable[[], None]) -> bool:
        """Queue a job; return False when the worker is closed and the job will not run."""
        if self._closed:
            return False
        self._queue.put(job)
        return True

    def close(self) -> None:
        """Refuse new jobs; queued ones still run."""
        if not self._closed:
            self._closed = True
            for _ in self._threads:
                self._queue.put(None)

    def join(self, deadline: float) -> bool:
        """Wait until `deadline` (monotonic) for the threads to end; return whether they have."""
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        if self._patient:
            lower_priority()
        while (job := self._queue.get()) is not None:
            _carry_out(job, self._failed)


def _carry_out(job: Callable[[], None], failed: Callable[[Exception], None] | None) -> None:
    try:
        job()
    except Exception as error:
        log.exception("A job failed")
        if failed is not None:
            try:
                failed(error)
            except Exception:
                log.exception("What failed could not be told")  # the worker goes on


class KeyedWorkers:
    """A worker for each key, such as the id of a workspace: a slow one does not delay the others.

    The jobs of a key run in order on a thread that ends when they are done; on up to `each`
    threads, while fewer than `spare` additional ones run for all keys together. At most `most` keys
    have threads; others wait for a free place. `failed` and `patient` are as for `SerialWorker`.
    Thread-safe.
    """

    def __init__(
        self,
        name: str,
        failed: Callable[[Exception], None] | None = None,
        *,
        each: int = 1,
        spare: int = 0,
        most: int = MAX_KEYS,
        patient: bool = False,
    ) -> None:
        sys.setswitchinterval(min(SWITCH, sys.getswitchinterval()))
        self._name, self._failed, self._patient = name, failed, patient
        self._each, self._spare, self._most = each, spare, most
        self._lock = threading.Lock()
        self._closed = False
        self._waiting: dict[str, deque[Callable[[], None]]] = {}
        self._threads: dict[str, list[threading.Thread]] = {}

    def put(self, key: str, job: Callable[[], None]) -> bool:
        """Queue a job; return False when the workers are closed and the job will not run."""
        with self._lock:
            if self._closed:
                return False
            self._waiting.setdefault(key, deque()).append(job)
            self._start_thread(key)
            return True

    def close(self) -> None:
        """Refuse new jobs; queued ones still run."""
        with self._lock:
            self._closed = True

    def join(self, deadline: float) -> bool:
        """Wait until `deadline` (monotonic) for all jobs to end; return whether they have."""
        while True:
            with self._lock:
                running = [thread for threads in self._threads.values() for thread in threads]
            if not running:
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            running[0].join(left)

    def _start_thread(self, key: str) -> None:
        """With the lock held: start another thread for a key if it has work and may have one."""
        own = self._threads.get(key, [])
        second = sum(len(threads) - 1 for threads in self._threads.values())
        if own and (len(own) >= self._each or second >= self._spare):
            return
        if not self._waiting.get(key) or (not own and len(self._threads) >= self._most):
            return
        thread = threading.Thread(
            target=self._run, args=(key,), name=f"posto-{self._name}", daemon=True
        )
        self._threads.setdefault(key, []).append(thread)
        thread.start()

    def _run(self, key: str) -> None:
        if self._patient:
            lower_priority()
        while (job := self._next(key)) is not None:
            _carry_out(job, self._failed)

    def _next(self, key: str) -> Callable[[], None] | None:
        """Return the next job of a key; None when this thread is to end."""
        with self._lock:
            if self._waiting[key]:
                return self._waiting[key].popleft()
            own = self._threads[key]
            own.remove(threading.current_thread())
            if not own:
                del self._threads[key], self._waiting[key]
            for waiting_key in list(self._waiting):
                self._start_thread(waiting_key)  # it had to wait for this thread's place
            return None
