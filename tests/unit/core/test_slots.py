from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core import slots
from posto_desktop.core.slots import Slot, SlotGroup, group_for, next_free, occupied_times, upcoming

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=BERLIN)  # a Wednesday
GROUP = SlotGroup(slots=(Slot(2, time(9)), Slot(2, time(18, 30)), Slot(4, time(9))))


@dataclass(frozen=True)
class Planned:
    channel_id: int
    send_at: datetime | None
    status: str = "not_sent"


@dataclass(frozen=True)
class OnItsWay:
    channel_ids: tuple[int, ...]
    share_at: datetime | None
    is_ended: bool = False


def shown(moment: datetime | None) -> str:
    return f"{moment.astimezone(BERLIN):%a %d %H:%M}" if moment else ""


def test_slots_follow_one_another_from_now_on() -> None:
    slots = [shown(slot) for slot in islice(upcoming(GROUP, NOW, BERLIN), 4)]
    assert slots == ["Wed 25 18:30", "Fri 27 09:00", "Wed 02 09:00", "Wed 02 18:30"]


def test_a_slot_of_this_very_moment_is_over() -> None:
    now = datetime(2026, 11, 25, 18, 30, tzinfo=BERLIN)
    assert shown(next(upcoming(GROUP, now, BERLIN))) == "Fri 27 09:00"


def test_a_slot_stays_at_its_time_when_the_clocks_change() -> None:
    group = SlotGroup(slots=(Slot(6, time(2, 30)), Slot(6, time(3, 30))))
    spring = datetime(2026, 3, 28, tzinfo=BERLIN)
    # 2:30 does not exist on 29 March; both slots are one moment then.
    assert [shown(slot) for slot in islice(upcoming(group, spring, BERLIN), 3)] == [
        "Sun 29 03:30",
        "Sun 05 02:30",
        "Sun 05 03:30",
    ]
    autumn = datetime(2026, 10, 24, tzinfo=BERLIN)
    first = next(upcoming(group, autumn, BERLIN))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_next_free_one_lies_behind_what_is_planned() -> None:
    first = datetime(2026, 11, 25, 18, 30, tzinfo=BERLIN)
    assert shown(next_free(GROUP, NOW, BERLIN, [])) == "Wed 25 18:30"
    assert shown(next_free(GROUP, NOW, BERLIN, [first + timedelta(minutes=4)])) == "Fri 27 09:00"
    assert shown(next_free(GROUP, NOW, BERLIN, [first - timedelta(minutes=5)])) == "Fri 27 09:00"
    assert shown(next_free(GROUP, NOW, BERLIN, [first + timedelta(minutes=6)])) == "Wed 25 18:30"
    assert next_free(SlotGroup(), NOW, BERLIN, []) is None


def test_a_full_year_has_no_free_slot() -> None:
    taken = list(upcoming(GROUP, NOW, BERLIN))
    assert next_free(GROUP, NOW, BERLIN, taken) is None


def test_only_what_is_planned_for_these_channels_takes_a_slot() -> None:
    when = [NOW + timedelta(hours=n) for n in range(7)]
    occupied = occupied_times(
        {1, 2},
        [
            Planned(1, when[0]),
            Planned(3, when[1]),
            Planned(2, None),
            Planned(2, when[2], status="error"),
        ],
        [
            OnItsWay((2, 9), when[3]),
            OnItsWay((2,), when[4], is_ended=True),
            OnItsWay((9,), when[5]),
            OnItsWay((1,), None),
        ],
        [([1], when[6]), ([5], when[5]), ([1], None)],
    )
    assert occupied == [when[0], when[3], when[6]]


def test_the_group_that_holds_most_of_the_channels_counts() -> None:
    some = (Slot(0, time(9)),)
    general = SlotGroup("all", slots=some)
    shop = SlotGroup("shop", channel_ids=(1, 2, 3), slots=some)
    blog = SlotGroup("blog", channel_ids=(4,), slots=some)
    elsewhere = SlotGroup("else", workspace="acc", channel_ids=(1, 2, 3, 4), slots=some)
    empty = SlotGroup("empty", channel_ids=(1, 2, 3, 4))
    groups = [empty, general, elsewhere, blog, shop]
    assert group_for(groups, [1, 2, 4], "local") is shop
    assert group_for(groups, [4, 9], "local") is blog
    assert group_for(groups, [9], "local") is general
    assert group_for(groups, [1, 4], "acc") is elsewhere
    assert group_for([blog, empty], [9], "local") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "5", '{"groups": 5}', "[" * 100_000])
def test_a_setting_that_cannot_be_read_holds_no_groups(text: str) -> None:
    assert slots.read(text) == []


def test_wrong_parts_are_left_out() -> None:
    data = {
        "groups": [
            None,
            {
                "name": 5,
                "channels": [1, "2", True],
                "slots": [[0, "9:05"], [0, "09:05"], [7, "09:00"], [1, "24:00"], "x", [1]],
            },
        ]
    }
    group = SlotGroup("", "", (1,), (Slot(0, time(9, 5)),))
    assert slots.read(json.dumps(data)) == [group]
    assert slots.write([]) == ""


groups = st.builds(
    SlotGroup,
    st.text(max_size=8),
    st.sampled_from(["", "local", "acc"]),
    st.lists(st.integers(1, 99), max_size=4).map(tuple),
).flatmap(
    lambda group: st.lists(
        st.builds(
            Slot, st.integers(0, 6), st.times().map(lambda at: at.replace(second=0, microsecond=0))
        ),
        max_size=6,
    ).map(group.with_slots)
)


@given(st.lists(groups, max_size=4))
def test_groups_come_back_as_they_were(many: list[SlotGroup]) -> None:
    assert slots.read(slots.write(many)) == many
