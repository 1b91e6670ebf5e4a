"""What a screen reader hears of rows: the one that a key will act on, its state, and each day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView

from tests.gui import whole_window
from tests.gui.cut_text import settle
from tests.gui.heard import Heard, name_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Key = Qt.Key
BY_KEY = Qt.FocusReason.TabFocusReason
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def scene(theme: Any, heard: Heard, tmp_path: Any) -> Iterator[Any]:
    made = whole_window.build(theme, tmp_path, 1360, 860)
    made.window.activateWindow()
    settle()
    yield made
    whole_window.close(made)


def come_to(view: QAbstractItemView, heard: Heard) -> list[str]:
    """What is told when the keyboard comes to a view."""
    heard.clear()
    view.setFocus(BY_KEY)
    settle()
    return heard.focused


def test_the_tree_tells_its_current_row_when_the_keyboard_comes_back(
    scene: Any, heard: Heard
) -> None:
    tree = scene.window.channel_pane.tree
    tree.setCurrentIndex(scene.channels.index_of(2))
    assert come_to(tree, heard) == ["Channels", "Sandbox Instagram, ticked"]
    scene.compose.editor.setFocus()
    assert come_to(tree, heard)[-1] == "Sandbox Instagram, ticked"
    QTest.keyClick(tree, Key.Key_Space)
    assert 2 not in scene.channels.checked_ids()
    heard.clear()
    QTest.keyClick(tree, Key.Key_Down)
    assert heard.focused == ["Facebook, ticked"]


def test_the_table_tells_its_current_row_too(scene: Any, heard: Heard) -> None:
    scene.window.show_page("schedule")
    settle()
    table = scene.schedule.table
    table.go_to_first()
    QTest.keyClick(table, Key.Key_Down)
    scene.schedule.toolbar.search.setFocus()
    row = table.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert come_to(table, heard) == ["Schedules", row]


def test_ticks_and_folds_are_announced(qtbot: Any, scene: Any, heard: Heard) -> None:
    tree = scene.window.channel_pane.tree
    tree.setCurrentIndex(scene.channels.index_of(2))
    tree.setFocus(BY_KEY)
    settle()
    heard.clear()
    QTest.keyClick(tree, Key.Key_Space)
    qtbot.waitUntil(lambda: bool(heard.words))
    assert heard.words == ["3 of 8 selected. Sandbox Instagram, not ticked."]
    tree.setCurrentIndex(scene.channels.index_of(2).parent())
    QTest.keyClick(tree, Key.Key_Left)
    qtbot.waitUntil(lambda: len(heard.words) == 2)
    assert heard.words[1] == "Instagram, collapsed."


def test_posts_are_ticked_and_details_opened_aloud(qtbot: Any, scene: Any, heard: Heard) -> None:
    scene.window.show_page("schedule")
    settle()
    table = scene.schedule.table
    table.go_to_first()
    table.setFocus(BY_KEY)
    settle()
    heard.clear()
    QTest.keyClick(table, Key.Key_Space)
    qtbot.waitUntil(lambda: bool(heard.words))
    time = table.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert heard.words[-1].endswith(f"1 selected. {time}.")
    assert time.endswith(", ticked")
    QTest.keyClick(table, Key.Key_Escape)
    is_open = scene.schedule.state.view.inspector_open
    scene.schedule.toolbar.details.click()
    opened = f"Details {'closed' if is_open else 'open'}."
    qtbot.waitUntil(lambda: heard.words[-1].endswith(opened))
    assert heard.words[-1].startswith("0 selected. ")


def test_headings_of_days_are_reached(scene: Any, heard: Heard) -> None:
    scene.window.show_page("schedule")
    settle()
    page, table = scene.schedule, scene.schedule.table
    table.go_to_first()
    table.setFocus(BY_KEY)
    settle()
    heard.clear()
    QTest.keyClick(table, Key.Key_Down, CONTROL)
    heading = table.currentIndex()
    assert page.model.is_head(heading.row())
    assert heard.focused == ["Tomorrow, Thu 26 November, 11 posts"]
    assert not page.row_actions.has_rows()  # keys act on no post that is not spoken
    QTest.keyClick(table, Key.Key_Space)
    QTest.keyClick(table, Key.Key_Delete)
    assert page.model.tick_count() == 0
    page.set_schedules(whole_window._schedules()[:-1])
    settle()
    assert page.model.head_at(table.currentIndex().row()).day.day == 26
    QTest.keyClick(table, Key.Key_Down)
    assert page.model.schedule_at(table.currentIndex().row()).send_at.day == 26
    assert page.row_actions.has_rows()
    QTest.keyClick(table, Key.Key_Up, CONTROL)
    assert table.currentIndex().row() == heading.row()
    QTest.keyClick(table, Key.Key_Up, CONTROL)
    assert page.model.head_at(table.currentIndex().row()).day.day == 25


def test_toasts_are_announced_with_how_to_undo(qtbot: Any, scene: Any, heard: Heard) -> None:
    scene.window.show_notification("deleted", "1 post deleted", "", "Undo", settle)
    qtbot.waitUntil(lambda: bool(heard.words))
    assert heard.words == ["1 post deleted. Undo: F8, then Enter."]
    QTest.keyClick(scene.window, Key.Key_F8)
    toast = scene.window.focusWidget()
    assert name_of(toast) == "1 post deleted"
    QTest.keyClick(toast, Key.Key_Return)
    scene.window.toasts.clear()


def test_new_problems_and_the_reading_are_announced(qtbot: Any, scene: Any, heard: Heard) -> None:
    page = scene.compose
    page.editor.setFocus()
    page.editor.setPlainText("short")
    page.message.checks.settle()
    heard.clear()
    page.editor.setPlainText("x" * 300)
    page.message.checks.settle()
    qtbot.waitUntil(lambda: any("280" in words for words in heard.words))
    problem = next(words for words in heard.words if "280" in words)
    assert problem.startswith("Problem: ")
    page.editor.setPlainText("x" * 301)
    page.message.checks.settle()
    page.when.field.setFocus()
    page.when.field.setText("tomorrow 9")
    qtbot.waitUntil(lambda: any("9:00" in words for words in heard.words))
    assert sum("280" in words for words in heard.words) == 1  # not again for each letter
    page.when.field.setText("tomorrow 9x")
    qtbot.waitUntil(lambda: "Posto cannot read this" in heard.words[-1])
