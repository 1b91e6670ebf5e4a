"""Texts in a service's rows, with bounds."""

from __future__ import annotations

from collections.abc import Mapping

from .answers import as_list, as_text

LONGEST_WORD = 200
_LONGEST_ADDRESS = 8_000
"""Longest address in characters; the limit of most browsers and web servers."""
_MAX_PARTS = 100


def thread_texts(value: object) -> tuple[str, ...]:
    """Return the texts of a post's further parts."""
    parts = as_list(value)[:_MAX_PARTS]
    return tuple([as_text(part.get("text")) for part in parts if isinstance(part, Mapping)])


def word(value: object, default: str = "") -> str:
    """Return a text for comparisons, such as a status; far too long ones count as empty."""
    text = as_text(value, default)
    return text if len(text) <= LONGEST_WORD else default


def address(value: object) -> str:
    """Return a text that may be an address; too long ones count as empty."""
    text = as_text(value)
    return text if len(text) <= _LONGEST_ADDRESS else ""


def web_address(value: object) -> str:
    """Return an address for a browser; "" for any other, such as a script."""
    text = address(value).strip()
    return text if text[:8].lower().startswith(("http://", "https://")) else ""
