"""Patterns of dates and times as a locale orders them.

Qt has a long and a short form of a date. The forms between them ("Tue, Jan 5", "5 Jan 2027",
"January 2027") are made of the long one: its fields in their order, with what stands between them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

__all__ = [
    "clock_pattern",
    "day_pattern",
    "latin_digits",
    "plain_form",
    "seconds_pattern",
    "span_patterns",
]

_PIECE = re.compile(r"'(?:[^']|'')*'|d+|M+|y+|[^dMy']+")
_AFTER = re.compile(r"[^\s,،'-]*")
"""What belongs to the field before it: the full stop of "5." and the signs of "2027年1月5日"."""
_DIGITS = str.maketrans(
    {
        chr(zero + digit): str(digit)
        for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0x1040)
        for digit in range(10)
    }
)


def latin_digits(text: str) -> str:
    """Return the text with digits 0 to 9, as in Qt's own texts: no page has two kinds."""
    return text if text.isascii() else text.translate(_DIGITS)


class _Field(NamedTuple):
    kind: str
    letters: str
    before: str
    after: str


@lru_cache(maxsize=64)
def _fields(long_form: str) -> tuple[_Field, ...]:
    """Return the fields of a long form, each with what stands before it and belongs to it."""
    fields: list[_Field] = []
    between = ""
    for piece in _PIECE.findall(long_form):
        if piece[0] in "dMy":
            fields.append(_Field(_kind(piece), piece, between if fields else "", ""))
            between = ""
            continue
        held = _AFTER.match(piece)
        after = held.group() if held and fields and not between else ""
        if after:
            fields[-1] = fields[-1]._replace(after=after)
        between += piece[len(after) :]
    return tuple(fields)


def _kind(letters: str) -> str:
    """Return "d", "M" or "y" for a field of a pattern, "E" for a weekday."""
    return "E" if letters.startswith("ddd") else letters[0]


@lru_cache(maxsize=64)
def plain_form(long_form: str) -> str:
    """Return a long form without the words and full stops of its language, for names of another
    one: "Tue 5 Jan 2027" in Germany, "5 Jan 2027" in Spain."""
    bare = re.sub(r"(?<!\s)\s*'(?:[^']|'')*'", "", long_form).replace("،", ",")
    return re.sub(r"(?<=[dMy])\.", "", bare)


@lru_cache(maxsize=512)
def day_pattern(long_form: str, fields: str, language: str = "") -> str:
    """Return the Qt pattern with these fields, given in any order ("ddd d MMM yyyy"), in the order
    of the locale's long form."""
    wanted = {_kind(letters): letters for letters in fields.split()}
    shown = [field for field in _fields(long_form) if field.kind in wanted]
    pattern = ""
    for number, field in enumerate(shown):
        before = _between(shown[number - 1], field, long_form) if number else ""
        if language == "es" and wanted.get("M") == "MMM":
            before = " " if "'de'" in before else before
        letters = wanted[field.kind]
        if field.kind == "M" and len(field.letters) < 3:
            letters = field.letters
        # A day alone is a number of a calendar, and has no full stop.
        after = field.after if len(shown) > 1 else ""
        pattern += before + letters + after
    return pattern


def _between(left: _Field, right: _Field, long_form: str) -> str:
    kinds = left.kind + right.kind
    fields = _fields(long_form)
    if kinds == "Ed":
        return " "  # "Tue 5 Jan", beside "Tue, Jan 5"
    places = {field.kind: number for number, field in enumerate(fields)}
    if kinds in ("My", "yM") and abs(places["M"] - places["y"]) > 1:
        return " "  # "January 2027" of "January 5, 2027"
    return right.before


@lru_cache(maxsize=128)
def span_patterns(long_form: str, month: str, language: str, ends: str) -> tuple[str, str]:
    """Return the patterns of the first and of the last day of a span: "23" and "29 Nov 2026", "Nov
    23" and "29, 2026".

    `ends` says what differs: "day", "month" or "year"; with "!" behind it the year is shown.
    """
    kind, year = ends.rstrip("!"), " yyyy" if ends.endswith("!") else ""
    last = day_pattern(long_form, f"d {month}{year}", language)
    if kind == "year":
        return last, last
    order = "".join(field.kind for field in _fields(long_form) if field.kind in "dMy")
    if year and order.startswith("y"):
        return last, day_pattern(long_form, f"d {month}", language)
    first = day_pattern(long_form, f"d {month}", language)
    if kind == "month":
        return first, last
    if order.index("M") < order.index("d"):
        return first, day_pattern(long_form, f"d{year}", language)
    return day_pattern(long_form, "d", language), last


@lru_cache(maxsize=64)
def clock_pattern(short_form: str, clock: str) -> str:
    """Return the Qt pattern of a time of day, from the locale's short one: "H:mm", "h:mm Ap", "H
    'h' mm". The `clock` is "12", "24" or "" for the locale's own. Hours have no leading zero."""
    twelve = clock == "12" if clock else _is_twelve(short_form)
    # A colon also in Denmark and Finland: "2.30" that is typed can be another time.
    pattern = re.sub(r"[\u202f\xa0]", " ", short_form).replace("H.mm", "H:mm")
    # Every second part is a word in quotes.
    parts = pattern.split("'")
    parts[::2] = [re.sub(r"(?<!\s)\s*[Aa][Pp]?\s*", "", part) for part in parts[::2]]
    for number in range(0, len(parts), 2):
        parts[number], count = re.subn(r"[hH]+", "h" if twelve else "H", parts[number], count=1)
        if count:
            break
    bare = "'".join(parts)
    if not twelve:
        return bare
    if re.match(r"[Aa]", pattern):
        return f"Ap {bare}"
    if "'" in bare:
        bare = "h:mm"
    return f"{bare} Ap"


def seconds_pattern(clock: str) -> str:
    """Return the pattern with seconds, of one by `clock_pattern`."""
    if "'" in clock:
        return "H:mm:ss"
    return clock.replace("mm", "mm:ss")


def _is_twelve(short_form: str) -> bool:
    """Return whether the locale counts hours to twelve."""
    return "a" in re.sub(r"'[^']*'", "", short_form).lower()
