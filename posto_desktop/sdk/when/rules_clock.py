"""Rules for times of day, parts of the day and zones."""

from __future__ import annotations

from collections.abc import Sequence

from posto_desktop.sdk.when.spec import Spec, Unread
from posto_desktop.sdk.when.tokens import PhraseToken

Tokens = Sequence[PhraseToken]


def hours_after_at(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse "à 9 heures et demie", "a las 9 horas", "às 9h": a time of day, not a length."""
    hour, unit = tokens[1], tokens[2]
    if unit.value != "h" or not isinstance(hour.value, int):
        return False
    # "À 1h" is by the clock; "à une heure" is spoken.
    spoken = unit.lang == "fr" and not hour.raw[0].isdigit() and hour.value < 7
    spec.set_clock(hour.value, _minutes(tokens[3:]), exact=not spoken)
    _quarter_to(spec, tokens[3:])
    return True


def hours_alone(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse French "9 heures moins le quart", and "9 heures" alone by day: a time of day, not a
    length."""
    hour, unit = tokens[0], tokens[1]
    if unit.value != "h" or unit.lang != "fr" or unit.glued or not isinstance(hour.value, int):
        return False
    if len(tokens) == 2 and not 7 <= hour.value <= 23:
        return False
    spec.set_clock(hour.value, _minutes(tokens[2:]), exact=True)
    _quarter_to(spec, tokens[2:])
    return True


def _minutes(tokens: Tokens) -> int:
    """Return the minutes beside an hour: "e un quarto" is 15, "e dieci" is 10."""
    for token in tokens:
        if token.kind == "q":
            return int(token.value * 60)
    return next((int(token.value) for token in tokens if token.kind == "n"), 0)


def _quarter_to(spec: Spec, tokens: Tokens) -> None:
    if any(token.kind == "<" for token in tokens) and spec.hour is not None:
        spec.hour = (spec.hour - 1) % 24
        spec.minute = (60 - spec.minute) % 60


def half_of(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse German "halb neun" (Azerbaijani "9-un yarısı") as 8:30 and "dreiviertel neun" as 8:45,
    British "half nine" as 9:30."""
    fraction, hour = tokens[-2], tokens[-1]
    if not isinstance(hour.value, int) or not 1 <= hour.value <= 24:
        return False
    minute = int(fraction.value * 60)
    if fraction.lang in ("de", "az"):
        spec.set_clock((hour.value - 1) or 12 if hour.value <= 12 else hour.value - 1, minute)
    elif fraction.raw == "half":
        spec.set_clock(hour.value, minute)
    else:
        return False
    return True


def minutes_beside(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse "quarter past 8", "10 to 9", "zehn nach acht", "cinco para as nove"."""
    marks = [token for token in tokens if token.kind not in "@1hua"]
    meridiem = next((token.value for token in tokens if token.kind == "a"), None)
    amount, side, hour = marks
    if not isinstance(hour.value, int) or not 0 <= hour.value <= 24:
        return False
    if side.kind == "<" and side.lang in ("fr", "es", "it"):
        return False
    if amount.kind == "q":
        minutes = int(amount.value * 60)
    else:
        minutes = int(amount.value)
        has_minutes_word = any(token.kind == "u" and token.value == "min" for token in tokens)
        if any(token.kind == "u" and token.value != "min" for token in tokens):
            return False
        if not 0 < minutes < 60 or (minutes % 5 and not has_minutes_word):
            return False
    exact = hour.value > 12
    if meridiem is not None:
        return _beside_exact(spec, hour.value, meridiem, -minutes if side.kind == "<" else minutes)
    if side.kind == "<":
        before = hour.value - 1
        if before < 1 and not exact:
            before = 12 if hour.value == 1 else 23
        spec.set_clock(before, 60 - minutes, exact=exact)
    else:
        spec.set_clock(hour.value, minutes, exact=exact)
    return True


def _beside_exact(spec: Spec, hour: int, meridiem: str, minutes: int) -> bool:
    """Parse "quarter to 1 pm" as 12:45."""
    if not 1 <= hour <= 12:
        return False
    total = (hour % 12 + (12 if meridiem == "pm" else 0)) * 60 + minutes
    spec.set_clock(total // 60 % 24, total % 60, exact=True)
    return True


def minutes_beside_half(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse German "fünf nach halb neun" as 8:35."""
    amount, side, half, hour = (token for token in tokens if token.kind not in "@h")
    values = (amount.value, hour.value)
    if half.lang != "de" or half.value != 0.5 or not all(isinstance(v, int) for v in values):
        return False
    if not 0 < amount.value <= 15 or not 1 <= hour.value <= 24:
        return False
    minutes = 30 + (-amount.value if side.kind == "<" else amount.value)
    spec.set_clock((hour.value - 1) or 12, minutes, exact=hour.value > 13)
    return True


def noon_and(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse French "midi et demi", "minuit moins le quart", Portuguese "meio-dia e meia"."""
    time, side, amount = (token for token in tokens if token.kind not in "@1")
    minutes = _minutes((amount,))
    if side.lang in ("en", "de") or not 0 < minutes < 60:
        return False
    noon = 12 if time.value == "noon" else 24
    if side.kind == "<":
        spec.set_clock(noon - 1, 60 - minutes, exact=True)
    else:
        spec.set_clock(noon % 24, minutes, exact=True)
    return True


def minutes_beside_noon(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse "ten to noon", "five past midnight"."""
    amount = next(token for token in reversed(tokens) if token.kind in "qn1")
    if any(token.kind == "u" and token.value != "min" for token in tokens):
        return False
    minutes = int(amount.value * 60) if amount.kind == "q" else int(amount.value)
    if amount.kind == "1":
        minutes = 1
    if not 0 < minutes < 60:
        return False
    before = any(token.kind == "<" for token in tokens)
    hour = 12 if tokens[-1].value == "noon" else 24
    if before:
        spec.set_clock(hour - 1, 60 - minutes, exact=True)
    else:
        spec.set_clock(hour % 24, minutes, exact=True)
    return True


def military(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse "1500 hours" as a time of day."""
    number, unit = tokens[-2:]
    if len(number.raw) != 4 or not number.raw.isdigit() or unit.raw not in ("hours", "hrs", "h"):
        return False
    hour, minute = divmod(int(number.value), 100)
    spec.set_clock(hour, minute, exact=True, written=number.raw)
    return True


def same_time(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    spec.same_time = True
    return True


def clock(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    marks = [token for token in tokens if token.kind != "@"]
    token = marks[0]
    meridiem = next((mark.value for mark in marks if mark.kind == "a"), None)
    if any(mark.kind == "u" and mark.value != "h" for mark in marks):
        return False
    hour, minute, second = token.value
    padded = token.raw[0] == "0" or hour > 9 or "h" in token.raw.lower() or len(marks) > 1
    spec.set_clock(
        hour,
        minute,
        second,
        meridiem=meridiem,
        exact=padded or "y" in other_kinds or spec.continental,
        written=token.raw,
    )
    # "3:30" is as the clock shows it, whereas "at 3" is in the afternoon.
    spec.digital = True
    return True


def hour(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse "at 9", "9am", "9 Uhr 30", "9 y media", "9 menos cuarto", and "9" beside a day."""
    marks = [token for token in tokens if token.kind != "@"]
    number, after = marks[0], marks[1:]
    kinds = "".join(token.kind for token in after)
    hour, minute = _split(number)
    if hour is None:
        return False
    is_explicit = len(tokens) > len(marks) or bool(kinds)
    bare_year = number.kind == "Y" and 1970 <= number.value < 2100
    if bare_year and not is_explicit and not spec.has_date:
        # "2026" alone is a year rather than 20:26.
        return False
    if not is_explicit and (
        (number.kind == "Y" and minute > 59) or not (number.value or spec.has_date)
    ):
        return False
    meridiem = next((token.value for token in after if token.kind == "a"), None)
    exact = number.kind == "Y" or (number.raw[0] == "0" and len(number.raw) == 2)
    if "h" in kinds:
        exact = exact or next(token for token in after if token.kind == "h").lang == "de"
    if any(token.kind == "<" and token.lang in ("en", "de", "pt") for token in after):
        return False
    if kinds == "&n" and after[0].lang in ("en", "de"):
        # Two hours rather than one and its minutes.
        return False
    minutes = _minutes(after)
    if minutes and minute:
        return False
    spec.set_clock(hour, minute or minutes, meridiem=meridiem, exact=exact, written=number.raw)
    if "<" in kinds:
        spec.hour = hour - 1 if hour > 1 else 12
        spec.minute = 60 - minutes
    return True


def hour_and_minute(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    """Parse "nine thirty", "tomorrow 9 30"."""
    hour, minute = (token for token in tokens if token.kind == "n")
    if not isinstance(hour.value, int) or not isinstance(minute.value, int):
        return False
    meridiem = tokens[-1].value if tokens[-1].kind == "a" else None
    if minute.raw.isdigit() and minute.raw[0] != "0" and minute.value < 13:
        # "9 10" is more likely two hours.
        return False
    if minute.value % 5 or (minute.value < 10 and len(minute.raw) != 2):
        return False
    spec.set_clock(hour.value, minute.value, meridiem=meridiem, exact=spec.continental)
    return True


def _split(token: PhraseToken) -> tuple[int | None, int]:
    """Return (hour, minute) of "9", "0930" or "9.30"."""
    if token.kind == "Y":
        return divmod(int(token.value), 100)
    if isinstance(token.value, int):
        # "930 am"
        return divmod(token.value, 100) if 100 < token.value < 1000 else (token.value, 0)
    hour, _, minute = token.raw.replace(",", ".").partition(".")
    return (int(hour), int(minute)) if len(minute) == 2 and 0 < len(hour) < 3 else (None, 0)


def day_time(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    token = tokens[-1]
    if tokens[0].kind == "s":
        spec.put("rel", 0)
    if token.value == "noon" and spec.hour == 12 and not spec.minute:
        spec.exact = True
    elif token.value == "noon":
        spec.set_clock(12, meridiem="pm", exact=True, written="noon")
    elif spec.hour in (12, 0) and not spec.minute:
        # "12 midnight".
        spec.hour, spec.midnight = None, True
    elif spec.hour is not None:
        raise Unread(hopeless=True)
    else:
        spec.midnight = True
    return True


def part(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    if tokens[0].kind in "sx":
        spec.put("rel", 0 if tokens[0].kind == "s" else 1)
    spec.put_part(str(tokens[-1].value))
    return True


def zone(spec: Spec, tokens: Tokens, other_kinds: str) -> bool:
    zone, meant, name = tokens[-1].value
    spec.put("zone", zone)
    spec.zone_meant, spec.zone_name = meant, name
    return True
