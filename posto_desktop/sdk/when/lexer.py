"""Cuts a phrase into marks: numbers, clock times, dates, zones and the words of `words`."""

from __future__ import annotations

import re
import unicodedata
from datetime import tzinfo
from typing import Any, Final, NamedTuple

from posto_desktop.sdk.when import zones
from posto_desktop.sdk.when.words import ARTICLES, LONGEST, WORDS


class Token(NamedTuple):
    """One mark of a phrase. Kinds are those of `words`, and besides:

    ``c`` clock time (hour, minute, second, written), ``y`` numeric date (first, second, third,
    separator), ``Y`` four digits, ``z`` zone (tzinfo, place whose clocks may be meant, name),
    ``?`` unknown.
    """

    kind: str
    value: Any
    raw: str
    lang: str = ""
    glued: bool = False


_TOKEN: Final = re.compile(
    r"""
      (?P<basic>\d{8})(?:[Tt](?P<basictime>\d{4}(?:\d{2})?))?(?=$|[\s,+\-Zz])
    | (?P<iso>\d{4}(?P<isosep>[-/.])\d{1,2}(?P=isosep)\d{1,2})(?![\d/])[Tt]?
    | (?P<date>\d{1,2}(?P<sep>[./-])\d{1,2}(?P=sep)(?:\d{4}|\d{2})(?!\d)|\d{1,2}/\d{1,2}(?![\d/])
        |\d{1,2}\.\d{1,2}\.(?!\d))
    | (?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?!\d)|\d{1,2}[hH]\d{2}(?![\dA-Za-z]))
    | (?P<ordinal>\d{1,2})\.(?=\s*[A-Za-z])
    | (?P<num>\d+(?:[.,]\d+)?)(?P<suffix>[A-Za-z]+)?
    | (?P<zone>[A-Za-z]+(?:/[A-Za-z0-9_+\-]+)+)
    | (?P<word>[A-Za-z0-9_]+)
    | (?P<offset>(?:\+|-(?!(?:19|2[01])\d\d(?!\d)))\d{1,2}(?::?\d{2})?(?![\d]))
    | (?P<plus>\+)
    | (?P<gap>(?:[\s,;.!?()'|·–—]|-(?!\d)|(?<=[A-Za-z])-(?=\d{4}(?!\d)))+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_DOTTED: Final = re.compile(r"(?<![A-Za-z])([AaPp])\.\s?[Mm]\b\.?")
_ORDINAL_ENDINGS: Final = frozenset(
    ["st", "nd", "rd", "th", "er", "ere", "re", "o", "eme", "ter", "te"]
)
#: Kinds of words that may stand right behind a number ("30m", "9uhr", "5dec").
_GLUED: Final = frozenset("uhm")
_SHORT_MERIDIEM: Final = {"a": "am", "p": "pm", "am": "am", "pm": "pm"}
#: JavaScript writes "GMT+0100 (Central European Standard Time)", mail "+0100 (CET)".
_COMMENT: Final = re.compile(r"(?<=[+-]\d{4})\s*\([^()]*\)$")
_QUOTES: Final = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "ß": "ss", "−": "-", "°": "o"}
)


def fold(text: str) -> str:
    """`text` without accents and with plain quotes; capitals stay."""
    text = text.translate(_QUOTES)
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def tokens(folded: str) -> list[Token]:
    """The marks of a phrase that `fold` went over, in order; fillers are left out."""
    if "." in folded:
        folded = _DOTTED.sub(r"\1m", folded)
    if folded.endswith(")"):
        folded = _COMMENT.sub("", folded)
    out: list[Token] = []
    words: list[str] = []
    for match in _TOKEN.finditer(folded):
        kind = match.lastgroup
        if kind == "gap":
            continue
        if kind == "word":
            words.append(match["word"])
            continue
        if words:
            _flush(words, out)
            words = []
        _symbol(match, out)
    if words:
        _flush(words, out)
    return _settle(out)


def _symbol(match: re.Match[str], out: list[Token]) -> None:
    raw = match.group()
    if match["num"] is not None:
        _number(match["num"], match["suffix"], out)
    elif match["clock"] is not None:
        _clock(match["clock"], out)
    elif match["basic"] is not None:
        day = match["basic"]
        out.append(Token("y", (int(day[:4]), int(day[4:6]), int(day[6:]), "iso"), raw))
        if match["basictime"]:
            digits = match["basictime"]
            _clock(":".join(digits[i : i + 2] for i in range(0, len(digits), 2)), out)
    elif match["iso"] is not None:
        year, month, day = match["iso"].split(match["isosep"])
        out.append(Token("y", (int(year), int(month), int(day), "iso"), raw))
    elif match["date"] is not None:
        separator = match["sep"] or ("/" if "/" in raw else ".")
        fields = [int(field) for field in raw.split(separator) if field]
        year2 = fields[2] if len(fields) == 3 else None
        if year2 is not None and year2 < 100:
            year2 += 2000
        out.append(Token("y", (fields[0], fields[1], year2, separator), raw))
    elif match["ordinal"] is not None:
        # "5. Dezember" names a day; "at 9. Tomorrow" ends a sentence.
        kind = "n" if out and out[-1].kind == "@" else "o"
        out.append(Token(kind, int(match["ordinal"]), match["ordinal"]))
    elif match["zone"] is not None:
        zone = zones.zone(raw)
        out.append(Token("z", (zone, None, raw), raw) if zone else Token("?", raw, raw))
    elif match["offset"] is not None:
        _offset(raw, out)
    elif raw == "@":
        out.append(Token("@", 0, raw))
    elif match["plus"] is not None and not out:
        out.append(Token("i", 0, raw))
    else:
        out.append(Token("?", raw, raw))


def _number(digits: str, suffix: str | None, out: list[Token]) -> None:
    text = digits.replace(",", ".")
    if len(text) > 12:
        out.append(Token("?", digits, digits))
        return
    value: int | float = float(text) if "." in text else int(text)
    if suffix is None:
        whole = digits.isdigit() and len(digits) == 4
        out.append(Token("Y" if whole else "n", value, digits))
        return
    low = suffix.lower()
    if low == "ish":
        out.append(Token("n", value, digits))
    elif low in _ORDINAL_ENDINGS and digits.isdigit():
        out.append(Token("o", value, digits + suffix))
    elif low in _SHORT_MERIDIEM:
        out.append(Token("n", value, digits))
        out.append(Token("a", _SHORT_MERIDIEM[low], suffix))
    elif low in WORDS and WORDS[low] and WORDS[low][0].kind in _GLUED:
        out.append(Token("n", value, digits, "", True))
        out.extend(Token(m.kind, m.value, low, m.lang, True) for m in WORDS[low])
    else:
        out.append(Token("?", digits + suffix, digits + suffix))


def _clock(text: str, out: list[Token]) -> None:
    fields = re.split(r"[:hH.,]", text)
    hour, minute = int(fields[0]), int(fields[1])
    second = int(fields[2]) if len(fields) > 2 else 0
    out.append(Token("c", (hour, minute, second), text))


def _offset(raw: str, out: list[Token]) -> None:
    """ "+02:00" behind a clock time or behind "UTC"; "+2 hours" at the start."""
    digits = raw[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    before = out[-1] if out else None
    if before is None and raw[0] == "+":
        out.append(Token("i", 0, "+"))
        out.append(Token("n", int(digits), digits))
    elif before is None or hours > 14 or minutes > 59 or before.kind not in "cza":
        out.append(Token("?", raw, raw))
    elif before.kind != "z" and not (raw[0] == "+" or any(token.kind in "ym" for token in out)):
        # "9:00-10:00" is a span; only behind a date is it an offset.
        out.append(Token("?", raw, raw))
    else:
        total = hours * 60 + minutes
        zone = zones.fixed(total if raw[0] == "+" else -total)
        if before.kind == "z":
            if before.value[2].lower() not in ("utc", "gmt"):
                out.append(Token("?", raw, raw))
                return
            out.pop()
        out.append(Token("z", (zone, None, raw), raw))


def _flush(words: list[str], out: list[Token]) -> None:
    """Look up a run of words, the longest phrase first."""
    lower = [word.lower() for word in words]
    index = 0
    while index < len(words):
        first = lower[index]
        for length in range(min(LONGEST.get(first, 1), len(words) - index), 0, -1):
            key = first if length == 1 else " ".join(lower[index : index + length])
            marks = WORDS.get(key)
            if marks is not None:
                if length == 1 and key in zones.ALSO_WORDS and words[index].isupper():
                    continue
                if not marks and key in ARTICLES:
                    out.append(Token("_", 0, key))
                out.extend(Token(mark.kind, mark.value, key, mark.lang) for mark in marks)
                index += length
                break
        else:
            index += _zone_or_unknown(words, lower, index, out)


def _zone_or_unknown(words: list[str], lower: list[str], index: int, out: list[Token]) -> int:
    """Add the zone, filler or unknown word at `index`; return how many words it took."""
    for length in (2, 1):
        token = _zone(" ".join(lower[index : index + length]))
        if token is not None:
            out.append(token)
            return length
    out.append(Token("?", lower[index], words[index]))
    return 1


def _zone(name: str) -> Token | None:
    """The mark of "est", "new york" or "pacific time" in small letters."""
    place = zones.PLACES.get(name)
    meant: str | None = None
    zone: tzinfo | None = None
    if place is not None:
        zone = zones.zone(place)
    elif name in zones.FIXED:
        minutes, meant = zones.FIXED[name]
        zone = zones.fixed(minutes)
    if zone is None:
        return None
    shown = name.upper() if len(name) < 5 else name.title()
    return Token("z", (zone, meant, shown), name)


def _settle(found: list[Token]) -> list[Token]:
    """Decide the words whose meaning hangs on their neighbours."""
    out: list[Token] = []
    for index, token in enumerate(found):
        after = found[index + 1] if index + 1 < len(found) else None
        before = out[-1] if out else None
        if token.kind == "_":
            continue
        if index and found[index - 1].kind == "_" and token.kind == "n" and token.raw.isdigit():
            token = token._replace(kind="o")
        settled = _settled(token, before, after)
        if settled is not None:
            out.append(settled)
    return out


def _settled(token: Token, before: Token | None, after: Token | None) -> Token | None:
    kind, raw = token.kind, token.raw
    after_kind = after.kind if after else ""
    if raw == "am" and kind == "a":
        # German "am Montag" beside English "9 am".
        hour = before is not None and before.kind in "nch"
        german = after is not None and (after.lang == "de" or after_kind in "oy")
        return None if german or (after_kind == "n" and not hour) else token
    if raw == "an" and before is not None and before.kind == "n" and before.value == 1:
        return Token("u", "y", raw, "fr")
    if raw in ("a", "an") and kind == "1":
        # French "à 9h" and Spanish "a las" beside English "a week".
        return token if after_kind in ("u", "q") else Token("@", 0, raw, "fr")
    if raw == "um" and after_kind == "u":
        return Token("n", 1, raw, "pt")
    if raw == "morgen" and before is not None and before.kind in "wd":
        return Token("p", "morning", raw, "de")
    if raw in ("second", "segundo", "secondo") and after_kind == "w" and kind == "u":
        return Token("o", 2, raw, token.lang)
    if raw == "y" and not token.glued and after is not None and after_kind in "nq1":
        # Spanish "nueve y media" beside "1y".
        return Token("&", 0, raw, "es")
    if raw in zones.ALSO_WORDS and before is not None and before.kind in "acuh":
        # "9am et", "17h cet".
        return _zone(raw) if after is None else token
    if raw in ("early", "late") and after_kind in "mx" and after is not None:
        # "Early next week" is its start; "late December" is no day.
        if after_kind == "m":
            return Token("v", 0, raw, "en")
        return Token("e", "start" if raw == "early" else "end", raw, "en")
    if kind == "@" and before is not None and before.kind == "@":
        return None
    if raw == "ore" and after_kind in ("n", "c") and (before is None or before.kind not in "n1q"):
        return Token("@", 0, raw, "it")
    if raw == "mi" and after_kind == "m":
        return Token("e", "mid", raw, "fr")
    if raw == "dez" and after_kind and after_kind in "u<>&" and kind == "m":
        return Token("n", 10, raw, "pt")
    if raw == "sept" and after_kind in ("u", "h"):
        return Token("n", 7, raw, "fr")
    if raw == "mo" and (before is None or before.kind not in "n1q"):
        return Token("w", 0, raw, "de")
    if raw in ("do", "di") and kind == "w" and after is not None and after.lang != "de":
        # Portuguese "do mês" and Italian "di dicembre" beside the German days.
        return None if after_kind in "umxs" else token
    if raw == "quarter" and before is not None and before.kind in "xse":
        return Token("u", "quarter", raw, token.lang)
    return token
