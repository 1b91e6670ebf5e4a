"""Counted things in words.

Each number form is a source text of its own, so that English is right without a translation file
and other languages get their plural rules through ``%n``.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

__all__ = ["files", "posts"]


def _tr(text: str, count: int) -> str:
    return QCoreApplication.translate("Words", text, None, count)


def posts(count: int) -> str:
    """Return "1 post" or "4 posts"."""
    return _tr("%n post", count) if count == 1 else _tr("%n posts", count)


def files(count: int) -> str:
    """Return "1 file" or "4 files"."""
    return _tr("%n file", count) if count == 1 else _tr("%n files", count)
