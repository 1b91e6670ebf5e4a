"""Times of a campaign's messages. Pure: the same campaign always gives the same times.

Days, working days and weeks keep the local time across clock changes; minutes and hours are elapsed
time. The variation follows from the campaign's seed and the message's position.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left, insort
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Literal

from posto_desktop.core.campaign import Campaign, CampaignMessage, Rhythm
from posto_desktop.core.recurrence import wall_moment
from posto_desktop.core.slots import NEAR as SLOT_NEAR
from posto_desktop.core.slots import SlotGroup, upcoming

NEAR = timedelta(minutes=30)
"""Another post of the same channel within this time is reported."""
MIN_GAP = timedelta(minutes=60)
"""An offered time keeps this distance from all other posts."""
MAX_OFFERS = 60
"""Offers are computed for this many messages; with more clashes the user will change the rhythm."""
_HOURS = range(8, 23)
_WORKING = 5

Problem = Literal["", "past", "no_time", "no_slot"]


@dataclass(frozen=True)
class OccupiedTime:
    """A post of one channel that is scheduled already and not part of this campaign."""

    when: datetime
    channel_id: int
    network: str = ""


@dataclass(frozen=True)
class CampaignTime:
    """Time of one message.

    `when` is aware UTC, or None: then `problem` says why, unless `at_once`. `nominal` is the time
    before the variation. `own`: the message's own time. `skipped`: a clock change skips the time
    that day, so it is later by as much. `clash` is the nearest other post; `move_to` is the time
    offered instead (also for a past time), for the first `MAX_OFFERS` of them.
    """

    place: int
    message_id: str
    when: datetime | None
    nominal: datetime | None = None
    own: bool = False
    at_once: bool = False
    skipped: bool = False
    problem: Problem = ""
    clash: OccupiedTime | None = None
    move_to: datetime | None = None


def times_of(
    campaign: Campaign,
    now: datetime,
    zone: tzinfo,
    slots: SlotGroup | None = None,
    taken: Sequence[OccupiedTime] = (),
    *,
    fixed: Mapping[str, datetime | None] | None = None,
) -> list[CampaignTime]:
    """Return one CampaignTime per message, in the order of the messages.

    `campaign.start` is the time of the first one, None = now. `slots` are used by the rhythm
    "slots". `taken` lists other scheduled posts. `fixed` maps messages already in the outbox to
    their times, which they keep. While the campaign runs they also keep their position in the
    rhythm; after a stop, the remaining messages begin at the start.
    """
    done = fixed or {}
    placed = campaign.state == "running"
    open_count = sum(placed or message.id not in done for message in campaign.messages)
    start = campaign.start if campaign.start is not None else now
    channels = _channels(campaign)
    busy = sorted(
        (occupied for occupied in taken if occupied.channel_id in channels),
        key=lambda occupied: occupied.when,
    )
    moments = _moments(campaign.rhythm, start, zone, slots, busy, open_count)
    times: list[CampaignTime] = []
    first = campaign.start is None
    for place, message in enumerate(campaign.messages):
        if message.id in done:
            if placed:
                next(moments, None)
                first = False
            when = done[message.id]
            times.append(CampaignTime(place, message.id, when, when, own=message.when is not None))
            continue
        nominal, skipped = next(moments, (None, False))
        times.append(_campaign_time(campaign, place, message, nominal, skipped, first, now, zone))
        first = False
    return _with_clashes(campaign, times, busy, now, zone, done)


def _campaign_time(
    campaign: Campaign,
    place: int,
    message: CampaignMessage,
    nominal: datetime | None,
    skipped: bool,
    first: bool,
    now: datetime,
    zone: tzinfo,
) -> CampaignTime:
    if message.when is not None:
        when = message.when.astimezone(UTC)
        problem: Problem = "past" if when <= now else ""
        return CampaignTime(place, message.id, when, when, own=True, problem=problem)
    rhythm = campaign.rhythm
    if rhythm.kind == "times":
        return CampaignTime(place, message.id, None, problem="no_time")
    if nominal is None:
        return CampaignTime(place, message.id, None, problem="no_slot")
    if first and rhythm.kind == "interval" and nominal <= now:
        return CampaignTime(place, message.id, None, now, at_once=True)
    when = nominal
    if rhythm.kind == "interval" and rhythm.vary:
        when = _varied(nominal, _variation(rhythm), campaign.seed, place, now, zone)
    problem = "past" if when <= now else ""
    return CampaignTime(place, message.id, when, nominal, skipped=skipped, problem=problem)


# -- the rhythm --------------------------------------------------------------------------------


def _moments(
    rhythm: Rhythm,
    start: datetime,
    zone: tzinfo,
    slots: SlotGroup | None,
    busy: Sequence[OccupiedTime],
    count: int,
) -> Iterator[tuple[datetime, bool]]:
    """Yield the time of each position before the variation, and whether a clock change skips it."""
    first = start.astimezone(UTC)
    if rhythm.kind == "slots":
        return iter(_slot_times(slots, first, zone, busy, count))
    if rhythm.kind == "times":
        return iter(())
    if rhythm.unit in ("minute", "hour"):
        step = timedelta(**{f"{rhythm.unit}s": rhythm.every})
        return islice(_elapsed(first, step), count)
    return islice(_days(rhythm, first, zone), count)


def _elapsed(first: datetime, step: timedelta) -> Iterator[tuple[datetime, bool]]:
    moment = first
    try:
        while True:
            yield moment, False
            moment += step
    except OverflowError:
        return


def _days(rhythm: Rhythm, first: datetime, zone: tzinfo) -> Iterator[tuple[datetime, bool]]:
    """Yield the same local time on the days that follow the first."""
    local = first.astimezone(zone)
    clock = local.time().replace(tzinfo=None, fold=0)
    day = local.date()
    working = rhythm.unit == "working_day"
    step = rhythm.every * (7 if rhythm.unit == "week" else 1)
    try:
        if working and day.weekday() >= _WORKING:
            day += timedelta(days=7 - day.weekday())
            yield _at(day, clock, zone)
        else:
            yield first, False  # the very moment that was chosen
        while True:
            day = _working_days_on(day, step) if working else day + timedelta(days=step)
            yield _at(day, clock, zone)
    except OverflowError:
        return


def _at(day: date, clock: time, zone: tzinfo) -> tuple[datetime, bool]:
    moment = wall_moment(day, clock, zone)
    shown = moment.astimezone(zone).time().replace(tzinfo=None, fold=0)
    return moment, shown != clock


def _working_days_on(day: date, count: int) -> date:
    """Return the date `count` working days after a working day."""
    weeks, days_left = divmod(count, _WORKING)
    weekend = 2 if day.weekday() + days_left >= _WORKING else 0
    return day + timedelta(days=weeks * 7 + days_left + weekend)


def _slot_times(
    slots: SlotGroup | None, first: datetime, zone: tzinfo, busy: Sequence[OccupiedTime], count: int
) -> list[tuple[datetime, bool]]:
    """Yield the free slots from `first` on, a year at a time."""
    if slots is None or not slots.slots:
        return []
    planned = [occupied.when for occupied in busy]
    free_slots: list[tuple[datetime, bool]] = []
    moment = first - timedelta(seconds=1)
    while len(free_slots) < count:
        last = moment
        for slot in upcoming(slots, last, zone):
            moment = slot
            place = bisect_left(planned, slot - SLOT_NEAR)
            if place == len(planned) or planned[place] > slot + SLOT_NEAR:
                free_slots.append((slot, False))
                if len(free_slots) == count:
                    break
        if moment == last:
            break  # end of the calendar
    return free_slots


# -- the variation -----------------------------------------------------------------------------


def _variation(rhythm: Rhythm) -> int:
    """Return the largest variation in minutes that cannot swap two messages."""
    minutes = {"minute": 1, "hour": 60}.get(rhythm.unit, 24 * 60) * rhythm.every
    return min(rhythm.vary, (minutes - 1) // 2)


def _varied(
    nominal: datetime, most: int, seed: int, place: int, now: datetime, zone: tzinfo
) -> datetime:
    """Return the time moved by whole minutes, on the same day and not into the past."""
    if most < 1:
        return nominal
    by = timedelta(minutes=zlib.crc32(f"{seed}:{place}".encode()) % (2 * most + 1) - most)
    local = nominal.astimezone(zone)
    minutes = local.hour * 60 + local.minute
    # A clock change is at most two hours, but it is enough to look twice near midnight.
    inside = 180 + most <= minutes < 21 * 60 - most
    for moved in (nominal + by, nominal - by):
        same_day = inside or moved.astimezone(zone).date() == local.date()
        if same_day and (moved > now or nominal <= now):
            return moved
    return nominal


# -- what stands in the way --------------------------------------------------------------------


def _channels(campaign: Campaign) -> frozenset[int]:
    ids = set(campaign.channel_ids)
    for message in campaign.messages:
        ids.update(message.channel_ids or ())
    return frozenset(ids)


def _with_clashes(
    campaign: Campaign,
    campaign_times: list[CampaignTime],
    busy: Sequence[OccupiedTime],
    now: datetime,
    zone: tzinfo,
    done: Collection[str],
) -> list[CampaignTime]:
    busy_times = [occupied.when for occupied in busy]
    all_times: list[datetime] | None = None
    offers = 0
    result: list[CampaignTime] = []
    for campaign_time, message in zip(campaign_times, campaign.messages, strict=True):
        when = now if campaign_time.at_once else campaign_time.when
        if when is None or campaign_time.message_id in done:
            result.append(campaign_time)
            continue
        ids = campaign.channel_ids if message.channel_ids is None else message.channel_ids
        clash = None if campaign_time.problem else _nearest(busy, busy_times, when, frozenset(ids))
        if clash is None and campaign_time.problem != "past":
            result.append(campaign_time)
            continue
        if all_times is None:
            all_times = sorted(
                [*busy_times, *(each.when for each in campaign_times if each.when is not None)]
            )
        offered = None
        if offers < MAX_OFFERS:
            offers += 1
            offered = _offer(when, all_times, now, zone)
        if offered is not None:
            insort(all_times, offered)
        result.append(replace(campaign_time, clash=clash, move_to=offered))
    return result


def _nearest(
    busy: Sequence[OccupiedTime], times: Sequence[datetime], when: datetime, ids: Collection[int]
) -> OccupiedTime | None:
    """Return the nearest other post of these channels within NEAR."""
    near: OccupiedTime | None = None
    for place in range(bisect_left(times, when - NEAR), len(times)):
        occupied = busy[place]
        if occupied.when > when + NEAR:
            break
        if occupied.channel_id in ids and (
            near is None or abs(occupied.when - when) < abs(near.when - when)
        ):
            near = occupied
    return near


def _offer(
    when: datetime, times: Sequence[datetime], now: datetime, zone: tzinfo
) -> datetime | None:
    """Return a full hour with room around it: later that day, else earlier, else on the next
    days."""
    start = max(when, now)
    local = start.astimezone(zone)
    try:
        for days in range(8):
            day = local.date() + timedelta(days=days)
            hours = [wall_moment(day, time(hour), zone) for hour in _HOURS]
            later = [hour for hour in hours if hour > start]
            earlier = [hour for hour in reversed(hours) if now < hour <= start]
            for hour in (*later, *earlier):
                place = bisect_left(times, hour - MIN_GAP)
                if place == len(times) or times[place] > hour + MIN_GAP:
                    return hour
    except OverflowError:
        pass
    return None
