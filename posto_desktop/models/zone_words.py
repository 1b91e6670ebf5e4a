"""Time zones in words: the cities to choose from, and the time there beside the time here.

No widgets. Names of cities are those of the IANA database.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import lru_cache

from posto_desktop.common.translation import translate
from posto_desktop.core.folding import fold
from posto_desktop.core.slots import SlotGroup, group_for
from posto_desktop.models.dates import clock, day_words, local
from posto_desktop.models.when_text import offset_name
from posto_desktop.sdk.when.zones import FIXED, PLACES, local_zone, zone

__all__ = ["ZoneTimes", "all_zones", "beside", "city", "find_zones", "listed_times", "zone_line"]

# The database also has old aliases ("Cuba", "US/Pacific") and bare offsets.
_AREAS = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)


@lru_cache(maxsize=1)
def all_zones() -> tuple[str, ...]:
    """Return the names of the zones of places, sorted, and "UTC"."""
    names = (name for name in zoneinfo.available_timezones() if name.partition("/")[0] in _AREAS)
    return (*sorted(names), "UTC")


def city(name: str) -> str:
    """Return "New York" for "America/New_York"."""
    return name.rpartition("/")[2].replace("_", " ")


def zone_line(name: str, now: datetime) -> str:
    """Return "New York · now 08:15 · UTC-5"; its name alone if it is not known here."""
    known = zone(name)
    if known is None:
        return name
    local_now = local(now, known)
    offset = local_now.utcoffset()
    return translate("ZoneWords", "{city} · now {time} · {offset}").format(
        city=city(name), time=clock(now, known), offset=offset_name(offset) if offset else "UTC"
    )


def find_zones(text: str, *, most: int = 60) -> list[str]:
    """Return the zones that a typed city, country, zone or abbreviation means, the best first;
    empty for an empty text."""
    wanted = fold(" ".join(text.replace("_", " ").replace("/", " ").split()))
    if not wanted:
        return []
    known = _known_words()
    exact = [name for words, name in known if words == wanted]
    starts = [name for words, name in known if words.startswith(wanted)]
    inside = [name for words, name in known if f" {wanted}" in words]
    typed = zone(text.strip().replace(" ", "_"))
    own = [str(getattr(typed, "key", "UTC"))] if typed is not None and "/" in text else []
    return list(dict.fromkeys([*exact, *own, *starts, *inside]))[:most]


@lru_cache(maxsize=1)
def _known_words() -> tuple[tuple[str, str], ...]:
    """Return what can be typed, with the zone that it means: cities, well-known places,
    abbreviations, and last whole names."""
    names = all_zones()
    words = [(fold(city(name)), name) for name in names]
    words += [(fold(place), name) for place, name in PLACES.items()]
    words += [(short, name) for short, (_minutes, name) in FIXED.items() if name is not None]
    words += [(fold(name.replace("_", " ").replace("/", " ")), name) for name in names]
    return tuple(words)


@dataclass(frozen=True)
class ZoneTimes:
    """The zones of the slots of channels, where they are not that of the computer.

    `groups` are the weekly slots, of which those of the workspace count; `computer` is the zone in
    which everything else is shown.
    """

    groups: Sequence[SlotGroup] = ()
    workspace: str = ""
    computer: tzinfo | None = None

    def zones(self, channel_ids: Collection[int], moment: datetime) -> list[str]:
        """Return the names of the zones of these channels in which the clock shows another time
        at this moment."""
        if not any(group.zone for group in self.groups):
            return []
        here = local(moment, self.computer or local_zone()).utcoffset()
        names: list[str] = []
        for channel_id in channel_ids:
            group = group_for(self.groups, (channel_id,), self.workspace)
            if group is None or not group.zone or group.zone in names:
                continue
            group_zone = zone(group.zone)
            if group_zone is not None and local(moment, group_zone).utcoffset() != here:
                names.append(group.zone)
        return names

    def words(self, channel_ids: Collection[int], moment: datetime | None) -> str:
        """Return "9:00 in New York", with the weekday where it is another one there; "" if the
        channels have no other zone."""
        if moment is None:
            return ""
        names = self.zones(channel_ids, moment)
        return ", ".join(self._in_zone(name, moment) for name in names)

    def short_words(self, channel_ids: Collection[int], moment: datetime) -> str:
        """Return `words` for narrow places: "9:00 New York"."""
        names = self.zones(channel_ids, moment)
        return ", ".join(f"{self._time_in(name, moment)} {city(name)}" for name in names)

    def time_words(self, channel_ids: Collection[int], moment: datetime) -> str:
        """Return `short_words` without the city, of the first zone: "9:00"."""
        names = self.zones(channel_ids, moment)
        return self._time_in(names[0], moment) if names else ""

    def group_words(self, group: SlotGroup, moment: datetime) -> str:
        """Return `words` for a slot of a group."""
        return ZoneTimes((replace(group, channel_ids=()),), group.workspace, self.computer).words(
            (0,), moment
        )

    def _in_zone(self, name: str, moment: datetime) -> str:
        #: "9:00 in New York"; {time} can have a weekday.
        return translate("ZoneWords", "{time} in {city}").format(
            time=self._time_in(name, moment), city=city(name)
        )

    def _time_in(self, name: str, moment: datetime) -> str:
        city_zone = zone(name)
        assert city_zone is not None
        time = clock(moment, city_zone)
        day = local(moment, city_zone).date()
        if day != local(moment, self.computer or local_zone()).date():
            return f"{day_words(day, 'ddd')} {time}"
        return time


def beside(time: str, words: str) -> str:
    """Return a time with that of other zones: "15:00 · 9:00 in New York"."""
    return f"{time} · {words}" if words else time


def listed_times(time: str, words: str) -> str:
    """Return `beside` as it is spoken: "today 15:00, 9:00 in New York"."""
    return f"{time}, {words}" if words else time
