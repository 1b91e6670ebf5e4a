"""Copies of contents of a remote media store on this computer, bounded in size."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import tempfile
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from posto_desktop.server.folder_media import remove_file
from posto_desktop.server.media_store import (
    MediaAway,
    MediaDamaged,
    disk_too_full,
    is_content_name,
)
from posto_desktop.storage import regular_files, renames

__all__ = ["MediaCache"]

log = logging.getLogger(__name__)

_BLOCK = 1024 * 1024
_TRIES = 2  # a content that arrives wrong is asked for again, in case it was spoiled on its way


class MediaCache:
    """Contents below `folder`, of at most `most_bytes` together.

    What was used longest ago goes first, across restarts, too. What is in use never goes: while
    posts use more than `most_bytes` there is more, as far as the disk has room. A file of an
    earlier run is hashed before it is used first, since it was never flushed. One process uses a
    folder, that which holds the lock of the workspace's folder.
    """

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder, self._most_bytes = folder, most_bytes
        self.incoming = folder / "incoming"
        self.incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._sizes: OrderedDict[str, int] = OrderedDict()
        """The sizes of contents, those used last at the end."""
        self._users: Counter[str] = Counter()
        self._fetching: dict[str, threading.Lock] = {}
        self._checked: set[str] = set()
        self._deleted: set[str] = set()
        """Contents that go when nobody uses them any more."""
        self._read_folder()

    def path(self, sha256: str) -> Path:
        if not is_content_name(sha256):
            raise ValueError("not a SHA-256")
        return self._folder / sha256[:2] / sha256

    @property
    def size(self) -> int:
        """Return how many bytes there are."""
        with self._lock:
            return sum(self._sizes.values())

    def checked_size(self, sha256: str) -> int | None:
        """Return the size of a content that is here and was hashed; None if none is."""
        with self._lock:
            return self._sizes.get(sha256) if sha256 in self._checked else None

    @contextlib.contextmanager
    def use(self, sha256: str, size: int, fetch: Callable[[], Iterable[bytes]]) -> Iterator[Path]:
        """Have a content at its path for the length of the block. `fetch` is called if it is not
        here, by one thread of those that want it; where it raises FileNotFoundError there is
        nothing at the path.

        Raises MediaAway if the disk has no room, and MediaDamaged if another content comes.
        """
        path = self.path(sha256)
        with self._lock:
            self._users[sha256] += 1
            fetching = self._fetching.setdefault(sha256, threading.Lock())
        try:
            with fetching:
                if not self._is_whole(sha256, size):
                    with contextlib.suppress(FileNotFoundError):
                        self._fetch(sha256, size, fetch)
            self._touch(sha256)
            yield path
        finally:
            with self._lock:
                self._users[sha256] -= 1
                if not self._users[sha256]:
                    del self._users[sha256]
                    del self._fetching[sha256]
                    if sha256 in self._deleted:
                        self._remove(sha256)
            self._make_room(0)

    def add(self, source: Path, sha256: str, size: int) -> None:
        """Keep a copy of a checked file, if there is room for it. `source` stays where it is."""
        if size > self._most_bytes or self._is_whole(sha256, size):
            return
        self._make_room(size)
        path = self.path(sha256)
        temporary = self.incoming / f"{sha256}.{time.monotonic_ns()}"
        try:
            try:
                os.link(source, temporary)
            except OSError:  # another file system, or one without links
                shutil.copyfile(source, temporary)
            self._place(temporary, path, sha256, size)
        except OSError as error:
            log.info("The cache of media cannot take a file: %s", error)
        finally:
            remove_file(temporary)

    def forget(self, sha256: str) -> None:
        """Remove a content that was deleted; one in use goes when it is no longer."""
        with self._lock:
            if self._users[sha256]:
                self._deleted.add(sha256)
            else:
                self._remove(sha256)

    def _read_folder(self) -> None:
        for path in self.incoming.iterdir():
            remove_file(path)
        files: list[tuple[float, str, int]] = []
        for path in self._folder.glob("??/*"):
            with contextlib.suppress(OSError):
                if is_content_name(path.name):
                    facts = path.stat()
                    files.append((facts.st_mtime, path.name, facts.st_size))
        self._sizes.update((name, size) for _, name, size in sorted(files))
        self._make_room(0)

    def _is_whole(self, sha256: str, size: int) -> bool:
        path = self.path(sha256)
        try:
            if path.stat().st_size != size:
                return False
            if sha256 not in self._checked:
                with regular_files.open_file(path) as file:
                    digest = hashlib.sha256()
                    while block := file.read(_BLOCK):
                        digest.update(block)
                if digest.hexdigest() != sha256:
                    return False
        except OSError:
            return False
        with self._lock:
            self._checked.add(sha256)
            self._sizes[sha256] = size
        return True

    def _fetch(self, sha256: str, size: int, fetch: Callable[[], Iterable[bytes]]) -> None:
        with self._lock:
            self._remove(sha256)  # what is there is not whole
        self._make_room(size)
        too_full = disk_too_full(self.incoming, size)
        if too_full:
            raise MediaAway(too_full, 300.0)
        for _ in range(_TRIES):
            handle, name = tempfile.mkstemp(dir=self.incoming)
            temporary = Path(name)
            try:
                with os.fdopen(handle, "wb", buffering=0) as file:
                    is_right = _written(file.fileno(), fetch(), size) == sha256
                if is_right:
                    self._place(temporary, self.path(sha256), sha256, size)
                    return
            except FileNotFoundError:
                raise
            except OSError as error:
                log.warning("The cache of media cannot be written: %s", error)
                raise MediaAway(disk_too_full(self.incoming, size) or str(error), 300.0) from error
            finally:
                remove_file(temporary)
        log.error("The media store has another content under the name %s.", sha256)
        raise MediaDamaged(sha256)

    def _place(self, temporary: Path, path: Path, sha256: str, size: int) -> None:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        renames.replace(temporary, path)
        with self._lock:
            self._checked.add(sha256)
            self._deleted.discard(sha256)
            self._sizes[sha256] = size
            self._sizes.move_to_end(sha256)

    def _touch(self, sha256: str) -> None:
        """Note that a content is used now, for the next start as well."""
        with contextlib.suppress(OSError):
            os.utime(self.path(sha256))
        with self._lock:
            if sha256 in self._sizes:
                self._sizes.move_to_end(sha256)

    def _make_room(self, needed: int) -> None:
        """Remove what was used longest ago and is not in use, until `needed` bytes fit."""
        with self._lock:
            excess = sum(self._sizes.values()) + needed - self._most_bytes
            for sha256 in list(self._sizes) if excess > 0 else ():
                if excess <= 0:
                    break
                if not self._users[sha256]:
                    excess -= self._sizes[sha256]
                    self._remove(sha256)

    def _remove(self, sha256: str) -> None:
        """Remove a file and what is known of it, within the lock."""
        self._sizes.pop(sha256, None)
        self._checked.discard(sha256)
        self._deleted.discard(sha256)
        remove_file(self.path(sha256))


def _written(handle: int, blocks: Iterable[bytes], size: int) -> str:
    """Write blocks of at most `size` bytes and return their hash; "" if there are more."""
    digest, count = hashlib.sha256(), 0
    for block in blocks:
        count += len(block)
        if count > size:
            return ""
        digest.update(block)
        view = memoryview(block)
        while view:
            view = view[os.write(handle, view) :]
    return digest.hexdigest()
