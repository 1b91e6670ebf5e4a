"""Counting text as each network counts it.

Units (`text_units` in resources/networks.json):
  weighted          X: light code points 1, others 2, any emoji 2, any URL 23; after NFC
  graphemes         Bluesky: what a person sees as one character
  characters_url23  Mastodon: code points, a URL 23, `@user@host` only its `@user`
  utf16_units       Telegram, TikTok: UTF-16 code units
  utf8_bytes        bytes of the UTF-8 text
  characters, code_points   Unicode code points
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

import regex  # type: ignore[import-untyped]

from posto_desktop.core.limits import Limits, limits_for

# No network that needs these rules takes as much. Above it, X's and Mastodon's count is an estimate
# (addresses and emoji not looked for): exact rules on a pasted megabyte would freeze the editor.
_LONG = 20_000
_LIGHT_BYTES = bytes(range(0xE0))

_Token = tuple[int, int, int]  # start, end, weight

_GRAPHEME = regex.compile(r"\X")
_EMOJI = regex.compile(
    r"\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3|[\u00A9\u00AE]\uFE0F"
    r"|(?![\u00A9\u00AE\uFE0E])\p{Extended_Pictographic}"
)
# Characters of weight 1 on X; every other one weighs 2 (twitter-text, configuration v3).
_LIGHT = regex.compile(r"[\u0000-\u10FF\u2000-\u200D\u2010-\u201F\u2032-\u2037]")

_SCHEME_URL = r"https?://[^\s<>\"\u3000-\u303F\uFF00-\uFFEF]+"
# X also links bare domains. Its list of endings is long; these are the ones that people write.
_BARE_ENDINGS = (
    "com|org|net|edu|gov|mil|int|info|biz|name|pro|app|dev|page|shop|store|blog|news|site|online"
    "|art|cafe|club|design|digital|email|games|live|media|music|photo|photos|social|space|studio"
    "|tech|tv|video|wiki|world|xyz|io|ai|co|me|eu|uk|de|fr|es|it|nl|pl|pt|br|ru|se|no|fi|dk|cz|at"
    "|ch|be|ie|us|ca|mx|ar|cl|jp|cn|kr|in|au|nz|za|tr|ua|gr|hu|ro|il|ly|gl|gg|to|fm|ws|cc"
)
_BARE_URL = (
    rf"(?<![\w@./:-])(?:[\p{{L}}\p{{N}}][\p{{L}}\p{{N}}-]{{0,62}}+\.){{1,8}}"
    rf"(?:{_BARE_ENDINGS})(?![\w-]|\.\w)(?::\d+)?(?:/[^\s<>\"\u3000-\u303F\uFF00-\uFFEF]*)?"
)
_URL_X = regex.compile(rf"(?<![\w@])(?:{_SCHEME_URL})|{_BARE_URL}", regex.IGNORECASE)
_URL_PLAIN = regex.compile(rf"(?<!\w){_SCHEME_URL}", regex.IGNORECASE)
_FAR_MENTION = regex.compile(r"(?<![\w/@])(@\w+)@[\w.-]*\w")
_TRAILING = ".,;:!?…'\"*»”’"


def count(text: str, slug: str) -> int:
    """The length of a text as this network counts it."""
    return count_as(text, limits_for(slug))


def count_as(text: str, limits: Limits) -> int:
    if len(text) < _LONG:
        return _cached_count(text, limits.text_unit, limits.url_counts_as or 23)
    return _count(text, limits.text_unit, limits.url_counts_as or 23)


def limit(slug: str, with_media: bool = False) -> int | None:
    """The longest text this network takes, in its own unit; None where unknown."""
    return limits_for(slug).text_limit(with_media)


def over_index(text: str, slug: str, with_media: bool = False) -> int | None:
    """Where the part begins that does not fit (index into the str); None when all fits."""
    limits = limits_for(slug)
    places = []
    longest = limits.text_limit(with_media)
    if longest is not None and count_as(text, limits) > longest:
        unit, url = limits.text_unit, limits.url_counts_as or 23
        start = text[: max(_LONG, longest * 8)]
        place = _place(_tokens(start, unit, url), longest)
        places.append(len(start) if place is None and len(start) < len(text) else place)
    most_bytes = limits.text_max_bytes
    if most_bytes is not None and size(text) > most_bytes:
        places.append(_place(_tokens(text, "utf8_bytes", 0), most_bytes))
    found = [place for place in places if place is not None]
    return min(found) if found else None


def size(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def utf16_index(text: str, index: int) -> int:
    """The same place counted in UTF-16 units, as Qt's text documents count."""
    return index + sum(1 for one in text[:index] if ord(one) > 0xFFFF)


def grapheme_end(text: str, longest: int) -> int:
    """The largest index up to `longest` that does not split what a person sees as one."""
    end = 0
    for found in _GRAPHEME.finditer(text[: longest + 64]):
        if found.end() > longest:
            break
        end = found.end()
    return end


def find_urls(text: str) -> list[str]:
    """The addresses with a scheme in a text, without the punctuation after them."""
    return [text[start:end] for start, end in _urls(text, _URL_PLAIN)]


@lru_cache(maxsize=256)
def _cached_count(text: str, unit: str, url: int) -> int:
    return _count(text, unit, url)


def _count(text: str, unit: str, url: int) -> int:
    if unit == "utf8_bytes":
        return size(text)
    if unit == "utf16_units":
        return len(text) + (0 if text.isascii() else sum(1 for c in text if ord(c) > 0xFFFF))
    if unit == "graphemes":
        if text.isascii():
            return len(text) - text.count("\r\n")
        return sum(1 for _ in _GRAPHEME.finditer(text))
    if unit == "weighted" and len(text) >= _LONG:
        heavy = text.encode("utf-8", "replace").translate(None, _LIGHT_BYTES)
        return len(text) + len(heavy)
    if unit in ("weighted", "characters_url23") and len(text) < _LONG:
        return sum(weight for _, _, weight in _tokens(text, unit, url))
    return len(text)


def _tokens(text: str, unit: str, url: int) -> Iterator[_Token]:
    """The text in pieces that a limit cannot split, with their weights."""
    if unit == "weighted":
        yield from _split(text, _urls(text, _URL_X), url, _weigh)
    elif unit == "characters_url23":
        yield from _mastodon(text, url)
    elif unit == "graphemes":
        yield from _clusters(text, 0, lambda _: 1)
    elif unit == "utf16_units":
        yield from _clusters(text, 0, lambda one: len(one.encode("utf-16-le", "replace")) // 2)
    elif unit == "utf8_bytes":
        yield from _clusters(text, 0, size)
    else:
        yield from _clusters(text, 0, len)


def _mastodon(text: str, url: int) -> Iterator[_Token]:
    fixed = [(start, end, url) for start, end in _urls(text, _URL_PLAIN)]
    for found in _FAR_MENTION.finditer(text):
        if not any(start <= found.start() < end for start, end, _ in fixed):
            fixed.append((found.start(), found.end(), len(found.group(1))))
    done = 0
    for start, end, weight in sorted(fixed):
        yield from _clusters(text[done:start], done, len)
        yield start, end, weight
        done = end
    yield from _clusters(text[done:], done, len)


def _split(
    text: str, fixed: list[tuple[int, int]], weight: int, weigh: Callable[[str], int]
) -> Iterator[_Token]:
    done = 0
    for start, end in fixed:
        yield from _clusters(text[done:start], done, weigh)
        yield start, end, weight
        done = end
    yield from _clusters(text[done:], done, weigh)


def _clusters(part: str, offset: int, weigh: Callable[[str], int]) -> Iterator[_Token]:
    if part.isascii() and "\r" not in part:
        for index in range(len(part)):
            yield offset + index, offset + index + 1, 1
        return
    for found in _GRAPHEME.finditer(part):
        yield offset + found.start(), offset + found.end(), weigh(found.group())


def _weigh(cluster: str) -> int:
    if _EMOJI.search(cluster):
        return 2
    if not cluster.isascii():
        cluster = unicodedata.normalize("NFC", cluster)
    return sum(1 if _LIGHT.match(one) else 2 for one in cluster)


def _urls(text: str, pattern: regex.Pattern[str]) -> list[tuple[int, int]]:
    if "." not in text and "://" not in text:
        return []
    spans = []
    for found in pattern.finditer(text):
        address = found.group()
        while address and (
            address[-1] in _TRAILING
            or (address[-1] == ")" and address.count(")") > address.count("("))
        ):
            address = address[:-1]
        if "://" not in address or not address.endswith("://"):
            spans.append((found.start(), found.start() + len(address)))
    return spans


def _place(tokens: Iterator[_Token], longest: int) -> int | None:
    total = 0
    for start, _, weight in tokens:
        total += weight
        if total > longest:
            return start
    return None
