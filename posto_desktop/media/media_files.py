"""Validation and type detection of files from outside.

Plain functions for worker threads and helper processes, without Qt.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from posto_desktop.common.user_error import reason_of
from posto_desktop.core.file_problems import FileError, FileProblem, megapixels
from posto_desktop.formats.pictures import ExceededLimit
from posto_desktop.sdk.media_types import SNIFF, by_name, sniff
from posto_desktop.storage import regular_files


class PictureError(FileError):
    """A file cannot be shown; `user_message` gives the reason."""


@dataclass(frozen=True)
class FileFacts:
    """A readable, non-empty file and the type of its first bytes.

    `stamp` is its modification time, `changed` the time of any change, which programs cannot set
    back (0 on Windows), both in nanoseconds.
    """

    path: str
    name: str
    size: int
    stamp: int
    mime: str
    changed: int = 0


def open_file(path: str) -> FileFacts:
    """Inspect a file from outside. Raises PictureError with a sentence."""
    name = shown(Path(path).name or path)
    try:
        facts = Path(path).stat()
        if stat.S_ISDIR(facts.st_mode):
            raise PictureError(FileProblem.of("folder", file=name))
        if not stat.S_ISREG(facts.st_mode):
            raise PictureError(FileProblem.of("no_file", file=name))
        if facts.st_size == 0:
            raise PictureError(FileProblem.of("empty", file=name))
        with regular_files.open_file(Path(path)) as file:
            head = file.read(SNIFF)
    except (FileNotFoundError, NotADirectoryError):
        raise PictureError(FileProblem.of("missing", file=name)) from None
    except PermissionError:
        raise PictureError(FileProblem.of("denied", file=name)) from None
    except (OSError, ValueError) as error:
        reason = reason_of(error, "")
        problem = FileProblem.of("unreadable", file=name, reason=reason)
        raise PictureError(problem if reason else FileProblem.of("name", file=name)) from None
    mime = sniff(head) or by_name(name) or ""
    changed = 0 if os.name == "nt" else facts.st_ctime_ns
    return FileFacts(path, name, facts.st_size, facts.st_mtime_ns, mime, changed)


def shown(name: str) -> str:
    """Return a file name for a sentence: one line, with its extension."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return clean if len(clean) <= 60 else f"{clean[:48]}…{clean[-11:]}"


def too_much(name: str, exceeded: ExceededLimit) -> FileProblem:
    """Return the problem of a picture with too many pixels or scans."""
    if exceeded.unit == "scans":
        return FileProblem.of("scans", file=name, most=exceeded.most)
    count, most = megapixels(exceeded.amount), int(exceeded.most / 1e6)
    return FileProblem.of("pixels", file=name, count=count, most=most, kind=exceeded.kind)


def damaged(name: str) -> FileProblem:
    return FileProblem.of("damaged", file=name)


def cut_off(name: str) -> FileProblem:
    """Return the problem of a truncated picture."""
    return FileProblem.of("cut_off", file=name)


def is_whole(path: str, mime: str) -> bool:
    """Return False for a truncated file: decoders show such a picture half grey."""
    try:
        with Path(path).open("rb") as data:
            head = data.read(12)
            size = data.seek(0, os.SEEK_END)
            data.seek(max(0, size - 4096))
            tail = data.read(4096)
        if mime == "image/jpeg":
            # Cameras and phones append other data after the end marker.
            return b"\xff\xd9" in tail or _has_end_mark(path)
        if mime == "image/png":
            return b"IEND" in tail or (size > 4096 and _png_is_complete(path))
    except OSError:
        return True
    return mime != "image/webp" or size >= int.from_bytes(head[4:8], "little") + 8


def _has_end_mark(path: str) -> bool:
    with Path(path).open("rb") as data:
        size = data.seek(0, os.SEEK_END)
        data.seek(max(0, size - 8_000_000))
        return b"\xff\xd9" in data.read()


def _png_is_complete(path: str) -> bool:
    """Return whether a PNG's chunks reach the end chunk; data after it does not matter."""
    with Path(path).open("rb") as data:
        data.seek(8)
        for _ in range(100_000):
            head = data.read(8)
            if len(head) < 8:
                return False
            if head[4:8] == b"IEND":
                return True
            data.seek(int.from_bytes(head[:4], "big") + 4, os.SEEK_CUR)
    return False
