"""Debug output on request, free of secrets (the transport redacts before it logs)."""

from __future__ import annotations

import logging

NAME = "posto_desktop.sdk"


def show_debug() -> None:
    """Write the SDK's log to stderr; repeated calls have no effect."""
    logger = logging.getLogger(NAME)
    logger.setLevel(logging.DEBUG)
    if not any(getattr(handler, "posto_debug", False) for handler in logger.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        handler.posto_debug = True  # type: ignore[attr-defined]
        logger.addHandler(handler)
