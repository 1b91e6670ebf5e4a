"""The open campaign without a page: what changes it, the way back, and when it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.campaign_results import CampaignPost, MessageResult
from posto_desktop.core.draft import MediaRef
from posto_desktop.stores.campaigns import CampaignStore
from posto_desktop.viewmodels.campaign_editor import MAX_STEPS, CampaignEditor
from posto_desktop.workers.thumbnails import MediaFacts

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


class Scene:
    """An editor over a store with one open campaign, and what they said."""

    def __init__(self) -> None:
        self.store = CampaignStore()
        self.editor = CampaignEditor(self.store)
        self.seconds = 0.0
        self.editor.now = lambda: self.seconds
        self.saved: list[Campaign] = []
        self.changes: list[frozenset[str]] = []
        self.store.saved.connect(self.saved.append)
        self.editor.changed.connect(lambda _campaign, changed: self.changes.append(changed))
        messages = tuple(CampaignMessage(id=text, text=text) for text in "abc")
        self.editor.open(Campaign(id="one", name="Winter", messages=messages))

    @property
    def campaign(self) -> Campaign:
        campaign = self.editor.campaign
        assert campaign is not None
        return campaign

    @property
    def texts(self) -> str:
        return "".join(message.text for message in self.campaign.messages)

    def lock(self, message_id: str) -> None:
        post = CampaignPost("ref", "", "one", message_id, 0, NOW, "handed")
        self.editor.set_results({message_id: MessageResult(post, "handed", NOW)})


@pytest.fixture
def scene(qapp: Any) -> Iterator[Scene]:
    scene = Scene()
    yield scene
    scene.editor.open(None)


def test_an_edit_says_what_differs_and_nothing_if_nothing_does(scene: Scene) -> None:
    assert scene.editor.edit(name="Spring", style="Loud")
    assert not scene.editor.edit(name="Spring")
    assert scene.changes == [frozenset({"name", "style", "updated_at"})]


def test_what_is_typed_without_a_pause_is_one_step(scene: Scene) -> None:
    for name in ("S", "Sp"):
        scene.editor.edit("name", name=name)
    scene.seconds += 2
    scene.editor.edit("name", name="Spring")
    scene.editor.undo()
    assert scene.campaign.name == "Sp"
    scene.editor.undo()
    assert scene.campaign.name == "Winter"
    assert not scene.editor.can_undo
    scene.editor.redo()
    scene.editor.redo()
    assert scene.campaign.name == "Spring"
    assert not scene.editor.can_redo


def test_what_is_typed_after_an_undo_is_a_step_of_its_own(scene: Scene) -> None:
    scene.editor.edit("name", name="S")
    scene.editor.edit("start", start_text="monday")
    scene.editor.undo()
    scene.editor.edit("start", start_text="tuesday")
    assert not scene.editor.can_redo
    scene.editor.undo()
    assert (scene.campaign.start_text, scene.campaign.name) == ("", "S")


def test_the_oldest_steps_are_forgotten(scene: Scene) -> None:
    for number in range(MAX_STEPS + 2):
        scene.editor.edit(name=str(number))
    while scene.editor.can_undo:
        scene.editor.undo()
    assert scene.campaign.name == "1"


def test_channels_and_state_are_no_step_and_stay_when_one_is_taken_back(scene: Scene) -> None:
    scene.editor.edit(name="Spring")
    scene.editor.set_channels([2, 3])
    scene.editor.adopt(state="running", start=NOW)
    scene.editor.undo()
    campaign = scene.campaign
    assert (campaign.name, campaign.channel_ids, campaign.state) == ("Winter", (2, 3), "running")
    scene.editor.redo()
    assert (scene.campaign.name, scene.campaign.channel_ids) == ("Spring", (2, 3))


def test_a_message_on_its_way_is_locked_and_stays_when_a_step_is_taken_back(scene: Scene) -> None:
    scene.editor.add([CampaignMessage(id="d", text="d")])
    scene.lock("d")
    assert scene.editor.is_locked("d")
    assert not scene.editor.set_message(CampaignMessage(id="d", text="other"))
    assert scene.editor.remove(["d"]) == 0
    assert not scene.editor.move(["d"], 0)
    scene.editor.undo()
    assert scene.texts == "abcd"


def test_facts_of_files_are_part_of_every_step_and_none_of_their_own(scene: Scene) -> None:
    file = MediaRef("/p/a.png", "a.png", 9, "image")
    scene.editor.set_message(replace(scene.campaign.messages[0], media=(file,)))
    for number in range(40):
        scene.editor.edit(name=str(number))
    scene.editor.set_facts(file.path, MediaFacts("image", 300, 200, 90))
    scene.editor.set_facts("/p/other.png", MediaFacts("image", 1, 1, 1))
    assert scene.campaign.messages[0].media[0].width == 300
    for _ in range(40):
        scene.editor.undo()
    assert scene.campaign.messages[0].media[0].width == 300, "also forty steps ago"
    scene.editor.undo()
    assert scene.campaign.messages[0].media == ()
    scene.editor.redo()
    assert scene.campaign.messages[0].media[0].width == 300
    scene.changes.clear()
    scene.editor.set_facts(file.path, MediaFacts("image", 300, 200, 90))
    assert scene.changes == [], "that is known"


def test_a_style_has_its_new_name_in_every_step(scene: Scene) -> None:
    scene.editor.edit(style="Summer")
    scene.editor.edit(style="")
    scene.editor.rename_style("Summer", "Autumn")
    assert scene.campaign.style == ""
    scene.editor.undo()
    assert scene.campaign.style == "Autumn"
    scene.editor.undo()
    scene.editor.redo()
    assert scene.campaign.style == "Autumn"


def test_what_was_changed_is_saved_while_it_is_still_being_typed(
    scene: Scene, qtbot: QtBot
) -> None:
    scene.editor.edit(name="Spring")
    assert (scene.saved, scene.editor.is_unsaved) == ([], True)
    with qtbot.waitSignal(scene.store.saved):
        scene.editor.edit(name="Summer")
    assert [item.name for item in scene.saved] == ["Summer"]
    assert not scene.editor.is_unsaved


def test_what_is_not_saved_yet_is_saved_before_another_opens(scene: Scene) -> None:
    scene.editor.edit(name="Spring")
    scene.editor.open(Campaign(id="two"))
    assert [(item.id, item.name) for item in scene.saved] == [("one", "Spring")]
    scene.editor.undo()
    assert scene.campaign.id == "two", "the steps of another are not its own"
    scene.editor.open(None)
    assert len(scene.saved) == 1


def test_whether_it_is_on_the_disk_is_known_of_each(scene: Scene) -> None:
    scene.editor.set_saved("one", NOW)
    scene.editor.set_not_saved("two", "The disk is full.")
    assert scene.editor.saved_state.saved_at == NOW
    scene.editor.open(Campaign(id="two"))
    state = scene.editor.saved_state
    assert (state.failed, state.sentence) == (True, "The disk is full.")
    scene.editor.set_saved("two", NOW)
    assert not scene.editor.saved_state.failed
