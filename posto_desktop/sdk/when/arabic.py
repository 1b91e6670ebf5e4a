"""Arabic: hours with their parts of the day, and lengths without a number, as `grammar` reads them.

"الساعة 8 والنصف مساء" is half past eight in the evening, "بعد ساعة" in one hour.
"""

from __future__ import annotations

from typing import Final

from posto_desktop.sdk.when.tokens import PhraseToken

Tokens = list[PhraseToken]

#: Parts of the day that say which half of it an hour is in.
_MERIDIEMS: Final = {"morning": "am", "afternoon": "pm", "evening": "pm", "lunch": "pm"}


def settle(tokens: Tokens) -> Tokens:
    """Return the tokens without fillers, in the order of the grammar."""
    tokens = [token for token in tokens if token.kind != "_"]
    return _put_order(_read_hours(_fit_units(tokens)))


def _fit_units(tokens: Tokens) -> Tokens:
    """Drop the day of "يوم الجمعة" and the number of "ساعة واحدة"; count one hour in "بعد ساعة",
    and several working days."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        before = out[-1] if out else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if _is_day(token) and after is not None and after.kind in "wnody":
            is_counted = before is not None and before.kind in "niol&q"
            if not is_counted or after.kind == "w":
                if after.kind == "n":
                    tokens[index + 1] = after._replace(kind="o")
                continue
        before_kind = before.kind if before is not None else ""
        if token.kind == "n" and token.raw in ("واحد", "واحده") and before_kind == "u":
            continue
        if token.kind == "u" and before_kind == "i":
            out.append(PhraseToken("n", 1, "1", "ar"))
        if token.kind == "u" and token.value == "weekday" and before_kind == "n":
            token = token._replace(value="weekdays")
        out.append(token)
    return out


def _is_day(token: PhraseToken) -> bool:
    return token.kind == "u" and token.value == "d" and token.raw == "يوم"


def _read_hours(tokens: Tokens) -> Tokens:
    """Join hours with minutes and the part of the day behind them."""
    out: Tokens = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        is_hour = token.kind == "n" and isinstance(token.value, int) and 1 <= token.value <= 24
        if not is_hour and token.kind != "c":
            out.append(token)
            index += 1
            continue
        minutes, end = _minutes(tokens, index + 1) if is_hour else (None, index + 1)
        half = tokens[end] if end < len(tokens) else None
        meridiem = _meridiem(half, token)
        if meridiem and half is not None:
            half = PhraseToken("a", meridiem, half.raw, half.lang)
        if minutes is not None and meridiem:
            total = int(token.value) * 60 + minutes
            hour = total // 60 if total >= 60 else 12
            out.append(_clock(hour, total % 60, token))
        elif minutes is not None:
            out += [mark for mark in tokens[index:end] if mark.kind != "u"]
        else:
            out.append(token)
        if meridiem and half is not None:
            out.append(half)
            end += 1
        index = end
    return out


def _clock(hour: int, minute: int, token: PhraseToken) -> PhraseToken:
    return PhraseToken("c", (hour, minute, 0), f"{hour}:{minute:02d}", token.lang)


def _minutes(tokens: Tokens, start: int) -> tuple[int | None, int]:
    """Return the minutes of "والنصف", "إلا ربعا" or "و 10 دقائق" (negative for "to"), and where
    they end."""
    if start + 1 >= len(tokens) or tokens[start].kind not in "&<":
        return None, start
    amount = tokens[start + 1]
    end = start + 2
    if amount.kind == "q":
        minutes = int(amount.value * 60)
    elif amount.kind == "n" and isinstance(amount.value, int) and 0 < amount.value < 60:
        minutes = amount.value
        if end < len(tokens) and tokens[end].kind == "u":
            if tokens[end].value != "min":
                return None, start
            end += 1
    else:
        return None, start
    return (-minutes if tokens[start].kind == "<" else minutes), end


def _meridiem(half: PhraseToken | None, hour: PhraseToken) -> str:
    """Return "am" or "pm" where a part of the day behind an hour up to twelve says it."""
    if half is None or half.kind not in "ap":
        return ""
    number = hour.value[0] if hour.kind == "c" else hour.value
    if not 1 <= number <= 12:
        return ""
    if half.kind == "a":
        return str(half.value)
    if half.value == "lunch" and number in (10, 11):
        return "am"
    return _MERIDIEMS.get(str(half.value), "")


def _put_order(tokens: Tokens) -> Tokens:
    """Drop "at" before a part of the day, and put the ordinal of "الاثنين الأول" before its day."""
    out: Tokens = []
    for token in tokens:
        if token.kind == "o" and out and out[-1].kind == "w":
            out.insert(len(out) - 1, token)
            continue
        if token.kind == "l" and out and out[-1].kind == "w":
            out.insert(len(out) - 1, token)
            continue
        out.append(token)
    return out
