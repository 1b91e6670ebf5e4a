"""Pauses that a host asked for."""

from __future__ import annotations

import threading

SPACING = 0.25
"""Seconds between requests that waited together: all at once would be too many again."""
LONGEST = 600.0
"""Longest pause in seconds that is respected."""


class Throttle:
    """The pause of one host, shared by every `Transport` to it. Thread-safe.

    After `longest` seconds requests may be made again, however long the host's pause is. `now` is
    always monotonic time in seconds, given by the caller. ``asks`` counts the host's requests for a
    pause: a caller that slept meanwhile has to take a new turn. ``why`` is the last reason,
    ``busy`` or ``maintenance``.
    """

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._lock = threading.Lock()
        self._next = 0.0
        self.asks = 0
        self.why = "busy"

    def ask(self, seconds: float, now: float, why: str = "busy") -> None:
        """Record that the host accepts no requests for so long."""
        with self._lock:
            self.why = why
            self._next = max(self._next, now + min(seconds, self._longest))
            self.asks += 1

    def turn(self, now: float, most: float) -> float:
        """Return the seconds until the caller's request may be sent. Each waiting caller gets its
        own turn; a wait longer than `most` reserves none."""
        with self._lock:
            wait = max(0.0, self._next - now)
            if 0 < wait <= most:
                self._next += SPACING
            return wait
