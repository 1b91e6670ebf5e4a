"""Undo for posts that were moved or deleted, on all pages that show the schedule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.core.history import History
from posto_desktop.core.moves import Move

MAX_STEPS = 50


@dataclass(frozen=True)
class _Step:
    """A step of undo. `token` comes from `Service.reschedule`, `Service.delete_schedules` or
    `PendingAnswers.send_again` or `PendingSends.send`; steps of drafts have a token of their
    own."""

    token: str
    revert: Callable[[], None]
    is_of_draft: bool = False
    size: int = 200


class ScheduleUndo(QObject):
    """Owns the undo steps of the open workspace, shared by its pages, in the user's order: moved,
    edited and deleted posts, those sent again, and on the calendar also drafts. Signal
    `restored()`: show rows again whose deletion was undone."""

    restored = Signal()

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._history: History[_Step] = History(most_steps=MAX_STEPS)
        self._drafts_changed = 0
        self._undone: set[str] = set()
        context.service.moves_began.connect(self._move_began)
        context.service.moves_ended.connect(self._move_ended)

    def clear(self) -> None:
        self._history.clear()
        self._undone.clear()

    @Slot(list)
    def delete(self, ids: Sequence[int]) -> None:
        """Delete posts; they can be restored until the service deletes them."""
        token = self._context.service.delete_schedules(ids)
        if token:
            self._history.push(_Step(token, partial(self.restore, token)))

    @Slot(list)
    def send_again(self, ids: Sequence[int]) -> None:
        """Send posts again that may be published; it begins when it cannot be undone any more."""
        token = self._context.service.answers.send_again(ids)
        if token:
            self._history.push(_Step(token, partial(self.cancel_retries, token)))

    @Slot(list)
    def send_now(self, ids: Sequence[int]) -> None:
        """Send missed posts now; with an undo time it begins after it."""
        token = self._context.service.sends.send(ids)
        if token:
            self._history.push(_Step(token, partial(self.cancel_sending, token)))

    def cancel_sending(self, token: str) -> None:
        """Do not send the missed posts that are about to be."""
        if not self._is_done(token):
            self._context.service.sends.undo(token)

    def cancel_retries(self, token: str) -> None:
        """Do not send posts again that are about to be."""
        if not self._is_done(token):
            self._context.service.answers.undo(token)

    def add_draft_step(self, revert: Callable[[], None]) -> Callable[[], None]:
        """Add a step of a draft and return a function that reverts it once, as `undo` does."""
        self._drafts_changed += 1
        token = f"draft {self._drafts_changed}"

        def revert_once() -> None:
            if not self._is_done(token):
                revert()

        self._history.push(_Step(token, revert_once, is_of_draft=True))
        return revert_once

    def add_step(self, token: str, revert: Callable[[], None]) -> Callable[[], None]:
        """Add a step of posts, such as an edit, and return a function that reverts it once."""

        def revert_once() -> None:
            if not self._is_done(token):
                revert()

        self._history.push(_Step(token, revert_once))
        return revert_once

    @Slot()
    def undo(self) -> None:
        """Revert the last step; show a notification if it is too late."""
        if self._history.last is not None:
            self._history.last.revert()

    @Slot()
    def undo_posts(self) -> None:
        """Revert the last step of posts, for pages that show no drafts."""
        steps = [step for step in self._history if not step.is_of_draft]
        if steps:
            steps[-1].revert()

    def restore(self, token: str) -> None:
        """Restore posts that were deleted together."""
        if self._is_done(token):
            return
        self._context.service.restore_schedules(token)
        self.restored.emit()

    def move_back(self, batch: str) -> None:
        """Move posts back that were moved together; show a notification if some cannot be moved."""
        if self._is_done(batch):
            return
        if not self._context.service.undo_reschedule(batch):
            self._context.window.show_notification(
                "warning", self.tr("Some posts could not be moved back: their old time has passed.")
            )

    @Slot(str)
    def _move_began(self, batch: str) -> None:
        self._add_move(batch)

    @Slot(object)
    def _move_ended(self, moves: Sequence[Move]) -> None:
        """Drop the step of a move that moved nothing; add one for a move that an earlier run
        began."""
        batch = moves[0].batch
        done = next((move for move in moves if move.state == "done"), None)
        if done is None:
            self._history.discard(lambda step: step.token == batch)
            return
        is_known = batch in self._undone or any(step.token == batch for step in self._history)
        if not done.takes_back and not is_known:
            self._add_move(batch)

    def _add_move(self, batch: str) -> None:
        self._history.push(_Step(batch, partial(self.move_back, batch)))

    def _is_done(self, token: str) -> bool:
        """Return True if the step was already reverted, by shortcut or toast. Otherwise mark it as
        reverted and withdraw its toast."""
        self._context.window.toasts.withdraw(token)
        self._history.discard(lambda step: step.token == token)
        was_done = token in self._undone
        self._undone.add(token)
        return was_done
