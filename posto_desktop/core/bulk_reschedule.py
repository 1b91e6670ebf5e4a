"""New times for several posts: shifted, set to one time, or spread over a period, a rhythm or
weekly slots.

A shift by days keeps the local time: a post at 9:00 stays at 9:00 across clock changes. Hours and
minutes are elapsed time.

Posts of one message that go out together stay together (`messages`); only messages are spread.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from posto_desktop.common.translation import translate
from posto_desktop.core.moves import MOVABLE
from posto_desktop.core.recurrence import wall_moment
from posto_desktop.core.slots import NEAR, SlotGroup, upcoming
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.times import length_of, parse_duration, read_when
from posto_desktop.sdk.when.languages import phrases

__all__ = [
    "BusyTimes",
    "RescheduleInput",
    "ReschedulePreview",
    "RescheduleRule",
    "TimeChange",
    "TimeShift",
    "between",
    "busy",
    "every",
    "into_slots",
    "messages",
    "parse_rule",
    "preview",
    "read_shift",
    "shifted",
    "spread_over",
    "times_of",
]

LONGEST = 100
_MINUTE = timedelta(minutes=1)
_BACK = ("earlier", "früher", "plus tôt", "antes", "prima", "mais cedo", "önce", "əvvəl", "أبكر")
_ON = ("later", "später", "plus tard", "después", "dopo", "mais tarde", "sonra", "لاحقا")


# -- shifting ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TimeShift:
    """Calendar months and days plus elapsed seconds; each may be negative."""

    months: int = 0
    days: int = 0
    seconds: int = 0


def read_shift(text: str) -> TimeShift:
    """Read "+1 day 2 hours", "-30 min" or "2 days earlier". Raises WhenError.

    Units are those of `sdk.times`, in all its languages. The sign applies to the whole text.
    """
    unknown = WhenError(
        translate(
            "Rescheduling", "“{text}” is not a duration such as “{earlier}” or “{later}”."
        ).format(
            text=" ".join(text.split())[:40], earlier=phrases().earlier, later=phrases().later
        ),
        kind="unknown",
        suggestion=phrases().later,
    )
    unsigned, sign = text.strip(), 1
    if unsigned[:1] in ("+", "-", "−", "–"):
        sign = 1 if unsigned[0] == "+" else -1
        unsigned = unsigned[1:].strip()
    folded = unsigned.casefold()
    for word in (*_BACK, *_ON):
        if folded.endswith(f" {word}"):
            unsigned = unsigned[: -len(word)].strip()
            sign = -sign if word in _BACK else sign
            break
    spec = length_of(unsigned) if 0 < len(unsigned) <= LONGEST else None
    if spec is None or spec.workdays or spec.is_no_time:
        raise unknown
    return TimeShift(sign * spec.months, sign * spec.days, sign * round(spec.seconds))


def shifted(moment: datetime, shift: TimeShift, zone: tzinfo) -> datetime:
    """Return the moment (aware) after the shift, as aware UTC. The 31st becomes the last day of a
    shorter month. Raises OverflowError outside the years of datetime."""
    local = moment.astimezone(zone)
    if shift.months or shift.days:
        day = _months_on(local.date(), shift.months) + timedelta(days=shift.days)
        moment = wall_moment(day, local.time(), zone)
    return moment.astimezone(UTC) + timedelta(seconds=shift.seconds)


def _months_on(day: date, months: int) -> date:
    if not months:
        return day
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("no such year")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


# -- spreading -----------------------------------------------------------------------------------


def between(count: int, first: datetime, last: datetime) -> list[datetime]:
    """Return `count` moments from `first` to `last` (aware, inclusive) at even distances, on full
    minutes; aware UTC. A single one gets `first`."""
    start, end = _minute(first), _minute(last)
    if count <= 1 or end <= start:
        return [start] * max(count, 0)
    whole = (end - start) // _MINUTE
    return [start + _MINUTE * round(whole * number / (count - 1)) for number in range(count)]


def every(count: int, first: datetime, minutes: int) -> list[datetime]:
    """Return `count` moments from `first` (aware), `minutes` apart; aware UTC. Raises OverflowError
    at the end of the calendar."""
    start = _minute(first)
    return [start + _MINUTE * (minutes * number) for number in range(count)]


def into_slots(
    count: int, group: SlotGroup, after: datetime, zone: tzinfo, taken: Collection[datetime] = ()
) -> list[datetime]:
    """Return the next `count` free weekly slots after a moment (aware) as aware UTC, or fewer if a
    year has not enough. A slot is free when no time of `taken` is near it."""
    slots: list[datetime] = []
    near = int(NEAR.total_seconds())
    # Buckets of that length: times near each other share a bucket or lie in neighbouring ones.
    pieces: dict[int, list[datetime]] = {}
    for moment in taken:
        pieces.setdefault(int(moment.timestamp()) // near, []).append(moment)
    for slot in upcoming(group, after, zone):
        if len(slots) >= count:
            break
        place = int(slot.timestamp()) // near
        beside = (moment for at in (place - 1, place, place + 1) for moment in pieces.get(at, ()))
        if not any(abs(moment - slot) <= NEAR for moment in beside):
            slots.append(slot)
    return slots


def messages(rows: Iterable[Schedule]) -> list[list[Schedule]]:
    """Group the waiting rows by message and time, earliest first."""
    by_message: dict[tuple[str, datetime], list[Schedule]] = {}
    for row in rows:
        if row.status in MOVABLE and row.send_at is not None:
            by_message.setdefault((row.group_id or f"#{row.id}", row.send_at), []).append(row)
    return sorted(by_message.values(), key=lambda part: (part[0].send_at, part[0].id))


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


# -- what would come of it -----------------------------------------------------------------------


@dataclass(frozen=True)
class BusyTimes:
    """Minutes in which a channel already has a post, without the posts being moved."""

    rows: Mapping[tuple[int, int], Schedule] = field(default_factory=dict)


def busy(rows: Iterable[Schedule], moving: Collection[int]) -> BusyTimes:
    """Collect the posts that keep their time: scheduled or being sent, and not in `moving`."""
    return BusyTimes(
        {
            _place(row.channel_id, row.send_at): row
            for row in rows
            if row.send_at is not None
            and row.id not in moving
            and row.status in ("not_sent", "missed", "sending")
        }
    )


@dataclass(frozen=True)
class TimeChange:
    """A row and its new time (aware UTC; None if no time is left for it). `beside` is a post of the
    same channel in the same minute."""

    row: Schedule
    new: datetime | None
    past: bool = False
    beside: Schedule | None = None

    @property
    def stays(self) -> bool:
        return self.new is None or self.new == self.row.send_at


@dataclass(frozen=True)
class ReschedulePreview:
    """Result of a reschedule, earliest new time first. `times` holds the rows that really move;
    `past`, `clashes` and `without` (no time left) count rows."""

    changes: tuple[TimeChange, ...] = ()
    times: Mapping[int, datetime] = field(default_factory=dict)
    past: int = 0
    clashes: int = 0
    without: int = 0

    @classmethod
    def of(cls, changes: Sequence[TimeChange]) -> ReschedulePreview:
        times = {
            change.row.id: change.new
            for change in changes
            if change.new is not None and not change.past and not change.stays
        }
        return cls(
            tuple(changes),
            times,
            past=sum(change.past for change in changes),
            clashes=sum(change.beside is not None for change in changes),
            without=sum(change.new is None for change in changes),
        )


def preview(
    rows: Iterable[Schedule],
    times: Mapping[int, datetime | None],
    now: datetime,
    stay: BusyTimes,
) -> ReschedulePreview:
    """Return the changes that these times, by row, would make."""
    taken: dict[tuple[int, int], Schedule] = {}
    changes: list[TimeChange] = []
    ordered = sorted(rows, key=lambda row: times.get(row.id) or datetime.max.replace(tzinfo=UTC))
    for row in ordered:
        new = times.get(row.id)
        if new is None:
            changes.append(TimeChange(row, None))
            continue
        place = _place(row.channel_id, new)
        beside = stay.rows.get(place) or taken.get(place)
        taken.setdefault(place, row)
        changes.append(TimeChange(row, new, past=new <= now, beside=beside))
    return ReschedulePreview.of(changes)


def spread_over(
    rows: Iterable[Schedule], moments: Sequence[datetime]
) -> dict[int, datetime | None]:
    """Assign the moments to the messages of these rows in order; None where there are too few."""
    times: dict[int, datetime | None] = {}
    for number, part in enumerate(messages(rows)):
        when = moments[number] if number < len(moments) else None
        times |= {row.id: when for row in part}
    return times


# -- from words to times -------------------------------------------------------------------------


@dataclass(frozen=True)
class RescheduleInput:
    """Fields of the dialog: `text` is a length for "shift" and a time otherwise, `until` the last
    time for "between", `step` the interval for "every"."""

    how: Literal["shift", "set", "between", "every", "slots"]
    text: str = ""
    until: str = ""
    step: str = ""


@dataclass(frozen=True)
class RescheduleRule:
    """A parsed `RescheduleInput`. Moments are aware."""

    how: str
    shift: TimeShift = TimeShift()
    first: datetime | None = None
    last: datetime | None = None
    minutes: int = 0


def parse_rule(request: RescheduleInput, now: datetime, zone: tzinfo) -> RescheduleRule | None:
    """Return the rule, or None while a required field is empty. Raises WhenError."""
    if request.how == "shift":
        return (
            RescheduleRule("shift", shift=read_shift(request.text))
            if request.text.strip()
            else None
        )
    if request.how == "slots" and not request.text.strip():
        return RescheduleRule("slots", first=now)
    first = _moment(request.text, now, zone)
    if first is None:
        return None
    if request.how == "between":
        last = _moment(request.until, now, zone)
        if last is not None and last <= first:
            sentence = translate("Rescheduling", "The last time is not after the first one.")
            raise WhenError(sentence, kind="impossible")
        return RescheduleRule("between", first=first, last=last) if last is not None else None
    if request.how == "every":
        if not request.step.strip():
            return None
        minutes = round(parse_duration(request.step) / _MINUTE)
        if minutes < 1:
            sentence = translate("Rescheduling", "Leave at least one minute between two messages.")
            raise WhenError(sentence, kind="impossible")
        return RescheduleRule("every", first=first, minutes=minutes)
    return RescheduleRule(request.how, first=first)


def times_of(
    rule: RescheduleRule,
    rows: Iterable[Schedule],
    zone: tzinfo,
    slots: SlotGroup | None = None,
    taken: Collection[datetime] = (),
) -> dict[int, datetime | None]:
    """Return the new time (aware UTC) of each waiting row; None if there is none: past the
    calendar's end, or no free slot within a year."""
    parts = messages(rows)
    first = rule.first
    if rule.how == "shift":
        return {row.id: _shifted(row, rule.shift, zone) for part in parts for row in part}
    assert first is not None
    count = len(parts)
    moments: Sequence[datetime]
    if rule.how == "between":
        moments = between(count, first, rule.last or first)
    elif rule.how == "every":
        moments = _every(count, first, rule.minutes)
    elif rule.how == "slots":
        moments = into_slots(count, slots, first, zone, taken) if slots is not None else []
    else:
        moments = [first.astimezone(UTC)] * count
    return spread_over([row for part in parts for row in part], moments)


def _moment(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    return read_when(text, now=now, tz=zone).when


def _shifted(row: Schedule, shift: TimeShift, zone: tzinfo) -> datetime | None:
    assert row.send_at is not None
    try:
        return shifted(row.send_at, shift, zone)
    except (OverflowError, ValueError):
        return None


def _every(count: int, first: datetime, minutes: int) -> list[datetime]:
    """As `every`, but stop at the end of the calendar."""
    room = datetime.max.replace(tzinfo=UTC) - first.astimezone(UTC)
    return every(min(count, room // (_MINUTE * minutes)), first, minutes)


def _place(channel_id: int, moment: datetime) -> tuple[int, int]:
    return channel_id, int(moment.timestamp()) // 60
