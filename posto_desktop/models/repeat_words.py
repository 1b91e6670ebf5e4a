"""Display texts of a repeat: its rule as a sentence, and its times. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

from posto_desktop.common.translation import translate
from posto_desktop.core.recurrence import LAST, Repeat
from posto_desktop.models.dates import (
    clock,
    day_words,
    full_when,
    list_words,
    local,
    weekday_name,
)

__all__ = ["day_of_month", "rule", "sentence", "time_lines", "weekday"]

_WORK = (0, 1, 2, 3, 4)


def weekday(number: int, *, short: bool = False) -> str:
    """Return the name of a weekday (0 Monday) in the user's language."""
    return weekday_name(number, short=short)


def day_of_month(repeat: Repeat, first: datetime) -> str:
    """Return "on day 30", "on the last day", "on the second Tuesday"; ``first`` is in the zone."""
    if repeat.nth is not None and repeat.nth_weekday is not None:
        words = {
            1: translate("RepeatWords", "on the first {day}"),
            2: translate("RepeatWords", "on the second {day}"),
            3: translate("RepeatWords", "on the third {day}"),
            4: translate("RepeatWords", "on the fourth {day}"),
            5: translate("RepeatWords", "on the fifth {day}"),
            LAST: translate("RepeatWords", "on the last {day}"),
        }
        return words[repeat.nth].format(day=weekday(repeat.nth_weekday))
    day = repeat.month_day or first.day
    if day == LAST:
        return translate("RepeatWords", "on the last day")
    if day > 28:
        return translate("RepeatWords", "on day {number}, or the last one").format(number=day)
    return translate("RepeatWords", "on day {number}").format(number=day)


def rule(repeat: Repeat, first: datetime) -> str:
    """Return "Every Monday", "Every 2 weeks on Monday and Friday"; ``first`` is in the zone."""
    every = repeat.every
    if repeat.unit == "day":
        return (
            translate("RepeatWords", "Every day")
            if every == 1
            else translate("RepeatWords", "Every %n day(s)", "", every)
        )
    if repeat.unit == "week":
        days = tuple(sorted(set(repeat.weekdays))) or (first.weekday(),)
        if len(days) == 7 and every == 1:
            return translate("RepeatWords", "Every day")
        names = list_words([weekday(day) for day in days])
        if days == _WORK:
            #: Days of the week: "Monday to Friday".
            names = translate("RepeatWords", "{first} to {last}").format(
                first=weekday(0), last=weekday(4)
            )
        if every == 1:
            #: {days}: names of days of the week, such as "Monday and Friday".
            return translate("RepeatWords", "Every {days}").format(days=names)
        #: {days}: names of days of the week, such as "Monday and Friday".
        return translate("RepeatWords", "Every %n week(s) on {days}", "", every).format(days=names)
    on = day_of_month(repeat, first)
    if every == 1:
        #: {on}: "on the last day", "on the first Monday", "on day 3".
        return translate("RepeatWords", "Every month {on}").format(on=on)
    #: {on}: "on the last day", "on the first Monday", "on day 3".
    return translate("RepeatWords", "Every %n month(s) {on}", "", every).format(on=on)


def sentence(repeat: Repeat, first: datetime, times: Sequence[datetime], zone: tzinfo) -> str:
    """Return "Every Monday, 10 times, until Mon 1 Feb 2027"."""
    rule_text = rule(repeat, local(first, zone))
    if not times:
        return translate("RepeatWords", "{rule}: no times left").format(rule=rule_text)
    count = len(times)
    how_often = (
        translate("RepeatWords", "once")
        if count == 1
        else translate("RepeatWords", "%n time(s)", "", count)
    )
    last = local(times[-1], zone)
    day = day_words(last.date(), "ddd d MMM yyyy")
    #: "Every Monday, 10 times, until Mon 1 Feb 2027".
    return translate("RepeatWords", "{rule}, {often}, until {day}").format(
        rule=rule_text, often=how_often, day=day
    )


def time_lines(
    first: datetime, times: Sequence[datetime], zone: tzinfo, wall: time | None = None
) -> list[tuple[str, str]]:
    """Return the text of each time, and a note about clock changes ("" for none).

    ``wall`` is the intended time of day if it differs from that of ``first``.
    """
    intended = wall or local(first, zone)
    minutes = (intended.hour, intended.minute)
    lines, offset = [], None
    for moment in times:
        local_time, note = local(moment, zone), ""
        now_offset = local_time.utcoffset()
        changed = offset is not None and now_offset != offset
        if (local_time.hour, local_time.minute) != minutes:
            skipped = clock(local_time.replace(hour=minutes[0], minute=minutes[1], tzinfo=UTC), UTC)
            note = translate("RepeatWords", "{time} is skipped, the clocks go forward").format(
                time=skipped
            )
        elif _comes_twice(moment, zone):
            note = translate("RepeatWords", "comes twice that night; this is the first")
            if local_time.fold:
                note = translate("RepeatWords", "comes twice that night; this is the second")
        elif changed:
            note = translate("RepeatWords", "the clocks have changed, same time of day")
        offset = now_offset
        lines.append((full_when(moment, zone), note))
    return lines


def _comes_twice(moment: datetime, zone: tzinfo) -> bool:
    local_time = local(moment, zone)
    other_fold = local_time.replace(fold=1 - local_time.fold)
    there_utc, other_utc = local_time.astimezone(UTC), other_fold.astimezone(UTC)
    # Skipped times also differ by fold, but a conversion from UTC never yields them.
    return abs(other_utc - there_utc) > timedelta(0)
