"""What the server counts of its work since it started, and what of the database can be asked
cheaply. `Workspace` owns it; `server.metrics` has the format.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from posto_desktop import __version__
from posto_desktop.server.accounts import HELD_CHANNELS
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import DatabaseAway
from posto_desktop.server.metrics import Counter, Family, Gauge, Histogram, render

__all__ = ["MOST_COUNTED", "Measurements"]

MOST_COUNTED = 10_000
"""Rows of the database beyond this are not counted: an index is read so far and no farther."""
CACHE_SECONDS = 10.0
_DELAYS = (1, 2, 5, 10, 30, 60, 300, 900, 3600)
_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_IS_DUE = f"status = 'not_sent' AND due_at <= ? AND channel_id NOT IN ({HELD_CHANNELS})"
_COUNTED = f"SELECT count(*) FROM (SELECT 1 FROM schedules WHERE {{}} LIMIT {MOST_COUNTED}) AS few"
_COUNT = _COUNTED.format("status = ?")
_COUNT_DUE = _COUNTED.format(_IS_DUE)
_OLDEST = f"SELECT due_at FROM schedules WHERE {_IS_DUE} ORDER BY due_at LIMIT 1"
_ROWS = {
    "posts_due": f"Posts whose time has come; at most {MOST_COUNTED} are counted.",
    "posts_sending": "Posts that are being sent.",
    "posts_unclear": "Posts that wait for a person to say whether they are out.",
    "oldest_due_seconds": "How long the first of the due posts has been due.",
}


class Measurements:
    """The numbers of one process. Its methods may be called on any thread."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._started_at = time.time()
        self._lock = threading.Lock()
        self._rows: tuple[float, dict[str, float]] | None = None
        self.sent = Counter("posto_posts_sent_total", "Posts that went out.", "network")
        self.failed = Counter("posto_posts_failed_total", "Posts that were refused.", "network")
        self.unclear = Counter(
            "posto_posts_unclear_total",
            "Posts of which nobody knows whether they are out.",
            "network",
        )
        self.missed = Counter("posto_posts_missed_total", "Posts that were too late to be sent.")
        self.retries = Counter("posto_post_retries_total", "Attempts that are repeated.", "network")
        self.delay = Histogram(
            "posto_post_delay_seconds",
            "From the time of a post to its sending.",
            _DELAYS,
            "network",
        )
        self.publishing = Histogram(
            "posto_publish_seconds", "The call of a network that publishes.", _SECONDS, "network"
        )
        self.sign_in_failures = Counter(
            "posto_sign_in_failures_total", "Requests with a wrong password."
        )
        self.requests = Counter("posto_http_requests_total", "Requests.", "route", "status")
        self.request_seconds = Histogram(
            "posto_http_request_seconds", "From a request's head to its answer.", _SECONDS, "route"
        )

    def page(self, database: ServerDatabase, *, is_up: bool, sender_age: float) -> str:
        """Return all numbers for Prometheus. `is_up`: the database answers; `sender_age` are the
        seconds since the sender last looked for due posts."""
        rows = self._counted(database) if is_up else None
        families: list[Family] = [
            self.sent, self.failed, self.unclear, self.missed, self.retries, self.delay,
            self.publishing, self.sign_in_failures, self.requests, self.request_seconds,
            Gauge("posto_build_info", "The version.", 1, version=__version__),
            Gauge("posto_database_up", "Whether the database answers.", float(rows is not None)),
            Gauge("posto_sender_age_seconds", "Since the sender looked for posts.", sender_age),
        ]  # fmt: skip
        for name, number in (rows or {}).items():
            families.append(Gauge(f"posto_{name}", _ROWS[name], number))
        pool = getattr(database, "pool_numbers", None)
        for state, count in pool().items() if pool is not None else ():
            text = "Connections to the database, and threads that wait for one."
            families.append(Gauge("posto_database_pool", text, count, state=state))
        return render([*families, *self._process()])

    def _counted(self, database: ServerDatabase) -> dict[str, float] | None:
        """Return numbers of rows, at most ten seconds old; None while the database is away."""
        with self._lock:
            now = time.monotonic()
            if self._rows is None or now - self._rows[0] > CACHE_SECONDS:
                at = self._clock()
                try:
                    oldest = database.row(_OLDEST, at) or {"due_at": None}
                    self._rows = (
                        now,
                        {
                            "posts_due": database.number(_COUNT_DUE, at),
                            "posts_sending": database.number(_COUNT, "sending"),
                            "posts_unclear": database.number(_COUNT, "unknown"),
                            "oldest_due_seconds": max(0.0, at - float(oldest["due_at"] or at)),
                        },
                    )
                except DatabaseAway:
                    self._rows = None
            return self._rows[1] if self._rows is not None else None

    def _process(self) -> Iterator[Family]:
        """Yield the numbers that Prometheus's own clients give of a process."""
        times = os.times()
        cpu = Counter("process_cpu_seconds_total", "Computing time.")
        cpu.add(count=times.user + times.system)
        yield cpu
        yield Gauge("process_start_time_seconds", "When it started.", self._started_at)
        if sys.platform.startswith("linux"):
            with contextlib.suppress(OSError, ValueError, IndexError):
                pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
                size = pages * os.sysconf("SC_PAGE_SIZE")
                yield Gauge("process_resident_memory_bytes", "Memory.", size)
                count = len(list(Path("/proc/self/fd").iterdir()))
                yield Gauge("process_open_fds", "Open files and connections.", count)
