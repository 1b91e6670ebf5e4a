"""The Activity page without widgets: its view, the current entry and its details."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry, EntryStep
from posto_desktop.core.posts import PostItem
from posto_desktop.models.channel_states import headline
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.viewmodels.activity_view import ActivityViewState

NOW = datetime(2026, 11, 25, 13, 22, tzinfo=UTC)


def entry(key: str, state: Any = "waiting", *, days_ago: int = 0) -> Entry:
    at = NOW - timedelta(days=days_ago, hours=1)
    draft = Draft(text=f"Text {key}", channel_ids=(1, 2))
    items = (PostItem(1, "News", "fb"), PostItem(2, "Shop", "twitter"))
    return Entry(
        key, "local", key, state, draft, items, (), None, "", "", "", 0, at, at, next_try=None
    )


class Scene:
    def __init__(self) -> None:
        self.model = OutboxModel(now=lambda: NOW, zone=UTC)
        self.state = ActivityViewState(self.model)
        self.changes: list[set[str]] = []
        self.all_channels = 0
        self.state.changed.connect(lambda _view, fields: self.changes.append(set(fields)))
        self.state.allChannelsRequested.connect(self._show_all)
        self.model.set_entries([entry("w"), entry("u", "unclear"), entry("old", days_ago=3)])

    def _show_all(self) -> None:
        self.all_channels += 1
        self.model.set_channels(None)


@pytest.fixture
def scene(qapp: Any) -> Scene:
    return Scene()


def test_only_what_differs_is_told(scene: Scene) -> None:
    scene.state.choose_view("outbox")
    scene.state.set_paused(True)
    scene.state.set_paused(True)
    scene.state.set_connection("connected", "Online", "social.example")
    scene.state.set_connection("connected", "Online", "social.example")
    scene.state.select("w")
    scene.state.search_for("tea")
    scene.state.search_for("tea")
    assert scene.changes == [
        {"is_paused"},
        {"connection", "connection_words"},
        {"current"},
        {"search"},
    ]
    assert scene.model.paused


def test_details_are_of_an_entry_that_is_there(scene: Scene) -> None:
    scene.state.set_details_open(True)
    assert not scene.state.view.details_open
    scene.state.select("w")
    scene.state.set_details_open(True)
    assert scene.state.view.details_open
    assert scene.state.entry is not None
    scene.model.set_entries([entry("u", "unclear")])
    assert not scene.state.view.details_open


def test_another_view_closes_the_details_of_what_it_does_not_list(scene: Scene) -> None:
    scene.state.show_entry("w")
    assert scene.state.view.details_open
    scene.state.choose_view("history")
    assert (scene.state.view.current, scene.state.view.details_open) == ("w", False)


def test_an_entry_is_shown_whatever_hides_it(scene: Scene) -> None:
    scene.model.set_entries([entry("w"), replace(entry("done", "cancelled"), updated_at=NOW)])
    scene.model.set_show_done(False)
    scene.model.set_channels({99})
    scene.state.search_for("nothing")
    scene.state.show_entry("done")
    assert scene.model.row_of("done") >= 0
    assert scene.all_channels == 1
    view = scene.state.view
    assert (view.view, view.search, view.current) == ("outbox", "", "done")
    assert view.details_open


def test_one_that_is_nowhere_opens_nothing(scene: Scene) -> None:
    scene.state.show_entry("gone")
    assert not scene.state.view.details_open


def test_links_of_what_was_never_planned_are_those_of_its_channels(scene: Scene) -> None:
    scene.state.select("w")
    current = scene.state.entry
    assert current is not None
    assert scene.state.links_of(current) == []
    links = {1: "https://fb.example/news", 2: "https://x.example/shop", 3: "https://other.example"}
    scene.state.set_channel_links(links)
    assert scene.state.links_of(current) == ["https://fb.example/news", "https://x.example/shop"]
    assert scene.state.draft_of(current) is current.draft


def test_a_message_whose_other_posts_were_deleted_is_sent_again_to_all(scene: Scene) -> None:
    step = EntryStep(NOW, "deleted", "Shop")
    deleted = replace(entry("d", "sent"), steps=(step,))
    scene.model.set_entries([deleted])
    row = Schedule(7, "", 1, "News", "fb", "success", posto_ref="d")
    scene.model.set_schedules("local", [row])
    assert headline(scene.model.channel_states(deleted))
    assert scene.state.draft_of(deleted) is deleted.draft


def test_an_entry_of_another_workspace_is_shown_with_all_of_them(scene: Scene) -> None:
    elsewhere = replace(entry("x", "unclear"), workspace="s1")
    scene.model.set_entries([entry("w"), elsewhere])
    scene.state.set_workspace("local")
    scene.state.select("w")
    scene.state.show_entry("x")
    assert scene.state.view.all_workspaces
    assert scene.model.row_of("x") >= 0
    scene.state.list_all_workspaces(False)
    assert not scene.state.view.details_open
    assert scene.model.row_of("x") < 0
