"""Response bodies: pieces of bytes parsed as JSON, with bounds.

Ordinary answers are parsed at once. A longer one is never a single text in memory and does not
block other threads: see `common.json_pieces`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..common import json_pieces
from ..common.json_pieces import Rows
from .answers import UnreadableAnswer, looks_like_html, read_json

__all__ = ["BOUNDS", "SHOWN", "SMALL", "AnswerBody", "Rows", "read_body"]

SMALL: Final = 256 * 1024
"""Most bytes parsed at once. 50 schedules, the largest page, have about 100 KB."""
SHOWN: Final = 200_000
"""Characters kept of a longer answer: its beginning, for messages and for the head of a web page.
"""
BOUNDS: Final = json_pieces.Bounds(values=250_000, text=500_000)
_BEGINNING: Final = 64 * 1024
_MAX_TRIES: Final = 50
_OPENS: Final = re.compile(r"[\[{]")
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"


@dataclass(frozen=True)
class AnswerBody:
    """A parsed answer: its JSON value, or the `problem`. `text` is the whole answer, or the
    beginning of a long one. An empty answer has neither value nor problem."""

    value: Any = None
    problem: UnreadableAnswer | None = None
    text: str = ""
    is_empty: bool = False


def read_body(pieces: Sequence[bytes], rows: Rows | None = None) -> AnswerBody:
    """Parse the pieces in order. Raises only errors of converting a row.

    `rows` converts the rows of a longer answer; rows of shorter ones are left unchanged.
    """
    is_small = sum(map(len, pieces)) <= SMALL
    begins = b"".join(pieces if is_small else _first(pieces, 4 * SHOWN))
    text = begins.decode("utf-8", "replace")
    if not is_small:
        text = text[:SHOWN]
    if not any(piece.strip(_BLANK) for piece in pieces):
        return AnswerBody(text=text, is_empty=True)
    try:
        return AnswerBody(read_json(text) if is_small else _read_long(pieces, rows), text=text)
    except UnreadableAnswer as problem:
        return AnswerBody(problem=problem, text=text)


def _read_long(pieces: Sequence[bytes], rows: Rows | None) -> object:
    """As `read_json`, with the same prefixes allowed. Raises `UnreadableAnswer`."""
    length = sum(map(len, pieces))
    start = next(_texts(pieces))[:_BEGINNING]
    first = len(start) - len(start.lstrip("\ufeff \t\r\n"))
    try:
        places = [first, *(match.start() for match in _OPENS.finditer(start, first + 1))]
        read = 0
        for place in places[:_MAX_TRIES]:
            try:
                value = json_pieces.read(_texts(pieces, place), BOUNDS, rows=rows)
            except json_pieces.MalformedError as error:
                if place == first and looks_like_html(start):
                    raise UnreadableAnswer("the answer is a web page") from None
                read += error.at + 1
                if read > 2 * length:  # a hostile text must not cost a quadratic search
                    break
            else:
                if place == first or isinstance(value, (dict, list)):
                    return value
    except json_pieces.TooMuchError as error:
        size = f"{length / 1024 / 1024:.1f} MB"
        raise UnreadableAnswer(f"in {size} it holds {error}") from None
    raise UnreadableAnswer("the answer is not JSON")


def _first(pieces: Sequence[bytes], length: int) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[:length]
        length -= len(piece)
        if length <= 0:
            return


def _texts(pieces: Sequence[bytes], skip: int = 0) -> Iterator[str]:
    """Yield the text of the pieces from a character of the first one on."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for number, piece in enumerate(pieces):
        text = decoder.decode(piece, number == len(pieces) - 1)
        yield text if number else text[skip:]
