"""Predicts how a service changes a text, for warnings.

FS Poster expands ``{variable}``, picks one part of ``{a|b}`` at random, removes what follows ``<``
as a tag, and silently cuts long texts. None of that can be escaped.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any

from .networks import Network, network
from .records import Channel

log = logging.getLogger("posto_desktop.sdk")

_VARIABLE = re.compile(r"\{[A-Za-z_][^{}|]{0,200}\}")
_CHOICE = re.compile(r"\{[^{}]{0,200}\|[^{}]{0,200}\}")
_TAG = re.compile(r"<(?=[^\s<])[^<>]{0,200}>?")
SHOWN = 40


def alterations(text: str, net: Network) -> list[str]:
    """Return a sentence for each kind of change that the service would make to `text`; none = it is
    sent unchanged."""
    sentences = []
    for pattern, words in (
        (_CHOICE, "Of {part} the service takes one part by chance."),
        (_VARIABLE, "{part} is replaced by the service."),
        (_TAG, "The service takes {part} for a tag and leaves it out."),
    ):
        match = pattern.search(text)
        if match:
            part = " ".join(match.group().split())
            if len(part) > SHOWN:
                part = part[: SHOWN - 1] + "…"
            sentences.append(words.format(part=f"“{part}”"))
    limit = net.server_cut
    if limit is not None:
        from .counting import count  # late: its patterns are slow to compile

        if count(text, net) > limit:
            sentences.append(f"For {net.name} the service cuts the text after {limit} characters.")
    return sentences


def warn(channels: Iterable[Channel], posts: Iterable[Mapping[str, Any]]) -> None:
    """Log the service's changes to the texts of a composer call; each once."""
    slugs = {channel.id: channel.network for channel in channels if not channel.is_own_account}
    texts = {
        (slugs[post["channel_id"]], post["custom_post_data"]["post_content"])
        for post in posts
        if post["channel_id"] in slugs
    }
    warnings = {line for slug, text in texts for line in alterations(text, network(slug))}
    for line in sorted(warnings):
        log.warning("%s", line)
