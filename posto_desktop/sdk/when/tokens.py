"""Tokens of a phrase."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any, NamedTuple

from posto_desktop.sdk.when import zones


class PhraseToken(NamedTuple):
    """One token of a phrase. Kinds are those of `words`, and in addition:

    ``c`` clock time (hour, minute, second, written), ``y`` numeric date (first, second, third,
    separator), ``Y`` four digits, ``z`` zone (tzinfo, place whose clocks may be meant, name), ``?``
    unknown.
    """

    kind: str
    value: Any
    raw: str
    lang: str = ""
    glued: bool = False
    # The probably intended word of a misspelling.
    slip: str = ""


def zone_token(name: str) -> PhraseToken | None:
    """Return the token of "est", "new york" or "pacific time" in lower case."""
    place = zones.PLACES.get(name)
    meant: str | None = None
    zone: tzinfo | None = None
    if place is not None:
        zone = zones.zone(place)
    elif name in zones.FIXED:
        minutes, meant = zones.FIXED[name]
        zone = zones.fixed(minutes)
    if zone is None:
        return None
    shown = name.upper() if len(name) < 5 else name.title()
    return PhraseToken("z", (zone, meant, shown), name)
