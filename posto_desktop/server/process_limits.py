"""Limits that a process sets for itself before decoding untrusted files.

The system enforces them, so they also end a decoder that never returns to Python. For
single-purpose programs started by `server.helpers`, which may end at any moment.
"""

from __future__ import annotations

import faulthandler
import functools
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

__all__ = ["IdleEnd", "limit_memory", "limited_time", "most_wall_seconds"]


def most_wall_seconds(seconds: float) -> float:
    """Return the real-time limit of a task with this CPU time: other programs compute, too, and
    disks are slow."""
    return min(20 * seconds, 60 + 3 * seconds)


def limit_memory(most: int) -> None:
    """Limit own memory to `most` bytes; exceeding it raises MemoryError, or ends a decoder that
    does not check. Can be changed again. macOS has no such limit."""
    if sys.platform == "win32":
        from posto_desktop.storage import windows

        windows.limit_memory(most)
        return
    import resource

    # Mapped files, such as libraries, do not count for the first.
    for limit, bytes_ in ((resource.RLIMIT_DATA, most), (resource.RLIMIT_AS, most + 2**30)):
        with suppress(ValueError, OSError):  # macOS; or a lower limit applies already
            hard = resource.getrlimit(limit)[1]
            soft = bytes_ if hard == resource.RLIM_INFINITY else min(bytes_, hard)
            resource.setrlimit(limit, (soft, hard))


@contextmanager
def limited_time(seconds: float) -> Iterator[None]:
    """End the process if it computes for longer than this, or waits for far longer."""
    if not hasattr(signal, "setitimer"):
        if sys.platform == "win32":
            from posto_desktop.storage import windows

            windows.limit_time(seconds)
        limit = most_wall_seconds(seconds)
        faulthandler.dump_traceback_later(limit, exit=True, file=_nowhere())
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
            if sys.platform == "win32":
                windows.limit_time(None)
        return
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, most_wall_seconds(seconds))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


class IdleEnd:
    """Ends the process some seconds after `start`, unless `stop` is called before."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timer: threading.Timer | None = None

    def start(self) -> None:
        self._timer = threading.Timer(self._seconds, os._exit, (0,))
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


@functools.cache
def _nowhere() -> IO[str]:
    """Open as long as the process runs: a program without a console has no standard error."""
    return Path(os.devnull).open("w", encoding="utf-8")
