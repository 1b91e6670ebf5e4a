"""Finds a time at the end of a line, such as "tomorrow 9" in "Buns are back tomorrow 9".

Stricter than `sdk.times`: typing slips and words that only dateparser knows do not count, since a
line is mostly words that are no time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.times import LONGEST
from posto_desktop.sdk.when import grammar, languages, lexer, vocabularies
from posto_desktop.sdk.when.fallback import month_comes_first
from posto_desktop.sdk.when.resolve import resolve
from posto_desktop.sdk.when.spec import NumberAlone, PastWord, Spec, Unread
from posto_desktop.sdk.when.words import Vocabulary

__all__ = ["TrailingTime", "has_leading_time", "is_time", "trailing_times"]

MAX_WORDS: Final = 12
_WORD: Final = re.compile(r"\S+")
_ENDS: Final = ".,;"
"""Signs that may follow a time; an exclamation or question mark ends a sentence of a message."""
_ALONE: Final = frozenset("cdwkmtp")
"""Kinds of tokens that are a time alone: clock, day, weekday, holiday, month, noon, evening."""
_LEADING: Final = frozenset(
    (
        *("on", "the", "dem", "den", "der", "im", "zum", "zur", "au", "aux", "le", "la", "les"),
        *("al", "alla", "il", "nel", "nella", "sul", "el", "los", "ao", "aos"),
        *("في", "عند", "ليوم"),
    )
)
"""Fillers with which a time may begin. The others ("it", "time", "da") end what stands before."""
_PORTUGUESE: Final = frozenset(("na", "nas", "no", "nos"))


@dataclass(frozen=True)
class TrailingTime:
    """`start` is the index where the phrase begins. `is_exact`: it names a day and a time of day,
    or how long from now; other phrases ("tomorrow", "at 9") are as often part of a message."""

    start: int
    is_exact: bool


def trailing_times(text: str, now: datetime, zone: tzinfo) -> Iterator[TrailingTime]:
    """Yield the phrases at the end of a line that are a time, the longest first."""
    from_here = max(0, len(text) - LONGEST)
    starts = [match.start() for match in _WORD.finditer(text, from_here)]
    if from_here and starts and not text[from_here - 1].isspace():
        del starts[0]  # the rest of a longer word
    for start in starts[-MAX_WORDS:]:
        phrase = _phrase(text[start:], now, zone)
        if phrase is not None:
            yield TrailingTime(start, phrase.is_exact)


def is_time(text: str, now: datetime, zone: tzinfo) -> bool:
    """Return whether all of a text is a time."""
    return 0 < len(text) <= LONGEST and _phrase(text, now, zone) is not None


def has_leading_time(text: str, now: datetime, zone: tzinfo) -> bool:
    """Return whether a text begins with a time, on one line."""
    ends = [match.end() for match in _WORD.finditer(text[:LONGEST].partition("\n")[0])]
    return any(is_time(text[:end], now, zone) for end in ends[:MAX_WORDS])


@dataclass(frozen=True)
class _Phrase:
    spec: Spec
    kinds: str

    @property
    def is_exact(self) -> bool:
        spec = self.spec
        from_now = spec.elapsed and any(kind in "iLf" for kind in self.kinds)
        return from_now or (spec.has_time and (spec.has_date or spec.has_length))


def _phrase(text: str, now: datetime, zone: tzinfo) -> _Phrase | None:
    """Return a phrase as the first language reads it; None if it is no time ahead."""
    if not text[0].isalnum() or not (text[-1].isalnum() or text[-1] in _ENDS):
        return None
    for vocabulary in vocabularies.vocabularies():
        try:
            phrase = _read(text, vocabulary, zone)
            resolve(phrase.spec, now.astimezone(UTC), zone)
        except WhenError as error:
            if error.kind == "past":
                return phrase  # "today 9" was meant as a time, too
            continue
        except (Unread, PastWord, NumberAlone, OverflowError, OSError):
            continue
        return phrase
    return None


def _read(text: str, vocabulary: Vocabulary, zone: tzinfo) -> _Phrase:
    folded = vocabularies.folded(text, vocabulary).strip()
    first = re.split(r"[\s,;.]", folded.lower(), maxsplit=1)[0]
    if vocabulary.words.get(first, (None,)) == () and not _may_lead(first):
        raise Unread()
    tokens = lexer.tokens(folded, vocabulary)
    kinds = "".join(token.kind for token in tokens)
    if kinds == "N":
        return _Phrase(Spec(has_length=True), kinds)  # "now": a length of nothing
    if len(kinds) < 2 and kinds not in _ALONE:
        raise Unread()  # "2027", "24/7", "two"
    chosen = languages.month_first()
    month_first = month_comes_first(zone) if chosen is None else chosen
    return _Phrase(grammar.read(tokens, month_first=month_first), kinds)


def _may_lead(filler: str) -> bool:
    return filler in _LEADING or (filler in _PORTUGUESE and vocabularies.language() == "pt")
