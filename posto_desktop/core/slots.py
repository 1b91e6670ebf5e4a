"""Weekly slots: preferred times of a group of channels, and the next free one.

Slots are local times of this computer, so they stay put when the clocks change. They are stored in
the setting ``publishing.slots`` as JSON.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol

from posto_desktop.common import json_text
from posto_desktop.core.recurrence import wall_moment

SETTING = "publishing.slots"
SCHEMA = 1
NEAR = timedelta(minutes=5)
"""A post this close to a slot occupies it."""
MAX_GROUPS = 50
MAX_SLOTS = 500
_WEEKS_AHEAD = 53
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, order=True)
class Slot:
    """A time of the week. `weekday` 0 is Monday; `at` has hours and minutes."""

    weekday: int
    at: time

    def __post_init__(self) -> None:
        if self.weekday not in range(7) or self.at.tzinfo is not None:
            raise ValueError("a slot is a weekday 0 to 6 and a wall-clock time")


@dataclass(frozen=True)
class SlotGroup:
    """Slots of some channels of one workspace; without channels they apply to all the others."""

    name: str = ""
    workspace: str = ""
    channel_ids: tuple[int, ...] = ()
    slots: tuple[Slot, ...] = ()

    def with_slots(self, slots: Iterable[Slot]) -> SlotGroup:
        """Return the group with these slots, sorted and unique."""
        return replace(self, slots=tuple(sorted(set(slots))))


class TimedRow(Protocol):
    """The part of sdk.records.Schedule that is used."""

    @property
    def channel_id(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def send_at(self) -> datetime | None: ...


class WaitingEntry(Protocol):
    """The part of core.entries.Entry that is used."""

    @property
    def channel_ids(self) -> tuple[int, ...]: ...
    @property
    def share_at(self) -> datetime | None: ...
    @property
    def is_ended(self) -> bool: ...


def read(text: str) -> list[SlotGroup]:
    """Read the groups of the setting, dropping invalid ones."""
    try:
        data = json_text.loads(text) if text else {}
    except ValueError:
        return []
    raw = data.get("groups") if isinstance(data, dict) else None
    groups = [_group(entry) for entry in raw[:MAX_GROUPS]] if isinstance(raw, list) else []
    return [group for group in groups if group is not None]


def write(groups: Sequence[SlotGroup]) -> str:
    """Return the setting's text; empty without slots."""
    if not groups:
        return ""
    return json.dumps(
        {
            "schema": SCHEMA,
            "groups": [
                {
                    "name": group.name,
                    "workspace": group.workspace,
                    "channels": list(group.channel_ids),
                    "slots": [[slot.weekday, f"{slot.at:%H:%M}"] for slot in sorted(group.slots)],
                }
                for group in groups
            ],
        }
    )


def read_clock(text: str) -> time | None:
    """Read "9:05" or "09:05"; None for anything else."""
    match = _CLOCK.fullmatch(text.strip())
    return time(int(match.group(1)), int(match.group(2))) if match else None


def group_for(
    groups: Iterable[SlotGroup], channel_ids: Collection[int], workspace: str
) -> SlotGroup | None:
    """Return the group for these channels: the one that holds most of them, else the one for all.
    None if no group has slots for them."""
    best: SlotGroup | None = None
    most = 0
    general: SlotGroup | None = None
    for group in groups:
        if group.workspace not in ("", workspace) or not group.slots:
            continue
        if not group.channel_ids:
            general = general or group
            continue
        held = len(set(group.channel_ids) & set(channel_ids))
        if held > most:
            best, most = group, held
    return best or general


def upcoming(group: SlotGroup, now: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield the group's slots after `now` (aware) as aware UTC, in order, for a year."""
    today = now.astimezone(zone).date()
    by_day: dict[int, list[time]] = {}
    for slot in sorted(set(group.slots)):
        by_day.setdefault(slot.weekday, []).append(slot.at)
    last: datetime | None = None
    for offset in range(_WEEKS_AHEAD * 7):
        try:
            day: date = today + timedelta(days=offset)
            moments = sorted(wall_moment(day, at, zone) for at in by_day.get(day.weekday(), ()))
        except OverflowError:
            return
        for moment in moments:
            # Two slots can fall on one moment at a clock change.
            if moment > now and (last is None or moment > last):
                last = moment
                yield moment


def free_slots(
    group: SlotGroup,
    now: datetime,
    zone: tzinfo,
    taken: Iterable[datetime],
    *,
    near: timedelta = NEAR,
) -> Iterator[datetime]:
    """Yield the group's slots without a scheduled post as aware UTC, in order, for a year.

    `taken` are the scheduled times (see `occupied_times`), aware.
    """
    busy = sorted(moment.astimezone(UTC) for moment in taken)
    for moment in upcoming(group, now, zone):
        place = bisect_left(busy, moment - near)
        if place == len(busy) or busy[place] > moment + near:
            yield moment


def next_free(
    group: SlotGroup,
    now: datetime,
    zone: tzinfo,
    taken: Iterable[datetime],
    *,
    near: timedelta = NEAR,
) -> datetime | None:
    """Return the first of `free_slots`; None if all are taken."""
    return next(free_slots(group, now, zone, taken, near=near), None)


def occupied_times(
    channel_ids: Collection[int],
    rows: Iterable[TimedRow] = (),
    entries: Iterable[WaitingEntry] = (),
    drafts: Iterable[tuple[Collection[int], datetime | None]] = (),
) -> list[datetime]:
    """Return the scheduled times of these channels: in the service's schedule, in the outbox, or in
    a draft (its channels and its parsed time, see sdk.times)."""
    chosen_ids = set(channel_ids)
    times = [
        row.send_at
        for row in rows
        if row.send_at is not None
        and row.channel_id in chosen_ids
        and row.status not in ("error", "trash")
    ]
    times += [
        entry.share_at
        for entry in entries
        if entry.share_at is not None and not entry.is_ended and chosen_ids & set(entry.channel_ids)
    ]
    times += [when for ids, when in drafts if when is not None and chosen_ids & set(ids)]
    return times


def _group(data: object) -> SlotGroup | None:
    if not isinstance(data, Mapping):
        return None
    name, workspace = data.get("name"), data.get("workspace")
    channels, slots = data.get("channels"), data.get("slots")
    read_slots = [_slot(entry) for entry in slots[:MAX_SLOTS]] if isinstance(slots, list) else []
    return SlotGroup(
        name=name if isinstance(name, str) else "",
        workspace=workspace if isinstance(workspace, str) else "",
        channel_ids=tuple(channel_id for channel_id in channels if type(channel_id) is int)
        if isinstance(channels, list)
        else (),
    ).with_slots(slot for slot in read_slots if slot is not None)


def _slot(data: object) -> Slot | None:
    if not isinstance(data, list) or len(data) != 2 or type(data[0]) is not int:
        return None
    at = read_clock(data[1]) if isinstance(data[1], str) else None
    return Slot(data[0], at) if at is not None and data[0] in range(7) else None
