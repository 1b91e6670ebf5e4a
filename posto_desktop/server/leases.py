"""The lease under which a process sends: while it holds, what the process has claimed is its own.

Each process that shares a database has a row in the table `senders` and counts up its `renewals`.
No two clocks are compared, as in the leader election of Kubernetes' client-go: a process stops when
`SECONDS` of its own clock have passed since its last renewal began, and removes the row of another
only after it has seen the same number there for so long. A process without a row has no claims:
others take over what it was sending.

A SQLite file belongs to one process (`server.lock`). Its lease never ends, and it takes over what
an earlier process has left.
"""

from __future__ import annotations

import contextlib
import logging
import os
import platform
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf

from posto_desktop.common.translation import translatable
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import DatabaseAway, StartError
from posto_desktop.server.moved import IS_HERE, moved_sentence

log = logging.getLogger(__name__)

SECONDS = 30.0
_RENEWALS = 3
"""Tries to renew within the time of a lease."""
_AGAIN = 1.0
_STEP = 5.0
"""A change of the database's clock against the running time that is no drift between renewals."""
_APART = 60.0
"""How far the database's clock and that of this computer may be apart before it is said."""
_MARGIN = 1.1
"""How much longer than a lease others wait: no two clocks go equally fast."""

_AHEAD = translatable(
    "Server",
    "The database's clock is {minutes} min ahead of this server's. Posts go out by the database's "
    "clock: check both.",
)
_BEHIND = translatable(
    "Server",
    "The database's clock is {minutes} min behind this server's. Posts go out by the database's "
    "clock: check both.",
)


class LeaseLost(Exception):
    """Another process may have taken over the post: nothing more may be sent of it."""

    def __init__(self) -> None:
        super().__init__("the lease of this sender has ended")


def boot_seconds() -> float:
    """Return seconds since this computer was started, those in which it slept included."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":  # time.monotonic stands still there while the computer sleeps
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


@dataclass
class Lease:
    """One stay of this process among the senders. `expires` is in `boot_seconds`."""

    name: str
    expires: float = inf
    clock: Callable[[], float] = boot_seconds

    def holds(self) -> bool:
        return self.clock() < self.expires


_condition: ContextVar[Callable[[], bool] | None] = ContextVar("may_send", default=None)


@contextlib.contextmanager
def sending_while(holds: Callable[[], bool]) -> Iterator[None]:
    """Have `require_lease` ask this condition in this thread."""
    token = _condition.set(holds)
    try:
        yield
    finally:
        _condition.reset(token)


def require_lease() -> None:
    """Raise LeaseLost if the lease of what is being sent has ended. Publishers call it right before
    the first byte of a request leaves: the process may have been stopped since the last check."""
    holds = _condition.get()
    if holds is not None and not holds():
        raise LeaseLost


class Leases:
    """Owns the lease of this process, and what is known of other processes.

    `lost()` is called when others may have to be succeeded: a process ended, or this one lost its
    own lease. On a shared database `start` renews on a thread; `clock` is the database's.
    """

    def __init__(
        self,
        store: ServerDatabase,
        *,
        seconds: float = SECONDS,
        ticks: Callable[[], float] = boot_seconds,
    ) -> None:
        self._store = store
        self._seconds = seconds
        self._ticks = ticks
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._seen: dict[str, tuple[int, float]] = {}  # renewals, since when
        self._offset: float | None = None
        self._apart = 0.0
        self.lost: Callable[[], None] = lambda: None
        self.current = Lease(uuid.uuid4().hex, clock=ticks)
        if store.is_shared:
            self._begin()

    def start(self) -> None:
        """Renew the lease on a thread, if the database is shared."""
        if self._store.is_shared and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="lease", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Give up the lease: what is still claimed may be taken over at once. Nothing may be sent
        afterwards."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(self._seconds)
        if self._store.is_shared:
            self.current.expires = -inf
            with contextlib.suppress(DatabaseAway):
                self._store.run("DELETE FROM senders WHERE name = ?", self.current.name)

    def stop_renewing(self) -> None:
        """Let the lease run out: a request may still be under way."""
        self._stopping.set()

    def clock(self) -> float:
        """Return the database's time in Unix seconds: one clock for all that share it."""
        return self._ticks() + (self._offset or 0.0)

    @property
    def problem(self) -> str:
        """Return what is wrong with the clocks, "" for nothing. Nobody knows which one is right, so
        posts go on by the database's."""
        if abs(self._apart) < _APART:
            return ""
        sentence = _AHEAD if self._apart > 0 else _BEHIND
        return sentence.format(minutes=round(abs(self._apart) / 60))

    def has_others(self) -> bool:
        """Return whether other processes share the database now."""
        others = "SELECT count(*) FROM senders WHERE name <> ?"
        return self._store.number(others, self.current.name) > 0

    def renew(self) -> None:
        """Renew the lease, or begin another if a process has declared this one ended. Raises
        DatabaseAway, and StartError if the workspace was moved away."""
        began = self._ticks()
        changed = self._store.run(
            "UPDATE senders SET renewals = renewals + 1, renewed_at = posto_now() WHERE name = ?",
            self.current.name,
        )
        if changed == 1:
            self.current.expires = began + self._seconds
            self._set_clock()
            return
        log.warning("The lease of this process has ended; it begins another.")
        self._begin()
        self.lost()

    def remove_ended(self) -> None:
        """Remove processes that have not renewed for the time of a lease. Raises DatabaseAway."""
        asked = self._ticks()
        rows = self._store.rows(
            "SELECT name, renewals FROM senders WHERE name <> ?", self.current.name
        )
        answered = self._ticks()
        before, self._seen = self._seen, {}
        for row in rows:
            name, renewals = row["name"], int(row["renewals"])
            seen, since = before.get(name, (-1, answered))
            self._seen[name] = (renewals, since if seen == renewals else answered)
            if asked - self._seen[name][1] < _MARGIN * self._seconds:
                continue
            removed = self._store.run(
                "DELETE FROM senders WHERE name = ? AND renewals = ?", name, renewals
            )
            if removed:
                log.warning("The sender %s has not renewed its lease and is succeeded.", name)
                self.lost()

    def _begin(self) -> None:
        name, began = uuid.uuid4().hex, self._ticks()
        begun = self._store.run(
            "INSERT INTO senders (name, host, pid, renewals, started_at, renewed_at)"
            f" SELECT ?, ?, ?, 0, posto_now(), posto_now() WHERE {IS_HERE}",
            name,
            platform.node(),
            os.getpid(),
        )
        if not begun:
            raise StartError(moved_sentence(self._store))
        self.current = Lease(name, began + self._seconds, self._ticks)
        self._set_clock()

    def _set_clock(self) -> None:
        asked = self._ticks()
        row = self._store.row("SELECT posto_now() AS now")
        if row is None:
            return
        now, before = float(row["now"]), self._offset
        self._offset = now - (asked + self._ticks()) / 2
        self._apart = now - time.time()
        step = 0.0 if before is None else self._offset - before
        if abs(step) >= _STEP:
            log.warning("The database's clock was set %s by %.0f seconds, and posts go out by it.",
                        "forward" if step > 0 else "back", abs(step))  # fmt: skip

    def _run(self) -> None:
        wait = self._seconds / _RENEWALS
        while not self._stopping.wait(wait):
            try:
                self.renew()
                self.remove_ended()
                wait = self._seconds / _RENEWALS
            except DatabaseAway:
                wait = min(_AGAIN, wait)
            except StartError as error:
                log.error("%s", error.user_message)
                self.stop_renewing()
            except Exception:
                log.exception("The lease could not be renewed.")
                wait = min(_AGAIN, wait)
