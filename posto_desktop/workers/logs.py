"""Log files of this and the last runs."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import os
from contextlib import suppress
from io import BufferedWriter, FileIO, TextIOWrapper
from pathlib import Path

from posto_desktop.storage import atomic, regular_files

LOG_BYTES = 1_000_000
OLDER = 2


class _PrivateLog(logging.handlers.RotatingFileHandler):
    """A log that only the user can read: it contains names of channels and files."""

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        file = FileIO(regular_files.open_regular(Path(self.baseFilename), flags), self.mode)
        return TextIOWrapper(BufferedWriter(file), self.encoding, self.errors)


def start_log(folder: Path) -> list[str]:
    """Log into `folder` from now on, with a traceback if the interpreter crashes.

    Return sentences about things other than files that were in the way and were moved.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    places = (folder / "posto.log", folder / "crash.log", *_older(folder))
    moved = [set_aside.sentence for path in places if (set_aside := atomic.set_aside_no_file(path))]
    with suppress(OSError):
        handlers.append(
            _PrivateLog(
                folder / "posto.log", maxBytes=LOG_BYTES, backupCount=OLDER, encoding="utf-8"
            )
        )
        # Kept open for the life of the process, for writing during a crash.
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        crashes = regular_files.open_regular(folder / "crash.log", flags)
        faulthandler.enable(os.fdopen(crashes, "a", encoding="utf-8"))
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=handlers,
    )
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    return moved


def _older(folder: Path) -> list[Path]:
    return [folder / f"posto.log.{number}" for number in range(1, OLDER + 1)]
