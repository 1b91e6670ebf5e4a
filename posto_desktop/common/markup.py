"""HTML entities and tags, decoded as by PHP and so by the service."""

from __future__ import annotations

import html
import html.entities
import re

_ENTITY = re.compile(r"&((?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
_NUMBER = re.compile(r"&#(?:0*+([0-9]*+)|[xX]0*+([0-9a-fA-F]*+));?")


def decode_entities(text: str) -> str:
    """Decode as PHP's html_entity_decode: only complete entities, so that "?a=1&copy=2" stays an
    address."""

    def sign(entity: re.Match[str]) -> str:
        known = entity[1].startswith("#") or entity[1] in html.entities.html5
        return html.unescape(entity[0]) if known else entity[0]

    return _ENTITY.sub(sign, text)


def unescaped(text: str) -> str:
    """As `html.unescape`, which raises ValueError for numbers of thousands of digits."""
    return html.unescape(_NUMBER.sub(_shorter, text))


def _shorter(reference: re.Match[str]) -> str:
    """Return a numeric reference with no more digits than a character can have."""
    if len(reference.group()) <= 16:
        return reference.group()
    digits = reference.group(1) or reference.group(2) or "0"
    if len(digits) > 7:
        return "\N{REPLACEMENT CHARACTER}"
    return f"&#{'' if reference.group(2) is None else 'x'}{digits};"


def strip_tags(text: str) -> str:
    """Strip as PHP's strip_tags: `<` before anything but white space opens a tag, closed or not.

    So `1 < 2` stays and `I <3 you` loses everything after `<`.
    """
    pieces: list[str] = []
    position = 0
    while True:
        start = text.find("<", position)
        if start < 0:
            pieces.append(text[position:])
            return "".join(pieces)
        after = text[start + 1 : start + 2]
        if not after or after.isspace():
            pieces.append(text[position : start + 1])
            position = start + 1
            continue
        pieces.append(text[position:start])
        if text.startswith("<!--", start):
            end = text.find("-->", start + 4)
            position = len(text) if end < 0 else end + 3
        else:
            position = _tag_end(text, start + 1)


def _tag_end(text: str, position: int) -> int:
    quote = ""
    while position < len(text):
        letter = text[position]
        position += 1
        if quote:
            if letter == quote:
                quote = ""
        elif letter == ">":
            return position
        elif letter in "\"'" and "=" in text[max(0, position - 3) : position]:
            # Only a quote that begins a value counts, or every apostrophe would eat the rest.
            quote = letter
    return position
