"""Outbox: records posts before anything is sent.

States:
  waiting ─▶ uploading ─▶ handing_over ─▶ sent
     ▲           │              ├─▶ refused     the service or a file refused; nothing was posted
     │           │              ├─▶ sent, "partly"  for some channels; the others can be sent
     └───────────┴──────────────┴─▶ unclear     unknown; the user is asked
  cancelled from every state but handing_over and sent. What the service has for some channels is
  never refused nor cancelled as a whole: the rest is sent again.

Every change is one transaction that also writes the step, and `handing_over` is on the disk before
the one call that posts. A process killed anywhere leaves an entry with the known facts;
delivery.entry_sender continues from there.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from posto_desktop.common.translation import translatable
from posto_desktop.core.client import OutboxClient
from posto_desktop.core.draft import Draft
from posto_desktop.core.edited_message import Replacement
from posto_desktop.core.entries import (
    ASKED,
    HELD,
    SEND_AGAIN,
    Entry,
    EntryState,
    EntryStep,
    Series,
    UploadProgress,
    read_entry,
)
from posto_desktop.core.recurrence import MOST
from posto_desktop.core.renditions import Renderer
from posto_desktop.delivery.entry_sender import EntrySender
from posto_desktop.delivery.outbox_rows import OutboxError, look_at, rows_of, write
from posto_desktop.net.deadline import Deadline
from posto_desktop.sdk.records import Channel
from posto_desktop.storage import campaign_rows, evergreen_rows, message_rows
from posto_desktop.storage.database import Database

__all__ = [
    "Entry",
    "EntryState",
    "EntryStep",
    "Outbox",
    "OutboxClient",
    "OutboxError",
    "Series",
    "UploadProgress",
    "look_at",
]

# A clock that was set back must not delay a post for hours.
_FARTHEST_TRY = 2 * 3600.0
KEEP_ENDED = timedelta(days=30)


class Outbox:
    """The entries in posto.db and their actions. Thread-safe.

    `clock` returns aware UTC. `late_limit` is how late a delayed post may still go out by itself.
    `changed` is called (on the caller's thread) after every change.
    """

    def __init__(
        self,
        store: Database,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        late_limit: timedelta = timedelta(minutes=60),
        changed: Callable[[str], None] | None = None,
        renderer: Renderer | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self.late_limit = late_limit
        self._changed = changed or (lambda _entry_id: None)
        self._renderer = renderer
        self._lock = threading.Lock()
        self._progress: dict[str, UploadProgress] = {}
        self._stops: dict[str, threading.Event] = {}
        # By workspace: end of its host's pause (Unix seconds), reason, and code.
        self._asked: dict[str, tuple[float, str, str]] = {}

    # -- for the app -------------------------------------------------------------------------

    def add(
        self,
        draft: Draft,
        channels: Sequence[Channel],
        share_at: datetime | None,
        *,
        hold: float = 0.0,
    ) -> Entry:
        """Write a post to the outbox and remove its draft, in one transaction. `share_at` None =
        now; it is then held for `hold` seconds, in which it can be undone.

        Raises OutboxError for an invalid post, StorageError if it cannot be written.
        """
        return self._add(draft, channels, [share_at], hold if share_at is None else 0.0)[0]

    def add_edit(
        self,
        draft: Draft,
        channels: Sequence[Channel],
        share_at: datetime | None,
        replaces: Replacement,
        *,
        hold: float = 0.0,
    ) -> Entry:
        """Write an edit of a scheduled message, and remove its draft: a post to `channels` that
        replaces others. An earlier entry of it that was not sent yet is cancelled in the same
        transaction. Raises as `add`."""
        now = self._clock()
        if share_at is not None and share_at <= now:
            raise OutboxError(
                translatable("Delivery", "The chosen time has passed. Nothing was changed.")
            )
        row = rows_of(draft, channels, [(share_at, None)], now, replaces=replaces)[0]
        if hold > 0 and share_at is None:
            row |= {"code": HELD, "next_try": now.timestamp() + hold}
        marks = {post.mark for post in replaces.posts if post.mark}
        with self._store.transaction():
            if replaces.after:
                earlier = self._store.outbox_row(replaces.after)
                if earlier is not None:
                    marks.add(earlier["posto_ref"])
                    self.cancel(replaces.after)
            write(self._store, [row], draft.id)
            for follow in (campaign_rows.continue_posts, evergreen_rows.continue_runs):
                follow(self._store, marks, row["posto_ref"], row["id"], row["share_at"])
        self._changed(row["id"])
        return self.entry(row["id"])

    def add_many(
        self, draft: Draft, channels: Sequence[Channel], times: Sequence[datetime]
    ) -> list[Entry]:
        """Write a repeated post as separate posts of one series, all or none.

        `times` are aware and all different (see core.recurrence), at most `recurrence.MOST`. Raises
        as `add`.
        """
        ordered = sorted(set(times))
        if not ordered:
            raise OutboxError(
                translatable("Delivery", "The repeat has no time left. Nothing was sent.")
            )
        if len(ordered) > MOST:
            raise OutboxError(
                translatable(
                    "Delivery", "A repeat makes at most {n} posts. Nothing was sent."
                ).format(n=MOST)
            )
        return self._add(draft, channels, ordered)

    def _add(
        self,
        draft: Draft,
        channels: Sequence[Channel],
        times: Sequence[datetime | None],
        hold: float = 0.0,
    ) -> list[Entry]:
        now = self._clock()
        if any(share_at is not None and share_at <= now for share_at in times):
            raise OutboxError(
                translatable("Delivery", "The chosen time has passed. Nothing was sent.")
            )
        series_id = uuid.uuid4().hex
        rows = rows_of(
            draft,
            channels,
            [
                (share_at, Series(series_id, index, len(times)) if len(times) > 1 else None)
                for index, share_at in enumerate(times, 1)
            ],
            now,
        )
        if hold > 0:
            rows = [{**row, "code": HELD, "next_try": now.timestamp() + hold} for row in rows]
        write(self._store, rows, draft.id)
        for row in rows:
            self._changed(row["id"])
        return [self.entry(row["id"]) for row in rows]

    def now(self) -> datetime:
        return self._clock()

    def notify_added(self, entry_id: str) -> None:
        """Another module wrote an entry, or a step of it."""
        self._changed(entry_id)

    def entry(self, entry_id: str) -> Entry:
        """Return one entry with its history. Raises KeyError for an unknown id."""
        row = self._store.outbox_row(entry_id)
        if row is None:
            raise KeyError(entry_id)
        steps = self._store.steps([entry_id])
        return read_entry(row, steps.get(entry_id, ()), self._shown(row))

    def entries(self, workspace: str | None = None) -> list[Entry]:
        """Return the newest first, of one workspace or of all; of the ended ones only the
        newest."""
        rows = self._store.outbox(workspace)
        steps = self._store.steps([row["id"] for row in rows])
        return [read_entry(row, steps.get(row["id"], ()), self._shown(row)) for row in rows]

    def with_progress(self, entry: Entry) -> Entry:
        """Return the entry with its present progress."""
        if entry.state != "uploading":
            return entry
        return replace(entry, progress=self._progress.get(entry.id))

    def _shown(self, row: dict[str, Any]) -> UploadProgress | None:
        return self._progress.get(row["id"]) if row["state"] == "uploading" else None

    def cancel(self, entry_id: str) -> bool:
        """Cancel a post. Return False if it is being sent, or was, and cannot be stopped.

        Its draft stays readable in the entry, so no text is lost. If the service has the post for
        some channels, only the others are cancelled.
        """
        row = self._store.outbox_row(entry_id)
        if row is not None and read_entry(row).taken:
            return self._give_up_rest(entry_id, row)
        done = self._change(
            entry_id,
            {"state": "cancelled", "reason": "", "code": "", "next_try": None},
            expect=("waiting", "uploading", "refused", "unclear"),
            step=("cancelled", ""),
        )
        if done:
            self._stop(entry_id)
        return done

    def _give_up_rest(self, entry_id: str, row: dict[str, Any]) -> bool:
        """Do not send the missing channels. While they are waiting, this only puts them off."""
        code = "partly" if row["state"] in ("waiting", "uploading") else "given_up"
        if row["state"] == "sent" and row["code"] != "partly":
            return False
        done = self._change(
            entry_id,
            {"state": "sent", "reason": "", "code": code, "next_try": None},
            expect=("waiting", "uploading", "unclear", "sent"),
            step=("cancelled", ""),
        )
        if done:
            self._stop(entry_id)
        return done

    def _stop(self, entry_id: str) -> None:
        """Stop its running attempt."""
        with self._lock:
            stop = self._stops.get(entry_id)
        if stop is not None:
            stop.set()

    def cancel_series(self, series_id: str) -> int:
        """Cancel the waiting posts of a series; return their number."""
        rows = self._store.outbox_in(("waiting", "uploading", "refused", "unclear"))
        entry_ids = [row["id"] for row in rows if _series_of(row) == series_id]
        return sum(self.cancel(entry_id) for entry_id in entry_ids)

    def retry(self, entry_id: str) -> bool:
        """Retry now. An unclear post is only looked for again; that never sends it.

        A refused post uses its files as they are now, and goes out at once if its time has passed;
        likewise the missing channels of a partly sent post.
        """
        row = self._store.outbox_row(entry_id)
        if row is None:
            return False
        fresh: dict[str, Any] = {"next_try": None, "reason": "", "code": "", "attempts": 0}
        with self._lock:
            self._asked.pop(row["workspace"], None)  # the user overrides the pause
        if row["state"] == "waiting":
            step = None if row["code"] == HELD else ("retried", "")
            if row["code"] == SEND_AGAIN:
                fresh["code"] = row["code"]  # keep the user's answer
            return self._change(entry_id, fresh, expect=("waiting",), step=step)
        if row["state"] == "unclear":
            fresh |= {"state": "handing_over", "looks": 0}
            return self._change(entry_id, fresh, expect=("unclear",), step=("retried", ""))
        entry = read_entry(row)
        if not entry.readable or not (entry.is_partly or row["state"] == "refused"):
            return False
        if entry.is_partly:
            fresh["code"] = SEND_AGAIN
        fresh |= {"state": "waiting", "looks": 0}
        fresh["body"] = {
            **row["body"],
            "files": [look_at(file.ref).to_json() for file in entry.files],
        }
        if entry.share_at is not None and entry.share_at <= self._clock():
            fresh |= {"share_at": None, "handed_share": None}
        return self._change(entry_id, fresh, expect=(row["state"],), step=("retried", ""))

    def resolve(self, entry_id: str, answer: Literal["there", "send_again"]) -> bool:
        """Apply the user's answer: the unclear post is there, or it is not and is sent again."""
        if answer == "there" and self._replaces(entry_id):
            # What it replaces is removed then.
            return self._change(
                entry_id,
                {"state": "handing_over", "looks": 0} | self._all_there(entry_id),
                expect=("unclear",),
                step=("said_there", ""),
            )
        if answer == "there":
            ended: dict[str, Any] = {"state": "sent", "reason": "", "code": "", "next_try": None}
            row = self._store.outbox_row(entry_id)
            if row is not None and (entry := read_entry(row)).taken:
                ended["body"] = {**row["body"], "taken": list(entry.channel_ids)}
            return self._change(entry_id, ended, expect=("unclear",), step=("said_there", ""))
        if answer != "send_again":
            raise ValueError(f"no such answer: {answer!r}")
        again: dict[str, Any] = {
            "state": "waiting",
            "reason": "",
            "code": SEND_AGAIN,
            "next_try": None,
        }
        row = self._store.outbox_row(entry_id)
        if row is not None and (row["share_at"] or 0) <= self._clock().timestamp():
            again |= {"share_at": None, "handed_share": None}
        return self._change(entry_id, again, expect=("unclear",), step=("send_again", ""))

    def _replaces(self, entry_id: str) -> bool:
        row = self._store.outbox_row(entry_id)
        return row is not None and read_entry(row).replaces is not None

    def _all_there(self, entry_id: str) -> dict[str, Any]:
        """Return the changes of an edit whose posts are all on the service."""
        row = self._store.outbox_row(entry_id)
        assert row is not None
        entry = read_entry(row)
        replaces = entry.replaces or Replacement()
        body = {**row["body"], "taken": list(entry.channel_ids)}
        body["replaces"] = replace(replaces, phase="removing").to_json()
        return {"body": body, "reason": "", "code": "", "next_try": None}

    # -- for the worker ----------------------------------------------------------------------

    def recover(self) -> None:
        """Once at start: interrupted entries wait again; those that were being sent are looked for
        at once. Entries that ended long ago are deleted."""
        for row in self._store.outbox_in(("uploading",)):
            self._change(
                row["id"],
                {"state": "waiting", "next_try": None},
                expect=("uploading",),
                step=("interrupted", ""),
            )
        for row in self._store.outbox_in(("handing_over",)):
            self._change(
                row["id"], {"next_try": None}, expect=("handing_over",), step=("interrupted", "")
            )
        before = self._clock() - KEEP_ENDED
        self._store.trim_outbox(before.timestamp(), ("sent", "cancelled"))
        message_rows.trim(self._store, self._clock().timestamp())

    def due(self, workspace: str | None = None) -> list[str]:
        """Return the ids to process now; those that may have been sent come first."""
        workspaces = self.due_workspaces()
        return [key for key, place in workspaces.items() if workspace in (None, place)]

    def due_workspaces(self) -> dict[str, str]:
        """Return the workspaces of the entries to process now by entry id, in the order of
        `due`."""
        now = self._clock().timestamp()
        rows = [
            row for row in self._store.outbox_in(("handing_over", "waiting")) if _is_due(row, now)
        ]
        rows.sort(key=lambda row: row["state"] != "handing_over")
        with self._lock:
            return {row["id"]: row["workspace"] for row in rows if row["id"] not in self._stops}

    def next_due(self) -> datetime | None:
        """Return the time of the next attempt, None if nothing waits."""
        times = [
            row["next_try"] or 0.0 for row in self._store.outbox_in(("handing_over", "waiting"))
        ]
        return datetime.fromtimestamp(min(times), UTC) if times else None

    def defer(self, entry_id: str, reason: str, code: str, seconds: float) -> None:
        """The service cannot be asked now (not signed in, not started): retry later.

        A post that may have been sent to a service that is signed out is left to the user; signing
        in again reverts that (see `resume_asked`).
        """
        later: dict[str, Any] = {
            "reason": reason,
            "code": code,
            "next_try": self._clock().timestamp() + seconds,
        }
        row = self._store.outbox_row(entry_id)
        if row is None or row["state"] not in ("waiting", "handing_over"):
            return
        if row["state"] == "handing_over" and code == "sign_in":
            later |= {"state": "unclear", "next_try": None}
            later["reason"] = translatable(
                "Delivery", "May already be published, but that cannot be checked. {reason}"
            ).format(reason=reason)
        elif row["code"] == SEND_AGAIN:
            later["code"] = row["code"]  # keep the user's answer
        step = ("waiting", reason) if row["reason"] != reason else None
        self._change(entry_id, later, expect=(row["state"],), step=step)

    def resume_asked(self, workspace: str | None = None) -> None:
        """The network is back, or the user signed in: end all waiting, except for entries that can
        still be undone."""
        with self._lock:
            for place, (_until, _why, code) in list(self._asked.items()):
                if workspace in (None, place) and code != ASKED:
                    del self._asked[place]
        for row in self._store.outbox_in(("handing_over", "waiting", "unclear")):
            if workspace not in (None, row["workspace"]):
                continue
            if row["state"] == "unclear":
                if row["code"] == "sign_in":
                    again = {"state": "handing_over", "looks": 0, "reason": "", "code": ""}
                    self._change(row["id"], again, expect=("unclear",))
            elif row["next_try"] is not None and row["code"] != HELD:
                self._change(row["id"], {"next_try": None}, expect=(row["state"],))

    def process(
        self,
        entry_id: str,
        client: OutboxClient,
        *,
        progress: Callable[[UploadProgress], None] | None = None,
        stop: threading.Event | None = None,
        deadline: Deadline | None = None,
    ) -> Entry:
        """Process one entry as far as possible now. Blocks; one thread an entry.

        `stop` ends it early (the app quits): the entry waits again. Nothing lasts beyond the
        caller's `deadline`. Failures of service and network
        are stored in the entry. Raises StorageError if posto.db fails.
        """
        if self._is_asked(entry_id):
            return self.entry(entry_id)
        with self._lock:
            if entry_id in self._stops:
                return self.entry(entry_id)
            cancelled = threading.Event()
            self._stops[entry_id] = cancelled

        def note(value: UploadProgress) -> None:
            self._progress[entry_id] = value
            if progress is not None:
                progress(value)

        try:
            EntrySender(
                self._store,
                client,
                clock=self._clock,
                late_limit=self.late_limit,
                changed=self._changed,
                asked=self._ask,
                progress=note,
                stops=(cancelled, stop) if stop is not None else (cancelled,),
                renderer=self._renderer,
            ).run(entry_id, deadline)
        finally:
            with self._lock:
                self._stops.pop(entry_id, None)
            self._progress.pop(entry_id, None)
        return self.entry(entry_id)

    def _ask(self, workspace: str, until: float, reason: str, code: str) -> None:
        """Pause a workspace's host: all of its entries wait."""
        with self._lock:
            before = self._asked.get(workspace, (0.0, "", ""))
            self._asked[workspace] = max(before, (until, reason, code))

    def _is_asked(self, entry_id: str) -> bool:
        """Return whether an entry has to wait for its workspace's pause, and record that in it."""
        row = self._store.outbox_row(entry_id)
        if row is None or row["state"] != "waiting":
            return False
        with self._lock:
            until, reason, code = self._asked.get(row["workspace"], (0.0, "", ""))
        left = until - self._clock().timestamp()
        if not 0 < left < _FARTHEST_TRY:
            return False
        self.defer(entry_id, reason, code, left)
        return True

    def _change(
        self,
        entry_id: str,
        changes: dict[str, Any],
        *,
        expect: Sequence[str],
        step: tuple[str, str] | None = None,
    ) -> bool:
        done = self._store.change_outbox(
            entry_id, changes, now=self._clock().timestamp(), expect=expect, step=step
        )
        if done:
            self._changed(entry_id)
        return done


def _series_of(row: dict[str, Any]) -> str:
    body = row["body"] if isinstance(row["body"], dict) else {}
    series = Series.from_json(body.get("series"))
    return series.id if series is not None else ""


def _is_due(row: dict[str, Any], now: float) -> bool:
    planned = row["next_try"]
    return planned is None or planned <= now or planned > now + _FARTHEST_TRY
