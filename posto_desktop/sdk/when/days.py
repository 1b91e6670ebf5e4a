"""The days that a `Spec` can mean, in order."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from posto_desktop.common import formats
from posto_desktop.common.translation import translate
from posto_desktop.sdk.when.spec import Spec, Unread, impossible

MONTHS: Final = (
    *("", "January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
# Latest year of a time; finds typing errors in years.
LAST_YEAR: Final = 2199


def days(spec: Spec, today: date) -> Iterator[date]:
    """Yield the days that `spec` names, soonest first; only one if it fixes the day.

    Raises WhenError for a day outside the calendar, Unread for words that name no day together.
    """
    _agree(spec)
    named_days = _days(spec, today)
    if spec.rel is not None and (spec.dom is not None or spec.month is not None):
        named_days = _same_date(spec, today)
    if spec.weekday is not None and spec.nth is None and _names_a_date(spec):
        return _checked(named_days, spec)
    return named_days


def add_months(day: date, months: int) -> date:
    """Return `day` some months later; clamped to the last day of a shorter month."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= LAST_YEAR:
        raise impossible(translate("When", "That is too far ahead."))
    last = calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


def add_length(spec: Spec, day: date) -> date:
    """Return `day` plus the calendar part of a length of time."""
    try:
        end_day = add_months(day, spec.months) + timedelta(days=spec.days)
        weeks, days_left = divmod(spec.workdays, 5)
        end_day += timedelta(days=7 * weeks)
        while days_left or (spec.workdays and end_day.weekday() > 4):
            end_day += timedelta(days=1)
            days_left -= days_left > 0 and end_day.weekday() < 5
    except OverflowError:
        raise impossible(translate("When", "That is too far ahead.")) from None
    return end_day


def _agree(spec: Spec) -> None:
    """Refuse phrases with two contradictory days ("tonight christmas")."""
    dated = spec.dom is not None or spec.month is not None
    ways = (
        spec.rel is not None,
        spec.named is not None,
        spec.nth is not None,
        spec.edge is not None,
        dated and spec.nth is None and spec.edge is None and spec.rel is None,
    )
    if sum(ways) > 1 or (spec.dom is not None and (spec.nth is not None or spec.edge is not None)):
        raise Unread(hopeless=True)
    if spec.unit is not None and (spec.rel is not None or spec.named is not None):
        raise Unread(hopeless=True)
    if spec.unit is not None and spec.month is not None and spec.year is None:
        raise Unread(hopeless=True)


def _same_date(spec: Spec, today: date) -> Iterator[date]:
    """Parse "Tomorrow, 26 November", where both must agree."""
    day = today + timedelta(days=spec.rel or 0)
    if spec.dom is None:
        raise Unread(hopeless=True)
    same = (spec.year in (None, day.year), spec.month in (None, day.month), spec.dom == day.day)
    if not all(same):
        sentence = {
            0: translate("When", "Today is {day}, and another date is named."),
            1: translate("When", "Tomorrow is {day}, and another date is named."),
        }.get(
            spec.rel or 0,
            translate("When", "The day after tomorrow is {day}, and another date is named."),
        )
        raise impossible(sentence.format(day=formats.named_day(day, "d MMMM yyyy")))
    return iter((day,))


def _names_a_date(spec: Spec) -> bool:
    return (
        spec.dom is not None
        or spec.rel is not None
        or spec.named is not None
        or (spec.edge is not None and spec.unit != "w")
    )


def _checked(candidates: Iterator[date], spec: Spec) -> Iterator[date]:
    """Refuse "Monday 1 December 2026", a Tuesday; "Friday the 13th" continues to the next one."""
    weekday = spec.weekday
    searching = spec.dom is not None and spec.month is None and spec.unit is None
    for day in candidates:
        if day.weekday() == weekday:
            yield day
        elif not searching:
            assert weekday is not None
            raise impossible(
                translate("When", "{day} is a {weekday}, not a {other}.").format(
                    day=formats.named_day(day, "d MMMM yyyy"),
                    weekday=_weekday(day.weekday()),
                    other=_weekday(weekday),
                )
            )


def _days(spec: Spec, today: date) -> Iterator[date]:
    if spec.rel is not None:
        return iter((today + timedelta(days=spec.rel),))
    if spec.named is not None:
        return _of_years(spec, today, NAMED_DAYS[spec.named])
    if spec.nth is not None:
        return _nth_weekdays(spec, today)
    if spec.edge is not None:
        return _edges(spec, today)
    if spec.dom is not None:
        return _dates(spec, today) if spec.month is not None else _days_of_month(spec, today)
    if spec.month is not None:
        if spec.weekday is not None or spec.has_time:
            # "Monday in December", "December at 9": no day is named.
            raise Unread(hopeless=True)
        spec.dom = 1
        return _dates(spec, today)
    if spec.unit is not None and (spec.unit != "w" or spec.weekday is None):
        return _period_starts(spec, today)
    if spec.weekday is not None:
        return _weekdays(spec, today)
    raise Unread(hopeless=True)


def _years(spec: Spec, today: date) -> tuple[int, ...]:
    if spec.year is not None:
        if spec.year > LAST_YEAR:
            raise impossible(
                translate("When", "The year {year} is too far ahead.").format(year=spec.year)
            )
        if spec.year < 1:
            raise impossible(translate("When", "There is no year {year}.").format(year=spec.year))
        return (spec.year,)
    return (today.year, today.year + 1)


def _of_years(spec: Spec, today: date, make: Callable[[int], date]) -> Iterator[date]:
    years = _years(spec, today)
    return (day for day in map(make, years) if spec.year is not None or day >= today)


def _dates(spec: Spec, today: date) -> Iterator[date]:
    month, dom = spec.month, spec.dom
    assert month is not None
    assert dom is not None
    if not 1 <= month <= 12:
        raise impossible(translate("When", "There is no month {month}.").format(month=month))
    longest = calendar.monthrange(2000, month)[1]
    if not 1 <= dom <= longest:
        raise impossible(
            translate("When", "There is no {day} {month}.").format(day=dom, month=_month(month)),
            f"{min(longest, 28 if month == 2 else 31)} {MONTHS[month]}" if dom > longest else None,
        )
    years = _years(spec, today)
    valid = [y for y in years if dom <= calendar.monthrange(y, month)[1]]
    dates = [date(year, month, dom) for year in valid]
    if spec.year is None:
        dates = [day for day in dates if day >= today]
    if not dates:
        # Only 29 February is missing in some years.
        sentence = (
            translate("When", "There is no {day} {month} {year}.")
            if spec.year is not None
            else translate("When", "There is no {day} {month} this year or the next.")
        )
        raise impossible(
            sentence.format(day=dom, month=_month(month), year=spec.year),
            f"28 {MONTHS[month]} {spec.year}" if spec.year is not None else f"28 {MONTHS[month]}",
        )
    return iter(dates)


def _days_of_month(spec: Spec, today: date) -> Iterator[date]:
    dom = spec.dom
    assert dom is not None
    if not 1 <= dom <= 31:
        raise impossible(translate("When", "No month has a day {day}.").format(day=dom))
    if spec.unit is None:
        # Weekday and day of the month ("Friday the 13th") can be years apart, at most fourteen
        # months for a 13th; five years hold every 31st that falls on any weekday.
        return _monthly(dom, today, 60 if spec.weekday is not None else 12)
    if spec.unit == "mon":
        first = add_months(today.replace(day=1), spec.shift or 0)
    elif spec.unit == "y":
        first = date(today.year + (spec.shift or 0), 1, 1)
        return iter((first + timedelta(days=dom - 1),))
    elif spec.unit == "w":
        if dom > 7:
            raise impossible(translate("When", "A week has seven days."))
        return iter((_monday(today, spec.shift or 0) + timedelta(days=dom - 1),))
    else:
        raise Unread(hopeless=True)
    if dom > calendar.monthrange(first.year, first.month)[1]:
        raise impossible(
            translate("When", "There is no {day} {month} {year}.").format(
                day=dom, month=_month(first.month), year=first.year
            )
        )
    if spec.shift is None:
        # "The 1st of the month", when it is over, is that of the next one.
        return _monthly(dom, today, 12)
    return iter((first.replace(day=dom),))


def _monthly(dom: int, today: date, months: int) -> Iterator[date]:
    first = today.replace(day=1)
    for shift in range(months + 1):
        start = add_months(first, shift)
        if dom <= calendar.monthrange(start.year, start.month)[1]:
            day = start.replace(day=dom)
            if day >= today:
                yield day


def _monday(today: date, shift: int) -> date:
    return today + timedelta(days=7 * shift - today.weekday())


def _nth_weekdays(spec: Spec, today: date) -> Iterator[date]:
    nth, weekday = spec.nth, spec.weekday
    assert nth is not None
    assert weekday is not None
    months: list[tuple[int, int]]
    if spec.month is not None:
        months = [(year, spec.month) for year in _years(spec, today)]
    elif spec.unit == "mon" and spec.shift is not None:
        first = add_months(today.replace(day=1), spec.shift)
        months = [(first.year, first.month)]
    elif spec.unit in (None, "mon"):
        starts = [add_months(today.replace(day=1), shift) for shift in range(13)]
        months = [(start.year, start.month) for start in starts]
    elif spec.unit == "y":
        years = [today.year, today.year + 1] if spec.shift is None else [today.year + spec.shift]
        months = [(year, 12 if nth < 0 else 1) for year in years]
    else:
        raise Unread(hopeless=True)
    dates = [day for day in (_nth(y, m, nth, weekday) for y, m in months) if day is not None]
    if not dates:
        raise impossible(
            translate("When", "That month has no {weekday} number {number}.").format(
                weekday=_weekday(weekday), number=nth
            )
        )
    fixed = spec.year is not None or spec.shift is not None
    return (day for day in dates if fixed or day >= today)


def _nth(year: int, month: int, nth: int, weekday: int) -> date | None:
    first_weekday, length = calendar.monthrange(year, month)
    first = 1 + (weekday - first_weekday) % 7
    day = first + 7 * (nth - 1) if nth > 0 else first + 7 * ((length - first) // 7)
    return date(year, month, day) if day <= length else None


def _edges(spec: Spec, today: date) -> Iterator[date]:
    if spec.month is not None:
        months = [date(year, spec.month, 1) for year in _years(spec, today)]
        dates = [_edge_of_month(spec.edge, first) for first in months]
        return (day for day in dates if spec.year is not None or day >= today)
    shifts = (0, 1) if spec.shift is None else (spec.shift,)
    if spec.unit == "w":
        offset = {"start": 0, "mid": 2, "end": 4}[spec.edge or "end"]
        dates = [_monday(today, shift) + timedelta(days=offset) for shift in shifts]
    elif spec.unit in ("mon", None):
        first = today.replace(day=1)
        dates = [_edge_of_month(spec.edge, add_months(first, shift)) for shift in shifts]
    elif spec.unit == "y":
        month, dom = {"start": (1, 1), "mid": (7, 1), "end": (12, 31)}[spec.edge or "end"]
        dates = [date(today.year + shift, month, dom) for shift in shifts]
    elif spec.unit == "quarter":
        first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
        ends = {"start": 0, "mid": 1, "end": 2}[spec.edge or "end"]
        dates = [_edge_of_month(spec.edge, add_months(first, 3 * shift + ends)) for shift in shifts]
    else:
        raise Unread(hopeless=True)
    return (day for day in dates if spec.shift is not None or day >= today)


def _edge_of_month(edge: str | None, first: date) -> date:
    if edge == "start":
        return first
    if edge == "mid":
        return first.replace(day=15)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _period_starts(spec: Spec, today: date) -> Iterator[date]:
    if not spec.shift:
        raise Unread(hopeless=True)
    first = today.replace(day=1)
    if spec.unit == "w":
        return iter((_monday(today, spec.shift),))
    if spec.unit == "mon":
        return iter((add_months(first, spec.shift),))
    if spec.unit == "y":
        return iter((date(today.year + spec.shift, 1, 1),))
    if spec.unit == "quarter":
        quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
        return iter((add_months(quarter, 3 * spec.shift),))
    raise Unread(hopeless=True)


def _weekdays(spec: Spec, today: date) -> Iterator[date]:
    """Yield the days of a weekday, the next one first.

    "Next Monday" is the first Monday after today: on a Wednesday it is the Monday of next week, and
    on a Monday it is a week away. "This Friday" may be today. "Friday next week" is the Friday of
    the next calendar week (weeks start on Monday).
    """
    weekday = spec.weekday
    assert weekday is not None
    if spec.weekday_mode == "business":
        day = today + timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
        return iter((day,))
    if spec.unit == "w":
        day = _monday(today, spec.shift or 0) + timedelta(days=weekday)
        return iter((day,))
    ahead = (weekday - today.weekday()) % 7
    if spec.weekend:
        saturday = _monday(today, 0) + timedelta(days=5)
        if spec.weekday_mode == "x":
            # "Next weekend" is the one after the coming weekend.
            return iter((saturday + timedelta(days=7 + 7 * spec.extra_weeks),))
        dates = (saturday, saturday + timedelta(days=1), saturday + timedelta(days=7))
        return (day for day in dates if day >= today)
    if ahead == 0 and (
        spec.weekday_mode in ("next", "coming")
        or (spec.weekday_mode != "this" and not spec.has_time and spec.part is None)
    ):
        ahead = 7
    ahead += 7 * spec.extra_weeks
    return iter((today + timedelta(days=ahead), today + timedelta(days=ahead + 7)))


def _month(number: int) -> str:
    return formats.named_day(date(2000, number, 1), "MMMM")


def _weekday(number: int) -> str:
    return formats.named_day(date(2001, 1, 1 + number), "dddd")  # a Monday


def _easter(year: int) -> date:
    """Return Easter Sunday of the western churches (the anonymous Gregorian computus)."""
    golden = year % 19
    century, year_of_century = divmod(year, 100)
    leap, leap_rest = divmod(century, 4)
    moon = (19 * golden + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * leap_rest + 2 * (year_of_century // 4) - moon - year_of_century % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day0 = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day0 + 1)


def _thanksgiving(year: int) -> date:
    day = _nth(year, 11, 4, 3)
    assert day is not None
    return day


# Named days, as functions of the year.
NAMED_DAYS: Final[dict[str, Callable[[int], date]]] = {
    "christmas": lambda year: date(year, 12, 25),
    "christmas eve": lambda year: date(year, 12, 24),
    "boxing day": lambda year: date(year, 12, 26),
    "new year": lambda year: date(year, 1, 1),
    "new year eve": lambda year: date(year, 12, 31),
    "valentine": lambda year: date(year, 2, 14),
    "halloween": lambda year: date(year, 10, 31),
    "thanksgiving": _thanksgiving,
    "black friday": lambda year: _thanksgiving(year) + timedelta(days=1),
    "cyber monday": lambda year: _thanksgiving(year) + timedelta(days=4),
    "easter": _easter,
    "easter monday": lambda year: _easter(year) + timedelta(days=1),
    "good friday": lambda year: _easter(year) - timedelta(days=2),
}
