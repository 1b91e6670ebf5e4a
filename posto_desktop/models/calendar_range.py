"""Ranges of days shown by the calendar views, and their titles."""

from __future__ import annotations

from datetime import date, timedelta

from posto_desktop.models.dates import day_words, first_weekday, sentence_case, span_words

__all__ = ["VIEWS", "days_of", "first_weekday", "next_anchor", "title_of"]

VIEWS = ("day", "week", "month", "agenda")
AGENDA_DAYS = 42
_EARLY, _LATE = date(1, 3, 1), date(9999, 10, 1)


def days_of(view: str, anchor: date, *, from_week: bool = False) -> list[date]:
    """Return the days that a view shows around `anchor`.

    With `from_week` a month begins with the week of `anchor` and has at least five weeks: late in a
    month, what comes next matters more than what is over.
    """
    anchor = min(_LATE, max(_EARLY, anchor))
    if view == "day":
        return [anchor]
    if view == "agenda":
        return [anchor + timedelta(days=n) for n in range(AGENDA_DAYS)]
    if view == "week":
        start = _week_start(anchor)
        return [start + timedelta(days=n) for n in range(7)]
    first = anchor.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    start = _week_start(anchor if from_week else first)
    weeks = -(-(after - start).days // 7)
    if from_week:
        weeks = max(weeks, 5)
    return [start + timedelta(days=n) for n in range(weeks * 7)]


def _week_start(day: date) -> date:
    return day - timedelta(days=(day.weekday() - first_weekday()) % 7)


def next_anchor(view: str, anchor: date, step: int, *, from_week: bool = False) -> date:
    """Return the anchor one page later (`step` 1) or earlier (-1).

    Before a month that begins with the week of `anchor` (`from_week`) comes its own beginning.
    """
    anchor = min(_LATE, max(_EARLY, anchor))
    if view == "month":
        first = anchor.replace(day=1)
        if from_week and step < 0 and _week_start(first) < _week_start(anchor):
            return first
        month = (first + timedelta(days=32 if step > 0 else -1)).replace(day=1)
        last = ((month + timedelta(days=32)).replace(day=1) - timedelta(days=1)).day
        return month.replace(day=min(anchor.day, last))
    days = {"day": 1, "week": 7, "agenda": 28}[view]
    return min(_LATE, max(_EARLY, anchor + timedelta(days=days * step)))


def title_of(
    view: str, days: list[date], anchor: date, *, short: bool = False, year: int = 0
) -> str:
    """Return "23 to 29 November 2026", "November 2026" or "Wed 25 November 2026"; the short form
    omits the year if it is `year`."""
    if not days:
        return ""
    short = short or view == "agenda"
    month = "MMM" if short else "MMMM"
    ending = "" if short and days[0].year == days[-1].year == year else " yyyy"
    if view == "month" and days[0] <= anchor.replace(day=1):
        return sentence_case(day_words(anchor, f"{month} yyyy"))
    if view == "day":
        return sentence_case(day_words(days[0], f"ddd d {month}{ending}"))
    return span_words(days[0], days[-1], month=month, year=bool(ending))
