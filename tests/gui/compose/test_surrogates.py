"""Tests of unpaired surrogates on the clipboard."""

from __future__ import annotations

import json
from typing import Any

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.sdk.wire import encoded

HALVES = ["a\ud83d b", "\ude00x", "x\ud83d\ud83d\ny\ude00", "\udcff", "👍\ud83d👍🏽"]


def mended(text: str) -> str:
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)


@pytest.mark.parametrize("bad", HALVES)
def test_undo_and_redo_lead_back_and_forth(desk: Any, bad: str) -> None:
    page = desk.page
    page.message.open_drafts.load(Draft(text="Hello "))
    desk.type(bad)
    pasted = "Hello " + mended(bad)
    assert page.draft.text == page.editor.toPlainText() == pasted
    desk.type(" and on it goes!")
    page.undo()
    assert page.draft.text == page.editor.toPlainText() == pasted
    page.undo()
    assert page.draft.text == page.editor.toPlainText() == "Hello "
    page.redo()
    page.redo()
    assert page.draft.text == page.editor.toPlainText() == pasted + " and on it goes!"


@pytest.mark.parametrize("bad", HALVES)
def test_the_caret_stays_behind_what_was_pasted(desk: Any, bad: str) -> None:
    desk.type("one two")
    desk.page.editor.set_caret(3)
    desk.type(bad)
    desk.type("!")
    assert desk.page.draft.text == f"one{mended(bad)}! two"


@pytest.mark.parametrize("bad", HALVES)
def test_it_is_kept_shown_and_sent(qtbot: Any, desk: Any, bad: str) -> None:
    desk.page.set_workspace("account")
    desk.type("Hello " + bad)
    desk.page.fields.link.setText("https://a.example/" + "".join(bad.split()))
    desk.settle()
    assert "has a problem" not in {card.post.problem for card in desk.page.preview.cards()}
    desk.page.message.open_drafts.save_as_draft()
    [draft] = desk.saved_drafts[-1:]
    text = json.dumps(draft.to_json())
    encoded(draft.to_json())
    assert Draft.from_json(text).text == "Hello " + mended(bad)
    text.encode("ascii")


def test_a_stored_text_with_halves_is_shown_as_it_is_kept(desk: Any) -> None:
    stored = {"id": "d", "text": "a\ud83d b", "variants": {"twitter": "\ud83d\ude00 \udc00"}}
    draft = Draft.from_json(json.loads(json.dumps(stored)))
    assert (draft.text, draft.variants) == ("a\ufffd b", {"twitter": "😀 \ufffd"})
    desk.page.message.open_drafts.load(Draft(text="a\ud83d b"))
    assert desk.page.draft.text == desk.page.editor.toPlainText() == "a\ufffd b"


def test_a_long_paste_with_one_half(desk: Any) -> None:
    desk.type("word " * 20_000 + "\ud83d" + "\nlast")
    assert desk.page.draft.text.endswith("word \ufffd\nlast")
