"""Accessible names."""

from __future__ import annotations

import re

__all__ = ["begins_with_text", "plain_text"]


def plain_text(text: str) -> str:
    """Return the text of a button without the marks of mnemonics."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").strip()


def begins_with_text(name: str, text: str) -> bool:
    """Return True if an accessible name begins with the words of a visible text: people who see a
    control and speak to it say these (WCAG 2.5.3)."""
    return _words(name).startswith(_words(plain_text(text)))


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
