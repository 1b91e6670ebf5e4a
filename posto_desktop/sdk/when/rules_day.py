"""Rules for days: weekdays, dates, months, days by name, and the ends of periods."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from posto_desktop.common.translation import translate
from posto_desktop.sdk.when.spec import PastWord, Spec, Unread, impossible
from posto_desktop.sdk.when.tokens import PhraseToken

Tokens = Sequence[PhraseToken]
# "Next weeks" names no week.
_PLURALS: Final = frozenset(["weeks", "wks", "months", "mos", "mths", "years", "yrs", "days"])
# Kinds that give a time of day.
_TIME: Final = re.compile(r"[catS]|@n|n[hu]")


def numeric_date(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    if tokens[0].kind == "u" and tokens[0].raw != "dia":
        return False
    first, second, third, separator = tokens[-1].value
    if separator == "iso":
        spec.put("year", first)
        spec.put("month", second)
        spec.put("dom", third)
    elif separator in "/-":
        spec.swapped = (first, second)
        if third is not None:
            spec.put("year", third)
    else:
        spec.put("dom", first)
        spec.put("month", second)
        if third is not None:
            spec.put("year", third)
    return True


def nth_weekday(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    order = tokens[0]
    if order.kind == "l" and not any(kind in "mue" for kind in other_kinds):
        raise PastWord()
    # "Friday the 13th" has the other order; "5th Monday" is an ordinal.
    if order.kind == "o" and not 1 <= order.value <= 5:
        if re.search("[mu]", other_kinds.partition(" ")[2]):
            raise impossible(translate("When", "No month has more than five of a weekday."))
        return False
    if order.value == 5 and not re.search("[mu]", other_kinds):
        raise Unread(hopeless=True)
    spec.put("nth", -1 if order.kind == "l" else order.value)
    spec.put("weekday", tokens[1].value)
    return True


def nth_day(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse "the last day of the month", "the first day of next month", "10th day of"."""
    order, unit = tokens
    if unit.value != "d":
        if order.kind == "l":
            raise PastWord()
        return False
    if order.kind == "l":
        spec.put("edge", "end")
    else:
        spec.put("dom", order.value)
    if "u" not in other_kinds and "m" not in other_kinds:
        raise Unread(hopeless=True)
    return True


def edge(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    if not any(kind in "um" for kind in other_kinds):
        return False
    spec.put("edge", tokens[0].value)
    return True


def period(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    unit = next(token for token in tokens if token.kind == "u")
    mode = "".join(token.kind for token in tokens if token.kind in "xsf")
    value = unit.value
    if value in ("weekend", "weekday"):
        if value == "weekday":
            spec.weekday_mode = "business"
            spec.put("weekday", -1)
        else:
            spec.put("weekday", 5)
            spec.weekend = True
            coming = any(token.kind == "x" and token.value == "coming" for token in tokens)
            spec.weekday_mode = "" if coming else mode[-1:]
            spec.extra_weeks = int(mode == "fx")
        return True
    if value not in ("w", "mon", "y", "quarter", "d") or unit.raw in _PLURALS:
        return False
    if value == "d":
        if mode != "x":
            return False
        spec.put("rel", 1)
        return True
    if mode == "":
        if spec.edge is None and spec.nth is None and spec.dom is None and "e" not in other_kinds:
            return False
        spec.put("unit", value)
        return True
    names_a_day = spec.weekday is not None or spec.nth is not None or spec.dom is not None
    if mode == "s" and not (
        names_a_day or spec.edge or any(kind in "welo" for kind in other_kinds)
    ):
        # "This week" alone names no day.
        return False
    spec.put("unit", value)
    after_next = any(token.kind == "x" and token.value == "after" for token in tokens)
    spec.put("shift", 2 if after_next else {"x": 1, "s": 0}.get(mode, 2))
    return True


def weekday(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    day = next(token for token in tokens if token.kind == "w")
    kinds = "".join(token.kind for token in tokens)
    if kinds == "wu" and tokens[1].raw not in ("week", "en huit", "fortnight", "en quinze"):
        return False
    if spec.weekday is not None and not spec.weekend:
        # "Monday Monday"
        raise Unread(hopeless=True)
    spec.put("weekday", day.value)
    if kinds == "wu":
        # British "Monday week".
        spec.extra_weeks = 2 if tokens[1].value == "fortnight" else 1
    elif kinds == "wfx":
        spec.extra_weeks = 1
    elif "x" in kinds:
        mode = str(next(token.value for token in tokens if token.kind == "x"))
        if mode == "after":
            spec.extra_weeks = 1
        else:
            spec.weekday_mode = mode
    elif "s" in kinds:
        spec.weekday_mode = "this"
    return True


def weekday_and_number(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse "Monday 30 at 9" as the day of the month, "Monday 9" as the hour."""
    number = tokens[-1].value
    if not isinstance(number, int) or number < 1:
        return False
    weekday(spec, tokens[:-1], other_kinds)
    later = other_kinds.partition(" ")[2]
    if number > 24 or spec.has_time or _TIME.search(later):
        spec.put("dom", number)
    else:
        spec.set_clock(number)
        spec.maybe_dom = number
    return True


def day_and_month(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    for token in tokens:
        if token.kind in "xs":
            continue
        if token.kind == "Y":
            spec.put("year", int(token.value))
        elif token.kind == "m":
            spec.put("month", token.value)
        else:
            if not isinstance(token.value, int):
                return False
            spec.put("dom", token.value)
    return True


def year_first(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse "2029 Dec 1"; beside a month a possible year is one, rather than 20:29."""
    if not 2000 <= int(tokens[0].value) <= 2199:
        return False
    return day_and_month(spec, tokens, other_kinds)


def year(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse a year apart from its day: "Tue Dec 1 09:00:00 2026", "christmas 2026"."""
    year = int(tokens[0].value)
    if (
        spec.year is None
        and 1900 <= year < 2200
        and (
            (spec.month is not None and (spec.has_time or spec.nth is not None or spec.edge))
            or spec.named is not None
        )
    ):
        spec.year = year
        return True
    return False


def dom(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    token = tokens[-1]
    if tokens[0].kind == "u" and tokens[0].raw != "dia":
        return False
    if not isinstance(token.value, int):
        return False
    spec.put("dom", token.value)
    return True


def rel(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    if len(tokens) > 1:
        # British "today week".
        if tokens[1].raw not in ("week", "fortnight"):
            return False
        spec.extra_weeks = 2 if tokens[1].raw == "fortnight" else 1
    spec.put("rel", tokens[0].value + 7 * spec.extra_weeks)
    return True


def named(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    spec.put("named", tokens[0].value)
    return True
