"""Time limits of requests: in total, and without progress."""

from __future__ import annotations

import threading
import time

from ..errors import Cancelled

SLOWEST = 32 * 1024
"""Minimum average speed of an upload, in bytes a second: 256 kbit/s."""
_LOOK = 0.2
"""Seconds after which a wait checks for cancellation."""
_LEAST = 0.001
"""Seconds; a timeout of 0 would make a socket non-blocking."""


def total_seconds(timeout: tuple[float, float], size: int = 0) -> float:
    """Return the total seconds of a request, from the name look-up to the last byte of the answer,
    if a connection and an answer may each take as long as `timeout` and `size` bytes are sent. It
    also limits a service that sends a byte now and then."""
    connect, read = timeout
    return connect + 2 * read + size / SLOWEST


class DeadlineExceeded(TimeoutError):
    """The request exceeded its total time."""


class Deadline:
    """Deadline of a request.

    ``seconds`` is its total time, ``silence`` the time limit of each step: the next bytes of the
    answer, or the next block sent. `cancel` ends waits for bytes of the answer soon after it is
    set. ``is_sent`` tells whether the whole request was sent.

    A deadline belongs to the thread that makes the request.
    """

    def __init__(
        self, seconds: float, silence: float, cancel: threading.Event | None = None
    ) -> None:
        self.seconds = seconds
        self.silence = silence
        self.is_sent = False
        self._ends = time.monotonic() + seconds
        self._cancel = cancel

    @property
    def left(self) -> float:
        """Return the seconds until the end, negative after it."""
        return self._ends - time.monotonic()

    def step(self, most: float | None = None) -> float:
        """Return the timeout of the next step: at most `most` seconds, default ``silence``. Raises
        `DeadlineExceeded` if no time is left."""
        left = self.left
        if left <= 0:
            raise DeadlineExceeded(f"not done within {self.seconds:g} s")
        return max(_LEAST, min(left, self.silence if most is None else most))

    def waits(self) -> Waits:
        """Return the waits for the next bytes of the answer."""
        return Waits(self, self._cancel)


class Waits:
    """Timeouts of one wait for bytes, which can be cancelled between them."""

    def __init__(self, deadline: Deadline, cancel: threading.Event | None) -> None:
        self._deadline, self._cancel = deadline, cancel
        self._silent_until = time.monotonic() + deadline.silence

    def next(self) -> float:
        """Return the seconds to wait now. Raises `DeadlineExceeded`, `TimeoutError` after too much
        silence, and `Cancelled`."""
        if self._cancel is not None and self._cancel.is_set():
            raise Cancelled
        silence = self._silent_until - time.monotonic()
        seconds = self._deadline.step(silence if self._cancel is None else min(silence, _LOOK))
        if silence <= 0:
            raise TimeoutError("nothing came")
        return seconds
