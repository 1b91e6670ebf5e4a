"""Ctrl+Z on the pages that show the plan: what was moved or deleted last is taken back."""

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
    """`token` as of `Service.reschedule` or `Service.delete_schedules`, or one of its own for what
    was done to a draft."""

    token: str
    revert: Callable[[], None]
    is_of_draft: bool = False
    size: int = 200


class ScheduleUndo(QObject):
    """The steps of the open workspace, for all pages that show its plan, in the order in which the
    user took them: what was done to posts, and in the calendar to drafts. Signal `restored()`: rows
    whose deletion was undone are to be shown again."""

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
        """Another workspace is being opened."""
        self._history.clear()
        self._undone.clear()

    @Slot(list)
    def delete(self, ids: Sequence[int]) -> None:
        """Delete posts; until they are really deleted they can be had back."""
        token = self._context.service.delete_schedules(ids)
        if token:
            self._history.push(_Step(token, partial(self.restore, token)))

    def add_draft_step(self, revert: Callable[[], None]) -> Callable[[], None]:
        """Something was done to a draft; what is returned takes it back once, as `undo` does."""
        self._drafts_changed += 1
        token = f"draft {self._drafts_changed}"

        def revert_once() -> None:
            if not self._is_done(token):
                revert()

        self._history.push(_Step(token, revert_once, is_of_draft=True))
        return revert_once

    @Slot()
    def undo(self) -> None:
        """One step back. Where it is too late for that, it is said."""
        if self._history.last is not None:
            self._history.last.revert()

    @Slot()
    def undo_posts(self) -> None:
        """The same on a page that shows no drafts."""
        steps = [one for one in self._history if not one.is_of_draft]
        if steps:
            steps[-1].revert()

    def restore(self, token: str) -> None:
        """Have back what was deleted at once."""
        if self._is_done(token):
            return
        self._context.service.restore_schedules(token)
        self.restored.emit()

    def move_back(self, batch: str) -> None:
        """Take back what was moved at once, and say it if not all of that is possible."""
        if self._is_done(batch):
            return
        if not self._context.service.undo_reschedule(batch):
            self._context.window.show_notification(
                "warning", self.tr("Not all of it could be moved back: the old time has passed.")
            )

    @Slot(str)
    def _move_began(self, batch: str) -> None:
        self._add_move(batch)

    @Slot(object)
    def _move_ended(self, moves: Sequence[Move]) -> None:
        """A move that moved nothing is no step; one that an earlier run began becomes one now."""
        batch = moves[0].batch
        done = next((one for one in moves if one.state == "done"), None)
        if done is None:
            self._history.discard(lambda one: one.token == batch)
            return
        is_known = batch in self._undone or any(one.token == batch for one in self._history)
        if not done.takes_back and not is_known:
            self._add_move(batch)

    def _add_move(self, batch: str) -> None:
        self._history.push(_Step(batch, partial(self.move_back, batch)))

    def _is_done(self, token: str) -> bool:
        """Whether this was taken back already, by the key or by its toast; if not, it is now, and
        no toast offers it any more."""
        self._context.window.toasts.withdraw(token)
        self._history.discard(lambda one: one.token == token)
        was_done = token in self._undone
        self._undone.add(token)
        return was_done
