"""The log of this and the last runs."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
from contextlib import suppress
from pathlib import Path

LOG_BYTES = 1_000_000


def start_log(folder: Path) -> None:
    """Write into `folder` from now on, with a trace when the interpreter itself crashes."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    with suppress(OSError):
        handlers.append(
            logging.handlers.RotatingFileHandler(
                folder / "posto.log", maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8"
            )
        )
        # Kept open for the life of the process: it is written to while everything falls.
        faulthandler.enable((folder / "crash.log").open("a", encoding="utf-8"))
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=handlers,
    )
    logging.getLogger("urllib3").setLevel(logging.WARNING)
