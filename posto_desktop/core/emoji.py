"""Emoji for a picker: groups, search by name and keyword, skin tones, and recently used ones.

`load` reads the data (resources/emoji) in about 20 ms: call it on a worker. Everything else is fast
enough for each key press.
"""

from __future__ import annotations

import json
import threading
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.common.resources import resource
from posto_desktop.core.folding import fold

LANGUAGES = ("en", "de", "es", "fr", "it", "pt")
MAX_FOUND = 80
MAX_RECENT = 36
_COMPONENTS = 2
_VARIATION = "\ufe0f"
_ENGLISH = "\t"


@dataclass(frozen=True, slots=True)
class Emoji:
    """One emoji. `tones` are its five skin tones from light to dark, empty if it has none;
    `version` is the Emoji version that introduced it (fonts may lack the newest)."""

    char: str
    name: str
    group: int
    version: float
    tones: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()

    def toned(self, tone: int) -> str:
        """Return the character in a skin tone (1 light .. 5 dark), or unchanged (0, or no
        tones)."""
        return self.tones[tone - 1] if 1 <= tone <= len(self.tones) else self.char


class EmojiCatalog:
    """The emoji in one language. `groups` are (number, name) in the order of a picker."""

    def __init__(
        self, language: str, base: list[Any], names: dict[str, Any], english: dict[str, Any]
    ) -> None:
        self.language = language
        self.emoji: tuple[Emoji, ...] = tuple(
            Emoji(
                char,
                name,
                group,
                float(version),
                tuple(tones.split()),
                tuple(keyword for keyword in keywords.split("|") if keyword),
            )
            for (char, group, version, tones, _short), (name, keywords) in zip(
                base, names["emoji"], strict=True
            )
        )
        self.groups: tuple[tuple[int, str], ...] = tuple(
            (number, name) for number, name in enumerate(names["groups"]) if number != _COMPONENTS
        )
        self.tones: tuple[str, ...] = tuple(names["tones"])
        self._folded = [fold(emoji.name) for emoji in self.emoji]
        self._names = _Hay(_words(emoji.name) for emoji in self.emoji)
        self._short: dict[str, list[int]] = {}
        texts: list[str] = []
        rows = zip(base, names["emoji"], english["emoji"], strict=True)
        for place, (row, own, english_words) in enumerate(rows):
            short = row[4].split()
            for code in short:
                self._short.setdefault(code, []).append(place)
            plain = " ".join(code.replace("_", " ") for code in short if code[:1].isalnum())
            text = _words(f"{own[0]} {own[1]} {plain}")
            texts.append(text + _ENGLISH + _words(" ".join(english_words)))
        self._texts = _Hay(texts)
        self._by_char: dict[str, Emoji] = {}
        for emoji in self.emoji:
            for char in (emoji.char, *emoji.tones):
                self._by_char[char] = self._by_char[char.replace(_VARIATION, "")] = emoji

    def get(self, char: str) -> Emoji | None:
        """Return the emoji of a character in any skin tone."""
        return self._by_char.get(char) or self._by_char.get(char.replace(_VARIATION, ""))

    def in_group(self, number: int) -> list[Emoji]:
        return [emoji for emoji in self.emoji if emoji.group == number]

    def search(self, query: str, limit: int = MAX_FOUND) -> list[Emoji]:
        """Return matches, the best first: by name, by keyword, by English words, then by parts of
        words.

        Every word of the query must begin a word of the emoji, or be part of a word of its name.
        Short names (":tada:"), emoticons (":)") and emoji themselves match as well.
        """
        asked = query.strip()
        exact = self.get(asked) if asked else None
        if exact is not None:
            return [exact]
        folded = fold(asked)
        words = [f" {word}" for word in folded.replace(":", " ").split()]
        ranks: dict[int, int] = dict.fromkeys(
            self._short.get(asked) or self._short.get(asked.strip(":")) or (), 0
        )
        if not asked:
            return list(self.emoji[:limit])
        if words:
            for place in self._names.having(words):
                ranks.setdefault(place, self._name_rank(place, folded))
            if len(ranks) < limit:
                for place in self._texts.having(words):
                    foreign = any(word not in self._texts.own(place) for word in words)
                    ranks.setdefault(place, 5 if foreign else 4)
            if len(folded) > 2:
                inside = [word[1:] for word in words]
                for place in self._names.having(inside):
                    ranks.setdefault(place, 6)
                if not ranks:
                    ranks = dict.fromkeys(self._texts.having(inside), 7)
        best = sorted(ranks, key=lambda place: (ranks[place], place))
        return [self.emoji[place] for place in best[:limit]]

    def _name_rank(self, place: int, folded: str) -> int:
        name = self._folded[place]
        return 1 if name == folded else 2 if name.startswith(folded) else 3


class _Hay:
    """Many short texts joined, so that one C call searches all of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = list(texts)
        self._whole = "\n".join(self._texts)
        self._starts = list(accumulate((len(text) + 1 for text in self._texts), initial=0))

    def own(self, place: int) -> str:
        """Return the text at an index without its English part."""
        return self._texts[place].partition(_ENGLISH)[0]

    def having(self, words: Sequence[str]) -> list[int]:
        """Return the indexes of the texts that contain all the words."""
        first = max(words, key=len)
        remaining = [word for word in words if word is not first]
        places: list[int] = []
        at = self._whole.find(first)
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            if all(word in self._texts[place] for word in remaining):
                places.append(place)
            at = self._whole.find(first, self._starts[place + 1])
        return places


_books: dict[str, EmojiCatalog] = {}
_lock = threading.Lock()


def load(language: str) -> EmojiCatalog:
    """Return the catalog of a language ("de", "de_AT"), else the English one. Reads each file
    once."""
    code = language.replace("-", "_").partition("_")[0].lower()
    code = code if code in LANGUAGES else "en"
    with _lock:
        if code not in _books:
            names, english = _read(code), _read("en")
            _books[code] = EmojiCatalog(code, _read("base"), names, english)
        return _books[code]


def search(query: str, language: str, limit: int = MAX_FOUND) -> list[Emoji]:
    """As `EmojiCatalog.search`."""
    return load(language).search(query, limit)


def read_recent(text: str) -> list[str]:
    """Return the characters of the setting ``compose.emoji_recent``, newest first."""
    try:
        data = json_text.loads(text) if text else []
    except ValueError:
        return []
    characters = (
        [character for character in data if isinstance(character, str) and 0 < len(character) <= 40]
        if isinstance(data, list)
        else []
    )
    return list(dict.fromkeys(characters))[:MAX_RECENT]


def write_recent(chars: Sequence[str]) -> str:
    return json.dumps(list(chars)[:MAX_RECENT])


def used(recent: Iterable[str], char: str) -> list[str]:
    """Return the recent ones with `char` in front."""
    return list(dict.fromkeys([char, *recent]))[:MAX_RECENT]


def _read(name: str) -> Any:  # noqa: ANN401 - each file of ours has its own shape
    return json.loads(resource("emoji", f"{name}.json").read_text(encoding="utf-8"))


def _words(text: str) -> str:
    """Put a space before each word, so that " word" finds the beginning of one."""
    folded = fold(text)
    return " " + " ".join("".join(c if c.isalnum() else " " for c in folded).split())
