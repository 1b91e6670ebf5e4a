"""Moments: a day and a time of day in a zone, and their texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from posto_desktop.common import formats
from posto_desktop.common.translation import translate
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.when.days import LAST_YEAR
from posto_desktop.sdk.when.languages import phrases
from posto_desktop.sdk.when.spec import impossible


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; 24:00 and the small hours of a night belong to the next day."""

    hour: int
    minute: int = 0
    second: int = 0
    days: int = 0


_usual = [Clock(9)]


def usual_clock() -> Clock:
    """Return the default time of day."""
    return _usual[0]


def set_usual_clock(clock: Clock) -> None:
    """Set the default time of day of this whole program."""
    _usual[0] = clock


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in UTC, a sentence about a clock change, and the repeated hour's other instant.

    `wall` is the intended time of day, if a clock change skips it.
    """

    utc: datetime
    note: str | None = None
    other: datetime | None = None
    wall: time | None = None


def clock_words(when: datetime) -> str:
    """Return "9:00": the hour without a leading zero."""
    return f"{when.hour}:{when.minute:02d}"


def describe(when: datetime, now: datetime) -> str:
    """Return a phrase for `when` that this grammar can parse: "tomorrow at 9:00"."""
    local_now = now.astimezone(when.tzinfo)
    ahead = (when.date() - local_now.date()).days
    words, clock = phrases(), clock_words(when)
    if ahead == 0:
        return words.today_at.format(clock=clock)
    if ahead == 1:
        return words.tomorrow_at.format(clock=clock)
    month = words.months[when.month - 1]
    return words.on_date.format(day=when.day, month=month, year=when.year, clock=clock)


def past(when: datetime, now: datetime) -> WhenError:
    """Return the error for a past time, with the same time of day on the next possible day."""
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
    return past_error(when, suggestion)


def past_error(when: datetime, suggestion: str | None) -> WhenError:
    """Return the error for a past time, with the next possible one if there is any."""
    message = (
        translate("When", "{time} has passed. The next possible time is {next}.")
        if suggestion
        else translate("When", "{time} has passed.")
    )
    message = message.format(time=formats.timestamp(when), next=suggestion)
    return WhenError(message, kind="past", suggestion=suggestion, when=when)


def at(day: date, clock: Clock, zone: tzinfo, now: datetime) -> Moment:
    """Return the instant of a time of day on a day; raises WhenError beyond `LAST_YEAR`."""
    if day.year > LAST_YEAR:
        raise impossible(translate("When", "That is too far ahead."))
    wall = datetime.combine(
        day + timedelta(days=clock.days), time(clock.hour, clock.minute, clock.second)
    )
    return wall_time(wall, zone, now)


def wall_time(wall: datetime, zone: tzinfo, now: datetime) -> Moment:
    """Return the instant of a local time, with a note about a clock change."""
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first == second:
        return Moment(first)
    clock, day = formats.clock, formats.named_day(wall, "ddd d MMM")
    if first < second:
        earlier, later = first.astimezone(zone), second.astimezone(zone)
        if first > now:
            note = translate(
                "When",
                "{time} comes twice on {day}, when the clocks go back. The first one ({zone}) is "
                "used.",
            ).format(time=clock(wall), day=day, zone=_name(earlier))
            return Moment(first, note, second)
        note = translate(
            "When",
            "{time} comes twice on {day}, when the clocks go back. The second one ({zone}) is "
            "used.",
        ).format(time=clock(wall), day=day, zone=_name(later))
        return Moment(second, note)
    shown = first.astimezone(zone)
    return Moment(
        first,
        translate(
            "When", "{time} is skipped on {day}, when the clocks go forward. {used} is used."
        ).format(time=clock(wall), day=day, used=clock(shown)),
        wall=wall.time(),
    )


def which_of_two(when: datetime) -> str | None:
    """Return the note for an instant whose local time occurs twice, or None."""
    first, second = when.replace(fold=0), when.replace(fold=1)
    if (first.utcoffset() or timedelta()) <= (second.utcoffset() or timedelta()):
        return None
    note = (
        translate("When", "{time} comes twice that night; this is the second one ({zone}).")
        if when.fold
        else translate("When", "{time} comes twice that night; this is the first one ({zone}).")
    )
    return note.format(time=formats.clock(when), zone=_name(when))


def _name(when: datetime) -> str:
    name = when.tzname() or ""
    offset = f"{when:%z}"
    return name if name.isalpha() else f"UTC{offset[:3]}:{offset[3:5]}"
