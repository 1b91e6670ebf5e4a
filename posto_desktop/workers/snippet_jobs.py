"""Snippets for the pages: the store's calls as serial jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common.user_error import message_of
from posto_desktop.core.snippets import Snippet
from posto_desktop.workers.runner import Job, JobHandle, JobRunner
from posto_desktop.workers.snippets import SnippetStore

Call = Callable[[], list[Snippet]]


class SnippetLibrary(QObject):
    """The user's snippets. The calls return at once and run in order.

    Signals:
        changed(list[Snippet]): all snippets, after each successful call.
        refused(str, str): a call failed: the id of the snippet ("" for none) and why.
        problem(str): the file was damaged and was moved aside.
    """

    changed = Signal(object)
    refused = Signal(str, str)
    problem = Signal(str)

    def __init__(self, runner: JobRunner, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._store = SnippetStore(folder)
        self._waiting: list[tuple[str, Call]] = []
        self._job: JobHandle | None = None
        self._current = ""
        self._reported = ""
        self.known: list[Snippet] | None = None
        """The newest list; None before the first `load` has ended."""

    def load(self) -> None:
        """Read everything (again)."""
        self._ask("", self._store.all)

    def save(self, snippet: Snippet) -> None:
        """Save a new or changed one."""
        self._ask(snippet.id, lambda: self._store.save(snippet))

    def delete(self, snippet_id: str) -> None:
        self._ask(snippet_id, lambda: self._store.delete(snippet_id))

    def restore(self, snippet: Snippet, place: int) -> None:
        """Undo `delete`."""
        self._ask(snippet.id, lambda: self._store.restore(snippet, place))

    def arrange(self, ids: Sequence[str]) -> None:
        """Set the order."""
        order = list(ids)
        self._ask("", lambda: self._store.arrange(order))

    def _ask(self, snippet_id: str, call: Call) -> None:
        self._waiting.append((snippet_id, call))
        self._next()

    def _next(self) -> None:
        if self._job is not None or not self._waiting:
            return
        self._current, call = self._waiting.pop(0)
        self._job = self._runner.submit(_run, call, parent=self)
        self._job.done.connect(self._done)
        self._job.failed.connect(self._failed)
        self._job.cancelled.connect(self._ended)

    @Slot(object)
    def _done(self, loaded: object) -> None:
        self.known = cast(list[Snippet], loaded)
        self.changed.emit(self.known)
        reported = self._store.problem or ""
        if reported != self._reported:
            self._reported = reported
            self.problem.emit(reported)
        self._ended()

    @Slot(object)
    def _failed(self, error: object) -> None:
        self.refused.emit(self._current, message_of(error, str(error)))
        self._ended()

    @Slot()
    def _ended(self) -> None:
        self._job = None
        self._next()


def _run(_job: Job, call: Call) -> list[Snippet]:
    return call()
