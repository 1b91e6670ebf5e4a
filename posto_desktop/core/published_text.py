"""What the service makes of a text before a network gets it, as far as that can be known.

Tags are removed and entities become the signs that they stand for. What it picks at random and
what it fills in (`{a|b}`, its own variables) stays as it was written: the checks tell of those.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from posto_desktop.common.markup import decode_entities, strip_tags
from posto_desktop.core.checks.service import TAG, tag_name
from posto_desktop.core.limits import NetworkLimits


def as_published(text: str, limits: NetworkLimits, *, local: bool = False) -> str:
    """The text as it leaves the service for this network; `local`: the workspace of this computer,
    which keeps no tags for anybody."""
    if "<" not in text and "&" not in text:
        return text
    return _as_published(text, frozenset() if local else limits.kept_tags)


@lru_cache(maxsize=32)
def _as_published(text: str, kept: Collection[str]) -> str:
    if not kept:
        return decode_entities(strip_tags(text)).strip()

    def without(found: re.Match[str]) -> str:
        return found.group() if tag_name(found.group()) in kept else ""

    return decode_entities(TAG.sub(without, text)).strip()
