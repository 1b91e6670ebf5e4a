"""Sender loop: publishes due posts and repairs what a crash left unfinished.

It compares the wall clock every second at least and never sleeps until a post is due: clocks jump
and computers sleep. Rows of one channel go out one after another, channels beside each other.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import math
import queue
import threading
import time
from collections.abc import Callable, Iterator

from posto_desktop.server import log_format
from posto_desktop.server.ahead import Ahead
from posto_desktop.server.attempts import MAX_ATTEMPTS, Attempts
from posto_desktop.server.claims import BEFORE_PUBLISHING, Claims
from posto_desktop.server.errors import DatabaseAway
from posto_desktop.server.leases import LeaseLost
from posto_desktop.server.rows import Row
from posto_desktop.server.send_job import INTERRUPTED

__all__ = ["MAX_ATTEMPTS", "MOST_LATE_MINUTES", "Sender"]

log = logging.getLogger(__name__)

TICK = 1.0
SHARED_TICK = 15.0
"""Seconds between two looks at a shared database, which says itself when something changes."""
WORKERS = 4
MOST_LATE_MINUTES = 366 * 24 * 60
"""The longest limit for late posts; the setting of the app has a shorter one."""
# A pause of the loop longer than this means that the computer slept or the clock was changed.
_GAP = 30.0
_BATCH = 64
_LOOK_EVERY = 60.0  # for rows that a damaged time or status would have wait for ever


class Sender:
    """Sends due rows through publishers. `late_limit` is in seconds. `look_around()` is called each
    minute, for what somebody else may have left behind."""

    def __init__(
        self,
        claims: Claims,
        attempts: Attempts,
        *,
        late_limit: float,
        clock: Callable[[], float] = time.time,
        look_for_damage: Callable[[], None] = lambda: None,
        look_around: Callable[[], None] = lambda: None,
    ) -> None:
        self._look_for_damage, self._look_around = look_for_damage, look_around
        self._sound_at = float("-inf")  # when rows were last looked through for lost ones
        self.late_limit = late_limit
        self.paused = False  # nothing new is begun
        self._claims = claims
        self._attempts = attempts
        attempts.look_again = self._recover_soon
        self._leases = claims.leases
        self._leases.lost = self._recover_now
        self._tick_seconds = SHARED_TICK if claims.is_shared else TICK
        self._clock = clock
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._jobs: queue.SimpleQueue[tuple[Callable[[], None], int] | None] = queue.SimpleQueue()
        self._busy: dict[int, int] = {}
        self._active: set[int] = set()
        self._recover_at = float("-inf")
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._last_tick: float | None = None
        self._wait_for = TICK
        self.turned_at = time.monotonic()  # when the loop last ended a turn
        self._ahead = Ahead(claims, attempts, self._active_row, self.wake, clock)

    def start(self) -> None:
        self._leases.start()
        self.turned_at = time.monotonic()
        thread = threading.Thread(target=self._run, name="sender", daemon=True)
        self._threads.append(thread)
        thread.start()

    def wake(self) -> None:
        """Looks for due rows now rather than at the next tick."""
        self._wake.set()

    def stop(self, timeout: float) -> bool:
        """Takes no new rows and waits for those under way; True if all ended in time."""
        self._stopping.set()
        self._wake.set()
        limit = time.monotonic() + timeout
        for _ in range(WORKERS):
            self._jobs.put(None)
        for thread in list(self._threads):
            thread.join(max(0.0, limit - time.monotonic()))
        has_ended = self._ahead.stop(limit) and not any(
            thread.is_alive() for thread in self._threads
        )
        self._claims.stop_waiting()
        if has_ended:
            self._claims.give_up()
        else:
            self._leases.stop_renewing()
        return has_ended

    def _run(self) -> None:
        self._carefully(self._look_for_damage)
        while not self._stopping.is_set():
            self._wait_for = self._tick_seconds
            self._carefully(self._turn)
            self.turned_at = time.monotonic()
            self._wake.wait(self._wait_for)
            self._wake.clear()

    def _turn(self) -> None:
        if self._recover_at <= time.monotonic():
            # Who struck a sender off may have ended before it took over its posts.
            again = time.monotonic() + self._tick_seconds if self._claims.is_shared else math.inf
            self._recover_at = again
            self.recover()
        self._wait_for = self._tick()

    def _carefully(self, step: Callable[[], None]) -> None:
        """A full disk, a locked file or a damaged row must not end the sending for good."""
        try:
            step()
        except BaseException:
            log.exception("The sender stumbled; it goes on at the next tick.")
            self._recover_soon(TICK)
            self._wait_for = TICK

    def _tick(self) -> float:
        """Starts what is due. Returns the seconds until it should look again."""
        now = self._clock()
        if self._sound_at + _LOOK_EVERY <= time.monotonic():
            self._claims.set_lost_aside()
            self._look_around()
            self._sound_at = time.monotonic()
        if self._last_tick is None or self._has_slept(now):
            self.miss_overdue()
        if self._last_tick is None or now < self._last_tick:
            self.wait_again()
        self._last_tick = now
        self.read_settings()
        if self.paused:
            return self._until_next(None)
        self._ahead.look()
        with self._lock:
            busy = list(self._busy)
        if len(busy) < WORKERS:
            by_channel: dict[int, list[int]] = {}
            for row in self._claims.due(now, busy, _BATCH):
                by_channel.setdefault(row["channel_id"], []).append(row["id"])
            for channel_id, ids in list(by_channel.items())[: WORKERS - len(busy)]:
                self._start_job(functools.partial(self._send_all, ids), channel_id)
        return self._until_next(self._claims.next_due())

    def _has_slept(self, now: float) -> bool:
        """Whether the computer slept, or its clock was set, since the loop looked last."""
        return self._last_tick is not None and now - self._last_tick > _GAP

    def read_settings(self) -> None:
        """Notice what was set through another server."""
        if self._claims.is_shared:
            self.paused = self._claims.is_paused()
            limit = self._claims.late_limit()
            self.late_limit = self.late_limit if limit is None else limit

    def _until_next(self, upcoming: float | None) -> float:
        """Return the seconds until the loop looks again."""
        wait = self._tick_seconds
        if upcoming is not None and upcoming > (self._last_tick or 0):
            wait = min(wait, max(0.01, upcoming - self._clock()))
        return max(0.01, min(wait, self._recover_at - time.monotonic()))

    @property
    def ticked(self) -> bool:
        """True once the loop has looked for due rows."""
        return self._last_tick is not None

    def miss_overdue(self) -> None:
        """Keeps rows as missed that were due while nothing could be sent, for too long."""
        missed = self._claims.miss(self._clock() - self.late_limit)
        if missed:
            log.warning("%d posts were overdue for too long and are kept as missed.", missed)

    def wait_again(self) -> None:
        """Takes back what was missed while the clock was ahead, as before its first setting after
        the computer was switched on."""
        waiting = self._claims.wait_again(self._clock())
        if waiting:
            log.warning("The clock was ahead: %d posts wait for their time again.", waiting)

    def _start_job(self, job: Callable[[], None], channel_id: int) -> None:
        """Has a worker do the job; until then the channel is busy."""
        with self._lock:
            self._busy[channel_id] = self._busy.get(channel_id, 0) + 1
            workers = len(self._threads) - 1
            if workers < min(WORKERS, len(self._busy)):
                thread = threading.Thread(target=self._work, name="sender-worker", daemon=True)
                self._threads.append(thread)
                thread.start()
        self._jobs.put((job, channel_id))

    def _work(self) -> None:
        while (job_and_channel := self._jobs.get()) is not None:
            job, channel_id = job_and_channel
            try:
                if not self._stopping.is_set():
                    job()
            except (LeaseLost, DatabaseAway) as error:
                log.warning("Sending through channel %d stopped: %s", channel_id, error)
                self._recover_soon(TICK)
            except BaseException:
                # A row may be left as `sending`: what became of it is found out as after a crash.
                log.exception("Sending through channel %d stopped.", channel_id)
                self._recover_soon(TICK)
            finally:
                log_format.end_post()
                with self._lock:
                    self._busy[channel_id] -= 1
                    if not self._busy[channel_id]:
                        del self._busy[channel_id]
                self._wake.set()

    def _send_all(self, ids: list[int]) -> None:
        for schedule_id in ids:
            if self._stopping.is_set() or self._has_slept(self._clock()):
                break  # what is overdue by now is for the loop to see first
            self.send(schedule_id)

    def send(self, schedule_id: int) -> None:
        """Claims one row and takes it to an outcome; every step is on the disk before the next."""
        with self._active_row(schedule_id) as is_reserved:
            row = self._claims.claim(schedule_id, self._clock()) if is_reserved else None
            if row is not None:
                self._attempts.begin(row)

    @contextlib.contextmanager
    def _active_row(self, schedule_id: int) -> Iterator[bool]:
        """Marks a row as in work; False if another thread has it in work already."""
        with self._lock:
            is_reserved = schedule_id not in self._active
            self._active.add(schedule_id)
        try:
            yield is_reserved
        finally:
            if is_reserved:
                with self._lock:
                    self._active.discard(schedule_id)

    def recover(self) -> None:
        """Puts right the rows that were being sent when something ended without warning.

        Rows of which nothing can be out go back to waiting at once; those that may be out are
        looked up by a worker, as a network may take its time to answer.
        """
        by_channel: dict[int, list[Row]] = {}
        with self._lock:
            active = set(self._active)
        for row in self._claims.left(active):
            if row["stage"] == "publishing":
                by_channel.setdefault(row["channel_id"], []).append(row)
            else:
                self._take_over(row)
        with self._lock:
            busy = set(self._busy)
        for channel_id, rows in by_channel.items():
            if channel_id in busy:
                # What is being sent just then may look like the post that is looked for.
                self._recover_soon(TICK)
            else:
                self._start_job(functools.partial(self._take_all_over, rows), channel_id)

    def _take_all_over(self, rows: list[Row]) -> None:
        for row in rows:
            self._take_over(row)

    def _take_over(self, left: Row) -> None:
        """Find out what became of a row, unless somebody is at it: since it was read, a worker may
        have begun with it, or have gone on."""
        with self._active_row(left["id"]) as is_reserved:
            row = self._claims.take_over(left) if is_reserved else None
            if row is None:
                return
            if row["stage"] != left["stage"]:
                self._recover_soon(TICK)
            elif row["stage"] == "publishing":
                self._attempts.resume(row, self.late_limit)
            elif row["stage"] in BEFORE_PUBLISHING:
                self._claims.release(row["id"])
            else:
                self._claims.unknown(row["id"], INTERRUPTED)

    def _recover_soon(self, seconds: float) -> None:
        self._recover_at = min(self._recover_at, time.monotonic() + seconds)
        if self._tick_seconds > TICK:
            self.wake()  # it may sleep for longer than that

    def _recover_now(self) -> None:
        self._recover_soon(0.0)
