"""Counts the bytes that a thread sends, for progress bars."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sized
from io import BufferedIOBase
from typing import Protocol, TypeVar

__all__ = ["counted", "counting"]


Body = TypeVar("Body")


class _Readable(Protocol):
    def read(self, amount: int = -1, /) -> bytes: ...


class _Watch(threading.local):
    def __init__(self) -> None:
        self.note: Callable[[int], None] | None = None
        self.sent = 0


_watch = _Watch()


@contextlib.contextmanager
def counting(note: Callable[[int], None]) -> Iterator[None]:
    """Have `note` called with the number of bytes of files that this thread sent in the block."""
    _watch.note, _watch.sent = note, 0
    try:
        yield
    finally:
        _watch.note = None


def counted(data: Body) -> Body | _Counted:
    """Return the body of a request so that what is read of it counts, if it is a file and anybody
    counts."""
    if _watch.note is None or not hasattr(data, "read"):
        return data
    return _Counted(data, _left(data), _watch)


def _left(data: object) -> int:
    """Return how many bytes can still be read."""
    if isinstance(data, Sized):
        return len(data)
    assert isinstance(data, BufferedIOBase)
    position = data.tell()
    end = data.seek(0, 2)
    data.seek(position)
    return end - position


class _Counted:
    def __init__(self, data: _Readable, length: int, watch: _Watch) -> None:
        self._data, self._length, self._watch = data, length, watch

    def __len__(self) -> int:
        return self._length

    def read(self, amount: int = -1, /) -> bytes:
        piece = self._data.read(amount)
        self._watch.sent += len(piece)
        if self._watch.note is not None:
            self._watch.note(self._watch.sent)
        return piece
