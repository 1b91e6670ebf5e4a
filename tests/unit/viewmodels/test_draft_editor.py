from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.draft_history import Caret
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.viewmodels.draft_editor import DraftEditor

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


class Scene:
    """An editor over a store, and what it said."""

    def __init__(self) -> None:
        self.store = DraftStore()
        self.editor = DraftEditor(self.store, lambda: NOW)
        self.seconds = 0.0
        self.editor.now = lambda: self.seconds
        self.changes: list[frozenset[str]] = []
        self.carets: list[Caret] = []
        self.editor.changed.connect(lambda _draft, changed: self.changes.append(changed))
        self.editor.caretMoved.connect(self.carets.append)

    @property
    def draft(self) -> Draft:
        return self.editor.draft

    def type(self, letters: str, key: str = "") -> None:
        for letter in letters:
            self.seconds += 0.1
            text = (self.draft.variants.get(key, "") if key else self.draft.text) + letter
            self.editor.set_text(key, text, Caret(key, len(text)))


@pytest.fixture
def scene(qapp: Any) -> Iterator[Scene]:
    scene = Scene()
    yield scene
    scene.editor.record()
    scene.editor.discard_changes()


def test_an_edit_says_what_differs_and_nothing_if_nothing_does(scene: Scene) -> None:
    assert scene.editor.edit(link="https://a.example", title="A")
    assert not scene.editor.edit(link="https://a.example")
    assert scene.changes == [frozenset({"link", "title"})]
    scene.editor.undo()
    assert (scene.draft.link, scene.draft.title) == ("", "")
    scene.editor.redo()
    assert (scene.draft.link, scene.draft.title) == ("https://a.example", "A")


def test_typing_goes_back_word_by_word_with_the_caret(scene: Scene) -> None:
    scene.type("Good coffee")
    scene.editor.undo()
    assert scene.draft.text == "Good "
    assert scene.carets == [Caret("", 5)]
    scene.editor.undo()
    assert scene.draft.text == ""
    assert not scene.editor.can_undo
    scene.editor.redo()
    scene.editor.redo()
    assert scene.draft.text == "Good coffee"
    assert not scene.editor.can_redo


def test_an_own_text_appears_with_its_first_letter_and_goes_with_it(scene: Scene) -> None:
    scene.type("Hi", "twitter")
    assert scene.draft.variants == {"twitter": "Hi"}
    scene.editor.undo()
    assert scene.draft.variants == {"twitter": "H"}
    scene.editor.undo()
    assert scene.draft.variants == {}


def test_letters_in_a_field_are_one_step_until_another_field_is_edited(scene: Scene) -> None:
    for text in ("h", "ht", "htt"):
        scene.editor.edit("link", link=text)
    scene.editor.edit("when", when_text="mon")
    scene.editor.undo()
    assert (scene.draft.link, scene.draft.when_text) == ("htt", "")
    scene.editor.undo()
    assert scene.draft.link == ""


def test_letters_after_a_pause_are_another_step(qtbot: QtBot, scene: Scene) -> None:
    scene.editor.edit("link", link="a")
    qtbot.waitUntil(lambda: not scene.editor.is_typing)
    scene.editor.edit("link", link="ab")
    scene.editor.undo()
    assert scene.draft.link == "a"


def test_channels_are_not_undone(scene: Scene) -> None:
    scene.type("Hi")
    scene.editor.adopt(channel_ids=(1, 2))
    scene.editor.undo()
    assert (scene.draft.text, scene.draft.channel_ids) == ("", (1, 2))


def test_facts_of_a_file_are_part_of_each_step(scene: Scene) -> None:
    scene.editor.edit(media=(MediaRef("/a.png", "a.png"),))
    scene.editor.set_facts([MediaRef("/a.png", "a.png", width=9), MediaRef("/b.png", "b.png")])
    assert [(ref.name, ref.width) for ref in scene.draft.media] == [("a.png", 9)]
    scene.editor.edit(media=())
    scene.editor.undo()
    assert scene.draft.media[0].width == 9
    scene.editor.undo()
    assert scene.draft.media == ()
    scene.editor.redo()
    assert scene.draft.media[0].width == 9


def test_each_draft_keeps_its_steps_while_another_is_open(scene: Scene) -> None:
    scene.type("one")
    first = scene.draft
    scene.editor.open(Draft(), stored=False)
    assert not scene.editor.can_undo
    scene.editor.open(first, stored=True)
    scene.editor.undo()
    assert scene.draft.text == ""


def test_the_undo_of_a_notice_takes_back_its_own_step_only(scene: Scene) -> None:
    before = scene.draft
    scene.editor.edit_alone(link="https://a.example", labels=("x",))
    undo = scene.editor.undo_of(before)
    scene.type("Later")
    scene.editor.edit(labels=("x", "y"))
    undo()
    assert (scene.draft.link, scene.draft.text) == ("", "Later")
    assert scene.draft.labels == ("x", "y"), "something came over it since"
    undo()
    assert scene.draft.text == "Later"


def test_it_is_saved_once_for_what_comes_together(qtbot: QtBot, scene: Scene) -> None:
    saved: list[Draft] = []
    scene.store.saved.connect(saved.append)
    scene.type("Hi")
    qtbot.waitUntil(lambda: bool(saved))
    assert [message.text for message in saved] == ["Hi"]
    scene.editor.save()
    assert len(saved) == 1, "nothing differs"
    scene.editor.set_text("", "", Caret())
    with qtbot.waitSignal(scene.store.removed):
        scene.editor.save()
    assert scene.store.get(saved[0].id) is None


def test_what_is_discarded_is_not_saved(scene: Scene) -> None:
    scene.type("Hi")
    scene.editor.discard_changes()
    scene.editor.save()
    assert scene.store.drafts() == []


def test_whether_it_is_on_the_disk(scene: Scene) -> None:
    draft_id = scene.draft.id
    assert scene.editor.saved_state.saved_at is None
    scene.editor.set_saved(draft_id, NOW)
    assert scene.editor.saved_state.saved_at == NOW
    scene.editor.set_not_saved(draft_id, "the disk is full", "Make room.")
    assert scene.editor.saved_state.failed
    assert scene.editor.has_failed(draft_id)
    scene.editor.open(Draft(id="other"), stored=False)
    assert not scene.editor.saved_state.failed
    scene.editor.set_saved(draft_id, NOW)
    assert not scene.editor.has_failed(draft_id)


def test_channels_that_a_fix_left_out_come_back_in_the_order_of_steps(scene: Scene) -> None:
    scene.editor.adopt(channel_ids=(1, 2))
    scene.type("a ")

    def leave_out() -> None:
        scene.editor.adopt(channel_ids=(1,))

    def bring_back() -> None:
        scene.editor.adopt(channel_ids=(1, 2))

    scene.editor.edit_channels(leave_out, bring_back)
    scene.type("b")
    scene.editor.undo()
    assert (scene.draft.text, scene.draft.channel_ids) == ("a ", (1,))
    scene.editor.undo()
    assert (scene.draft.text, scene.draft.channel_ids) == ("a ", (1, 2))
    scene.editor.redo()
    assert scene.draft.channel_ids == (1,)
    scene.editor.redo()
    assert scene.draft.text == "a b"
