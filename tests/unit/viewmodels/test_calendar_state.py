"""The calendar without a page: which days and posts it shows, and where drafts stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.models import dates
from posto_desktop.sdk.records import Channel
from posto_desktop.viewmodels.calendar_drafts import CalendarDrafts
from posto_desktop.viewmodels.calendar_scope import CalendarScopeState

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)  # the 26th in Berlin, a Thursday


class Scene:
    def __init__(self) -> None:
        self.now = NOW
        self.state = CalendarScopeState(lambda: self.now, BERLIN)
        self.changes: list[set[str]] = []
        self.state.changed.connect(lambda _scope, fields: self.changes.append(set(fields)))


@pytest.fixture
def scene(qapp: Any) -> Iterator[Scene]:
    dates.set_preferences(week_start="monday")  # systems differ
    yield Scene()
    dates.set_preferences(week_start="")


def test_it_begins_with_the_week_of_today_in_the_zone(scene: Scene) -> None:
    scope = scene.state.scope
    assert (scope.view, scope.anchor) == ("week", date(2026, 11, 26))
    assert scope.days[0] == date(2026, 11, 23)
    assert scope.title(2026) == "23 to 29 November 2026"
    assert scope.title(2026, short=True) == "23 to 29 Nov"


def test_only_what_differs_is_told(scene: Scene) -> None:
    scene.state.filter_status("failed")
    scene.state.filter_status("failed")
    scene.state.filter_channels([2, 1])
    scene.state.filter_channels({1, 2})
    scene.state.choose_view("week")
    scene.state.choose_view("year")
    scene.state.go_today()
    assert scene.changes == [{"status"}, {"channel_ids"}]


def test_the_month_of_today_begins_with_the_current_week(scene: Scene) -> None:
    state = scene.state
    state.choose_view("month")
    assert (state.scope.days[0], state.scope.days[-1]) == (date(2026, 11, 23), date(2026, 12, 27))
    assert state.scope.title(2026, short=True) == "23 Nov to 27 Dec"
    state.step(-1)
    assert state.scope.title(2026) == "November 2026"
    assert state.scope.days[0] == date(2026, 10, 26)
    state.step(-1)
    assert state.scope.title(2026) == "October 2026"
    state.go_today()
    state.step(1)
    assert state.scope.title(2026) == "December 2026"
    state.go_to(date(2026, 11, 5))
    assert state.scope.title(2026) == "November 2026"
    state.go_to(date(2026, 11, 26))
    assert state.scope.days[0] == date(2026, 11, 23)


def test_in_its_first_week_the_month_of_today_is_whole(scene: Scene) -> None:
    scene.now = datetime(2026, 12, 2, 12, tzinfo=UTC)
    scene.state.go_today()
    scene.state.choose_view("month")
    assert scene.state.scope.days[0] == date(2026, 11, 30)
    assert scene.state.scope.title(2026) == "December 2026"
    scene.state.step(-1)
    assert scene.state.scope.title(2026) == "November 2026"


def test_steps_go_by_the_view_and_back_to_today(scene: Scene) -> None:
    scene.state.step(1)
    assert scene.state.scope.anchor == date(2026, 12, 3)
    scene.state.choose_view("month")
    scene.state.step(-1)
    assert scene.state.scope.anchor == date(2026, 11, 3)
    scene.now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    scene.state.go_today()
    assert scene.state.scope.anchor == date(2026, 11, 30)


def test_another_view_shows_the_day_that_was_current_if_it_was_shown(scene: Scene) -> None:
    scene.state.choose_view("day", date(2026, 11, 28))
    assert scene.state.scope.days == [date(2026, 11, 28)]
    scene.state.choose_view("week", date(2026, 12, 9))
    assert scene.state.scope.anchor == date(2026, 11, 28)


def test_another_workspace_has_other_statuses_and_the_same_days(scene: Scene) -> None:
    scene.state.step(1)
    scene.state.filter_status("failed")
    scene.state.filter_channels([1])
    scene.state.forget()
    scope = scene.state.scope
    assert (scope.status, scope.channel_ids) == (None, {1})
    assert scope.anchor == date(2026, 12, 3)


class Drafts:
    def __init__(self) -> None:
        self.now = NOW
        self.names = {1: "News"}
        self.drafts = CalendarDrafts(self._channels_of, lambda: self.now, BERLIN)
        self.changes: list[set[str]] = []
        self.drafts.changed.connect(lambda _placed, fields: self.changes.append(set(fields)))

    def _channels_of(self, draft: Draft) -> Sequence[Channel]:
        return [
            Channel(channel_id, self.names[channel_id], "fb") for channel_id in draft.channel_ids
        ]


@pytest.fixture
def drafts(qapp: Any) -> Drafts:
    return Drafts()


def test_drafts_with_a_time_stand_and_others_wait(drafts: Drafts) -> None:
    timed = Draft(id="t", text="Timed", when_text="2026-11-28 9:00", channel_ids=(1,))
    waiting = Draft(id="w", text="Waits")
    drafts.drafts.set_drafts([timed, waiting])
    assert drafts.drafts.placed.rows == ()  # until somebody looks
    drafts.drafts.place()
    (row,) = drafts.drafts.placed.rows
    assert (row.text, row.channel_name) == ("Timed", "News")
    assert drafts.drafts.placed.of(row) is timed
    assert drafts.drafts.waiting("w") is waiting
    assert drafts.drafts.waiting("t") is None
    drafts.drafts.place()
    assert drafts.changes == [{"rows", "waiting"}, set()]


def test_a_time_that_has_passed_waits_for_another(drafts: Drafts) -> None:
    drafts.drafts.set_drafts([Draft(id="t", text="Timed", when_text="2026-11-28 9:00")])
    drafts.drafts.place()
    drafts.now = datetime(2026, 11, 28, 9, tzinfo=UTC)
    drafts.drafts.place()
    assert drafts.drafts.placed.rows == ()
    assert drafts.drafts.waiting("t") is not None


def test_a_channel_that_is_called_otherwise_is_so_on_the_card(drafts: Drafts) -> None:
    drafts.drafts.set_drafts([Draft(text="T", when_text="2026-11-28 9:00", channel_ids=(1,))])
    drafts.drafts.place()
    drafts.names[1] = "Late news"
    drafts.drafts.place()
    assert drafts.changes == [{"rows"}, {"rows"}]
    assert drafts.drafts.placed.rows[0].channel_name == "Late news"
