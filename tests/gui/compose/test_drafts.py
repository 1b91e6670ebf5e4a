"""Tests of drafts: saved while typing, closed, discarded, reopened."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

from PySide6.QtGui import QAccessible

from posto_desktop.core.draft import Draft
from posto_desktop.ui.compose.action_bar import ComposeActionBar
from tests.gui.compose.buttons import press


def test_a_change_is_kept_within_a_second(qtbot: Any, desk: Any) -> None:
    with qtbot.waitSignal(desk.page.message.store.saved):
        desk.type("Fig")
        assert 0 <= desk.page.message.editor._save_soon._timer.remainingTime() <= 1_000
    assert desk.saved_drafts[-1].text == "Fig"
    assert desk.saved_drafts[-1].channel_ids == (1, 4, 5)
    desk.page.message.editor.set_saved(desk.page.draft.id, desk.clock.now)
    assert desk.page.action_bar.state.full_text() == "Saved just now"
    desk.pass_time(seconds=10)
    assert desk.page.action_bar.state.full_text() == "Saved 10 s ago"


def test_typing_on_does_not_put_keeping_off(qtbot: Any, desk: Any) -> None:
    def is_saved() -> None:
        desk.type("x")
        assert desk.saved_drafts

    qtbot.waitUntil(is_saved)


def test_a_draft_that_was_emptied_is_removed(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.page.flush()
    draft_id = desk.saved_drafts[-1].id
    desk.page.editor.selectAll()
    desk.page.editor.textCursor().removeSelectedText()
    desk.page.flush()
    assert desk.deleted == [draft_id]


def test_the_newest_draft_is_open_again_after_a_crash(desk: Any) -> None:
    old = Draft(text="old", updated_at=desk.clock.now - timedelta(days=2))
    new = Draft(
        text="new",
        when_text="tomorrow 9:00",
        variants={"bluesky": "blue"},
        channel_ids=[1, 5],
        updated_at=desk.clock.now - timedelta(minutes=2),
    )
    desk.page.set_drafts([old, new])
    assert desk.page.editor.toPlainText() == "new"
    assert desk.page.when.field.text() == "tomorrow 9:00"
    assert desk.page.draft.variants == {"bluesky": "blue"}
    assert [channel.id for channel in desk.page.message.channels.listed] == [1, 5]
    desk.page.set_drafts([old])
    assert desk.page.editor.toPlainText() == "new"  # only the first time


def test_what_is_being_written_is_not_replaced_by_an_old_draft(desk: Any) -> None:
    desk.type("just begun")
    desk.page.set_drafts([Draft(text="old")])
    assert desk.page.editor.toPlainText() == "just begun"


def test_save_as_draft_puts_it_aside(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.settle()
    press(qtbot, desk.page.action_bar.save)
    assert desk.page.editor.toPlainText() == ""
    assert desk.saved_drafts[-1].text == "Fig"
    desk.notices[-1].callback()
    assert desk.page.editor.toPlainText() == "Fig"
    assert desk.deleted == []


def test_discarding_has_a_way_back(desk: Any) -> None:
    desk.type("Fig")
    desk.page.flush()
    desk.page.message.open_drafts.discard()
    assert desk.page.editor.toPlainText() == ""
    assert len(desk.deleted) == 1
    desk.notices[-1].callback()
    assert desk.page.editor.toPlainText() == "Fig"


def test_opening_another_draft_keeps_the_present_one(desk: Any) -> None:
    desk.type("first")
    desk.page.message.open_drafts.load(Draft(text="second"))
    assert desk.saved_drafts[-1].text == "first"
    assert desk.page.editor.toPlainText() == "second"
    assert not desk.page.editor.document().isUndoAvailable()


def test_deleting_the_open_draft_empties_the_page(desk: Any) -> None:
    desk.page.set_drafts([Draft(id="a", text="one")])
    assert desk.page.editor.toPlainText() == "one"
    desk.page.message.open_drafts.delete("a")
    assert desk.page.editor.toPlainText() == ""
    assert desk.deleted == ["a"]


# -- what the foot says ----------------------------------------------------------------------------


def test_the_foot_says_that_the_message_is_not_kept_until_it_is(desk: Any) -> None:
    bar, page = desk.page.action_bar, desk.page
    desk.type("Fig")
    draft_id = page.draft.id
    page.message.editor.set_saved(draft_id, desk.clock.now)
    desk.clock.forward(seconds=13)
    page.show_saved()
    assert bar.state.full_text() == "Saved 13 s ago"
    sentence = "posto.db could not be written: the disk is full. Make room on it."
    page.message.editor.set_not_saved(draft_id, "the disk is full", sentence)
    for _ in range(2):
        assert bar.state.full_text() == "Not saved: the disk is full"
        assert bar.state.property("role") == "error-small"
        assert bar._mark.toolTip() == sentence
        assert (bar._mark_name, bar._mark_ok) == ("triangle-alert", False)
        desk.clock.forward(seconds=10)
        page.show_saved()
    # Another message is not meant, and of this one it holds when it comes back.
    page.message.editor.set_saved("another", desk.clock.now)
    assert bar.state.full_text() == "Not saved: the disk is full"
    draft = page.draft
    page.message.open_drafts.new_message()
    assert bar.state.full_text() == "Nothing written yet"
    page.message.open_drafts.load(draft)
    page.message.editor.set_read(draft.updated_at)
    assert bar.state.full_text() == "Not saved: the disk is full"
    page.message.editor.set_saved(draft_id, desk.clock.now)
    assert bar.state.full_text().startswith("Saved")
    assert bar.state.property("role") == "small"
    page.message.editor.set_not_saved(draft_id, "", "It is damaged.")
    assert bar.state.full_text() == "Not saved"
    page.message.open_drafts.save_as_draft()
    assert desk.notices[-1].kind == "warning"


def test_the_save_state_gets_shorter_instead_of_being_cut(desk: Any) -> None:
    bar = desk.page.action_bar
    desk.type("Fig")
    desk.page.message.editor.set_saved(desk.page.draft.id, desk.clock.now)
    desk.clock.forward(seconds=10)
    desk.settle()
    desk.page.show_saved()
    bar.set_problems("4 problems below", severe=True)
    seen = set()
    for width in range(1088, 420, -4):
        bar.resize(width, bar.height())
        bar.layout().activate()
        if bar.state.isHidden():
            break
        assert bar.state.text() == bar.state.full_text(), width
        seen.add(bar.state.full_text())
    assert seen == {"Saved 10 s ago", "Saved"}


def test_what_a_wider_bar_shows_has_its_place_in_the_first_picture(qtbot: Any, theme: Any) -> None:
    bar = ComposeActionBar()
    qtbot.addWidget(bar)
    bar.set_state("Nothing written yet", is_saved=False)
    bar.resize(100, bar.height())
    bar._fit()
    bar.resize(800, bar.height())
    bar.show()  # the first picture may come before any other event
    assert not bar.save.isHidden()
    shown = [part.geometry() for part in (bar.state, bar.save, bar.post)]
    assert [area.left() for area in shown] == sorted(area.left() for area in shown)
    assert not any(a.intersects(b) for a, b in pairwise(shown))
    assert bar.state.width() >= bar.state.sizeHint().width()


def test_the_age_of_the_saved_state_is_not_announced(qtbot: Any, theme: Any) -> None:
    bar = ComposeActionBar()
    qtbot.addWidget(bar)
    bar.resize(900, bar.height())
    bar.show()
    heard: list[str] = []
    qtbot.waitExposed(bar)
    for seconds in (5, 10, 15):
        bar.set_state(
            f"Saved {seconds} s ago", is_saved=True, short="Saved", tip="Saved on this computer"
        )
        interface = QAccessible.queryAccessibleInterface(bar.state)
        heard.append(interface.text(QAccessible.Text.Name))
    assert heard == ["Saved on this computer"] * 3
    assert bar.state.full_text() == "Saved 15 s ago"
    bar.set_state("Not saved", is_saved=False, bad=True)
    interface = QAccessible.queryAccessibleInterface(bar.state)
    assert interface.text(QAccessible.Text.Name) == "Not saved"
