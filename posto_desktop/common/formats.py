"""Numbers, days and times of day as text, in all layers.

The app sets those of the user's locale; without it, as on the command line, they are English.
"""

from __future__ import annotations

from datetime import date, datetime

__all__ = [
    "Formats",
    "clock",
    "current",
    "decimal",
    "grouped",
    "named_day",
    "set_formats",
    "timestamp",
]


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


class Formats:
    """English formats. The app has a subclass that asks the locale."""

    def grouped(self, value: int) -> str:
        return f"{value:,}"

    def decimal(self, value: float, digits: int) -> str:
        return f"{value:,.{digits}f}"

    def clock(self, moment: datetime) -> str:
        return f"{moment.hour}:{moment.minute:02d}"

    def named_day(self, day: date, fields: str) -> str:
        weekday, month = _WEEKDAYS[day.weekday()], _MONTHS[day.month - 1]
        words = {"ddd": weekday[:3], "dddd": weekday, "MMM": month[:3], "MMMM": month}
        words |= {"d": f"{day.day}", "yyyy": f"{day.year}"}
        return " ".join(words[field] for field in fields.split())

    def timestamp(self, moment: datetime) -> str:
        return f"{self.named_day(moment, 'ddd d MMM yyyy')}, {self.clock(moment)}"


_formats = Formats()


def set_formats(formats: Formats) -> None:
    global _formats
    _formats = formats


def current() -> Formats:
    return _formats


def grouped(value: int) -> str:
    """Return "1,000", with digits grouped."""
    return _formats.grouped(value)


def decimal(value: float, digits: int = 1) -> str:
    """Return "1,234.5", with this number of decimals."""
    return _formats.decimal(float(value), digits)  # Qt takes no whole number here


def clock(moment: datetime) -> str:
    """Return "9:05", the time of day of a moment in its own zone."""
    return _formats.clock(moment)


def named_day(day: date, fields: str) -> str:
    """Return "Tue 5 Jan" for the fields "ddd d MMM"; "yyyy" is the year, "MMMM" the whole month
    and "dddd" the whole weekday."""
    return _formats.named_day(day, fields)


def timestamp(moment: datetime) -> str:
    """Return "Wed 25 Nov 2026, 9:00", a moment in its own zone."""
    return _formats.timestamp(moment)
