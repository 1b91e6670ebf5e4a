"""Where a style is used, for those who are about to change it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry

_GIVEN_UP = ("cancelled", "refused")


def posts_of(entries: Iterable[Entry], now: datetime) -> dict[str, int]:
    """How many posts are still to go out in each style, by its name; those of campaigns too."""
    found: dict[str, int] = {}
    for entry in entries:
        ahead = entry.share_at is not None and entry.share_at > now
        if entry.state not in _GIVEN_UP and (ahead or entry.state == "waiting"):
            name = entry.draft.style
            if name:
                found[name] = found.get(name, 0) + len(entry.items)
    return found


def uses(drafts: Iterable[Draft], name: str) -> list[Draft]:
    """The drafts that a style is used in."""
    return [draft for draft in drafts if draft.style == name]
