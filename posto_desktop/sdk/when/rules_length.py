"""Rules for lengths of time: "2h", "an hour and a half", "in 3 days", "a week from Friday"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from posto_desktop.common.translation import translate
from posto_desktop.sdk.when.spec import Spec, Unread, impossible
from posto_desktop.sdk.when.tokens import PhraseToken
from posto_desktop.sdk.when.words import CLOCK_UNITS, DATE_UNITS

Tokens = Sequence[PhraseToken]

_QUANTITY: Final = r"(?:n&1?q1?u|[n1]?q1?u|[nY1]?u&1?q(?!1?u)|[nY1]u)"
#: A length of time as a regular expression over kinds.
LENGTH: Final = rf"{_QUANTITY}(?:&?{_QUANTITY})*"


def lengths(tokens: Tokens) -> list[tuple[float, str]]:
    """Return the (amount, unit) pairs of tokens that match LENGTH; "an hour and a half" is 1.5
    hours."""
    out: list[tuple[float, str]] = []
    number: float | None = None
    joined = False
    for index, token in enumerate(tokens):
        if token.kind in "nY":
            number = (number or 0) + token.value
        elif token.kind == "&":
            joined = True
            continue
        elif token.kind == "q":
            following = tokens[index + 1 : index + 3]
            if any(mark.kind == "u" for mark in following[:1]) or (
                len(following) == 2 and following[0].kind == "1" and following[1].kind == "u"
            ):
                if number is None:
                    number = token.value
                elif joined:
                    number += token.value
                else:
                    number *= token.value
            elif out:
                amount, unit = out[-1]
                out[-1] = (amount + token.value, unit)
        elif token.kind == "u":
            out.append((1.0 if number is None else number, token.value))
            number = None
        if token.kind != "1":
            joined = False
    return out


def set_length(spec: Spec, amounts: list[tuple[float, str]]) -> None:
    """Add (amount, unit) pairs to the length of time in `spec`."""
    if spec.has_length:
        raise Unread(hopeless=True)
    spec.has_length = True
    for amount, unit in amounts:
        if amount > 1_000_000:
            raise impossible(translate("When", "That is too far ahead."))
        if unit in CLOCK_UNITS:
            spec.elapsed = True
            spec.seconds += amount * CLOCK_UNITS[unit]
            continue
        if unit == "weekdays" and float(amount).is_integer():
            spec.workdays += int(amount)
            continue
        if unit not in DATE_UNITS:
            raise Unread(hopeless=True)
        months, days = DATE_UNITS[unit]
        months_said, days_said = months * amount, days * amount
        if not float(months_said).is_integer():
            raise Unread(hopeless=True)
        spec.months += int(months_said)
        whole = int(days_said)
        spec.days += whole
        # "Half a day" is twelve hours.
        half = round((days_said - whole) * 86_400)
        spec.elapsed = spec.elapsed or half > 0
        spec.seconds += half


def length_from(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    set_length(spec, lengths([token for token in tokens if token.kind not in "if"]))
    if spec.elapsed:
        raise Unread(hopeless=True)
    spec.from_day = True
    return True


def length_of_clock(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse French "dans 1h30" and "2h30" alone as lengths, whereas "9h30" is a time of day."""
    token = tokens[-1]
    hours, minutes, _ = token.value
    if "h" not in token.raw.lower() or minutes > 59:
        return False
    if len(tokens) == 1 and (hours > 6 or token.raw[0] == "0"):
        return False
    set_length(spec, [(hours, "h"), (minutes, "min")])
    return True


def hours_and_minutes(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse "in 1h 30"; "9 h 30" is a time of day."""
    hours, unit, minutes = tokens[-3:]
    if minutes.raw.isdigit():
        plain = len(minutes.raw) == 2
    else:
        # "Dans une heure trente"
        plain = len(tokens) == 4 and minutes.value in (15, 20, 30, 40, 45, 50)
    if unit.value != "h" or not plain:
        return False
    if not isinstance(hours.value, int) or minutes.value > 59:
        return False
    if len(tokens) == 3:
        if unit.raw != "h":
            return False
        if hours.value > 6 or other_kinds.strip():
            spec.set_clock(hours.value, minutes.value, exact=True)
            return True
    set_length(spec, [(hours.value, "h"), (minutes.value, "min")])
    return True


def week_on(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse British "week on Friday", "fortnight from tomorrow"."""
    unit = tokens[0]
    if unit.raw not in ("week", "fortnight") or (len(tokens) > 1 and tokens[1].value != 1):
        return False
    set_length(spec, [(1, unit.value)])
    spec.from_day = True
    return True


def length(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    body = [token for token in tokens if token.kind not in "iL"]
    amounts = lengths(body)
    bare = len(body) == len(tokens)
    if bare and len(amounts) == 1 and amounts[0][1] == "h":
        # "demain 9h" is a time of day, "9h" alone nine hours, and "14h" alone fourteen.
        hour = amounts[0][0]
        unit = body[-1]
        # "Tomorrow 2 hours" is no time. Dutch "9 uur" becomes "9 hour" by the dictionary.
        on_clock = unit.raw in ("h", "hour") or unit.lang not in ("en", "de")
        beside = on_clock and (spec.has_date or any(kind in "dwmyopksxz" for kind in other_kinds))
        midnight = unit.raw == "h" and body[0].raw == "00"
        if (beside or midnight) and float(hour).is_integer() and hour <= 24:
            spec.set_clock(int(hour), exact=True)
            return True
        if 13 <= hour <= 23 and unit.raw == "h" and float(hour).is_integer():
            spec.maybe_hour = int(hour)
    weeks_and_day = (
        bare
        and {unit for _, unit in amounts} <= {"w", "fortnight"}
        and (spec.has_date or any(kind in "dw" for kind in other_kinds))
    )
    if (
        bare
        and not weeks_and_day
        and (spec.has_date or any(kind in "dwmyok" for kind in other_kinds))
    ):
        raise Unread(hopeless=True)
    set_length(spec, amounts)
    spec.compact = all(token.glued for token in body if token.kind == "u")
    # "Monday in two weeks" and "a week on Monday" count from Monday; "in two weeks on Monday" is
    # the Monday of that week.
    spec.from_day = weeks_and_day or spec.has_date
    return True
