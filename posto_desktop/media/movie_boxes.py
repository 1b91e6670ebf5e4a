"""The boxes of which MP4 and MOV files are made: a tree, of which each part says how long it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_MAX_ENTRIES = 4_000_000


@dataclass(frozen=True)
class MovieBox:
    """A box: its type, its start, the start of its content, and its end."""

    kind: bytes
    start: int
    body: int
    end: int


def first_box(file: BinaryIO, parent: MovieBox, kind: bytes) -> MovieBox | None:
    return next((box for box in boxes(file, parent.body, parent.end) if box.kind == kind), None)


def boxes(file: BinaryIO, at: int, end: int) -> Iterator[MovieBox]:
    """Yield the boxes between two offsets. Raises ValueError for one that exceeds the end."""
    count = 0
    while at + 8 <= end:
        count += 1
        if count > 100_000:
            raise ValueError("too many boxes")
        head = read_bytes(file, at, 16 if at + 16 <= end else 8)
        size, kind, body = int.from_bytes(head[:4], "big"), head[4:8], at + 8
        if size == 0 and kind == b"\0\0\0\0":
            return  # QuickTime ends its metadata with zeros
        if size == 1 and len(head) == 16:
            size, body = int.from_bytes(head[8:16], "big"), at + 16
        elif size == 0:
            size = end - at  # up to the end of its parent
        if size < body - at or at + size > end:
            raise ValueError("a box that reaches over the end")
        yield MovieBox(kind, at, body, at + size)
        at += size


def read_bytes(file: BinaryIO, at: int, length: int) -> bytes:
    file.seek(at)
    return file.read(length)


def read_numbers(file: BinaryIO, box: MovieBox, at: int, width: int, entry: int = 1) -> list[int]:
    """Return the numbers of a table whose count is `at` bytes into its content."""
    count = int.from_bytes(read_bytes(file, box.body + at, 4), "big") * entry
    if count > _MAX_ENTRIES or box.body + at + 4 + count * width > box.end:
        raise ValueError("a table that is longer than its box")
    data = read_bytes(file, box.body + at + 4, count * width)
    return [
        int.from_bytes(data[start : start + width], "big") for start in range(0, len(data), width)
    ]
