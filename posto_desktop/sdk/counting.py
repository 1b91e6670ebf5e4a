"""Count a text as a network counts it, and shorten it at a word boundary.

Units are those of ``resources/networks.json``: weighted (X), graphemes, characters, code points,
UTF-16 units, UTF-8 bytes, and characters with every URL as 23.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

from .networks import Network, network

ELLIPSIS = "…"

_URL = re.compile(
    r"(?i)\bhttps?://[^\s<>\"“”‘’]+[^\s<>\"“”‘’.,;:!?)\]}]"
    r"|(?<![@\w./\-])(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.)+"
    r"(?:com|org|net|edu|gov|io|co|app|dev|info|biz|online|shop|store|blog|news|me|tv|ly|ai|eu|uk"
    r"|de|fr|es|it|pt|nl|be|ch|at|pl|se|no|dk|fi|ru|br|jp|cn|in|au|ca|us|mx)\b(?:/[^\s<>\"“”‘’]*"
    r"[^\s<>\"“”‘’.,;:!?)\]}])?"
)


@cache
def _grapheme() -> Callable[[str], list[str]]:
    # late: it costs more than everything else here together
    import regex  # type: ignore[import-untyped,unused-ignore]

    pattern = regex.compile(r"\X")
    return lambda text: pattern.findall(text)


@cache
def _emoji() -> Any:
    import regex  # type: ignore[import-untyped,unused-ignore]

    return regex.compile(
        r"(?:\p{RI}\p{RI}|[0-9#*]\uFE0F?\u20E3|\p{Extended_Pictographic}(?:\uFE0F|\p{EMod})?"
        r"(?:[\U000E0020-\U000E007F]+)?(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{EMod})?)*)"
    )


def first_url(text: str) -> str | None:
    """The first web address with a scheme in `text`."""
    for found in _URL.finditer(text):
        if found.group().lower().startswith("http"):
            return found.group()
    return None


def count(text: str, on: str | Network) -> int:
    """The length of `text` as network `on` counts it (slug, alias or `Network`)."""
    entry = network(on) if isinstance(on, str) else on
    unit = entry.text_unit
    if unit == "graphemes":
        return len(text) if text.isascii() and "\r" not in text else len(_grapheme()(text))
    if unit == "utf16_units":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    if unit == "utf8_bytes":
        return len(text.encode("utf-8", "surrogatepass"))
    if unit == "weighted":
        return _weighted(text, entry)
    if unit == "characters_url23":
        total, last = 0, 0
        for found in _URL.finditer(text):
            if found.group().lower().startswith("http"):
                total += found.start() - last + _url_cost(entry)
                last = found.end()
        return total + len(text) - last
    return len(text)


def _url_cost(entry: Network) -> int:
    value = entry.text.get("url_counts_as")
    return value if isinstance(value, int) and not isinstance(value, bool) else 23


def _weighted(text: str, entry: Network) -> int:
    body = unicodedata.normalize("NFC", text)
    total = last = 0
    for found in _URL.finditer(body):
        total += _weigh(body[last : found.start()], entry.slug) + _url_cost(entry)
        last = found.end()
    return total + _weigh(body[last:], entry.slug)


def _weigh(text: str, slug: str) -> int:
    if text.isascii():
        return len(text)
    ranges, default, emoji = _weights(slug)
    total = 0
    if emoji:
        text = _emoji().sub(_keep_plain, text)
        total = emoji * text.count("\ue000")
        text = text.replace("\ue000", "")
    for char in text:
        code = ord(char)
        total += 1 if any(low <= code <= high for low, high in ranges) else default
    return total


def _keep_plain(found: Any) -> str:
    # © ® ™ and their like are pictographs only with the emoji selector behind them.
    whole = str(found.group())
    return whole if len(whole) == 1 and ord(whole) < 0x2600 else "\ue000"


@cache
def _weights(slug: str) -> tuple[tuple[tuple[int, int], ...], int, int]:
    weights = network(slug).text.get("weights") or {}
    ranges = tuple(
        (int(low[2:], 16), int(high[2:], 16))
        for low, high in weights.get("ranges_weight_1") or [("U+0000", "U+10FF")]
    )
    return ranges, int(weights.get("default_weight") or 2), int(weights.get("emoji_weight") or 0)


def cut(text: str, on: str | Network, limit: int) -> str:
    """`text` in at most `limit` of the network's units, cut between words, with an ellipsis.

    A single word longer than the limit is cut inside; nothing is ever cut inside a character.
    """
    entry = network(on) if isinstance(on, str) else on
    if limit <= 0:
        return ""
    if count(text, entry) <= limit:
        return text
    pieces = _grapheme()(text)
    low, high = 0, len(pieces)
    while low < high:  # the longest beginning that still fits with the ellipsis
        middle = (low + high + 1) // 2
        if count("".join(pieces[:middle]).rstrip() + ELLIPSIS, entry) <= limit:
            low = middle
        else:
            high = middle - 1
    head = "".join(pieces[:low])
    rest = "".join(pieces[low:])
    if rest and not rest[0].isspace() and head and not head[-1].isspace():
        at = max(head.rfind(space) for space in (" ", "\n", "\t", "\u3000"))
        # Texts without spaces (Chinese, Japanese, one long word) are cut where they end.
        if at > len(head) // 2:
            head = head[:at]
    head = head.rstrip()
    short = head.rstrip(" ,;:–—-") + ELLIPSIS
    if count(short, entry) <= limit:
        return short
    return head if count(head, entry) <= limit else ""
