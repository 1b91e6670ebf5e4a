"""How long a request may take: in all, and in silence."""

from __future__ import annotations

import threading
import time

from ..errors import Cancelled

SLOWEST = 32 * 1024
"""Bytes a second that an upload has to make at least, over all of it: 256 kbit/s."""
_LOOK = 0.2
"""Seconds after which a wait looks whether it was cancelled."""
_LEAST = 0.001
"""Seconds; a timeout of 0 would make a socket one that never waits."""


def total_seconds(timeout: tuple[float, float], size: int = 0) -> float:
    """Seconds that a request may take in all, from looking up the name to the last byte of the
    answer, where a connection and an answer may each take as long as `timeout` says and `size`
    bytes go out. A service that sends a byte now and then is never silent for long."""
    connect, read = timeout
    return connect + 2 * read + size / SLOWEST


class DeadlineExceeded(TimeoutError):
    """The whole request took longer than it may."""


class Deadline:
    """When a request must have ended.

    ``seconds`` is what it may take in all, ``silence`` how long the other side may take with a
    single step: the next bytes of the answer, or the next block of what is sent. `cancel` ends
    waits for bytes of the answer soon after it is set. ``is_sent`` tells whether the request has
    left as a whole.

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
        """Seconds until the end, negative after it."""
        return self._ends - time.monotonic()

    def step(self, most: float | None = None) -> float:
        """The timeout of the next step: at most `most` seconds, ``silence`` without it. Raises
        `DeadlineExceeded` when no time is left."""
        left = self.left
        if left <= 0:
            raise DeadlineExceeded(f"not done within {self.seconds:g} s")
        return max(_LEAST, min(left, self.silence if most is None else most))

    def waits(self) -> Waits:
        """The waits for the next bytes of the answer."""
        return Waits(self, self._cancel)


class Waits:
    """The timeouts of one wait for bytes, which can be cancelled between them."""

    def __init__(self, deadline: Deadline, cancel: threading.Event | None) -> None:
        self._deadline, self._cancel = deadline, cancel
        self._silent_until = time.monotonic() + deadline.silence

    def next(self) -> float:
        """Seconds to wait now. Raises `DeadlineExceeded`, `TimeoutError` after too much silence,
        and `Cancelled`."""
        if self._cancel is not None and self._cancel.is_set():
            raise Cancelled
        silence = self._silent_until - time.monotonic()
        seconds = self._deadline.step(silence if self._cancel is None else min(silence, _LOOK))
        if silence <= 0:
            raise TimeoutError("nothing came")
        return seconds
