"""Undo and redo of records that never change: one stack of changes, bounded by number and size."""

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
    """What undo takes back at once. Where it is the change of a record, it is a `RecordChange`."""

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        ...


class RecordChange(UndoStep, Protocol[T]):
    """One step: what it makes of a record, forwards and backwards."""

    def undone(self, record: T) -> T: ...
    def redone(self, record: T) -> T: ...


@dataclass(frozen=True)
class Snapshot(Generic[T]):
    """A change that is known by the whole record before it and after it, which share what stayed
    the same. `name` says what was done, for a menu."""

    before: T
    after: T
    name: str = ""
    size: int = 1_000

    def undone(self, record: T) -> T:  # noqa: ARG002 - as every change
        return self.before

    def redone(self, record: T) -> T:  # noqa: ARG002 - as every change
        return self.after


class History(Generic[C]):
    """The changes that can be undone, and those that can be done again. Iterating over it gives
    those that can be undone, the oldest first.

    The last change always can be undone, even one above the limits. Not for several threads at
    once.
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
        """How many times one can undo."""
        return len(self._done)

    @property
    def size(self) -> int:
        """About how many bytes the changes take."""
        return self._size

    @property
    def last(self) -> C | None:
        """The change that `undo` would take back."""
        return self._done[-1] if self._done else None

    def push(self, change: C) -> None:
        """Add what was just done. What was undone before cannot be done again."""
        for dropped_change in self._undone:
            self._size -= dropped_change.size
        self._undone.clear()
        self._done.append(change)
        self._size += change.size
        self._trim()

    def replace_last(self, change: C) -> None:
        """Put a change in place of the last one, of which it is the continuation."""
        self._size -= self._done.pop().size
        self.push(change)

    def undo(self) -> C | None:
        """The change to take back now; None when there is none."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def redo(self) -> C | None:
        """The change to do again now; None when there is none."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]

    def discard(self, should_discard: Callable[[C], bool]) -> None:
        """Drop the changes that can neither be undone nor done again any more."""
        self._done = deque(one for one in self._done if not should_discard(one))
        self._undone = [one for one in self._undone if not should_discard(one)]
        self._measure()

    def convert(self, change: Callable[[C], C]) -> None:
        """Put others in place of all changes: something is now otherwise in every step."""
        self._done = deque(map(change, self._done))
        self._undone = list(map(change, self._undone))
        self._measure()

    def clear(self) -> None:
        self._done.clear()
        self._undone.clear()
        self._size = 0

    def _measure(self) -> None:
        self._size = sum(one.size for one in (*self._done, *self._undone))

    def _trim(self) -> None:
        while len(self._done) > 1 and (
            len(self._done) > self._most_steps or self._size > self._most_bytes
        ):
            self._size -= self._done.popleft().size


class PersistedHistory(Generic[C]):
    """Changes that were written somewhere (a file, a service). To take one back is to write again,
    which takes a while and may fail; then the change can be taken back once more."""

    def __init__(self) -> None:
        self._history: History[C] = History()
        self._is_undoing = False

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo and not self._is_undoing

    def undo(self) -> C | None:
        """The change to take back now; None when there is none, or while one is taken back."""
        step = self._history.undo() if self.can_undo else None
        self._is_undoing = self._is_undoing or step is not None
        return step

    def written(self, change: C | None) -> None:
        """Something was written: `change` (None: one that leaves nothing to take back), or what
        `undo` asked for."""
        if change is not None and not self._is_undoing:
            self._history.push(change)
        self._is_undoing = False

    def failed(self) -> None:
        """What was to be written was not."""
        if self._is_undoing:
            self._history.redo()
        self._is_undoing = False
