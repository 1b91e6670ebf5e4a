"""Weekly slots in a zone of their group."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posto_desktop.core import slots
from posto_desktop.core.recurrence import wall_moment
from posto_desktop.core.slots import Slot, SlotGroup, between, free_slots, upcoming

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
ZONES = (
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "Pacific/Apia",  # skipped 30 December 2011
    "Africa/Casablanca",  # summer time but for Ramadan
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",  # changed at midnight until 2019
    "America/Havana",
    "America/Santiago",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Asia/Gaza",
    "Africa/Cairo",
    "Atlantic/Azores",  # summer time begins at midnight
    "Pacific/Kiritimati",
    "Antarctica/Troll",  # two hours
)
WEEKLY = st.builds(
    Slot, st.integers(0, 6), st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
)
HOURLY = tuple(Slot(day, time(hour, 30)) for day in range(7) for hour in range(24))


def exists(day: date, at: time, zone: ZoneInfo) -> bool:
    wall = datetime.combine(day, at)
    return wall_moment(day, at, zone).astimezone(zone).replace(tzinfo=None, fold=0) == wall


@pytest.mark.parametrize("name", ZONES)
@settings(max_examples=12, deadline=None)
@given(
    st.lists(WEEKLY, min_size=1, max_size=6),
    st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["Europe/Berlin", "Pacific/Auckland"]),
)
def test_each_slot_keeps_its_wall_time(
    name: str, weekly: list[Slot], now: datetime, computer: str
) -> None:
    group = SlotGroup(zone=name).with_slots(weekly)
    zone = ZoneInfo(name)
    end = now + timedelta(weeks=30)
    moments = list(between(group, now, end, ZoneInfo(computer)))
    # What there has to be, day by day: independent of the order in which `between` goes.
    wanted: dict[datetime, bool] = {}
    day = now.astimezone(zone).date() - timedelta(days=2)
    while day <= end.astimezone(zone).date():
        for slot in group.slots:
            moment = wall_moment(day, slot.at, zone)
            if slot.weekday == day.weekday() and now < moment < end:
                wanted[moment] = exists(day, slot.at, zone) or wanted.get(moment, False)
        day += timedelta(days=1)
    assert moments == sorted(wanted)
    assert all(before < after for before, after in pairwise(moments))
    for moment in moments:
        local = moment.astimezone(zone)
        if wanted[moment]:
            assert Slot(local.weekday(), local.time().replace(fold=0)) in group.slots
    later = now + timedelta(days=40)
    assert list(between(group, later, end, zone)) == [each for each in moments if each > later]


def test_nine_in_new_york_stays_nine_there() -> None:
    group = SlotGroup(slots=(Slot(0, time(9)),), zone="America/New_York")
    # The clocks of New York change two weeks before those of Berlin.
    start = datetime(2026, 3, 1, tzinfo=UTC)
    shown = [f"{each.astimezone(BERLIN):%d %H:%M}" for each in upcoming(group, start, BERLIN)]
    assert shown[:5] == ["02 15:00", "09 14:00", "16 14:00", "23 14:00", "30 15:00"]
    clocks = {f"{each.astimezone(NEW_YORK):%a %H:%M}" for each in upcoming(group, start, BERLIN)}
    assert clocks == {"Mon 09:00"}


def test_a_lost_day_has_its_slots_a_day_later_and_in_order() -> None:
    group = SlotGroup(zone="Pacific/Apia").with_slots(HOURLY)
    apia = ZoneInfo("Pacific/Apia")
    start = datetime(2011, 12, 29, 22, tzinfo=apia)
    shown = [f"{each.astimezone(apia):%d %H:%M}" for each in islice(upcoming(group, start, UTC), 4)]
    assert shown == ["29 22:30", "29 23:30", "31 00:30", "31 01:30"]


def test_the_zone_of_the_computer_counts_without_one() -> None:
    group = SlotGroup(slots=(Slot(0, time(9)),))
    start = datetime(2026, 3, 1, tzinfo=UTC)
    assert next(upcoming(group, start, BERLIN)) == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert next(upcoming(group, start, NEW_YORK)) == datetime(2026, 3, 2, 14, tzinfo=UTC)


def test_free_slots_are_in_the_zone_of_the_group() -> None:
    group = SlotGroup(slots=(Slot(0, time(9)), Slot(1, time(9))), zone="America/New_York")
    start = datetime(2026, 3, 1, tzinfo=UTC)
    taken = [datetime(2026, 3, 2, 14, tzinfo=UTC)]
    assert next(free_slots(group, start, BERLIN, taken)) == datetime(2026, 3, 3, 14, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Mars/Base", "../../etc/passwd", "/etc/localtime", "a\0b", "é"])
def test_an_unknown_zone_is_kept_and_the_computers_counts(name: str) -> None:
    group = SlotGroup(slots=(Slot(0, time(9)),), zone=name)
    assert slots.read(slots.write([group])) == [group]
    assert not group.is_zone_known
    assert group.zone_or(BERLIN) is BERLIN
    start = datetime(2026, 3, 1, tzinfo=UTC)
    assert next(upcoming(group, start, BERLIN)) == datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_the_zone_is_an_added_key_and_only_where_there_is_one() -> None:
    plain = SlotGroup(slots=(Slot(0, time(9)),))
    east = SlotGroup(slots=(Slot(0, time(9)),), zone="America/New_York")
    data = json.loads(slots.write([plain, east]))
    assert data["schema"] == 1
    assert "zone" not in data["groups"][0]
    assert data["groups"][1]["zone"] == "America/New_York"
    for wrong in (5, None, ["x"], "x" * 65):
        data["groups"][1]["zone"] = wrong
        assert slots.read(json.dumps(data))[1] == plain
