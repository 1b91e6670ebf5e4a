"""Owns posto.db on a dedicated worker thread: opens it, saves drafts and writes posts to the
outbox.

Everything here runs on the "store" worker except where a method says so. Without a usable database
the app goes on, and what needs it reports the reason.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from posto_desktop.common.translation import translate
from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import moment
from posto_desktop.core.message_save import FurtherMessages
from posto_desktop.core.renditions import Renderer
from posto_desktop.delivery import campaign_run, message_edits
from posto_desktop.delivery.deleted_posts import note_deleted
from posto_desktop.delivery.outbox import Outbox, OutboxError
from posto_desktop.delivery.serial_worker import SerialWorker
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage import campaign_rows, evergreen_rows
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers import database_problems, unused_files
from posto_desktop.workers.call_on_gui import GuiCallNow
from posto_desktop.workers.drafts import DraftWorker
from posto_desktop.workers.notification import Notification
from posto_desktop.workers.notification_history import NotificationHistory
from posto_desktop.workers.recent_media import RecentMedia
from posto_desktop.workers.service_signals import ServiceSignals
from posto_desktop.workers.workspace_cache import WorkspaceCache

log = logging.getLogger(__name__)

_SAME_PROBLEM_SECONDS = 120.0
_SAVE_AGAIN_SECONDS = 5.0


class DatabaseWorker:
    """`call_on_gui` emits results on the GUI thread through `signals`; `wake` announces a waiting
    entry.

    `files` are the folders of pasted and downloaded files; unused ones are removed, except for
    those in `recent`. `renditions` prepares the uploaded files; without it files are sent
    unchanged.
    """

    def __init__(
        self,
        path: Path,
        files: Sequence[Path],
        *,
        call_on_gui: GuiCallNow,
        signals: ServiceSignals,
        entry_changed: Callable[[str], None],
        opened: Callable[[Outbox], None],
        wake: Callable[[], None],
        late_limit: Callable[[], int],
        renditions: Path | None = None,
        ffmpeg: Callable[[], str] = str,
        recent: RecentMedia | None = None,
        style_resolver: Callable[[Draft], Draft] | None = None,
    ) -> None:
        self._path = path
        self._style_resolver = style_resolver
        self._files = files
        self._recent = recent
        self._renditions = renditions
        self._ffmpeg = ffmpeg
        self._call_on_gui, self._signals = call_on_gui, signals
        self._entry_changed = entry_changed
        self._opened = opened
        self._wake = wake
        self._late_limit = late_limit
        self._db: Database | None = None
        self.outbox: Outbox | None = None
        self._problem = ""
        self._reported_problems: dict[str, float] = {}
        self._unsaved: dict[str, Draft] = {}
        self._failing: dict[str, str] = {}  # causes by id of drafts that could not be saved
        self._saving: set[str] = set()
        self._deleted_ids: set[str] = set()
        self._later: threading.Timer | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._worker = SerialWorker("store", failed=self._failed)
        self.drafts = DraftWorker(self._run, call_on_gui, signals)
        self.notifications = NotificationHistory(self._run, call_on_gui, signals)
        self.known = WorkspaceCache(self._worker, self._run, lambda: self._db, self.problem)
        self._worker.put(self._open)

    def _renderer(self) -> Renderer | None:
        if self._renditions is None:
            return None
        from posto_desktop.media.renditions import (
            RenditionStore,  # imported without delaying the window
        )

        return RenditionStore(self._renditions, ffmpeg=self._ffmpeg)

    def close(self) -> None:
        """GUI thread: finish the queued writes, then close posto.db."""
        self._closed = True
        self._worker.put(self._save_unsaved)
        self._worker.put(lambda: self._db.close() if self._db is not None else None)
        self._worker.close()

    def join(self, deadline: float) -> bool:
        return self._worker.join(deadline)

    def problem(self, sentence: str) -> None:
        """Report a problem of posto.db, from any thread. A repeated cause is reported once in a
        while."""
        if self._is_new_problem(sentence):
            self._call_on_gui(self._signals.message.emit, Notification("error", sentence))

    def _is_new_problem(self, sentence: str) -> bool:
        """Return whether this cause was not reported lately, and remember it."""
        now, cause = time.monotonic(), database_problems.short_cause(sentence)
        with self._lock:
            if now - self._reported_problems.get(cause, -1e9) < _SAME_PROBLEM_SECONDS:
                return False
            self._reported_problems[cause] = now
        return True

    def open_again(self) -> None:
        """GUI thread: retry, if posto.db could not be opened."""
        self._worker.put(
            lambda: (
                self._open()
                if self._db is None
                else self._call_on_gui(self._signals.blocked.emit, "")
            )
        )

    def _open(self) -> None:
        db: Database | None = None
        try:
            db = Database(self._path)
            db.on_damage = self._damaged
            outbox = Outbox(db, changed=self._entry_changed, renderer=self._renderer())
            outbox.late_limit = timedelta(minutes=self._late_limit())
            campaign_run.stop_late(db, outbox)  # before any of it can be sent
            self._opened(outbox)
        except StorageError as error:
            log.error("posto.db cannot be used: %s", error)
            self._problem = error.user_message
            if db is not None:
                db.close()
            parts = (
                error.user_message,
                translate("Service", "Until you fix this, Posto cannot save drafts or send posts."),
                error.remedy,
            )
            self._call_on_gui(self._signals.blocked.emit, " ".join(part for part in parts if part))
            return
        self._db, self.outbox = db, outbox
        if db.problem:
            self._call_on_gui(self._signals.message.emit, Notification("warning", db.problem))
        self._call_on_gui(self._signals.blocked.emit, "")
        self._save_unsaved()
        try:
            campaign_rows.purge(db)
            evergreen_rows.purge(db, time.time())
            self._remove_unused(db)
        except StorageError as error:
            self.problem(database_problems.problem_text(error))

    def _damaged(self, sentence: str) -> None:
        """Handle damaged rows of posto.db, on any thread that reads it."""
        self._call_on_gui(self._signals.message.emit, Notification("warning", sentence))

    def _remove_unused(self, db: Database) -> None:
        recent = self._recent.paths() if self._recent is not None else ()
        if self._recent is not None and self._recent.is_lost:
            return  # keep pasted pictures that only the lost list referenced
        unused_files.remove(db, self._files, recent)

    def _run(self, job: Callable[[Database], None]) -> None:
        """Queue a job that needs the database; a failing disk is reported once."""

        def run() -> None:
            if self._db is None:
                return
            try:
                job(self._db)
            except StorageError as error:
                self.problem(database_problems.problem_text(error))

        self._worker.put(run)

    def use_store(self, job: Callable[[Database | None, str], None]) -> bool:
        """Queue a job that gets posto.db, or None and the reason. It handles StorageError itself.
        Return False when the app is closing and the job will not run."""
        return self._worker.put(lambda: job(self._db, self._problem))

    def _failed(self, _error: Exception) -> None:
        self.problem(translate("Service", "Something could not be saved. See the log for details."))

    # -- drafts (called on the GUI thread) -----------------------------------------------------

    def save_draft(self, draft: Draft) -> None:
        """Save a draft; of several quick saves only the newest is written."""
        if draft.id in self._deleted_ids:
            return  # it became a post: a late save must not restore it
        snapshot = replace(draft, updated_at=datetime.now(UTC))
        with self._lock:
            waiting = draft.id in self._saving
            self._saving.add(draft.id)
            self._unsaved[draft.id] = snapshot
        if not waiting:
            self._worker.put(lambda: self._save(snapshot.id))

    def _save(self, draft_id: str) -> None:
        """Keep a draft that cannot be written in memory and retry."""
        with self._lock:
            self._saving.discard(draft_id)
            draft = self._unsaved.pop(draft_id, None) if self._db is not None else None
            waits = draft_id in self._unsaved
        if draft is None or self._db is None:
            if waits:
                self._call_on_gui(self._signals.draft_not_saved.emit, draft_id, "", self._problem)
            return
        try:
            when = self._db.put_draft(draft.id, draft.workspace, draft.to_json())
        except StorageError as error:
            sentence = database_problems.problem_text(error)
            with self._lock:
                if draft.id not in self._deleted_ids:
                    self._unsaved.setdefault(draft.id, draft)
                    self._failing[draft.id] = database_problems.short_cause(sentence)
            self.problem(sentence)
            self._call_on_gui(
                self._signals.draft_not_saved.emit,
                draft.id,
                database_problems.reason_of(error),
                sentence,
            )
            self._save_later()
            return
        self._written(draft.id)
        self._call_on_gui(self._signals.draft_saved.emit, draft.id, moment(when))

    def _written(self, draft_id: str) -> None:
        """Clear the failure of a draft, so that a new one is reported again."""
        with self._lock:
            cause = self._failing.pop(draft_id, "")
            if cause and cause not in self._failing.values():
                self._reported_problems.pop(cause, None)

    def _save_later(self) -> None:
        if self._later is None and not self._closed:
            self._later = threading.Timer(_SAVE_AGAIN_SECONDS, self._save_again)
            self._later.daemon = True
            self._later.start()

    def _save_again(self) -> None:
        """On the timer's thread."""
        self._later = None
        self._worker.put(self._save_unsaved)

    def _save_unsaved(self) -> None:
        with self._lock:
            waiting = list(self._unsaved)
        for draft_id in waiting:
            self._save(draft_id)

    def delete_draft(self, draft_id: str) -> None:
        with self._lock:
            self._unsaved.pop(draft_id, None)
            self._failing.pop(draft_id, None)
        self._run(lambda db: db.remove_draft(draft_id))

    def load_drafts(self) -> None:
        """Emit `drafts_loaded` in any case, with an empty snapshot without a database."""

        def run() -> None:
            try:
                self.drafts.load(self._db)
            except StorageError as error:
                self.problem(database_problems.problem_text(error))

        self._worker.put(run)

    def load_changed_drafts(self, known: Mapping[str, Draft]) -> None:
        """Emit `drafts_changed_outside` once all that the app saved until now is written."""
        self.drafts.load_changes(known, self._unsaved_ids)

    def _unsaved_ids(self) -> set[str]:
        with self._lock:
            return set(self._unsaved)

    # -- outbox (called on the GUI thread) -------------------------------------------------------

    def add(
        self,
        draft: Draft,
        channels: Sequence[Channel],
        share_at: datetime | Sequence[datetime] | None,
        hold: float = 0.0,
    ) -> None:
        """Write a post to the outbox; emit `posted` or `post_refused`. Several times make a series,
        with `series_posted`. A post without a time is held for `hold` seconds."""
        chosen = list(channels)
        self._deleted_ids.add(draft.id)
        with self._lock:
            self._unsaved.pop(draft.id, None)
        if not self._worker.put(lambda: self._add(draft, chosen, share_at, hold)):
            self._deleted_ids.discard(draft.id)
            self._call_on_gui(
                self._signals.post_refused.emit,
                draft,
                translate("Service", "The app is closing. Nothing was sent."),
            )

    def _add(
        self,
        draft: Draft,
        channels: list[Channel],
        share_at: datetime | Sequence[datetime] | None,
        hold: float,
    ) -> None:
        try:
            if self.outbox is None:
                raise StorageError(self._problem)
            self.outbox.late_limit = timedelta(minutes=self._late_limit())
            if self._style_resolver is not None:
                draft = self._style_resolver(draft)
            if share_at is None or isinstance(share_at, datetime):
                entry = self.outbox.add(draft, channels, share_at, hold=hold)
                posted = partial(self._call_on_gui, self._signals.posted.emit, entry)
            else:
                entries = self.outbox.add_many(draft, channels, share_at)
                posted = partial(self._call_on_gui, self._signals.series_posted.emit, entries)
        except OutboxError as error:
            sentence = error.user_message
        except StorageError as error:
            outcome = translate("Service", "Nothing was sent.")
            sentence = f"{database_problems.problem_text(error)} {outcome}"
            self._is_new_problem(sentence)  # the caller shows the error itself
        except Exception:
            log.exception("A post could not be written down")
            sentence = translate("Service", "The post could not be saved. Nothing was sent.")
        else:
            self._written(draft.id)
            posted()
            self._wake()
            if self._recent is not None and draft.media:
                self._recent.add(draft.media)
            return
        self._deleted_ids.discard(draft.id)
        self._call_on_gui(self._signals.post_refused.emit, draft, sentence)

    def save_edit(
        self,
        draft: Draft,
        channels: Sequence[Channel],
        share_at: datetime | None,
        hold: float,
        known: Sequence[Channel],
        further: FurtherMessages | None = None,
    ) -> None:
        """Save an edit of a scheduled message, and the `further` ones of its repeat; emit
        `edit_saved` or `post_refused`. `known` are the channels of the workspace."""
        chosen, all_known = list(channels), list(known)
        self._deleted_ids.add(draft.id)
        with self._lock:
            self._unsaved.pop(draft.id, None)
        if not self._worker.put(
            lambda: self._save_edit(draft, chosen, share_at, hold, all_known, further)
        ):
            self._deleted_ids.discard(draft.id)
            sentence = translate("Service", "The app is closing. Nothing was changed.")
            self._call_on_gui(self._signals.post_refused.emit, draft, sentence)

    def _save_edit(
        self,
        draft: Draft,
        channels: list[Channel],
        share_at: datetime | None,
        hold: float,
        known: list[Channel],
        further: FurtherMessages | None,
    ) -> None:
        try:
            if self.outbox is None or self._db is None:
                raise StorageError(self._problem)
            saved = message_edits.save(
                self._db,
                self.outbox,
                replace(draft, repeat=None),
                channels,
                share_at,
                hold=hold,
                known=known,
                further=further,
                style_resolver=self._style_resolver,
            )
        except OutboxError as error:
            sentence = error.user_message
        except StorageError as error:
            outcome = translate("Service", "Nothing was changed.")
            sentence = f"{database_problems.problem_text(error)} {outcome}"
            self._is_new_problem(sentence)
        except Exception:
            log.exception("An edit could not be written down")
            sentence = translate("Service", "The changes could not be saved. Nothing was changed.")
        else:
            self._written(draft.id)
            self._call_on_gui(self._signals.edit_saved.emit, saved)
            if len(saved.further) == 1:
                self._call_on_gui(self._signals.posted.emit, saved.further[0])
            elif saved.further:
                self._call_on_gui(self._signals.series_posted.emit, list(saved.further))
            self._wake()
            if self._recent is not None and draft.media:
                self._recent.add(draft.media)
            return
        self._deleted_ids.discard(draft.id)
        self._call_on_gui(self._signals.post_refused.emit, draft, sentence)

    def undo_edit(self, entry_id: str, known: Sequence[Channel]) -> None:
        """Put the posts of an edit back as they were; report why that is not possible."""
        channels = list(known)

        def run(db: Database) -> None:
            if self.outbox is None:
                return
            try:
                message_edits.undo(db, self.outbox, entry_id, known=channels)
            except OutboxError as error:
                sentence = error.user_message
                self._call_on_gui(self._signals.message.emit, Notification("warning", sentence))
            self._wake()

        self._run(run)

    def late_limit_changed(self) -> None:
        def change(outbox: Outbox) -> None:
            outbox.late_limit = timedelta(minutes=self._late_limit())

        self.change_outbox(change)

    def change_outbox(self, change: Callable[[Outbox], object]) -> None:
        def run(_db: Database) -> None:
            if self.outbox is not None:
                change(self.outbox)
                self._wake()

        self._run(run)

    def note_deleted(self, rows: Sequence[Schedule]) -> None:
        """Mark the entries of posts that the user deleted; from any thread."""

        def run(db: Database) -> None:
            if self.outbox is not None:
                note_deleted(db, self.outbox, rows)

        if rows:
            self._run(run)
