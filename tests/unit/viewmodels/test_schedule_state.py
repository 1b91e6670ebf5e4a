"""What the Schedule page knows besides its view: current post, reading, facts of posts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.viewmodels.post_facts import PostFacts
from posto_desktop.viewmodels.schedule_load_state import LoadStatus, ScheduleLoadState
from posto_desktop.viewmodels.schedule_selection import ScheduleSelection

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)


def post(key: int, **more: Any) -> Schedule:
    fields: dict[str, Any] = {
        "id": key,
        "group_id": f"g{key}",
        "channel_id": 1,
        "channel_name": "Channel",
        "network": "fb",
        "channel_type": "page",
        "status": "not_sent",
        "send_at": NOW + timedelta(hours=key),
        "text": f"Text {key}",
    }
    return Schedule(**{**fields, **more})


@pytest.fixture
def model(qapp: Any) -> SchedulesModel:
    model = SchedulesModel(now=lambda: NOW, zone=UTC)
    model.set_rows([post(1), post(2), post(3)])
    return model


@pytest.fixture
def selection(model: SchedulesModel) -> ScheduleSelection:
    return ScheduleSelection(model)


# --- the current post -----------------------------------------------------------------------------


def ids(rows: list[Schedule]) -> list[int]:
    return [row.id for row in rows]


def test_buttons_act_on_the_ticked_posts_else_on_the_current_one(
    selection: ScheduleSelection, model: SchedulesModel
) -> None:
    assert selection.rows() == []
    selection.set_current(post(2))
    assert ids(selection.rows()) == [2]
    model.set_ticked([3, 1])
    assert ids(selection.rows()) == [1, 3]


def test_a_current_post_that_is_filtered_away_stays_but_is_not_acted_on(
    selection: ScheduleSelection, model: SchedulesModel
) -> None:
    selection.set_current(post(2))
    model.set_filters(model.filters.with_changes(search="nothing has this"))
    assert selection.rows() == []
    current = selection.current()
    assert current is not None
    assert current.id == selection.current_id == 2


def test_only_a_post_that_is_shown_can_be_gone_to(selection: ScheduleSelection) -> None:
    gone_to: list[int] = []
    selection.goRequested.connect(gone_to.append)
    assert selection.go_to(3)
    assert not selection.go_to(4)
    assert gone_to == [3]


def test_a_moved_post_stays_current_whatever_is_heard_first(
    selection: ScheduleSelection, model: SchedulesModel
) -> None:
    replaced: list[int] = []
    selection.replaced.connect(lambda item: replaced.append(item.id))
    selection.set_current(post(2))
    selection.follow({2: 12})  # before the rows
    assert selection.current_id == 2
    model.change_rows([post(12)], [2])
    assert selection.current_id == 12
    model.change_rows([post(22)], [12])  # the rows first
    assert selection.current_id == 12
    selection.follow({12: 22})
    assert selection.current_id == 22
    assert replaced == [12, 22]


def test_ids_of_another_workspace_are_not_followed(
    selection: ScheduleSelection, model: SchedulesModel
) -> None:
    selection.set_current(post(2))
    selection.follow({2: 12})
    selection.forget()
    selection.set_current(post(2))
    model.change_rows([post(12)], [2])
    assert selection.current_id == 2
    assert selection.current() is None


# --- how reading the plan goes --------------------------------------------------------------------


@pytest.fixture
def reading(qapp: Any) -> ScheduleLoadState:
    return ScheduleLoadState()


def test_rows_of_the_cache_tell_their_age_until_fresh_ones_come(reading: ScheduleLoadState) -> None:
    reading.set_connection("connecting", "")
    reading.set_some_loaded(NOW)
    assert reading.reading == LoadStatus(as_of=NOW, busy=True)
    reading.set_rows_loaded(True, NOW)
    assert reading.reading == LoadStatus(as_of=NOW, busy=True)
    reading.set_rows_loaded(False, NOW)
    assert reading.reading == LoadStatus(loaded=True)
    reading.set_some_loaded(NOW)  # a part of the next reading
    assert reading.reading.as_of is None


def test_trouble_is_said_until_rows_come_that_were_read_later(reading: ScheduleLoadState) -> None:
    began = datetime.now(UTC)
    reading.set_rows_loaded(False, began)
    reading.set_connection("offline", "No connection")
    assert reading.reading == LoadStatus(loaded=True, trouble="No connection", as_of=began)
    reading.set_connection("connected", "")  # it answers, and may still not give its schedule
    reading.set_rows_loaded(False, began)
    assert (reading.reading.trouble, reading.reading.as_of) == ("No connection", began)
    reading.set_rows_loaded(False, datetime.now(UTC) + timedelta(seconds=1))
    assert reading.reading == LoadStatus(loaded=True)


def test_rows_that_come_do_not_end_what_is_moved(reading: ScheduleLoadState) -> None:
    reading.set_moving(1, 3)
    reading.set_rows_loaded(False, None)
    assert (reading.reading.busy, reading.reading.done, reading.reading.total) == (True, 1, 3)
    reading.set_moving(3, 3)
    assert not reading.reading.busy


@pytest.mark.parametrize(("done", "total", "busy"), [(0, 0, True), (5, 10, True), (9, 9, False)])
def test_progress_ends_with_the_last_row(
    reading: ScheduleLoadState, done: int, total: int, busy: bool
) -> None:
    reading.set_progress(done, total)
    assert reading.reading.busy == busy


def test_another_workspace_begins_anew(reading: ScheduleLoadState) -> None:
    reading.set_connection("offline", "No connection")
    reading.set_rows_loaded(True, NOW)
    reading.forget()
    assert reading.reading == LoadStatus()


# --- facts ----------------------------------------------------------------------------------------


def test_facts_are_found_by_the_mark_or_the_group(qapp: Any) -> None:
    facts, changes = PostFacts(), []
    facts.changed.connect(changes.append)
    facts.set_labels({"m1": ("Winter",), "g2": ("Summer",)})
    assert facts.labels_of(post(1, posto_ref="m1")) == ("Winter",)
    assert facts.labels_of(post(2)) == ("Summer",)
    assert facts.labels_of(post(3)) == ()
    facts.set_channel_links({1: "https://channel"})
    assert facts.address_of(post(1)) == "https://channel"
    assert facts.address_of(post(1, link="https://post")) == "https://post"
    facts.set_insights(1, {"Views": "1"})
    facts.set_site("https://site")
    facts.set_site("https://site")
    assert changes == ["labels", "channel_links", "insights", "site"]
    facts.forget()
    assert facts.insights_of(post(1)) == {}
    assert facts.address_of(post(1)) == ""
    assert facts.labels_of(post(2)) == ("Summer",)  # told anew where they differ
