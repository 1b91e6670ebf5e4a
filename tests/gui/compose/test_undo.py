"""One undo for text, files, options and times, by keys and by toasts."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from posto_desktop.core.draft import Draft
from posto_desktop.sdk.records import Channel

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def keys(desk: Any, text: str) -> None:
    QTest.keyClicks(desk.page.editor, text)


def caret(desk: Any) -> int:
    return int(desk.page.editor.textCursor().position())


@pytest.fixture
def focused(qtbot: Any, desk: Any) -> Any:
    desk.page.activateWindow()
    desk.page.editor.setFocus()
    qtbot.waitUntil(desk.page.editor.hasFocus)
    return desk


def test_typing_goes_back_by_words(focused: Any) -> None:
    page = focused.page
    keys(focused, "Fig and")
    for left in ("Fig ", ""):
        QTest.keyClick(page.editor, Qt.Key.Key_Z, CTRL)
        assert page.editor.toPlainText() == left
    QTest.keyClick(page.editor, Qt.Key.Key_Z, CTRL)
    for back in ("Fig ", "Fig and"):
        QTest.keyClick(page.editor, Qt.Key.Key_Z, CTRL | SHIFT)
        assert page.editor.toPlainText() == back
    assert page.draft.text == "Fig and"


def test_with_nothing_left_to_undo_the_key_is_for_what_was_posted(focused: Any) -> None:
    page, asked = focused.page, []
    page.postUndoRequested.connect(lambda: asked.append(True))
    keys(focused, "Fig")
    QTest.keyClick(page.editor, Qt.Key.Key_Z, CTRL)
    assert (page.editor.toPlainText(), asked) == ("", [])
    QTest.keyClick(page.editor, Qt.Key.Key_Z, CTRL)
    assert asked == [True]


def test_the_caret_is_where_it_was(desk: Any) -> None:
    page = desk.page
    desk.type("🚲 one two")
    page.editor.set_caret(2)
    keys(desk, "X")
    page.editor.set_caret(6)
    page.undo()
    assert page.editor.toPlainText() == "🚲 one two"
    assert page.editor.caret() == (2, None)
    assert caret(desk) == 3  # the bicycle takes two places of Qt's
    page.redo()
    assert page.editor.caret() == (3, None)


def test_a_replaced_selection_is_selected_again(desk: Any) -> None:
    page = desk.page
    desk.type("one two")
    page.editor.set_caret(7, 4)
    keys(desk, "X")
    assert page.editor.toPlainText() == "one X"
    page.undo()
    assert page.editor.textCursor().selectedText() == "two"


def test_text_files_and_fields_are_on_one_stack(desk: Any, picture: Any, qtbot: Any) -> None:
    page = desk.page
    desk.type("Fig")
    page.add_files([picture("a.png"), picture("b.png")])
    qtbot.waitUntil(lambda: page.media.rowCount() == 2)
    page.fields.link.setText("https://nordlicht.example")
    page.when.field.setText("tomorrow 9:00")
    page.media.move(0, 1)
    names = [ref.name for ref in page.draft.media]
    assert names == ["b.png", "a.png"]
    page.undo()
    assert [ref.name for ref in page.draft.media] == ["a.png", "b.png"]
    page.undo()
    assert page.when.field.text() == ""
    page.undo()
    assert page.fields.link.text() == ""
    page.undo()
    assert page.media.rowCount() == 0
    page.undo()
    assert page.editor.toPlainText() == ""
    assert not page.message.editor.can_undo
    for _ in range(5):
        page.redo()
    assert [ref.name for ref in page.draft.media] == ["b.png", "a.png"]
    assert page.draft.when_text == "tomorrow 9:00"
    assert page.draft.link == "https://nordlicht.example"
    assert page.draft.text == "Fig"
    assert not page.message.editor.can_redo


def test_what_is_found_out_about_a_file_is_no_step(desk: Any, picture: Any, qtbot: Any) -> None:
    page = desk.page
    page.add_files([picture("a.png", 300, 200)])
    qtbot.waitUntil(lambda: page.media.rowCount() == 1 and page.media.row(0).ref.width == 300)
    desk.type("Fig")
    page.undo()
    assert page.draft.media[0].width == 300
    page.undo()
    assert page.media.rowCount() == 0
    page.redo()
    assert page.draft.media[0].width == 300


def test_undo_leads_to_the_tab_in_which_it_was_typed(desk: Any) -> None:
    page = desk.page
    desk.type("Common")
    page.tabs.choose("bluesky")
    page.editor.moveCursor(QTextCursor.MoveOperation.End)
    desk.type(" own")
    page.tabs.choose("")
    page.undo()
    assert page.tabs.current() == "bluesky"
    assert page.draft.variants == {}
    assert page.editor.toPlainText() == "Common"
    page.undo()
    assert page.draft.text == ""
    page.redo()
    page.redo()
    assert page.draft.variants == {"bluesky": "Common own"}


def test_a_field_goes_back_as_a_whole_and_leaves_the_keys_to_the_page(focused: Any) -> None:
    page = focused.page
    keys(focused, "Fig")
    page.fields.link.setFocus()
    QTest.keyClicks(page.fields.link, "https://a.example")
    QTest.keyClick(page.fields.link, Qt.Key.Key_Z, CTRL)
    assert page.fields.link.text() == ""
    assert page.editor.toPlainText() == "Fig"
    QTest.keyClick(page.fields.link, Qt.Key.Key_Z, CTRL)
    assert page.editor.toPlainText() == ""
    assert page.editor.hasFocus()


def test_another_draft_has_its_own_steps_and_keeps_them(desk: Any) -> None:
    page = desk.page
    desk.type("first")
    first = page.draft
    page.message.open_drafts.load(Draft(text="second"))
    page.undo()
    assert page.editor.toPlainText() == "second"
    desk.type("!")
    page.message.open_drafts.load(first)
    page.undo()
    assert page.editor.toPlainText() == ""
    page.redo()
    assert page.editor.toPlainText() == "first"


def test_the_toast_and_the_keys_are_one_undo(desk: Any) -> None:
    page = desk.page
    desk.type("Common")
    page.tabs.choose("twitter")
    page.editor.moveCursor(QTextCursor.MoveOperation.End)
    desk.type(" own")
    page.text_presenter.use_common_text()
    page.undo()
    assert page.draft.variants == {"twitter": "Common own"}
    desk.notices[-1].callback()  # it is back already
    assert page.draft.variants == {"twitter": "Common own"}
    page.redo()
    assert page.draft.variants == {}
    desk.notices[-1].callback()
    assert page.draft.variants == {"twitter": "Common own"}


def test_a_toast_undoes_its_step_alone_when_others_followed(desk: Any) -> None:
    page = desk.page
    desk.type("Common")
    page.tabs.choose("twitter")
    page.editor.moveCursor(QTextCursor.MoveOperation.End)
    desk.type(" own")
    page.text_presenter.use_common_text()
    page.tabs.choose("")
    page.editor.moveCursor(QTextCursor.MoveOperation.End)
    desk.type(", more")
    desk.notices[-1].callback()
    assert page.draft.variants == {"twitter": "Common own"}
    assert page.draft.text == "Common, more"
    page.undo()
    assert page.draft.variants == {}
    assert page.draft.text == "Common, more"


def test_ticked_channels_are_no_step(desk: Any, channels: dict[str, Channel]) -> None:
    desk.type("Fig")
    desk.page.set_channels_selection([channels["x"]])
    desk.page.undo()
    assert desk.page.editor.toPlainText() == ""
    assert [channel.id for channel in desk.page.message.channels.listed] == [1]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_menu_of_the_text_knows_the_one_undo(qtbot: Any, desk: Any) -> None:
    page = desk.page
    desk.type("Fig")
    place = page.editor.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, page.editor.mapToGlobal(place))
    page.editor.contextMenuEvent(event)
    menu = page.editor.findChildren(QMenu)[-1]
    undo = menu.findChild(QAction, "edit-undo")
    assert undo.isEnabled()
    assert not menu.findChild(QAction, "edit-redo").isEnabled()
    undo.trigger()
    assert page.editor.toPlainText() == ""
    menu.close()


def test_a_removed_file_comes_back_once(qtbot: Any, desk: Any, picture: Any) -> None:
    page = desk.page
    page.add_files([picture("a.png"), picture("b.png")])
    qtbot.waitUntil(lambda: page.media.rowCount() == 2)
    row = page.media.remove(0)
    page.files.file_removed(0, row)
    removed = desk.notices[-1]
    page.undo()
    removed.callback()
    assert [ref.name for ref in page.draft.media] == ["a.png", "b.png"]
    page.redo()
    desk.type("Fig")
    removed.callback()
    assert [ref.name for ref in page.draft.media] == ["a.png", "b.png"]
    assert page.draft.text == "Fig"
    page.media.move(0, 1)
    page.files.file_moved(0, 1)
    desk.notices[-1].callback()
    assert [ref.name for ref in page.draft.media] == ["a.png", "b.png"]
