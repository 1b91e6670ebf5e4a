"""Time zones and times of day offered by the settings."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import lru_cache

from posto_desktop.models.dates import clock, zone_name
from posto_desktop.models.zone_words import all_zones
from posto_desktop.sdk.when.zones import system_zone


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Return "" for the system's zone, then the others by name. Windows has only "": see
    `use_zone`."""
    if sys.platform == "win32":
        return ("",)
    return ("", *all_zones())


def local_zone_name() -> str:
    """Return the display name of the system's zone."""
    return zone_name(system_zone())


def minutes_text(minutes: int) -> str:
    """Return minutes after midnight as a time of day."""
    hour, minute = divmod(minutes, 60)
    return clock(datetime(2000, 1, 1, hour, minute, tzinfo=UTC), UTC)
