"""Locks that say which process works on something of a home: the app, or a command."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from posto_desktop.storage import atomic, locks

log = logging.getLogger(__name__)

SENDING = "outbox.lock"
"""Held by the process that sends the outbox."""


class ProcessLock:
    """Held by at most one process at a time; the system releases it when the process ends.

    `folder` is the data folder of the home, `name` the file. Not thread-safe.
    """

    def __init__(self, folder: Path, name: str = SENDING) -> None:
        self._path = folder / name
        self._descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this process has it."""
        return self._descriptor is not None

    def acquire(self) -> bool:
        """Try once; return False if another process has it. On a disk without locks, or where the
        file cannot be made, every process gets it; SQLite needs
        locks, too, so posto.db is of no use there."""
        if self._descriptor is not None:
            return True
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, _moved = atomic.open_ours(self._path, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            log.warning("%s cannot be opened: %s", self._path.name, error)
            return not locks.is_held_elsewhere(error)
        try:
            if not locks.try_lock(descriptor):
                os.close(descriptor)
                return False
        except OSError as error:
            log.warning("This disk knows no locks: %s", error)
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
