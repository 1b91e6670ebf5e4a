"""Uses of a style, shown before it is changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry

_GIVEN_UP = ("cancelled", "refused")


def posts_of(entries: Iterable[Entry], now: datetime) -> dict[str, int]:
    """Return the number of unsent posts by style name, including campaigns."""
    counts: dict[str, int] = {}
    for entry in entries:
        ahead = entry.share_at is not None and entry.share_at > now
        if entry.state not in _GIVEN_UP and (ahead or entry.state == "waiting"):
            name = entry.draft.style
            if name:
                counts[name] = counts.get(name, 0) + len(entry.items)
    return counts


def uses(drafts: Iterable[Draft], name: str) -> list[Draft]:
    return [draft for draft in drafts if draft.style == name]
