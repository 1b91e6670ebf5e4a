"""Display names of networks."""

from __future__ import annotations

from posto_desktop.core.limits import network_name


def channel_kind(network: str, channel_type: str) -> str:
    """Return the second line of a channel: "Facebook · Page"; without a network "Page"."""
    kind = channel_type.replace("_", " ").strip()[:40]
    return " · ".join(word for word in (network_name(network), kind.capitalize()) if word)
