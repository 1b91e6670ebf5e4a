"""Halves of characters above U+FFFF (surrogates), which broken programs put on the clipboard."""

from __future__ import annotations


def replace_lone_surrogates(text: str) -> str:
    """A text that can be written anywhere: halves that belong together become their character, one
    that is alone U+FFFD. It is as long in UTF-16 as before."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
