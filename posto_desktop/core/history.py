"""Undo and redo of immutable records: a stack of changes, bounded by number and size."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
C = TypeVar("C", bound="UndoStep")

MAX_STEPS = 500
MAX_BYTES = 16 * 1024 * 1024


class UndoStep(Protocol):
    """An undoable step. The change of a record is a `RecordChange`."""

    @property
    def size(self) -> int:
        """Approximate size in bytes."""
        ...


class RecordChange(UndoStep, Protocol[T]):
    """A step that transforms a record forwards and backwards."""

    def undone(self, record: T) -> T: ...
    def redone(self, record: T) -> T: ...


@dataclass(frozen=True)
class Snapshot(Generic[T]):
    """A change stored as the whole record before and after, which share unchanged parts. `name` is
    the label for menus."""

    before: T
    after: T
    name: str = ""
    size: int = 1_000

    def undone(self, record: T) -> T:  # noqa: ARG002 - as every change
        return self.before

    def redone(self, record: T) -> T:  # noqa: ARG002 - as every change
        return self.after


class History(Generic[C]):
    """Stacks of undoable and redoable changes. Iterating gives the undoable ones, the oldest first.

    The last change can always be undone, even above the limits. Not thread-safe.
    """

    def __init__(self, *, most_steps: int = MAX_STEPS, most_bytes: int = MAX_BYTES) -> None:
        self._most_steps, self._most_bytes = most_steps, most_bytes
        self._done: deque[C] = deque()
        self._undone: list[C] = []
        self._size = 0

    def __iter__(self) -> Iterator[C]:
        return iter(tuple(self._done))

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    @property
    def steps(self) -> int:
        """Number of changes that can be undone."""
        return len(self._done)

    @property
    def size(self) -> int:
        """Approximate size of the changes in bytes."""
        return self._size

    @property
    def last(self) -> C | None:
        """Return the change that `undo` would return."""
        return self._done[-1] if self._done else None

    def push(self, change: C) -> None:
        """Push a change and clear the redo stack."""
        for dropped_change in self._undone:
            self._size -= dropped_change.size
        self._undone.clear()
        self._done.append(change)
        self._size += change.size
        self._trim()

    def replace_last(self, change: C) -> None:
        """Replace the last change by one that continues it."""
        self._size -= self._done.pop().size
        self.push(change)

    def undo(self) -> C | None:
        """Return the change to undo, or None."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def redo(self) -> C | None:
        """Return the change to redo, or None."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]

    @property
    def redoable(self) -> tuple[C, ...]:
        """Return the undone changes, the one that `redo` would return last."""
        return tuple(self._undone)

    def take_back(self, change: C, undone: C) -> None:
        """Make a change redoable, wherever it stands; `undone` is it as it is after its undo."""
        self._done = deque(done for done in self._done if done is not change)
        self._undone.append(undone)
        self._measure()

    def repeat(self, undone: C, change: C) -> None:
        """Make a redoable change the last undoable one; `change` is it as it is after its redo.
        The other ones stay redoable."""
        self._undone = [other for other in self._undone if other is not undone]
        self._done.append(change)
        self._measure()
        self._trim()

    def clear_redo(self) -> None:
        """Forget what was undone."""
        self._undone.clear()
        self._measure()

    def discard(self, should_discard: Callable[[C], bool]) -> None:
        """Drop the changes that can no longer be undone or redone."""
        self._done = deque(change for change in self._done if not should_discard(change))
        self._undone = [change for change in self._undone if not should_discard(change)]
        self._measure()

    def convert(self, change: Callable[[C], C]) -> None:
        """Replace all changes, after something changed in every step."""
        self._done = deque(map(change, self._done))
        self._undone = list(map(change, self._undone))
        self._measure()

    def clear(self) -> None:
        self._done.clear()
        self._undone.clear()
        self._size = 0

    def _measure(self) -> None:
        self._size = sum(change.size for change in (*self._done, *self._undone))

    def _trim(self) -> None:
        while len(self._done) > 1 and (
            len(self._done) > self._most_steps or self._size > self._most_bytes
        ):
            self._size -= self._done.popleft().size


class PersistedHistory(Generic[C]):
    """Changes written elsewhere (a file, a service). Undo writes again, which takes time and may
    fail; then the change can be undone once more."""

    def __init__(self) -> None:
        self._history: History[C] = History()
        self._is_undoing = False

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo and not self._is_undoing

    def undo(self) -> C | None:
        """Return the change to undo; None if there is none or an undo is in progress."""
        step = self._history.undo() if self.can_undo else None
        self._is_undoing = self._is_undoing or step is not None
        return step

    def written(self, change: C | None) -> None:
        """A write succeeded: `change` (None: nothing to undo), or what `undo` returned."""
        if change is not None and not self._is_undoing:
            self._history.push(change)
        self._is_undoing = False

    def failed(self) -> None:
        """A write failed."""
        if self._is_undoing:
            self._history.redo()
        self._is_undoing = False
