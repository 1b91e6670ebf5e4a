"""One server per data folder: a lock that the system releases when the process ends."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from posto_desktop.common.translation import translatable
from posto_desktop.server.errors import StartError
from posto_desktop.storage import atomic, locks

log = logging.getLogger(__name__)


class AlreadyRunning(StartError):
    """Another process serves this folder."""


class FolderLock:
    """Held from construction to `release` or the end of the process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / "server.lock"
        try:
            self._descriptor, moved = atomic.open_ours(path, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            unwritable = path if path.exists() else folder
            raise StartError(
                translatable(
                    "Server",
                    "The workspace cannot start, because this program may not write to "
                    "{unwritable}.",
                ).format(unwritable=unwritable)
            ) from error
        if moved is not None:
            log.warning("%s", moved.sentence)
        try:
            is_ours = locks.try_lock(self._descriptor)
        except OSError as error:
            # A disk without locks. Rows are claimed one by one, so no post depends on it.
            log.warning("The folder cannot be locked: %s", error)
            return
        if not is_ours:
            self.release()
            raise AlreadyRunning(
                translatable("Server", "Another workspace is already running in {folder}.").format(
                    folder=folder
                )
            )

    def release(self) -> None:
        os.close(self._descriptor)
