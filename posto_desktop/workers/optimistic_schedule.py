"""The schedule with the user's pending changes applied optimistically.

Posts being deleted are hidden, and moved posts show at their new time, before the service has
answered. Everything here lives on the GUI thread.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.core.entries import Entry
from posto_desktop.core.pending_edits import pending_edits
from posto_desktop.delivery.client_pool import ClientPool
from posto_desktop.sdk.records import Schedule
from posto_desktop.workers.call_on_gui import GuiCall
from posto_desktop.workers.database_worker import DatabaseWorker
from posto_desktop.workers.notification import Notification, NotificationAction
from posto_desktop.workers.pending_deletes import UNDO_MS, Deletion, PendingDeletes
from posto_desktop.workers.post_outcomes import AWAITED, is_awaited
from posto_desktop.workers.reschedule import Rescheduler
from posto_desktop.workers.sync_worker import SyncWorker

SPACING_MS = 400
_AT_ONCE = timedelta(seconds=5)
"""What a deletion takes at most, as a rule."""


class OptimisticSchedule(QObject):
    """`call_on_gui` brings results to the GUI thread; `workspace()` is the open one ("" for none),
    and `generation()` separates its answers from those of an earlier one.

    Signals:
        loaded(list[Schedule], from_cache, as_of): the rows to be shown.
        arriving(list[Schedule], gone ids, as_of): a part of them, while many are read.
        changed(workspace, list[Schedule], hidden ids, read_at): with those being deleted.
        moves_ended(list[Move]), moves_progress(ended, all): of `workers.reschedule`.
        message(Notification)
    """

    loaded = Signal(object, bool, object)
    arriving = Signal(object, object, object)
    changed = Signal(str, object, object, object)
    moves_ended = Signal(object)
    moves_progress = Signal(int, int)
    message = Signal(object)

    def __init__(
        self,
        client_pool: ClientPool,
        database_worker: DatabaseWorker,
        sync_worker: SyncWorker,
        *,
        call_on_gui: GuiCall,
        workspace: Callable[[], str],
        generation: Callable[[], int],
        undo_ms: int = UNDO_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._sync_worker = sync_worker
        self._workspace, self._generation = workspace, generation
        self._shown: tuple[list[Schedule], bool, datetime] | None = None
        self._unshown = False
        self._entries: Sequence[Entry] = ()
        self._edits = pending_edits((), "", ())
        self._spacing = QTimer(self, singleShot=True)
        self._spacing.timeout.connect(self._spaced)
        self._deletes = PendingDeletes(self, undo_ms)
        self._deletes.due.connect(self._delete_now)
        self.moves = Rescheduler(
            client_pool,
            database_worker,
            sync_worker,
            call_on_gui=call_on_gui,
            current=lambda asked: generation() if asked == workspace() else -1,
            changed=self.show,
            settled=self.show_spaced,
            ended=self.moves_ended.emit,
            progress=self.moves_progress.emit,
            parent=self,
        )

    def finish_deletes(self) -> None:
        """Carry out pending deletions: the workspace is left, or the app quits."""
        self._deletes.finish()

    def forget(self) -> None:
        """Reset for another workspace."""
        self._shown = None

    def stop(self) -> None:
        """Stop: the app quits."""
        self._spacing.stop()
        self.moves.stop()

    # -- what is shown -----------------------------------------------------------------------

    def set_rows(self, rows: list[Schedule], from_cache: bool, as_of: datetime) -> None:
        """Set the whole schedule, newest first, as the service or the cache has it."""
        if from_cache and self._shown is not None:
            return  # the service answered before the cache
        self._shown = (rows, from_cache, as_of)
        self._look_at_edits()
        self.show_spaced()

    def add_rows(
        self, rows: list[Schedule], removed: frozenset[int], as_of: datetime | None
    ) -> None:
        """Add a part of the schedule, while the rest is read."""
        if as_of is not None and self._shown is not None:
            return  # the service answered before the cache
        rows = self._applied(rows)
        self.arriving.emit(self._unhidden(rows), removed, as_of)

    def show_spaced(self) -> None:
        """Show the schedule, at most once in a while during large moves."""
        if self.moves.has_many and self._spacing.isActive():
            self._unshown = True
            return
        self.show()
        self._spacing.start(SPACING_MS)

    @Slot()
    def _spaced(self) -> None:
        if self._unshown:
            self.show_spaced()

    def show(self) -> None:
        self._unshown = False
        if self._shown is None:
            return
        rows, from_cache, as_of = self._shown
        rows = self._applied(rows)
        hidden = self._hidden()
        self.changed.emit(self._workspace(), rows, hidden, None if from_cache else as_of)
        self.loaded.emit(self._unhidden(rows), from_cache, as_of)

    def _unhidden(self, rows: list[Schedule]) -> list[Schedule]:
        hidden = self._hidden()
        return [row for row in rows if row.id not in hidden] if hidden else rows

    def _hidden(self) -> frozenset[int]:
        """Return the posts that are being deleted, wherever they were moved."""
        return self.moves.followed(self._deletes.hidden(self._workspace()))

    def is_awaiting(self, soon_ms: int) -> bool:
        """Return whether posts go out now or within `soon_ms` milliseconds."""
        now, soon = datetime.now(UTC), timedelta(milliseconds=soon_ms)
        rows = self._shown[0] if self._shown is not None else []
        # Newest first: due posts are in the middle of a possibly long list.
        start = bisect_left(rows, -(now + soon).timestamp(), key=_lateness)
        end = bisect_right(rows, -(now - AWAITED).timestamp(), key=_lateness)
        return any(is_awaited(row, now, soon) for row in rows[start:end]) or any(
            row.status == "sending" for row in rows
        )

    # -- deleting ----------------------------------------------------------------------------

    def delete(self, ids: Sequence[int], *, quiet: bool = False, at_once: bool = False) -> str:
        """Hide rows at once and delete them when the undo time is over, or `at_once`; so those that
        may go out before. `quiet`: the caller shows the notification with Undo. Return the token
        for `restore`; "" for no rows."""
        if not self._workspace() or not ids:
            return ""
        now = frozenset(ids) if at_once else self._due_before_undo(ids)
        parts = [part for part in (now, frozenset(ids) - now) if part]
        tokens = [self._deletes.add(self._workspace(), part).token for part in parts]
        self.show()
        if now:
            self._deletes.finish(tokens[0])
        if quiet:
            return tokens[-1]
        action = None
        if parts[-1] != now:
            action = NotificationAction(self.tr("Undo"), "restore_schedules", tokens[-1])
        text = self._deleted_words(frozenset(ids))
        self.message.emit(Notification("deleted", text, action=action))
        return tokens[-1]

    def _due_before_undo(self, ids: Sequence[int]) -> frozenset[int]:
        """Return those of these posts that may go out before the undo time is over."""
        rows = self._applied(self._shown[0]) if self._shown is not None else []
        end = datetime.now(UTC) + timedelta(milliseconds=self._deletes.undo_ms) + _AT_ONCE
        return frozenset(
            row.id
            for row in rows
            if row.id in set(ids)
            and row.status == "not_sent"
            and row.send_at is not None
            and row.send_at <= end
        )

    def _deleted_words(self, ids: frozenset[int]) -> str:
        """Return that posts were deleted, and that published ones stay where they are."""
        count = len(ids)
        rows = self._shown[0] if self._shown is not None else []
        published = sum(row.status == "success" for row in rows if row.id in ids)
        if published == count:
            return self.tr("%n post(s) deleted here. (It stays/They stay) published.", "", count)
        text = self.tr("%n post(s) deleted", "", count)
        if published:
            text += ". " + self.tr("What is published stays published.")
        return text

    def restore(self, token: str, *, quiet: bool = False) -> bool:
        """Undo a deletion. Return False when it is too late, which is reported unless `quiet`."""
        restored = self._deletes.restore(token)
        if restored:
            self.show()
        elif not quiet:
            self.message.emit(
                Notification("warning", self.tr("Too late to undo: the posts were deleted."))
            )
        return restored

    @Slot(object)
    def _delete_now(self, deletion: Deletion) -> None:
        deletion = replace(deletion, ids=self.moves.followed(deletion.ids))
        self._sync_worker.delete(self._generation(), deletion)

    def unhide(self, token: str) -> None:
        """The service answered: show the rows that it still lists."""
        self._deletes.done(token)
        self.show()

    # -- moving ------------------------------------------------------------------------------

    def move(self, ids: Sequence[int], when: datetime | Mapping[int, datetime]) -> str:
        """Move posts: `when` (aware) for all, or by id. Skips rows that are not waiting, and says
        so of those whose edit is not carried out yet. Return the token for `moves.undo`, "" if
        nothing moves."""
        if not self._workspace() or self._shown is None:
            return ""
        times = dict(when) if isinstance(when, Mapping) else dict.fromkeys(ids, when)
        wanted_ids = set(ids)
        shown = self._applied(self._shown[0])
        rows = [row for row in shown if row.id in wanted_ids]
        if wanted_ids & self._edits.shown.keys():
            # Its edit would put it back to the time that was saved with it.
            text = self.tr("Its last change is not saved yet. Edit the message to change its time.")
            self.message.emit(Notification("info", text))
            rows = [row for row in rows if row.id not in self._edits.shown]
        return self.moves.move(self._workspace(), rows, times)

    def moving_ids(self) -> frozenset[int]:
        """Return the ids of rows shown at a new time, or with new content, before the move or the
        edit has finished."""
        return self.moves.moving(self._workspace()) | frozenset(self._edits.shown)

    # -- editing -----------------------------------------------------------------------------

    @Slot(object)
    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Set the entries of the outbox, whose edits are shown before they are carried out."""
        self._entries = entries
        before = self._edits
        self._look_at_edits()
        if before != self._edits:
            self.show()

    def _look_at_edits(self) -> None:
        rows = self._shown[0] if self._shown is not None else []
        self._edits = pending_edits(self._entries, self._workspace(), rows)

    def _applied(self, rows: list[Schedule]) -> list[Schedule]:
        """Return the rows as they will be after the running moves and edits."""
        return self._edits.applied(self.moves.applied(rows, self._workspace()))


def _lateness(row: Schedule) -> float:
    """Sort key of the schedule: the latest first, those without a time at the end."""
    return -row.send_at.timestamp() if row.send_at is not None else -math.inf
