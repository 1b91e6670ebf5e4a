"""Ctrl+Z on the pages that show the plan: what was moved or deleted last is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.core.moves import Move

MOST_STEPS = 50


@dataclass(frozen=True)
class _Step:
    """`token` as of `Service.reschedule` or `Service.delete_schedules`."""

    token: str
    moved: bool


class PlanUndo(QObject):
    """The steps of the open workspace, for all pages that show its plan, in the order in which the
    user took them. Signal `restored()`: rows whose deletion was undone are to be shown again."""

    restored = Signal()

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._steps: list[_Step] = []
        self._taken_back: set[str] = set()
        context.service.moves_began.connect(self._move_began)
        context.service.moves_ended.connect(self._move_ended)

    def clear(self) -> None:
        """Another workspace is being opened."""
        self._steps.clear()
        self._taken_back.clear()

    @Slot(list)
    def delete(self, ids: Sequence[int]) -> None:
        """Delete posts; until they are really deleted they can be had back."""
        token = self._context.service.delete_schedules(ids)
        if token:
            self._add(_Step(token, moved=False))

    @Slot()
    def undo(self) -> None:
        """One step back. Where it is too late for that, it is said."""
        if self._steps:
            step = self._steps[-1]
            (self.move_back if step.moved else self.restore)(step.token)

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
            self._context.window.show_notice(
                "warning", self.tr("Not all of it could be moved back: the old time has passed.")
            )

    @Slot(str)
    def _move_began(self, batch: str) -> None:
        self._add(_Step(batch, moved=True))

    @Slot(object)
    def _move_ended(self, moves: Sequence[Move]) -> None:
        """A move that moved nothing is no step; one that an earlier run began becomes one now."""
        batch = moves[0].batch
        done = next((one for one in moves if one.state == "done"), None)
        if done is None:
            self._steps = [one for one in self._steps if one.token != batch]
            return
        is_known = batch in self._taken_back or any(one.token == batch for one in self._steps)
        if not done.takes_back and not is_known:
            self._add(_Step(batch, moved=True))

    def _is_done(self, token: str) -> bool:
        """Whether this was taken back already, by the key or by its toast; if not, it is now, and
        no toast offers it any more."""
        self._context.window.toasts.withdraw(token)
        self._steps = [one for one in self._steps if one.token != token]
        was_done = token in self._taken_back
        self._taken_back.add(token)
        return was_done

    def _add(self, step: _Step) -> None:
        self._steps.append(step)
        del self._steps[:-MOST_STEPS]
