"""The log of this and the last runs."""

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
    """A log that only the user can read: it names channels and files."""

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        file = FileIO(regular_files.open_regular(Path(self.baseFilename), flags), self.mode)
        return TextIOWrapper(BufferedWriter(file), self.encoding, self.errors)


def start_log(folder: Path) -> list[str]:
    """Write into `folder` from now on, with a trace when the interpreter itself crashes.

    Returns sentences about what was no file, in the place of one, and was moved away.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    places = (folder / "posto.log", folder / "crash.log", *_older(folder))
    moved = [found.sentence for path in places if (found := atomic.set_aside_no_file(path))]
    with suppress(OSError):
        handlers.append(
            _PrivateLog(
                folder / "posto.log", maxBytes=LOG_BYTES, backupCount=OLDER, encoding="utf-8"
            )
        )
        # Kept open for the life of the process: it is written to while everything falls.
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
