"""Measures: what networks count about a post, under one name wherever it is the same."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

__all__ = [
    "ENGAGEMENT",
    "ENGAGEMENT_PARTS",
    "MEASURES",
    "is_comparable",
    "measure_of",
    "number_of",
    "value_of",
]

ENGAGEMENT = "engagement"
"""Computed, never stored: the sum of its parts that a network counts."""
ENGAGEMENT_PARTS = ("likes", "replies", "shares", "quotes")
"""What people did with a post. Views, clicks and saves are something else and never added."""

_NAMES: dict[str, tuple[str, ...]] = {
    "views": ("views", "video views", "plays"),
    "impressions": ("impressions",),
    "reach": ("reach",),
    "likes": ("likes", "favourites", "favorites", "reactions"),
    "replies": ("replies", "comments"),
    "shares": ("shares", "boosts", "reposts", "renotes", "retweets", "reblogs"),
    "quotes": ("quotes",),
    "saves": ("saves", "bookmarks"),
    "clicks": ("clicks", "hits", "link clicks"),
    "score": ("score",),
}
MEASURES = tuple(_NAMES)
"""Measures that several networks have, in the order in which they are offered."""
_MEASURES_BY_NAME = {name: measure for measure, names in _NAMES.items() for name in names}
_MEASURES_OF_NETWORKS = {
    # Somebody saves a pin on a board of their own, where others see it.
    ("pinterest", "saves"): "shares",
}
_OWN = "own:"
_PLAIN = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3}){1,4}")


def measure_of(network: str, label: str) -> str:
    """Return the measure that a network calls `label`. A label that is not known is a measure of
    its own, which is compared within this network only."""
    name = " ".join(label.split()).casefold()
    measure = _MEASURES_OF_NETWORKS.get((network, name)) or _MEASURES_BY_NAME.get(name)
    return measure or f"{_OWN}{network}:{' '.join(label.split())[:60]}"


def own_label(measure: str) -> str:
    """Return the label of a measure that one network alone has, "" for the others."""
    return measure.split(":", 2)[2] if measure.startswith(_OWN) else ""


def is_comparable(measure: str) -> bool:
    """Return whether several networks count the same under this measure."""
    return not measure.startswith(_OWN)


def number_of(text: str) -> float | None:
    """Return the number that a service wrote; None for "1.2K", "-" and whatever else is no exact
    number: unknown is not zero."""
    plain = text.strip()
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        return None
    number = float(plain)
    return number if math.isfinite(number) else None


def numbers_of(network: str, figures: Mapping[str, str]) -> dict[str, float]:
    """Return the numbers of a reading by their measures; of two labels for the same measure the
    first counts."""
    numbers: dict[str, float] = {}
    for label, text in figures.items():
        number = number_of(text)
        if number is not None:
            numbers.setdefault(measure_of(network, label), number)
    return numbers


def value_of(measure: str, numbers: Mapping[str, float]) -> float | None:
    """Return a post's number for a measure; None if its network does not count it."""
    if measure != ENGAGEMENT:
        return numbers.get(measure)
    parts = [numbers[part] for part in ENGAGEMENT_PARTS if part in numbers]
    return sum(parts) if parts else None


def measures_in(all_numbers: Iterable[Mapping[str, float]]) -> tuple[str, ...]:
    """Return the measures that occur, engagement first, those of single networks last."""
    present = {name for numbers in all_numbers for name in numbers}
    known = [measure for measure in MEASURES if measure in present]
    own = sorted(name for name in present if not is_comparable(name))
    has_engagement = any(part in present for part in ENGAGEMENT_PARTS)
    return (*([ENGAGEMENT] if has_engagement else ()), *known, *own)
