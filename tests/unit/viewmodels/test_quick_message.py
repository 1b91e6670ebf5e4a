"""The message of quick capture: what a line becomes, and what Enter and Escape do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from posto_desktop.core.channel_groups import OwnGroup
from posto_desktop.core.draft import Draft
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.sdk.records import Account, Channel
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.viewmodels.quick_message import QuickMessage
from posto_desktop.workers.runner import JobRunner

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)  # a Wednesday, 10:30 there
CHANNELS = [
    Channel(1, "Harbour Café", "instagram"),
    Channel(2, "Harbour Café", "fb"),
    Channel(3, "Bread", "mastodon"),
    Channel(4, "Harbour", "twitter"),
]
SLOTS = json.dumps({"groups": [{"name": "", "slots": [[3, "18:00"]]}]})


class Scene:
    def __init__(self) -> None:
        self.runner, self.channels, self.store = JobRunner(), ChannelsModel(), DraftStore()
        self.message = QuickMessage(self.runner, self.store, self.channels, lambda: NOW, BERLIN)
        self.message.channels.used_last = lambda _workspace: [3]
        self.channels.set_channels(CHANNELS)
        self.message.set_workspace("local")
        self.message.set_groups((OwnGroup("Cafés", (1, 2)),))
        self.message.begin()
        self.posted: list[tuple[Draft, list[int], datetime | None]] = []
        self.ends: list[str] = []
        self.message.posted.connect(
            lambda draft, channels, when: self.posted.append(
                (draft, [c.id for c in channels], when)
            )
        )
        self.message.closed.connect(lambda: self.ends.append("closed"))
        self.message.draftKept.connect(lambda _draft: self.ends.append("kept"))
        self.message.composeRequested.connect(lambda draft: self.ends.append(draft.text))

    def chips(self) -> list[tuple[str, str]]:
        return [(chip.kind, chip.label) for chip in self.message.view.chips]

    def note(self) -> str:
        return self.message.view.note


@pytest.fixture
def scene(qapp: Any) -> Iterator[Scene]:
    scene = Scene()
    yield scene
    assert scene.runner.shutdown(60_000)
    for part in (scene.message, scene.channels, scene.store):
        part.deleteLater()


def test_a_line_becomes_a_message_for_its_channels_and_time(scene: Scene) -> None:
    scene.message.type("Buns are back @bread @facebook tomorrow 9")
    assert scene.chips() == [
        ("channel", "Bread"),
        ("channel", "Harbour Café"),
        ("time", "tomorrow 9:00"),
    ]
    assert scene.message.view.button == "Schedule 2 posts"
    scene.message.submit()
    ((draft, channel_ids, when),) = scene.posted
    assert (draft.text, channel_ids) == ("Buns are back", [2, 3])
    assert when == datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
    assert scene.ends == ["closed"]
    assert (scene.message.line, scene.message.draft.is_empty) == ("", True)
    assert scene.store.count() == 0


def test_a_line_without_channels_goes_where_the_last_message_went(scene: Scene) -> None:
    scene.message.type("Buns tomorrow 9")
    assert scene.chips() == [("usual", "Bread"), ("time", "tomorrow 9:00")]
    scene.message.remove(scene.message.view.chips[0])
    assert scene.chips() == [("time", "tomorrow 9:00")]
    assert not scene.message.view.can_post
    scene.message.submit()
    assert scene.posted == []
    assert scene.note() == "Choose a channel first"


def test_a_writer_proposes_and_is_not_asked_as_nothing_goes_out_at_once(scene: Scene) -> None:
    scene.message.set_person(Account(1, "Wanda", role="writer"))
    scene.message.type("Buns @bread @facebook tomorrow 9")
    assert scene.message.view.button == "Propose 2 posts"
    scene.message.type("Buns @bread")
    assert scene.message.view.button == "Propose 1 post"
    scene.message.submit()
    assert [ids for _, ids, when in scene.posted if when is None] == [[3]]
    scene.message.set_person(None)
    scene.message.type("Buns @bread")
    assert scene.message.view.button == "Send 1 post now"


def test_a_viewer_posts_nothing(scene: Scene) -> None:
    scene.message.set_person(Account(1, "Vic", role="viewer"))
    scene.message.type("Buns @bread tomorrow 9")
    assert not scene.message.view.can_post
    assert scene.note() == "You can only view this workspace"
    scene.message.submit()
    assert scene.posted == []


def test_a_group_counts_its_channels(scene: Scene) -> None:
    scene.message.type("Buns @cafes tomorrow 9")
    assert scene.chips()[0] == ("channel", "Cafés (2)")
    assert scene.message.draft.channel_ids == (1, 2)


def test_enter_asks_which_channel_is_meant(scene: Scene) -> None:
    asked: list[Any] = []
    scene.message.choiceRequested.connect(asked.append)
    scene.message.type("Buns @harbour cafe tomorrow 9")
    assert scene.chips()[0] == ("choice", "harbour cafe")
    assert "harbour cafe" in scene.note()
    scene.message.submit()
    assert scene.posted == []
    scene.message.choose(asked[0], asked[0].token.meanings[1])
    assert scene.message.line == "Buns @fb/Harbour Café tomorrow 9"
    scene.message.submit()
    assert scene.posted[0][1] == [2]


def test_without_a_time_and_slots_a_second_enter_sends(scene: Scene) -> None:
    scene.message.type("Buns @bread")
    assert scene.message.view.button == "Send 1 post now"
    scene.message.submit()
    assert scene.posted == []
    assert scene.note() == "Press Enter again to send 1 post now."
    scene.message.type("Buns! @bread")
    assert scene.note() == ""  # what is typed since was not meant
    scene.message.submit()
    scene.message.submit()
    assert [(draft.text, when) for draft, _ids, when in scene.posted] == [("Buns!", None)]


def test_without_a_time_the_next_slot_is_taken(scene: Scene) -> None:
    scene.message.slots.set_slots(SLOTS)
    scene.message.type("Buns @bread")
    assert scene.chips()[-1] == ("slot", "Next slot: tomorrow 18:00")
    assert scene.message.view.button == "Schedule 1 post"
    scene.message.submit()
    assert scene.posted[0][2] == datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
    scene.message.type("More @bread")
    scene.message.remove(scene.message.view.chips[-1])
    scene.message.submit()
    assert len(scene.posted) == 1  # it asks first
    assert scene.note() == "Press Enter again to send 1 post now."


def test_now_is_sent_at_the_first_enter_unless_the_settings_ask(scene: Scene) -> None:
    scene.message.type("Buns @bread now")
    assert scene.chips()[-1] == ("time", "Now")
    scene.message.ask_now = lambda: True
    scene.message.submit()
    assert scene.posted == []
    scene.message.submit()
    assert scene.posted[0][2] is None


def test_what_a_network_refuses_is_said_and_stays(scene: Scene) -> None:
    scene.message.type("b" * 300 + " @twitter tomorrow 9")
    scene.message.submit()
    assert scene.posted == []
    assert scene.ends == []
    assert scene.message.view.note_kind == "error"
    assert "X" in scene.note()


def test_what_lacks_for_a_network_is_said_before_enter(scene: Scene) -> None:
    scene.message.type("Buns @instagram tomorrow 9")
    scene.message.checks.refresh()
    assert (scene.message.view.note_kind, "Instagram" in scene.note()) == ("error", True)
    scene.message.submit()
    assert scene.posted == []


def test_a_passed_time_is_refused_until_it_is_text(scene: Scene) -> None:
    scene.message.type("Buns @bread today 9")
    assert scene.chips()[-1][0] == "passed"
    scene.message.submit()
    assert scene.posted == []
    scene.message.remove(scene.message.view.chips[-1])
    assert scene.message.line == r"Buns \today 9 @bread"
    assert scene.message.draft.text == "Buns today 9"


def test_an_offered_time_is_taken_by_its_chip(scene: Scene) -> None:
    scene.message.type("See you tomorrow @bread")
    assert scene.chips()[-1] == ("offer", "tomorrow 9:00?")
    assert scene.message.draft.text == "See you tomorrow"
    scene.message.take(scene.message.view.chips[-1])
    assert scene.chips()[-1] == ("time", "tomorrow 9:00")
    assert scene.message.draft.text == "See you"


def test_escape_keeps_a_draft_with_the_time_that_it_showed(scene: Scene) -> None:
    scene.message.type("Buns @bread tomorrow 9")
    scene.message.keep()
    (draft,) = scene.store.drafts()
    assert (draft.text, draft.channel_ids, draft.when_text) == ("Buns", (3,), "2026-11-26 9:00")
    assert scene.ends == ["kept", "closed"]
    scene.message.keep()  # the next one is empty
    assert len(scene.store.drafts()) == 1


def test_what_is_erased_is_no_draft(scene: Scene) -> None:
    scene.message.type("Buns")
    scene.message.editor.save()
    assert len(scene.store.drafts()) == 1
    scene.message.type("")
    scene.message.keep()
    assert scene.store.drafts() == []


def test_compose_gets_the_message(scene: Scene) -> None:
    scene.message.type("Buns @bread")
    scene.message.open_in_compose()
    assert scene.ends == ["Buns", "closed"]


def test_channels_that_come_later_are_named_then(scene: Scene) -> None:
    scene.channels.set_channels([])
    scene.message.type("Buns @bread tomorrow 9")
    assert scene.message.draft.text == "Buns @bread"
    scene.channels.set_channels(CHANNELS)
    assert scene.message.draft.text == "Buns"
    assert scene.message.draft.channel_ids == (3,)
