"""The grammar of `when=`: from the marks of a phrase to a `Spec`.

The kinds of all marks form a string ("i n u @ n" without blanks for "in 3 days at 9"), and each
rule is a regular expression over that string, tried in order at the first mark that is left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from posto_desktop.sdk.when_lexer import Token
from posto_desktop.sdk.when_spec import Spec, Unread, impossible
from posto_desktop.sdk.when_words import CLOCK_UNITS, DATE_UNITS

Tokens = Sequence[Token]
Handler = Callable[[Spec, Tokens, str], bool]

_QUANTITY: Final = r"(?:n&1?q1?u|[n1]?q1?u|[nY1]?u&1?q(?!u)|[nY1]u)"
LENGTH: Final = rf"{_QUANTITY}(?:&?{_QUANTITY})*"


class PastWord(Exception):
    """The phrase speaks of the past ("yesterday", "2 days ago")."""


def read(found: list[Token], *, month_first: bool) -> Spec:
    """The `Spec` of a phrase. Raises Unread, or WhenError for a clock time that does not exist."""
    kinds = "".join(token.kind for token in found)
    if not kinds:
        raise Unread()
    spec = Spec(continental=any(token.lang not in ("", "en") for token in found))
    position = 0
    while position < len(kinds):
        for pattern, handler in _RULES:
            match = pattern.match(kinds, position)
            if match is None or match.end() == position:
                continue
            end = match.end()
            rest = kinds[:position] + " " + kinds[end:]
            if handler(spec, found[position:end], rest):
                position = end
                break
        else:
            raise Unread(hopeless="?" not in kinds)
    if spec.swapped is not None and spec.month is None:
        _order_numeric(spec, month_first)
    return spec


def lengths(found: Tokens) -> list[tuple[float, str]]:
    """The (amount, unit) pairs of marks that match LENGTH; "an hour and a half" is 1.5 hours."""
    out: list[tuple[float, str]] = []
    number: float | None = None
    joined = False
    for index, token in enumerate(found):
        if token.kind in "nY":
            number = (number or 0) + token.value
        elif token.kind == "&":
            joined = True
            continue
        elif token.kind == "q":
            following = found[index + 1 : index + 3]
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
            raise impossible("That is too far ahead.")
        if unit in CLOCK_UNITS:
            spec.seconds += amount * CLOCK_UNITS[unit]
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
        spec.seconds += round((days_said - whole) * 86_400)


def _order_numeric(spec: Spec, month_first: bool) -> None:
    first, second = spec.swapped or (0, 0)
    as_month = (first, second) if month_first else (second, first)
    other = (second, first) if month_first else (first, second)
    spec.swapped = None
    for index, (month, day) in enumerate((as_month, other)):
        if 1 <= month <= 12 and 1 <= day <= 31:
            spec.month, spec.dom = month, day
            if index == 0 and day <= 12 and day != month:
                spec.swapped = (other[1], other[0])
            return
    raise impossible(f"There is no day {first}/{second}.")


# Handlers. Each takes the spec, the marks its pattern matched, and the kinds of all other marks.


def _past(spec: Spec, found: Tokens, rest: str) -> bool:
    raise PastWord()


def _vague(spec: Spec, found: Tokens, rest: str) -> bool:
    raise Unread(hopeless=True)


def _hours_after_at(spec: Spec, found: Tokens, rest: str) -> bool:
    """ "à 9 heures et demie", "a las 9 horas", "às 9h": hours on the clock, not a length."""
    hour, unit = found[1], found[2]
    if unit.value != "h" or not isinstance(hour.value, int):
        return False
    spec.set_clock(hour.value, _minutes(found[3:]), exact=True)
    _quarter_to(spec, found[3:])
    return True


def _minutes(found: Tokens) -> int:
    for token in found:
        if token.kind == "n":
            return int(token.value)
        if token.kind == "q":
            return int(token.value * 60)
    return 0


def _quarter_to(spec: Spec, found: Tokens) -> None:
    if any(token.kind == "<" for token in found) and spec.hour is not None:
        spec.hour = (spec.hour - 1) % 24
        spec.minute = (60 - spec.minute) % 60


def _length_from(spec: Spec, found: Tokens, rest: str) -> bool:
    set_length(spec, lengths([token for token in found if token.kind not in "if"]))
    if spec.seconds:
        raise Unread(hopeless=True)
    spec.from_day = True
    return True


def _length(spec: Spec, found: Tokens, rest: str) -> bool:
    body = [token for token in found if token.kind not in "iL"]
    amounts = lengths(body)
    bare = len(body) == len(found)
    if bare and len(amounts) == 1 and amounts[0][1] == "h":
        # "demain 9h" is a time of day, "9h" alone nine hours.
        hour = amounts[0][0]
        if hour.is_integer() if isinstance(hour, float) else True:
            beside = spec.has_date or any(kind in "dwmyopksx" for kind in rest)
            if beside and hour <= 24:
                spec.set_clock(int(hour), exact=True)
                return True
    weeks_and_day = (
        bare
        and {unit for _, unit in amounts} <= {"w", "fortnight"}
        and (spec.has_date or any(kind in "dw" for kind in rest))
    )
    if bare and not weeks_and_day and (spec.has_date or any(kind in "dwmyok" for kind in rest)):
        raise Unread(hopeless=True)
    set_length(spec, amounts)
    spec.compact = all(token.glued for token in body if token.kind == "u")
    # "Monday in two weeks" and "a week on Monday" count from Monday; "in two weeks on Monday" is
    # the Monday of that week.
    spec.from_day = weeks_and_day or spec.has_date
    return True


def _numeric_date(spec: Spec, found: Tokens, rest: str) -> bool:
    first, second, third, separator = found[0].value
    if separator == "iso":
        spec.put("year", first)
        spec.put("month", second)
        spec.put("dom", third)
    elif separator == "/":
        spec.swapped = (first, second)
        if third is not None:
            spec.put("year", third)
    else:
        spec.put("dom", first)
        spec.put("month", second)
        if third is not None:
            spec.put("year", third)
    return True


def _nth_weekday(spec: Spec, found: Tokens, rest: str) -> bool:
    order = found[0]
    if order.kind == "l" and not any(kind in "mue" for kind in rest):
        raise PastWord()
    # "Friday the 13th" is written the other way round; "5th Monday" is an ordinal.
    if order.kind == "o" and not 1 <= order.value <= 5:
        return False
    spec.put("nth", -1 if order.kind == "l" else order.value)
    spec.put("weekday", found[1].value)
    return True


def _nth_day(spec: Spec, found: Tokens, rest: str) -> bool:
    """ "the last day of the month", "the first day of next month", "10th day of"."""
    order, unit = found
    if unit.value != "d":
        if order.kind == "l":
            raise PastWord()
        return False
    if order.kind == "l":
        spec.put("edge", "end")
    else:
        spec.put("dom", order.value)
    if "u" not in rest and "m" not in rest:
        raise Unread(hopeless=True)
    return True


def _edge(spec: Spec, found: Tokens, rest: str) -> bool:
    if not any(kind in "um" for kind in rest):
        return False
    spec.put("edge", found[0].value)
    return True


def _period(spec: Spec, found: Tokens, rest: str) -> bool:
    unit = next(token for token in found if token.kind == "u")
    mode = "".join(token.kind for token in found if token.kind in "xsf")
    value = unit.value
    if value in ("weekend", "weekday"):
        if value == "weekday":
            spec.weekday_mode = "business"
            spec.put("weekday", -1)
        else:
            spec.put("weekday", 5)
            spec.weekday_mode = "weekend" if mode == "x" else "this"
        return True
    if value not in ("w", "mon", "y", "quarter", "d"):
        return False
    if value == "d":
        if mode != "x":
            return False
        spec.put("rel", 1)
        return True
    if mode == "":
        if spec.edge is None and spec.nth is None and spec.dom is None and "e" not in rest:
            return False
        spec.put("unit", value)
        return True
    if mode == "s" and spec.edge is None and not any(kind in "welo" for kind in rest):
        # "This week" alone names no day.
        if spec.weekday is None and spec.nth is None and spec.dom is None:
            return False
    spec.put("unit", value)
    spec.put("shift", {"x": 1, "s": 0}.get(mode, 2))
    return True


def _weekday(spec: Spec, found: Tokens, rest: str) -> bool:
    day = next(token for token in found if token.kind == "w")
    spec.put("weekday", day.value)
    kinds = "".join(token.kind for token in found)
    if kinds == "wu":
        # British "Monday week".
        if found[1].value != "w" or found[1].raw != "week":
            return False
        spec.extra_weeks = 1
    elif kinds == "wfx":
        spec.extra_weeks = 1
    elif "x" in kinds:
        spec.weekday_mode = str(next(token.value for token in found if token.kind == "x"))
    elif "s" in kinds:
        spec.weekday_mode = "this"
    return True


def _day_and_month(spec: Spec, found: Tokens, rest: str) -> bool:
    for token in found:
        if token.kind == "Y":
            spec.put("year", int(token.value))
        elif token.kind == "m":
            spec.put("month", token.value)
        else:
            if not isinstance(token.value, int):
                return False
            spec.put("dom", token.value)
    return True


def _year(spec: Spec, found: Tokens, rest: str) -> bool:
    """A year apart from its day: "Tue Dec 1 09:00:00 2026", "christmas 2026"."""
    year = int(found[0].value)
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


def _dom(spec: Spec, found: Tokens, rest: str) -> bool:
    token = found[-1]
    if found[0].kind == "u" and found[0].raw != "dia":
        return False
    if not isinstance(token.value, int):
        return False
    spec.put("dom", token.value)
    return True


def _rel(spec: Spec, found: Tokens, rest: str) -> bool:
    spec.put("rel", found[0].value)
    return True


def _named(spec: Spec, found: Tokens, rest: str) -> bool:
    spec.put("named", found[0].value)
    return True


def _half_of(spec: Spec, found: Tokens, rest: str) -> bool:
    """German "halb neun" is 8:30 and "dreiviertel neun" 8:45, British "half nine" 9:30."""
    fraction, hour = found[-2], found[-1]
    if not isinstance(hour.value, int) or not 1 <= hour.value <= 24:
        return False
    minute = int(fraction.value * 60)
    if fraction.lang == "de":
        spec.set_clock((hour.value - 1) or 12 if hour.value <= 12 else hour.value - 1, minute)
    elif fraction.raw == "half":
        spec.set_clock(hour.value, minute)
    else:
        return False
    return True


def _minutes_beside(spec: Spec, found: Tokens, rest: str) -> bool:
    """ "quarter past 8", "10 to 9", "zehn nach acht", "cinco para as nove"."""
    marks = [token for token in found if token.kind not in "@1hu"]
    amount, side, hour = marks
    if not isinstance(hour.value, int) or not 0 <= hour.value <= 24:
        return False
    if side.kind == "<" and side.lang in ("fr", "es", "it"):
        return False
    if amount.kind == "q":
        minutes = int(amount.value * 60)
    else:
        minutes = int(amount.value)
        said = any(token.kind == "u" and token.value == "min" for token in found)
        if any(token.kind == "u" and token.value != "min" for token in found):
            return False
        if not 0 < minutes < 60 or (minutes % 5 and not said):
            return False
    exact = hour.value > 12
    if side.kind == "<":
        before = hour.value - 1
        if before < 1 and not exact:
            before = 12 if hour.value == 1 else 23
        spec.set_clock(before, 60 - minutes, exact=exact)
    else:
        spec.set_clock(hour.value, minutes, exact=exact)
    return True


def _clock(spec: Spec, found: Tokens, rest: str) -> bool:
    marks = [token for token in found if token.kind != "@"]
    token = marks[0]
    meridiem = next((mark.value for mark in marks if mark.kind == "a"), None)
    if any(mark.kind == "u" and mark.value != "h" for mark in marks):
        return False
    hour, minute, second = token.value
    padded = token.raw[0] == "0" or "h" in token.raw.lower() or len(marks) > 1
    spec.set_clock(
        hour,
        minute,
        second,
        meridiem=meridiem,
        exact=padded or "y" in rest or spec.continental,
        written=token.raw,
    )
    return True


def _hour(spec: Spec, found: Tokens, rest: str) -> bool:
    """ "at 9", "9am", "9 Uhr 30", "9 y media", "9 menos cuarto", and "9" beside a day."""
    marks = [token for token in found if token.kind != "@"]
    number, after = marks[0], marks[1:]
    kinds = "".join(token.kind for token in after)
    hour, minute = _split(number)
    if hour is None:
        return False
    said = len(found) > len(marks) or bool(kinds)
    if not said and number.kind == "Y" and not (spec.has_date or number.raw[0] == "0"):
        # "2026" alone is a year rather than 20:26.
        if 1970 <= number.value < 2100:
            return False
    if number.kind == "Y" and minute > 59 and not said:
        return False
    meridiem = next((token.value for token in after if token.kind == "a"), None)
    exact = number.kind == "Y" or (number.raw[0] == "0" and len(number.raw) == 2)
    if "h" in kinds:
        exact = exact or next(token for token in after if token.kind == "h").lang == "de"
    if any(token.kind == "<" and token.lang in ("en", "de", "pt") for token in after):
        return False
    minutes = _minutes(after)
    if minutes and minute:
        return False
    spec.set_clock(hour, minute or minutes, meridiem=meridiem, exact=exact, written=number.raw)
    if "<" in kinds:
        spec.hour = hour - 1 if hour > 1 else 12
        spec.minute = 60 - minutes
    return True


def _split(token: Token) -> tuple[int | None, int]:
    """(hour, minute) of "9", "0930" or "9.30"."""
    if token.kind == "Y":
        return divmod(int(token.value), 100)
    if isinstance(token.value, int):
        return token.value, 0
    hour, _, minute = token.raw.replace(",", ".").partition(".")
    return (int(hour), int(minute)) if len(minute) == 2 and len(hour) < 3 else (None, 0)


def _day_time(spec: Spec, found: Tokens, rest: str) -> bool:
    token = found[-1]
    if token.value == "noon":
        spec.set_clock(12, exact=True)
    elif spec.hour in (12, 0) and not spec.minute:
        # "12 midnight".
        spec.hour, spec.midnight = None, True
    elif spec.hour is not None:
        raise Unread(hopeless=True)
    else:
        spec.midnight = True
    return True


def _part(spec: Spec, found: Tokens, rest: str) -> bool:
    if found[0].kind == "s":
        spec.put("rel", 0)
    spec.put_part(str(found[-1].value))
    return True


def _zone(spec: Spec, found: Tokens, rest: str) -> bool:
    zone, meant, name = found[-1].value
    spec.put("zone", zone)
    spec.zone_meant, spec.zone_name = meant, name
    return True


def _drop(spec: Spec, found: Tokens, rest: str) -> bool:
    return True


_RULES: Final[tuple[tuple[re.Pattern[str], Handler], ...]] = tuple(
    (re.compile(pattern), handler)
    for pattern, handler in (
        (r"r", _past),
        (r"v", _vague),
        (r"@nu(?:n(?!u)|[&<]1?q(?!u))?", _hours_after_at),
        (r"@?1?qh?[><f]@?n(?!u)h?", _minutes_beside),
        (r"@?nu?[><f]@?n(?!u)h?", _minutes_beside),
        (rf"i?{LENGTH}f(?=[dwxskmoey])", _length_from),
        (rf"i?{LENGTH}L?", _length),
        (r"y", _numeric_date),
        (r"[ol]w", _nth_weekday),
        (r"[ol]u", _nth_day),
        (r"e", _edge),
        (r"wfx", _weekday),
        (r"ufx|[xs]u|ux|u(?![n])", _period),
        (r"wu", _weekday),
        (r"xw|wx(?!u)|sw|w", _weekday),
        (r"nmY?(?![ah])|omY?|m(?:o|n(?![ahu&m]))Y?|mY|m", _day_and_month),
        (r"Y", _year),
        (r"o|un", _dom),
        (r"d", _rel),
        (r"k", _named),
        (r"@?qn", _half_of),
        (r"@?ca?(?:h|u(?!n))?", _clock),
        (r"@?[nY]a", _hour),
        (r"@?nhn(?![uma])|@?nh?[&<]1?q|@?n[&<]n(?!u)|@?nh", _hour),
        (r"@[nY]", _hour),
        (r"@?t", _day_time),
        (r"sp|p", _part),
        (r"z", _zone),
        (r"[nY]", _hour),
        (r"@(?=[a-zA-Z])|i(?=[pmtzeolkwdsx])", _drop),
    )
)
