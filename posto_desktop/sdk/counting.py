"""Count a text as a network counts it, and shorten it at a word boundary.

Units (``text_units`` in ``resources/networks.json``):
  weighted          X: light code points 1, others 2, any emoji 2, any URL 23; after NFC
  graphemes         Bluesky: what a person sees as one character
  characters_url23  Mastodon: code points, a URL 23, ``@user@host`` only its ``@user``
  utf16_units       Telegram, TikTok: UTF-16 code units
  utf8_bytes        bytes of the UTF-8 text
  characters, code_points   Unicode code points
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from .networks import Network, network

ELLIPSIS = "…"

LONG = 20_000
"""Above this many characters X's and Mastodon's count is an estimate (addresses and emoji are not
looked for): no network with these rules takes as much, and a pasted megabyte must not freeze."""

_LIGHT_BYTES = bytes(range(0xE0))
_TRAILING = ".,;:!?…'\"*»”’"
_SCHEME_URL = r"https?://[^\s<>\"\u3000-\u303F\uFF00-\uFFEF]+"
# X also links bare domains. Its list of endings is long; these are the ones that people write.
_BARE_ENDINGS = (
    "com|org|net|edu|gov|mil|int|info|biz|name|pro|app|dev|page|shop|store|blog|news|site|online"
    "|art|cafe|club|design|digital|email|games|live|media|music|photo|photos|social|space|studio"
    "|tech|tv|video|wiki|world|xyz|io|ai|co|me|eu|uk|de|fr|es|it|nl|pl|pt|br|ru|se|no|fi|dk|cz|at"
    "|ch|be|ie|us|ca|mx|ar|cl|jp|cn|kr|in|au|nz|za|tr|ua|gr|hu|ro|il|ly|gl|gg|to|fm|ws|cc"
)
_WITH_SCHEME = re.compile(r"(?i)(?<!\w)" + _SCHEME_URL)

Token = tuple[int, int, int]
"""(start, end, weight) of a piece that a limit cannot split."""


@cache
def _patterns() -> dict[str, Any]:
    # Late: importing it costs more than the rest of the SDK.
    import regex  # type: ignore[import-untyped,unused-ignore]

    bare = (
        rf"(?<![\w@./:-])(?:[\p{{L}}\p{{N}}][\p{{L}}\p{{N}}-]{{0,62}}+\.){{1,8}}"
        rf"(?:{_BARE_ENDINGS})(?![\w-]|\.\w)(?::\d+)?(?:/[^\s<>\"\u3000-\u303F\uFF00-\uFFEF]*)?"
    )
    return {
        "grapheme": regex.compile(r"\X"),
        "emoji": regex.compile(
            r"\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3|[\u00A9\u00AE]\uFE0F"
            r"|(?![\u00A9\u00AE\uFE0E])\p{Extended_Pictographic}"
        ),
        # Characters of weight 1 on X; every other one weighs 2 (twitter-text, configuration v3).
        "light": regex.compile(r"[\u0000-\u10FF\u2000-\u200D\u2010-\u201F\u2032-\u2037]"),
        "url_x": regex.compile(rf"(?<![\w@])(?:{_SCHEME_URL})|{bare}", regex.IGNORECASE),
        "mention": regex.compile(r"(?<![\w/@])(@\w+)@[\w.-]*\w"),
    }


def first_url(text: str) -> str | None:
    """The first web address with a scheme in `text`, without the punctuation after it."""
    for start, end in _urls(text, _WITH_SCHEME):
        return text[start:end]
    return None


def find_urls(text: str) -> list[str]:
    """All web addresses with a scheme in `text`."""
    return [text[start:end] for start, end in _urls(text, _WITH_SCHEME)]


def count(text: str, on: str | Network) -> int:
    """The length of `text` as network `on` counts it (slug, alias or `Network`)."""
    entry = network(on) if isinstance(on, str) else on
    return count_as(text, entry.text_unit, url_cost(entry))


def count_as(text: str, unit: str, url: int = 23) -> int:
    """The length of `text` in `unit`, an address counting `url` where the unit has a price."""
    if unit == "utf8_bytes":
        return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    if unit == "utf16_units":
        return len(text) + (0 if text.isascii() else sum(1 for c in text if ord(c) > 0xFFFF))
    if unit == "graphemes":
        if text.isascii():
            return len(text) - text.count("\r\n")
        return sum(1 for _ in _patterns()["grapheme"].finditer(text))
    if unit == "weighted" and len(text) >= LONG:
        heavy = text.encode("utf-8", "replace").translate(None, _LIGHT_BYTES)
        return len(text) + len(heavy)
    if unit in {"weighted", "characters_url23"} and len(text) < LONG:
        return sum(weight for _, _, weight in tokens(text, unit, url))
    return len(text)


def url_cost(entry: Network) -> int:
    """What an address counts on a network, where its unit has a price for it."""
    value = entry.text.get("url_counts_as")
    return value if isinstance(value, int) and not isinstance(value, bool) else 23


def tokens(text: str, unit: str, url: int = 23) -> Iterator[Token]:
    """The text in pieces that a limit cannot split, with their weights in `unit`."""
    if unit == "weighted":
        spans = [(start, end, url) for start, end in _urls(text, _patterns()["url_x"])]
        yield from _around(text, spans, _weigh)
    elif unit == "characters_url23":
        spans = [(start, end, url) for start, end in _urls(text, _WITH_SCHEME)]
        for found in _patterns()["mention"].finditer(text):
            if not any(start <= found.start() < end for start, end, _ in spans):
                spans.append((found.start(), found.end(), len(found.group(1))))
        yield from _around(text, sorted(spans), len)
    elif unit == "utf16_units":
        yield from _clusters(text, 0, lambda one: len(one.encode("utf-16-le", "replace")) // 2)
    elif unit == "utf8_bytes":
        yield from _clusters(text, 0, lambda one: len(one.encode("utf-8", "replace")))
    elif unit == "graphemes":
        yield from _clusters(text, 0, lambda _: 1)
    else:
        yield from _clusters(text, 0, len)


def place(text: str, unit: str, longest: int, url: int = 23) -> int | None:
    """Where the part begins that does not fit in `longest`; None when all of it fits."""
    total = 0
    for start, _, weight in tokens(text, unit, url):
        total += weight
        if total > longest:
            return start
    return None


def _around(text: str, spans: list[Token], weigh: Callable[[str], int]) -> Iterator[Token]:
    done = 0
    for start, end, weight in spans:
        yield from _clusters(text[done:start], done, weigh)
        yield start, end, weight
        done = end
    yield from _clusters(text[done:], done, weigh)


def _clusters(part: str, offset: int, weigh: Callable[[str], int]) -> Iterator[Token]:
    if part.isascii() and "\r" not in part:
        for index in range(len(part)):
            yield offset + index, offset + index + 1, 1
        return
    for found in _patterns()["grapheme"].finditer(part):
        yield offset + found.start(), offset + found.end(), weigh(found.group())


def _weigh(cluster: str) -> int:
    patterns = _patterns()
    if patterns["emoji"].search(cluster):
        return 2
    if not cluster.isascii():
        cluster = unicodedata.normalize("NFC", cluster)
    return sum(1 if patterns["light"].match(one) else 2 for one in cluster)


def _urls(text: str, pattern: Any) -> list[tuple[int, int]]:
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
        if address and not address.endswith("://"):
            spans.append((found.start(), found.start() + len(address)))
    return spans


def cut(text: str, on: str | Network, limit: int) -> str:
    """`text` in at most `limit` of the network's units, cut between words, with an ellipsis.

    A single word longer than the limit is cut inside; nothing is ever cut inside a character.
    """
    entry = network(on) if isinstance(on, str) else on
    unit, url = entry.text_unit, url_cost(entry)
    if limit <= 0:
        return ""
    if count_as(text, unit, url) <= limit:
        return text
    # Only the beginning can matter; an exact count of a megabyte would take seconds.
    start = text[: max(LONG, limit * 8) if unit == "graphemes" else max(LONG, limit)]
    room = limit - count_as(ELLIPSIS, unit, url)
    at = place(start, unit, room, url) if room >= 0 else 0
    head = start if at is None else start[:at]
    rest = start[len(head) : len(head) + 1]
    if rest and not rest.isspace() and head and not head[-1].isspace():
        gap = max(head.rfind(space) for space in (" ", "\n", "\t", "\u3000"))
        # Texts without spaces (Chinese, Japanese, one long word) are cut where they end.
        if gap > len(head) // 2:
            head = head[:gap]
    head = head.rstrip().rstrip(" ,;:–—-")
    for short in (head + ELLIPSIS, head):
        # What stands beside a cut can join with it (an address that loses its end).
        if count_as(short, unit, url) <= limit:
            return short
    return ""
