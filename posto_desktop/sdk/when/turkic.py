"""Turkish and Azerbaijani: endings, and the order that `grammar` reads.

Both put an ending where English has a word before: "saat 10'da" is at 10, "ayın 5'i" the 5th of
the month, "martın ilk cuması" the first Friday of March, "10'a 5 kala" five to ten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from posto_desktop.sdk.when.tokens import PhraseToken

Tokens = list[PhraseToken]

_HOUR: Final = "saat"
#: Kinds whose word may have the ending for "at" or "to".
_TIMES: Final = frozenset("ncYyowmptdkqu")
_PLAIN: Final = ("at", "to", "its", "its-at")


def settle(tokens: Tokens) -> Tokens:
    """Return the tokens without endings and fillers, in the order of the grammar."""
    for step in (
        _fit_units,
        _take_suffixes,
        _count_from_day,
        _read_hours,
        _put_minutes,
        _put_periods,
    ):
        tokens = step(tokens)
    return [
        PhraseToken("?", token.raw, token.raw) if token.kind == "+" else token for token in tokens
    ]


def _fit_units(tokens: Tokens) -> Tokens:
    """Drop the day of "pazartesi günü", the month of "mart ayının", and "için" but beside a
    length; "3 iş günü" are several."""
    out: Tokens = []
    for token in tokens:
        before = out[-1] if out else None
        if token.kind == "_":
            continue
        if before is not None and before.kind == "w" and _is_unit(token, "d"):
            continue
        if before is not None and before.kind == "m" and _is_unit(token, "mon"):
            continue
        if token.kind == "F":
            if before is not None and before.kind == "u":
                out.append(PhraseToken("v", 0, token.raw, token.lang))
            continue
        if _is_unit(token, "weekday") and before is not None and before.kind == "n":
            token = token._replace(value="weekdays")
        out.append(token)
    return out


def _is_unit(token: PhraseToken, unit: str) -> bool:
    return token.kind == "u" and token.value == unit


def _take_suffixes(tokens: Tokens) -> Tokens:
    out: Tokens = []
    is_beside = any(token.kind in "<>" for token in tokens)
    for index, token in enumerate(tokens):
        before = out[-1] if out else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.kind != "+" or before is None:
            out.append(token)
        elif token.value == "half":
            pass  # see `_read_hours`
        elif token.value in ("its", "its-at") and before.kind == "n" and not is_beside:
            out[-1] = before._replace(kind="o")
        elif token.value == "on" and before.kind == "+" and before.value == "from":
            out.pop()
        elif token.value == "of" and before.kind == "n" and after is not None and after.kind == "q":
            pass  # "10-un yarısı"
        elif token.value in _PLAIN and before.kind in _TIMES:
            if before.kind == "n":
                out[-1] = before._replace(glued=True)  # an hour, not a number alone
        elif token.value == "of" and before.kind in "mu":
            pass
        else:
            out.append(token)
    return out


def _count_from_day(tokens: Tokens) -> Tokens:
    """Put "pazartesiden 2 hafta sonra" as two weeks from Monday."""
    for index, token in enumerate(tokens):
        if token.kind != "+" or token.value != "from" or not index:
            continue
        end = next((n for n in range(index, len(tokens)) if tokens[n].kind == "L"), None)
        length = tokens[index + 1 : end] if end is not None else []
        if end is None or not length or any(mark.kind not in "n&qu" for mark in length):
            continue
        joint = PhraseToken("f", 0, token.raw, token.lang)
        day = tokens[index - 1]
        return [*tokens[: index - 1], *length, joint, day, *tokens[end + 1 :]]
    return tokens


def _read_hours(tokens: Tokens) -> Tokens:
    """Read "saat 10" as at ten, "bir saat yarım" as an hour and a half, and Azerbaijani "10-un
    yarısı" as half past nine."""
    out: Tokens = []
    for index, token in enumerate(tokens):
        before = out[-1] if out else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.kind == "u" and token.raw == _HOUR and after is not None and after.kind in "ncY":
            is_dated = len(out) > 1 and (out[-2].kind == "m" or _is_unit(out[-2], "mon"))
            if before is None or before.kind not in "nq&" or is_dated:
                token = PhraseToken("@", 0, token.raw, token.lang)
        if token.kind == "q" and before is not None:
            if token.raw.startswith("yarisi"):
                if before.kind == "n":
                    out.insert(len(out) - 1, token)
                    continue
            elif before.kind == "u":
                out.append(PhraseToken("&", 0, "", token.lang))
        out.append(token)
    return out


def _put_minutes(tokens: Tokens) -> Tokens:
    """Put "10'a 5 (dakika) kala" as five to ten."""
    for index, token in enumerate(tokens):
        if token.kind not in "<>":
            continue
        start = index - 1
        if start > 0 and _is_unit(tokens[start], "min"):
            start -= 1
        if start < 1 or tokens[start].kind not in "nq" or tokens[start - 1].kind != "n":
            continue
        hour = tokens[start - 1]
        return [*tokens[: start - 1], *tokens[start:index], token, hour, *tokens[index + 1 :]]
    return tokens


def _put_periods(tokens: Tokens) -> Tokens:
    """Put "gelecek ayın ilk cuması" as the first Friday of next month, "ay sonu" as the end of the
    month, "ayın 5'i" as the 5th of the month."""
    out: Tokens = []
    index = 0
    while index < len(tokens):
        owner = index + (tokens[index].kind in "xs")
        if owner < len(tokens) and tokens[owner].kind in "mu":
            later = tokens[owner + 1 :]
            for matches, length in _OWNED:
                if len(later) >= length and matches(tokens[owner], later):
                    owned = later[:length]
                    if matches is _is_day_of_month:
                        owned = [owned[0]._replace(kind="o")]
                    out += owned
                    if matches is not _is_day_of_month or owner > index:
                        # "Ayın 31'i" is the next 31st, of whatever month.
                        out += tokens[index : owner + 1]
                    index = owner + 1 + length
                    break
            else:
                out.append(tokens[index])
                index += 1
            continue
        out.append(tokens[index])
        index += 1
    return out


def _is_nth_day(_owner: PhraseToken, later: Tokens) -> bool:
    return later[0].kind in "ol" and (later[1].kind == "w" or _is_unit(later[1], "d"))


def _is_edge(_owner: PhraseToken, later: Tokens) -> bool:
    return later[0].kind == "e"


def _is_day_of_month(owner: PhraseToken, later: Tokens) -> bool:
    if not _is_unit(owner, "mon") or not owner.raw.startswith("ayin"):
        return False
    is_counted = len(later) > 1 and later[1].kind in "u<>&q"
    return later[0].kind == "o" or (later[0].kind == "n" and not is_counted)


_OWNED: Final[tuple[tuple[Callable[[PhraseToken, Tokens], bool], int], ...]] = (
    (_is_nth_day, 2),
    (_is_edge, 1),
    (_is_day_of_month, 1),
)
"""What belongs to a month or another period before it, and the number of its tokens."""

_STEPS: Final[tuple[Callable[[Tokens], Tokens], ...]] = (
    _fit_units,
    _take_suffixes,
    _count_from_day,
    _read_hours,
    _put_minutes,
    _put_periods,
)
