"""Text length as a network counts it, the position of a limit, and shortening between words.

Units (``text_units`` in ``resources/networks.json``):
  weighted          X: light code points 1, others 2, any emoji 2, any address 23; after NFC
  graphemes         Bluesky: user-perceived characters
  graphemes_url23   Mastodon: the same, an address 23, ``@user@host`` only its ``@user``
  characters_url23  the same in code points
  characters_emoji_bytes  Threads: code points, an emoji the bytes of its UTF-8
  characters_escaped      code points, what the service escapes for LinkedIn counted twice
  utf16_units       Telegram, TikTok, LinkedIn: UTF-16 code units
  utf8_bytes        bytes of the UTF-8 text
  characters, code_points   Unicode code points

Counting long texts takes milliseconds: by whole passages, never character by character, with a
cache of recent texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any

from posto_desktop.common.graphemes import grapheme_pattern

from . import addresses
from .networks import Network, network

ELLIPSIS = "…"

LONG = 20_000
"""Above this many characters the counts of X and Mastodon are estimates (without addresses and
emoji): no network with these rules accepts as much, and a pasted megabyte must not block."""

URL_UNITS = frozenset({"weighted", "graphemes_url23", "characters_url23"})
"""Units with a fixed length for addresses."""

_LIGHT_BYTES = bytes(range(0xE0))
_TRAILING = ".,;:!?…'\"*»”’"
_SCHEME_URL = r"https?://[^\s<>\"\u3000-\u303F\uFF00-\uFFEF]+"
_WITH_SCHEME = re.compile(r"(?i)(?<!\w)" + _SCHEME_URL)
# Characters of weight 1 on X; all others weigh 2 (twitter-text, configuration v3).
_HEAVY = re.compile(r"[^\u0000-\u10FF\u2000-\u200D\u2010-\u201F\u2032-\u2037]")
# Characters that the service escapes with a backslash for LinkedIn.
_ESCAPED = re.compile(r"[\\|{}@\[\]()<>#*_~]")
# These characters never combine with others into one grapheme: basic Latin, Cyrillic, kana and Han
# letters, Hangul syllables, punctuation. \X handles all others.
_PLAIN = (
    r"\x00-\x0c\x0e-\u02ff\u0370-\u0482\u048a-\u058f\u2010-\u2027\u2030-\u203b\u20a0-\u20bf"
    r"\u3001-\u3029\u3041-\u3096\u309b-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9d"
)
_TANGLED = re.compile(rf"[{_PLAIN}]?(?:[^{_PLAIN}]+[{_PLAIN}]?)+")
# Two such neighbours never combine.
_BETWEEN = re.compile(r"(?<=[ -~])[ -~]")
_STRIDE = 200

Token = tuple[int, int, int]
"""(start, end, weight) of a piece that a limit cannot split."""


@cache
def _patterns() -> dict[str, Any]:
    # Late: importing it costs more than the rest of the SDK.
    import regex  # type: ignore[import-untyped,unused-ignore]

    # One displayed emoji, with skin tone, variation and tags (flags of England…).
    single_emoji = (
        r"(?:\p{Emoji_Modifier_Base}\uFE0F?\p{Emoji_Modifier}"
        r"|[\u00A9\u00AE]\uFE0F"
        r"|(?![\u00A9\u00AE0-9#*])\p{Emoji}(?!\uFE0E)\uFE0F?)"
        r"(?:[\U000E0020-\U000E007E]+\U000E007F)?"
    )
    return {
        "grapheme": grapheme_pattern(),
        "emoji": regex.compile(
            rf"\p{{Regional_Indicator}}{{2}}|[0-9#*]\uFE0F?\u20E3|{single_emoji}(?:\u200D{single_emoji})*"
        ),
        "mention": regex.compile(r"(?<![\w/@])(@\w+)@[\w.-]*\w"),
    }


def first_url(text: str) -> str | None:
    """Return the first web address with a scheme in `text`, without trailing punctuation."""
    for start, end in url_spans(text):
        return text[start:end]
    return None


def find_urls(text: str) -> list[str]:
    """Return all web addresses with a scheme in `text`."""
    return [text[start:end] for start, end in url_spans(text)]


def count(text: str, on: str | Network) -> int:
    """Return the length of `text` as network `on` counts it (slug, alias or `Network`)."""
    entry = network(on) if isinstance(on, str) else on
    return count_as(text, entry.text_unit, url_cost(entry))


def count_as(text: str, unit: str, url: int = 23) -> int:
    """Return the length of `text` in `unit`; an address counts `url` if the unit has a fixed length
    for it."""
    simple = _SIMPLE.get(unit)
    if simple is not None:
        return simple(text)
    return _kept_count(text, unit, url) if len(text) < LONG else _count(text, unit, url)


def url_cost(entry: Network) -> int:
    """Return the fixed length of an address on a network, if its unit has one."""
    value = entry.text.get("url_counts_as")
    return value if isinstance(value, int) and not isinstance(value, bool) else 23


def size(text: str) -> int:
    """Return the bytes of the text in UTF-8; a lone surrogate is sent as "?"."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


@lru_cache(maxsize=256)
def _kept_count(text: str, unit: str, url: int) -> int:
    return _count(text, unit, url)


def _utf16(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _escaped(text: str) -> int:
    return len(text) + len(_ESCAPED.findall(text))


_SIMPLE: dict[str, Callable[[str], int]] = {
    "utf8_bytes": size,
    "utf16_units": _utf16,
    "characters_escaped": _escaped,
    "characters": len,
    "code_points": len,
}


def _count(text: str, unit: str, url: int) -> int:
    if unit == "graphemes":
        return _graphemes(text)
    if unit == "weighted":
        if len(text) >= LONG:
            heavy = text.encode("utf-8", "replace").translate(None, _LIGHT_BYTES)
            return len(text) + len(heavy)
        text = unicodedata.normalize("NFC", text)
    elif len(text) >= LONG:
        return _graphemes(text) if unit == "graphemes_url23" else len(text)
    weigh = _passage(unit)
    spans = _spans(text, unit, url)
    total = done = 0
    for start, end, weight in spans:
        total += weigh(text[done:start]) + weight
        done = end
    return total + weigh(text[done:])


def _passage(unit: str) -> Callable[[str], int]:
    """Return the counting function of a passage without addresses."""
    if unit == "weighted":
        return _weighted
    if unit == "graphemes_url23":
        return _graphemes
    if unit == "characters_emoji_bytes":
        return _emoji_bytes
    return _SIMPLE.get(unit, _graphemes if unit == "graphemes" else len)


def _weighted(part: str) -> int:
    if part.isascii():
        return len(part)
    without_emoji, emoji = _patterns()["emoji"].subn("", part)
    return 2 * int(emoji) + len(without_emoji) + len(_HEAVY.findall(without_emoji))


def _emoji_bytes(part: str) -> int:
    if part.isascii():
        return len(part)
    emoji = "".join(_patterns()["emoji"].findall(part))
    return len(part) - len(emoji) + size(emoji)


def _graphemes(part: str) -> int:
    if part.isascii():
        return len(part) - part.count("\r\n")
    find = _patterns()["grapheme"].findall
    tangled = _TANGLED.findall(part)
    return len(part) - sum(map(len, tangled)) + sum(len(find(stretch)) for stretch in tangled)


def _spans(text: str, unit: str, url: int) -> list[Token]:
    """Return the pieces with a fixed length: addresses, and mentions on Mastodon."""
    if unit not in URL_UNITS:
        return []
    return _kept_spans(text, unit, url) if len(text) < LONG else _find_spans(text, unit, url)


@lru_cache(maxsize=16)
def _kept_spans(text: str, unit: str, url: int) -> list[Token]:
    return _find_spans(text, unit, url)


def _find_spans(text: str, unit: str, url: int) -> list[Token]:
    if unit == "weighted":
        return [(start, end, url) for start, end in addresses.find(text, addresses.X)]
    spans = [(start, end, url) for start, end in addresses.find(text, addresses.MASTODON)]
    if "@" in text:
        for match in _patterns()["mention"].finditer(text):
            if not any(start < match.end() and match.start() < end for start, end, _ in spans):
                spans.append((match.start(), match.end(), len(match.group(1))))
    return sorted(spans)


def place(text: str, unit: str, longest: int, url: int = 23) -> int | None:
    """Return the index where the text exceeds `longest`; None if all fits."""
    if count_as(text, unit, url) <= longest:
        return None
    # Only the beginning can matter; scanning a megabyte would take seconds.
    head = text[: max(LONG, longest * 8) - 1]
    start = _place(head, unit, longest, url)
    return len(head) if start is None else start


def _place(text: str, unit: str, longest: int, url: int) -> int | None:
    normal = unit == "weighted" and not unicodedata.is_normalized("NFC", text)
    if normal:
        normal_index = _place(unicodedata.normalize("NFC", text), unit, longest, url)
        return None if normal_index is None else _before_normal(text, normal_index)
    total = done = 0
    weigh = _passage(unit)
    for start, end, weight in [*_spans(text, unit, url), (len(text), len(text), 0)]:
        part = text[done:start]
        weighs = weigh(part)
        if total + weighs > longest:
            if weighs == len(part) and part.isascii() and "\r" not in part:
                return done + longest - total  # each character weighs one
            skip, whole = _stride(part, longest - total, weigh)
            total += whole
            for first, _, cluster_weight in _clusters(part[skip:], done + skip, weigh):
                total += cluster_weight
                if total > longest:
                    return first
        total += weighs + weight
        if total > longest:
            return start
        done = end
    return None


def _stride(part: str, room: int, weigh: Callable[[str], int]) -> tuple[int, int]:
    """Return (index, weight) of a beginning that surely fits in `room`, advancing in strides:
    weighing each character of a long text would take milliseconds."""
    index = total = 0
    while match := _BETWEEN.search(part, index + _STRIDE):
        weight = weigh(part[index : match.start()])
        if total + weight > room:
            break
        index, total = match.start(), total + weight
    return index, total


def _before_normal(text: str, index: int) -> int:
    """Return the index in `text` that corresponds to `index` in its normal form."""
    length = 0
    for start, _, size_ in _clusters(
        text, 0, lambda cluster: len(unicodedata.normalize("NFC", cluster))
    ):
        if length + size_ > index:
            return start
        length += size_
    return len(text)


def _clusters(part: str, offset: int, weigh: Callable[[str], int]) -> Iterator[Token]:
    if part.isascii() and "\r" not in part:
        for index, letter in enumerate(part, offset):
            yield index, index + 1, weigh(letter)
        return
    for match in _patterns()["grapheme"].finditer(part):
        yield offset + match.start(), offset + match.end(), weigh(match.group())


def grapheme_end(text: str, longest: int) -> int:
    """Return the largest index up to `longest` that does not split a grapheme."""
    if text[: longest + 1].isascii():
        return min(len(text), longest)
    end = 0
    for match in _patterns()["grapheme"].finditer(text[: longest + 64]):
        if match.end() > longest:
            break
        end = match.end()
    return end


def grapheme_breaks(text: str) -> list[int]:
    """Return the index after each grapheme."""
    if text.isascii() and "\r" not in text:
        return list(range(1, len(text) + 1))
    return [match.end() for match in _patterns()["grapheme"].finditer(text)]


def url_spans(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of all web addresses with a scheme, without trailing punctuation."""
    if "://" not in text:
        return []
    spans = []
    for match in _WITH_SCHEME.finditer(text):
        address = match.group()
        while address and (
            address[-1] in _TRAILING
            or (address[-1] == ")" and address.count(")") > address.count("("))
        ):
            address = address[:-1]
        if address and not address.endswith("://"):
            spans.append((match.start(), match.start() + len(address)))
    return spans


def cut(text: str, on: str | Network, limit: int) -> str:
    """Return `text` in at most `limit` of the network's units, cut between words, with an ellipsis.

    A single word longer than the limit is cut inside; graphemes are never split.
    """
    entry = network(on) if isinstance(on, str) else on
    return cut_as(text, entry.text_unit, limit, url_cost(entry))


def cut_as(text: str, unit: str, limit: int, url: int = 23) -> str:
    """Like `cut`, but counted in `unit` instead of as a network counts."""
    if limit <= 0:
        return ""
    if count_as(text, unit, url) <= limit:
        return text
    room = limit - count_as(ELLIPSIS, unit, url)
    at = place(text, unit, room, url) if room >= 0 else 0
    head = text if at is None else text[:at]
    next_letter = text[len(head) : len(head) + 1]
    if next_letter and not next_letter.isspace() and head and not head[-1].isspace():
        gap = max(head.rfind(space) for space in (" ", "\n", "\t", "\u3000"))
        # Texts without spaces (Chinese, Japanese, one long word) are cut at the limit.
        if gap > len(head) // 2:
            head = head[:gap]
    while True:
        head = head.rstrip().rstrip(" ,;:–—-")
        for short in (head + ELLIPSIS, head):
            # A cut can join with its neighbours (an address that loses its end).
            if count_as(short, unit, url) <= limit:
                return short
        head = head[: grapheme_end(head, len(head) - 1)]
