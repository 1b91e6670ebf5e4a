"""Finds web addresses in a text exactly as X and Mastodon do.

Both use twitter-text's grammar: a domain is labels and a known top-level domain, with "https://"
or, on X, without. They differ in the schemes and in the characters of a path. The top-level domains
are data (``resources/endings.txt``). All functions take linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from ..common.resources import resource

Span = tuple[int, int]
_LONG = 20_000  # longer texts are not cached

MAX_LABEL = 63
MAX_LENGTH = 4096
MAX_TCO_SLUG = 40

# Character classes of twitter-text's grammar.
_SPACES = "\x09-\x0d\x20\x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_INVALID = "\ufffe\ufeff\uffff"
_DIRECTIONS = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_LATIN = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b"
    "\u0263\u0268\u026f\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
_CYRILLIC = "\u0400-\u04ff"
# Domain characters including the dot, the hyphen and the underscore.
_RUN = re.compile(rf"[^!'#%&()*+,\\/:;<=>?@\[\]^{{|}}~${_SPACES}{_INVALID}{_DIRECTIONS}]+")
_NOT_BEFORE = re.compile(rf"[A-Za-z0-9@＠$#＃{_INVALID}]")
# Without ASCII, IGNORECASE would also match ı, ſ and the Kelvin sign as Latin letters.
_ANY_CASE = re.IGNORECASE | re.ASCII
# Or a stretch without a dot, which would otherwise be scanned again from each of its letters.
_ASCII_LABELS = re.compile(rf"((?:[-a-z0-9{_LATIN}]++\.)+)|[-a-z0-9{_LATIN}]+", _ANY_CASE)
_TCO = re.compile(
    r"https?://t\.co/([a-z0-9]+)"
    r"(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/])?",
    _ANY_CASE,
)
_CODED = re.compile(r"xn--[-0-9a-z]+", _ANY_CASE)
_PORT = re.compile(r":[0-9]+")


@dataclass(frozen=True)
class Grammar:
    """One network's rules: schemes, whether a bare domain is an address, and what may follow it."""

    scheme: re.Pattern[str]
    bare: bool
    path: re.Pattern[str]
    path_end: re.Pattern[str]
    query: re.Pattern[str]
    query_end: re.Pattern[str]


def _path(letter: str, flags: int = 0) -> re.Pattern[str]:
    """Return the pattern of a path, with brackets in pairs, nested once at most."""
    inner = rf"\((?:{letter}++(?:\({letter}++\){letter}*+)?|\({letter}++\){letter}*+)\)"
    return re.compile(rf"/(?:{letter}++|{inner})*+", flags)


X = Grammar(
    scheme=re.compile(r"https?://", _ANY_CASE),
    bare=True,
    path=_path(rf"[a-z{_CYRILLIC}0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_LATIN}]", _ANY_CASE),
    path_end=re.compile(rf"[+\-a-z{_CYRILLIC}0-9=_#/)" + _LATIN + "]", _ANY_CASE),
    query=re.compile(r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*+", _ANY_CASE),
    query_end=re.compile(r"[a-z0-9\-_&=#/]", _ANY_CASE),
)
MASTODON = Grammar(
    scheme=re.compile(r"(?:https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini)://", _ANY_CASE),
    bare=False,
    path=_path(r"[^\s<>()?]"),
    path_end=re.compile(r"[^\s(?!*\"'「」<>;:=,.$%\[\]~&|@]"),
    query=re.compile(r"\?[a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@^\u00a0-\U0010fffd]*+", _ANY_CASE),
    query_end=re.compile(r"[a-z0-9_&=#/\-\u00a0-\U0010fffd]", _ANY_CASE),
)
_LONGEST_SCHEME = len("gopher://")


@cache
def top_level_domains() -> frozenset[str]:
    """Return the known top-level domains in lower case: "com", "de", "рф"…"""
    lines = resource("endings.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def _longest_tld() -> int:
    return max(map(len, top_level_domains()))


def find(text: str, grammar: Grammar) -> list[Span]:
    """Return the (start, end) of every address in `text`."""
    if "." not in text or not (grammar.bare or "://" in text):
        return []
    # The same text is counted, cut and searched for addresses.
    return list(_find_cached(text, grammar) if len(text) < _LONG else _find(text, grammar))


@lru_cache(maxsize=32)
def _find_cached(text: str, grammar: Grammar) -> list[Span]:
    return _find(text, grammar)


def _find(text: str, grammar: Grammar) -> list[Span]:
    spans: list[Span] = []
    done = 0
    for run in _RUN.finditer(text):
        if "." not in run.group():
            continue
        start, end = run.span()
        while max(start, done) < end:
            match = _first(text, max(start, done), end, done, grammar)
            if match is None:
                break
            new_spans, done = match
            spans += new_spans
            start = done
    return spans


def _first(
    text: str, start: int, end: int, done: int, grammar: Grammar
) -> tuple[list[Span], int] | None:
    """Return the first match in the run of domain characters `start`..`end`: its addresses (none if
    it only resembles one) and where to continue. Text before `done` is used up."""
    dots = _dots(text, start, end)
    if not dots:
        return None
    scheme = _scheme_before(text, start, done, grammar)
    if scheme is not None:
        domain_end = _domain_end(text, start, dots)
        if domain_end is not None:
            return _with_scheme(text, scheme, start, domain_end, grammar)
    for place in _starts(text, start, end, done):
        domain_end = _domain_end(text, place, dots)
        if domain_end is not None:
            return _bare(text, place, domain_end, grammar)
    return None


def _dots(text: str, start: int, end: int) -> list[tuple[int, int | None]]:
    """Return each dot of a run with the end of the top-level domain after it; empty if none is
    known."""
    dots: list[tuple[int, int | None]] = []
    known = False
    dot = text.find(".", start, end)
    while dot >= 0:
        following = text.find(".", dot + 1, end)
        ending = _tld(text, dot + 1, end if following < 0 else following)
        known = known or ending is not None
        dots.append((dot, ending))
        dot = following
    return dots if known else []


def _tld(text: str, start: int, end: int) -> int | None:
    """Return the end of a known top-level domain at `start`, which may begin a label."""
    known = top_level_domains()
    label = text[start : min(end, start + _longest_tld())]
    # "İ" lowers to two characters, which would shift the indexes.
    label = "".join(letter if len(letter.lower()) > 1 else letter.lower() for letter in label)
    for length in range(len(label), 0, -1):
        if label[:length] in known:
            after = text[start + length : start + length + 1]
            if not after or not (after in "@+-" or (after.isascii() and after.isalnum())):
                return start + length
    coded = _CODED.match(text, start, end)
    return coded.end() if coded else None


def _scheme_before(text: str, start: int, done: int, grammar: Grammar) -> int | None:
    """Return the start of a valid scheme before `start`, else None."""
    if not text.endswith("://", done, start):
        return None
    for begin in range(max(done, start - _LONGEST_SCHEME), start):
        match = grammar.scheme.match(text, begin, start)
        if match and match.end() == start:
            if begin == 0 or (begin > done and not _NOT_BEFORE.match(text, begin - 1)):
                return begin
            return None
    return None


def _starts(text: str, start: int, end: int, done: int) -> Iterator[int]:
    """Yield the places where a bare domain may begin, according to the character before."""
    if start == 0:
        # At the very beginning the first character may be the one before the domain.
        if end > 1 and not _NOT_BEFORE.match(text, 0):
            yield 1
        yield 0
    for place in range(max(start, 1, done + 1), end):
        if not _NOT_BEFORE.match(text, place - 1):
            yield place


def _domain_end(text: str, start: int, dots: list[tuple[int, int | None]]) -> int | None:
    """Return the end of the longest domain that begins at `start`, possibly inside a label."""
    best = None
    begin = start
    for dot, ending in dots:
        if dot < start:
            continue
        if dot == begin or text[begin] in "-_" or text[dot - 1] in "-_":
            break
        if ending is not None and text.find("_", begin, dot) < 0:
            best = ending
        begin = dot + 1
    return best


def _after(text: str, place: int, grammar: Grammar) -> tuple[int, bool]:
    """Return the end of port, path and query after a domain, and whether it has a path."""
    port = _PORT.match(text, place)
    if port:
        place = port.end()
    path = grammar.path.match(text, place)
    if path:
        place = _back(text, place + 1, path.end(), grammar.path_end)
    query = grammar.query.match(text, place)
    if query:
        last = _back(text, place + 1, query.end(), grammar.query_end)
        place = last if last > place + 1 else place
    return place, path is not None


def _back(text: str, start: int, end: int, last: re.Pattern[str]) -> int:
    """Return `end` without the punctuation that cannot end an address."""
    while end > start and not last.match(text, end - 1):
        end -= 1
    return end


def _with_scheme(
    text: str, scheme: int, start: int, domain_end: int, grammar: Grammar
) -> tuple[list[Span], int]:
    end, _ = _after(text, domain_end, grammar)
    if not _may_be_name(text[start:domain_end], end - scheme):
        return [], end
    if grammar is X:
        short = _TCO.match(text, scheme, end)
        if short:
            if len(short.group(1)) > MAX_TCO_SLUG:
                return [], end
            return [(scheme, short.end())], end
    return [(scheme, end)], end


def _bare(text: str, start: int, domain_end: int, grammar: Grammar) -> tuple[list[Span], int]:
    end, with_path = _after(text, domain_end, grammar)
    before = text[start - 1 : start]
    if (
        not grammar.bare
        or (before and before in "-_./")
        or not _may_be_name(text[start:domain_end], end - start + len("https://"))
    ):
        return [], end
    spans = list(_ascii_domains(text, start, domain_end))
    if spans and with_path:
        spans[-1] = (spans[-1][0], end)
    return spans, end


def _ascii_domains(text: str, start: int, end: int) -> Iterator[Span]:
    """Without a scheme, only the Latin parts of a domain are an address."""
    place = start
    while labels := _ASCII_LABELS.search(text, place, end):
        if labels.group(1) is None:
            place = labels.end()
            continue
        dot = labels.end() - 1
        while dot > labels.start():
            ending = _tld(text, dot + 1, end)
            if ending is not None:
                yield labels.start(), ending
                place = ending
                break
            dot = text.rfind(".", labels.start(), dot)
        else:
            place = labels.end()


def _may_be_name(domain: str, length: int) -> bool:
    """Return whether the name is valid: no label longer than 63 characters in ASCII form."""
    if domain.isascii():
        return length <= MAX_LENGTH and all(
            0 < len(label) <= MAX_LABEL for label in domain.split(".")
        )
    if domain[:4] == "xn--" and not any(True for _ in _ascii_domains(domain, 0, len(domain))):
        return False
    for label in domain.split("."):
        coded = label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
        if not 0 < len(coded) <= MAX_LABEL:
            return False
        length += len(coded) - len(label)
    return length <= MAX_LENGTH
