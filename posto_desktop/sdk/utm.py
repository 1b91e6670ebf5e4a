"""Tracking parameters of links: ``utm_source=…`` and similar.

An address is kept byte for byte; parameters are added at the end of its query, before its fragment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote, unquote_plus

KEYS = ("source", "medium", "campaign", "term", "content")

Pairs = Sequence[tuple[str, str]]
"""Names with their ``utm_`` and plain values."""

_WEB = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)


def tag_url(url: str, pairs: Pairs) -> str:
    """Return a web address with the parameters it does not have yet; anything else unchanged."""
    if not pairs or not _WEB.match(url):
        return url
    plain, hash_sign, fragment = url.partition("#")
    before, _mark, query = plain.partition("?")
    # Some sites use the fragment for them, where statistics scripts read them, too.
    present_names = _names(query) | _names(fragment)
    added = "&".join(
        f"{name}={_quoted(value)}"
        for name, value in pairs
        if value and name.casefold() not in present_names
    )
    if not added:
        return url
    joint = "" if not query or query.endswith("&") else "&"
    return f"{before}?{query}{joint}{added}{hash_sign}{fragment}"


def bare(url: str) -> str:
    """Return an address without these parameters in its query, for reading a page without being
    counted."""
    plain, hash_sign, fragment = url.partition("#")
    before, mark, query = plain.partition("?")
    if "utm" not in query.casefold():
        return url
    remaining_query = "&".join(part for part in query.split("&") if not _names(part))
    return f"{before}{mark if remaining_query else ''}{remaining_query}{hash_sign}{fragment}"


def tag_text(text: str, pairs: Pairs) -> str:
    """Return a text with the parameters in every web address."""
    if not pairs or "://" not in text:
        return text
    from .counting import url_spans  # late: its patterns are slow to compile

    parts: list[str] = []
    done = 0
    for start, end in url_spans(text):
        parts += [text[done:start], tag_url(text[start:end], pairs)]
        done = end
    return "".join([*parts, text[done:]])


@lru_cache(maxsize=256)
def _quoted(value: str) -> str:
    return quote(value, safe="")


def _names(query: str) -> set[str]:
    """Return the names of tracking parameters in a query."""
    names = (unquote_plus(part.partition("=")[0]).casefold() for part in re.split("[&;?]", query))
    return {name for name in names if name.startswith("utm_")}
