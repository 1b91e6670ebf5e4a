"""The text that a network gets from the service, as far as predictable.

Tags are removed and entities decoded. Random choices (`{a|b}`) and the service's own variables stay
as written; the checks report them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from posto_desktop.common.markup import decode_entities, strip_tags
from posto_desktop.core.checks.service import TAG, tag_name, with_joined_lines
from posto_desktop.core.limits import NetworkLimits


def as_published(
    text: str, limits: NetworkLimits, *, local: bool = False, joins_blank_lines: bool = False
) -> str:
    """Return the text as the service sends it to this network; `local`: the sandbox of this
    computer, which strips all tags; `joins_blank_lines`: the site makes one of several."""
    if joins_blank_lines and not limits.keeps_words:
        text = with_joined_lines(text)
    if limits.keeps_words or ("<" not in text and "&" not in text):
        return text
    return _as_published(text, frozenset() if local else limits.kept_tags)


@lru_cache(maxsize=32)
def _as_published(text: str, kept_tags: Collection[str]) -> str:
    if not kept_tags:
        return decode_entities(strip_tags(text)).strip()

    def without(match: re.Match[str]) -> str:
        return match.group() if tag_name(match.group()) in kept_tags else ""

    return decode_entities(TAG.sub(without, text)).strip()
