"""Text length as each network counts it, and the limits.

The SDK counts (`sdk.counting`), so that shown and sent lengths agree; this module applies the
limits of networks and service. Functions that take `on` accept a network's slug, or the limits of a
channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from posto_desktop.core.limits import NetworkLimits, limits_for
from posto_desktop.sdk import addresses, counting
from posto_desktop.sdk.counting import find_urls, grapheme_end, size

__all__ = [
    "Length",
    "count",
    "count_as",
    "cut",
    "cut_unit",
    "find_urls",
    "first_over",
    "fit",
    "grapheme_end",
    "length_of",
    "limit",
    "link_cost",
    "link_price",
    "measure",
    "over_index",
    "room",
    "service_count",
    "service_over_index",
    "size",
    "too_much",
    "utf16_index",
    "warning_limit",
]

On = str | NetworkLimits

# The service ends a truncated text with three dots.
_DOTS = "..."


def count(text: str, slug: str) -> int:
    """Return the length of a text as this network counts it."""
    return count_as(text, limits_for(slug))


def count_as(text: str, limits: NetworkLimits) -> int:
    return counting.count_as(text, limits.text_unit, limits.url_cost)


def cut_unit(limits: NetworkLimits, local: bool = False) -> str:
    """Return the unit of the service's truncation. The workspace on this computer (`local`) uses
    the networks' units."""
    return limits.text_unit if local else limits.cut_unit or limits.text_unit


def service_count(text: str, limits: NetworkLimits, local: bool = False) -> int:
    """Return the length of a text as the service counts it before it truncates."""
    return counting.count_as(text, cut_unit(limits, local), limits.url_cost)


def _limits(on: On) -> NetworkLimits:
    return limits_for(on) if isinstance(on, str) else on


def limit(slug: str, with_media: bool = False) -> int | None:
    """Return the network's longest text in its own unit; None if unknown."""
    return limits_for(slug).text_limit(with_media)


def warning_limit(on: On, with_media: bool = False, local: bool = False) -> int | None:
    """Return the limit that a counter shows: the lower of the network's and the service's
    truncation, if both have the same unit. (`room` uses all of them.)"""
    limits = _limits(on)
    known = [limits.text_limit(with_media)]
    if cut_unit(limits, local) == limits.text_unit:
        known.append(limits.text_cut(with_media))
    return min((limit for limit in known if limit is not None), default=None)


def room(
    text: str, on: On, with_media: bool = False, link: str = "", local: bool = False
) -> int | None:
    """Return how much more fits before the network refuses or the service truncates (negative: too
    much).

    The minimum over all limits: in the network's unit, in bytes, and in the service's unit. `link`
    is attached and takes room in the text. None if no limit is known.
    """
    return length_of(text, _limits(on), with_media, link, local).room


def measure(
    text: str, on: On, with_media: bool = False, link: str = "", local: bool = False
) -> tuple[int, int | None]:
    """Return (used, limit) of the measure nearest to its limit, as for a counter: the network's
    unit, bytes, or the service's unit. None if no limit is known.

    If network and service count alike, it is the lower limit from the first character on.
    """
    length = length_of(text, _limits(on), with_media, link, local)
    return length.used, length.limit


@dataclass(frozen=True, slots=True)
class Length:
    """A text with all its limits on one network; an unknown limit is None.

    `count`: in the network's unit; `in_bytes`: 0 without a byte limit; `cut_count`: as the service
    counts before it truncates, 0 if it does not. `taken` is the length of an attached link,
    included in `count` and `cut_count`. `used` of `limit`: see `measure`. `room`: how much more
    fits by the lowest limit (negative: too much, so that it `is_over`).
    """

    count: int
    limits_count: int | None
    in_bytes: int
    cut_count: int
    cut_at: int | None
    taken: int
    used: int
    limit: int | None
    room: int | None
    is_over: bool


def length_of(
    text: str, limits: NetworkLimits, with_media: bool = False, link: str = "", local: bool = False
) -> Length:
    """Return the length of a text with the attached `link`, by all measures."""
    taken = link_cost(limits, link, text) if link else 0
    count = used = counting.count_as(text, limits.text_unit, limits.url_cost) + taken
    most = limit = limits.text_limit(with_media)
    room = None if most is None else most - count
    in_bytes = cut_count = 0
    cut_at = limits.text_cut(with_media)
    if cut_at is not None:
        unit = cut_unit(limits, local)
        cut_count = count
        if unit != limits.text_unit:
            cut_count = counting.count_as(text, unit, limits.url_cost) + taken
        if room is None or (cut_at - cut_count, cut_count) < (room, used):
            room, used, limit = cut_at - cut_count, cut_count, cut_at
    if limits.text_max_bytes is not None:
        in_bytes = size(text)
        left = limits.text_max_bytes - in_bytes
        if room is None or (left, in_bytes) < (room, used):
            room = left
            if most is not None:
                used, limit = in_bytes, limits.text_max_bytes
    is_over = room is not None and room < 0
    return Length(count, most, in_bytes, cut_count, cut_at, taken, used, limit, room, is_over)


def first_over(
    text: str, on: On, with_media: bool = False, link: str = "", local: bool = False
) -> int | None:
    """Return the index of the part that the network refuses or the service cuts, whichever is
    first."""
    places = (
        over_index(text, on, with_media, link),
        service_over_index(text, on, with_media, link, local),
    )
    return min((place for place in places if place is not None), default=None)


def link_cost(limits: NetworkLimits, link: str, text: str = "") -> int:
    """Return the length that an attached link takes: X and Mastodon append it after a line break. 0
    if the text contains it already."""
    if not link or not limits.link_in_text or link in text:
        return 0
    return 1 + limits.url_cost


def link_price(text: str, on: On, link: str = "") -> int:
    """Return the fixed length of each address on networks that have one; 0 if none is in the text
    or attached."""
    limits = _limits(on)
    if not limits.link_in_text:
        return 0
    grammar = addresses.X if limits.text_unit == "weighted" else addresses.MASTODON
    return limits.url_cost if link or addresses.find(text, grammar) else 0


def too_much(text: str, on: On, with_media: bool = False, link: str = "") -> bool:
    """Return whether the network would refuse the text for its length."""
    limits = _limits(on)
    most = limits.text_limit(with_media)
    if most is not None and count_as(text, limits) + link_cost(limits, link, text) > most:
        return True
    return limits.text_max_bytes is not None and size(text) > limits.text_max_bytes


def over_index(text: str, on: On, with_media: bool = False, link: str = "") -> int | None:
    """Return the index where the text exceeds the limit; None when all fits."""
    limits = _limits(on)
    places = []
    most = limits.text_limit(with_media)
    if most is not None:
        most = max(0, most - link_cost(limits, link, text))
        places.append(_place(text, limits.text_unit, most, limits.url_cost))
    if limits.text_max_bytes is not None:
        places.append(_place(text, "utf8_bytes", limits.text_max_bytes, 0))
    return min((place for place in places if place is not None), default=None)


def service_over_index(
    text: str, on: On, with_media: bool = False, link: str = "", local: bool = False
) -> int | None:
    """Return the index where the service truncates silently; None if it does not."""
    limits = _limits(on)
    cut_at = limits.text_cut(with_media)
    if cut_at is None:
        return None
    cut_at = max(0, cut_at - link_cost(limits, link, text))
    return _place(text, cut_unit(limits, local), cut_at, limits.url_cost)


def cut(text: str, on: On, with_media: bool = False, link: str = "", local: bool = False) -> str:
    """Return the text as it appears on the network: whole, or truncated by the service with "...".

    A network without a truncating service gets it whole.
    """
    place = service_over_index(text, on, with_media, link, local)
    if place is None:
        return text
    limits = _limits(on)
    unit = cut_unit(limits, local)
    most = limits.text_limit(with_media)
    cut_at = limits.text_cut(with_media) or 0
    taken = link_cost(limits, link, text)
    # If the cut leaves no room for the dots within the network's limit, they replace text.
    if unit == limits.text_unit and most is not None and cut_at + len(_DOTS) > most:
        shorter = max(0, most - len(_DOTS) - taken)
        place = _place(text, unit, shorter, limits.url_cost)
    head = text if place is None else text[: grapheme_end(text, place)]
    # The service omits an address that would be cut.
    for start, end in counting.url_spans(text):
        if start < len(head) < end:
            head = text[:start]
    return head.rstrip() + _DOTS


def fit(text: str, on: On, with_media: bool = False, link: str = "", local: bool = False) -> str:
    """Return the text shortened between words so that network and service leave it whole."""
    limits = _limits(on)
    taken = link_cost(limits, link, text)
    bounds = [
        (limits.text_unit, limits.text_limit(with_media), taken),
        (cut_unit(limits, local), limits.text_cut(with_media), taken),
        ("utf8_bytes", limits.text_max_bytes, 0),
    ]
    for unit, most, less in bounds:
        if most is not None:
            text = counting.cut_as(text, unit, max(0, most - less), limits.url_cost)
    return text


def utf16_index(text: str, index: int) -> int:
    """Return the index in UTF-16 units, as in Qt's text documents."""
    head = text[:index]
    return len(head) if head.isascii() else len(head.encode("utf-16-le", "surrogatepass")) // 2


@lru_cache(maxsize=64)
def _kept_place(text: str, unit: str, longest: int, url: int) -> int | None:
    return counting.place(text, unit, longest, url)


def _place(text: str, unit: str, longest: int, url: int) -> int | None:
    if len(text) < counting.LONG:
        return _kept_place(text, unit, longest, url)
    return counting.place(text, unit, longest, url)
