"""Date ranges for filtering the schedule."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from posto_desktop.common.translation import translate
from posto_desktop.models import dates

__all__ = ["KINDS", "DateSpan", "named_span", "span_between"]

KINDS = ("today", "from_today", "week", "next7", "month")
"""Named ranges, relative to the current day."""


def _day_words(day: date, today: date) -> str:
    return dates.day_words(day, "d MMM" if day.year == today.year else "d MMM yyyy")


@dataclass(frozen=True)
class DateSpan:
    """One of `KINDS`, or "between" two days, one of which may be None for an open range."""

    kind: str
    first: date | None = None
    last: date | None = None

    def days(self, today: date) -> tuple[date | None, date | None]:
        """Return the first and last day, inclusive; weeks start on the user's first weekday."""
        if self.kind == "today":
            return today, today
        if self.kind == "from_today":
            return today, None
        if self.kind == "week":
            first = today - timedelta(days=(today.weekday() - dates.first_weekday()) % 7)
            return first, first + timedelta(days=6)
        if self.kind == "next7":
            return today, today + timedelta(days=6)
        if self.kind == "month":
            days = monthrange(today.year, today.month)[1]
            return today.replace(day=1), today.replace(day=days)
        return self.first, self.last

    def words(self, today: date) -> str:
        """Return the name: "This week", "25 Nov to 2 Dec"."""
        named_ones = {
            "today": translate("DateSpan", "Today"),
            "from_today": translate("DateSpan", "From today"),
            "week": translate("DateSpan", "This week"),
            "next7": translate("DateSpan", "Next 7 days"),
            "month": translate("DateSpan", "This month"),
        }
        if self.kind in named_ones:
            return named_ones[self.kind]
        first = _day_words(self.first, today) if self.first else ""
        last = _day_words(self.last, today) if self.last else ""
        if first == last:
            return first
        if first and last:
            return translate("DateSpan", "{first} to {last}").format(first=first, last=last)
        if first:
            return translate("DateSpan", "From {day}").format(day=first)
        return translate("DateSpan", "Until {day}").format(day=last)

    def to_json(self) -> dict[str, str]:
        data = {"kind": self.kind}
        if self.first is not None:
            data["first"] = self.first.isoformat()
        if self.last is not None:
            data["last"] = self.last.isoformat()
        return data

    @classmethod
    def from_json(cls, data: object) -> DateSpan | None:
        """Read the stored value; None if invalid."""
        if not isinstance(data, dict):
            return None
        if data.get("kind") in KINDS:
            return cls(data["kind"])
        return span_between(_day(data.get("first")), _day(data.get("last")))


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def named_span(kind: str) -> DateSpan:
    """Return a range of `KINDS`."""
    return DateSpan(kind)


def span_between(first: date | None, last: date | None) -> DateSpan | None:
    """Return the range between two days in either order; None without days."""
    if first is None and last is None:
        return None
    if first is not None and last is not None and last < first:
        first, last = last, first
    return DateSpan("between", first, last)
