"""Names of networks for people."""

from __future__ import annotations

from functools import lru_cache

from posto_desktop.sdk import networks as sdk_networks

__all__ = ["channel_kind", "network_name"]


@lru_cache(maxsize=256)
def network_name(slug: str) -> str:
    """Return "X" for ``twitter``; a network that nobody described keeps its own word."""
    if not slug:
        return ""
    known = sdk_networks.find(slug)
    if known is None:
        return slug[:40].replace("_", " ").strip().capitalize()
    # "X (Twitter)" is right in a table of facts; in a sentence the first word is enough.
    return known.name.split(" (")[0]


def channel_kind(network: str, channel_type: str) -> str:
    """Return the second line of a channel: "Facebook · Page"."""
    kind = channel_type.replace("_", " ").strip()[:40]
    return " · ".join(word for word in (network_name(network), kind.capitalize()) if word)
