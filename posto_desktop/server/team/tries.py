"""Limits of tries to sign in: each one that fails makes the next one wait longer.

`SharedTries` counts in the database, so that servers which share it have one limit together. Where
that does not work, each server counts for itself (`LocalTries`): nobody is let in without a limit,
and nobody is locked out by it. A database that is away lets nobody sign in for the first time, as
nobody's password can be read then.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import DatabaseAway

log = logging.getLogger(__name__)

LOCKED_SECONDS = 900.0
"""The longest wait: whoever goes on failing has a try each quarter of an hour."""
FORGET_SECONDS = 3_600.0
MOST_KNOWN = 50_000
_SWEEP_SECONDS = 300.0
_APART = 60.0
"""Seconds by which a time may lie ahead of the clock: with more, the clock was set back."""
_ROUNDS = 5


class Tries(Protocol):
    """Counts tries by keys, such as an address."""

    def take(self, limits: Mapping[str, int]) -> float:
        """Count a try for each of these keys as failed before it is looked at, so that many at once
        count, too, and return 0. Where one of them has to wait, return the seconds, and count none
        of the others. `limits` has how many tries of a key need not wait."""

    def succeed(self, keys: Iterable[str]) -> None:
        """Forget the tries of these keys: the last one was right."""


@dataclass
class _Failures:
    count: int = 0
    last: float = 0.0

    def wait(self, now: float, free: int) -> float:
        """Return the seconds until the next try is allowed, 0 for now."""
        over = self.count - free
        if over < 0 or self.is_forgotten(now):
            return 0.0
        return max(0.0, self.last + min(2.0 ** min(over, 20), LOCKED_SECONDS) - now)

    def next(self, now: float) -> _Failures:
        return _Failures(1 if self.is_forgotten(now) else self.count + 1, now)

    def is_forgotten(self, now: float) -> bool:
        return not -_APART <= now - self.last <= FORGET_SECONDS


class LocalTries:
    """Counts in memory, for this process alone."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._known: OrderedDict[str, _Failures] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, limits: Mapping[str, int]) -> float:
        now = self._ticks()
        with self._lock:
            waits = (self._of(key).wait(now, free) for key, free in limits.items())
            longest = max(waits, default=0.0)
            for key in limits if longest == 0 else ():
                self._known[key] = self._of(key).next(now)
                self._known.move_to_end(key)
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
            return longest

    def succeed(self, keys: Iterable[str]) -> None:
        with self._lock:
            for key in keys:
                self._known.pop(key, None)

    def _of(self, key: str) -> _Failures:
        return self._known.get(key) or _Failures(0, self._ticks())


class SharedTries:
    """Counts in the table `sign_in_tries`, by the database's clock. Of the keys only hashes are
    stored: people type a password where their name belongs."""

    def __init__(self, store: ServerDatabase, clock: Callable[[], float]) -> None:
        self._store, self._clock = store, clock
        self._local = LocalTries()
        self._swept_at = float("-inf")

    def take(self, limits: Mapping[str, int]) -> float:
        """Raises DatabaseAway."""
        try:
            return self._take({_hashed(key): free for key, free in limits.items()})
        except DatabaseAway:
            raise
        except Exception:
            log.exception("Tries to sign in are counted by this server alone.")
            return self._local.take(limits)

    def succeed(self, keys: Iterable[str]) -> None:
        listed = list(keys)
        self._local.succeed(listed)
        try:
            for key in listed:
                self._store.run("DELETE FROM sign_in_tries WHERE name = ?", _hashed(key))
        except DatabaseAway:
            log.info("The tries of a sign-in that was right stay counted.")
        except Exception:
            log.exception("The tries of a sign-in that was right stay counted.")

    def _take(self, limits: Mapping[str, int]) -> float:
        """Change a row only as it was read: of several servers at once, one is first."""
        counted: set[str] = set()
        for _ in range(_ROUNDS):
            now = self._clock()
            left = {name: free for name, free in limits.items() if name not in counted}
            known = self._known(left)
            longest = max((known[name].wait(now, free) for name, free in left.items()), default=0.0)
            if longest > 0:
                return longest
            counted |= {name for name in left if self._count(name, known[name], now)}
            if counted == set(limits):
                self._sweep(now)
                return 0.0
        return 1.0  # so many at once are no person's

    def _known(self, names: Iterable[str]) -> dict[str, _Failures]:
        known = dict.fromkeys(names, _Failures())
        marks = ",".join("?" * len(known))
        for row in self._store.rows(
            f"SELECT name, failures, last_at FROM sign_in_tries WHERE name IN ({marks})", *known
        ):
            known[row["name"]] = _Failures(row["failures"], row["last_at"])
        return known

    def _count(self, name: str, failures: _Failures, now: float) -> bool:
        """Count a try; False if another one was counted meanwhile."""
        following = failures.next(now)
        if failures.count == 0:
            return (
                self._store.run(
                    "INSERT INTO sign_in_tries (name, failures, last_at) VALUES (?, ?, ?)"
                    " ON CONFLICT DO NOTHING",
                    name, following.count, following.last,
                )
                == 1
            )  # fmt: skip
        return (
            self._store.run(
                "UPDATE sign_in_tries SET failures = ?, last_at = ?"
                " WHERE name = ? AND failures = ? AND last_at = ?",
                following.count, following.last, name, failures.count, failures.last,
            )
            == 1
        )  # fmt: skip

    def _sweep(self, now: float) -> None:
        if abs(now - self._swept_at) < _SWEEP_SECONDS:
            return
        self._swept_at = now
        self._store.run(
            "DELETE FROM sign_in_tries WHERE last_at < ? OR last_at > ?",
            now - FORGET_SECONDS,
            now + _APART,
        )


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32]
