"""The lock of the process that moves posts of a home: the app, or a command.

Both see the same open moves in posto.db; a move that two processes advance at once could make two
copies.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from posto_desktop.storage.process_lock import ProcessLock

LOCK_FILE = "moves.lock"

_mutex = threading.Lock()
_locks: dict[Path, tuple[ProcessLock, int]] = {}
"""By data folder: the lock, and how many threads of this process are in it."""


@contextlib.contextmanager
def moving(folder: Path) -> Iterator[bool]:
    """Yield whether this process may advance moves now; threads of one process share the lock.
    `folder` is the data folder."""
    with _mutex:
        lock, count = _locks.get(folder, (ProcessLock(folder, LOCK_FILE), 0))
        is_ours = lock.acquire()
        if is_ours:
            _locks[folder] = lock, count + 1
    try:
        yield is_ours
    finally:
        if is_ours:
            with _mutex:
                lock, count = _locks.pop(folder)
                if count > 1:
                    _locks[folder] = lock, count - 1
                else:
                    lock.release()
