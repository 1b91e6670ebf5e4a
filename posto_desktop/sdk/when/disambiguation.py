"""Resolves words whose meaning depends on their neighbours."""

from __future__ import annotations

import re
from typing import Final

from posto_desktop.sdk.when import zones
from posto_desktop.sdk.when.tokens import PhraseToken, zone_token

# Portuguese ordinals that are weekdays, too.
_FEMININE: Final = {"segunda": 2, "terca": 3, "quarta": 4, "quinta": 5}


def settle(tokens: list[PhraseToken]) -> list[PhraseToken]:
    """Resolve the words whose meaning depends on their neighbours."""
    out: list[PhraseToken] = []
    for index, token in enumerate(tokens):
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        before = out[-1] if out else None
        if token.kind == "_":
            continue
        previous = tokens[index - 1] if index else None
        if previous is not None and token.kind == "n" and token.raw.isdigit():
            # "Le 15", "am 15".
            german_am = previous.raw == "am" and (before is None or before.raw != "am")
            if previous.kind == "_" or german_am:
                token = token._replace(kind="o")
        if token.kind == "y" and _is_fraction(token, tokens[index + 1 :]):
            if before is not None and before.kind == "n":
                out.append(PhraseToken("&", 0, ""))
            token = PhraseToken("q", token.value[0] / token.value[1], token.raw)
        if token.raw in _FEMININE and _is_ordinal(tokens[index + 1 :]):
            token = PhraseToken("o", _FEMININE[token.raw], token.raw, "pt")
        if _is_open(token, tokens[index + 1 :], out):
            token = PhraseToken("v", 0, token.raw, token.lang)
        settled = _settled(token, before, after)
        if settled is not None:
            out.append(settled)
    return out


def _is_ordinal(later: list[PhraseToken]) -> bool:
    """Match Portuguese "segunda terça-feira de janeiro", beside "segunda" for Monday."""
    return bool(later) and later[0].kind == "w" and any(mark.kind in "mu" for mark in later)


def _is_fraction(token: PhraseToken, later: list[PhraseToken]) -> bool:
    """Match "1/2 hour", "1/2 an hour"."""
    first, second, year, separator = token.value
    unit = next((mark for mark in later if mark.kind != "1"), None)
    return (
        (first, second) in ((1, 2), (1, 4), (3, 4))
        and (year, separator) == (None, "/")
        and unit is not None
        and unit.kind == "u"
        and unit.value != "weekend"
    )


def _is_open(token: PhraseToken, later: list[PhraseToken], out: list[PhraseToken]) -> bool:
    """Match "for 2 hours" (a duration), German "alle 2 Stunden" (a repetition), Spanish "o"
    ("or")."""
    if token.kind == "O":
        return bool(out) and not (later and later[0].kind in "le")
    if token.kind != "F" and token.raw != "alle":
        return False
    kinds = "".join(mark.kind for mark in later)
    length = re.match(r"[nY1]?q?1?u", kinds)
    if length is None:
        return False
    if token.kind == "F":
        return "L" not in kinds and "f" not in kinds
    return later[length.end() - 1].lang == "de"


def _settled(
    token: PhraseToken, before: PhraseToken | None, after: PhraseToken | None
) -> PhraseToken | None:
    kind, raw = token.kind, token.raw
    after_kind = after.kind if after else ""
    if kind in "FO" or (kind == "I" and before is not None and before.kind in "nact"):
        return None
    of_place = after_kind == "z" or (raw == "ora" and after is not None and after.raw == "di")
    if kind == "u" and raw in ("heure", "hora", "ora") and of_place and before is not None:
        # "9h heure de Paris"
        return None
    if raw == "am" and kind == "a":
        # German "am Montag" beside English "9 am".
        hour = before is not None and before.kind in "nch"
        german = after is not None and (
            after.lang == "de" or after_kind in "oy" or after.raw == "mo"
        )
        return None if german or (after_kind == "n" and not hour) else token
    if raw == "an" and before is not None and before.kind == "n" and before.value == 1:
        return PhraseToken("u", "y", raw, "fr")
    if raw in ("a", "an") and kind == "1":
        # French "à 9h" and Spanish "a las" beside English "a week".
        return token if after_kind in ("u", "q") else PhraseToken("@", 0, raw, "fr")
    if raw == "um" and (after_kind == "u" or (after_kind == "q" and after and after.lang != "de")):
        return PhraseToken("n", 1, raw, "pt")
    if raw == "morgen" and before is not None and before.kind in "wd":
        return PhraseToken("p", "morning", raw, "de")
    day_next = after_kind == "w" or (after_kind == "u" and after is not None and after.value == "d")
    if raw in ("second", "segundo", "secondo") and day_next and kind == "u":
        return PhraseToken("o", 2, raw, token.lang)
    if raw == "y" and not token.glued and after is not None and after_kind in "nq1":
        # Spanish "nueve y media" beside "1y".
        return PhraseToken("&", 0, raw, "es")
    if raw in zones.ALSO_WORDS and before is not None and before.kind in "acuh":
        # "9am et", "17h cet".
        return zone_token(raw) if after is None else token
    if raw in ("early", "late") and after_kind in "mx" and after is not None:
        # "Early next week" is its start; "late December" is no day.
        if after_kind == "m":
            return PhraseToken("v", 0, raw, "en")
        return PhraseToken("e", "start" if raw == "early" else "end", raw, "en")
    if kind == "@" and before is not None and before.kind == "@":
        return None if raw != before.raw else PhraseToken("?", raw, raw)
    if raw == "ore" and after_kind in ("n", "c") and (before is None or before.kind not in "n1q"):
        return PhraseToken("@", 0, raw, "it")
    if raw == "mi" and after_kind == "m":
        return PhraseToken("e", "mid", raw, "fr")
    at_ten = before is not None and before.kind == "@"
    if raw == "dez" and kind == "m" and (at_ten or (after_kind and after_kind in "u<>&")):
        return PhraseToken("n", 10, raw, "pt")
    if raw == "sept" and after_kind in ("u", "h"):
        return PhraseToken("n", 7, raw, "fr")
    if raw == "mar" and token.lang == "es" and (before is None or before.kind not in "no"):
        return PhraseToken("w", 1, raw, "es")  # "mar 5 ene" beside "5 mar"
    if raw == "mo" and (before is None or before.kind not in "n1q"):
        return PhraseToken("w", 0, raw, "de")
    if raw in ("do", "di") and kind == "w" and after is not None and after.lang != "de":
        # Portuguese "do mês" and Italian "di dicembre" beside the German days.
        return None if after_kind in "umxsz" else token
    if raw == "quarter" and before is not None and before.kind in "xse":
        return PhraseToken("u", "quarter", raw, token.lang)
    return token
