"""Sends entries of the outbox and waits for them: through the running app, else by itself.

Whoever holds the lock of sending (`storage.process_lock`) sends. A command starts a runner of its
own, which does nothing while the app holds the lock, and takes over if the app ends.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from posto_desktop.cli.exits import Exit
from posto_desktop.cli.output import ProgressLine
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import SentChannelData, SentData
from posto_desktop.core.entries import Entry
from posto_desktop.delivery.outbox_runner import OutboxRunner
from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage.process_lock import ProcessLock

TIMEOUT = 30.0
"""Seconds without a connection after which a post is taken back."""
_LOOK = 0.2
_LOOK_AT_ROWS = 0.5
_QUIT = 5.0
_SETTLE = 120.0
"""Further seconds for an answer of a call that posts: it is not repeated meanwhile."""
_ENDED = ("sent", "refused", "unclear", "cancelled")
_STATUS = {"success": "published", "error": "failed", "unknown": "unclear", "missed": "failed"}


@dataclass(frozen=True)
class Outcome:
    """What became of an entry. `rows` are its posts on the service, as far as they were read."""

    entry: Entry
    rows: Sequence[Schedule] = field(default=())

    @property
    def code(self) -> Exit:
        """The exit code that says it."""
        entry = self.entry
        if entry.state == "unclear" or entry.state == "handing_over":
            return Exit.UNCLEAR
        if entry.state == "cancelled":
            return Exit.SIGN_IN if entry.code == "sign_in" else Exit.UNREACHABLE
        if entry.state == "refused":
            return Exit.REFUSED
        if entry.is_partly:
            return Exit.PARTLY
        return _code_of_rows(self.rows)

    def to_json(self, workspace: str, key: str = "", *, repeated: bool = False) -> SentData:
        entry = self.entry
        return {
            "id": entry.id,
            "ref": entry.posto_ref,
            "workspace": workspace,
            "state": entry.state,
            "reason": entry.reason,
            "when": entry.share_at.astimezone().isoformat() if entry.share_at else None,
            "key": key,
            "repeated": repeated,
            "channels": self._channels(),
        }

    def _channels(self) -> list[SentChannelData]:
        by_channel = {row.channel_id: row for row in self.rows}
        missing = {item.channel_id for item in self.entry.missing}
        channels: list[SentChannelData] = []
        for item in self.entry.items:
            row = by_channel.get(item.channel_id)
            status, link, reason = "unclear", "", self.entry.reason
            if self.entry.state in ("refused", "cancelled") or item.channel_id in missing:
                status = "missing"
            elif self.entry.state == "sent":
                status, reason = "accepted", ""
            elif self.entry.state in ("waiting", "uploading"):
                status = "waiting"
            if row is not None:
                status = _STATUS.get(row.status, status)
                link, reason = row.link, row.error or reason
            channels.append(
                {
                    "channel": item.channel_id,
                    "name": item.channel_name,
                    "network": item.network,
                    "status": status,
                    "link": link,
                    "reason": reason,
                }
            )
        return channels


def _code_of_rows(rows: Sequence[Schedule]) -> Exit:
    statuses = [_STATUS.get(row.status, "") for row in rows]
    if "unclear" in statuses:
        return Exit.UNCLEAR
    if "failed" in statuses:
        return Exit.REFUSED if all(status == "failed" for status in statuses) else Exit.PARTLY
    return Exit.DONE


class PostSender:
    """Sends entries. `timeout` is in seconds; `stays_queued`: an entry whose service cannot be
    reached stays in the outbox instead of being taken back."""

    def __init__(
        self,
        session: Session,
        *,
        timeout: float = TIMEOUT,
        stays_queued: bool = False,
        interrupted: threading.Event | None = None,
    ) -> None:
        self._session = session
        self._timeout, self._stays_queued = timeout, stays_queued
        self._interrupted = interrupted or threading.Event()
        self._moved = threading.Event()
        self._problems: list[str] = []

    def send(self, entries: Sequence[Entry]) -> list[Entry]:
        """Send entries; return them as they ended. Blocks. An interruption by the user takes back
        what surely was not sent."""
        session, ids = self._session, [entry.id for entry in entries]
        wanted = frozenset(ids)
        lock = ProcessLock(session.paths.data)
        runner = OutboxRunner(
            session.pool,
            on_entries=lambda _entries: self._moved.set(),
            on_ended=lambda _entry: self._moved.set(),
            on_problem=self._problems.append,
            lock=lock,
            only=wanted.__contains__,
        )

        def changed(entry_id: str) -> None:
            runner.changed(entry_id)
            self._moved.set()

        session.entry_changed = changed
        runner.pause(session.is_paused)
        runner.start(session.outbox)
        try:
            if not lock.is_held:
                session.notify_app(["outbox"])
            return self._wait(ids)
        except KeyboardInterrupt:
            return self._take_back(ids)
        finally:
            runner.stop()
            runner.join(time.monotonic() + _QUIT)
            if not lock.is_held:
                session.notify_app(["outbox", "schedule"])

    def _wait(self, ids: Sequence[str]) -> list[Entry]:
        outbox, progress = self._session.outbox, ProgressLine()
        give_up = time.monotonic() + self._timeout
        settle = give_up + _SETTLE
        open_count = len(ids)
        try:
            while True:
                self._moved.clear()
                entries = [outbox.entry(entry_id) for entry_id in ids]
                open_entries = [entry for entry in entries if entry.state not in _ENDED]
                if not open_entries:
                    return entries
                if self._interrupted.is_set():
                    # What surely was not sent is taken back; an answer is waited for.
                    self._interrupted.clear()
                    self._take_back(ids)
                    give_up = 0.0
                    continue
                now = time.monotonic()
                is_moving = len(open_entries) < open_count
                if is_moving or any(entry.state == "uploading" for entry in open_entries):
                    give_up = now + self._timeout
                    settle = give_up + _SETTLE
                open_count = len(open_entries)
                if any(entry.code == "sign_in" for entry in open_entries) or now > give_up:
                    if self._stays_queued:
                        return entries
                    self._cancel(entry for entry in open_entries if entry.state == "waiting")
                    if now > settle or all(entry.state != "handing_over" for entry in open_entries):
                        return [self._ended(entry) for entry in entries]
                progress.show(_progress_words(open_entries))
                self._moved.wait(_LOOK)
        finally:
            progress.clear()

    def _cancel(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self._session.outbox.cancel(entry.id)

    def _ended(self, before: Entry) -> Entry:
        """Return an entry with the reason that it had before it was taken back."""
        entry = self._session.outbox.entry(before.id)
        if entry.state == "cancelled" and before.reason:
            return replace(entry, reason=before.reason, code=before.code)
        return entry

    def _take_back(self, ids: Sequence[str]) -> list[Entry]:
        outbox = self._session.outbox
        for entry_id in ids:
            outbox.cancel(entry_id)
        return [outbox.entry(entry_id) for entry_id in ids]


def wait_published(
    session: Session,
    entry: Entry,
    report: Callable[[str], None],
    timeout: float | None,
    interrupted: threading.Event,
) -> list[Schedule]:
    """Wait until all posts of an entry have ended on the service; return them. Without an end
    within `timeout` seconds, or when interrupted, they are returned as they are. Raises
    PostoError."""
    until = None if timeout is None else time.monotonic() + timeout
    around = entry.share_at or entry.created_at
    while True:
        try:
            rows = session.client.find_ref(entry.posto_ref, entry.channel_ids, around)
        except PostoError:
            if until is None or time.monotonic() > until:
                raise
            rows = []
        if rows and all(row.status in _STATUS for row in rows):
            return rows
        if interrupted.is_set() or (until is not None and time.monotonic() > until):
            return rows
        report(f"Waiting for {len(entry.items)} posts to be published")
        interrupted.wait(_LOOK_AT_ROWS)


def _progress_words(entries: Sequence[Entry]) -> str:
    entry = entries[0]
    words = {"uploading": "Uploading", "handing_over": "Sending", "waiting": "Waiting"}[entry.state]
    return f"{words} {entry.title_of(40)} {entry.reason}".rstrip()
