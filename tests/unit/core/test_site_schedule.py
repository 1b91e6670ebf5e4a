"""What the site's planners will send, as rows of the schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.common import json_text
from posto_desktop.core.schedule_status import status_of
from posto_desktop.core.site_schedule import (
    SITE,
    SiteRowNumbers,
    SiteSchedule,
    planner_of,
    rows_of_site,
)
from posto_desktop.core.slots import occupied_times
from posto_desktop.sdk import (
    AutoShareSettings,
    CalendarChannel,
    CalendarEntry,
    Channel,
    Planner,
    Schedule,
)

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
CHANNELS = {2: Channel(2, "News", "twitter", picture="https://p.example/n.png")}


def entry(hours: int, planner: int = 3, channels: tuple[int, ...] = (2,)) -> CalendarEntry:
    listed = tuple(CalendarChannel(number, f"Stored {number}") for number in channels)
    moment = NOW + timedelta(hours=hours)
    return CalendarEntry(f"random {hours}", moment, listed, "not_sent", "x", planner, 11)


SCHEDULE = SiteSchedule(
    (Planner(3, "Weekly tips", "active", NOW, repeats=True), Planner(4, "Rest", "paused")),
    (entry(-1), entry(1, channels=(2, 9)), entry(2, planner=4), entry(3, planner=5)),
    AutoShareSettings(True, 60, "bitly", True, True),
    can_change=True,
    as_of=NOW,
)


def test_what_is_to_come_has_a_row_for_each_channel() -> None:
    rows = rows_of_site(SCHEDULE, CHANNELS, SiteRowNumbers(), NOW)
    # What is over and what a paused planner would make is left out; an unknown planner counts.
    assert [(planner_of(row), row.channel_id) for row in rows] == [(5, 2), (3, 9), (3, 2)]
    known, unlisted = rows[2], rows[1]
    assert (known.channel_name, known.network, known.wp_post_title) == (
        "News",
        "twitter",
        "Weekly tips",
    )
    assert (unlisted.channel_name, unlisted.network) == ("Stored 9", "")
    assert known.group_id == unlisted.group_id
    assert {status_of(row, NOW) for row in rows} == {SITE}
    assert all(row.id < 0 for row in rows)


def test_the_same_post_has_the_same_number_in_each_reading() -> None:
    numbers = SiteRowNumbers()
    first = rows_of_site(SCHEDULE, CHANNELS, numbers, NOW)
    again = SiteSchedule(SCHEDULE.planners, SCHEDULE.entries[1:2], as_of=NOW)
    assert {row.id for row in rows_of_site(again, {}, numbers, NOW)} == {
        row.id for row in first if planner_of(row) == 3
    }


def test_posts_of_planners_take_slots() -> None:
    rows = rows_of_site(SCHEDULE, CHANNELS, SiteRowNumbers(), NOW)
    hours = [(when - NOW).total_seconds() / 3600 for when in occupied_times([9], rows)]
    assert hours == [1]


def test_a_chosen_status_holds_at_once() -> None:
    paused = SCHEDULE.with_status(3, "paused")
    assert {planner_of(row) for row in rows_of_site(paused, {}, SiteRowNumbers(), NOW)} == {5}
    resumed = paused.with_status(3, "active")
    assert resumed == SCHEDULE


def test_a_row_that_no_planner_makes_is_none() -> None:
    for row in rows_of_site(SCHEDULE, {}, SiteRowNumbers(), NOW):
        assert planner_of(row) > 0
    assert planner_of(Schedule(1, "site planner 3", 2, status="not_sent")) == 0


def test_it_is_stored_and_read_again() -> None:
    stored = json_text.loads(json_text.dumps(SCHEDULE.to_json()))
    known = SiteSchedule.from_json(stored, NOW.timestamp())
    assert (known.planners, known.settings, known.can_change) == (
        SCHEDULE.planners,
        SCHEDULE.settings,
        True,
    )
    assert known.is_cached
    assert rows_of_site(known, CHANNELS, SiteRowNumbers(), NOW) == rows_of_site(
        SCHEDULE, CHANNELS, SiteRowNumbers(), NOW
    )


@pytest.mark.parametrize("data", [None, [], {}, {"schema": 99}, {"schema": 1, "planners": 5}])
def test_what_cannot_be_read_is_empty(data: object) -> None:
    known = SiteSchedule.from_json(data, 1.0)
    assert (known.planners, known.entries) == ((), ())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "planner_id", "send_at", "channels", "title", "status", "next_at"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(st.fixed_dictionaries({"schema": st.just(1), "planners": JSON, "entries": JSON}))
def test_any_stored_value_is_read_without_an_error(data: dict[str, Any]) -> None:
    known = SiteSchedule.from_json(data, NOW.timestamp())
    rows_of_site(known, CHANNELS, SiteRowNumbers(), NOW)
