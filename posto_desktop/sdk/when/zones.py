"""Time zones: the computer's, and those that people write after a time.

All offsets are minutes east of UTC.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

# Abbreviation -> (minutes east of UTC, the place whose clocks the writer probably uses). :
# Abbreviations of several countries (CST, IST, BST) stand for the most common writer.
FIXED: Final[dict[str, tuple[int, str | None]]] = {
    "utc": (0, None),
    "gmt": (0, "Europe/London"),
    "z": (0, None),
    "zulu": (0, None),
    "wet": (0, "Europe/Lisbon"),
    "west": (60, "Europe/Lisbon"),
    "bst": (60, "Europe/London"),
    "cet": (60, "Europe/Paris"),
    "mez": (60, "Europe/Berlin"),
    "cest": (120, "Europe/Paris"),
    "mesz": (120, "Europe/Berlin"),
    "eet": (120, "Europe/Athens"),
    "eest": (180, "Europe/Athens"),
    "msk": (180, None),
    "ist": (330, None),
    "pkt": (300, None),
    "sgt": (480, None),
    "hkt": (480, None),
    "awst": (480, None),
    "jst": (540, None),
    "kst": (540, None),
    "acst": (570, "Australia/Adelaide"),
    "acdt": (630, "Australia/Adelaide"),
    "aest": (600, "Australia/Sydney"),
    "aedt": (660, "Australia/Sydney"),
    "nzst": (720, "Pacific/Auckland"),
    "nzdt": (780, "Pacific/Auckland"),
    "brt": (-180, None),
    "art": (-180, None),
    "sast": (120, None),
    "ast": (-240, "America/Halifax"),
    "adt": (-180, "America/Halifax"),
    "est": (-300, "America/New_York"),
    "edt": (-240, "America/New_York"),
    "cst": (-360, "America/Chicago"),
    "cdt": (-300, "America/Chicago"),
    "mst": (-420, "America/Denver"),
    "mdt": (-360, "America/Denver"),
    "pst": (-480, "America/Los_Angeles"),
    "pdt": (-420, "America/Los_Angeles"),
    "akst": (-540, "America/Anchorage"),
    "akdt": (-480, "America/Anchorage"),
    "hst": (-600, None),
    "greenwich mean": (0, "Europe/London"),
    "british summer": (60, "Europe/London"),
    "eastern standard": (-300, "America/New_York"),
    "eastern daylight": (-240, "America/New_York"),
    "central standard": (-360, "America/Chicago"),
    "central daylight": (-300, "America/Chicago"),
    "mountain standard": (-420, "America/Denver"),
    "mountain daylight": (-360, "America/Denver"),
    "pacific standard": (-480, "America/Los_Angeles"),
    "pacific daylight": (-420, "America/Los_Angeles"),
    "india standard": (330, None),
    "japan standard": (540, None),
}

# Names of zones: the short ones that follow clock changes, and well-known places.
PLACES: Final[dict[str, str]] = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "eastern time": "America/New_York",
    "central time": "America/Chicago",
    "mountain time": "America/Denver",
    "pacific time": "America/Los_Angeles",
    "central european": "Europe/Paris",
    "eastern european": "Europe/Athens",
    "western european": "Europe/Lisbon",
    "uk": "Europe/London",
    "uk time": "Europe/London",
    "german time": "Europe/Berlin",
    "germany": "Europe/Berlin",
    "french time": "Europe/Paris",
    "france": "Europe/Paris",
    "italy": "Europe/Rome",
    "india": "Asia/Kolkata",
    "indian time": "Asia/Kolkata",
    "japan": "Asia/Tokyo",
    "amsterdam": "Europe/Amsterdam",
    "athens": "Europe/Athens",
    "auckland": "Pacific/Auckland",
    "bangkok": "Asia/Bangkok",
    "barcelona": "Europe/Madrid",
    "beijing": "Asia/Shanghai",
    "berlin": "Europe/Berlin",
    "berliner": "Europe/Berlin",
    "brasilia": "America/Sao_Paulo",
    "bogota": "America/Bogota",
    "boston": "America/New_York",
    "brisbane": "Australia/Brisbane",
    "brussels": "Europe/Brussels",
    "buenos aires": "America/Argentina/Buenos_Aires",
    "cairo": "Africa/Cairo",
    "chicago": "America/Chicago",
    "copenhagen": "Europe/Copenhagen",
    "delhi": "Asia/Kolkata",
    "denver": "America/Denver",
    "dubai": "Asia/Dubai",
    "dublin": "Europe/Dublin",
    "hamburg": "Europe/Berlin",
    "helsinki": "Europe/Helsinki",
    "hong kong": "Asia/Hong_Kong",
    "istanbul": "Europe/Istanbul",
    "jakarta": "Asia/Jakarta",
    "johannesburg": "Africa/Johannesburg",
    "kolkata": "Asia/Kolkata",
    "lisboa": "Europe/Lisbon",
    "lisbon": "Europe/Lisbon",
    "london": "Europe/London",
    "londres": "Europe/London",
    "los angeles": "America/Los_Angeles",
    "madrid": "Europe/Madrid",
    "melbourne": "Australia/Melbourne",
    "mexico city": "America/Mexico_City",
    "milan": "Europe/Rome",
    "milano": "Europe/Rome",
    "moscow": "Europe/Moscow",
    "mumbai": "Asia/Kolkata",
    "munchen": "Europe/Berlin",
    "munich": "Europe/Berlin",
    "nairobi": "Africa/Nairobi",
    "new york": "America/New_York",
    "ny": "America/New_York",
    "nyc": "America/New_York",
    "oslo": "Europe/Oslo",
    "paris": "Europe/Paris",
    "prague": "Europe/Prague",
    "roma": "Europe/Rome",
    "rome": "Europe/Rome",
    "san francisco": "America/Los_Angeles",
    "sao paulo": "America/Sao_Paulo",
    "seattle": "America/Los_Angeles",
    "seoul": "Asia/Seoul",
    "shanghai": "Asia/Shanghai",
    "singapore": "Asia/Singapore",
    "stockholm": "Europe/Stockholm",
    "sydney": "Australia/Sydney",
    "tokyo": "Asia/Tokyo",
    "toronto": "America/Toronto",
    "vancouver": "America/Vancouver",
    "vienna": "Europe/Vienna",
    "warsaw": "Europe/Warsaw",
    "wien": "Europe/Vienna",
    "zurich": "Europe/Zurich",
}

# Abbreviations that are also everyday words (French "et", "cet") in lower case.
ALSO_WORDS: Final = frozenset(("et", "cet"))

# Windows and old installations use these instead of a place.
_LINK_ROOTS: Final = ("/zoneinfo/", "/zoneinfo.default/")


def zone(name: str) -> tzinfo | None:
    """Return the zone with this IANA name in any case, or None."""
    if name.lower() in ("utc", "etc/utc"):
        return UTC
    for candidate in (name, _capitals(name)):
        # Names with ".." or a leading "/" raise ValueError, unknown ones KeyError, folders OSError.
        try:
            return ZoneInfo(candidate)
        except (KeyError, ValueError, OSError):
            continue
    return None


def _capitals(name: str) -> str:
    return "/".join(
        "_".join(word[:1].upper() + word[1:].lower() for word in part.split("_"))
        for part in name.split("/")
    )


def fixed(minutes: int) -> tzinfo:
    """Return a zone that is always `minutes` east of UTC (less than a day)."""
    return timezone(timedelta(minutes=minutes)) if minutes else UTC


def local_zone() -> tzinfo:
    """Return the zone of this computer with its clock changes.

    ``TZ`` wins, then the operating system's setting; the present offset if neither names a zone.
    The result is cached while ``TZ`` and the system's link stay the same.
    """
    return _local_zone(os.environ.get("TZ"), _link_target())


def system_zone() -> tzinfo:
    """Return the zone of this computer, ignoring `use_zone`."""
    variable = _first_zone[0] if _first_zone else os.environ.get("TZ")
    return _local_zone(variable, _link_target())


def use_zone(name: str) -> bool:
    """Set the zone of this whole program and its children by IANA name; "" restores the computer's
    own. Return False, without any change, for an unknown name, or on Windows, whose clock functions
    do not support such names."""
    if sys.platform == "win32":
        return not name
    if name and zone(name) is None:
        return False
    variable = name or (_first_zone[0] if _first_zone else os.environ.get("TZ"))
    if name and not _first_zone:
        _first_zone.append(os.environ.get("TZ"))
    if variable is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = variable
    time.tzset()
    return True


_first_zone: list[str | None] = []
"""``TZ`` at the start of this program, once it was changed."""


@lru_cache(maxsize=8)
def _local_zone(variable: str | None, link: str | None) -> tzinfo:
    if variable is not None:
        local_zone = _from_variable(variable)
        if local_zone is not None:
            return local_zone
    if link is not None:
        for root in _LINK_ROOTS:
            _, _, name = link.partition(root)
            local_zone = zone(name) if name else None
            if local_zone is not None:
                return local_zone
    return _from_files() or _from_tzlocal() or fixed(_offset_now())


def _link_target() -> str | None:
    try:
        return str(Path("/etc/localtime").readlink())
    except OSError:
        return None


def _from_variable(variable: str) -> tzinfo | None:
    """Parse ``TZ``: "Europe/Berlin", ":Europe/Berlin", a path, or empty for UTC."""
    text = variable.removeprefix(":")
    if not text:
        return UTC
    for root in _LINK_ROOTS:
        if root in text:
            return zone(text.partition(root)[2])
    return zone(text)


def _from_files() -> tzinfo | None:
    if sys.platform == "win32":
        return None
    try:
        name = Path("/etc/timezone").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        name = ""
    local_zone = zone(name) if name else None
    if local_zone is not None:
        return local_zone
    try:
        with Path("/etc/localtime").open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):
        return None


def _from_tzlocal() -> tzinfo | None:
    # Windows stores its zones in the registry under its own names; tzlocal (required by dateparser
    # anyway) knows them. Imported late because only this branch uses it.
    try:
        import tzlocal

        return tzlocal.get_localzone()
    except Exception:  # noqa: BLE001 - whatever the system's setting does to it, we go on
        return None


def _offset_now() -> int:
    from datetime import datetime

    offset = datetime.now().astimezone().utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0
