"""Fuzzy matching of typed words against titles, for the global search."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from posto_desktop.core.folding import fold

_WORDS = re.compile(r"\w+")
_WHOLE, _BEGIN, _START, _INSIDE, _INITIALS, _BESIDE = 100, 60, 40, 15, 20, 4


@dataclass(frozen=True)
class Query:
    """Typed words prepared for many comparisons. An empty query matches everything with score 1."""

    text: str
    words: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", tuple(_WORDS.findall(fold(self.text))))

    def score(self, title: str, beside: str = "") -> int:
        """Return the score, 0 for no match: every word must be in `title` or `beside` (details,
        other names). The start of the title counts most, then starts of words, then initials ("sd"
        for "save draft"), then substrings."""
        if not self.words:
            return 1
        folded = fold(title)
        folded_beside = fold(beside) if beside else ""
        if folded == " ".join(self.words):
            return _WHOLE * len(self.words)
        starts = _WORDS.findall(folded)
        total = 0
        for number, word in enumerate(self.words):
            if number == 0 and folded.startswith(word):
                total += _BEGIN
            elif any(start.startswith(word) for start in starts):
                total += _START
            elif len(word) > 1 and "".join(start[0] for start in starts).startswith(word):
                total += _INITIALS
            elif word in folded:
                total += _INSIDE
            elif folded_beside and word in folded_beside:
                total += _BESIDE
            else:
                return 0
        return total

    def score_names(self, names: str) -> int:
        """Return the score among other names of something ("sign in log in"), 0 unless the words
        stand there one after the other. One word counts like a word of a title, several like the
        beginning of one."""
        if not self.words or f" {' '.join(self.words)}" not in f" {fold(names)}":
            return 0
        more = len(self.words) - 1
        return _BEGIN + _START * more if more else _START
