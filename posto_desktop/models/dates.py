"""Display texts of dates and times in the user's locale and zone: the one owner of that locale.

Moments are aware UTC and become local only here. The 12 or 24 hour clock follows the user's choice,
else the locale; hours have no leading zero ("9:00"). All digits are 0 to 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from PySide6.QtCore import QDate, QLocale, QTime

from posto_desktop.common.translation import translate
from posto_desktop.models.date_patterns import (
    clock_pattern,
    day_pattern,
    latin_digits,
    plain_form,
    seconds_pattern,
    span_patterns,
)
from posto_desktop.sdk.when.zones import local_zone

__all__ = [
    "LocalDays",
    "clock",
    "clock_format",
    "dated_clock",
    "day",
    "day_heading",
    "day_words",
    "first_day_of_week",
    "first_weekday",
    "full_when",
    "list_words",
    "local",
    "month_words",
    "numeric_format",
    "read_day",
    "seconds_clock",
    "sentence_case",
    "set_preferences",
    "short_when",
    "span_words",
    "spoken_when",
    "use_locales",
    "weekday_letters",
    "weekday_name",
    "working_days",
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
_LONG, _SHORT = QLocale.FormatType.LongFormat, QLocale.FormatType.ShortFormat


@dataclass
class _Preferences:
    """The user's choice instead of the locale; "" for the locale."""

    clock: str = ""
    week_start: str = ""


@dataclass
class _Locales:
    """What `QLocale()` alone does not know: the locale of the country, where that of the formats
    stands for it (see `use_locales`), and that of the names."""

    formats: str = ""
    country: QLocale | None = None
    names: QLocale | None = None


_preferences = _Preferences()
_locales = _Locales()


def set_preferences(*, clock: str | None = None, week_start: str | None = None) -> None:
    """Set the clock to "12" or "24" hours and the first weekday to "monday", "saturday" or
    "sunday"; "" follows the locale, None changes nothing."""
    if clock is not None:
        _preferences.clock = clock
    if week_start is not None:
        _preferences.week_start = week_start


def use_locales(formats: QLocale, country: QLocale, names: QLocale) -> None:
    """Set the locale of the program: that of its formats, whose digits are 0 to 9; that of the
    country, for the days of the week; and that of the names of days and months."""
    QLocale.setDefault(formats)
    _locales.formats, _locales.country, _locales.names = formats.name(), country, names


def _is_ours(locale: QLocale) -> bool:
    return locale.name() == _locales.formats


def _names(locale: QLocale) -> QLocale:
    return _locales.names if _locales.names is not None and _is_ours(locale) else locale


def _country(locale: QLocale) -> QLocale:
    return _locales.country if _locales.country is not None and _is_ours(locale) else locale


def first_weekday() -> int:
    """Return the first day of the week, 0 Monday .. 6 Sunday."""
    if _preferences.week_start:
        return _WEEK[_preferences.week_start]
    return _country(QLocale()).firstDayOfWeek().value - 1


def first_day_of_week(day: date) -> date:
    """Return the first day of the week that contains a day."""
    return day - timedelta(days=(day.weekday() - first_weekday()) % 7)


def working_days() -> tuple[int, ...]:
    """Return the working days of the user's country in order, 0 Monday .. 6 Sunday."""
    return tuple(sorted(day.value - 1 for day in _country(QLocale()).weekdays()))


def clock_format() -> str:
    """Return the Qt format that matches `clock`."""
    return clock_pattern(_country(QLocale()).timeFormat(_SHORT), _preferences.clock)


def clock(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return "9:00" or "9:00 AM"."""
    return _clock_words(local(moment, zone), clock_format())


def seconds_clock(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return the time with seconds, "14:10:02", for logs and the steps of a post."""
    return _clock_words(local(moment, zone), seconds_pattern(clock_format()))


def _clock_words(local_time: datetime, pattern: str) -> str:
    if pattern == "H:mm":
        return f"{local_time.hour}:{local_time.minute:02d}"
    wall = QTime(local_time.hour, local_time.minute, local_time.second)
    return latin_digits(_names(QLocale()).toString(wall, pattern))


def numeric_format() -> str:
    """Return the Qt format of a date in numbers, for fields that take one."""
    pattern = _country(QLocale()).dateFormat(_SHORT)
    return pattern if "yyyy" in pattern else pattern.replace("yy", "yyyy")


def day_words(day: date, fields: str) -> str:
    """Return a day with the fields of a Qt pattern, such as "ddd d MMM yyyy", in the order and form
    of the locale: "Tue 5 Jan 2027", "Tue, Jan 5, 2027", "Di. 5. Jan. 2027"."""
    return _words(day, _pattern(QLocale(), fields))


def _pattern(locale: QLocale, fields: str) -> str:
    return day_pattern(_long_form(locale), fields, _names(locale).name()[:2])


def _long_form(locale: QLocale) -> str:
    """Return the long form of the country, without the words of another language."""
    long_form = _country(locale).dateFormat(_LONG)
    return long_form if long_form == _names(locale).dateFormat(_LONG) else plain_form(long_form)


def _words(day: date, pattern: str) -> str:
    return latin_digits(_names(QLocale()).toString(QDate(day.year, day.month, day.day), pattern))


def read_day(text: str, fields: str) -> QDate:
    """Return the day that a text by `day_words` names; an invalid one if it does not."""
    locale = QLocale()
    return _names(locale).toDate(text, _pattern(locale, fields))


def month_words(month: date) -> str:
    """Return "January 2027", as a title."""
    return sentence_case(day_words(month, "MMMM yyyy"))


def span_words(first: date, last: date, *, month: str = "MMM", year: bool = True) -> str:
    """Return "23 to 29 Nov 2026", "Nov 30 to Dec 6", "30 Dec 2026 to 5 Jan 2027"."""
    ends = "day" if (first.year, first.month) == (last.year, last.month) else "month"
    ends = ends if first.year == last.year else "year"
    locale = QLocale()
    patterns = span_patterns(
        _long_form(locale),
        month,
        _names(locale).name()[:2],
        ends + ("!" if year or ends == "year" else ""),
    )
    return translate("DateSpan", "{first} to {last}").format(
        first=_words(first, patterns[0]), last=_words(last, patterns[1])
    )


def list_words(items: list[str]) -> str:
    """Return "Monday, Tuesday and Friday"."""
    return _names(QLocale()).createSeparatedList(items)


def weekday_name(number: int, *, short: bool = False) -> str:
    """Return the name of a weekday (0 Monday), as it stands alone."""
    name = _names(QLocale()).standaloneDayName(number + 1, _SHORT if short else _LONG)
    return name.rstrip(".")


def weekday_letters(number: int) -> str:
    """Return the name of a weekday (0 Monday) for the narrow column of a month: "Mo", "lu"."""
    names = _names(QLocale())
    shorts = [weekday_name(day, short=True) for day in range(7)]
    if len({name[:2] for name in shorts}) == 7 and not any("." in name for name in shorts):
        return shorts[number][:2]
    narrow = [names.standaloneDayName(day + 1, QLocale.FormatType.NarrowFormat) for day in range(7)]
    return narrow[number] if len(set(narrow)) == 7 and not narrow[0].isdigit() else shorts[number]


def sentence_case(text: str) -> str:
    """Return the text with a capital first letter, also in Turkish, whose "i" has a dot."""
    if text[:1] == "i" and _names(QLocale()).name()[:2] in ("tr", "az"):
        return f"İ{text[1:]}"
    return text[:1].upper() + text[1:]


def day_heading(day: date, today: date) -> tuple[str, str]:
    """Return the heading of a day and its subtitle: ("Today", "Wed 25 November").

    Near days have a name; the year appears only if it is not the current one.
    """
    year = "" if day.year == today.year else " yyyy"
    distance = (day - today).days
    small = sentence_case(day_words(day, f"ddd d MMMM{year}"))
    if distance == 0:
        return translate("Dates", "Today"), small
    if distance == 1:
        return translate("Dates", "Tomorrow"), small
    if distance == -1:
        return translate("Dates", "Yesterday"), small
    if 1 < distance < 7:
        return sentence_case(day_words(day, "dddd")), small
    return small, ""


def dated_clock(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return "30 Nov, 9:00" for a column of times, with the year if it is not the current one."""
    day = local(moment, zone).date()
    year = "" if day.year == local(now, zone).year else " yyyy"
    return translate("Dates", "{day}, {time}").format(
        day=day_words(day, f"d MMM{year}"), time=clock(moment, zone)
    )


def short_when(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return "Today, 12:30", "Monday, 9:00" or "Mon 30 Nov, 12:00"."""
    local_time, today = local(moment, zone), local(now, zone).date()
    distance = (local_time.date() - today).days
    if distance in (-1, 0, 1) or 1 < distance < 7:
        day = day_heading(local_time.date(), today)[0]
    else:
        year = "" if local_time.year == today.year else " yyyy"
        day = day_words(local_time.date(), f"ddd d MMM{year}")
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
    day = near.get(distance) or day_words(local_time.date(), f"ddd d MMM{year}")
    return f"{day} {clock(moment, zone)}"


def day(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return "Mon 30 Nov", with the year if it is not the current one."""
    local_time, today = local(moment, zone), local(now, zone)
    year = "" if local_time.year == today.year else " yyyy"
    return day_words(local_time.date(), f"ddd d MMM{year}")


def full_when(moment: datetime, zone: tzinfo | None = None) -> str:
    """Return "Mon 30 Nov 2026, 12:00", for tooltips."""
    day = day_words(local(moment, zone).date(), "ddd d MMM yyyy")
    return translate("Dates", "{day}, {time}").format(day=day, time=clock(moment, zone))


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
