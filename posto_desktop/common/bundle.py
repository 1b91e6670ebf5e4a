"""Detects whether Posto runs from a bundle: a program with Python and all libraries in it."""

from __future__ import annotations

import sys
from pathlib import Path


def is_bundled() -> bool:
    return bool(getattr(sys, "frozen", False))


def libraries() -> Path | None:
    """Return the folder of the bundle's libraries and data; None in a checkout and in a wheel."""
    folder: str | None = getattr(sys, "_MEIPASS", None)
    return Path(folder) if folder else None
