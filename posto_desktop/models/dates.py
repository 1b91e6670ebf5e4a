"""Display texts of dates and times in the user's locale and zone.

Moments are aware UTC and become local only here. The 12 or 24 hour clock follows the user's choice,
else the locale; hours have no leading zero ("9:00").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from PySide6.QtCore import QDate, QLocale, QTime

from posto_desktop.common.translation import translate
from posto_desktop.sdk.when.zones import local_zone

__all__ = [
    "LocalDays",
    "clock",
    "clock_format",
    "day",
    "day_heading",
    "first_weekday",
    "full_when",
    "local",
    "seconds_clock",
    "set_preferences",
    "short_when",
    "spoken_when",
    "zone_name",
]

_UNPRINTABLE = (OverflowError, ValueError, OSError)


def local(moment: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the moment in ``zone`` (None: the system's zone).

    If the result is outside Python's date range, return it in UTC.
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(zone)
    except _UNPRINTABLE:
        return moment


class LocalDays:
    """Fast conversion of many moments to local days: uses the zone's rules a few times per day
    instead of once per moment (5 µs each)."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone
        self._known: dict[date, tuple[datetime, date, date] | None] = {}

    def day(self, moment: datetime) -> date:
        """Return the local day of an aware moment."""
        if moment.tzinfo is not UTC:
            return local(moment, self._zone).date()
        local_time = moment.date()
        if local_time not in self._known:
            self._known[local_time] = self._split_at_midnight(moment)
        split = self._known[local_time]
        if split is None:
            return local(moment, self._zone).date()
        midnight, before, after = split
        return before if moment < midnight else after

    def _split_at_midnight(self, moment: datetime) -> tuple[datetime, date, date] | None:
        """Return the time within this UTC day at which a local day ends, and the local days before
        and after; None if there is more than one."""
        first = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        last = moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
        before, after = local(first, self._zone).date(), local(last, self._zone).date()
        if before == after:
            return first, before, after
        if (after - before).days != 1:
            return None
        try:
            midnight = datetime(after.year, after.month, after.day, tzinfo=self._zone)
            return midnight.astimezone(UTC), before, after
        except _UNPRINTABLE:
            return None


_WEEK = {"monday": 0, "saturday": 5, "sunday": 6}


@dataclass
class _Preferences:
    """The user's choice instead of the locale; "" for the locale."""

    clock: str = ""
    week_start: str = ""


_preferences = _Preferences()


def set_preferences(*, clock: str | None = None, week_start: str | None = None) -> None:
    """Set the clock to "12" or "24" hours and the first weekday to "monday", "saturday" or
    "sunday"; "" follows the locale, None changes nothing."""
    if clock is not None:
        _preferences.clock = clock
    if week_start is not None:
        _preferences.week_start = week_start


def first_weekday() -> int:
    """Return the first day of the week, 0 Monday .. 6 Sunday."""
    if _preferences.week_start:
        return _WEEK[_preferences.week_start]
    return QLocale().firstDayOfWeek().value - 1


def _twelve_hours(locale: QLocale) -> bool:
    if _preferences.clock:
        return _preferences.clock == "12"
    pattern = re.sub(r"'[^']*'", "", locale.timeFormat(QLocale.FormatType.ShortFormat))
    return "a" in pattern.lower()


def clock_format() -> str:
    """Return the Qt format that matches `clock`."""
    return "h:mm AP" if _twelve_hours(QLocale()) else "H:mm"


def clock(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return "9:00" or "9:00 AM"."""
    local_time = local(moment, zone)
    locale = QLocale()
    if _twelve_hours(locale):
        return locale.toString(QTime(local_time.hour, local_time.minute), "h:mm AP")
    return f"{local_time.hour}:{local_time.minute:02d}"


def seconds_clock(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return the time with seconds, "14:10:02", for logs and the steps of a post."""
    local_time = local(moment, zone)
    locale = QLocale()
    if _twelve_hours(locale):
        return locale.toString(
            QTime(local_time.hour, local_time.minute, local_time.second), "h:mm:ss AP"
        )
    return f"{local_time.hour}:{local_time.minute:02d}:{local_time.second:02d}"


def _name(day: date, pattern: str) -> str:
    return QLocale().toString(QDate(day.year, day.month, day.day), pattern)


def day_heading(day: date, today: date) -> tuple[str, str]:
    """Return the heading of a day and its subtitle: ("Today", "Wed 25 November").

    Near days have a name; the year appears only if it is not the current one.
    """
    year = "" if day.year == today.year else " yyyy"
    distance = (day - today).days
    small = _name(day, f"ddd d MMMM{year}")
    if distance == 0:
        return translate("Dates", "Today"), small
    if distance == 1:
        return translate("Dates", "Tomorrow"), small
    if distance == -1:
        return translate("Dates", "Yesterday"), small
    if 1 < distance < 7:
        return _name(day, "dddd"), small
    return _name(day, f"ddd d MMMM{year}"), ""


def dated_clock(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return "30 Nov, 9:00" for a column of times, with the year if it is not the current one."""
    day = local(moment, zone).date()
    year = "" if day.year == local(now, zone).year else " yyyy"
    return translate("Dates", "{day}, {time}").format(
        day=_name(day, f"d MMM{year}"), time=clock(moment, zone)
    )


def short_when(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return "Today, 12:30", "Monday, 9:00" or "Mon 30 Nov, 12:00"."""
    local_time, today = local(moment, zone), local(now, zone).date()
    distance = (local_time.date() - today).days
    if distance in (-1, 0, 1) or 1 < distance < 7:
        day = day_heading(local_time.date(), today)[0]
    else:
        year = "" if local_time.year == today.year else " yyyy"
        day = _name(local_time.date(), f"ddd d MMM{year}")
    return translate("Dates", "{day}, {time}").format(day=day, time=clock(moment, zone))


def spoken_when(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return "today 12:30" for the middle of a sentence."""
    local_time, today = local(moment, zone), local(now, zone).date()
    distance = (local_time.date() - today).days
    near = {
        0: translate("Dates", "today"),
        1: translate("Dates", "tomorrow"),
        -1: translate("Dates", "yesterday"),
    }
    year = "" if local_time.year == today.year else " yyyy"
    day = near.get(distance) or _name(local_time.date(), f"ddd d MMM{year}")
    return f"{day} {clock(moment, zone)}"


def day(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return "Mon 30 Nov", with the year if it is not the current one."""
    local_time, today = local(moment, zone), local(now, zone)
    year = "" if local_time.year == today.year else " yyyy"
    return _name(local_time.date(), f"ddd d MMM{year}")


def full_when(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return "Mon 30 Nov 2026, 12:00", for tooltips."""
    local_time = local(moment, zone)
    return f"{_name(local_time.date(), 'ddd d MMM yyyy')}, {clock(moment, zone)}"


def zone_name(zone: tzinfo | None = None, moment: datetime | None = None) -> str:
    """Return the display name of a zone: "Europe/Berlin", else its short name ("CET").

    None is the system's zone.
    """
    zone = zone if zone is not None else local_zone()
    key = getattr(zone, "key", None)
    if key:
        return "UTC" if key in ("Etc/UTC", "Etc/UCT", "Etc/Zulu") else str(key)
    local_time = local(moment or datetime.now(UTC), zone)
    return local_time.tzname() or "UTC"
