"""Where links, hashtags and mentions are in a text, for colouring them.

Only for the eye: counting follows each network's own rules and lives in ``core.text``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# A bare domain counts as a link when a path follows it or it ends in a common name: otherwise
# a forgotten space after a full stop ("shop.Come") would light up.  No part can begin inside a
# word, so a match attempt is linear in the length of the word.
_MARKS = re.compile(
    r"""
      (?P<link> (?<![\w@.-]) (?: https?://[^\s<>"]+ | www\.[^\s<>"]+
          | (?:[a-z0-9-]+\.)+ (?: [a-z]{2,24}/[^\s<>"]*
          | (?:com|org|net|de|eu|io|co|uk|fr|es|it|pt|nl|app|dev|shop|info|example)\b(?![\w.@])
          ) ) )
    | (?P<tag> (?<![\w&/#]) [#＃] (?=\d*[^\W\d]) \w+ )
    | (?P<mention> (?<![\w@/.]) @\w+ (?:[.-]\w+)* (?:@\w+(?:[.-]\w+)*)? )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TAIL = ".,;:!?)]}\"'…"

LONGEST_COLOURED = 20_000


class TextEntity(NamedTuple):
    """``start`` and ``end`` are indexes into the Python string; ``kind``: link, tag, mention."""

    start: int
    end: int
    kind: str


def find_entities(text: str) -> list[TextEntity]:
    """The marks of one paragraph; none for a paragraph too long to be read by eye."""
    if len(text) > LONGEST_COLOURED:
        return []
    found = []
    for match in _MARKS.finditer(text):
        kind = match.lastgroup or "link"
        start, end = match.span(kind)
        if kind == "link":
            end = start + len(text[start:end].rstrip(_TAIL))
        found.append(TextEntity(start, end, kind))
    return found


def utf16_offset(text: str, index: int) -> int:
    """A Python index as Qt counts it (code points beyond U+FFFF take two)."""
    head = text[:index]
    if head.isascii():
        return len(head)
    return len(head.encode("utf-16-le", "surrogatepass")) // 2


def character_index(text: str, offset: int) -> int:
    """The Python index of a Qt position."""
    index = min(offset, len(text))
    too_many = utf16_offset(text, index) - offset
    while too_many > 0:
        # No character takes more than two units, so half as many characters are never too many.
        before = index - max(1, too_many // 2)
        too_many -= utf16_offset(text[before:index], index - before)
        index = before
    return index


def has_wide_characters(text: str) -> bool:
    """True if Python indexes and Qt positions differ somewhere in the text."""
    return not text.isascii() and max(text) > "\uffff"
