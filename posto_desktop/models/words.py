"""Display texts of counted things."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

__all__ = ["files", "posts"]


def posts(count: int) -> str:
    """Return "1 post", "4 posts" or "1,000 posts"."""
    return QCoreApplication.translate("Words", "%Ln post(s)", "", count)


def files(count: int) -> str:
    """Return "1 file" or "4 files"."""
    return QCoreApplication.translate("Words", "%Ln file(s)", "", count)
