from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.draft_history import PAUSE, Caret, DraftHistory
from posto_desktop.core.edits import Edit
from posto_desktop.core.recurrence import Repeat


class Desk:
    """A draft as a page changes it."""

    def __init__(self, draft: Draft | None = None, **limits: int) -> None:
        self.draft = draft or Draft()
        self.history = DraftHistory(self.draft, **limits)
        self.now = 0.0

    def type(self, letters: str, key: str = "", pause: float = 0.1) -> None:
        for letter in letters:
            self.now += pause
            text = (self.draft.variants[key] if key else self.draft.text) + letter
            self.put(text, key)

    def put(self, text: str, key: str = "") -> None:
        self.draft = self.draft.with_text(key, text)
        self.history.record(self.draft, Caret(key, len(text)), now=self.now)

    def change(self, **values: Any) -> None:
        self.draft = replace(self.draft, **values)
        self.history.record(self.draft, now=self.now)

    def undo(self) -> str:
        restored = self.history.undo(self.draft)
        assert restored is not None
        self.draft = restored.draft
        return self.draft.text

    def redo(self) -> str:
        restored = self.history.redo(self.draft)
        assert restored is not None
        self.draft = restored.draft
        return self.draft.text


def test_typing_becomes_steps_of_a_word() -> None:
    desk = Desk()
    desk.type("Good coffee here")
    assert desk.history.steps == 3
    assert [desk.undo() for _ in range(3)] == ["Good coffee ", "Good ", ""]
    assert not desk.history.can_undo
    assert [desk.redo() for _ in range(3)] == ["Good ", "Good coffee ", "Good coffee here"]
    assert not desk.history.can_redo


def test_a_pause_begins_a_new_step() -> None:
    desk = Desk()
    desk.type("co")
    desk.now += PAUSE + 1
    desk.type("ffee")
    assert desk.undo() == "co"


def test_typing_elsewhere_begins_a_new_step() -> None:
    desk = Desk(Draft(text="end"))
    desk.type("a")
    desk.put("xend" + "a")
    assert desk.undo() == "enda"
    assert desk.undo() == "end"


def test_a_click_elsewhere_begins_a_new_step() -> None:
    desk = Desk()
    desk.type("ab")
    desk.history.record(desk.draft, Caret("", 0), now=desk.now)
    desk.history.record(desk.draft, Caret("", 2), now=desk.now)
    desk.type("c")
    assert desk.undo() == "ab"


def test_deleting_goes_word_by_word_too() -> None:
    desk = Desk(Draft(text="one two"))
    while desk.draft.text:
        desk.put(desk.draft.text[:-1])
    assert desk.history.steps == 2
    assert desk.undo() == "one"
    assert desk.undo() == "one two"
    desk = Desk(Draft(text="one two"))
    while desk.draft.text:
        desk.put(desk.draft.text[1:])
    assert desk.undo() == "two"
    assert desk.undo() == "one two"


def test_pasting_is_a_step_of_its_own() -> None:
    desk = Desk()
    desk.type("a")
    desk.put("a and a long pasted text")
    desk.type("b")
    assert desk.undo() == "a and a long pasted text"
    assert desk.undo() == "a"
    assert desk.undo() == ""


def test_typing_over_a_selection_is_one_step() -> None:
    desk = Desk(Draft(text="a old b"))
    for text in ("a n b", "a ne b", "a new b"):
        desk.put(text)
    assert desk.undo() == "a old b"


def test_text_media_and_options_are_one_stack() -> None:
    desk = Desk()
    picture = MediaRef("/a.png", "a.png")
    desk.type("hi")
    desk.change(media=[picture])
    desk.change(media=[replace(picture, alt="A", edit=Edit(turns=1))])
    desk.change(options={"reddit": {"post_title": "T"}})
    desk.change(link="https://l.example", labels=["x"], repeat=Repeat("day"), when_text="now")
    desk.put("for X", "twitter")
    last = desk.draft

    restored = desk.history.undo(desk.draft)
    assert restored is not None
    assert restored.draft.variants == {}
    assert restored.changed == {"text"}
    assert restored.keys == {"twitter"}
    desk.draft = restored.draft
    desk.undo()
    assert (desk.draft.link, desk.draft.labels, desk.draft.repeat) == ("", (), None)
    desk.undo()
    assert desk.draft.options == {}
    restored = desk.history.undo(desk.draft)
    assert restored is not None
    assert restored.draft.media == (picture,)
    assert restored.changed == {"media"}
    desk.draft = restored.draft
    desk.undo()
    assert desk.draft.media == ()
    assert desk.undo() == ""
    while desk.history.can_redo:
        desk.redo()
    assert desk.draft == last


def test_the_cursor_comes_back() -> None:
    draft = Draft(text="ab")
    history = DraftHistory(draft, Caret("", 2))
    changed = replace(draft, text="aXXb")
    history.record(changed, Caret("", 3, 1), now=0)
    undone = history.undo(changed)
    assert undone is not None
    assert undone.caret == Caret("", 2)
    redone = history.redo(undone.draft)
    assert redone is not None
    assert redone.caret == Caret("", 3, 1)


def test_what_was_undone_is_gone_after_another_change() -> None:
    desk = Desk()
    desk.type("a b")
    desk.undo()
    desk.type("c")
    assert not desk.history.can_redo
    assert desk.history.redo(desk.draft) is None
    assert desk.undo() == "a "


def test_what_was_not_recorded_yet_is_not_lost() -> None:
    desk = Desk()
    desk.type("a")
    desk.draft = replace(desk.draft, text="a and more")
    assert desk.undo() == "a"
    assert desk.redo() == "a and more"


def test_nothing_to_undo() -> None:
    desk = Desk(Draft(text="a"))
    assert desk.history.undo(desk.draft) is None
    assert desk.history.redo(desk.draft) is None


def test_channels_and_the_draft_itself_are_not_undone() -> None:
    desk = Desk(Draft(id="d", channel_ids=[1]))
    desk.type("a")
    desk.draft = replace(desk.draft, channel_ids=(1, 2))
    desk.undo()
    assert desk.draft.channel_ids == (1, 2)
    assert desk.draft.id == "d"


def test_facts_of_files_are_no_step_and_are_not_undone() -> None:
    desk = Desk()
    desk.change(media=[MediaRef("/a.png", "a.png")])
    known = MediaRef("/a.png", "a.png", size=9, width=4, height=3, sha256="ab")
    desk.draft = replace(desk.draft, media=[known])
    desk.history.absorb(desk.draft)
    assert desk.history.steps == 1
    desk.change(media=[replace(known, alt="A")])
    assert desk.history.steps == 2
    desk.undo()
    assert desk.draft.media == (known,)
    desk.change(media=[])
    desk.undo()
    assert desk.draft.media == (known,)


def test_facts_that_come_with_a_change_make_no_step_of_their_own() -> None:
    desk = Desk(Draft(media=[MediaRef("/a.png", "a.png")]))
    desk.change(media=[MediaRef("/a.png", "a.png", size=9)])
    assert desk.history.steps == 0
    desk.put("a text")
    desk.undo()
    assert desk.draft.media[0].size == 9


def test_leaving_a_file_out_is_a_step() -> None:
    ref = MediaRef("/a.png", "a.png")
    desk = Desk(Draft(media=[ref]))
    desk.change(media=[ref.leaving_out("twitter")])
    facts = replace(ref, width=5, left_out=frozenset({"twitter"}))
    desk.draft = replace(desk.draft, media=[facts])
    desk.history.absorb(desk.draft)
    desk.undo()
    assert desk.draft.media == (replace(ref, width=5),)
    desk.redo()
    assert desk.draft.media == (facts,)


def test_the_steps_are_limited_by_number() -> None:
    desk = Desk(most_steps=3)
    for number in range(9):
        desk.put(f"text number {number}" * 2)
    assert desk.history.steps == 3
    while desk.history.can_undo:
        desk.undo()
    assert desk.draft.text == "text number 5" * 2


def test_the_steps_are_limited_by_bytes_and_a_large_text_is_not_kept_again_and_again() -> None:
    desk = Desk(most_bytes=100_000)
    desk.put("x" * 1_000_000)
    assert desk.history.can_undo  # the last one always can be
    desk.type("some more words")
    assert desk.history.size < 100_000
    assert desk.history.steps == 3
    for number in range(500):
        desk.put(f"{number}" * 100)
    assert desk.history.size <= 100_000


@pytest.mark.timeout(120)
def test_a_text_of_a_megabyte_costs_a_few_milliseconds_a_key() -> None:
    desk = Desk(Draft(text="word " * 200_000))
    desk.type("w")
    desk.type("ords" * 25)  # measured: 3 ms a key


class Anything(RuleBasedStateMachine):
    """Changes, undo and redo in any order against a plain list of drafts."""

    def __init__(self) -> None:
        super().__init__()
        self.draft = Draft(id="d", text="begin")
        self.history = DraftHistory(self.draft, Caret())
        self.now = 0.0
        self.states = [_shape(self.draft)]
        self.place = 0

    def _record(self, changed: Draft) -> None:
        steps = self.history.steps
        self.now += 10  # every change a step: what merges is tested above
        differs = _shape(changed) != _shape(self.draft)
        self.draft = changed
        assert self.history.record(changed, Caret("", len(changed.text)), now=self.now) == differs
        if differs:
            assert self.history.steps == steps + 1
            self.states[self.place + 1 :] = [_shape(changed)]
            self.place += 1

    @rule(
        text=st.text(alphabet="ab 🎉é\u0301\u200d", max_size=6),
        key=st.sampled_from(["", "twitter", "channel:7"]),
    )
    def write(self, text: str, key: str) -> None:
        self._record(self.draft.with_text(key, text))

    @rule(place=st.integers(0, 5), text=st.text(alphabet="abc", max_size=3))
    def insert(self, place: int, text: str) -> None:
        old = self.draft.text
        self._record(replace(self.draft, text=old[:place] + text + old[place:]))

    @rule(key=st.sampled_from(["twitter", "channel:7"]))
    def reset(self, key: str) -> None:
        self._record(self.draft.without_text(key))

    @rule(names=st.lists(st.sampled_from("abc"), unique=True), alt=st.sampled_from(["", "x"]))
    def choose_files(self, names: list[str], alt: str) -> None:
        media = [MediaRef(f"/{name}.png", f"{name}.png", alt=alt) for name in names]
        self._record(replace(self.draft, media=media))

    @rule(title=st.sampled_from(["", "T", "U"]), link=st.sampled_from(["", "https://l"]))
    def choose_options(self, title: str, link: str) -> None:
        changed = replace(self.draft, link=link)
        self._record(changed.with_option("reddit", "post_title", title or None))

    @precondition(lambda self: self.place > 0)
    @rule()
    def undo(self) -> None:
        restored = self.history.undo(self.draft)
        assert restored is not None
        self.draft = restored.draft
        self.place -= 1

    @precondition(lambda self: self.place < len(self.states) - 1)
    @rule()
    def redo(self) -> None:
        restored = self.history.redo(self.draft)
        assert restored is not None
        self.draft = restored.draft
        self.place += 1

    @precondition(lambda self: self.place > 0)
    @rule()
    def undo_and_redo_is_the_same(self) -> None:
        before = self.draft
        undone = self.history.undo(before)
        assert undone is not None
        redone = self.history.redo(undone.draft)
        assert redone is not None
        assert redone.draft == before
        self.draft = redone.draft

    @invariant()
    def the_draft_is_what_it_was_then(self) -> None:
        assert _shape(self.draft) == self.states[self.place]
        assert self.history.can_undo == (self.place > 0)
        assert self.history.can_redo == (self.place < len(self.states) - 1)
        assert self.history.size >= 0


def _shape(draft: Draft) -> dict[str, Any]:
    return draft.to_json()


TestAnything = Anything.TestCase


@given(st.lists(st.sampled_from(["a", "b", " ", "\n", "", "-"]), max_size=30))
def test_typed_text_comes_back_step_by_step(keys: list[str]) -> None:
    desk = Desk()
    for key in keys:
        desk.now += 0.2
        desk.put(desk.draft.text[:-1] if key == "-" else desk.draft.text + key)
    end = desk.draft.text
    seen = {desk.draft.text}
    while desk.history.can_undo:
        seen.add(desk.undo())
    assert desk.draft.text == ""
    while desk.history.can_redo:
        desk.redo()
    assert desk.draft.text == end
