"""Instants: a day and a time of day on the clocks of a zone, and how they are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.when.days import LAST_YEAR, MONTHS, WEEKDAYS
from posto_desktop.sdk.when.spec import impossible


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; 24:00 and the small hours of a night out lie on the day after."""

    hour: int
    minute: int = 0
    second: int = 0
    days: int = 0


_usual = [Clock(9)]


def usual_clock() -> Clock:
    """The time of day of a phrase that names only a day."""
    return _usual[0]


def set_usual_clock(clock: Clock) -> None:
    """Another one, in this whole program."""
    _usual[0] = clock


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in UTC, a sentence about a clock change, and the repeated hour's other instant.

    `wall` is the time of day that was meant, where the clocks skip it.
    """

    utc: datetime
    note: str | None = None
    other: datetime | None = None
    wall: time | None = None


def clock_words(when: datetime) -> str:
    """ "9:00", as people write it: the hour without a leading zero."""
    return f"{when.hour}:{when.minute:02d}"


def describe(when: datetime, now: datetime) -> str:
    """A phrase for `when` that this grammar reads back: "tomorrow at 9:00"."""
    local_now = now.astimezone(when.tzinfo)
    ahead = (when.date() - local_now.date()).days
    clock = clock_words(when)
    if ahead == 0:
        return f"today at {clock}"
    if ahead == 1:
        return f"tomorrow at {clock}"
    return f"{when.day} {MONTHS[when.month][:3]} {when.year} at {clock}"


def spell(when: datetime) -> str:
    """ "Wed 25 Nov 2026, 9:00"."""
    return (
        f"{WEEKDAYS[when.weekday()][:3]} {when.day} {MONTHS[when.month][:3]} {when.year}, "
        f"{clock_words(when)}"
    )


def past(when: datetime, now: datetime) -> WhenError:
    """The error for a time that is over, with the same time of day on the next day it comes."""
    zone = when.tzinfo
    assert zone is not None
    today = now.astimezone(zone).date()
    clock = Clock(when.hour, when.minute)
    now_utc = now.astimezone(UTC)
    suggestion = None
    for ahead in (0, 1, 2):
        moment = at(today + timedelta(days=ahead), clock, zone, now_utc)
        if moment.utc > now_utc:
            suggestion = describe(moment.utc.astimezone(zone), now)
            break
    message = f"{spell(when)} has passed."
    if suggestion:
        message += f" The next possible time is {suggestion}."
    return WhenError(message, kind="past", suggestion=suggestion, when=when)


def at(day: date, clock: Clock, zone: tzinfo, now: datetime) -> Moment:
    """The instant of a time of day on a day; raises WhenError beyond `LAST_YEAR`."""
    if day.year > LAST_YEAR:
        raise impossible("That is too far ahead.")
    wall = datetime.combine(
        day + timedelta(days=clock.days), time(clock.hour, clock.minute, clock.second)
    )
    return wall_time(wall, zone, now)


def wall_time(wall: datetime, zone: tzinfo, now: datetime) -> Moment:
    """The instant of a local time, and what is to be said where a clock change is in the way."""
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first == second:
        return Moment(first)
    day = f"{WEEKDAYS[wall.weekday()][:3]} {wall.day} {MONTHS[wall.month][:3]}"
    if first < second:
        earlier, later = first.astimezone(zone), second.astimezone(zone)
        said = f"{clock_words(wall)} comes twice on {day}, when the clocks go back"
        if first > now:
            return Moment(first, f"{said}. The first one ({_name(earlier)}) is used.", second)
        return Moment(second, f"{said}. The second one ({_name(later)}) is used.")
    shown = first.astimezone(zone)
    return Moment(
        first,
        f"{clock_words(wall)} is skipped on {day}, when the clocks go forward. "
        f"{clock_words(shown)} is used.",
        wall=wall.time(),
    )


def which_of_two(when: datetime) -> str | None:
    """What is to be said of an instant whose local time comes twice, or None."""
    first, second = when.replace(fold=0), when.replace(fold=1)
    if (first.utcoffset() or timedelta()) <= (second.utcoffset() or timedelta()):
        return None
    number = "second" if when.fold else "first"
    said = f"{clock_words(when)} comes twice that night"
    return f"{said}; this is the {number} one ({_name(when)})."


def _name(when: datetime) -> str:
    name = when.tzname() or ""
    offset = f"{when:%z}"
    return name if name.isalpha() else f"UTC{offset[:3]}:{offset[3:5]}"
