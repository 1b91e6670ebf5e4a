"""Relative day names, for past and future days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from PySide6.QtCore import QDate

from posto_desktop.common.translation import translate
from posto_desktop.models.dates import read_day
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.times import parse_when
from posto_desktop.sdk.when.languages import phrases

__all__ = ["parse_day"]

_BACK = timedelta(days=200)
_YEAR = re.compile(r"\b(\d{4})\b")
_FIELDS = ("d MMM yyyy", "d MMM", "d MMMM yyyy", "d MMMM")


def parse_day(text: str, today: date) -> date:
    """Return the day of an expression ("fri", "2 dec", "in 2 weeks", "yesterday"); without a year
    the nearest one. Raise ValueError with a sentence for the user if it is no day."""
    words = " ".join(text.split())
    try:
        return date.fromisoformat(words)
    except ValueError:
        pass
    near = {
        translate("DayWords", "today"): 0,
        translate("DayWords", "yesterday"): -1,
        "today": 0,
        "yesterday": -1,
    }
    if words.casefold() in near:
        return today + timedelta(days=near[words.casefold()])
    for fields in _FIELDS:
        parsed = read_day(words, fields)
        if parsed.isValid():
            return _day(parsed) if "y" in fields else _nearest(parsed, today)
    year = _YEAR.search(words)
    ahead = _ahead(words, date(int(year[1]), 1, 1) if year and int(year[1]) > 1 else today)
    if ahead is None:
        raise ValueError(
            translate(
                "DayWords", "“{text}” is not a day. Try “{date}”, “{weekday}” or “{weeks}”."
            ).format(
                text=words[:40],
                date=phrases().date,
                weekday=phrases().weekday,
                weeks=phrases().in_weeks,
            )
        )
    # A duration depends on the day it is counted from; a date does not.
    earlier = None if year else _ahead(words, today - _BACK)
    if earlier is None or ahead - earlier == _BACK:
        return ahead
    return min(ahead, earlier, key=lambda day: abs(day - today))


def _ahead(text: str, start: date) -> date | None:
    """Parse an expression from the beginning of a day on."""
    if text.isascii() and text.isdecimal() and len(text) < 3:
        text = f"{text}th"  # a bare number is a day here, not an hour
    try:
        return parse_when(text, datetime.combine(start, time(), UTC), UTC).date()
    except WhenError:
        return None


def _day(parsed: QDate) -> date:
    return date(parsed.year(), parsed.month(), parsed.day())


def _nearest(parsed: QDate, today: date) -> date:
    days = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            days.append(date(year, parsed.month(), parsed.day()))
        except ValueError:  # 29 February
            continue
    return min(days, key=lambda day: abs(day - today)) if days else _day(parsed)
