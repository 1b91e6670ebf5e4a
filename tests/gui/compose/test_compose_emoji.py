"""Tests of the emoji picker: search, keys, insertion at the cursor, recent ones."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton

from posto_desktop.core import emoji
from posto_desktop.ui.compose.emoji_grid import COLUMNS, EmojiModel
from posto_desktop.ui.compose.emoji_picker import EmojiPicker
from tests.gui.heard import name_of

# Popups lie over the page in a way of their own, which the offscreen platform lacks.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def channels_by_id(qtbot: Any, desk: Any) -> Any:
    """A function that opens the picker and waits for the emoji."""
    opened: list[EmojiPicker] = []

    def open_it() -> EmojiPicker:
        desk.page.text_inserter.pick_emoji()
        picker: EmojiPicker = desk.page.findChildren(EmojiPicker)[-1]
        opened.append(picker)
        qtbot.waitUntil(lambda: picker.grid.cells().rowCount() > 100)
        return picker

    yield open_it
    for picker in desk.page.findChildren(EmojiPicker):
        picker.close()


def chars(picker: EmojiPicker) -> list[str]:
    model = picker.grid.cells()
    emoji = []
    for row in range(model.rowCount()):
        cells = (model.cell(model.index(row, column)) for column in range(COLUMNS))
        emoji += [cell.char for cell in cells if cell is not None]
    return emoji


def key(picker: EmojiPicker, what: Qt.Key, mods: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(picker.grid, what, mods)


def test_the_button_and_the_keys_open_it(qtbot: Any, desk: Any, channels_by_id: Any) -> None:
    button = desk.page.findChild(QToolButton, "insert-emoji")
    assert button.accessibleName() == "Insert emoji"
    assert "Ctrl+E" in button.toolTip()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    [picker] = desk.page.findChildren(EmojiPicker)
    assert picker.words.text() == "Loading emoji"
    assert picker.search.accessibleName() == "Search emoji"
    qtbot.waitUntil(lambda: picker.grid.cells().rowCount() > 100)
    assert picker.grid.accessibleName() == "Emoji"
    picker.close()
    desk.page.editor.setFocus()
    QTest.keySequence(desk.page.editor, QKeySequence("Ctrl+E"))
    assert any(child.isVisible() for child in desk.page.findChildren(EmojiPicker))


def test_what_is_chosen_goes_to_the_caret_and_is_remembered(desk: Any, channels_by_id: Any) -> None:
    desk.type("Come  by")
    desk.page.editor.set_caret(5)
    picker = channels_by_id()
    picker.search.setText("party popper")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert desk.page.editor.toPlainText() == "Come 🎉 by"
    assert desk.page.editor.caret() == (6, None)
    assert not picker.isVisible()
    assert emoji.read_recent(desk.page.page_settings.get("compose.emoji_recent")) == ["🎉"]
    assert chars(channels_by_id())[0] == "🎉"


def test_it_goes_into_the_text_of_the_network_on_screen(desk: Any, channels_by_id: Any) -> None:
    desk.type("Hello")
    desk.page.tabs.choose("twitter")
    desk.page.editor.set_caret(5)
    picker = channels_by_id()
    picker.search.setText("coffin")
    picker.grid.choose_current()
    assert desk.page.draft.variants == {"twitter": "Hello⚰️"}
    assert desk.page.draft.text == "Hello"


def test_one_emoji_is_one_step_back(desk: Any, channels_by_id: Any) -> None:
    desk.type("Hello")
    picker = channels_by_id()
    picker.search.setText("coffin")
    picker.grid.choose_current()
    desk.page.undo()
    assert desk.page.editor.toPlainText() == "Hello"


def test_with_shift_the_picker_stays(desk: Any, channels_by_id: Any) -> None:
    picker = channels_by_id()
    picker.search.setText("hot beverage")
    shift = Qt.KeyboardModifier.ShiftModifier
    for _times in range(2):
        QTest.keyClick(picker.search, Qt.Key.Key_Return, shift)
    assert desk.page.editor.toPlainText() == "☕☕"
    assert picker.isVisible()


def test_the_grid_is_walked_by_keys_over_titles_and_short_rows(
    desk: Any, channels_by_id: Any
) -> None:
    desk.page.page_settings.set("compose.emoji_recent", emoji.write_recent(["🎉", "☕"]))
    picker = channels_by_id()
    key_down, key_up = Qt.Key.Key_Down, Qt.Key.Key_Up
    QTest.keyClick(picker.search, key_down)
    assert picker.grid.hasFocus() or picker.focusWidget() is picker.grid
    current = lambda: picker.grid.current().char  # noqa: E731
    assert current() == "🎉"
    key(picker, Qt.Key.Key_Right)
    assert current() == "☕"
    key(picker, Qt.Key.Key_Right)  # over the title of the next group
    assert current() == "😀"
    key(picker, Qt.Key.Key_Left)
    assert current() == "☕"
    key(picker, key_down)
    assert current() == "😃"  # the second column again
    key(picker, key_up)
    assert current() == "☕"
    key(picker, key_up)
    assert picker.focusWidget() is picker.search
    picker.grid.setFocus()
    key(picker, Qt.Key.Key_End)
    assert current() == chars(picker)[-1]
    key(picker, Qt.Key.Key_PageDown)
    assert current() == chars(picker)[-1]
    key(picker, Qt.Key.Key_Home)
    assert current() == "🎉"
    key(picker, Qt.Key.Key_PageDown)
    assert picker.grid.currentIndex().row() > 3


def test_a_letter_in_the_grid_goes_to_the_search(desk: Any, channels_by_id: Any) -> None:
    picker = channels_by_id()
    picker.grid.setFocus()
    key(picker, Qt.Key.Key_Z)
    assert picker.search.text() == "z"


def test_what_is_not_found_is_said(desk: Any, channels_by_id: Any) -> None:
    picker = channels_by_id()
    picker.search.setText("qqqq")
    assert picker.words.text() == "No emoji for “qqqq”"
    assert picker.words.isVisible()
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert desk.page.editor.toPlainText() == ""


def test_a_group_is_jumped_to_and_shown_as_the_current_one(desk: Any, channels_by_id: Any) -> None:
    picker = channels_by_id()
    food = picker.findChild(QToolButton, "food-&-drink")
    assert name_of(food) == "Food & drink"
    food.click()
    assert food.isChecked()
    assert picker.grid.current().char == "🍇"
    picker.grid.scrollToTop()
    assert not food.isChecked()


def test_a_skin_tone_is_used_and_kept(desk: Any, channels_by_id: Any) -> None:
    picker = channels_by_id()
    assert "👋" in chars(picker)
    picker.set_tone(5)
    assert "👋🏿" in chars(picker)
    assert "👋" not in chars(picker)
    assert "😀" in chars(picker)
    assert desk.page.page_settings.get("compose.emoji_tone") == 5
    assert "dark" in picker.tone.toolTip()
    picker.close()
    assert "👋🏿" in chars(channels_by_id())


def test_every_cell_says_its_name(desk: Any, channels_by_id: Any) -> None:
    picker = channels_by_id()
    picker.search.setText("coffin")
    index = picker.grid.currentIndex()
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "coffin"
    assert picker.name.full_text() == "Coffin"


def test_there_is_no_widget_for_each_emoji(desk: Any, channels_by_id: Any) -> None:
    picker = channels_by_id()
    assert len(picker.findChildren(QPushButton)) + len(picker.findChildren(QToolButton)) < 40


def test_the_model_is_sound(qtmodeltester: Any, qtbot: Any) -> None:
    from posto_desktop.ui.compose.emoji_grid import EmojiCell

    model = EmojiModel()
    cells = [EmojiCell(char, "letter") for char in "abcdefghijkl"]
    assert model.set_sections([("One", cells), ("Two", cells[:2])]) == {"One": 0, "Two": 3}
    assert model.heads() == [0, 3]
    assert [model.length(row) for row in range(model.rowCount())] == [0, 9, 3, 0, 2]
    qtmodeltester.check(model)
