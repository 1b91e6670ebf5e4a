"""What a host asked for: how long no request may go out to it."""

from __future__ import annotations

import threading

SPACING = 0.25
"""Seconds between requests that waited together: all at one moment would be too many again."""
LONGEST = 600.0
"""Seconds after which a request may ask again, however long the host wants it quiet."""


class Throttle:
    """The pause of one host, shared by every `Transport` to it. Safe to use from many threads.

    After `longest` seconds requests may ask again, however long the host wants it quiet. `now` is
    always monotonic time in seconds, told by the caller. ``asks`` counts how often the host asked:
    who slept meanwhile has to take a new turn. ``why`` is the reason it gave last, ``busy`` or
    ``maintenance``.
    """

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._lock = threading.Lock()
        self._next = 0.0
        self.asks = 0
        self.why = "busy"

    def ask(self, seconds: float, now: float, why: str = "busy") -> None:
        """The host answered that it takes no more requests for so long."""
        with self._lock:
            self.why = why
            self._next = max(self._next, now + min(seconds, self._longest))
            self.asks += 1

    def turn(self, now: float, most: float) -> float:
        """Seconds until the caller's request may go out. Each caller that waits gets a turn of its
        own; who does not want to wait longer than `most` gets none."""
        with self._lock:
            wait = max(0.0, self._next - now)
            if 0 < wait <= most:
                self._next += SPACING
            return wait
