"""Inspects dropped, pasted or command-line files.

Functions for the job runner: they may block on a slow disk, so they never run on the GUI thread.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QImage

from posto_desktop.common.translation import translate
from posto_desktop.common.user_error import reason_of
from posto_desktop.core.media_ref import MediaKind, MediaRef, mime_of
from posto_desktop.storage import regular_files
from posto_desktop.storage.atomic import write_bytes

if TYPE_CHECKING:
    from posto_desktop.workers.runner import Job

_LOST = "\N{REPLACEMENT CHARACTER}"

TEXT_EXTENSIONS = (".txt", ".md", ".markdown", ".text")
# A longer message is a mistake in any network; the file is not read.
LONGEST_TEXT = 2_000_000


@dataclass(frozen=True)
class FileInfo:
    """Facts of a file: ``kind`` image, gif, video, text or "" with a ``problem`` sentence."""

    path: str
    name: str
    kind: str
    size: int = 0
    mime: str = ""
    problem: str = ""

    @property
    def media(self) -> MediaRef | None:
        """Return the file as a message's picture or video; None for a text or with a problem."""
        if self.kind not in ("image", "gif", "video"):
            return None
        kind = cast(MediaKind, self.kind)
        return MediaRef(self.path, self.name, self.size, kind, mime=self.mime)


def local_path(url: QUrl) -> str:
    """Return the path of a local file's URL, for names in any encoding."""
    path = url.toLocalFile()
    if _LOST not in path or os.name == "nt":
        return path
    encoded = url.path(QUrl.ComponentFormattingOption.FullyEncoded)
    return os.fsdecode(unquote_to_bytes(encoded))


def local_paths(mime: QMimeData) -> list[str]:
    """Return the paths of the local files in a drag or in the clipboard, in order."""
    if not mime.hasUrls():
        return []
    return [local_path(url) for url in mime.urls() if url.isLocalFile()]


def is_late(mime: QMimeData) -> bool:
    """Return True for a drag whose promised addresses cannot be read right now.

    Under X11 Qt hands out what is dragged for the latest move alone: who asks while the next one is
    under way reads nothing. The drop itself can be read."""
    return mime.hasUrls() and not mime.urls()


def has_files(mime: QMimeData) -> bool:
    """Return True if a drag has local files, or promises addresses and is late."""
    return bool(local_paths(mime)) or is_late(mime)


def look_at_files(job: Job, paths: Sequence[str], seconds: float | None = None) -> list[FileInfo]:
    """Inspect files in the given order.

    Stops after so many ``seconds`` (None: never) with the files inspected by then, at least one;
    pass the others to the next call.
    """
    end = None if seconds is None else time.monotonic() + seconds
    infos = []
    for path in paths:
        job.check()
        infos.append(look_at(path))
        if end is not None and time.monotonic() >= end:
            break
    return infos


def open_folders(job: Job, paths: Sequence[str], most: int) -> list[str]:
    """Replace each folder by the files directly in it, sorted by name, without hidden ones. Return
    at most `most` paths. A folder that cannot be read stays, to be reported."""
    opened: list[str] = []
    for path in paths:
        job.check()
        try:
            inside = sorted(Path(path).iterdir(), key=lambda entry: _by_name(entry.name))
        except OSError:  # a file, or a folder that cannot be listed
            opened.append(path)
        else:
            files = [
                entry for entry in inside if not entry.name.startswith(".") and not entry.is_dir()
            ]
            opened.extend(str(entry) for entry in files)
        if len(opened) >= most:
            break
    return opened[:most]


def _by_name(name: str) -> list[tuple[int, int, str]]:
    """Sort "9.jpg" before "10.jpg", as file managers do."""
    parts = re.findall(r"\d+|\D+", name.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def look_at(path: str) -> FileInfo:
    """Inspect a file by its first bytes and its name; a missing or odd one gets a sentence."""
    place = Path(path)
    name = place.name or path
    try:
        facts = place.stat()
        if stat.S_ISDIR(facts.st_mode):
            return FileInfo(
                path,
                name,
                "",
                problem=translate("Service", "{name} is a folder. Add the files inside it.").format(
                    name=name
                ),
            )
        if not stat.S_ISREG(facts.st_mode):
            return FileInfo(
                path,
                name,
                "",
                problem=translate("Service", "{name} is not a file that can be posted.").format(
                    name=name
                ),
            )
        if facts.st_size == 0:
            return FileInfo(
                path,
                name,
                "",
                problem=translate("Service", "{name} is empty (0 bytes).").format(name=name),
            )
        with regular_files.open_file(place) as file:
            head = file.read(64)
    except (FileNotFoundError, NotADirectoryError):
        return FileInfo(
            path, name, "", problem=translate("Service", "{name} was not found.").format(name=name)
        )
    except PermissionError:
        return FileInfo(
            path,
            name,
            "",
            problem=translate("Service", "{name} cannot be read: access denied.").format(name=name),
        )
    except (OSError, ValueError) as error:
        reason = reason_of(error, translate("Service", "its name cannot be used"))
        return FileInfo(
            path,
            name,
            "",
            problem=translate("Service", "{name} cannot be read: {reason}.").format(
                name=name, reason=reason
            ),
        )
    mime = _sniff(head) or mime_of(name)
    if mime == "image/gif":
        return FileInfo(path, name, "gif", facts.st_size, mime)
    if mime.startswith("image/") and mime != "image/svg+xml":
        return FileInfo(path, name, "image", facts.st_size, mime)
    if mime.startswith("video/"):
        return FileInfo(path, name, "video", facts.st_size, mime)
    if name.lower().endswith(TEXT_EXTENSIONS) and b"\0" not in head:
        return FileInfo(path, name, "text", facts.st_size, "text/plain")
    return FileInfo(
        path,
        name,
        "",
        facts.st_size,
        mime,
        translate("Service", "{name} cannot be posted.").format(name=name),
    )


def _sniff(head: bytes) -> str:
    """Return the MIME type of the first bytes, whatever the name says; empty if unknown."""
    for start, mime in (
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"BM", ""),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"\x1aE\xdf\xa3", "video/webm"),
        (b"%PDF", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
    ):
        if head.startswith(start):
            return mime
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "video/x-msvideo"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in (b"heic", b"heix", b"mif1", b"msf1"):
            return "image/heic"
        if brand in (b"avif", b"avis"):
            return "image/avif"
        return "video/quicktime" if brand == b"qt  " else "video/mp4"
    return ""


def read_text(_job: Job, path: str) -> str:
    """Return the text of a small text file. Raises UnicodeError and OSError."""
    with regular_files.open_file(Path(path)) as file:
        data = file.read(LONGEST_TEXT + 1)
    if len(data) > LONGEST_TEXT:
        raise ValueError("too long")
    for start, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(start):
            return data.decode(encoding)
    return data.decode("utf-8")


def keep_picture(_job: Job, folder: Path, image: QImage, name: str) -> str:
    """Write a pasted picture as PNG into ``folder``; return its path.

    The name contains part of the content's hash, so the same picture pasted twice is one file and
    never overwrites another. Raises `StorageError`.
    """
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise ValueError("the pasted picture cannot be written as PNG")
    content = bytes(data.data())
    mark = hashlib.sha256(content).hexdigest()[:8]
    stem = "".join(c if c.isalnum() or c in " -_" else "-" for c in name).strip(" -") or "picture"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"{stem[:60]}-{mark}.png"
    write_bytes(target, content)
    return str(target)
