"""Whether a picture or video is there to its end, or another program still writes it.

Only structure is read: end marks and the sizes that the file itself gives.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from posto_desktop.formats.pictures import HeaderError, read_header
from posto_desktop.media.media_files import is_whole
from posto_desktop.storage import regular_files

_BOXES = frozenset(
    ("video/mp4", "video/quicktime", "video/3gpp", "image/heic", "image/avif", "image/heif")
)
_MAX_BOXES = 100_000


def is_complete(path: Path, mime: str) -> bool:
    """Return False for a file that ends before its own structure does. Files that do not tell count
    as complete. Raises OSError."""
    with regular_files.open_file(path) as file:
        size = file.seek(0, os.SEEK_END)
        if mime in _BOXES:
            return _has_all_boxes(file, size, demands_index=mime.startswith("video/"))
        if mime == "image/gif":
            return _last(file, size, 16).rstrip(b"\0").endswith(b";")
        if mime == "image/png":
            tail = _last(file, size, 4096)
            mark = tail.rfind(b"IEND")
            if mark >= 0 and len(tail) - mark < 8:
                return False  # its checksum is missing
        if mime == "image/bmp":
            file.seek(2)
            return size >= int.from_bytes(file.read(4), "little")
        if mime == "video/avi":
            file.seek(4)
            return size >= int.from_bytes(file.read(4), "little")
        if mime in ("video/webm", "video/x-matroska"):
            return _has_whole_segment(file, size)
        if mime.startswith("image/"):
            try:
                read_header(file, mime)
            except HeaderError:
                return False
    return not mime.startswith("image/") or is_whole(str(path), mime)


def _last(file: BinaryIO, size: int, count: int) -> bytes:
    file.seek(max(0, size - count))
    return file.read(count)


def _has_all_boxes(file: BinaryIO, size: int, *, demands_index: bool) -> bool:
    """Return whether the boxes of an MP4 or HEIC reach the end of the file, with the index of a
    movie among them."""
    at, has_index = 0, False
    for _ in range(_MAX_BOXES):
        if at >= size:
            break
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return False
        length, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        elif length == 0:
            length = size - at  # up to the end of the file
        if length < 8 or at + length > size:
            return False
        has_index = has_index or kind in (b"moov", b"moof")
        at += length
    return has_index or not demands_index


def _has_whole_segment(file: BinaryIO, size: int) -> bool:
    """Return whether the one segment of a WebM or Matroska file is there; one of unknown size,
    which a live recording has, counts as complete."""
    file.seek(0)
    head = file.read(4096)
    _number, at = _vint(head, 4)
    start = at + _number
    if head[start : start + 4] != b"\x18\x53\x80\x67":
        return True
    length, after = _vint(head, start + 4)
    width = after - start - 4
    is_unknown = length == (1 << (7 * width)) - 1
    return is_unknown or size >= after + length


def _vint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length, without its mark, and the place after it."""
    if at >= len(data) or not data[at]:
        return 0, at + 1
    width = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + width], "big")
    return value & ((1 << (7 * width)) - 1), at + width
