"""Plain texts of what WordPress renders: excerpts with their paragraphs."""

from __future__ import annotations

import re

from ..common.markup import unescaped
from .answers import without_scripts

__all__ = ["excerpt_text"]

_MAX_RAW = 64 * 1024
_LONGEST = 2_000
# Each scans any part of the text once, in linear time.
_TAG = re.compile(r"<[^<>]*>")
_PARAGRAPH = re.compile(r"(?i)</(?:p|div|li|h[1-6]|blockquote|tr)\b[^<>]*>")
_BREAK = re.compile(r"(?i)<br\b[^<>]*>")
_LINK = re.compile(r"(?i)<a\b[^<>]*>|</a\b[^<>]*>")
_BLANK_LINES = re.compile(r"\n\s*\n+")
_ENDINGS = ("[…]", "[...]", "[&hellip;]")
_BREAK_MARK, _PARAGRAPH_MARK = "\ue000", "\ue001"
"""Private characters in place of line breaks while white space is joined; not in real texts."""


def excerpt_text(markup: str) -> str:
    """Return the plain text of an excerpt, at most 2,000 characters: paragraphs with a blank line
    between, no link to the rest, and an ellipsis where WordPress has cut the text."""
    raw = markup[:_MAX_RAW].replace(_BREAK_MARK, " ").replace(_PARAGRAPH_MARK, " ")
    raw = _without_more_links(without_scripts(raw))
    raw = _PARAGRAPH.sub(_PARAGRAPH_MARK, raw)
    raw = _BREAK.sub(_BREAK_MARK, raw)
    text = unescaped(_TAG.sub("", raw))
    text = " ".join(text.split())
    text = text.replace(_BREAK_MARK, "\n").replace(_PARAGRAPH_MARK, "\n\n")
    lines = [line.strip() for line in text.split("\n")]
    text = _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
    text = "".join(sign for sign in text if sign == "\n" or sign.isprintable())
    for ending in _ENDINGS:
        if text.endswith(ending):
            text = text.removesuffix(ending).rstrip().rstrip(".…") + "…"
            break
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _without_more_links(text: str) -> str:
    """Return `text` without WordPress' links to the rest of a post, with their words."""
    pieces: list[str] = []
    position, is_inside = 0, False
    for match in _LINK.finditer(text):
        tag = match.group().lower()
        if is_inside:
            is_inside, position = False, match.end()
        elif tag.startswith("<a") and "more-link" in tag:
            pieces.append(text[position : match.start()])
            is_inside = True
    return " ".join(pieces if is_inside else [*pieces, text[position:]])
