"""Tokenizer of phrases: numbers, clock times, dates, zones and the words of `words`."""

from __future__ import annotations

import re
from typing import Final

from posto_desktop.sdk.when import arabic, disambiguation, spelling, turkic, zones
from posto_desktop.sdk.when.folding import fold
from posto_desktop.sdk.when.tokens import PhraseToken, zone_token
from posto_desktop.sdk.when.words import COMMON, Vocabulary, WordMeaning

__all__ = ["fold", "tokens"]

_TOKEN: Final = re.compile(
    r"""
      (?P<basic>\d{8})(?:[Tt](?P<basictime>\d{4}(?:\d{2})?))?(?=$|[\s,+\-Zz])
    | (?P<iso>\d{4}(?P<isosep>[-/.])\d{1,2}(?P=isosep)\d{1,2})(?![\d/])[Tt]?
    | (?P<date>\d{1,2}(?P<sep>[./-])\d{1,2}(?P=sep)(?:\d{4}|\d{2})(?!\d)|\d{1,2}/\d{1,2}(?![\d/])
        |\d{1,2}\.\d{1,2}\.(?!\d))
    | (?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?!\d)|\d{1,2}[hH]\d{2}(?![\dA-Za-z]))
    | (?P<ordinal>\d{1,2})\.(?=\s*(?:[A-Za-z]|$))
    | '(?P<year2>\d{2})(?!\d)
    | (?P<num>\d+(?:[.,]\d+)?|(?<![\w.])\.\d+)(?P<suffix>[A-Za-z]+)?
    | (?P<zone>[A-Za-z]+(?:/[A-Za-z0-9_+\-]+)+)
    | (?P<word>[A-Za-z0-9_]+|[\u0621-\u064a]+)
    | (?P<offset>(?:\+|-(?!(?:19|2[01])\d\d(?!\d)))\d{1,2}(?::?\d{2})?(?![\d]))
    | (?P<plus>\+)
    | (?P<gap>(?:[\s,;!?()|·–—]|\.(?!\d)|(?<=\w)\.|(?<=[A-Za-z]):(?=\s)|'(?!\d\d(?!\d))
        |-(?!\d)|(?<=[A-Za-z])-(?=\d{4}(?!\d)))+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_DOTTED: Final = re.compile(r"(?<![A-Za-z])([AaPp])\.\s?[Mm]\b\.?")
_ORDINAL_SUFFIXES: Final = frozenset(
    ["st", "nd", "rd", "th", "er", "ere", "re", "o", "eme", "ter", "te"]
)
# Kinds of words that may directly follow a number ("30m", "9uhr", "5dec").
_GLUED: Final = frozenset("uhm")
_NO_MEANINGS: Final[tuple[WordMeaning, ...]] = ()
_SETTLERS: Final = {"tr": turkic.settle, "az": turkic.settle, "ar": arabic.settle}
_SHORT_MERIDIEM: Final = {"a": "am", "p": "pm", "am": "am", "pm": "pm"}
# JavaScript writes "GMT+0100 (Central European Standard Time)", mail "+0100 (CET)".
_COMMENT: Final = re.compile(r"(?<=[+-]\d{4})\s*\([^()]*\)$")
_DASH: Final = re.compile("[-–—]")


def tokens(
    folded: str, vocabulary: Vocabulary = COMMON, *, slips: bool = False
) -> list[PhraseToken]:
    """Return the tokens of a phrase after `fold`, in order, without fillers.

    With `slips`, misspelt names of days and months are accepted.
    """
    folded = spelling.regular(folded, vocabulary)
    if "." in folded:
        folded = _DOTTED.sub(r"\1m", folded)
    if folded.endswith(")"):
        folded = _COMMENT.sub("", folded)
    out: list[PhraseToken] = []
    words: list[str] = []
    dash: int | None = None
    for match in _TOKEN.finditer(folded):
        kind = match.lastgroup
        if kind == "gap":
            dash = len(out) if not words and _DASH.search(match.group()) else None
            continue
        if kind == "word":
            words.append(match["word"])
            continue
        if words:
            _flush(words, out, vocabulary, slips)
            words, dash = [], None
        start = len(out)
        _symbol(match, out, vocabulary)
        if dash == start and start and _is_span(out, start):
            out.insert(start, PhraseToken("?", "-", "-"))
        dash = None
    if words:
        _flush(words, out, vocabulary, slips)
    return _SETTLERS.get(vocabulary.lang, disambiguation.settle)(out)


def _is_span(tokens: list[PhraseToken], index: int) -> bool:
    """Return whether a dash before the token at `index` makes a range: "1 - 5 dec", but "dec 1 -
    9am"."""
    before, after = tokens[index - 1], tokens[index]
    if before.kind == "y":
        return after.kind == "y"
    if before.kind not in "noYc" or after.kind not in "noYcy":
        return False
    dated = any(token.kind == "m" for token in tokens[:index])
    clock = after.kind == "c" or (index + 1 < len(tokens) and tokens[index + 1].kind == "a")
    return not (dated and clock)


def _symbol(match: re.Match[str], out: list[PhraseToken], vocabulary: Vocabulary) -> None:
    raw = match.group()
    if match["num"] is not None:
        _number(match["num"], match["suffix"], out, vocabulary)
    elif match["clock"] is not None:
        _clock(match["clock"], out)
    elif match["basic"] is not None:
        day = match["basic"]
        out.append(PhraseToken("y", (int(day[:4]), int(day[4:6]), int(day[6:]), "iso"), raw))
        if match["basictime"]:
            digits = match["basictime"]
            _clock(":".join(digits[i : i + 2] for i in range(0, len(digits), 2)), out)
    elif match["iso"] is not None:
        year, month, day = match["iso"].split(match["isosep"])
        out.append(PhraseToken("y", (int(year), int(month), int(day), "iso"), raw))
    elif match["date"] is not None:
        separator = match["sep"] or ("/" if "/" in raw else ".")
        fields = [int(field) for field in raw.split(separator) if field]
        year2 = fields[2] if len(fields) == 3 else None
        if year2 is not None and year2 < 100:
            year2 = spelling.full_year(year2)
        out.append(PhraseToken("y", (fields[0], fields[1], year2, separator), raw))
    elif match["ordinal"] is not None:
        # "5. Dezember" names a day; "at 9. Tomorrow" ends a sentence.
        # A full stop at the end leaves "tomorrow at 9." a time; "am 15." and "der 15." are days.
        last = match.end() == len(match.string)
        article = bool(out) and (out[-1].kind == "_" or out[-1].raw == "am")
        at = bool(out) and out[-1].kind == "@"
        kind = "n" if at or (last and not article) else "o"
        out.append(PhraseToken(kind, int(match["ordinal"]), match["ordinal"]))
    elif match["year2"] is not None:
        out.append(PhraseToken("Y", spelling.full_year(int(match["year2"])), raw))
    elif match["zone"] is not None:
        zone = zones.zone(raw)
        out.append(PhraseToken("z", (zone, None, raw), raw) if zone else PhraseToken("?", raw, raw))
    elif match["offset"] is not None:
        _offset(raw, out)
    elif raw == "@":
        out.append(PhraseToken("@", 0, raw))
    elif match["plus"] is not None and not out:
        out.append(PhraseToken("i", 0, raw))
    else:
        out.append(PhraseToken("?", raw, raw))


def _number(
    digits: str, suffix: str | None, out: list[PhraseToken], vocabulary: Vocabulary
) -> None:
    text = digits.replace(",", ".")
    if len(text) > 12:
        out.append(PhraseToken("?", digits, digits))
        return
    value: int | float = float(text) if "." in text else int(text)
    if suffix is None:
        whole = digits.isdigit() and len(digits) == 4
        out.append(PhraseToken("Y" if whole else "n", value, digits))
        return
    low, words = suffix.lower(), vocabulary.words
    if (digits + low) in words:
        # "2morrow", "2nite"
        _flush([digits + low], out, vocabulary, False)
        return
    if low != "ish" and low.endswith("ish"):
        low = low.removesuffix("ish")
    if low == "ish":
        out.append(PhraseToken("n", value, digits))
    elif words.get(low, _NO_MEANINGS)[:1] and words[low][0].kind == "+":
        # Turkish "15te"
        out.append(PhraseToken("n", value, digits))
        out.append(PhraseToken("+", words[low][0].value, low, vocabulary.lang))
    elif low in _ORDINAL_SUFFIXES and digits.isdigit():
        out.append(PhraseToken("o", value, digits + suffix))
    elif low in _SHORT_MERIDIEM:
        if len(digits) in (3, 4) and digits.isdigit():
            # "930am"
            out.append(PhraseToken("c", (*divmod(int(digits), 100), 0), digits))
        else:
            out.append(PhraseToken("n", value, digits))
        out.append(PhraseToken("a", _SHORT_MERIDIEM[low], suffix))
    elif low in words and words[low] and words[low][0].kind in _GLUED:
        out.append(PhraseToken("n", value, digits, "", True))
        out.extend(PhraseToken(m.kind, m.value, low, m.lang, True) for m in words[low])
    else:
        out.append(PhraseToken("?", digits + suffix, digits + suffix))


def _clock(text: str, out: list[PhraseToken]) -> None:
    fields = re.split(r"[:hH.,]", text)
    hour, minute = int(fields[0]), int(fields[1])
    second = int(fields[2]) if len(fields) > 2 else 0
    out.append(PhraseToken("c", (hour, minute, second), text))


def _offset(raw: str, out: list[PhraseToken]) -> None:
    """Parse "+02:00" after a clock time or "UTC"; "+2 hours" at the start."""
    digits = raw[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    before = out[-1] if out else None
    if before is None and raw[0] == "+":
        out.append(PhraseToken("i", 0, "+"))
        out.append(PhraseToken("n", int(digits), digits))
    elif before is None or hours > 14 or minutes > 59 or before.kind not in "cza":
        out.append(PhraseToken("?", raw, raw))
    elif before.kind != "z" and not (raw[0] == "+" or any(token.kind in "ym" for token in out)):
        # "9:00-10:00" is a range; only after a date is it an offset.
        out.append(PhraseToken("?", raw, raw))
    else:
        total = hours * 60 + minutes
        zone = zones.fixed(total if raw[0] == "+" else -total)
        if before.kind == "z":
            if before.value[2].lower() not in ("utc", "gmt"):
                out.append(PhraseToken("?", raw, raw))
                return
            out.pop()
        out.append(PhraseToken("z", (zone, None, raw), raw))


def _flush(words: list[str], out: list[PhraseToken], vocabulary: Vocabulary, slips: bool) -> None:
    """Look up a run of words, the longest phrase first."""
    lower = [word.lower() for word in words]
    index = 0
    while index < len(words):
        first = lower[index]
        for length in range(min(vocabulary.longest.get(first, 1), len(words) - index), 0, -1):
            key = first if length == 1 else " ".join(lower[index : index + length])
            marks = vocabulary.words.get(key)
            if marks is not None:
                if length == 1 and key in zones.ALSO_WORDS and words[index].isupper():
                    continue
                if not marks and length == 1 and " ".join(lower[index : index + 2]) in zones.PLACES:
                    # "Los Angeles"
                    continue
                if not marks and key in vocabulary.articles:
                    out.append(PhraseToken("_", 0, key))
                out.extend(PhraseToken(mark.kind, mark.value, key, mark.lang) for mark in marks)
                index += length
                break
        else:
            index += _zone_or_unknown(words, index, out, vocabulary, slips)


def _zone_or_unknown(
    words: list[str], index: int, out: list[PhraseToken], vocabulary: Vocabulary, slips: bool
) -> int:
    """Add the zone, filler or unknown word at `index`; return the number of words used."""
    lower = [word.lower() for word in words]
    for length in (2, 1):
        token = zone_token(" ".join(lower[index : index + length]))
        if token is not None:
            out.append(token)
            return length
    meant = spelling.slip(lower[index], vocabulary) if slips else None
    if meant is not None:
        name, marks = meant
        name = spelling.shown_name(name, marks[0])
        out.extend(PhraseToken(m.kind, m.value, words[index], m.lang, False, name) for m in marks)
        return 1
    out.append(PhraseToken("?", lower[index], words[index]))
    return 1
