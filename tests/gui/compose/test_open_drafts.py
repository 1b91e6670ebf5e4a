"""Several messages open at once, and again after a crash."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_history import Caret
from posto_desktop.core.draft_list import DraftsSnapshot, OutsideChanges, snapshot_of
from tests.gui.compose.conftest import CHANNELS
from tests.gui.compose.drafts_on_page import ComposeAgain, draft, tabs

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def press(desk: Any, keys: str) -> None:
    """What the page's shortcut does: without a window manager no key reaches it."""
    for shortcut in desk.page.findChildren(QShortcut):
        if shortcut.key().toString() == keys:
            shortcut.activated.emit()
            return
    raise AssertionError(f"no such shortcut: {keys}")


def test_one_message_shows_no_row_of_tabs(desk: Any) -> None:
    desk.type("one")
    desk.page.flush()
    assert tabs(desk) == []


def test_a_draft_opens_beside_what_is_written(desk: Any) -> None:
    desk.type("first")
    desk.page.message.open_drafts.load(draft("second"))
    assert tabs(desk) == ["first", "second"]
    press(desk, "Ctrl+PgUp")
    assert desk.page.editor.toPlainText() == "first"
    desk.type(" and more")
    press(desk, "Ctrl+PgDown")
    assert desk.page.editor.toPlainText() == "second"
    press(desk, "Ctrl+PgDown")  # round the end
    assert desk.page.editor.toPlainText() == "first and more"
    assert tabs(desk) == ["first and more", "second"]


def test_a_draft_opens_in_place_of_an_empty_page(desk: Any) -> None:
    desk.page.message.open_drafts.load(draft("only"))
    assert tabs(desk) == []
    press(desk, "Ctrl+Shift+N")
    assert tabs(desk) == ["only", "New message"]
    press(desk, "Ctrl+PgUp")
    assert tabs(desk) == []  # an empty message that is left is gone


def test_opening_an_open_draft_goes_to_it(desk: Any) -> None:
    desk.page.set_drafts([draft("one", id="a"), draft("two", 1, id="b")])
    desk.page.message.open_drafts.open_by_id("b")
    assert tabs(desk) == ["one", "two"]
    desk.page.message.open_drafts.open_by_id("a")
    assert desk.page.editor.toPlainText() == "one"
    assert tabs(desk) == ["one", "two"]


def test_each_message_has_its_own_undo_caret_and_own_texts(desk: Any) -> None:
    page = desk.page
    desk.type("first")
    page.tabs.choose("twitter")
    desk.type(" for X")
    page.editor.set_caret(2)
    page.message.open_drafts.new_beside()
    desk.type("second")
    page.message.open_drafts.previous()
    assert page.tabs.current() == "twitter"
    assert page.editor.caret()[0] == 2
    page.undo()
    assert page.draft.variants.get("twitter", "first") != "first for X"
    assert page.draft.text == "first"
    page.message.open_drafts.next()
    assert page.draft.text == "second"
    assert page.draft.variants == {}
    page.undo()
    assert page.draft.text == ""


def test_all_open_messages_can_be_undone(desk: Any) -> None:
    page = desk.page
    for number in range(20):
        desk.type(f"number {number}")
        page.flush()
        if number < 19:
            page.message.open_drafts.new_beside()
    for number in range(20):
        page.message.open_drafts.next()
        assert page.draft.text == f"number {number}"
        page.undo()
        assert page.draft.text == ""
        page.redo()


def test_each_message_has_its_own_channels(qtbot: Any, desk: Any) -> None:
    desk.type("for three")
    desk.page.flush()
    desk.page.message.open_drafts.new_beside()
    desk.page.set_channels_selection([CHANNELS["x"]])
    desk.type("for X alone")
    press(desk, "Ctrl+PgUp")
    assert desk.page.draft.channel_ids == (1, 4, 5)
    assert desk.page.action_bar.post.button.text() == "Send 3 posts now"
    desk.page.set_channels_selection([CHANNELS["facebook"]])  # a tick alone is a change, too
    press(desk, "Ctrl+PgDown")
    assert [channel.id for channel in desk.page.message.channels.listed] == [1]
    assert [draft.channel_ids for draft in desk.saved_drafts if draft.text == "for three"][-1] == (
        4,
    )


def test_a_draft_keeps_its_channels_while_the_list_of_them_is_gone(
    qtbot: Any, desk: Any, theme: Any
) -> None:
    """Between two workspaces, and at the start, nobody has unticked anything."""
    from posto_desktop.models.channels import ChannelsModel

    model = ChannelsModel()
    page = ComposeAgain(desk, qtbot, model).page
    model.set_choice(page.message.channels.choice)
    saved: list[Draft] = []
    page.message.store.saved.connect(saved.append)
    page.set_snapshot(
        snapshot_of([draft("one", id="a", channel_ids=[1, 5])], tabs=["a"], active="a")
    )
    page.editor.insertPlainText("more ")
    page.flush()
    assert saved[-1].channel_ids == (1, 5)  # the list is still to come
    model.set_channels(list(CHANNELS.values()))
    assert model.checked_ids() == {1, 5}
    model.set_checked_ids([5])
    page.flush()
    assert saved[-1].channel_ids == (5,)  # a tick is kept as a word is
    model.set_channels([])
    page.editor.insertPlainText("again ")
    page.flush()
    assert saved[-1].channel_ids == (5,)
    model.deleteLater()


def test_a_draft_comes_before_its_workspace_is_known(desk: Any) -> None:
    """At a start: until the password of the service is there, the page is about this computer."""
    stored = draft("one", id="a", workspace="account", channel_ids=[1, 5])
    desk.page.message.channels.used_last = {"local": [4]}.get
    desk.page.set_snapshot(snapshot_of([stored], tabs=["a"], active="a"))
    assert desk.page.draft.channel_ids == (4,)
    desk.page.set_workspace("account")
    assert desk.page.draft.channel_ids == (1, 5)
    assert desk.page.draft.channels_elsewhere == {}, "nobody chose any on this computer"
    desk.page.flush()
    assert desk.saved_drafts == []


def test_closing_keeps_the_draft_and_shows_the_neighbour(desk: Any) -> None:
    desk.page.set_snapshot(
        snapshot_of(
            [draft("a", id="a"), draft("b", 1, id="b"), draft("c", 2, id="c")],
            tabs=["a", "b", "c"],
            active="b",
        )
    )
    assert tabs(desk) == ["a", "b", "c"]
    press(desk, "Ctrl+W")
    assert desk.page.editor.toPlainText() == "c"
    desk.page.message.open_drafts.close("a")
    assert tabs(desk) == []
    assert desk.page.editor.toPlainText() == "c"
    press(desk, "Ctrl+W")  # the only one stays
    assert desk.page.editor.toPlainText() == "c"
    assert desk.deleted == []
    assert desk.page.message.store.count() == 3


def test_the_cross_of_a_tab_and_the_middle_button_close(qtbot: Any, desk: Any) -> None:
    desk.page.set_snapshot(
        snapshot_of(
            [draft("a", id="a"), draft("b", 1, id="b"), draft("c", 2, id="c")],
            tabs=["a", "b", "c"],
            active="a",
        )
    )
    bar = desk.page.draft_tabs.tabs
    cross = bar.tabButton(1, bar.ButtonPosition.RightSide)
    assert cross.accessibleName() == "Close “b”; it stays in Drafts"
    qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert tabs(desk) == ["a", "c"]
    place = bar.tabRect(1).center()
    qtbot.mouseClick(bar, Qt.MouseButton.MiddleButton, pos=place)
    assert tabs(desk) == []
    assert desk.page.draft.text == "a"


def test_tabs_are_moved_with_keys_and_by_dragging(desk: Any) -> None:
    emitted: list[tuple[list[str], str]] = []
    desk.page.set_snapshot(
        snapshot_of(
            [draft("a", id="a"), draft("b", 1, id="b"), draft("c", 2, id="c")],
            tabs=["a", "b", "c"],
            active="a",
        )
    )
    desk.page.openChanged.connect(lambda ids, active: emitted.append((ids, active)))
    press(desk, "Ctrl+Shift+PgDown")
    assert emitted[-1] == (["b", "a", "c"], "a")
    desk.page.draft_tabs.tabs.moveTab(2, 0)
    assert emitted[-1] == (["c", "b", "a"], "a")
    assert desk.page.draft.text == "a"


def test_posting_leaves_an_empty_page_and_never_the_next_draft(qtbot: Any, desk: Any) -> None:
    """A second press of the same key must not post another message."""
    desk.page.set_snapshot(
        snapshot_of(
            [draft("a", id="a", channel_ids=[1]), draft("b", 1, id="b")],
            tabs=["a", "b"],
            active="a",
        )
    )
    desk.page.message.posting.post()
    assert [draft.text for draft, _when in desk.posted] == ["a"]
    assert desk.page.draft.is_empty
    assert tabs(desk) == ["New message", "b"]
    desk.page.message.posting.post()
    assert len(desk.posted) == 1
    desk.page.message.open_drafts.switch("b")
    assert tabs(desk) == []
    assert desk.page.draft.text == "b"


def test_a_draft_deleted_while_open_loses_its_tab(desk: Any) -> None:
    desk.page.set_snapshot(
        snapshot_of(
            [draft("a", id="a"), draft("b", 1, id="b"), draft("c", 2, id="c")],
            tabs=["a", "b", "c"],
            active="a",
        )
    )
    desk.page.message.open_drafts.delete("b")
    assert tabs(desk) == ["a", "c"]
    desk.page.message.open_drafts.delete("a")
    assert desk.page.draft.is_empty
    assert sorted(desk.deleted) == ["a", "b"]
    desk.page.flush()
    assert [draft.id for draft in desk.page.message.store.drafts()] == ["c"]


def test_at_most_twenty_are_open(desk: Any) -> None:
    for number in range(22):
        desk.page.message.open_drafts.load(draft(f"number {number}", id=str(number)))
    assert len(tabs(desk)) == 20
    assert desk.page.draft.text == "number 21"
    assert "number 1" in desk.notices[-1].text
    assert desk.page.message.store.get("0") is not None


def test_a_new_message_puts_the_present_one_into_drafts(desk: Any) -> None:
    desk.type("Fig")
    desk.page.start_new()
    assert desk.page.draft.is_empty
    assert tabs(desk) == []
    assert desk.notices[-1].text == "Saved in Drafts"
    desk.notices[-1].callback()
    assert desk.page.draft.text == "Fig"


def test_a_draft_is_opened_with_the_caret_behind_its_words(desk: Any) -> None:
    desk.type("Something else")
    assert desk.page.tabs.choose("twitter")
    desk.type(" for X")
    desk.page.message.open_drafts.load(Draft(text="One\nand another line"))
    assert desk.page.editor.caret() == (len("One\nand another line"), None)
    assert desk.page.message.editor.caret == Caret("", len("One\nand another line"))


# -- after a crash ---------------------------------------------------------------------------------


def test_what_was_open_is_told_and_open_again_after_a_crash(qtbot: Any, desk: Any) -> None:
    emitted: list[tuple[list[str], str]] = []
    desk.page.openChanged.connect(lambda ids, active: emitted.append((ids, active)))
    desk.page.set_snapshot(DraftsSnapshot())
    desk.type("first")
    desk.page.message.open_drafts.new_beside()
    desk.type("second")
    desk.page.message.open_drafts.new_beside()
    desk.type("third")
    desk.page.flush()
    press(desk, "Ctrl+PgUp")
    # The app is killed here: this is what the store holds.
    stored = {saved_draft.id: saved_draft for saved_draft in desk.saved_drafts}
    open_ids, active = emitted[-1]
    assert [stored[draft_id].text for draft_id in open_ids] == ["first", "second", "third"]
    again = ComposeAgain(desk, qtbot)
    again.page.set_snapshot(snapshot_of(stored.values(), (), open_ids, active))
    bar = again.page.draft_tabs.tabs
    assert [bar.tabText(n) for n in range(3)] == ["first", "second", "third"]
    assert again.page.draft.text == "second"
    again.page.message.open_drafts.next()
    assert again.page.draft.text == "third"


def test_nothing_is_told_before_the_stored_drafts_are_there(desk: Any) -> None:
    emitted: list[Any] = []
    desk.page.openChanged.connect(lambda *what: emitted.append(what))
    desk.type("just begun")
    desk.page.flush()
    assert emitted == []  # it would take the place of what was open before
    desk.page.set_snapshot(snapshot_of([draft("old", id="old")], tabs=["old"], active="old"))
    assert desk.page.draft.text == "just begun"
    assert emitted[-1] == (["old", desk.page.draft.id], desk.page.draft.id)
    assert tabs(desk) == ["old", "just begun"]


def test_a_message_that_was_asked_for_stays_in_front_at_the_start(desk: Any) -> None:
    desk.page.message.open_drafts.begin_empty()  # as for files that a file manager opens
    desk.page.set_snapshot(snapshot_of([draft("old", id="old")], tabs=["old"], active="old"))
    assert desk.page.editor.toPlainText() == ""
    assert "old" in tabs(desk)
    desk.type("Written since")
    desk.page.message.open_drafts.begin_empty()
    assert desk.page.editor.toPlainText() == ""
    assert {"old", "Written since"} <= set(tabs(desk))


def test_outside_changes_leave_the_open_messages_as_they_are(desk: Any) -> None:
    page = desk.page
    stored = [draft(name, id=name) for name in ("open", "behind", "other")]
    page.set_snapshot(snapshot_of(stored, tabs=["open", "behind"], active="open"))
    desk.type(" and more")
    known = page.message.store.known()
    changed = {name: draft(f"{name} changed", 5, id=name) for name in ("open", "other", "new")}
    page.message.open_drafts.take_changes(OutsideChanges(known, changed))
    assert page.editor.toPlainText() == "open and more"
    assert tabs(desk) == ["open and more", "behind"]
    assert {known_draft.text for known_draft in page.message.store.drafts()} >= {
        "other changed",
        "new changed",
    }
