"""Keeps the outbox moving: takes what is due, waits for the network, tells what changed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from posto_desktop.core.draft import LOCAL
from posto_desktop.core.ends import BACKOFF
from posto_desktop.core.outbox import Entry, Outbox, Progress
from posto_desktop.sdk.errors import AuthenticationError
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers.lanes import Lane
from posto_desktop.workers.links import Links

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Entries under way at the same time: a text need not wait for a film."""

_TELL_EVERY = 0.1
_IDLE = 30.0
_AFTER_TROUBLE = 30.0
_FIRST_AGAIN = 0.5
"""Seconds after the first unexpected error; twice as many after each further one, up to _IDLE."""


class OutboxJob:
    """One thread that watches and a lane that works.

    `tell_entries` gets all entries after changes, at most ten times a second; `tell_ended` gets an
    entry that was just sent, refused, or needs the user. Both are called on worker threads.
    """

    def __init__(
        self,
        links: Links,
        tell_entries: Callable[[list[Entry]], None],
        tell_ended: Callable[[Entry], None],
        tell_problem: Callable[[str], None],
    ) -> None:
        self._links = links
        self._tell_entries = tell_entries
        self._tell_ended = tell_ended
        self._tell_problem = tell_problem
        self._outbox: Outbox | None = None
        self._stop = threading.Event()
        self._paused = False
        self._held: set[str] = set()
        self._hurried: list[str] = []
        # One for each entry that is under way; set, its uploads end and it waits again.
        self._stops: dict[str, threading.Event] = {}
        self._woken = threading.Condition()
        self._wake = False
        self._dirty = False
        self._moved = False
        self._entries: list[Entry] = []
        self._queued: set[str] = set()
        self._not_before: dict[str, float] = {}
        self._lane = Lane("sending", AT_ONCE)
        self._thread = threading.Thread(target=self._watch, name="posto-outbox", daemon=True)

    def start(self, outbox: Outbox) -> None:
        """Begin with what the last run left. Called once, when posto.db is open."""
        self._outbox = outbox
        outbox.recover()
        self._dirty = True
        self._thread.start()

    def changed(self, entry_id: str) -> None:
        """An entry changed (Outbox calls this)."""
        with self._woken:
            self._dirty = True
            self._woken.notify()

    def wake(self) -> None:
        """There is something to send, or the network is back."""
        with self._woken:
            self._wake = True
            self._woken.notify()

    def pause(self, on: bool) -> None:
        """Take nothing new while paused; uploads stop and their entries wait. What is just being
        handed over comes to its end."""
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

    def hurry(self, entry_id: str) -> None:
        """Take this entry before all others that wait."""
        with self._woken:
            self._hurried = [entry_id, *(one for one in self._hurried if one != entry_id)]
        self.wake()

    def _stop_uploads(self, entry_id: str | None = None) -> None:
        with self._woken:
            for key, stop in self._stops.items():
                if entry_id in (None, key):
                    stop.set()

    def stop(self) -> None:
        """Take nothing new; uploads stop, their entries wait for the next start."""
        self._stop.set()
        self._stop_uploads()
        self._lane.close()
        self.wake()

    def join(self, deadline: float) -> bool:
        ended = self._lane.join(deadline)
        if self._thread.ident is not None:
            self._thread.join(max(0.0, deadline - time.monotonic()))
            ended = ended and not self._thread.is_alive()
        return ended

    def _watch(self) -> None:
        assert self._outbox is not None
        told = 0.0
        pause = 0.0
        failures = 0
        while not self._stop.is_set():
            with self._woken:
                if not (self._wake or self._dirty or self._moved):
                    self._woken.wait(pause)
                wake, self._wake = self._wake, False
                told_of = self._dirty or self._moved
            since = time.monotonic() - told
            if told_of and not wake and since < _TELL_EVERY:
                # Progress comes in hundreds a second; nobody can read that.
                self._stop.wait(_TELL_EVERY - since)
            try:
                if told_of:
                    told = time.monotonic()
                    self._tell_entries(self._fresh_entries())
                pause = self._dispatch()
            except StorageError as error:
                log.error("The outbox stands still: %s", error)
                self._tell_problem(error.user_message)
                pause = _IDLE
            except Exception as error:
                # A fault of ours. Whoever waits for a post has to know that nothing is sent.
                log.exception("The outbox stands still")
                self._tell_problem(
                    _tr("Sending stopped because of an unexpected error ({why}).").format(
                        why=f"{type(error).__name__}: {error}"
                    )
                    + " "
                    + _tr("It is started again; the log has the details.")
                )
                failures += 1
                self._stop.wait(min(_IDLE, _FIRST_AGAIN * 2 ** min(failures, 10)))
                pause, self._dirty = 0.0, True
            else:
                failures = 0

    def _fresh_entries(self) -> list[Entry]:
        """The entries, from posto.db only when more than the progress changed."""
        assert self._outbox is not None
        with self._woken:
            dirty, self._dirty, self._moved = self._dirty, False, False
        if dirty:
            self._entries = self._outbox.entries()
        else:
            self._entries = [self._outbox.with_progress(entry) for entry in self._entries]
        return self._entries

    def _dispatch(self) -> float:
        """Hand what is due to the lane; seconds until something may be due again."""
        assert self._outbox is not None
        if self._paused:
            return _IDLE
        for entry_id in self._in_order(self._outbox.due()):
            with self._woken:
                if len(self._queued) >= AT_ONCE:
                    break  # the end of one of them brings us back
                if entry_id in self._queued or entry_id in self._held:
                    continue
                if time.monotonic() < self._not_before.get(entry_id, 0.0):
                    continue
                self._queued.add(entry_id)
            self._lane.put(lambda entry_id=entry_id: self._process(entry_id))  # type: ignore[misc]
        following = self._outbox.next_due()
        if following is None:
            return _IDLE
        seconds = (following - datetime.now(UTC)).total_seconds()
        return min(_IDLE, max(0.5, seconds))

    def _in_order(self, due: list[str]) -> list[str]:
        """What the user wants first, first."""
        with self._woken:
            self._hurried = [one for one in self._hurried if one in due]
            hurried = list(self._hurried)
        return [*hurried, *(one for one in due if one not in hurried)]

    def _process(self, entry_id: str) -> None:
        outbox = self._outbox
        assert outbox is not None
        stop = threading.Event()
        with self._woken:
            self._stops[entry_id] = stop
        try:
            if self._stop.is_set() or self._paused or entry_id in self._held:
                return
            entry = outbox.entry(entry_id)
            before = entry.state
            try:
                link = self._links.get(entry.workspace)
            except AuthenticationError as error:
                outbox.defer(entry_id, error.user_message, "sign_in", 300.0)
                return
            except Exception as error:  # noqa: BLE001 - keyring, start of the server, network
                said = getattr(error, "user_message", "") or "The workspace cannot be reached."
                delay = BACKOFF[min(entry.attempts, len(BACKOFF) - 1)]
                outbox.defer(entry_id, said, "offline", delay)
                return
            entry = outbox.process(entry_id, link, progress=self._progressed, stop=stop)
            if entry.code == "offline" and entry.workspace == LOCAL:
                self._links.drop(LOCAL)  # perhaps it has to be started again
            if entry.state != before and entry.state in ("sent", "refused", "unclear"):
                self._tell_ended(entry)
        except KeyError:
            # Removed meanwhile, or its id is damaged, so that nothing can be done with it.
            self._not_before[entry_id] = time.monotonic() + _AFTER_TROUBLE
        except Exception as error:
            # What the entry says is no longer what is true: a full disk, or a fault of ours. It
            # is due at once, and would be tried at once, for ever.
            log.exception("An entry stands still")
            self._not_before[entry_id] = time.monotonic() + _AFTER_TROUBLE
            if isinstance(error, StorageError):
                self._tell_problem(error.user_message)
        finally:
            with self._woken:
                self._queued.discard(entry_id)
                self._stops.pop(entry_id, None)
            self.wake()

    def _progressed(self, progress: Progress) -> None:
        with self._woken:
            self._moved = True
            self._woken.notify()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Service", text)
