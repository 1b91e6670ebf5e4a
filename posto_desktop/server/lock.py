"""One server a data folder: a lock that the system lets go of when the process ends, however."""

from __future__ import annotations

import errno
import logging
import os
import sys
from pathlib import Path
from typing import BinaryIO

from posto_desktop.server.errors import StartError

log = logging.getLogger(__name__)


class AlreadyRunning(StartError):
    """Another process serves this folder."""


class FolderLock:
    """Held from construction to `release` or the end of the process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / "server.lock"
        try:
            self._file: BinaryIO = path.open("ab")
        except OSError as error:
            raise StartError(f"The workspace's folder cannot be written to: {folder}.") from error
        try:
            _lock(self._file)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
                # A disk without locks. Rows are claimed one by one, so no post depends on it.
                log.warning("The folder cannot be locked: %s", error)
                return
            self._file.close()
            raise AlreadyRunning(f"Another workspace already runs in {folder}.") from error

    def release(self) -> None:
        self._file.close()


def _lock(file: BinaryIO) -> None:
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        os.set_inheritable(file.fileno(), False)
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
