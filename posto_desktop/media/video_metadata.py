"""Removes place and camera from MP4 and MOV files without re-encoding.

Such a file is a tree of boxes, and samples are found by their offset from its start. So nothing is
removed: private data are overwritten with zeros, and their box is renamed to "free", which players
skip. Only copies are written.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from posto_desktop.media.movie_boxes import (
    MovieBox,
    boxes,
    first_box,
    read_bytes,
    read_numbers,
)
from posto_desktop.sdk.errors import Cancelled

CLEANABLE = frozenset({"video/mp4", "video/quicktime", "video/3gpp"})

_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
# Metadata that players use: streaming hints, loudness, QuickTime's playback settings.
_PLAYED = frozenset({b"hnti", b"hinf", b"ludt", b"LOOP", b"SelO", b"AllF", b"WLOC"})
_MAX_INDEX = 128 * 1024 * 1024
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class BlankRange:
    """Bytes to overwrite; `name` is the position of the box's type, None for bare content."""

    start: int
    end: int
    name: int | None = None


def find_private(file: BinaryIO) -> list[BlankRange]:
    """Return the ranges with place, camera and similar data. Raises ValueError for an invalid box
    structure."""
    size = file.seek(0, os.SEEK_END)
    blanks: list[BlankRange] = []
    holds: list[MovieBox] = []
    for box in boxes(file, 0, size):
        if box.kind == b"mdat":
            holds.append(box)
        elif box.kind == b"uuid":
            if read_bytes(file, box.body, 16) == _XMP:
                blanks.append(_whole(box))
        elif box.kind == b"udta":
            blanks += _metadata_boxes(file, box)
        elif box.kind == b"moov":
            if box.end - box.body > _MAX_INDEX:
                raise ValueError("an index of that size is none")
            blanks += _movie(file, box)
    inside = [blank for blank in blanks if blank.name is not None]
    inside += [
        blank
        for blank in blanks
        if blank.name is None
        and any(box.body <= blank.start and blank.end <= box.end for box in holds)
    ]
    return inside


def write_cleaned(
    source: Path, target: Path, blanks: list[BlankRange], cancel: threading.Event | None = None
) -> None:
    """Copy a video and overwrite the blanks in the copy. Raises Cancelled and OSError."""
    with source.open("rb") as old, target.open("wb") as new:
        while piece := old.read(4 * _PIECE):
            if cancel is not None and cancel.is_set():
                raise Cancelled
            new.write(piece)
        for blank in blanks:
            new.seek(blank.start)
            left = blank.end - blank.start
            while left > 0:
                new.write(bytes(min(left, _PIECE)))
                left -= _PIECE
            if blank.name is not None:
                new.seek(blank.name)
                new.write(b"free")
        new.flush()
        os.fsync(new.fileno())


def _movie(file: BinaryIO, movie: MovieBox) -> Iterator[BlankRange]:
    for box in boxes(file, movie.body, movie.end):
        if box.kind == b"meta":
            yield _whole(box)
        elif box.kind == b"udta":
            yield from _metadata_boxes(file, box)
        elif box.kind == b"uuid" and read_bytes(file, box.body, 16) == _XMP:
            yield _whole(box)
        elif box.kind == b"trak":
            yield from _track(file, box)


def _track(file: BinaryIO, track: MovieBox) -> Iterator[BlankRange]:
    media = first_box(file, track, b"mdia")
    handler = first_box(file, media, b"hdlr") if media else None
    if media is not None and handler is not None:
        kind = read_bytes(file, handler.body + 8, 4)
        if kind == b"meta":
            # Positions recorded second by second: the samples belong to their track.
            yield from _samples(file, media)
            yield _whole(track)
            return
    for box in boxes(file, track.body, track.end):
        if box.kind == b"meta":
            yield _whole(box)
        elif box.kind == b"udta":
            yield from _metadata_boxes(file, box)


def _metadata_boxes(file: BinaryIO, notes: MovieBox) -> Iterator[BlankRange]:
    for box in boxes(file, notes.body, notes.end):
        if box.kind not in _PLAYED and box.kind != b"free":
            yield _whole(box)


def _samples(file: BinaryIO, media: MovieBox) -> Iterator[BlankRange]:
    """Yield the ranges of a track's samples."""
    info = first_box(file, media, b"minf")
    table = first_box(file, info, b"stbl") if info else None
    if table is None:
        return
    parts = {box.kind: box for box in boxes(file, table.body, table.end)}
    places = parts.get(b"stco") or parts.get(b"co64")
    sizes, groups = parts.get(b"stsz"), parts.get(b"stsc")
    if places is None or sizes is None or groups is None:
        return
    starts = read_numbers(file, places, 4, 8 if places.kind == b"co64" else 4)
    same = int.from_bytes(read_bytes(file, sizes.body + 4, 4), "big")
    lengths = [] if same else read_numbers(file, sizes, 8, 4)
    runs = read_numbers(file, groups, 4, 4, entry=3)
    per_chunk: dict[int, int] = {runs[at]: runs[at + 1] for at in range(0, len(runs) - 2, 3)}
    count = taken = 0
    for number, start in enumerate(starts, 1):
        count = per_chunk.get(number, count)
        if same:
            length = same * count
        else:
            length = sum(lengths[taken : taken + count])
            taken += count
        if length > 0:
            yield BlankRange(start, start + length)


def _whole(box: MovieBox) -> BlankRange:
    return BlankRange(box.body, box.end, box.start + 4)
