"""Uploads files and drafts before a post is due, so that one small request remains.

Threads of its own do that, so that a large upload holds up no post that is due; what was handed
over for a post that changed is taken back by them, too.
"""

from __future__ import annotations

import functools
import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from posto_desktop.server.attempts import MOST_AHEAD, Attempts
from posto_desktop.server.claims import Claims
from posto_desktop.server.publishers.base import PublishError, TryLater

log = logging.getLogger(__name__)

_THREADS = 2
_BATCH = 32
_AGAIN = 60.0


class Ahead:
    """`reserve(schedule_id)` is a block in which nobody else works on the row; it yields False
    where somebody does already. `finished()` is called after each row."""

    def __init__(
        self,
        claims: Claims,
        attempts: Attempts,
        reserve: Callable[[int], AbstractContextManager[bool]],
        finished: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self._claims = claims
        self._attempts = attempts
        self._reserve = reserve
        self._finished = finished
        self._clock = clock
        self._jobs: queue.SimpleQueue[tuple[str, Callable[[], None]] | None] = queue.SimpleQueue()
        self._busy: set[str] = set()
        self._not_before: dict[int, float] = {}
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()

    def look(self) -> None:
        """Start what can be handed over or taken back by now."""
        now = self._clock()
        for row in self._claims.upcoming(now, now + MOST_AHEAD, self._put_off_rows(), _BATCH):
            number = int(row["id"])
            self._start(
                f"row {number}", functools.partial(self._hand_over, number, row["channel_id"])
            )
        for discard in self._claims.discards(now, _BATCH):
            self._start(
                f"discard {discard['id']}",
                functools.partial(self._attempts.withdraw, discard, now),
            )

    def stop(self, limit: float) -> bool:
        """Take nothing new and wait until `limit` of the monotonic clock; True if all ended."""
        self._stopping.set()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(max(0.0, limit - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _put_off_rows(self) -> list[int]:
        """The rows that are to be left alone for now, so that they take no other's turn."""
        now = time.monotonic()
        with self._lock:
            waiting = {number: until for number, until in self._not_before.items() if until > now}
            self._not_before = waiting
        return list(waiting)

    def _put_off(self, number: int, seconds: float) -> None:
        with self._lock:
            self._not_before[number] = time.monotonic() + seconds

    def _start(self, name: str, job: Callable[[], None]) -> None:
        with self._lock:
            if name in self._busy:
                return
            self._busy.add(name)
            if len(self._threads) < min(_THREADS, len(self._busy)):
                thread = threading.Thread(target=self._work, name="sender-ahead", daemon=True)
                self._threads.append(thread)
                thread.start()
        self._jobs.put((name, job))

    def _work(self) -> None:
        while (name_and_job := self._jobs.get()) is not None:
            name, job = name_and_job
            try:
                if not self._stopping.is_set():
                    job()
            except Exception:
                log.exception("Handing over ahead stopped: %s.", name)
            finally:
                with self._lock:
                    self._busy.discard(name)
                self._finished()

    def _hand_over(self, number: int, channel_id: int) -> None:
        with self._reserve(number) as is_reserved:
            if not is_reserved:
                return
            # At its time it is tried again, and what is wrong then is said.
            self._put_off(number, _AGAIN)
            try:
                self._attempts.hand_over_ahead(number, channel_id, self._clock())
            except TryLater as error:
                self._put_off(number, max(1.0, error.seconds))
                log.info("Schedule %d is not handed over ahead yet: %s", number, error)
            except PublishError as error:
                log.info("Schedule %d is not handed over ahead: %s", number, error)
