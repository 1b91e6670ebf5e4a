"""Media in a folder: that of the workspace, or one that several servers share."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from posto_desktop.server.errors import StartError
from posto_desktop.server.media_store import GRACE, StoredContent, is_content_name
from posto_desktop.storage import regular_files, renames

__all__ = ["FolderMedia", "flush_folder", "remove_file"]

_BLOCK = 1024 * 1024
_MARK, _LONGEST_MARK = "posto-workspace", 1000
"""A file that says whose media these are."""


class FolderMedia:
    """Contents below `folder`, in subfolders by their first two digits.

    A content comes by a rename, so that nobody ever sees half of one, and two servers that put the
    same at once replace it by itself. In a shared folder unfinished uploads of others are left
    alone for a day. Other users of the computer can read nothing of it, whoever may write to the
    folder can replace contents.
    """

    is_remote = False

    def __init__(self, folder: Path, *, is_shared: bool = False) -> None:
        """A shared folder has to be there: an empty one in the place of a mount is no folder of
        media. Raises StartError."""
        self.is_shared = is_shared
        self._folder = folder
        self.incoming = folder / "incoming"
        if is_shared and not folder.is_dir():
            raise StartError(
                f"The media folder {folder} is not there. Make it or mount it, then start again."
            )
        try:
            self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            if not is_shared:
                raise
            raise StartError(
                f"The media folder {folder} cannot be written to: {error.strerror}."
            ) from error

    def claimed_by(self, workspace: str) -> str:
        mark = self._folder / _MARK
        if not mark.exists():
            temporary = self.incoming / uuid4().hex
            temporary.write_text(workspace, "ascii")
            with contextlib.suppress(FileExistsError):
                try:
                    os.link(temporary, mark)  # the first one is the one that counts
                except FileExistsError:
                    raise
                except OSError:  # a file system without links
                    renames.replace(temporary, mark)
            remove_file(temporary)
            flush_folder(self._folder)
        return regular_files.read_regular(mark, _LONGEST_MARK).decode("ascii", "replace")

    def path(self, sha256: str) -> Path:
        if not is_content_name(sha256):
            raise ValueError("not a SHA-256")
        return self._folder / sha256[:2] / sha256

    def put(self, source: Path, sha256: str, size: int) -> None:
        """Move a flushed file into its place. Raises OSError."""
        target = self.path(sha256)
        if not target.parent.is_dir():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            flush_folder(self._folder)
        is_there = self.size(sha256) == size
        try:
            renames.replace(source, target, wait=not is_there)
        except renames.FileInUseError:
            if not is_there:
                raise
            return  # being read elsewhere: its own place is right already
        flush_folder(target.parent)

    def size(self, sha256: str) -> int | None:
        path = self.path(sha256)
        try:
            size = path.stat().st_size
        except OSError:
            return None
        return size if regular_files.no_file(path) is None else None

    @contextlib.contextmanager
    def local(self, sha256: str, size: int) -> Iterator[Path]:  # noqa: ARG002 - it is there anyway
        yield self.path(sha256)

    def blocks(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        with regular_files.open_file(self.path(sha256)) as file:
            file.seek(start)
            while start < end and (block := file.read(min(_BLOCK, end - start))):
                start += len(block)
                yield block

    def delete(self, sha256: str) -> None:
        remove_file(self.path(sha256))

    def contents(self) -> Iterator[StoredContent]:
        for folder in self._folder.iterdir():
            if not re.fullmatch(r"[0-9a-f]{2}", folder.name):
                continue
            for path in folder.iterdir():
                if is_content_name(path.name):
                    with contextlib.suppress(OSError):  # another server has just deleted it
                        facts = path.stat()
                        yield StoredContent(path.name, facts.st_size, facts.st_mtime)

    def age(self, sha256: str) -> float | None:
        try:
            return time.time() - self.path(sha256).stat().st_mtime
        except OSError:
            return None

    def remove_unfinished(self) -> None:
        oldest = time.time() - GRACE if self.is_shared else float("inf")
        for path in self.incoming.iterdir():
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest:
                    remove_file(path)


def flush_folder(folder: Path) -> None:
    """Flush a folder, if the system supports it, so that a rename survives a power cut."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_file(path: Path) -> None:
    """Remove a file; one in use, as by an antivirus program, is removed at the next start."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
