from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.campaign import UNITS, Campaign, CampaignMessage, Rhythm
from posto_desktop.core.campaign_times import NEAR, CampaignTime, OccupiedTime, times_of
from posto_desktop.core.slots import Slot, SlotGroup

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 11, 30, tzinfo=UTC)
START = datetime(2026, 11, 30, 9, 0, tzinfo=BERLIN)  # a Monday


def campaign(count: int, rhythm: Rhythm, start: datetime | None = START) -> Campaign:
    messages = tuple(CampaignMessage(id=f"m{number}", text=f"{number}") for number in range(count))
    return Campaign(messages=messages, channel_ids=(1, 2), rhythm=rhythm, start=start, seed=7)


def shown(times: Sequence[CampaignTime]) -> list[str]:
    return [
        f"{message.when.astimezone(BERLIN):%a %d %H:%M}" if message.when else ""
        for message in times
    ]


def test_working_days_leave_out_the_weekend() -> None:
    times = times_of(campaign(8, Rhythm("interval", 2, "working_day")), NOW, BERLIN)
    assert [line[:6] for line in shown(times)] == [
        "Mon 30", "Wed 02", "Fri 04", "Tue 08", "Thu 10", "Mon 14", "Wed 16", "Fri 18",
    ]  # fmt: skip
    assert all(line.endswith("09:00") for line in shown(times))


def test_working_days_that_begin_on_a_weekend_begin_on_monday() -> None:
    saturday = START - timedelta(days=2)
    times = times_of(campaign(2, Rhythm("interval", 1, "working_day"), saturday), NOW, BERLIN)
    assert shown(times) == ["Mon 30 09:00", "Tue 01 09:00"]


def test_the_variation_is_the_same_each_time_and_within_its_bounds() -> None:
    rhythm = Rhythm("interval", 1, "day", vary=10)
    first = times_of(campaign(40, rhythm), NOW, BERLIN)
    assert first == times_of(campaign(40, rhythm), NOW, BERLIN)
    offsets = [(message.when - message.nominal).total_seconds() / 60 for message in first]  # type: ignore[operator]
    assert max(map(abs, offsets)) <= 10
    assert len(set(offsets)) > 5


def test_reordering_leaves_the_times_alone() -> None:
    made = campaign(5, Rhythm("interval", 1, "day", vary=10))
    turned = replace(made, messages=made.messages[::-1])
    before, after = times_of(made, NOW, BERLIN), times_of(turned, NOW, BERLIN)
    assert [message.when for message in before] == [message.when for message in after]


def test_without_a_start_the_first_goes_at_once() -> None:
    times = times_of(campaign(3, Rhythm("interval", 1, "hour"), None), NOW, BERLIN)
    assert times[0].at_once
    assert [message.when for message in times] == [
        None,
        NOW + timedelta(hours=1),
        NOW + timedelta(hours=2),
    ]


def test_days_keep_the_clock_where_hours_keep_the_distance() -> None:
    saturday = datetime(2026, 10, 24, 9, 0, tzinfo=BERLIN)  # the clocks go back that night
    now = datetime(2026, 10, 1, tzinfo=UTC)
    days = times_of(campaign(2, Rhythm("interval", 1, "day"), saturday), now, BERLIN)
    hours = times_of(campaign(2, Rhythm("interval", 24, "hour"), saturday), now, BERLIN)
    assert shown(days) == ["Sat 24 09:00", "Sun 25 09:00"]
    assert shown(hours) == ["Sat 24 09:00", "Sun 25 08:00"]


def test_a_time_that_the_clocks_skip_is_later_and_says_so() -> None:
    start = datetime(2026, 3, 28, 2, 30, tzinfo=BERLIN)
    made = campaign(3, Rhythm("interval", 1, "day"), start)
    times = times_of(made, datetime(2026, 3, 1, tzinfo=UTC), BERLIN)
    assert shown(times) == ["Sat 28 02:30", "Sun 29 03:30", "Mon 30 02:30"]
    assert [message.skipped for message in times] == [False, True, False]


def test_slots_that_are_taken_are_left_out_and_go_on_for_years() -> None:
    slots = SlotGroup(slots=(Slot(0, time(9)), Slot(3, time(18))))
    taken = [OccupiedTime(datetime(2026, 12, 3, 18, 2, tzinfo=BERLIN), 1)]
    times = times_of(campaign(3, Rhythm("slots")), NOW, BERLIN, slots, taken)
    assert shown(times) == ["Mon 30 09:00", "Mon 07 09:00", "Thu 10 18:00"]
    many = times_of(campaign(150, Rhythm("slots")), NOW, BERLIN, slots)
    assert len({message.when for message in many}) == 150


def test_without_slots_there_is_no_time() -> None:
    times = times_of(campaign(1, Rhythm("slots")), NOW, BERLIN, SlotGroup())
    assert (times[0].when, times[0].problem) == (None, "no_slot")


def test_an_own_time_counts_and_its_place_stays_taken() -> None:
    made = campaign(3, Rhythm("interval", 1, "day"))
    own = replace(made.messages[1], when=START + timedelta(hours=5))
    made = replace(made, messages=(made.messages[0], own, made.messages[2]))
    times = times_of(made, NOW, BERLIN)
    assert shown(times) == ["Mon 30 09:00", "Mon 30 14:00", "Wed 02 09:00"]
    assert [message.own for message in times] == [False, True, False]
    only = times_of(replace(made, rhythm=Rhythm("times")), NOW, BERLIN)
    assert [message.problem for message in only] == ["no_time", "", "no_time"]


def test_a_time_that_has_passed_is_named_and_another_one_offered() -> None:
    made = campaign(2, Rhythm("interval", 1, "week"), NOW - timedelta(days=1))
    times = times_of(made, NOW, BERLIN)
    assert [message.problem for message in times] == ["past", ""]
    assert times[0].move_to == datetime(2026, 11, 25, 13, 0, tzinfo=BERLIN)


def test_another_post_close_by_is_named_with_a_time_that_is_free() -> None:
    made = campaign(1, Rhythm("interval", 1, "day"), START - timedelta(minutes=7))  # 8:53
    taken = [
        OccupiedTime(datetime(2026, 11, 30, 8, 35, tzinfo=BERLIN), 2, "instagram"),
        OccupiedTime(datetime(2026, 11, 30, 9, 30, tzinfo=BERLIN), 2, "instagram"),
        OccupiedTime(datetime(2026, 11, 30, 8, 54, tzinfo=BERLIN), 9, "twitter"),  # not ours
    ]
    times = times_of(made, NOW, BERLIN, taken=taken)
    assert times[0].clash == taken[0]
    assert times[0].move_to == datetime(2026, 11, 30, 11, 0, tzinfo=BERLIN)


def test_two_that_are_moved_are_not_offered_the_same_time() -> None:
    made = campaign(2, Rhythm("interval", 1, "minute"), NOW - timedelta(hours=1))
    first, second = times_of(made, NOW, BERLIN)
    assert first.move_to is not None
    assert second.move_to is not None
    assert first.move_to != second.move_to


def test_what_was_handed_over_keeps_its_time_and_the_others_begin_at_the_start() -> None:
    made = campaign(3, Rhythm("interval", 1, "day"))
    sent = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    times = times_of(made, NOW, BERLIN, fixed={"m0": sent})
    assert [message.when for message in times] == [sent, START, START + timedelta(days=1)]
    assert times[0].problem == ""


def test_what_is_added_to_a_running_campaign_goes_on_with_its_rhythm() -> None:
    made = replace(campaign(3, Rhythm("interval", 1, "day")), state="running")
    sent = datetime(2026, 11, 30, 8, 4, tzinfo=UTC)
    times = times_of(made, NOW, BERLIN, fixed={"m0": sent, "m1": None})
    assert [message.when for message in times] == [sent, None, START + timedelta(days=2)]


ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.sampled_from(UNITS),
    st.integers(1, 40),
    st.integers(0, 120),
    st.integers(0, 2**32),
)
def test_times_are_in_order_distinct_and_as_the_clock_on_the_wall_says(
    zone_name: str, local: datetime, unit: str, every: int, vary: int, seed: int
) -> None:
    zone = ZoneInfo(zone_name)
    start = local.replace(second=0, microsecond=0, tzinfo=zone).astimezone(UTC)
    rhythm = Rhythm("interval", every, unit, vary)  # type: ignore[arg-type]
    made = replace(campaign(12, rhythm, start), seed=seed)
    messages = times_of(made, start - timedelta(days=1), zone)
    times = [message.when for message in messages if message.when is not None]
    assert len(times) == 12
    assert all(moment.utcoffset() == timedelta(0) for moment in times)
    assert all(first < second for first, second in pairwise(times))
    for message in messages:
        assert message.when is not None
        assert message.nominal is not None
        assert abs(message.when - message.nominal) <= timedelta(minutes=vary)
        assert message.when.astimezone(zone).date() == message.nominal.astimezone(zone).date()
    if unit in ("day", "week", "working_day"):
        clocks = {
            message.nominal.astimezone(zone).time()
            for message in messages[1:]
            if message.nominal and not message.skipped
        }
        assert len(clocks) <= 1
    if unit == "working_day":
        assert all(moment.astimezone(zone).weekday() < 5 for moment in times)


@given(st.lists(st.integers(-5000, 20000), max_size=30), st.integers(1, 30))
def test_what_is_offered_is_free_and_still_ahead(minutes: list[int], every: int) -> None:
    taken = [OccupiedTime(START + timedelta(minutes=minute), 1, "twitter") for minute in minutes]
    for message in times_of(
        campaign(6, Rhythm("interval", every, "hour")), NOW, BERLIN, None, taken
    ):
        if message.clash is not None:
            assert message.when is not None
            assert abs(message.clash.when - message.when) <= NEAR
        if message.move_to is not None:
            assert message.move_to > NOW
            assert all(abs(other.when - message.move_to) > NEAR for other in taken)


@pytest.mark.parametrize("unit", UNITS)
def test_the_end_of_the_calendar_is_no_error(unit: str) -> None:
    rhythm = Rhythm("interval", 999, unit)  # type: ignore[arg-type]
    made = campaign(400, rhythm, datetime(9999, 12, 30, 9, 0, tzinfo=UTC))
    assert times_of(made, NOW, BERLIN)[-1].place == 399
