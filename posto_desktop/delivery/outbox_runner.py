"""Runs the outbox: picks due entries, waits for the network, reports changes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from posto_desktop.common.translation import translatable, translate
from posto_desktop.common.user_error import message_of
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.entries import SLOW
from posto_desktop.delivery.client_pool import ClientPool
from posto_desktop.delivery.outbox import Entry, Outbox, UploadProgress
from posto_desktop.delivery.serial_worker import KeyedWorkers
from posto_desktop.net.deadline import Deadline
from posto_desktop.net.failure import BACKOFF
from posto_desktop.sdk.errors import AuthenticationError
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.process_lock import ProcessLock

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Parallel entries of one workspace: a text does not wait for a video."""
SPARE = 8
"""Second parallel entries over all workspaces."""
SLOW_SECONDS = 10.0
"""Time without progress after which a service is reported as slow."""

_TELL_EVERY = 0.1
_IDLE = 30.0
_OTHER_SENDS = 0.5
"""Seconds until the next look whether another process still sends."""
_AFTER_TROUBLE = 30.0
_FIRST_AGAIN = 0.5
"""Seconds after the first unexpected error; doubled after each further one, up to _IDLE."""


class OutboxRunner:
    """One watching thread, and sending threads per workspace, so that an unresponsive service
    delays only its own posts.

    `on_entries` gets all entries after changes, at most ten times a second; `on_ended` gets an
    entry that was just sent, refused, or needs the user. Both are called on worker threads.
    Nothing is sent before this process has `lock`. `only` says which entries are sent, by their
    ids; the others are left alone. No attempt lasts beyond `deadline`, nor begins after it.
    """

    def __init__(
        self,
        client_pool: ClientPool,
        on_entries: Callable[[list[Entry]], None],
        on_ended: Callable[[Entry], None],
        on_problem: Callable[[str], None],
        lock: ProcessLock | None = None,
        only: Callable[[str], bool] = lambda _entry_id: True,
        deadline: Deadline | None = None,
    ) -> None:
        self._client_pool = client_pool
        self._lock, self._only, self._deadline = lock, only, deadline
        self._on_entries = on_entries
        self._on_ended = on_ended
        self._on_problem = on_problem
        self._outbox: Outbox | None = None
        self._stop = threading.Event()
        self._paused = False
        self._is_alone = False
        """Whether no other process sends."""
        self._held: set[str] = set()
        self._hurried: list[str] = []
        # One event for each entry being sent; setting it stops the uploads, and the entry waits
        # again.
        self._stops: dict[str, threading.Event] = {}
        self._woken = threading.Condition()
        self._wake = False
        self._dirty = False
        self._moved = False
        self._entries: list[Entry] = []
        self._under_way: dict[str, str] = {}  # workspaces of entries being sent, by entry id
        # Time of the last progress of each entry being sent (monotonic).
        self._alive: dict[str, float] = {}
        self._reported_slow: frozenset[str] = frozenset()
        self._not_before: dict[str, float] = {}
        self._workers = KeyedWorkers("sending", each=AT_ONCE, spare=SPARE)
        self._thread = threading.Thread(target=self._watch, name="posto-outbox", daemon=True)

    def start(self, outbox: Outbox) -> None:
        """Continue where the last run ended. Called once, when posto.db is open."""
        self._outbox = outbox
        self._recover_if_alone()
        self._dirty = True
        self._thread.start()

    def _recover_if_alone(self) -> None:
        """Take over what the last sender left, once no other process sends."""
        if not self._is_alone and (self._lock is None or self._lock.acquire()):
            assert self._outbox is not None
            self._outbox.recover()
            self._is_alone = True

    def changed_outside(self) -> None:
        """Read the entries again: another process changed them. From any thread."""
        with self._woken:
            self._dirty = self._wake = True
            self._woken.notify()

    def changed(self, entry_id: str) -> None:
        """Handle a changed entry (called by Outbox)."""
        with self._woken:
            self._dirty = True
            self._note_alive(entry_id)
            self._woken.notify()

    def _note_alive(self, entry_id: str) -> None:
        if entry_id in self._alive:
            self._alive[entry_id] = time.monotonic()

    def wake(self) -> None:
        """Look for due entries now, or after the network is back."""
        with self._woken:
            self._wake = True
            self._woken.notify()

    def pause(self, on: bool) -> None:
        """Pause: start nothing new, stop uploads. A call that posts finishes."""
        self._paused = on
        if on:
            self._stop_uploads()
        self.wake()

    def hold(self, entry_id: str, on: bool) -> None:
        """Pause or resume one entry, until the next start."""
        with self._woken:
            (self._held.add if on else self._held.discard)(entry_id)
        if on:
            self._stop_uploads(entry_id)
        self.wake()

    def send_first(self, entry_id: str) -> None:
        """Send this entry before all other waiting ones."""
        with self._woken:
            self._hurried = [
                entry_id,
                *(hurried_id for hurried_id in self._hurried if hurried_id != entry_id),
            ]
        self.wake()

    def _stop_uploads(self, entry_id: str | None = None) -> None:
        with self._woken:
            for key, stop in self._stops.items():
                if entry_id in (None, key):
                    stop.set()

    def stop(self) -> None:
        """Stop: start nothing new, stop uploads; their entries wait for the next start."""
        self._stop.set()
        self._stop_uploads()
        self._workers.close()
        self.wake()

    def join(self, deadline: float) -> bool:
        ended = self._workers.join(deadline)
        if self._thread.ident is not None:
            self._thread.join(max(0.0, deadline - time.monotonic()))
            ended = ended and not self._thread.is_alive()
        if ended and self._lock is not None:
            self._lock.release()
        return ended

    def _watch(self) -> None:
        assert self._outbox is not None
        reported_at = 0.0
        pause = 0.0
        failures = 0
        while not self._stop.is_set():
            with self._woken:
                if not (self._wake or self._dirty or self._moved):
                    self._woken.wait(pause)
                wake, self._wake = self._wake, False
                slow = self._slow()
                is_reported = self._dirty or self._moved or slow != self._reported_slow
            since = time.monotonic() - reported_at
            if is_reported and not wake and since < _TELL_EVERY:
                # Progress arrives hundreds of times a second.
                self._stop.wait(_TELL_EVERY - since)
            try:
                if is_reported:
                    reported_at = time.monotonic()
                    self._reported_slow = slow
                    self._on_entries(self._explained(self._fresh_entries(), slow))
                pause = min(self._dispatch(), self._until_slow())
            except StorageError as error:
                log.error("The outbox stands still: %s", error)
                self._on_problem(error.user_message)
                pause = _IDLE
            except Exception as error:
                # A bug: report that nothing is sent.
                log.exception("The outbox stands still")
                self._on_problem(
                    translate(
                        "Service", "Sending stopped because of an unexpected error ({why})."
                    ).format(why=f"{type(error).__name__}: {error}")
                    + " "
                    + translate("Service", "Posto is restarting it. See the log for details.")
                )
                failures += 1
                self._stop.wait(min(_IDLE, _FIRST_AGAIN * 2 ** min(failures, 10)))
                pause, self._dirty = 0.0, True
            else:
                failures = 0

    def _fresh_entries(self) -> list[Entry]:
        """Return the entries, re-reading posto.db only if more than the progress changed."""
        assert self._outbox is not None
        with self._woken:
            dirty, self._dirty, self._moved = self._dirty, False, False
        if dirty:
            self._entries = self._outbox.entries()
        else:
            self._entries = [self._outbox.with_progress(entry) for entry in self._entries]
        return self._entries

    # -- what is slow --------------------------------------------------------------------------

    def _slow(self) -> frozenset[str]:
        """With `_woken` held: return the entries being sent without progress for a while."""
        before = time.monotonic() - SLOW_SECONDS
        return frozenset(key for key, at in self._alive.items() if at <= before)

    def _until_slow(self) -> float:
        """Return the seconds until the next entry counts as slow."""
        with self._woken:
            times = [at for key, at in self._alive.items() if key not in self._reported_slow]
        return max(0.0, min(times) + SLOW_SECONDS - time.monotonic()) if times else _IDLE

    def _explained(self, entries: list[Entry], slow: frozenset[str]) -> list[Entry]:
        """Return the entries with a reason if their service is slow: those being sent and those
        waiting behind them. It is not stored."""
        with self._woken:
            under_way = dict(self._under_way)
        held = [place for key, place in under_way.items() if key in slow]
        blocked = {place for place in held if held.count(place) >= AT_ONCE}

        def explained(entry: Entry) -> Entry:
            if entry.reason or entry.next_try is not None:
                return entry
            if entry.id in slow and entry.state in ("uploading", "handing_over"):
                return replace(entry, code=SLOW, reason=self._slow_words(entry.workspace))
            if (
                entry.workspace in blocked
                and entry.state == "waiting"
                and entry.id not in under_way
            ):
                return replace(entry, code=SLOW, reason=self._behind_words(entry.workspace))
            return entry

        return [explained(entry) for entry in entries] if slow else entries

    def _slow_words(self, workspace: str) -> str:
        host = self._client_pool.host(workspace)
        if workspace == LOCAL or not host:
            return translate("Service", "The workspace is slow to answer.")
        return translate("Service", "{host} is slow to answer.").format(host=host)

    def _behind_words(self, workspace: str) -> str:
        host = self._client_pool.host(workspace)
        if workspace == LOCAL or not host:
            return translate(
                "Service", "Waiting for earlier posts: the workspace is slow to answer."
            )
        return translate("Service", "Waiting for earlier posts: {host} is slow to answer.").format(
            host=host
        )

    # -- the work ------------------------------------------------------------------------------

    def _dispatch(self) -> float:
        """Give due entries to the workers; return the seconds until the next check."""
        assert self._outbox is not None
        self._recover_if_alone()
        if not self._is_alone:
            return _OTHER_SENDS
        if self._paused or self._is_over():
            return _IDLE
        due = {
            entry_id: workspace
            for entry_id, workspace in self._outbox.due_workspaces().items()
            if self._only(entry_id)
        }
        for entry_id in self._in_order(due):
            workspace = due[entry_id]
            with self._woken:
                if list(self._under_way.values()).count(workspace) >= AT_ONCE:
                    continue  # a finishing entry wakes this thread
                if entry_id in self._under_way or entry_id in self._held:
                    continue
                if time.monotonic() < self._not_before.get(entry_id, 0.0):
                    continue
                self._under_way[entry_id] = workspace
            self._workers.put(workspace, partial(self._process, entry_id))
        following = self._outbox.next_due()
        if following is None:
            return _IDLE
        seconds = (following - datetime.now(UTC)).total_seconds()
        return min(_IDLE, max(0.5, seconds))

    def _is_over(self) -> bool:
        return self._deadline is not None and self._deadline.left <= 0

    def _in_order(self, due: Iterable[str]) -> list[str]:
        """Return the entries that the user hurried first."""
        with self._woken:
            self._hurried = [entry_id for entry_id in self._hurried if entry_id in due]
            hurried = list(self._hurried)
        return [*hurried, *(entry_id for entry_id in due if entry_id not in hurried)]

    def _process(self, entry_id: str) -> None:
        outbox = self._outbox
        assert outbox is not None
        stop = threading.Event()
        with self._woken:
            self._stops[entry_id] = stop
            self._alive[entry_id] = time.monotonic()
            self._woken.notify()  # to notice in time if it is slow
        try:
            if self._stop.is_set() or self._paused or entry_id in self._held or self._is_over():
                return
            entry = outbox.entry(entry_id)
            before = entry.state
            try:
                link = self._client_pool.get(entry.workspace)
            except AuthenticationError as error:
                outbox.defer(entry_id, error.english_message, "sign_in", 300.0)
                return
            except Exception as error:  # noqa: BLE001 - keyring, start of the server, network
                sentence = message_of(
                    error, translatable("Delivery", "The workspace cannot be reached.")
                )
                delay = BACKOFF[min(entry.attempts, len(BACKOFF) - 1)]
                outbox.defer(entry_id, sentence, "offline", delay)
                return
            entry = outbox.process(
                entry_id,
                link,
                progress=partial(self._progressed, entry_id),
                stop=stop,
                deadline=self._deadline,
            )
            if entry.code == "offline" and entry.workspace == LOCAL:
                self._client_pool.drop(LOCAL)  # the local server may have to be restarted
            if entry.state != before and entry.state in ("sent", "refused", "unclear"):
                self._on_ended(entry)
        except KeyError:
            # It was removed meanwhile, or its id is damaged.
            self._not_before[entry_id] = time.monotonic() + _AFTER_TROUBLE
        except Exception as error:
            # The stored state is wrong (a full disk, or a bug). The entry is due immediately and
            # would be retried forever.
            log.exception("An entry stands still")
            self._not_before[entry_id] = time.monotonic() + _AFTER_TROUBLE
            if isinstance(error, StorageError):
                self._on_problem(error.user_message)
        finally:
            with self._woken:
                self._under_way.pop(entry_id, None)
                self._alive.pop(entry_id, None)
                self._stops.pop(entry_id, None)
            self.wake()

    def _progressed(self, entry_id: str, _progress: UploadProgress) -> None:
        with self._woken:
            self._moved = True
            self._note_alive(entry_id)
            self._woken.notify()
