"""Folds spellings: accents, digits of other scripts, quotes, and marks of direction."""

from __future__ import annotations

import unicodedata
from typing import Final

# After folding, "½" would be "1⁄2", and "1½" the 11th.
_FRACTIONS: Final = str.maketrans({"½": " 1/2", "¼": " 1/4", "¾": " 3/4"})
_LETTERS: Final = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "ß": "ss", "−": "-", "°": "o"}
    # Turkish and Azerbaijani letters that have no accent.
    | {"ı": "i", "İ": "I", "ə": "e", "Ə": "E"}
    # Arabic: forms of one letter, and its punctuation.
    | {"ة": "ه", "ى": "ي", "ٱ": "ا", "ـ": "", "،": ",", "؛": ";", "؟": "?"}
    | {chr(0x660 + digit): str(digit) for digit in range(10)}
    | {chr(0x6F0 + digit): str(digit) for digit in range(10)}
    # Marks of direction, which shown times have.
    | dict.fromkeys("\u061c\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069", "")
)


def fold(text: str) -> str:
    """Return `text` without accents and with plain quotes and digits; capitals stay."""
    text = text.translate(_LETTERS)
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_FRACTIONS))
    return "".join(char for char in decomposed if not unicodedata.combining(char))
