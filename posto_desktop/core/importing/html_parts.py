"""HTML tokenizer for untrusted pages, in linear time.

Python's own parser rescans the rest for each unclosed tag or comment, which takes hours for a
megabyte of them, and fails on some declarations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from posto_desktop.common.markup import unescaped

__all__ = ["HtmlPart", "parts"]

_NAME: Final = re.compile(r"[A-Za-z][^\s/>]*")
_RUN: Final = re.compile(r"<+")
_GAP: Final = re.compile(r"[\s/]*")
_ATTRIBUTE: Final = re.compile(r"([^\s/>][^\s/>=]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]*))?")
_RAW: Final = frozenset(("script", "style"))


@dataclass(frozen=True, slots=True)
class HtmlPart:
    """A tag with its name in lower case, or a text with its entities resolved."""

    kind: Literal["start", "end", "text"]
    words: str
    attributes: Mapping[str, str] = field(default_factory=dict)


def parts(html: str) -> Iterator[HtmlPart]:
    """Yield the parts of `html` in order, without comments and declarations. An unclosed one ends
    the text, as in browsers."""
    at, length = 0, len(html)
    while at < length:
        sign = html.find("<", at)
        if sign < 0:
            yield HtmlPart("text", unescaped(html[at:]))
            return
        if sign > at:
            yield HtmlPart("text", unescaped(html[at:sign]))
        following = html[sign + 1 : sign + 2]
        if following in ("!", "?"):
            at = _after_declaration(html, sign)
            continue
        closes = following == "/"
        name = _NAME.match(html, sign + 1 + closes)
        if name is None and closes:  # browsers read "</3" as a comment
            at = html.find(">", sign) + 1 or length
            continue
        if name is None:
            # Of a run of them only the last can begin a tag.
            at = max(sign + 1, _RUN.match(html, sign).end() - 1)  # type: ignore[union-attr]
            yield HtmlPart("text", html[sign:at])
            continue
        tag = name.group().lower()
        attributes, at = _attributes(html, name.end())
        if at < 0:
            return
        if closes:
            yield HtmlPart("end", tag)
            continue
        yield HtmlPart("start", tag, attributes)
        if tag in _RAW:
            end_tag = re.compile(rf"</{tag}", re.IGNORECASE).search(html, at)
            at = end_tag.start() if end_tag is not None else length


def _after_declaration(html: str, at: int) -> int:
    """Return the end of the comment or declaration that begins at `at`."""
    if not html.startswith("<!--", at):
        return html.find(">", at) + 1 or len(html)
    if html.startswith((">", "->"), at + 4):
        return html.find(">", at) + 1
    end = html.find("-->", at + 4)
    return end + 3 if end >= 0 else len(html)


def _attributes(html: str, at: int) -> tuple[dict[str, str], int]:
    """Return the attributes of a tag from `at` on, and its end; -1 if it has none."""
    attributes: dict[str, str] = {}
    while True:
        at = _GAP.match(html, at).end()  # type: ignore[union-attr]
        if html.startswith(">", at):
            return attributes, at + 1
        attribute = _ATTRIBUTE.match(html, at)
        if attribute is None:
            return attributes, -1
        value = attribute[2] or ""
        if len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]:
            value = value[1:-1]
        attributes.setdefault(attribute[1].lower(), unescaped(value))
        at = attribute.end()
