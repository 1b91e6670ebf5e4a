"""Every moment of a day has one place on the axis, also where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.models.calendar_axis import DAY, Axis, clock_changes

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour
    "America/Santiago",  # at midnight
    "Asia/Beirut",  # at midnight, too
    "Atlantic/Azores",
    "Asia/Kathmandu",
    "UTC",
]
AUTUMN, SPRING = date(2026, 10, 25), date(2026, 3, 29)


def moments_of(day: date, zone: ZoneInfo) -> list[datetime]:
    """Every quarter of an hour that has this local date."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=30)
    all_of = (start + timedelta(minutes=15 * n) for n in range(100 * 4))
    return [moment for moment in all_of if moment.astimezone(zone).date() == day]


def test_a_day_in_autumn_has_25_hours_and_one_in_spring_23() -> None:
    assert clock_changes(AUTUMN, BERLIN) == ((180, 120),)
    assert clock_changes(SPRING, BERLIN) == ((120, 180),)
    assert clock_changes(date(2026, 11, 25), BERLIN) == ()
    assert len(moments_of(AUTUMN, BERLIN)) == 100
    assert Axis([AUTUMN], BERLIN).length == 25 * 60
    assert Axis([SPRING], BERLIN).length == DAY
    assert Axis([SPRING], BERLIN).holes(SPRING) == [(120, 180)]


def test_the_hour_that_comes_twice_stands_twice_and_is_a_hole_on_other_days() -> None:
    axis = Axis([AUTUMN - timedelta(days=1), AUTUMN], BERLIN)
    assert [minute for _, minute in axis.hours()][:5] == [0, 60, 120, 120, 180]
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert axis.place(first) == (AUTUMN, 150)
    assert axis.place(first + timedelta(hours=1)) == (AUTUMN, 210)
    assert axis.moment(AUTUMN, 210) == first + timedelta(hours=1)
    assert axis.holes(AUTUMN) == []
    assert axis.holes(AUTUMN - timedelta(days=1)) == [(180, 240)]
    assert axis.moment(AUTUMN - timedelta(days=1), 200) is None
    assert axis.snap(AUTUMN - timedelta(days=1), 200, 15) in (165, 240)


@given(
    zone=st.sampled_from(ZONES),
    day=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    others=st.integers(0, 6),
)
def test_each_moment_has_one_place_and_comes_back_from_it(
    zone: str, day: date, others: int
) -> None:
    check(ZoneInfo(zone), day, others)


@pytest.mark.parametrize("zone", ZONES)
def test_the_days_on_which_the_clocks_change(zone: str) -> None:
    """Chance rarely finds them."""
    tz = ZoneInfo(zone)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    odd = [day for day in days if clock_changes(day, tz)]
    assert len(odd) == (0 if zone in ("Asia/Kathmandu", "UTC") else 2)
    for day in odd:
        for others in (0, 3, 6):
            check(tz, day, others)


def check(zone: ZoneInfo, day: date, others: int) -> None:
    days = [day + timedelta(days=n - others) for n in range(7)]
    axis = Axis(days, zone)
    places = []
    for moment in moments_of(day, zone):
        placed_day, minute = axis.place(moment)
        assert placed_day == day
        assert 0 <= minute < axis.length
        assert axis.moment(day, minute) == moment
        assert not any(at <= minute < to for at, to in axis.holes(day))
        assert axis.snap(day, minute, 15) == minute
        places.append(minute)
    assert all(place < other for place, other in pairwise(places))
    skipped = sum(to - at for at, to in axis.holes(day))
    assert axis.length - skipped == len(places) * 15
    for minute in range(0, axis.length, 15):
        hole = any(at <= minute < to for at, to in axis.holes(day))
        assert (axis.moment(day, minute) is None) is hole


def test_the_ends_of_time_are_ordinary_days() -> None:
    for day in (date.min, date.max):
        assert clock_changes(day, BERLIN) == ()
