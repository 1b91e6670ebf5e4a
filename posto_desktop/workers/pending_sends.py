"""Missed posts that the user sends now. It can be undone for a while, so it begins after that."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.delivery.client_pool import WorkspaceTarget
from posto_desktop.workers.notification import Notification, NotificationAction
from posto_desktop.workers.pending_deletes import Deletion, PendingDeletes


class PendingSends(QObject):
    """Waits for the undo time of the settings, as Compose does with what goes at once. `send_now`
    asks the service to send these, `target()` is the open workspace, None without one, `undo_ms()`
    the time, 0 for none.

    Signal `message(Notification)`.
    """

    message = Signal(object)

    def __init__(
        self,
        send_now: Callable[[Sequence[int]], None],
        *,
        target: Callable[[], WorkspaceTarget | None],
        undo_ms: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._send_now, self._target, self._undo_ms = send_now, target, undo_ms
        self._waiting = PendingDeletes(self)
        self._waiting.due.connect(self._carry_out)

    def send(self, ids: Sequence[int]) -> str:
        """Send posts when the undo time is over, or at quit. Return the token for `undo`; "" where
        there is nothing to undo."""
        target, undo_ms = self._target(), self._undo_ms()
        new_ids = sorted(set(ids) - self._waiting.hidden(target.workspace)) if target else []
        if target is None or not new_ids:
            return ""
        if undo_ms <= 0:
            self._send_now(new_ids)
            return ""
        waiting = self._waiting.add(target.workspace, new_ids, undo_ms)
        countdown = self.tr("Sending %Ln post(s) in {seconds} s", "", len(new_ids))
        action = NotificationAction(self.tr("Undo"), "undo_send_now", waiting.token)
        self.message.emit(
            Notification(
                "ok",
                countdown.format(seconds=undo_ms // 1000),
                action=action,
                stay_ms=undo_ms,
                countdown=countdown,
                is_listed=False,
            )
        )
        return waiting.token

    def undo(self, token: str) -> bool:
        """Leave the posts as they were. Return False when it is too late, which is reported."""
        is_undone = self._waiting.restore(token)
        if not is_undone:
            text = self.tr("Too late to undo: the posts are being sent.")
            self.message.emit(Notification("warning", text))
        return is_undone

    def finish(self) -> None:
        """Carry out what waits: the workspace is left, or the app quits."""
        self._waiting.finish()

    @Slot(object)
    def _carry_out(self, waiting: Deletion) -> None:
        self._waiting.done(waiting.token)
        target = self._target()
        if target is not None and target.workspace == waiting.workspace:
            self._send_now(sorted(waiting.ids))
