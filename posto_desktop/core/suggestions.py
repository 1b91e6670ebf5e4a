"""Suggestions for hashtags and mentions: the typed one, the used ones, and the matches."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from posto_desktop.common import json_text
from posto_desktop.core.folding import fold

__all__ = [
    "SIGNS",
    "SuggestedWord",
    "TypedWord",
    "UsedText",
    "UsedWord",
    "UsedWords",
    "count_used",
    "find_words",
    "fitting",
    "read_words",
    "word_at",
    "write_words",
]

SIGNS = frozenset("#＃@")
"""What a hashtag or a mention begins with."""
_SIGN = re.compile("[#＃@]")
LONGEST = 100
"""Longer words are no hashtags and no handles, on any network."""
MAX_KEPT = 2_000
"""Of more hashtags or mentions than that, the least used are not suggested."""
HALF_LIFE_DAYS = 60.0
"""A use that is this old counts half."""
# Letters of several languages inside of tags: joiners, middle dots, Hebrew and Tibetan signs.
_JOINERS = frozenset("_\u200c\u200d\u00b7\u30fb\u30fc\u05f3\u05f4\u0f0b\u0f0c\u309b\u309c\u3003")


class TypedWord(NamedTuple):
    """A word up to the caret: `sign` is "#" or "@", `typed` what follows it, `start` the index of
    the sign."""

    sign: str
    typed: str
    start: int


@dataclass(frozen=True)
class UsedText:
    """A text that was written, on these networks ("": on several), at a time. Texts with the same
    `message` are of one message, in which a word counts once."""

    text: str
    at: datetime | None = None
    networks: frozenset[str] = frozenset({""})
    message: str = ""


@dataclass(frozen=True)
class UsedWord:
    """A hashtag or mention with its sign, spelled as it is most often; the networks that it was
    used on."""

    text: str
    uses: int
    score: float = field(default=0.0, compare=False)
    networks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class UsedWords:
    """What was used, the most used and newest first."""

    tags: tuple[UsedWord, ...] = ()
    mentions: tuple[UsedWord, ...] = ()


@dataclass(frozen=True)
class SuggestedWord:
    """What may be inserted in place of the typed word: a hashtag or mention that was used `uses`
    times, or the handle of an account on `network`. `name` is that of the account. `is_plain`: it
    is only a name, which no network links."""

    text: str
    uses: int = 0
    name: str = ""
    network: str = ""
    is_plain: bool = False


def _is_letter(char: str) -> bool:
    """Whether a character is part of words in any language, marks over letters included."""
    return char.isalnum() or char in _JOINERS or unicodedata.category(char)[0] == "M"


def _is_of(sign: str, char: str) -> bool:
    return _is_letter(char) or (sign == "@" and char in ".-@")


def word_at(text: str, caret: int) -> TypedWord | None:
    """Return the hashtag or mention that ends at the caret; None if there is none, or the caret is
    inside of it."""
    if caret < len(text) and _is_letter(text[caret]):
        return None
    start = caret
    while start > 0 and caret - start <= LONGEST:
        char = text[start - 1]
        if char in SIGNS:
            sign = "@" if char == "@" else "#"
            before = text[start - 2] if start > 1 else " "
            if sign == "@" and (_is_letter(before) or before in ".-"):
                start -= 1  # the second sign of @name@server, or an address
                continue
            if _is_letter(before) or before in "&/#＃@":
                return None
            typed = text[start:caret]
            if sign == "#" and not all(map(_is_letter, typed)):
                return None
            return TypedWord(sign, typed, start - 1)
        if not _is_of("@", char):
            return None
        start -= 1
    return None


def find_words(text: str) -> Iterator[str]:
    """Return the hashtags and mentions of a text, with their signs."""
    end = 0
    for match in _SIGN.finditer(text):
        at = match.start()
        sign = "@" if match[0] == "@" else "#"
        before = text[at - 1] if at else " "
        if at < end or _is_letter(before) or before in ("/@." if sign == "@" else "&/#＃@"):
            continue
        end = at + 1
        while end < len(text) and _is_of(sign, text[end]):
            end += 1
        word = text[at + 1 : end].rstrip(".-@")
        if 0 < len(word) <= LONGEST and (sign == "@" or not word.isdigit()):
            yield sign + word


@lru_cache(maxsize=8_192)
def _words_of(text: str) -> frozenset[str]:
    """Return the words of a text; one message is on many channels, and counted again and again."""
    return frozenset(find_words(text))


def count_used(texts: Iterable[UsedText], now: datetime) -> UsedWords:
    """Return what the texts use. Times are aware; later ones than `now` count as new."""
    spellings: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    counts: dict[str, int] = defaultdict(int)
    networks: dict[str, set[str]] = defaultdict(set)
    counted: dict[str, set[str]] = defaultdict(set)
    for used in texts:
        words_of_text = _words_of(used.text)
        if not words_of_text:
            continue
        age = 0.0 if used.at is None else max(0.0, (now - used.at).total_seconds() / 86_400)
        weight = 0.5 ** (age / HALF_LIFE_DAYS)
        before = counted[used.message] if used.message else set()
        for word in words_of_text:
            key = word.casefold()
            networks[key] |= used.networks
            if key not in before:
                before.add(key)
                spellings[key][word] += weight
                counts[key] += 1
    words = [
        UsedWord(
            max(sorted(written), key=written.__getitem__),
            counts[key],
            sum(written.values()),
            frozenset(networks[key]),
        )
        for key, written in spellings.items()
    ]
    words.sort(key=lambda word: (-word.score, word.text))
    tags = [word for word in words if word.text[0] == "#"]
    mentions = [word for word in words if word.text[0] == "@"]
    return UsedWords(tuple(tags[:MAX_KEPT]), tuple(mentions[:MAX_KEPT]))


def read_words(saved: str) -> tuple[str, ...]:
    """Return words as `write_words` made them; none of anything else."""
    try:
        words = json_text.loads(saved) if saved else []
    except ValueError:
        return ()
    if not isinstance(words, list):
        return ()
    return tuple(word for word in words if isinstance(word, str) and word)


def write_words(words: Iterable[str]) -> str:
    listed = list(words)
    return json.dumps(listed, ensure_ascii=False) if listed else ""


def fitting(
    words: Sequence[SuggestedWord], typed: str, present: Collection[str] = (), most: int = 20
) -> list[SuggestedWord]:
    """Return the words that fit what is typed after the sign: first those that begin so, then those
    in which a later word does. `present` are folded case words of the text, which are left out."""
    wanted = fold(typed)
    begin: list[SuggestedWord] = []
    inside: list[SuggestedWord] = []
    for word in words:
        if word.text.casefold() in present:
            continue
        bare = fold(word.text).lstrip("#＃@")
        name = fold(word.name)
        if bare.startswith(wanted) or name.startswith(wanted):
            begin.append(word)
            if len(begin) >= most:
                break
        elif len(wanted) > 1 and (wanted in bare or f" {wanted}" in name):
            inside.append(word)
    return [*begin, *inside][:most]
