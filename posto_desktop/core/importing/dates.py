"""Days and times in tables, read one column at a time.

"5/12" alone is ambiguous. The column decides: a number above twelve settles the order for all rows,
dots mean day first, and otherwise the user is asked once.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Literal, cast

from posto_desktop.common import formats
from posto_desktop.common.translation import translate
from posto_desktop.core.importing.table import Cell, shown
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.times import day_time, read_when
from posto_desktop.sdk.when.days import LAST_YEAR
from posto_desktop.sdk.when.fallback import month_comes_first
from posto_desktop.sdk.when.moments import wall_time

Order = Literal["dmy", "mdy", "ymd"]
ORDERS: Final[tuple[Order, ...]] = ("dmy", "mdy", "ymd")

_NUMBERS: Final = re.compile(
    r"(?:[^\W\d]+[.,]?\s+)?"  # a weekday before it
    r"(?P<a>\d{1,4})\s*(?P<sign>[./-])\s*(?P<b>\d{1,2})(?:\s*(?P=sign)\s*(?P<c>\d{1,4}(?!\d|\s*[:hH]))?)?"
    r"(?:\s*[T,]?\s*(?:um\s|at\s|à\s|a\s+las\s|alle\s|às\s|-\s)?\s*(?P<clock>\d{1,2}.*))?"
)
_CLOCK: Final = re.compile(
    r"(?P<hour>\d{1,2})(?:\s*[:.hH]\s*(?P<minute>\d{2}))?(?:\s*[:.]\s*(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?:uhr|h|heures?|horas?|ore|o'clock)?",
    re.IGNORECASE,
)
_ISO: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?([.,]\d+)?\s*(Z|[+-]\d{2}:?\d{2})", re.IGNORECASE
)


@dataclass(frozen=True)
class DateOrderGuess:
    """Order of day and month in a column, and whether to ask the user because nothing settles
    it."""

    order: Order
    unclear: bool = False


@dataclass(frozen=True)
class CellTime:
    """A time (aware UTC), or a sentence about the problem and its kind: "impossible", "unknown" or
    "past"."""

    when: datetime | None = None
    problem: str = ""
    kind: str = ""
    note: str = ""


@dataclass
class _Tally:
    """Counts of a column's numeric dates and of the orders they allow."""

    numbers: int = 0
    dots: int = 0
    day_first: int = 0
    month_first: int = 0
    year_first: int = 0

    def add(self, first: str, second: str, sign: str, third: str | None) -> None:
        if len(first) > 2:
            self.year_first += 1
            return
        first_number, second_number = int(first), int(second)
        self.numbers += 1
        self.dots += sign == "."
        if first_number > 31 and third is not None:
            self.year_first += 1
        elif first_number > 12 >= second_number:
            self.day_first += 1
        elif second_number > 12 >= first_number:
            self.month_first += 1


def order_of(cells: Iterable[Cell], zone: tzinfo) -> DateOrderGuess:
    """Return the order of day and month in a column."""
    tally = _Tally()
    for cell in cells:
        if not isinstance(cell, str) or len(cell) > 100:
            continue
        match = _NUMBERS.fullmatch(cell.strip())
        if match is not None:
            tally.add(match["a"], match["b"], match["sign"], match["c"])
    if not tally.numbers:
        return DateOrderGuess("ymd" if tally.year_first else _usual(zone))
    if tally.day_first or tally.month_first:
        order: Order = "dmy" if tally.day_first >= tally.month_first else "mdy"
        return DateOrderGuess(order, unclear=bool(tally.day_first and tally.month_first))
    if tally.year_first >= tally.numbers:
        return DateOrderGuess("ymd")
    if tally.dots == tally.numbers:
        return DateOrderGuess("dmy")
    return DateOrderGuess(_usual(zone), unclear=True)


def _usual(zone: tzinfo) -> Order:
    return "mdy" if month_comes_first(zone) else "dmy"


class DateReader:
    """Reads the cells of a table with one order, one zone and one now."""

    def __init__(self, order: Order, zone: tzinfo, now: datetime) -> None:
        self._order = order
        self._zone = zone
        self._now = now.astimezone(UTC)

    def moment(self, day: Cell, clock: Cell = None) -> CellTime | None:
        """Return the moment of a cell, with the time of day of another one; None if both are blank.
        Past ones are returned with the kind "past"."""
        bare = isinstance(day, str) and not day.strip()
        if day is None or bare:
            if clock is None or not shown(clock).strip():
                return None
            words = translate("Importing", "“{time}” is a time without a day.")
            return CellTime(problem=words.format(time=_cut(clock)), kind="unknown")
        try:
            return self._result(self._read(day, clock))
        except WhenError as error:
            if error.kind == "past" and error.when is not None:
                return self._result(error.when)
            return CellTime(problem=error.user_message, kind=error.kind or "unknown")
        except (ValueError, OverflowError, OSError) as error:
            sentence = str(error) if isinstance(error, _Impossible) else ""
            if not sentence:
                words = translate("Importing", "“{text}” cannot be read as a date.")
                sentence = words.format(text=_cut(day))
            return CellTime(problem=sentence, kind="impossible")

    def _result(self, reading: datetime | tuple[datetime, str]) -> CellTime:
        when, note = reading if isinstance(reading, tuple) else (reading, "")
        when = when.astimezone(UTC)
        if when < self._now:
            local = when.astimezone(self._zone)
            sentence = translate("Importing", "{day}, {time} has passed").format(
                day=formats.named_day(local, "d MMMM yyyy"), time=formats.clock(local)
            )
            return CellTime(when, sentence, "past")
        return CellTime(when, note=note)

    def _read(self, day: Cell, clock: Cell) -> datetime | tuple[datetime, str]:
        if isinstance(day, datetime):
            if day.tzinfo is not None:
                return day
            return self._wall(day.date(), self._clock(clock) or day.time())
        if isinstance(day, date):
            return self._wall(day, self._clock(clock) or day_time())
        if isinstance(day, time):
            words = translate("Importing", "“{time}” is a time without a day")
            raise _Impossible(words.format(time=shown(day)))
        if isinstance(day, (int, float)):
            return self._number(float(day), clock)
        return self._words(cast(str, day).strip(), clock)

    def _number(self, value: float, clock: Cell) -> datetime | tuple[datetime, str]:
        if 20_000 <= value < 80_000:  # days since 1900, as spreadsheets count
            moment = datetime(1899, 12, 30) + timedelta(seconds=round(value * 86_400))
            bare = value == int(value)
            own = self._clock(clock) or (day_time() if bare else moment.time())
            return self._wall(moment.date(), own)
        if 1e9 <= value < 4.2e9 or 1e12 <= value < 4.2e12:
            return datetime.fromtimestamp(value / 1000 if value >= 1e12 else value, UTC)
        words = translate("Importing", "{number} is not a date")
        raise _Impossible(words.format(number=shown(value)))

    def _words(self, words: str, clock: Cell) -> datetime | tuple[datetime, str]:
        words = words.replace("\u00a0", " ").replace("\u202f", " ")
        iso = _ISO.fullmatch(words)
        if iso:
            zone = "+00:00" if iso[5].upper() == "Z" else iso[5]
            return datetime.fromisoformat(f"{iso[1]}T{iso[2]}{iso[3] or ':00'}{zone}")
        match = _NUMBERS.fullmatch(words) if len(words) <= 100 else None
        if match is not None:
            day, has_year = self._day(match)
            own = self._clock(clock) or self._clock(match["clock"]) or day_time()
            if has_year:
                return self._wall(day, own)
            return self._next(day, own)
        clock_text = shown(clock).strip() if clock is not None else ""
        if isinstance(clock, (int, float)) and not isinstance(clock, str):
            read = self._clock(clock)
            clock_text = f"{read:%H:%M}" if read is not None else clock_text
        reading = read_when(f"{words} {clock_text}".strip(), self._now, self._zone)
        return reading.when if reading.when is not None else self._now, reading.note or ""

    def _day(self, match: re.Match[str]) -> tuple[date, bool]:
        first, second, third = match["a"], match["b"], match["c"]
        if len(first) > 2:
            year, month, day = first, second, third or ""
            if not day:
                words = translate("Importing", "“{text}” contains no day")
                raise _Impossible(words.format(text=_cut(match[0])))
        elif third is not None and len(third) <= 2 and self._order == "ymd":
            year, month, day = first, second, third
        else:
            day, month = (second, first) if self._order == "mdy" else (first, second)
            year = third or ""
        number = int(year) if year else 0
        if year and len(year) <= 2:
            number += 2000
        return _checked(number, int(month), int(day)), bool(year)

    def _next(self, day: date, clock: time) -> datetime | tuple[datetime, str]:
        """Return the next occurrence of a day without a year."""
        today = self._now.astimezone(self._zone).date()
        for year in range(today.year, today.year + 9):
            if day.month == 2 and day.day == 29 and not calendar.isleap(year):
                continue
            reading = self._wall(date(year, day.month, day.day), clock)
            if reading[0] >= self._now:
                return reading
        raise _Impossible(translate("Importing", "That day does not exist"))

    def _clock(self, cell: Cell) -> time | None:
        if cell is None:
            return None
        if isinstance(cell, datetime):
            return cell.time()
        if isinstance(cell, time):
            return cell.replace(tzinfo=None)
        if isinstance(cell, (int, float)) and 0 <= cell < 1:  # a fraction of a day
            minutes = round(cell * 1440)
            return time(minutes // 60 % 24, minutes % 60)
        words = shown(cell).strip()
        if not words:
            return None
        match = _CLOCK.fullmatch(words) if len(words) <= 40 else None
        if match is None:
            raise _no_time(words)
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        half = (match["half"] or "")[:1].lower()
        if half:
            if not 1 <= hour <= 12:
                raise _no_time(words)
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour > 23 or minute > 59 or int(match["second"] or 0) > 59:
            raise _no_time(words)
        return time(hour, minute, int(match["second"] or 0))

    def _wall(self, day: date, clock: time) -> tuple[datetime, str]:
        if day.year > LAST_YEAR:
            words = translate("Importing", "The year {year} is too far ahead")
            raise _Impossible(words.format(year=day.year))
        moment = wall_time(datetime.combine(day, clock), self._zone, self._now)
        return moment.utc, moment.note or ""


class _Impossible(ValueError):
    """An impossible date; its text is the sentence."""


def _checked(year: int, month: int, day: int) -> date:
    """Return the date, or raise `_Impossible`; year 0 stands for any."""
    if not 1 <= month <= 12:
        words = translate("Importing", "There is no month {number}")
        raise _Impossible(words.format(number=month))
    longest = calendar.monthrange(year or 2024, month)[1] if 0 <= year <= 9999 else 31
    if not 1 <= day <= longest:
        name = formats.named_day(date(2024, month, 1), "MMMM")
        if day > 31 or day < 1:
            words = translate("Importing", "There is no day {number} in {month}")
            raise _Impossible(words.format(number=day, month=name))
        if month == 2 and not year:
            words = translate(
                "Importing", "{number} {month} is not a date: {month} has 28 or 29 days"
            )
        elif month == 2 and day == 29:
            words = translate(
                "Importing",
                "{number} {month} is not a date: {month} {year} has %n day(s)",
                "",
                longest,
            )
        else:
            words = translate(
                "Importing", "{number} {month} is not a date: {month} has %n day(s)", "", longest
            )
        raise _Impossible(words.format(number=day, month=name, year=year))
    return date(year or 2024, month, day)


def _no_time(words: str) -> _Impossible:
    sentence = translate("Importing", "“{text}” is not a time of day")
    return _Impossible(sentence.format(text=_cut(words)))


def _cut(cell: Cell) -> str:
    line = " ".join(shown(cell).split())
    return line if len(line) <= 40 else line[:39] + "…"


def example(cells: Iterable[Cell]) -> tuple[str, tuple[int, int]] | None:
    """Return an ambiguous date of the column and its two first numbers."""
    for cell in cells:
        if isinstance(cell, str) and len(cell) <= 100:
            match = _NUMBERS.fullmatch(cell.strip())
            if match is None or len(match["a"]) > 2:
                continue
            first, second = int(match["a"]), int(match["b"])
            if first != second and 1 <= first <= 12 and 1 <= second <= 12:
                return cell.strip(), (first, second)
    return None
