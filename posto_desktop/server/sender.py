"""The loop that sends what is due, and puts right what a crash left half done.

It compares the wall clock every second at least and never sleeps until a post is due: clocks jump
and computers sleep. Rows of one channel go out one after another, channels beside each other.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from posto_desktop.server.assemble import Assembler, freeze, thaw
from posto_desktop.server.channels import Channels
from posto_desktop.server.claims import BEFORE_PUBLISHING, Claims
from posto_desktop.server.errors import PluginError
from posto_desktop.server.media import MediaLibrary
from posto_desktop.server.publishers.base import (
    Found,
    Post,
    Publisher,
    PublishError,
    Refused,
    Result,
    SignInAgain,
    TryLater,
    Unclear,
)
from posto_desktop.server.rows import Row, json_object

log = logging.getLogger(__name__)

TICK = 1.0
WORKERS = 4
MAX_ATTEMPTS = 6
MOST_LATE_MINUTES = 366 * 24 * 60
"""The longest limit for late posts; the setting of the app has a shorter one."""
# A pause of the loop longer than this means that the computer slept or the clock was changed.
_GAP = 30.0
_BATCH = 64
_LOOK_EVERY = 60.0  # for rows that a damaged time or status would have wait for ever
# How long a network that cannot be reached is asked about a post that may be out.
_LOOK_UP_FOR = 6 * 3600.0
# How long after its time a post is tried again when the network is away or says "not now".
_PUT_OFF_FOR = 24 * 3600.0
# How often a network is asked about a post on which it may still be at work.
_ASK_EVERY = 10.0
_INTERRUPTED = "Posto Desktop was interrupted while this post was being sent, so it may be live."


class Sender:
    """Sends due rows through publishers. `late_limit` is in seconds.

    `ticks` are seconds since the computer was started: no setting of the clock changes them, and
    another process on this computer counts the same.
    """

    def __init__(
        self,
        claims: Claims,
        assembler: Assembler,
        channels: Channels,
        media: MediaLibrary,
        publishers: Mapping[str, Publisher],
        *,
        late_limit: float,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
        look_for_damage: Callable[[], None] = lambda: None,
    ) -> None:
        self._look_for_damage = look_for_damage
        self._sound_at = float("-inf")  # when rows were last looked through for lost ones
        self.late_limit = late_limit
        self._claims = claims
        self._assembler = assembler
        self._channels = channels
        self._media = media
        self._publishers = publishers
        self._clock = clock
        self._ticks = ticks
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

    def start(self) -> None:
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
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        self._carefully(self._look_for_damage)
        while not self._stopping.is_set():
            self._wait_for = TICK
            self._carefully(self._turn)
            self._wake.wait(self._wait_for)
            self._wake.clear()

    def _turn(self) -> None:
        if self._recover_at <= time.monotonic():
            self._recover_at = float("inf")
            self.recover()
        self._wait_for = self._tick()

    def _carefully(self, step: Callable[[], None]) -> None:
        """A full disk, a locked file or a damaged row must not end the sending for good."""
        try:
            step()
        except BaseException:
            log.exception("The sender stumbled; it goes on at the next tick.")
            self._recover_soon(TICK)

    def _tick(self) -> float:
        """Starts what is due. Returns the seconds until it should look again."""
        now = self._clock()
        if self._sound_at + _LOOK_EVERY <= time.monotonic():
            self._claims.set_lost_aside()
            self._sound_at = time.monotonic()
        if self._last_tick is None or now - self._last_tick > _GAP:
            self.miss_overdue()
        if self._last_tick is None or now < self._last_tick:
            self.wait_again()
        self._last_tick = now
        with self._lock:
            busy = list(self._busy)
        if len(busy) < WORKERS:
            by_channel: dict[int, list[int]] = {}
            for row in self._claims.due(now, busy, _BATCH):
                by_channel.setdefault(row["channel_id"], []).append(row["id"])
            for channel_id, ids in list(by_channel.items())[: WORKERS - len(busy)]:
                self._give_out(channel_id, ids)
        upcoming = self._claims.next_due()
        if upcoming is None or upcoming <= now:
            return TICK
        return min(TICK, max(0.01, upcoming - self._clock()))

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

    def _give_out(self, channel_id: int, ids: list[int]) -> None:
        self._hand_over(functools.partial(self._send_all, ids), channel_id)

    def _hand_over(self, job: Callable[[], None], channel_id: int) -> None:
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
        while (given := self._jobs.get()) is not None:
            job, channel_id = given
            try:
                if not self._stopping.is_set():
                    job()
            except BaseException:
                # A row may be left as `sending`: what became of it is found out as after a crash.
                log.exception("Sending through channel %d stopped.", channel_id)
                self._recover_soon(TICK)
            finally:
                with self._lock:
                    self._busy[channel_id] -= 1
                    if not self._busy[channel_id]:
                        del self._busy[channel_id]
                self._wake.set()

    def _send_all(self, ids: list[int]) -> None:
        for schedule_id in ids:
            if self._stopping.is_set():
                break
            self.send(schedule_id)

    def send(self, schedule_id: int) -> None:
        """Claims one row and takes it to an outcome; every step is on the disk before the next."""
        with self._active_row(schedule_id) as mine:
            row = self._claims.claim(schedule_id, self._clock()) if mine else None
            if row is not None:
                self._attempt(row)

    @contextlib.contextmanager
    def _active_row(self, schedule_id: int) -> Iterator[bool]:
        """Marks a row as in work; False if another thread has it in work already."""
        with self._lock:
            mine = schedule_id not in self._active
            self._active.add(schedule_id)
        try:
            yield mine
        finally:
            if mine:
                with self._lock:
                    self._active.discard(schedule_id)

    def _attempt(self, row: Row) -> None:
        schedule_id = row["id"]
        try:
            publisher = self._publisher(row)
            if row["record"]:
                kept = json_object(row["record"])
                post = thaw(kept["post"], self._media.path)
            else:
                post = self._assembler.post(row)
                kept = {"post": freeze(post), "publisher": publisher.prepare(post)}
            self._claims.freeze(schedule_id, kept, self._clock())
            kept["publisher"] = publisher.upload(post, kept["publisher"])
            self._note_try(schedule_id, kept)
        except Exception as error:  # noqa: BLE001 - it is logged where it ends the attempt
            # Nothing that publishes has been called yet: whatever went wrong, it is not out.
            self._refused(row, error)
            return
        self._publish(row, publisher, post, kept)

    def _note_try(self, schedule_id: int, kept: dict[str, Any]) -> None:
        """Write down that the call which publishes is about to be made."""
        kept.pop("unclear", None)
        kept["last_sent"], kept["last_ticks"] = self._clock(), self._ticks()
        kept["first_sent"] = kept.get("first_sent") or kept["last_sent"]
        self._claims.publishing(schedule_id, kept, self._clock())

    def _publish(self, row: Row, publisher: Publisher, post: Post, kept: dict[str, Any]) -> None:
        try:
            result = publisher.send(post, kept["publisher"])
        except (Refused, SignInAgain, TryLater) as error:
            self._refused(row, error)
        except Exception as error:
            if not isinstance(error, Unclear):
                log.exception("Schedule %d: the answer of the network is unclear.", row["id"])
            self._unclear(row, publisher, post, kept, str(error))
        else:
            self._done(row, post, result)

    def _done(self, row: Row, post: Post, result: Result) -> None:
        posted = {
            "content": post.text,
            "link": post.link,
            "mediaList": [{"id": one.id, "type": one.kind} for one in post.media],
        }
        self._claims.sent(row["id"], result, posted, self._clock())

    def _refused(self, row: Row, error: Exception) -> None:
        """Ends an attempt of which nothing can be out."""
        if isinstance(error, TryLater) and self._may_wait(row):
            self._claims.later(row["id"], self._clock() + max(1.0, error.seconds), str(error))
            return
        if isinstance(error, SignInAgain):
            self._channels.set_active(row["channel_id"], False)
        if isinstance(error, Refused | SignInAgain | TryLater):
            self._claims.failed(row["id"], str(error), self._clock())
            return
        log.error("Schedule %d could not be prepared.", row["id"], exc_info=error)
        if row["attempt"] < MAX_ATTEMPTS:
            wait = min(300.0, 2.0 ** row["attempt"])
            self._claims.later(row["id"], self._clock() + wait, "It could not be prepared yet.")
        else:
            self._claims.failed(
                row["id"], f"The post could not be prepared: {error}", self._clock()
            )

    def _may_wait(self, row: Row) -> bool:
        """Whether a row that the network puts off is still worth sending."""
        planned = max(row["send_time"] or 0, row["created_at"])
        return bool(self._clock() - planned < _PUT_OFF_FOR)

    def _unclear(
        self,
        row: Row,
        publisher: Publisher,
        post: Post,
        kept: dict[str, Any],
        reason: str,
    ) -> None:
        """Finds out whether a post of which no answer came is out; never guesses."""
        found = self._still_open(row, publisher, post, kept)
        if found is None:
            return
        if found is Found.NOT_SENT or self._repeat_is_safe(publisher, kept):
            if self._waits_to_settle(row, publisher, kept, reason):
                return
            if row["attempt"] < MAX_ATTEMPTS:
                wait = min(300.0, 2.0 ** row["attempt"])
                self._claims.later(row["id"], self._clock() + wait, reason)
            elif found is Found.NOT_SENT:
                self._claims.failed(row["id"], reason, self._clock())
            else:
                self._claims.unknown(row["id"], reason)
            return
        self._claims.unknown(
            row["id"],
            f"The network gave no clear answer, so the post may be live. {reason}".strip(),
        )

    def _waits_to_settle(
        self, row: Row, publisher: Publisher, kept: dict[str, Any], reason: str = ""
    ) -> bool:
        """Whether the network may still be at work on the last try; it is asked again later then.

        `reason` says why the answer was unclear, "" where there was no time for one.
        """
        left = publisher.settle - self._since_last_try(kept)
        if left <= 0:
            return False
        if reason and not kept.get("unclear"):
            kept["unclear"] = reason
            self._claims.publishing(row["id"], kept, self._clock())
        self._recover_soon(min(left, _ASK_EVERY))
        return True

    def _since_last_try(self, kept: dict[str, Any]) -> float:
        """Seconds that have passed since the last try at least, whatever became of the clock."""
        last, now = kept.get("last_ticks"), self._ticks()
        if not isinstance(last, int | float):  # kept by an earlier version
            return self._clock() - float(kept.get("first_sent") or 0)
        # The computer was started anew since then: that is longer ago than its start.
        return float(now - last) if now >= last else now

    def _still_open(
        self, row: Row, publisher: Publisher, post: Post, kept: dict[str, Any]
    ) -> Found | None:
        """What looking for a post that may be out found; None when that settled its row."""
        asked = self._look_up(row, publisher, post, kept)
        if asked is None:
            return None
        found, result = asked
        if found is Found.SENT and result is not None:
            self._done(row, post, result)
            return None
        return found

    def _repeat_is_safe(self, publisher: Publisher, kept: dict[str, Any]) -> bool:
        age = self._clock() - float(kept.get("first_sent") or 0)
        # A clock that was set back would make a record look young.
        age = max(age, self._since_last_try(kept)) if age >= 0 else float("inf")
        return publisher.repeat_is_safe(kept["publisher"], age)

    def recover(self) -> None:
        """Puts right the rows that were being sent when something ended without warning.

        Rows of which nothing can be out go back to waiting at once; those that may be out are
        looked up by a worker, as a network may take its time to answer.
        """
        for row in self._interrupted():
            if row["stage"] == "publishing":
                self._hand_over(functools.partial(self._settle, row), row["channel_id"])
            elif row["stage"] in BEFORE_PUBLISHING:
                self._claims.give_back(row["id"])
            else:
                self._claims.unknown(row["id"], _INTERRUPTED)

    def _interrupted(self) -> list[Row]:
        with self._lock:
            active = set(self._active)
        return [row for row in self._claims.interrupted() if row["id"] not in active]

    def _settle(self, row: Row) -> None:
        """Finds out what became of a row that may be out; once at a time for each row."""
        with self._active_row(row["id"]) as mine:
            if mine:
                self._recover_published(row)

    def _recover_published(self, row: Row) -> None:
        try:
            publisher = self._publisher(row)
            kept = json_object(row["record"])
            post = thaw(kept["post"], self._media.path)
        except (PublishError, PluginError, ValueError, TypeError, KeyError):
            log.exception("Schedule %d cannot be read.", row["id"])
            self._claims.unknown(row["id"], _INTERRUPTED)
            return
        reason = str(kept.get("unclear") or "")
        if reason:
            self._unclear(row, publisher, post, kept, reason)
            return
        found = self._still_open(row, publisher, post, kept)
        if found is None:
            return
        is_safe = self._repeat_is_safe(publisher, kept)
        if found is not Found.NOT_SENT and not is_safe:
            self._claims.unknown(row["id"], _INTERRUPTED)
        elif self._waits_to_settle(row, publisher, kept):
            return
        elif found is Found.NOT_SENT:
            # Not out: the ordinary rule for overdue rows decides what happens to it.
            if row["due_at"] is not None and row["due_at"] < self._clock() - self.late_limit:
                self._claims.missed(row["id"])
            else:
                self._claims.give_back(row["id"])
        else:
            self._note_try(row["id"], kept)
            self._publish(row, publisher, post, kept)

    def _look_up(
        self, row: Row, publisher: Publisher, post: Post, kept: dict[str, Any]
    ) -> tuple[Found, Result | None] | None:
        """Asks the network about a post; None if it is to be asked again in a while."""
        try:
            return publisher.lookup(post, kept["publisher"])
        except TryLater as error:
            # Offline, most likely. The row waits as it is, but not for ever.
            if self._clock() - float(row["stage_at"] or 0) < _LOOK_UP_FOR:
                self._recover_soon(max(TICK, error.seconds))
                return None
            log.warning("Schedule %d could not be looked up: %s", row["id"], error)
        except Exception:
            log.exception("Schedule %d could not be looked up.", row["id"])
        return Found.CANNOT_TELL, None

    def _recover_soon(self, seconds: float) -> None:
        self._recover_at = min(self._recover_at, time.monotonic() + seconds)

    def _publisher(self, row: Row) -> Publisher:
        method = self._channels.get(row["channel_id"])["method"]
        publisher = self._publishers.get(method)
        if publisher is None:
            raise Refused("This version of Posto Desktop cannot publish to this channel.")
        return publisher
