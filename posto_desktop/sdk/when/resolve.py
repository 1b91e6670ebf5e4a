"""Resolves a `Spec` to a time in a zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Final

from posto_desktop.common import formats
from posto_desktop.common.translation import translate
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.when import days as when_days
from posto_desktop.sdk.when.clocks import clocks_of
from posto_desktop.sdk.when.days import LAST_YEAR
from posto_desktop.sdk.when.moments import (
    Clock,
    Moment,
    at,
    describe,
    past,
    past_error,
    usual_clock,
    wall_time,
    which_of_two,
)
from posto_desktop.sdk.when.spec import Spec, Unread, impossible
from posto_desktop.sdk.when.words import PARTS
from posto_desktop.sdk.when.zones import zone as zone_named

SUNDAY: Final = 6


@dataclass(frozen=True, slots=True)
class TimeReading:
    """Interpretation of a phrase.

    `when` is aware, in the zone of the reader, and None for "now". `alternative` is another
    plausible time ("Friday at 8" is 08:00, or 20:00). `note` is a sentence about a clock change or
    something similar, or None. `wall` is the requested time of day, if a clock change skips it that
    day: repetitions continue with it.
    """

    when: datetime | None
    alternative: datetime | None = None
    note: str | None = None
    wall: time | None = None


def resolve(spec: Spec, now: datetime, zone: tzinfo) -> TimeReading:
    """Return the `TimeReading` of `spec`. `now` is aware; the answer is in `zone`.

    Raises WhenError (past, impossible) or Unread.
    """
    reading = _resolve(spec, now, zone)
    slip_note = slip_words(spec.slip) if spec.slip is not None else ""
    if not slip_note:
        return reading
    return replace(reading, note=f"{slip_note} {reading.note}" if reading.note else slip_note)


def slip_words(slip: tuple[str, str]) -> str:
    """Return the note about a corrected word."""
    typed, meant = slip
    return translate("When", "“{typed}” was read as “{meant}”.").format(typed=typed, meant=meant)


def _resolve(spec: Spec, now: datetime, zone: tzinfo) -> TimeReading:
    now_utc = now.astimezone(UTC)
    if spec.same_time:
        _copy_time_of(spec, now_utc.astimezone(spec.zone or zone))
    if spec.has_length and not (spec.has_time or spec.has_date or spec.part):
        reading = _elapsed(spec, now_utc, zone)
        if spec.maybe_hour is not None:
            by_clock = _laid(Spec(hour=spec.maybe_hour, exact=True), now_utc, zone).when
            return reading if by_clock == reading.when else replace(reading, alternative=by_clock)
        return reading
    from_today = spec.from_day and spec.rel == 0 and not (spec.has_time or spec.part)
    from_today = from_today and spec.month is None and spec.weekday is None
    if spec.has_length and from_today:
        # "A week today" is as far away as "a week from now".
        return _elapsed(spec, now_utc, zone)
    if spec.elapsed:
        raise Unread(hopeless=True)
    if not (spec.has_time or spec.has_date or spec.part or spec.has_length):
        raise Unread(hopeless=True)
    return _laid(spec, now_utc, zone)


def _copy_time_of(spec: Spec, now: datetime) -> None:
    """Handle "same time tomorrow"; "same time next week" is a week from now."""
    if not (spec.has_date or spec.has_length):
        raise Unread(hopeless=True)
    spec.set_clock(now.hour, now.minute, now.second, exact=True)
    if spec.shift and spec.weekday is None and spec.dom is None and spec.edge is None:
        months, days = {"w": (0, 7), "mon": (1, 0), "y": (12, 0)}.get(spec.unit or "", (0, 0))
        spec.months, spec.days = months * spec.shift, days * spec.shift
        spec.has_length, spec.unit, spec.shift = True, None, None


def _elapsed(spec: Spec, now: datetime, zone: tzinfo) -> TimeReading:
    """Resolve a length of time: hours and minutes are elapsed time; days and longer keep the local
    time.

    Short forms ("2d", "1w") are elapsed time too: 2d = 48h.
    """
    if spec.is_no_time:
        return TimeReading(None)  # "in 0 minutes"
    exact = timedelta(seconds=spec.seconds)
    local = now.astimezone(zone)
    if spec.months or spec.workdays:
        day = when_days.add_length(spec, local.date())
        moment = wall_time(datetime.combine(day, local.time()), zone, now)
        wall = None if spec.seconds else moment.wall
        return _reading(moment.utc + exact, zone, now, None, moment.note, wall)
    passed = now + timedelta(days=spec.days) + exact
    if not spec.days:
        return _reading(passed, zone, now, None, None)
    moment = wall_time(
        datetime.combine(local.date() + timedelta(days=spec.days), local.time()), zone, now
    )
    same_clock = moment.utc + exact
    if same_clock == passed:
        wall = None if spec.seconds else moment.wall
        return _reading(passed, zone, now, None, moment.note, wall)
    best, alternative = (passed, same_clock) if spec.compact else (same_clock, passed)
    note = moment.note
    if note is None:
        note = translate(
            "When",
            "The clocks change in between: {clock} is the same time of day, {later} is %n hour(s) "
            "from now.",
            "",
            spec.days * 24,
        ).format(
            clock=formats.clock(same_clock.astimezone(zone)),
            later=formats.clock(passed.astimezone(zone)),
        )
    wall = moment.wall if best == moment.utc else None
    return _reading(best, zone, now, alternative, note, wall)


def _laid(spec: Spec, now: datetime, zone: tzinfo) -> TimeReading:
    place = spec.zone or zone
    today = now.astimezone(zone if spec.has_date or spec.has_length else place).date()
    if spec.maybe_dom is not None and spec.part is None:
        as_time = replace(spec, maybe_dom=None)
        # Posts are usual from 8 to 12: only there must the day of the month match the coming
        # weekday.
        near = islice(when_days.days(as_time, today), 1 if 8 <= spec.maybe_dom <= 12 else 2)
        if any(day.day == spec.maybe_dom for day in near):
            as_date = replace(as_time, dom=spec.maybe_dom, hour=None)
            reading, other_reading = _laid(as_date, now, zone), _laid(as_time, now, zone)
            return replace(reading, alternative=other_reading.when)
        spec = as_time
    clocks = clocks_of(spec)
    moment = _first(spec, today, clocks[0], place, now)
    if moment is None and spec.zone is not None and (spec.rel is not None):
        # "Today at 9 EST", when today is over there but not here, and vice versa.
        moment = _first(spec, now.astimezone(place).date(), clocks[0], place, now)
    if moment is None and spec.swapped is not None:
        # 12/01 in November with the day first: only 1 December is in the future.
        spec.dom, spec.month = spec.swapped
        spec.swapped = None
        moment = _first(spec, today, clocks[0], place, now)
        if moment is not None:
            day = moment.utc.astimezone(zone)
            swap_note = translate("When", "Read as {day}.").format(
                day=formats.named_day(day, "d MMMM yyyy")
            )
            return _reading(moment.utc, zone, now, None, swap_note)
    if moment is None:
        raise _passed(spec, today, clocks, place, zone, now)
    alternative: datetime | None = None
    if spec.swapped is not None:
        alternative = _swapped(spec, today, clocks[0], place, now)
    elif len(clocks) > 1:
        second = _first(spec, today, clocks[1], place, now)
        alternative = second.utc if second is not None else None
    else:
        alternative = _another_day(spec, today, moment, clocks[0], place, now)
    note = moment.note or _next_year_note(spec, moment.utc.astimezone(zone), today)
    if note is None and spec.swapped is not None and alternative is not None:
        note = _order_note(spec, moment.utc.astimezone(zone))
    if spec.zone_meant is not None and note is None:
        note, alternative = _zone_note(spec, moment.utc, alternative)
    wall = moment.wall if place == zone else None
    return _reading(moment.utc, zone, now, alternative or moment.other, note, wall)


def _first(
    spec: Spec, today: date, clock: Clock | None, zone: tzinfo, now: datetime
) -> Moment | None:
    for day in _candidates(spec, today):
        chosen = clock if clock is not None else _default(spec, day, today, zone, now)
        if chosen is None:
            continue
        if chosen.days and spec.part == "tonight":
            # "Tonight at 1", said after midnight.
            moment = at(day, Clock(chosen.hour, chosen.minute, chosen.second), zone, now)
            if moment.utc > now:
                return moment
        moment = at(day, chosen, zone, now)
        if moment.utc > now:
            return moment
    return None


def _candidates(spec: Spec, today: date) -> Iterator[date]:
    if not spec.has_date:
        if spec.has_length:
            return iter((when_days.add_length(spec, today),))
        return iter(today + timedelta(days=ahead) for ahead in (0, 1, 2))
    if not spec.has_length:
        return when_days.days(spec, today)
    if spec.from_day:
        if spec.nth is not None and spec.month is None and spec.unit is None:
            # "Last Monday in two weeks"
            raise Unread(hopeless=True)
        if spec.named is not None or spec.month is not None:
            # "A week after Christmas", said between the two.
            today = max(today - timedelta(days=min(spec.days, 366)), date.min)
        return (when_days.add_length(spec, day) for day in when_days.days(spec, today))
    if spec.weekday is None or spec.rel is not None or spec.dom is not None:
        raise Unread(hopeless=True)
    target = when_days.add_length(spec, today)
    if spec.days % 7 or not spec.days:
        raise Unread(hopeless=True)
    return iter((target + timedelta(days=spec.weekday - target.weekday()),))


def _default(spec: Spec, day: date, today: date, zone: tzinfo, now: datetime) -> Clock | None:
    """Return the time of day of a phrase without one; later today if the default has passed."""
    part = PARTS.get(spec.part or "")
    clock = Clock(part.hour, part.minute) if part else usual_clock()
    if (
        day != today
        or spec.weekend
        or spec.edge == "start"
        or (spec.rel is None and spec.part is not None)
    ):
        return clock
    if at(day, clock, zone, now).utc > now:
        return clock
    local = now.astimezone(zone)
    for step, margin in ((60, 10), (15, 5)):
        wall = local.replace(tzinfo=None, second=0, microsecond=0) + timedelta(minutes=margin)
        minutes = wall.hour * 60 + wall.minute
        minutes = -(-minutes // step) * step
        if wall.date() == day and minutes < (part.end if part else 24) * 60:
            return Clock(minutes // 60, minutes % 60)
    return None


def _swapped(
    spec: Spec, today: date, clock: Clock | None, zone: tzinfo, now: datetime
) -> datetime | None:
    """Return the other reading of 5/12: day and month swapped."""
    assert spec.swapped is not None
    month, dom = spec.month, spec.dom
    spec.dom, spec.month = spec.swapped
    try:
        second = _first(spec, today, clock, zone, now)
    except WhenError:
        second = None
    finally:
        spec.month, spec.dom = month, dom
    return second.utc if second is not None else None


def _another_day(
    spec: Spec, today: date, moment: Moment, clock: Clock | None, zone: tzinfo, now: datetime
) -> datetime | None:
    """Return a week later for "next Friday" said on a Wednesday, for today's weekday, and for days
    of "next" week said on a Sunday, which ends the week or begins it; a week earlier for "next
    weekend"."""
    if spec.nth is not None or spec.has_length or spec.weekday_mode == "business":
        return None
    if spec.dom is not None or spec.rel is not None or spec.named is not None or spec.edge:
        return None
    local = moment.utc.astimezone(zone)
    day = local.date()

    def weeks_away(weeks: int) -> datetime:
        other = datetime.combine(day + timedelta(days=7 * weeks), local.time())
        return wall_time(other, zone, now).utc

    is_next_week = spec.unit == "w" and spec.shift == 1
    if today.weekday() == SUNDAY and is_next_week:
        return weeks_away(1)
    if spec.weekday is None or spec.unit is not None:
        return None
    if spec.weekend:
        return weeks_away(-1) if spec.weekday_mode == "x" and not spec.extra_weeks else None
    if day - today == timedelta(days=7) and not spec.weekday_mode and not spec.extra_weeks:
        # "Monday", said early on a Monday.
        return at(today, clock or usual_clock(), zone, now).utc
    same_week = day - timedelta(days=day.weekday()) == today - timedelta(days=today.weekday())
    same_week = same_week or (today.weekday() == SUNDAY and day - today < timedelta(days=7))
    if not same_week or (day != today and spec.weekday_mode != "next"):
        return None
    return weeks_away(1)


def _next_year_note(spec: Spec, when: datetime, today: date) -> str | None:
    """Return the note for "20 November" said on the 25th, which is next year's, while this year's
    is near."""
    if spec.month is None or spec.year is not None or when.year == today.year:
        return None
    ago = (today - when.date().replace(year=today.year, day=min(when.day, 28))).days
    if 0 <= ago <= 60:
        day = formats.named_day(when, "d MMMM")
        return translate("When", "{day} has passed this year.").format(day=day)
    return None


def _order_note(spec: Spec, when: datetime) -> str:
    """Return the note for "5/12", which follows the reader's country; the writer may come from
    another one."""
    note = (
        translate("When", "Read with the month first, as {day}.")
        if spec.month_first
        else translate("When", "Read with the day first, as {day}.")
    )
    return note.format(day=formats.named_day(when, "d MMMM"))


def _zone_note(
    spec: Spec, utc: datetime, alternative: datetime | None
) -> tuple[str | None, datetime | None]:
    """Return the note for "EST" in July: the writer's clocks probably show EDT."""
    place = zone_named(spec.zone_meant or "")
    fixed = utc.astimezone(spec.zone).utcoffset()
    if place is None or fixed is None:
        return None, alternative
    local = utc.astimezone(place).utcoffset()
    if local is None or local == fixed:
        return None, alternative
    city = (spec.zone_meant or "").rpartition("/")[2].replace("_", " ")
    wall = utc.astimezone(place)
    note = translate(
        "When", "{zone} is not in force in {city} then: its clocks show {time}."
    ).format(zone=spec.zone_name, city=city, time=formats.clock(wall))
    return note, alternative or utc - (local - fixed)


def _passed(
    spec: Spec,
    today: date,
    clocks: list[Clock | None],
    place: tzinfo,
    zone: tzinfo,
    now: datetime,
) -> WhenError:
    """Return the error if every day that the phrase can mean is over."""
    try:
        day = next(_candidates(spec, today), today)
    except WhenError:
        day = today
    part = PARTS.get(spec.part or "")
    clock = clocks[0] or (Clock(part.hour, part.minute) if part else usual_clock())
    when = at(day, clock, place, now).utc.astimezone(zone)
    if len(clocks) > 1 and clocks[1] is not None:
        second = _first(spec, today, clocks[1], place, now)
        if second is not None:
            suggestion = describe(second.utc.astimezone(zone), now.astimezone(zone))
            return past_error(when, suggestion)
    return past(when, now)


def _reading(
    utc: datetime,
    zone: tzinfo,
    now: datetime,
    alternative: datetime | None,
    note: str | None,
    wall: time | None = None,
) -> TimeReading:
    when = utc.astimezone(zone)
    if when.year > LAST_YEAR:
        raise impossible(translate("When", "That is too far ahead."))
    if utc < now:
        raise past(when, now)
    usable = alternative is not None and alternative > now and alternative != utc
    if note is None:
        note = which_of_two(when)
    return TimeReading(
        when, alternative.astimezone(zone) if usable and alternative else None, note, wall
    )
