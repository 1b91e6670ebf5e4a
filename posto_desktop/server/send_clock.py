"""How long ago the tries to send a part were, whatever becomes of the clocks."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from posto_desktop.server.deliveries import Progress
from posto_desktop.server.publishers.base import Publisher

_MOST_TRIES = 10_000


class SendClock:
    """`clock` gives Unix seconds. `ticks` are seconds since the computer was started: no setting of
    the clock changes them, and another process on this computer counts the same.

    Without `has_boots` both are the time of a database that several computers share, which may be
    set, too. So each process also counts from when it first heard of a try, by `running`: it gives
    the network all of its time, whatever another process has waited before.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        ticks: Callable[[], float],
        *,
        has_boots: bool,
        running: Callable[[], float] = time.monotonic,
    ) -> None:
        self.now, self.ticks = clock, ticks
        self._has_boots, self._running = has_boots, running
        self._heard: OrderedDict[tuple[str, float], float] = OrderedDict()
        self._lock = threading.Lock()

    def note_try(self, progress: Progress, since: float = 0.0) -> None:
        """Write into a part that it was tried last so many seconds ago."""
        progress.last_sent, progress.last_ticks = self.now() - since, self.ticks() - since
        if not self._has_boots:
            self._since_heard(progress)

    def since_last_try(self, progress: Progress) -> float:
        """Return the seconds that have passed since the last try at least."""
        since = self._since(progress, progress.last_ticks)
        return since if self._has_boots else min(since, self._since_heard(progress))

    def first_sent(self, progress: Progress) -> float | None:
        """Return when the first try was by the clock as it is set now, or before that."""
        if progress.first_sent is None:
            return None
        since = self._since(progress, progress.first_ticks)
        return min(progress.first_sent, self.now() - since)

    def repeat_is_safe(self, publisher: Publisher, progress: Progress) -> bool:
        """Return whether the network surely still knows the key of the first try."""
        age = self.now() - (progress.first_sent or 0)
        # A clock that was set back would make a record look young.
        since = self._since(progress, progress.first_ticks)
        age = max(age, since) if age >= 0 else float("inf")
        return publisher.repeat_is_safe(progress.record, age)

    def _since(self, progress: Progress, then: float | None) -> float:
        now = self.ticks()
        if then is None:  # stored by an earlier version
            return self.now() - (progress.first_sent or 0)
        if not self._has_boots:
            return max(0.0, now - then)
        # The computer was started anew since then: that is longer ago than its start.
        return now - then if now >= then else now

    def _since_heard(self, progress: Progress) -> float:
        """Return the seconds since this process first heard of the last try."""
        a_try, now = (progress.part.key, progress.last_ticks or 0.0), self._running()
        with self._lock:
            heard = self._heard.setdefault(a_try, now)
            if len(self._heard) > _MOST_TRIES:
                self._heard.popitem(last=False)
        return now - heard
