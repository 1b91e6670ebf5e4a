"""What the phrases in `when_phrases/` mean, reckoned with the standard library alone.

A line of a table is `phrase = meaning`, or `phrase = meaning / meaning` where people differ. Days
without a time are 09:00.

=====================  ==========================================================================
meaning                is
=====================  ==========================================================================
``~90min`` ``~2d``     that much later: minutes that pass, days and months (``~1mo``) by the clock
``+1 15:00``           tomorrow at 15:00; ``+0`` is today, and refused when it has passed
``t 15:00``            the next time the clocks show 15:00
``part 19:00 24:00``   today at 19:00; after that some time before 24:00, or refused
``mon 10:00``          the first Monday 10:00 ahead; ``>mon`` after today; ``mon+1w`` a week later
``week+1 mon``         the Monday of the next calendar week
``12-24 18:00``        the next 24 December; ``2029-12-24`` that one
``dom5``               the next 5th of a month; ``m+1 3`` the 3rd of next month; ``eom`` its end
``n1 mon 12``          the first Monday of December (``n-1`` the last); ``n1 mon m+1`` next month's
``Z2029-12-01T10:00``  that instant in UTC
``@Zone …``            the rest by the clocks of that zone
``refuse``             WhenError
=====================  ==========================================================================
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent / "when_phrases"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)


@dataclass
class Meant:
    """The instants (UTC) that are right, spans of them, and whether refusing is right."""

    exact: set[datetime] = field(default_factory=set)
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)
    refused: bool = False

    def fits(self, moment: datetime | None) -> bool:
        if moment is None:
            return self.refused
        return moment in self.exact or any(low <= moment < high for low, high in self.spans)


def table(name: str) -> list[tuple[str, list[str]]]:
    """The phrases of a table with their meanings; a line without any has to be refused."""
    rows = []
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        # Single-word comments like "#9am" are phrases.
        if not line.strip() or line.startswith(("# ", "## ")):
            continue
        phrase, equals, meanings = line.rpartition(" = ")
        rows.append((phrase, meanings.split(" / ")) if equals else (line, ["refuse"]))
    return rows


def instant(day: date, clock: tuple[int, int, int], zone: tzinfo, now: datetime) -> datetime:
    """That local time in UTC: moved on where it is skipped, the first ahead where it repeats."""
    hour, minute, second = clock
    wall = datetime.combine(day + DAY * (hour // 24), time(hour % 24, minute, second))
    first, second_one = (wall.replace(tzinfo=zone, fold=f).astimezone(UTC) for f in (0, 1))
    return second_one if first <= now < second_one else first


def _month(first: date, shift: int) -> date:
    years, month = divmod(first.month - 1 + shift, 12)
    return date(first.year + years, month + 1, 1)


def _later(day: date, months: int) -> date:
    start = _month(day, months)
    return start.replace(day=min(day.day, calendar.monthrange(start.year, start.month)[1]))


def _nth(year: int, month: int, nth: int, weekday: int) -> date:
    length = calendar.monthrange(year, month)[1]
    days = [date(year, month, dom) for dom in range(1, length + 1)]
    return [day for day in days if day.weekday() == weekday][nth - 1 if nth > 0 else nth]


def meant(meanings: list[str], now: datetime, zone: tzinfo) -> Meant:
    """What is right for one of `meanings`, said at `now` (UTC) by the clocks of `zone`."""
    out = Meant()
    for meaning in meanings:
        _add(out, meaning, now, zone, zone)
    return out


def _zone(name: str) -> tzinfo:
    offset = re.fullmatch(r"([+-])(\d\d):(\d\d)", name)
    if offset is None:
        return ZoneInfo(name)
    minutes = int(offset[2]) * 60 + int(offset[3])
    return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))


def _add(out: Meant, meaning: str, now: datetime, zone: tzinfo, reader: tzinfo) -> None:
    if meaning == "refuse":
        out.refused = True
    elif meaning.startswith("@"):
        name, _, rest = meaning[1:].partition(" ")
        _add(out, rest, now, _zone(name), reader)
    elif meaning.startswith("Z"):
        out.exact.add(datetime.fromisoformat(meaning[1:]).replace(tzinfo=UTC))
    elif meaning.startswith("~"):
        _add_length(out, meaning[1:], now, zone)
    elif meaning.startswith("part "):
        _add_part(out, meaning.split()[1:], now, zone)
    else:
        # "Tomorrow 9am EST": the reader's tomorrow, or the one over there.
        for today in {now.astimezone(zone).date(), now.astimezone(reader).date()}:
            _add_day(out, meaning, today, now, zone)


def _add_length(out: Meant, text: str, now: datetime, zone: tzinfo) -> None:
    local = now.astimezone(zone)
    day, passes = local.date(), timedelta()
    for number, unit in re.findall(r"([\d.]+)(min|mo|d|h)", text):
        if unit == "d":
            day += DAY * int(number)
        elif unit == "mo":
            day = _later(day, int(number))
        else:
            passes += timedelta(minutes=float(number) * (60 if unit == "h" else 1))
    if day == local.date():
        out.exact.add(now + passes)
    else:
        clock = (local.hour, local.minute, local.second)
        moment = instant(day, clock, zone, now)
        if local.fold:
            moment = datetime.combine(day, local.time(), zone).astimezone(UTC)
        out.exact.add(moment + passes)


def _clock(text: str) -> tuple[int, int, int]:
    fields = [int(part) for part in text.split(":")]
    return fields[0], fields[1], fields[2] if len(fields) > 2 else 0


def _add_part(out: Meant, clocks: list[str], now: datetime, zone: tzinfo) -> None:
    today = now.astimezone(zone).date()
    usual, end = (instant(today, _clock(text), zone, now) for text in clocks)
    if usual > now:
        out.exact.add(usual)
    else:
        out.refused = True
        out.spans.append((now, end))


def _add_day(out: Meant, meaning: str, today: date, now: datetime, zone: tzinfo) -> None:
    words = meaning.split()
    timed = ":" in words[-1]
    clock = _clock(words.pop()) if timed else (9, 0, 0)
    what, *rest = words
    if (length := re.fullmatch(r"\+(\d+)", what)) is not None:
        _one(out, today + DAY * int(length[1]), clock, now, zone)
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", what):
        _one(out, date.fromisoformat(what), clock, now, zone)
    elif (week := re.fullmatch(r"week\+(\d)", what)) is not None:
        monday = today - DAY * today.weekday() + 7 * DAY * int(week[1])
        _one(out, monday + DAY * DAYS.index(rest[0]), clock, now, zone)
    elif what == "y+1":
        _one(out, date(today.year + 1, 1, 1), clock, now, zone)
    elif what == "m+1":
        _one(out, _of_next_month(today, rest[0]), clock, now, zone)
    elif what == "eom+1":
        _one(out, _month(today, 2) - DAY, clock, now, zone)
    elif (weekday := re.fullmatch(r"(>?)([a-z]{3})(?:\+(\d)w)?", what)) and weekday[2] in DAYS:
        weeks = int(weekday[3] or 0)
        ahead = (DAYS.index(weekday[2]) - today.weekday()) % 7
        days = [ahead] if ahead else [7] if weekday[1] else [0, 7]
        if ahead == 0 and not weekday[1] and (not timed or weeks):
            # "Monday week" and "Monday", said on a Monday.
            for first in days:
                _one(out, today + DAY * (first + 7 * weeks), clock, now, zone)
        else:
            _first(out, (today + DAY * (n + 7 * weeks) for n in days), clock, now, zone, today)
    elif what == "weekend":
        saturday = today - DAY * today.weekday() + 5 * DAY
        if today >= saturday:
            out.spans.append((now, instant(saturday + 8 * DAY, (24, 0, 0), zone, now)))
        else:
            _one(out, saturday, clock, now, zone)
    elif what == "part-week":
        monday = today - DAY * today.weekday()
        for weeks in (0, 7):
            low = instant(monday + DAY * (4 + weeks), (0, 0, 0), zone, now)
            high = instant(monday + DAY * (6 + weeks), (24, 0, 0), zone, now)
            if weeks == 0 or today.weekday() > 3:
                out.spans.append((max(low, now), high))
        out.refused = True
    elif what == "workday":
        day = today + DAY
        while day.weekday() > 4:
            day += DAY
        _one(out, day, clock, now, zone)
    else:
        day = _recurring(what, rest, today)
        _first(out, day, clock, now, zone, today, dated=what != "t", timed=timed)


def _one(out: Meant, day: date, clock: tuple[int, int, int], now: datetime, zone: tzinfo) -> None:
    moment = instant(day, clock, zone, now)
    if moment > now:
        out.exact.add(moment)
    else:
        out.refused = True


def _first(
    out: Meant,
    days: Iterator[date],
    clock: tuple[int, int, int],
    now: datetime,
    zone: tzinfo,
    today: date,
    *,
    dated: bool = False,
    timed: bool = True,
) -> None:
    for day in days:
        if day < today:
            continue
        moment = instant(day, clock, zone, now)
        if moment > now:
            out.exact.add(moment)
            return
        # It is today, and the time has passed: the next such day, or refused where a date is said.
        out.refused = out.refused or dated
        if not timed:
            out.spans.append((now, instant(day, (24, 0, 0), zone, now)))


def _of_next_month(today: date, what: str) -> date:
    if what.startswith("same"):
        return _later(today + DAY if what.endswith("+1") else today, 1)
    return _month(today, 1).replace(day=int(what))


def _recurring(what: str, rest: list[str], today: date) -> Iterator[date]:
    """The days, in order, of a meaning that comes again."""
    years = range(today.year, today.year + 9)
    months = [_month(today, shift) for shift in range(60)]
    if what == "t":
        return iter(today + DAY * ahead for ahead in (0, 1, 2))
    if (monthly := re.fullmatch(r"dom(\d+)", what)) is not None:
        dom = int(monthly[1])
        lengths = ((first, calendar.monthrange(first.year, first.month)[1]) for first in months)
        return iter(first.replace(day=dom) for first, length in lengths if dom <= length)
    if what == "eom":
        return iter(_month(first, 1) - DAY for first in months)
    if what == "eof-02":
        return iter(date(year, 3, 1) - DAY for year in years)
    if (yearly := re.fullmatch(r"(\d\d)-(\d\d)", what)) is not None:
        month, dom = int(yearly[1]), int(yearly[2])
        return iter(date(year, month, dom) for year in years)
    if (nth := re.fullmatch(r"n(-?\d)", what)) is not None:
        number, weekday = int(nth[1]), DAYS.index(rest[0])
        if rest[1] == "m+1":
            first = _month(today, 1)
            return iter([_nth(first.year, first.month, number, weekday)])
        return iter(_nth(year, int(rest[1]), number, weekday) for year in years)
    if what in ("bf", "cm"):
        after = DAY if what == "bf" else 4 * DAY
        return iter(_nth(year, 11, 4, 3) + after for year in years)
    if what == "f13":
        return iter(m.replace(day=13) for m in months if m.replace(day=13).weekday() == 4)
    if what == "lastweekday":
        ends = (_month(first, 1) - DAY for first in months)
        return iter(end - DAY * max(0, end.weekday() - 4) for end in ends)
    if what in ("quarter", "eoq"):
        starts = [first for first in months if first.month % 3 == 1]
        return iter(starts if what == "quarter" else [_month(first, 0) - DAY for first in starts])
    raise ValueError(f"There is no meaning {what}.")
