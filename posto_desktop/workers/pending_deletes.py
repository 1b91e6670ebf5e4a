"""Deletions that can still be undone: rows are hidden at once and deleted after the undo time."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

UNDO_MS = 10_000


@dataclass(frozen=True)
class Deletion:
    """Rows of one workspace to delete."""

    token: str
    workspace: str
    ids: frozenset[int]


class PendingDeletes(QObject):
    """Signals:
    due(Deletion): the undo time is over, or `finish` was called: delete them now."""

    due = Signal(object)

    def __init__(self, parent: QObject | None = None, undo_ms: int = UNDO_MS) -> None:
        super().__init__(parent)
        self.undo_ms = undo_ms
        self._hidden: dict[str, Deletion] = {}
        self._ends: dict[str, float] = {}
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)

    def add(self, workspace: str, ids: Iterable[int], undo_ms: int | None = None) -> Deletion:
        """Hide rows until the undo time is over: this one, or that of all."""
        wait = self.undo_ms if undo_ms is None else undo_ms
        deletion = Deletion(uuid.uuid4().hex, workspace, frozenset(ids))
        self._hidden[deletion.token] = deletion
        self._ends[deletion.token] = time.monotonic() + wait / 1000
        if not self._timer.isActive() or self._timer.remainingTime() > wait:
            self._timer.start(wait)
        return deletion

    def restore(self, token: str) -> bool:
        """Undo; return False if the time was over."""
        if self._ends.pop(token, None) is None:
            return False
        del self._hidden[token]
        return True

    def hidden(self, workspace: str) -> frozenset[int]:
        """Return the hidden rows: waiting for the undo time, or being deleted."""
        ids: set[int] = set()
        for deletion in self._hidden.values():
            if deletion.workspace == workspace:
                ids |= deletion.ids
        return frozenset(ids)

    def token_of(self, workspace: str, number: int) -> str:
        """Return the token by which this one can still be undone, "" when that is not so."""
        for token in self._ends:
            waiting = self._hidden[token]
            if waiting.workspace == workspace and number in waiting.ids:
                return token
        return ""

    def done(self, token: str) -> None:
        """The service answered: show again what it still lists."""
        self._hidden.pop(token, None)
        self._ends.pop(token, None)

    def finish(self, token: str = "") -> None:
        """End the undo time of this one, or of all: another workspace is opened, or the app
        quits."""
        for ended_token in [token] if token in self._ends else [] if token else list(self._ends):
            del self._ends[ended_token]
            self.due.emit(self._hidden[ended_token])
        if not self._ends:
            self._timer.stop()

    @Slot()
    def _look(self) -> None:
        now = time.monotonic()
        for token in [token for token, end in self._ends.items() if end <= now + 0.05]:
            del self._ends[token]
            self.due.emit(self._hidden[token])
        if self._ends:
            left = min(self._ends.values()) - time.monotonic()
            self._timer.start(max(1, round(left * 1000)))
