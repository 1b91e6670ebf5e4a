"""The service's text processing before sending: variables, choices, tags, entities, truncation.

Follows FS Poster (7.1.7 and 7.7.3), so that a post looks the same from this server and from the
hosted service.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from posto_desktop.common.graphemes import grapheme_pattern
from posto_desktop.common.markup import decode_entities, strip_tags
from posto_desktop.server.networks import ServerNetwork

_VARIABLE = re.compile(r"\{([a-z][a-z0-9_]*)((?:\s+[a-z_]+=\"[^\"{}]*\")*)\s*\}", re.IGNORECASE)
_LIMIT = re.compile(r"\blimit=\"([0-9]{1,6})\"", re.IGNORECASE)
_BRACES = re.compile(r"\{([^{}]*)\}")
_URL = re.compile(r"(?<![\w@])https?://[^\s<>\"]+", re.IGNORECASE)
# X also links names such as example.com/page.
_BARE_URL = re.compile(
    r"(?<![\w@.-])(?:\w[\w-]{0,62}\.){1,8}[a-z]{2,24}(?:/[^\s<>\"]*)?", re.IGNORECASE
)
_FAR_MENTION = re.compile(r"(@\w+)@[\w.-]*\w")
# No network with complex counting accepts nearly as much; above it the count is an estimate.
_LONG = 20_000
_ELLIPSIS = "..."


def prepare(
    text: str,
    variables: Mapping[str, str],
    *,
    collapse: bool = False,
    choose: Callable[[Sequence[str]], str] = random.choice,
) -> str:
    """Return the text for a network, before truncation.

    `collapse` merges several blank lines into one, as the service does for X.
    """
    text = choose_branches(expand(text, variables), choose)
    text = decode_entities(strip_tags(text)).replace("\r", "")
    if collapse:
        text = re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", text)
    return text.strip()


def expand(text: str, variables: Mapping[str, str]) -> str:
    """Replace `{name}` and `{name limit="20"}`; unknown names stay."""

    def value(match: re.Match[str]) -> str:
        known = variables.get(match[1].lower())
        if known is None:
            return match[0]
        limit = _LIMIT.search(match[2])
        if limit and len(known) > int(limit[1]):
            return known[: int(limit[1])] + _ELLIPSIS
        return known

    return _VARIABLE.sub(value, text)


def choose_branches(text: str, choose: Callable[[Sequence[str]], str] = random.choice) -> str:
    """Replace `{a|b}` by one of its branches, inner ones first."""

    def branch(match: re.Match[str]) -> str:
        return choose(match[1].split("|")) if "|" in match[1] else match[0]

    for _ in range(50):
        chosen = _BRACES.sub(branch, text)
        if chosen == text:
            break
        text = chosen
    return text


def count(text: str, network: ServerNetwork) -> int:
    """Return the length of a text in the network's unit (`text_units` in networks.json)."""
    unit = network.unit
    if unit == "utf16_units":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    if unit == "utf8_bytes":
        return len(text.encode("utf-8", "surrogatepass"))
    if unit == "graphemes":
        simple = text.isascii() or len(text) > _LONG
        return len(text) if simple else len(_graphemes(text))
    if unit in ("weighted", "graphemes_url23", "characters_url23") and len(text) <= _LONG:
        url_cost = int(network.part("text").get("url_counts_as") or 23)
        remaining, urls = _URL.subn("", text)
        total = urls * url_cost
        if unit == "weighted":
            for bare in _BARE_URL.findall(remaining):
                total += min(url_cost, len(bare))
            return total + _weight(_BARE_URL.sub("", remaining), network)
        remaining = _FAR_MENTION.sub(r"\1", remaining)
        if unit == "graphemes_url23" and not remaining.isascii():
            return total + len(_graphemes(remaining))
        return total + len(remaining)
    return len(text)


def _graphemes(text: str) -> list[str]:
    clusters: list[str] = grapheme_pattern().findall(text)
    return clusters


def _weight(text: str, network: ServerNetwork) -> int:
    """Return twitter-text's weighted length of a text without addresses."""
    text = unicodedata.normalize("NFC", text)
    if text.isascii():
        return len(text)
    import regex  # type: ignore[import-untyped,unused-ignore]

    weights = network.part("text").get("weights")
    rules: dict[str, Any] = weights if isinstance(weights, dict) else {}
    light = [
        (int(str(first)[2:], 16), int(str(last)[2:], 16))
        for first, last in rules.get("ranges_weight_1") or ()
    ]
    heavy = int(rules.get("default_weight") or 2)
    emoji = int(rules.get("emoji_weight") or 2)
    picture = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}")
    total = 0
    for cluster in _graphemes(text):
        first = cluster[0]
        if not cluster.isascii() and (
            "\u20e3" in cluster
            or (picture.search(cluster) and (first > "\xff" or "\ufe0f" in cluster))
        ):
            total += emoji
            continue
        for letter in cluster:
            total += 1 if any(low <= ord(letter) <= high for low, high in light) else heavy
    return total


def cut(text: str, network: ServerNetwork, limit: int | None, most: int | None) -> str:
    """Return the text, or its beginning and `...` if it is longer than `limit` in the network's
    unit.

    `most` is the network's limit; the dots are fitted below it.
    """
    if limit is None or count(text, network) <= limit:
        return text
    text = text[: max(_LONG, limit * 8)]
    keep = limit if most is None else max(0, min(limit, most - len(_ELLIPSIS)))
    places = _places_to_cut(text, network)
    low, high = 0, len(places) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if count(text[: places[middle]], network) <= keep:
            low = middle
        else:
            high = middle - 1
    room = limit + len(_ELLIPSIS) if most is None else most
    while low and count(text[: places[low]].rstrip() + _ELLIPSIS, network) > room:
        low -= 1
    return _whole(text, places[low]).rstrip() + _ELLIPSIS


def _places_to_cut(text: str, network: ServerNetwork) -> list[int]:
    """Return the places where a text may end: a truncated address is broken, and a truncated
    mention counts differently, so that the count would not grow with the text."""
    inside = bytearray(len(text) + 1)
    whole = (_URL, _FAR_MENTION) if network.unit.endswith("_url23") else (_URL,)
    for pattern in whole:
        for match in pattern.finditer(text):
            inside[match.start() + 1 : match.end()] = b"\1" * (len(match[0]) - 1)
    return [place for place, is_inside in enumerate(inside) if not is_inside]


def _whole(text: str, length: int) -> str:
    """Return the beginning of a text without splitting emoji or accented letters."""
    if text.isascii():
        return text[:length]
    end = 0
    for cluster in _graphemes(text[: length + 64]):
        if end + len(cluster) > length:
            break
        end += len(cluster)
    return text[:end]
