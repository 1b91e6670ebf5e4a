"""Texts about a time: display, distance, quick times. Pure functions over aware datetimes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from posto_desktop.common.translation import translate
from posto_desktop.core.typed_time import typed
from posto_desktop.models.dates import (
    clock,
    day_words,
    full_when,
    sentence_case,
    weekday_name,
    working_days,
)
from posto_desktop.sdk.when.languages import phrases


def local_zone() -> tzinfo:
    """Return the zone of this computer, with daylight saving rules if available."""
    from zoneinfo import ZoneInfo

    from PySide6.QtCore import QTimeZone

    name = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "ignore")
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return datetime.now().astimezone().tzinfo or UTC


def day_and_time(when: datetime, zone: tzinfo) -> str:
    """Return ``Mon 30 Nov 2026, 12:00``."""
    return full_when(when, zone)


def short_day(when: datetime, zone: tzinfo, now: datetime) -> str:
    """Return ``today 12:00``, ``Mon 12:00`` within a week, else ``Mon 30 Nov, 12:00``."""
    local, today = when.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    at = clock(when, zone)
    if days == 0:
        return translate("WhenText", "today {time}").format(time=at)
    if days == 1:
        return translate("WhenText", "tomorrow {time}").format(time=at)
    if 1 < days < 7:
        return f"{day_words(local.date(), 'ddd')} {at}"
    year = "" if local.year == today.year else " yyyy"
    day = day_words(local.date(), f"ddd d MMM{year}")
    return translate("Dates", "{day}, {time}").format(day=day, time=at)


def distance(when: datetime, now: datetime, zone: tzinfo) -> str:
    """Return the distance to a future time: ``in 5 days``, ``in 40 minutes``, ``tomorrow``."""
    seconds = (when - now).total_seconds()
    if seconds < 90:
        return translate("WhenText", "in a minute")
    minutes = round(seconds / 60)
    if minutes < 90:
        return translate("WhenText", "in %n minute(s)", "", minutes)
    days = (when.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days == 0 or seconds < 20 * 3600:
        return translate("WhenText", "in %n hour(s)", "", round(seconds / 3600))
    if days == 1:
        return translate("WhenText", "tomorrow")
    if days < 60:
        return translate("WhenText", "in %n day(s)", "", days)
    if days < 700:
        return translate("WhenText", "in %n month(s)", "", round(days / 30.4))
    return translate("WhenText", "in %n year(s)", "", round(days / 365.25))


def ago(then: datetime, now: datetime) -> str:
    """Return ``just now``, ``10 s ago``, ``3 min ago``, then the clock time."""
    seconds = max(0, int((now - then).total_seconds()))
    if seconds < 3:
        return translate("WhenText", "just now")
    if seconds < 60:
        return translate("WhenText", "{n} s ago").format(n=seconds)
    if seconds < 3600:
        return translate("WhenText", "{n} min ago").format(n=seconds // 60)
    if seconds < 86400:
        return translate("WhenText", "{n} h ago").format(n=seconds // 3600)
    return translate("WhenText", "%n day(s) ago", "", seconds // 86400)


def chips(now: datetime, zone: tzinfo) -> list[tuple[str, str]]:
    """Return the quick times: (label, typed text). Only future ones, depending on the time of day
    and the country's working week."""
    quick_times = [
        #: Time of a post.
        (translate("WhenText", "Now"), phrases().now),
        (translate("WhenText", "In 1 hour"), phrases().in_hour),
    ]
    local = now.astimezone(zone)
    today = local.date()

    def ahead(days: int, hour: int) -> datetime | None:
        moment = datetime.combine(today + timedelta(days=days), time(hour), tzinfo=zone)
        return moment if moment - now > timedelta(minutes=5) else None

    if (morning := ahead(0, 9)) is not None:
        label = translate("WhenText", "Today {time}").format(time=clock(morning, zone))
        quick_times.append((label, phrases().today.format(clock="9:00")))
    if (evening := ahead(0, 19)) is not None:
        label = translate("WhenText", "Tonight {time}").format(time=clock(evening, zone))
        quick_times.append((label, phrases().today.format(clock="19:00")))
    tomorrow = ahead(1, 9)
    assert tomorrow is not None
    label = translate("WhenText", "Tomorrow {time}").format(time=clock(tomorrow, zone))
    quick_times.append((label, tomorrow_at_nine()))
    start = week_start()
    days = (start - today.weekday()) % 7 or 7
    begin = ahead(days, 9)
    if days > 1 and begin is not None:
        name = sentence_case(weekday_name(start))
        words = (
            translate("WhenText", "Next {day} {time}")
            if days == 7
            else translate("WhenText", "{day} {time}")
        )
        label = words.format(day=name, time=clock(begin, zone))
        # As a date: a weekday is ambiguous, and means another day a week later.
        quick_times.append((label, typed(begin, zone)))
    return quick_times


def tomorrow_at_nine() -> str:
    """Return what is typed for a message that needs a time: "tomorrow 9:00"."""
    return phrases().tomorrow.format(clock="9:00")


def week_start() -> int:
    """Return the first working day in this computer's country, 0 Monday .. 6 Sunday."""
    work = set(working_days())
    for day in range(7):
        if day in work and (day - 1) % 7 not in work:
            return day
    return 0


def offset_note(when: datetime, now: datetime, zone: tzinfo) -> str:
    """Return "UTC+1 then" if the clocks change before ``when``; else ""."""
    then, present = when.astimezone(zone).utcoffset(), now.astimezone(zone).utcoffset()
    if then is None or then == present:
        return ""
    #: {offset}: "UTC+1" at the time of the post.
    return translate("WhenText", "{offset} then").format(offset=offset_name(then))


def offset_name(offset: timedelta) -> str:
    """Return "UTC+1", "UTC+5:30"."""
    minutes = round(offset.total_seconds() / 60)
    hours, remainder = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{remainder:02d}" if remainder else "")


def other_reading(alternative: datetime, when: datetime, zone: tzinfo, now: datetime) -> str:
    """Return what distinguishes the other meaning: its time, else its day, else its offset."""
    local_time, other_local = when.astimezone(zone), alternative.astimezone(zone)
    if local_time.date() != other_local.date():
        return short_day(alternative, zone, now)
    if (local_time.hour, local_time.minute) != (other_local.hour, other_local.minute):
        return clock(alternative, zone)
    offset = other_local.utcoffset()
    return (
        f"{clock(alternative, zone)} {offset_name(offset)}"
        if offset is not None
        else clock(alternative)
    )
