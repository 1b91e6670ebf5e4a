"""Undo and redo of posts that were moved or deleted, on all pages that show the schedule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.core.history import History
from posto_desktop.core.moves import Move

MAX_STEPS = 50


@dataclass(frozen=True)
class _Step:
    """A step of undo. `token` comes from `Service.reschedule`, `Service.delete_schedules` or
    `PendingAnswers.send_again` or `PendingSends.send`; steps of drafts have a token of their
    own. `revert` and `repeat` undo and redo it: they return the token for the opposite, "" when
    it is too late. Without `repeat` it cannot be redone. `ids`: the posts of a deletion or of
    something sent."""

    token: str
    revert: Callable[[_Step], str]
    repeat: Callable[[_Step], str] | None = None
    ids: tuple[int, ...] = ()
    is_of_draft: bool = False
    size: int = 200


class ScheduleUndo(QObject):
    """Owns the undo steps of the open workspace, shared by its pages, in the user's order: moved,
    edited and deleted posts, those sent again, paused planners, answers to proposals, and on the
    calendar also drafts.
    Signal `restored()`: show rows again whose deletion was undone."""

    restored = Signal()

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._history: History[_Step] = History(most_steps=MAX_STEPS)
        self._draft_tokens = 0
        self._reverted: set[str] = set()
        context.service.moves_began.connect(self._move_began)
        context.service.moves_ended.connect(self._move_ended)

    def clear(self) -> None:
        self._history.clear()
        self._reverted.clear()

    @Slot(list)
    def delete(self, ids: Sequence[int]) -> None:
        """Delete posts; they can be restored until the service deletes them."""
        token = self._context.service.delete_schedules(ids)
        if token:
            self._push(_Step(token, self._restore, self._delete_again, tuple(ids)))

    @Slot(list)
    def send_again(self, ids: Sequence[int]) -> None:
        """Send posts again that may be published; it begins when it cannot be undone any more."""
        token = self._context.service.answers.send_again(ids)
        if token:
            self._push(_Step(token, self._cancel_retries, self._retry_again, tuple(ids)))

    @Slot(list)
    def send_now(self, ids: Sequence[int]) -> None:
        """Send missed posts now; with an undo time it begins after it."""
        token = self._context.service.sends.send(ids)
        if token:
            self._push(_Step(token, self._cancel_sending, self._start_sending, tuple(ids)))

    def cancel_sending(self, token: str) -> None:
        """Do not send the missed posts that are about to be."""
        self._revert_token(token, self._cancel_sending)

    def cancel_retries(self, token: str) -> None:
        """Do not send posts again that are about to be."""
        self._revert_token(token, self._cancel_retries)

    def add_draft_step(
        self, revert: Callable[[], None], repeat: Callable[[], None]
    ) -> Callable[[], None]:
        """Add a step of a draft and return a function that reverts it once, as `undo` does."""
        return self._add_step_of_here(revert, repeat, is_of_draft=True)

    def add_planner_step(
        self, revert: Callable[[], None], repeat: Callable[[], None]
    ) -> Callable[[], None]:
        """Add a change of a planner of the site, and return a function that reverts it once."""
        return self._add_step_of_here(revert, repeat, is_of_draft=False)

    def _add_step_of_here(
        self, revert: Callable[[], None], repeat: Callable[[], None], *, is_of_draft: bool
    ) -> Callable[[], None]:
        """Add a step that the service gives no token for."""
        token = self._draft_token()

        def revert_step(step: _Step) -> str:
            revert()
            return step.token

        def repeat_step(_step: _Step) -> str:
            repeat()
            return self._draft_token()

        self._push(_Step(token, revert_step, repeat_step, is_of_draft=is_of_draft))
        return lambda: self._revert_token(token)

    def add_step(self, token: str, revert: Callable[[], None]) -> Callable[[], None]:
        """Add a step of posts, such as an edit, and return a function that reverts it once. It
        cannot be redone, nor what was undone before it."""

        def revert_step(step: _Step) -> str:
            revert()
            return step.token

        self._push(_Step(token, revert_step))
        return lambda: self._revert_token(token)

    def add_review_step(self, revert: Callable[[], None], repeat: Callable[[str], None]) -> str:
        """Add an answer to proposals and return its token. `repeat` is given the token of what it
        does again."""
        token = self._draft_token()

        def revert_step(step: _Step) -> str:
            revert()
            return step.token

        def repeat_step(_step: _Step) -> str:
            again = self._draft_token()
            repeat(again)
            return again

        self._push(_Step(token, revert_step, repeat_step))
        return token

    def undo_step(self, token: str) -> None:
        """Revert a step once, if it was not reverted otherwise."""
        self._revert_token(token)

    def forget_step(self, token: str) -> None:
        """Drop a step that turned out not to be undone or done again."""
        self._history.discard(lambda step: step.token == token)

    @Slot()
    def undo(self) -> None:
        """Revert the last step; show a notification if it is too late."""
        if self._history.last is not None:
            self._revert(self._history.last)

    @Slot()
    def undo_posts(self) -> None:
        """Revert the last step of posts, for pages that show no drafts."""
        steps = [step for step in self._history if not step.is_of_draft]
        if steps:
            self._revert(steps[-1])

    @Slot()
    def redo(self) -> None:
        """Do again what was undone last; show a notification if it is too late."""
        if self._history.redoable:
            self._repeat(self._history.redoable[-1])

    @Slot()
    def redo_posts(self) -> None:
        """Do again what was undone last with posts, for pages that show no drafts."""
        steps = [step for step in self._history.redoable if not step.is_of_draft]
        if steps:
            self._repeat(steps[-1])

    def restore(self, token: str) -> None:
        """Restore posts that were deleted together, also elsewhere."""
        self._revert_token(token, self._restore)

    def move_back(self, batch: str) -> None:
        """Move posts back that were moved together; show a notification if some cannot be moved."""
        self._revert_token(batch, self._move_back)

    def can_redo(self, token: str) -> bool:
        """Return whether `redo_step` does something."""
        return any(step.token == token for step in self._history.redoable)

    def redo_step(self, token: str) -> None:
        """Do an undone step again; of a move, `token` is the batch that moved the posts back."""
        for step in self._history.redoable:
            if step.token == token:
                self._repeat(step)

    # -- steps ---------------------------------------------------------------------------------

    def _push(self, step: _Step) -> None:
        """Add a new step. What was undone before cannot be redone any more."""
        for undone in self._history.redoable:
            self._context.window.toasts.withdraw(undone.token)
        self._history.push(step)

    def _revert_token(self, token: str, revert: Callable[[_Step], str] | None = None) -> None:
        """Revert a step once, by its token; by `revert` one that began elsewhere or is no longer
        in the history."""
        step = next((step for step in self._history if step.token == token), None)
        if step is None and revert is not None and token not in self._reverted:
            step = _Step(token, revert)
        if step is not None:
            self._revert(step)

    def _revert(self, step: _Step) -> None:
        self._context.window.toasts.withdraw(step.token)
        self._reverted.add(step.token)
        is_known = any(other is step for other in self._history)
        self._history.discard(lambda other: other is step)
        undone_token = step.revert(step)
        if step.repeat is None and is_known:
            self._history.clear_redo()
        elif step.repeat is not None and undone_token:
            self._history.take_back(step, replace(step, token=undone_token))

    def _repeat(self, step: _Step) -> None:
        self._context.window.toasts.withdraw(step.token)
        token = step.repeat(step) if step.repeat is not None else ""
        if token:
            self._history.repeat(step, replace(step, token=token))
        else:
            self._history.discard(lambda other: other is step)

    def _draft_token(self) -> str:
        self._draft_tokens += 1
        return f"draft {self._draft_tokens}"

    # -- what steps do -------------------------------------------------------------------------

    def _restore(self, step: _Step) -> str:
        is_restored = self._context.service.restore_schedules(step.token)
        self.restored.emit()
        if not is_restored:
            return ""
        if step.ids:
            self._context.window.show_notification(
                "ok",
                self.tr("%n post(s) restored", "", len(step.ids)),
                action_text=self.tr("Redo"),
                callback=lambda: self.redo_step(step.token),
                offers=step.token,
            )
        return step.token

    def _delete_again(self, step: _Step) -> str:
        return self._context.service.delete_schedules(step.ids)

    def _cancel_retries(self, step: _Step) -> str:
        return step.token if self._context.service.answers.undo(step.token) else ""

    def _retry_again(self, step: _Step) -> str:
        return self._context.service.answers.send_again(step.ids)

    def _cancel_sending(self, step: _Step) -> str:
        return step.token if self._context.service.sends.undo(step.token) else ""

    def _start_sending(self, step: _Step) -> str:
        return self._context.service.sends.send(step.ids)

    def _move_back(self, step: _Step) -> str:
        back = self._context.service.undo_reschedule(step.token)
        if not back.is_whole:
            self._context.window.show_notification(
                "warning", self.tr("Some posts could not be moved back: their old time has passed.")
            )
        return back.batch

    def _move_again(self, step: _Step) -> str:
        again = self._context.service.redo_reschedule(step.token)
        if not again.is_whole:
            self._context.window.show_notification(
                "warning",
                self.tr("Some posts could not be moved again: their new time has passed."),
            )
        return again.batch

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
        self._follow(moves)
        is_known = batch in self._reverted or any(step.token == batch for step in self._history)
        if not done.takes_back and not is_known:
            self._add_move(batch)

    def _follow(self, moves: Sequence[Move]) -> None:
        """Go on with the posts that a move made in place of others."""
        new_ids = {
            number: new_id
            for move in moves
            if move.state == "done"
            for number, new_id in zip(move.ids, move.new_ids, strict=False)
            if number != new_id
        }
        if new_ids:
            self._history.convert(
                lambda step: replace(
                    step, ids=tuple(new_ids.get(number, number) for number in step.ids)
                )
            )

    def _add_move(self, batch: str) -> None:
        self._push(_Step(batch, self._move_back, self._move_again))
