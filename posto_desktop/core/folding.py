"""Text for comparing and searching: without case and accents."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """`text` without case and accents; its length may differ."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))
