"""Translates phrases in other languages to English by dateparser.

dateparser has the words of some 200 languages, but its own readings are unreliable: it drops words
and hours, reads "at 9" as September and looks into the past. So only its dictionary is used, for
the user's own language; our grammar parses the English result and refuses what it does not
understand, and no number may get lost or appear on the way.
"""

from __future__ import annotations

import locale
import os
import re
import sys
from datetime import tzinfo
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dateparser.languages.locale import Locale

_AMERICAN_ZONES: Final = frozenset(
    [
        *(f"America/{city}" for city in ("New_York", "Detroit", "Chicago", "Denver", "Phoenix")),
        *(f"America/{city}" for city in ("Los_Angeles", "Anchorage", "Boise", "Indianapolis")),
        *(f"US/{area}" for area in ("Eastern", "Central", "Mountain", "Pacific", "Alaska")),
        *("Pacific/Honolulu", "US/Hawaii"),
    ]
)

# dateparser's output for "tomorrow" and similar words.
_RELATIVE: Final = {
    "0 day ago": "today",
    "in 0 day": "today",
    "in 1 day": "tomorrow",
    "in 2 day": "day after tomorrow",
    "in 1 week": "next week",
    "in 1 month": "next month",
    "in 1 year": "next year",
}
_NAMED: Final = re.compile(r"\b(?:in (\d+) (?:day|week|month|year)|(\d+) (?:day|week) ago)\b")
_NUMBER: Final = re.compile(r"\d+")


def user_locale() -> str:
    """Return the user's locale as "de_AT", or "" if none is set."""
    for name in ("LC_ALL", "LC_TIME", "LANG", "LANGUAGE"):
        value = os.environ.get(name, "").partition(".")[0].partition(":")[0]
        if value and value not in ("C", "POSIX"):
            return value
    if os.name == "nt" or not os.environ.get("LANG"):
        return _system_locale()
    return ""


@lru_cache(maxsize=1)
def _system_locale() -> str:
    if sys.platform == "win32":
        return _windows_locale()
    if sys.platform == "darwin":
        return apple_locale(Path.home() / "Library/Preferences/.GlobalPreferences.plist")
    try:
        return locale.getlocale()[0] or ""
    except ValueError:
        return ""


def _windows_locale() -> str:
    # Python's own answer would be "English_United States".
    import ctypes

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009
    name = ctypes.create_unicode_buffer(85)
    kernel.GetUserDefaultLocaleName(name, len(name))
    return str(name.value).replace("-", "_")


def apple_locale(preferences: Path) -> str:
    """Return the user's locale from the file of macOS; programs there often have no LANG."""
    import plistlib  # imports an XML parser, which only macOS needs

    try:
        with preferences.open("rb") as file:
            value = plistlib.load(file)["AppleLocale"]
    except (OSError, ValueError, LookupError, TypeError, plistlib.InvalidFileException):
        return ""
    return str(value).partition("@")[0].replace("-", "_")


def month_comes_first(zone: tzinfo) -> bool:
    """Return whether 5/12 is the 12th of May: by the user's locale, else by the zone."""
    # "zh_Hans_CN" has a script in between.
    language, *subtags = user_locale().split("_")
    if language and subtags:
        return subtags[-1].upper() in ("US", "PH")
    return getattr(zone, "key", "") in _AMERICAN_ZONES


def in_english(text: str, language: str | None = None) -> str | None:
    """Return `text` translated to English, or None if that fails. The language is an ISO 639 code
    such as "de", by default the user's.

    dateparser is imported here, on demand.
    """
    language = language or user_locale().partition("_")[0].lower()
    if not language or language == "en":
        return None
    dictionary = _dictionary(language)
    if dictionary is None:
        return None
    from dateparser.conf import settings

    try:
        english = str(dictionary.translate(text, keep_formatting=True, settings=settings))
    except Exception:  # noqa: BLE001 - its errors on odd texts are many and of all kinds
        return None
    digits = _NUMBER.findall(text)
    english = _NAMED.sub(lambda match: _named(match, digits), english)
    # Japanese "9時" becomes "9:00".
    before, after = _NUMBER.findall(text.replace(":00", "")), english.replace(":00", "")
    if sorted(map(int, before)) != sorted(map(int, _NUMBER.findall(after))):
        return None
    return english if english.casefold().split() != text.casefold().split() else None


def _named(match: re.Match[str], digits: list[str]) -> str:
    """Restore "tomorrow" for "in 1 day" and "yesterday" for "1 day ago", unless the number was
    written."""
    number = match[1] or match[2]
    if number in digits:
        return match.group()
    return _RELATIVE.get(match.group(), "yesterday" if match[2] else match.group())


@lru_cache(maxsize=4)
def _dictionary(language: str) -> Locale | None:
    try:
        from dateparser.languages.loader import default_loader

        return default_loader.get_locale(language)
    except (ImportError, ValueError, KeyError, AttributeError):
        return None
