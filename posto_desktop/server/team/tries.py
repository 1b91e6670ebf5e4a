"""Limits of tries to sign in: each one that fails makes the next one wait longer.

They are in the memory of one server, so somebody who reaches several servers has as many tries at
each. That is no gain against passwords with 116 bits.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

LOCKED_SECONDS = 900.0
"""The longest wait: whoever goes on failing has a try each quarter of an hour."""
FORGET_SECONDS = 3_600.0
MOST_KNOWN = 50_000


@dataclass
class _Failures:
    count: int = 0
    until: float = 0.0
    last: float = 0.0


class Tries:
    """Counts tries by a key, such as an address. The first `free` ones of each need not wait."""

    def __init__(self, free: int, ticks: Callable[[], float] = time.monotonic) -> None:
        self._free, self._ticks = free, ticks
        self._known: OrderedDict[str, _Failures] = OrderedDict()
        self._lock = threading.Lock()

    def wait_for(self, key: str) -> float:
        """Return the seconds until the next try is allowed, 0 for now."""
        with self._lock:
            failures = self._known.get(key)
            return max(0.0, failures.until - self._ticks()) if failures is not None else 0.0

    def begin(self, key: str) -> None:
        """Count a try as failed before it is looked at, so that many at once count, too."""
        now = self._ticks()
        with self._lock:
            failures = self._known.get(key)
            if failures is None or now - failures.last > FORGET_SECONDS:
                failures = self._known[key] = _Failures()
            failures.count += 1
            failures.last = now
            over = failures.count - self._free
            if over >= 0:
                failures.until = now + min(2.0 ** min(over, 20), LOCKED_SECONDS)
            self._known.move_to_end(key)
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)

    def succeed(self, key: str) -> None:
        """Forget the tries of a key: the last one was right."""
        with self._lock:
            self._known.pop(key, None)
