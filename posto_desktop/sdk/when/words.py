"""The words of the `when=` grammar: what each word of a phrase can stand for.

Everyday words of English, German, French, Spanish, Italian and Portuguese are one vocabulary.
Turkish, Azerbaijani and Arabic have words of their own, whose endings and order `turkic` and
`arabic` make those of the grammar. Accents are folded before the look-up ("nächsten" and "nachsten"
are one word), and the German spellings without umlauts ("naechsten") are listed beside them.

A word gives one or more marks. A mark is a kind (one letter, so that the grammar can be regular
expressions over the kinds of a phrase) and a value:

====  =============================================================================
kind  value
====  =============================================================================
d     day counted from today (0, 1, 2)
w     weekday, Monday = 0
m     month, 1 to 12
p     part of the day (a key of `PARTS`)
t     "noon" or "midnight"
u     unit of time (a key of `UNITS`, or "fortnight", "weekday", "weekend")
n     number
o     ordinal, 1 and up
l     "last"
a     "am" or "pm"
h     "o'clock"
i     "in"
@     "at"
1     "a", "an"
x     "next", "coming" or "after" (the one after the next)
s     "this"
f     "from", "after"
L     "from now", "later"
&     "and"
e     "start", "mid" or "end" of a period
q     fraction of an hour: 0.5, 0.25, 0.75
>     minutes past the hour
<     minutes to the hour
k     a day with a name of its own, as its key in `days.NAMED_DAYS`
r     a word of the past
S     the same time of day as now
N     "now"
I     "-ish", behind a time of day
F     "for": nothing beside a day, but "for 2 hours" says how long
O     Spanish and Italian "or", Portuguese article
v     a word that leaves the time open ("sometime"), or asks for more than one time
+     an ending: "at", "to", "of", "its" (`turkic`)
.     a word that says nothing about the time; it gives no mark, except that the
      articles in `ARTICLES` make a day of the month out of the number behind them
====  =============================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from posto_desktop.sdk.when import (
    words_ar,
    words_az,
    words_de,
    words_en,
    words_es,
    words_fr,
    words_it,
    words_pt,
    words_tr,
)
from posto_desktop.sdk.when.folding import fold

Value = int | float | str


class WordMeaning(NamedTuple):
    """One meaning of a word: its kind, its value, and its language."""

    kind: str
    value: Value
    lang: str


class DayPart(NamedTuple):
    """A part of the day: its default hour and minute, and its end."""

    hour: int
    minute: int
    end: int


PARTS: Final[dict[str, DayPart]] = {
    "early": DayPart(7, 0, 10),
    "morning": DayPart(9, 0, 12),
    "mid morning": DayPart(10, 0, 12),
    "late morning": DayPart(11, 0, 12),
    "lunch": DayPart(12, 0, 14),
    "early afternoon": DayPart(13, 0, 15),
    "afternoon": DayPart(15, 0, 18),
    "late afternoon": DayPart(17, 0, 18),
    "early evening": DayPart(18, 0, 20),
    "evening": DayPart(19, 0, 24),
    "late evening": DayPart(21, 0, 24),
    "night": DayPart(20, 0, 24),
    "late night": DayPart(22, 0, 24),
    "tonight": DayPart(19, 0, 24),
    "eod": DayPart(17, 0, 18),
}

#: "Le 5 à 9h" and "el 5 a las 9" name the fifth.
ARTICLES: Final = frozenset(("le", "el", "il", "den", "der", "dem", "zum"))

# Seconds of the units with a fixed length; days and longer belong to the calendar.
CLOCK_UNITS: Final[dict[str, int]] = {"s": 1, "min": 60, "h": 3600}
# (months, days) of the calendar units.
DATE_UNITS: Final[dict[str, tuple[int, int]]] = {
    "d": (0, 1),
    "w": (0, 7),
    "fortnight": (0, 14),
    "mon": (1, 0),
    "quarter": (3, 0),
    "y": (12, 0),
}


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Words with their meanings, the number of words of the longest phrase by its first one, and
    the articles that make a number the day of the month."""

    lang: str
    words: Mapping[str, tuple[WordMeaning, ...]]
    longest: Mapping[str, int]
    articles: frozenset[str] = ARTICLES


def vocabulary(lang: str, *tables: tuple[str, str]) -> Vocabulary:
    """Return the words of (table, language) pairs; a word of two tables has the meaning of the
    first one."""
    words: dict[str, tuple[WordMeaning, ...]] = {}
    longest: dict[str, int] = {}
    for table, table_lang in tables:
        for line in table.strip().splitlines():
            marks_text, _, phrases = line.partition(": ")
            marks = _marks(marks_text.strip(), table_lang)
            for phrase in phrases.split(" | "):
                phrase = phrase.strip()
                key = phrase if phrase.isascii() else fold(phrase).lower()
                words.setdefault(key, marks)
                first, *more_words = key.split(" ")
                longest[first] = max(longest.get(first, 1), 1 + len(more_words))
    return Vocabulary(lang, words, longest)


def _marks(text: str, lang: str) -> tuple[WordMeaning, ...]:
    """Parse "u h", "d 0 p late night" or "k new year eve": kinds `p` and `k` end the line."""
    fields = text.split(" ")
    if fields[0] == ".":
        return ()
    out: list[WordMeaning] = []
    while fields:
        kind = fields.pop(0)
        value_text = " ".join(fields) if kind in "pk" else fields[0]
        out.append(WordMeaning(kind, _value(kind, value_text), lang))
        fields = [] if kind in "pk" else fields[1:]
    return tuple(out)


def _value(kind: str, text: str) -> Value:
    if kind in "qn":
        number = float(text)
        return int(number) if number.is_integer() else number
    return int(text) if text.isdigit() else text


def _german_pairs() -> str:
    """Return "Montagabend" and the like; "Montagmorgen" is Monday morning, whereas "morgen" alone
    is tomorrow."""
    days = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
    parts = {"fruh": "p morning", "vormittag": "p morning", "morgen": "p morning"}
    parts |= {"mittag": "t noon", "nachmittag": "p afternoon"}
    parts |= {"abend": "p evening", "nacht": "p late night"}
    return "\n".join(
        f"w {number} {marks}: {day}{part}"
        for number, day in enumerate(days)
        for part, marks in parts.items()
    )


_EUROPEAN: Final = (
    (words_en.TABLE, "en"),
    (words_de.TABLE, "de"),
    (words_fr.TABLE, "fr"),
    (words_es.TABLE, "es"),
    (words_it.TABLE, "it"),
    (words_pt.TABLE, "pt"),
    (_german_pairs(), "de"),
)
#: English and its neighbours together: a word of two languages has its English meaning.
COMMON: Final = vocabulary("", *_EUROPEAN)

_OWN: Final = {"de": words_de.OWN, "es": words_es.OWN, "fr": words_fr.OWN, "pt": words_pt.OWN}
_ALONE: Final = {"ar": words_ar.TABLE, "az": words_az.TABLE, "tr": words_tr.TABLE}
#: Languages whose words stand for themselves, beside those in `COMMON`.
SEPARATE: Final = tuple(_ALONE)


@cache
def vocabulary_of(lang: str) -> Vocabulary | None:
    """Return the words with which phrases in a language are read first; None for `COMMON`."""
    if lang in _ALONE:
        return vocabulary(lang, (_ALONE[lang], lang))
    if lang in _OWN:
        return vocabulary("", (_OWN[lang], lang), *_EUROPEAN)
    return None
