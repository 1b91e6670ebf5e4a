"""Phrases that the own grammar does not know, read by dateparser and distrusted.

dateparser knows some 200 languages, and guesses: it drops words and hours, reads "at 9" as
September and looks into the past. So it is asked only in the user's language and English, and its
answer is thrown away unless every word is one of its own and every number appears in the result.
"""

from __future__ import annotations

import locale
import os
import re
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Final

#: Languages whose everyday words the own grammar has; dateparser adds nothing to these.
OWN: Final = frozenset(("en", "de", "fr", "es", "it", "pt"))

_AMERICAN_ZONES: Final = frozenset(
    [
        *(f"America/{city}" for city in ("New_York", "Detroit", "Chicago", "Denver", "Phoenix")),
        *(f"America/{city}" for city in ("Los_Angeles", "Anchorage", "Boise", "Indianapolis")),
        *(f"US/{area}" for area in ("Eastern", "Central", "Mountain", "Pacific", "Alaska")),
        *("Pacific/Honolulu", "US/Hawaii"),
    ]
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_NUMBER: Final = re.compile(r"\d+")


def user_locale() -> str:
    """The user's locale as "de_AT", or "" where none is set."""
    for name in ("LC_ALL", "LC_TIME", "LANG", "LANGUAGE"):
        value = os.environ.get(name, "").partition(".")[0].partition(":")[0]
        if value and value not in ("C", "POSIX"):
            return value
    if os.name == "nt" or not os.environ.get("LANG"):
        return _system_locale()
    return ""


@lru_cache(maxsize=1)
def _system_locale() -> str:
    try:
        return locale.getlocale()[0] or ""
    except ValueError:
        return ""


def month_comes_first(zone: tzinfo) -> bool:
    """Whether 5/12 is the 12th of May: by the user's locale, else by the zone."""
    territory = user_locale().partition("_")[2]
    if territory:
        return territory[:2].upper() in ("US", "PH")
    return getattr(zone, "key", "") in _AMERICAN_ZONES


def read_other(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The time that dateparser finds in `text`, aware, if its reading can be trusted."""
    language = user_locale().partition("_")[0].lower()
    if language in OWN or not language:
        if text.isascii():
            return None
        language = _by_script(text)
        if not language:
            return None
    return _ask(text, now, zone, language)


def _by_script(text: str) -> str:
    return ""


def _ask(text: str, now: datetime, zone: tzinfo, language: str) -> datetime | None:
    return None
