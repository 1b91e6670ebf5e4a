"""Threads that take work in order: one lane a kind of work, so that a hanging network call never
holds up the writing of a draft.

The threads are daemons: a call that hangs beyond the time limit of the shutdown must not keep the
process. What they do is safe to be cut off (core.outbox).
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

log = logging.getLogger(__name__)

NICE = 10
QUIET = 0.12
"""Seconds in which a page is made, shown and painted for the first time, with some to spare."""
SWITCH = 0.001
"""Seconds for which a thread that computes keeps others waiting. Python's own 5 ms are felt where
the GUI thread waits several times within one frame."""


def step_back() -> None:
    """Let this thread have the processor only after the one that paints, where the system can do
    that for a single thread (Linux)."""
    if sys.platform == "linux":
        own = threading.get_native_id()
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, own, max(NICE, os.getpriority(os.PRIO_PROCESS, own)))


class Quiet:
    """A moment in which long computing on workers waits, because the GUI thread has much to do."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._clock = clock
        self._wait = wait or threading.Event().wait  # never set
        self._until = 0.0

    def ask(self, seconds: float = QUIET) -> None:
        """Ask for quiet from now on for so long. Any thread; returns at once."""
        self._until = max(self._until, self._clock() + seconds)

    def keep(self) -> None:
        """Wait on a worker, between two pieces of work, until nobody wants quiet any more."""
        while (left := self._until - self._clock()) > 0:
            self._wait(left)


quiet = Quiet()
"""One for the process, as is the interpreter that its threads share."""


class Lane:
    """A queue with one or more threads. `failed` is called with what a job lets escape; `patient`
    threads step back behind the one that paints."""

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
        """Queue a job; False when the lane is closed and the job will not run."""
        if self._closed:
            return False
        self._queue.put(job)
        return True

    def close(self) -> None:
        """Take no more jobs; those queued already still run."""
        if not self._closed:
            self._closed = True
            for _ in self._threads:
                self._queue.put(None)

    def join(self, deadline: float) -> bool:
        """Wait until `deadline` (monotonic) for the threads to end; whether they have."""
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        if self._patient:
            step_back()
        while (job := self._queue.get()) is not None:
            try:
                job()
            except Exception as error:
                log.exception("A job failed")
                if self._failed is not None:
                    try:
                        self._failed(error)
                    except Exception:
                        log.exception("What failed could not be told")  # the lane goes on
