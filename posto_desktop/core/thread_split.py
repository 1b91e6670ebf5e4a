"""Splits a long text into the parts of a thread: after sentences, else between words.

Links, mentions, hashtags and graphemes stay whole, unless one alone is longer than a part may be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import takewhile
from typing import NamedTuple, Protocol

from posto_desktop.common.translation import translate
from posto_desktop.core.draft import MAX_PARTS
from posto_desktop.sdk import addresses, counting


class TooManyPartsError(ValueError):
    """A text would need more parts than a thread may have; the message is a sentence for people."""

    def __init__(self) -> None:
        super().__init__(
            translate(
                "Threads",
                "This text needs more than {most} parts. Shorten it or choose channels that allow "
                "longer texts.",
            ).format(most=MAX_PARTS)
        )


class Place(NamedTuple):
    """Where a text would stand: piece `piece` of the part `part` that was there, and part `number`
    of `total` in all. They count from 0."""

    part: int
    piece: int
    number: int
    total: int


class Fits(Protocol):
    """Tells whether a text fits there."""

    def __call__(self, text: str, place: Place) -> bool: ...


_FitsHere = Callable[[str], bool]

_SPACE = r"[ \t\r\n\f\v\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]"
_SPACES = re.compile(rf"{_SPACE}+")
_CLOSING = r"[\"'”’»›)\]}）」』】]*"
_SENTENCE_END = re.compile(
    rf"[.!?…‽؟۔।॥։]+{_CLOSING}(?={_SPACE}|\Z)|[。！？｡]+{_CLOSING}|(?<!{_SPACE})(?={_SPACE}*\n)"
)
_PARAGRAPH_END = re.compile(r"(?<!\s)(?=\s*\n\s*\n)")
# A full stop after these ends no sentence.
_SHORT_FORM = re.compile(
    r"(?i)(?:^|[\s(])(?:[^\W\d_]|\d{1,2}|dr|mr|mrs|ms|prof|st|nr|no|vs|ca|bzw|bspw|evtl|inkl|approx"
    r"|e\.g|i\.e|z\.b|d\.h|u\.a)\.$"
)
# Hashtags, mentions and mail addresses.
_WORD = re.compile(
    r"(?<![\w&/#])[#＃]\w+|(?<![\w@/.])@[\w.-]+(?:@[\w.-]+)?|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+"
)
_WINDOW = 500
_LONGEST_LINK = 5_000


def split_parts(parts: Sequence[str], fits: Fits) -> list[list[str]] | None:
    """Return the pieces of each part; None if there would be more than `MAX_PARTS` in all.

    Only white space between pieces is left out.
    """
    for total in (9, MAX_PARTS - 1, MAX_PARTS):  # the length of "3/12" depends on it
        by_part: list[list[str]] = []
        number = 0
        for part, text in enumerate(parts):
            pieces = _pieces(text, fits, Place(part, 0, number, total))
            if pieces is None:
                break
            by_part.append(pieces)
            number += len(pieces)
        if len(by_part) == len(parts) and number <= total:
            return by_part
    return None


def numbered(text: str, number: int, total: int) -> str:
    """Return the text of part `number` (from 0) with its number: "… 2/3"."""
    return f"{text} {number + 1}/{total}".lstrip()


def without_numbers(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the texts of a thread without the numbers that `numbered` gave them."""
    total = len(texts)
    return tuple(
        text.removesuffix(f"{number}/{total}").rstrip() for number, text in enumerate(texts, 1)
    )


def _pieces(text: str, fits: Fits, place: Place) -> list[str] | None:
    """Return the pieces of a part; None if they are too many."""
    pieces: list[str] = []
    start, size = _after_spaces(text, 0), _WINDOW
    while start < len(text):
        if place.number == place.total:
            return None
        end = _end_of_part(text, start, size, partial(fits, place=place))
        pieces.append(text[start:end].rstrip())
        place = place._replace(piece=place.piece + 1, number=place.number + 1)
        size = max(_WINDOW, 2 * (end - start))
        start = _after_spaces(text, end)
    return pieces or [""]


def _after_spaces(text: str, start: int) -> int:
    spaces = _SPACES.match(text, start)
    return spaces.end() if spaces else start


def _end_of_part(text: str, start: int, size: int, fits: _FitsHere) -> int:
    """Return the index after the longest part from `start` on. `size` is how far to look first."""
    while True:
        end = start + size
        space = _SPACES.search(text, end, end + _LONGEST_LINK)
        window = text[start : space.start() if space else end]
        if not fits(window.rstrip()):
            break
        if start + len(window) >= len(text):
            return len(text)
        size *= 2
    return start + (_best_end(window, _longest(window, fits), fits) or _least_end(window))


def _longest(window: str, fits: _FitsHere) -> int:
    """Return about how many characters fit: the places to end a part are looked for before that."""
    low, high = 0, len(window)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(window[:middle]):
            low = middle
        else:
            high = middle - 1
    # A link that is cut can count more than the whole one.
    link = next((end for begin, end in _whole(window) if begin < low < end), low)
    return max(low, link)


def _best_end(window: str, most: int, fits: _FitsHere) -> int:
    """Return the best place to end a part that fits; 0 if there is none."""
    head = window[: most + 1]
    half = [end for end in _breaks(_PARAGRAPH_END, window, most) if end > most // 2]
    sentences = [end for end in _sentence_breaks(window, most) if window[:end].strip()]
    for places in (half, sentences, _breaks(_SPACES, window, most)):
        for end in reversed(places):
            if fits(window[:end].rstrip()):
                return end
    whole = _whole(window)
    for end in reversed(counting.grapheme_breaks(head)):
        inside = any(begin < end < last for begin, last in whole)
        if 0 < end <= most and not inside and fits(window[:end].rstrip()):
            return end
    return 0


def _least_end(window: str) -> int:
    """Return the end of the first link, word or grapheme, which is too long by itself."""
    for begin, end in _whole(window):
        if begin == 0:
            return end
    return next((end for end in counting.grapheme_breaks(window) if end), len(window))


def _breaks(pattern: re.Pattern[str], window: str, most: int) -> list[int]:
    starts = (match.start() for match in pattern.finditer(window))
    return [end for end in takewhile(most.__ge__, starts) if window[:end].strip()]


def _sentence_breaks(window: str, most: int) -> Iterator[int]:
    whole = _whole(window)
    for match in _SENTENCE_END.finditer(window):
        end = match.end()
        if end > most:
            return
        if not end or any(begin < end < last for begin, last in whole):
            continue
        if match.group().startswith("."):
            following = window[_after_spaces(window, end) :][:1]
            if following.islower() or _SHORT_FORM.search(window[max(0, end - 12) : end]):
                continue
        yield end


def _whole(window: str) -> list[tuple[int, int]]:
    """Return the spans of links, mentions and hashtags."""
    spans = list(counting.url_spans(window))
    spans += addresses.find(window, addresses.X)
    spans += [match.span() for match in _WORD.finditer(window)]
    return spans
