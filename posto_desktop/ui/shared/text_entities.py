"""Positions of links, hashtags and mentions in a text, for highlighting.

For display only: counting follows each network's rules in ``core.text``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# A bare domain is a link if a path follows or its top-level domain is common: otherwise a missing
# space after a full stop ("shop.Come") would match. No part begins inside a word, so matching is
# linear in the length of the word.
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
# Entities hold no space and do not depend on the next word, so only words with one of these
# characters are matched: each letter that is typed looks at its whole paragraph.
_SIGN = re.compile(r"[@#＃/]|\.(?=\S)")
_SPACE = re.compile(r"\s")

LONGEST_COLOURED = 20_000


class TextEntity(NamedTuple):
    """``start`` and ``end`` are indexes into the Python string; ``kind``: link, tag, mention."""

    start: int
    end: int
    kind: str


def find_entities(text: str) -> list[TextEntity]:
    """Return the entities of a paragraph; none if it is extremely long."""
    if len(text) > LONGEST_COLOURED:
        return []
    entities = []
    end_of_word = 0
    while sign := _SIGN.search(text, end_of_word):
        begin = sign.start()
        while begin > end_of_word and not text[begin - 1].isspace():
            begin -= 1
        space = _SPACE.search(text, sign.end())
        end_of_word = len(text) if space is None else space.start()
        for match in _MARKS.finditer(text, begin, end_of_word):
            kind = match.lastgroup or "link"
            start, end = match.span(kind)
            if kind == "link":
                end = start + len(text[start:end].rstrip(_TAIL))
            entities.append(TextEntity(start, end, kind))
    return entities


def utf16_offset(text: str, index: int) -> int:
    """Return the Qt position of a Python index (code points above U+FFFF count as two)."""
    head = text[:index]
    if head.isascii():
        return len(head)
    return len(head.encode("utf-16-le", "surrogatepass")) // 2


def character_index(text: str, offset: int) -> int:
    """Return the Python index of a Qt position."""
    index = min(offset, len(text))
    too_many = utf16_offset(text, index) - offset
    while too_many > 0:
        # A character has at most two units, so half as many characters always fit.
        before = index - max(1, too_many // 2)
        too_many -= utf16_offset(text[before:index], index - before)
        index = before
    return index


def has_wide_characters(text: str) -> bool:
    """True if Python indexes and Qt positions differ somewhere in the text."""
    return not text.isascii() and max(text) > "\uffff"
