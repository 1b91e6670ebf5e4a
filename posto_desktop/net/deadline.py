"""The time of an operation, from the door where it begins to its last byte.

A deadline is made at a door: a call of the SDK, a command, an attempt of the outbox. Those made
within it, for each request, never end later, so that nobody has to hand it down or to add seconds.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

SLOWEST = 32 * 1024
"""Minimum average speed of an upload, in bytes a second: 256 kbit/s."""
_LOOK = 0.2
"""Seconds after which a wait checks whether to go on."""
_LEAST = 0.001
"""Seconds; a timeout of 0 would make a socket non-blocking."""

_current: ContextVar[Deadline | None] = ContextVar("posto_deadline", default=None)


class DeadlineExceeded(TimeoutError):
    """The operation exceeded its time."""


class Deadline:
    """The end of an operation.

    ``seconds`` is its whole time, less if it lies within one that ends earlier; ``silence`` the
    time limit of each step: the next bytes of an answer, or the next block sent. The last `reserve`
    seconds are kept for looking: what writes (`writes`) has to end before. `check` is called during
    waits and raises when the caller gave up; ``is_sent`` tells whether the whole request was sent.
    `clock` is monotonic, in seconds.
    """

    def __init__(
        self,
        seconds: float,
        silence: float = math.inf,
        *,
        reserve: float = 0.0,
        writes: bool = False,
        check: Callable[[], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        outer = _current.get()
        if outer is not None:
            seconds = min(seconds, outer.left - (outer.reserve if writes else 0.0))
            silence = min(silence, outer.silence)
        self.seconds = max(0.0, seconds)
        self.silence: float = silence
        self.reserve: float = reserve
        self.is_sent = False
        self._clock = clock
        self._ends = clock() + self.seconds
        self._check = check
        self._lock = threading.Lock()

    @property
    def left(self) -> float:
        """Return the seconds until the end, negative after it."""
        return self._ends - self._clock()

    @contextmanager
    def applied(self) -> Iterator[Self]:
        """Everything that this thread makes meanwhile ends with it."""
        token = _current.set(self)
        try:
            yield self
        finally:
            _current.reset(token)

    @contextmanager
    def lengthened(self, seconds: float) -> Iterator[None]:
        """Allow so much more time meanwhile; what is not needed of it is taken back."""
        began = self._clock()
        with self._lock:
            self._ends += seconds
        try:
            yield
        finally:
            with self._lock:
                self._ends -= max(0.0, seconds - (self._clock() - began))

    def renew(self) -> None:
        """Begin anew: a part of a longer operation, such as one of many posts, has ended."""
        with self._lock:
            self._ends = max(self._ends, self._clock() + self.seconds)

    def step(self, most: float | None = None) -> float:
        """Return the timeout of the next step: at most `most` seconds, default ``silence``. Raises
        `DeadlineExceeded` if no time is left."""
        left = self.left
        if left <= 0:
            raise DeadlineExceeded(f"not done within {self.seconds:g} s")
        return max(_LEAST, min(left, self.silence if most is None else most))

    def waits(self) -> Waits:
        """Return the waits for the next bytes of the answer."""
        return Waits(self, self._check)


class Waits:
    """Timeouts of one wait for bytes, which can be ended between them."""

    def __init__(self, deadline: Deadline, check: Callable[[], object] | None) -> None:
        self._deadline, self._check = deadline, check
        self._silent_until = time.monotonic() + deadline.silence

    def next(self) -> float:
        """Return the seconds to wait now. Raises `DeadlineExceeded`, `TimeoutError` after too much
        silence, and what `check` raises."""
        if self._check is not None:
            self._check()
        silence = self._silent_until - time.monotonic()
        seconds = self._deadline.step(silence if self._check is None else min(silence, _LOOK))
        if silence <= 0:
            raise TimeoutError("nothing came")
        return seconds


def lengthened(seconds: float) -> AbstractContextManager[None]:
    """Allow the operation of this thread so much more time: what it needs for files, which may be
    large, is not its caller's waiting."""
    outer = _current.get()
    return nullcontext() if outer is None else outer.lengthened(seconds)


def with_deadline(do: Callable[P, T]) -> Callable[P, T]:
    """Return `do` for another thread, as a part of this thread's operation."""
    outer = _current.get()

    def within(*args: P.args, **options: P.kwargs) -> T:
        with nullcontext() if outer is None else outer.applied():
            return do(*args, **options)

    return within


def has_time(seconds: float) -> bool:
    """Return whether the operation of this thread has time for a pause of so many seconds, and for
    something after it."""
    outer = _current.get()
    return outer is None or seconds < outer.left


def total_seconds(timeout: tuple[float, float], size: int = 0) -> float:
    """Return the total seconds of a request, from the name look-up to the last byte of the answer,
    if a connection and an answer may each take as long as `timeout` and `size` bytes are sent. It
    also limits a service that sends a byte now and then."""
    connect, read = timeout
    return connect + 2 * read + size / SLOWEST


def operation(timeout: tuple[float, float], size: int = 0) -> Deadline:
    """Return the deadline of an operation of several requests, such as a post with its look: its
    caller's `timeout` once, and what `size` bytes take."""
    seconds = sum(timeout)
    return Deadline(seconds + size / SLOWEST, reserve=min(timeout[0], seconds / 5))
