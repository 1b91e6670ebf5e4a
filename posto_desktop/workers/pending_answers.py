"""Answers about posts that may be published. Sending again can be undone for a while, so it begins
after the undo time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.delivery.client_pool import WorkspaceTarget
from posto_desktop.workers.notification import Notification, NotificationAction
from posto_desktop.workers.pending_deletes import UNDO_MS, Deletion, PendingDeletes
from posto_desktop.workers.sync_worker import SyncWorker


class PendingAnswers(QObject):
    """Carries out the user's answers. `target()` is the open workspace, None without one, and
    `generation()` separates it from an earlier one.

    Signals:
        changed(frozenset[int]): posts of the open workspace that are about to be sent again.
        message(Notification)
    """

    changed = Signal(object)
    message = Signal(object)

    def __init__(
        self,
        sync_worker: SyncWorker,
        *,
        target: Callable[[], WorkspaceTarget | None],
        generation: Callable[[], int],
        undo_ms: int = UNDO_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._sync_worker = sync_worker
        self._target, self._generation = target, generation
        # The same waiting as that of deletions, with posts that are sent again after it.
        self._waiting = PendingDeletes(self, undo_ms)
        self._waiting.due.connect(self._send_now)

    @property
    def ids(self) -> frozenset[int]:
        """Return the posts of the open workspace that are about to be sent again."""
        target = self._target()
        return self._waiting.hidden(target.workspace) if target is not None else frozenset()

    def is_there(self, ids: Sequence[int], address: str = "") -> None:
        """Note that posts are published, one of them at `address`. The service may refuse that."""
        target = self._target()
        if target is not None and ids:
            self._sync_worker.resolve(
                self._generation(), target, list(ids), "there", address.strip()
            )

    def send_again(self, ids: Sequence[int]) -> str:
        """Send posts again after the undo time, or at quit. Return the token for `undo`; "" for no
        posts or those that wait for it already."""
        target, new_ids = self._target(), set(ids) - self.ids
        if target is None or not new_ids:
            return ""
        waiting = self._waiting.add(target.workspace, new_ids)
        text = self.tr("%n post(s) (is/are) sent again in a moment", "", len(new_ids))
        action = NotificationAction(self.tr("Undo"), "undo_send_again", waiting.token)
        self.message.emit(Notification("info", text, action=action, is_listed=False))
        self.changed.emit(self.ids)
        return waiting.token

    def token_of(self, schedule_id: int) -> str:
        """Return the token by which sending a post again can still be undone, else ""."""
        target = self._target()
        return self._waiting.token_of(target.workspace, schedule_id) if target is not None else ""

    def undo(self, token: str) -> bool:
        """Leave the posts as they were. Return False when it is too late, which is reported."""
        is_undone = self._waiting.restore(token)
        if not is_undone:
            text = self.tr("Too late to undo: the posts are sent again.")
            self.message.emit(Notification("warning", text))
        self.changed.emit(self.ids)
        return is_undone

    def finish(self) -> None:
        """Carry out what waits: the workspace is left, or the app quits."""
        self._waiting.finish()

    @Slot(object)
    def _send_now(self, waiting: Deletion) -> None:
        self._waiting.done(waiting.token)
        target = self._target()
        if target is not None and target.workspace == waiting.workspace:
            self._sync_worker.resolve(self._generation(), target, sorted(waiting.ids), "send_again")
        self.changed.emit(self.ids)
