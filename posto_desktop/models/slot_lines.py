"""Weekly slots as shown in the settings: lines of days with the same times. No widgets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from posto_desktop.common.translation import translate
from posto_desktop.core.slots import Slot, SlotGroup
from posto_desktop.models.dates import clock, first_weekday, weekday_name, working_days

__all__ = [
    "DEFAULT_LINES",
    "SlotGroupLines",
    "SlotLine",
    "clock_words",
    "days_words",
    "lines_of",
    "lines_words",
    "offered_lines",
    "weekday_order",
]


@dataclass(frozen=True)
class SlotLine:
    """Days (0 Monday .. 6 Sunday) and their times."""

    days: tuple[int, ...] = ()
    times: tuple[time, ...] = ()

    def with_time(self, at: time) -> SlotLine:
        return replace(self, times=tuple(sorted({*self.times, at})))

    def without_time(self, at: time) -> SlotLine:
        return replace(self, times=tuple(slot_time for slot_time in self.times if slot_time != at))

    def with_days(self, days: Iterable[int]) -> SlotLine:
        return replace(self, days=tuple(sorted(set(days))))


WORK_TIMES = (time(9), time(12, 30), time(18))
DAILY_TIMES = (time(10), time(18))
# Initial lines of "Add slots".
DEFAULT_LINES = (
    SlotLine((0, 1, 2, 3, 4), (time(9), time(12, 30), time(18))),
    SlotLine((5, 6), (time(11), time(18))),
)


@dataclass(frozen=True)
class SlotGroupLines:
    """Channel group with its lines; equal lines are not merged."""

    name: str = ""
    workspace: str = ""
    channel_ids: tuple[int, ...] = ()
    lines: tuple[SlotLine, ...] = ()
    zone: str = ""

    @classmethod
    def of(cls, group: SlotGroup) -> SlotGroupLines:
        return cls(
            group.name, group.workspace, group.channel_ids, lines_of(group.slots), group.zone
        )

    def group(self) -> SlotGroup:
        """Return the group as stored."""
        slots = (Slot(day, at) for line in self.lines for day in line.days for at in line.times)
        group = SlotGroup(self.name, self.workspace, self.channel_ids, zone=self.zone)
        return group.with_slots(slots)

    def with_line(self, number: int, line: SlotLine | None) -> SlotGroupLines:
        """Return a copy with another line at this index; None removes it."""
        lines = list(self.lines)
        lines[number : number + 1] = [] if line is None else [line]
        return replace(self, lines=tuple(lines))

    def free_days(self) -> tuple[int, ...]:
        """Return the days that are in no line."""
        named = {day for line in self.lines for day in line.days}
        return tuple(day for day in range(7) if day not in named)


def lines_of(slots: Iterable[Slot]) -> tuple[SlotLine, ...]:
    """Return the fewest lines for these slots, in the order of the week."""
    by_day: dict[int, set[time]] = {}
    for slot in slots:
        by_day.setdefault(slot.weekday, set()).add(slot.at)
    by_times: dict[tuple[time, ...], list[int]] = {}
    for day in sorted(by_day):
        by_times.setdefault(tuple(sorted(by_day[day])), []).append(day)
    return tuple(SlotLine(tuple(days), times) for times, days in by_times.items())


def offered_lines() -> list[tuple[SlotLine, ...]]:
    """Return slots to begin with: on the working days of the user's country, and on all days."""
    work = working_days()
    every = SlotLine(tuple(range(7)), DAILY_TIMES)
    return [(SlotLine(work, WORK_TIMES),), (every,)]


def lines_words(lines: Iterable[SlotLine]) -> str:
    """Return "Monday to Friday 9:00, 18:00; Saturday 11:00"."""
    return "; ".join(
        f"{days_words(line.days)} {', '.join(map(clock_words, line.times))}" for line in lines
    )


def weekday_order() -> tuple[int, ...]:
    """Return the days, starting with the user's first weekday."""
    start = first_weekday()
    return tuple((start + step) % 7 for step in range(7))


def days_words(days: Sequence[int]) -> str:
    """Return "Monday to Friday", "Saturday, Sunday", "Every day"."""
    if len(set(days)) == 7:
        return translate("SlotLines", "Every day")
    if not days:
        return translate("SlotLines", "No day")
    runs: list[list[int]] = []
    order = weekday_order()
    for place, day in enumerate(order):
        if day not in days:
            continue
        if runs and place and order[place - 1] == runs[-1][-1]:
            runs[-1].append(day)
        else:
            runs.append([day])
    words = []
    for run in runs:
        if len(run) > 2:
            words.append(
                translate("SlotLines", "{first} to {last}").format(
                    first=_day(run[0]), last=_day(run[-1])
                )
            )
        else:
            words += [_day(day) for day in run]
    return ", ".join(words)


def clock_words(at: time) -> str:
    """Return "9:00" or "9:00 AM"."""
    return clock(datetime(2000, 1, 1, at.hour, at.minute, tzinfo=UTC), UTC)


def _day(number: int) -> str:
    return weekday_name(number)
