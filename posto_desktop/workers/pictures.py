"""Disk cache of a service's pictures: avatars, and thumbnails of schedule and feed."""

from __future__ import annotations

import contextlib
import hashlib
import time
from pathlib import Path
from urllib.parse import urlsplit

from posto_desktop.storage import atomic, regular_files
from posto_desktop.storage.errors import StorageError

_FRESH_SECONDS = 24 * 3600.0
_KEEP_BYTES = 64 * 1024 * 1024
_LARGEST = 4 * 1024 * 1024


class PictureCache:
    """Bytes by address. The port of a loopback address is ignored, since it changes at each
    start."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, workspace: str, url: str, *, stale: bool = False) -> bytes | None:
        """Return the bytes; None if unknown, or older than a day unless `stale` is allowed."""
        path = self._path(workspace, url)
        try:
            if not stale and time.time() - path.stat().st_mtime > _FRESH_SECONDS:
                return None
            return regular_files.read_regular(path, _LARGEST) or None
        except OSError:
            return None

    def put(self, workspace: str, url: str, data: bytes) -> None:
        if len(data) > _LARGEST:
            return
        try:
            atomic.write_bytes(self._path(workspace, url), data, durable=False)
        except StorageError:
            pass  # only a cache: the picture is shown anyway

    def trim(self) -> None:
        """Remove the oldest ones above the limit."""
        files = []
        try:
            for path in self._folder.iterdir():
                facts = path.stat()
                files.append((facts.st_mtime, facts.st_size, path))
            total = sum(size for _, size, _ in files)
            for _, size, path in sorted(files):
                if total <= _KEEP_BYTES:
                    return
                with contextlib.suppress(OSError):  # another program may have it open
                    path.unlink()
                    total -= size
        except OSError:
            return

    def _path(self, workspace: str, url: str) -> Path:
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
            site = host if host in ("127.0.0.1", "localhost", "::1") else parts.netloc
            key = f"{workspace}\n{site}\n{parts.path}\n{parts.query}"
        except ValueError:  # not an address
            key = f"{workspace}\n{url}"
        return self._folder / hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
