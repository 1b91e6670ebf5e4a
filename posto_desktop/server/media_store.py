"""Where the contents of the media library are: `server.folder_media` or `server.object_media`.

A content has its SHA-256 as its name, so that the same content is there once, whoever puts it there
and however often. Which contents belong to the workspace is in the database, and nowhere else.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from posto_desktop.common.translation import translatable
from posto_desktop.server.body import readable_size
from posto_desktop.server.publishers.base import Refused, TryLater

__all__ = [
    "GRACE",
    "RESERVE",
    "MediaAway",
    "MediaDamaged",
    "MediaStore",
    "StoreRefused",
    "StoredContent",
    "disk_too_full",
    "is_content_name",
]

RESERVE = 64 * 1024 * 1024
"""Free disk space reserved for the database when uploads fill the disk."""
GRACE = 24 * 3600.0
"""Seconds in which another server may still list what it has put into a shared store."""
_NAME = re.compile(r"[0-9a-f]{64}")


class MediaAway(TryLater):
    """The store does not answer, or does not let this server in: posts wait, and requests are asked
    to come again. The message says which of it."""

    def __init__(self, message: str, seconds: float = 30.0) -> None:
        super().__init__(message, seconds)


class StoreRefused(MediaAway):
    """The store answers and does not let this server in, until somebody mends that."""


class MediaDamaged(Refused):
    """What the store has under a name is another content."""

    def __init__(self, sha256: str) -> None:
        super().__init__(
            translatable(
                "Server",
                "A file in the media store is damaged ({sha256}). Upload it again.",
            ).format(sha256=sha256[:12])
        )


@dataclass(frozen=True)
class StoredContent:
    """A content as a store lists it; `changed_at` in seconds since 1970, by the store's clock."""

    sha256: str
    size: int
    changed_at: float


class MediaStore(Protocol):
    """Contents by their SHA-256. Every method may be called by any thread, and by several servers
    at once; all but `path` raise MediaAway where the store is not reached."""

    @property
    def incoming(self) -> Path:
        """The folder on this computer in which uploads are written before they are put."""

    @property
    def is_remote(self) -> bool:
        """Return whether the store is behind a network, so that nothing of it may be asked within
        a transaction."""

    @property
    def is_shared(self) -> bool:
        """Return whether other servers may put and delete contents, too."""

    def claimed_by(self, workspace: str) -> str:
        """Return whose contents these are: that workspace's, unless another one came first."""

    def path(self, sha256: str) -> Path:
        """Return where a content is on this computer, within the block of `local` at least."""

    def put(self, source: Path, sha256: str, size: int) -> None:
        """Keep the content of a file, so that it survives a power cut. Harmless to repeat. A store
        that is remote leaves `source` where it is."""

    def size(self, sha256: str) -> int | None:
        """Return how many bytes a content has; None if it is not there."""

    def local(self, sha256: str, size: int) -> AbstractContextManager[Path]:
        """Have a content on this computer at `path` for the length of the block, if the store has
        it at all. Raises MediaDamaged, too."""

    def blocks(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `start` up to `end` of a content, not checked. Raises
        FileNotFoundError."""

    def delete(self, sha256: str) -> None:
        """Delete a content; harmless if it is not there."""

    def contents(self) -> Iterator[StoredContent]:
        """Yield all that is there, in no order. Other files are left out."""

    def age(self, sha256: str) -> float | None:
        """Return how many seconds ago a content was last put; None if it is not there."""

    def remove_unfinished(self) -> None:
        """Remove uploads that a crash has interrupted. Called before the first request."""


def is_content_name(name: str) -> bool:
    """Return whether this is a SHA-256 as `hexdigest` writes it: nothing else becomes a path."""
    return _NAME.fullmatch(name) is not None


def disk_too_full(folder: Path, needed: int) -> str:
    """Return a sentence if the disk has no room for so many bytes, "" if it has."""
    free = shutil.disk_usage(folder).free
    if needed + RESERVE <= free:
        return ""
    return translatable(
        "Server",
        "The disk of this computer is too full: the file needs {size}, {limit} is "
        "free. Free some space.",
    ).format(size=readable_size(needed), limit=readable_size(max(0, free - RESERVE)))
