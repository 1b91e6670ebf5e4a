"""Counted things in words.

Each number form is a source text of its own, so that English is right without a translation file
and other languages get their plural rules through ``%n``.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from posto_desktop.models.numbers import grouped

__all__ = ["files", "posts"]


def _tr(text: str, count: int) -> str:
    said = QCoreApplication.translate("Words", text, None, count)
    return said if count < 1000 else said.replace(str(count), grouped(count), 1)


def posts(count: int) -> str:
    """Return "1 post", "4 posts" or "1,000 posts"."""
    return _tr("%n post", count) if count == 1 else _tr("%n posts", count)


def files(count: int) -> str:
    """Return "1 file" or "4 files"."""
    return _tr("%n file", count) if count == 1 else _tr("%n files", count)
