"""Lock files for files that several programs change."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from posto_desktop.common.translation import translatable

from ..storage import atomic, locks
from ..storage.errors import explain
from .errors import PostoError


@contextlib.contextmanager
def locked(path: Path, timeout: float = 10.0, *, of: Path | None = None) -> Iterator[None]:
    """Hold the lock file `path` against other threads and processes.

    The system releases the lock when the process ends, also after a crash. Raises `PostoError` if
    another process holds it for longer than `timeout` seconds, `StorageError` if its folder cannot
    be written; messages name the locked file `of`, if given.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, _moved = atomic.open_ours(path, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise explain(error, of or path) from error
    try:
        ends = time.monotonic() + timeout
        while not _try_lock(descriptor):
            if time.monotonic() > ends:
                raise PostoError(
                    f"{path.name} is held by another process",
                    user_message=translatable(
                        "Sdk", "Another program holds the settings. Close it and try again."
                    ),
                )
            time.sleep(0.01)
        try:
            yield
        finally:
            locks.unlock(descriptor)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        return locks.try_lock(descriptor)
    except OSError:
        return False
