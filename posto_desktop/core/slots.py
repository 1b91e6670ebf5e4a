"""Weekly slots: preferred times of a group of channels, and the next free one.

Slots are local times of the group's zone, else of this computer, so they stay put when the clocks
change. They are stored in the setting ``publishing.slots`` as JSON.
"""

from __future__ import annotations

import heapq
import json
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Protocol

from posto_desktop.common import json_text
from posto_desktop.core.recurrence import wall_moment
from posto_desktop.sdk.when import zones

SETTING = "publishing.slots"
SCHEMA = 1
NEAR = timedelta(minutes=5)
"""A post this close to a slot occupies it."""
MAX_GROUPS = 50
MAX_SLOTS = 500
MAX_ZONE_NAME = 64
_AHEAD = timedelta(weeks=53)
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
    """Slots of some channels of one workspace; without channels they apply to all the others.

    `zone` is an IANA name; "" is this computer's zone. A name that this computer does not know is
    kept, and this computer's zone counts meanwhile."""

    name: str = ""
    workspace: str = ""
    channel_ids: tuple[int, ...] = ()
    slots: tuple[Slot, ...] = ()
    zone: str = ""

    @property
    def is_zone_known(self) -> bool:
        return not self.zone or zones.zone(self.zone) is not None

    def zone_or(self, computer: tzinfo) -> tzinfo:
        """Return the zone in which the slots are meant: its own, else that of the computer."""
        return (zones.zone(self.zone) if self.zone else None) or computer

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
    return json.dumps({"schema": SCHEMA, "groups": [_data(group) for group in groups]})


def _data(group: SlotGroup) -> dict[str, object]:
    data: dict[str, object] = {
        "name": group.name,
        "workspace": group.workspace,
        "channels": list(group.channel_ids),
        "slots": [[slot.weekday, f"{slot.at:%H:%M}"] for slot in sorted(group.slots)],
    }
    # Versions before zones read the rest of the group.
    return data | {"zone": group.zone} if group.zone else data


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


def between(
    group: SlotGroup, first: datetime, end: datetime, computer: tzinfo
) -> Iterator[datetime]:
    """Yield the group's slots after `first` and before `end` (aware) as aware UTC, in order.

    They are times of the group's zone, and of the zone of the computer if it has none.
    """
    zone = group.zone_or(computer)
    by_day: dict[int, list[time]] = {}
    for slot in sorted(set(group.slots)):
        by_day.setdefault(slot.weekday, []).append(slot.at)
    last: datetime | None = None
    waiting: list[datetime] = []
    try:
        # A clock change can move a slot into the next day: Samoa once skipped a whole one.
        day = first.astimezone(zone).date() - timedelta(days=1)
        while by_day:
            start = wall_moment(day, time(), zone)
            while waiting and (waiting[0] < start or waiting[0] >= end):
                moment = heapq.heappop(waiting)
                if moment >= end:
                    return
                # Two slots can fall on one moment at a clock change.
                if moment > first and (last is None or moment > last):
                    last = moment
                    yield moment
            if start >= end and not waiting:
                return
            for at in by_day.get(day.weekday(), ()):
                heapq.heappush(waiting, wall_moment(day, at, zone))
            day += timedelta(days=1)
    except OverflowError:
        return


def upcoming(group: SlotGroup, now: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield the group's slots after `now` (aware) as aware UTC, in order, for a year. `zone` is
    that of the computer; the group's own wins."""
    try:
        end = now + _AHEAD
    except OverflowError:
        end = datetime.max.replace(tzinfo=UTC)
    return between(group, now, end, zone)


def free_slots(
    group: SlotGroup,
    now: datetime,
    zone: tzinfo,
    taken: Iterable[datetime],
    *,
    near: timedelta = NEAR,
) -> Iterator[datetime]:
    """Yield the group's slots without a scheduled post as aware UTC, in order, for a year.

    `taken` are the scheduled times (see `occupied_times`), aware; for `zone` see `upcoming`.
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
    name, workspace, zone = data.get("name"), data.get("workspace"), data.get("zone")
    channels, slots = data.get("channels"), data.get("slots")
    read_slots = [_slot(entry) for entry in slots[:MAX_SLOTS]] if isinstance(slots, list) else []
    return SlotGroup(
        name=name if isinstance(name, str) else "",
        workspace=workspace if isinstance(workspace, str) else "",
        channel_ids=tuple(channel_id for channel_id in channels if type(channel_id) is int)
        if isinstance(channels, list)
        else (),
        zone=zone if isinstance(zone, str) and len(zone) <= MAX_ZONE_NAME else "",
    ).with_slots(slot for slot in read_slots if slot is not None)


def _slot(data: object) -> Slot | None:
    if not isinstance(data, list) or len(data) != 2 or type(data[0]) is not int:
        return None
    at = read_clock(data[1]) if isinstance(data[1], str) else None
    return Slot(data[0], at) if at is not None and data[0] in range(7) else None
