"""Lone surrogates (halves of characters above U+FFFF), which broken programs put on the
clipboard."""

from __future__ import annotations


def replace_lone_surrogates(text: str) -> str:
    """Return a text that can be encoded: pairs become their character, lone ones U+FFFD. Its length
    in UTF-16 stays the same."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
