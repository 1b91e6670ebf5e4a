"""Servers that upload, delete and sweep the same content at once."""

from __future__ import annotations

import hashlib
import io
import os
import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from posto_desktop.server.media import MediaLibrary
from posto_desktop.server.media_store import MediaStore, StoredContent

from .conftest import png

CONTENT = png()
ROUNDS = int(os.environ.get("POSTO_MEDIA_ROUNDS", "15"))


class WaveringStore:
    """A store whose answers take now a little, now a while, so that others come in between."""

    def __init__(self, store: MediaStore, longest: float) -> None:
        self._store, self._longest = store, longest
        self._never = threading.Event()
        self.incoming = store.incoming
        self.is_remote, self.is_shared = store.is_remote, store.is_shared

    def claimed_by(self, workspace: str) -> str:
        return self._store.claimed_by(workspace)

    def path(self, sha256: str) -> Path:
        return self._store.path(sha256)

    def local(self, sha256: str, size: int) -> AbstractContextManager[Path]:
        return self._store.local(sha256, size)

    def blocks(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        return self._store.blocks(sha256, start, end)

    def put(self, source: Path, sha256: str, size: int) -> None:
        self._waver()
        self._store.put(source, sha256, size)
        self._waver()

    def size(self, sha256: str) -> int | None:
        return self._store.size(sha256)

    def delete(self, sha256: str) -> None:
        self._waver()
        self._store.delete(sha256)

    def contents(self) -> Iterator[StoredContent]:
        entries = list(self._store.contents())
        self._waver()
        return iter(entries)

    def age(self, sha256: str) -> float | None:
        return self._store.age(sha256)

    def remove_unfinished(self) -> None:
        """What others upload is not unfinished."""

    def _waver(self) -> None:
        self._never.wait(random.random() ** 4 * self._longest)


def lost_files(libraries: Sequence[MediaLibrary], store: MediaStore) -> list[str]:
    """Have one server upload a file again while another one deletes its last item and a third one
    sweeps, ROUNDS times. Return the contents that an item names and that were not whole in the
    store then."""
    lost: list[str] = []
    for _ in range(ROUNDS):
        _upload(libraries[0])
        works = [
            threading.Thread(target=_upload, args=(libraries[0],)),
            threading.Thread(target=_delete_first, args=(libraries[-1],)),
            threading.Thread(target=libraries[-1].sweep),
        ]
        for work in works:
            work.start()
        for work in works:
            work.join()
        items, _ = libraries[0].page(1, 100)
        lost += [item.sha256 for item in items if not _is_whole(store, item.sha256, item.size)]
        for item in items:
            libraries[0].delete(item.id)
    return lost


def _upload(library: MediaLibrary) -> None:
    blob = library.receive(io.BytesIO(CONTENT).read, len(CONTENT))
    try:
        library.add(blob, "picture.png")
    finally:
        library.discard(blob)


def _delete_first(library: MediaLibrary) -> None:
    items, _ = library.page(1, 100)
    library.delete(min(item.id for item in items))


def _is_whole(store: MediaStore, sha256: str, size: int) -> bool:
    try:
        return hashlib.sha256(b"".join(store.blocks(sha256, 0, size))).hexdigest() == sha256
    except FileNotFoundError:
        return False
