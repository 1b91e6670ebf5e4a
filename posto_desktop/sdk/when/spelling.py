"""Normalises spellings before tokenizing, and corrects typing errors.

"mon9am" and "1-dec-29" become "mon 9am" and "1 dec 2029". An error ("tuseday") is corrected only if
a phrase cannot be parsed otherwise, and the correction is reported to the reader.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from posto_desktop.common import formats
from posto_desktop.sdk.when import languages
from posto_desktop.sdk.when.words import Value, Vocabulary, WordMeaning

_LETTER_DIGIT: Final = re.compile(r"\b([A-Za-z]{2,})(?=\d)")
_DIGIT_LETTER: Final = re.compile(r"(?<=\d)(am|pm|st|nd|rd|th|)([A-Za-z]{3,})\b", re.IGNORECASE)
_DAY_MONTH: Final = re.compile(
    r"\b(\d{1,2})[/-]([A-Za-z]{3,9})(?:[/-](\d{4}|\d{2})\b(?!:\d\d\b(?!:)))?(?::(?=\d\d:\d\d))?"
)
_MONTH_DAY: Final = re.compile(r"\b([A-Za-z]{3,9})[/-](\d{1,2})(?![\d:])(?:[/-](\d{4})\b)?")
#: "5:45p"
_MERIDIEM: Final = re.compile(r"(?<=\d:\d\d)([apAP])\b(?!\.)")
_ISO_HOUR: Final = re.compile(r"(?<=\d[Tt])(\d\d)(?=[Zz]$)")

# Kinds of words that may directly precede or follow a number.
_BEFORE: Final = frozenset("wmd@")
_BEHIND: Final = frozenset("wmdpt")


def regular(folded: str, vocabulary: Vocabulary) -> str:
    """Return `folded` with separated words and dates without dashes."""
    if folded.isalpha():
        return folded
    folded = _LETTER_DIGIT.sub(lambda m: _apart(m, vocabulary), folded)
    folded = _DIGIT_LETTER.sub(lambda m: _behind(m, vocabulary), folded)
    folded = _MERIDIEM.sub(r"\1m", folded)
    if "-" in folded or "/" in folded:
        folded = _DAY_MONTH.sub(lambda m: _date(m, m[2], m[3], vocabulary), folded)
        folded = _MONTH_DAY.sub(lambda m: _date(m, m[1], m[3], vocabulary), folded)
        folded = _ISO_HOUR.sub(r"\1:00", folded)
    return folded


def full_year(two_digits: int) -> int:
    """Return the full year: 29 is 2029 and 70 was 1970, as in POSIX."""
    return two_digits + (2000 if two_digits < 69 else 1900)


def _kind(word: str, vocabulary: Vocabulary) -> str:
    marks = vocabulary.words.get(word.lower())
    return marks[0].kind if marks else ""


def _apart(match: re.Match[str], vocabulary: Vocabulary) -> str:
    return match[1] + " " if _kind(match[1], vocabulary) in _BEFORE else match[1]


def _behind(match: re.Match[str], vocabulary: Vocabulary) -> str:
    if _kind(match[2], vocabulary) not in _BEHIND or _kind(match[1] + match[2], vocabulary):
        return match.group()
    return f"{match[1]} {match[2]}"


def _date(match: re.Match[str], month: str, year: str | None, vocabulary: Vocabulary) -> str:
    if _kind(month, vocabulary) != "m":
        return match.group()
    full = "" if year is None else f" {year if len(year) == 4 else full_year(int(year))}"
    return f"{match[1]} {match[2]}{full} "


@lru_cache(maxsize=256)
def slip(word: str, vocabulary: Vocabulary) -> tuple[str, tuple[WordMeaning, ...]] | None:
    """Return the day, month or unit that `word` (lower case) is a misspelling of, with its
    meanings.

    Two neighbouring letters may be swapped, or, in longer names of days and months, one inner
    letter may be wrong, missing or doubled; the first one has to be right, and the match must be
    unique.
    """
    if not 5 <= len(word) <= 12 or not word.isalpha():
        return None
    names_by_meaning: dict[tuple[str, Value], str] = {}
    for name, mark in _names(vocabulary):
        if name[0] != word[0] or abs(len(name) - len(word)) > 1:
            continue
        if _swapped(word, name) or (mark.kind != "u" and len(name) > 5 and _one_off(word, name)):
            names_by_meaning.setdefault((mark.kind, mark.value), name)
    if len(names_by_meaning) != 1:
        return None
    ((kind, _),) = names_by_meaning
    (name,) = names_by_meaning.values()
    return name.capitalize() if kind in "wm" else name, vocabulary.words[name]


def shown_name(name: str, meaning: WordMeaning) -> str:
    """Return a day or month as a program in another language than English names it."""
    if languages.chosen_language() in ("", "en"):
        return name
    if meaning.kind == "w" and isinstance(meaning.value, int):
        return formats.named_day(date(2001, 1, 1 + meaning.value), "dddd")  # a Monday
    if meaning.kind == "m" and isinstance(meaning.value, int):
        return formats.named_day(date(2000, meaning.value, 1), "MMMM")
    return name


@lru_cache(maxsize=4)
def _names(vocabulary: Vocabulary) -> tuple[tuple[str, WordMeaning], ...]:
    return tuple(
        (word, marks[0])
        for word, marks in vocabulary.words.items()
        if len(word) > 4 and word.isalpha() and len(marks) == 1 and marks[0].kind in "wmdu"
    )


def _differing(word: str, name: str) -> tuple[str, str]:
    """Return the two words from their first differing letter on."""
    start = 0
    while start < min(len(word), len(name)) and word[start] == name[start]:
        start += 1
    return word[start:], name[start:]


def _swapped(word: str, name: str) -> bool:
    word_part, theirs = _differing(word, name)
    return len(word_part) > 1 and word_part[1::-1] == theirs[:2] and word_part[2:] == theirs[2:]


def _one_off(word: str, name: str) -> bool:
    word_part, theirs = _differing(word, name)
    if word[-1] != name[-1]:
        return False
    return word_part[1:] == theirs[1:] or word_part[1:] == theirs or word_part == theirs[1:]
