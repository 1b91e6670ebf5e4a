"""What opens over a page is opened, gone through and closed with keys, and the keyboard returns to
where it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from tests.gui import page_states, whole_window
from tests.gui.cut_text import settle
from tests.gui.tab_walk import label_of, walk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def scene(theme: Any, tmp_path: Any) -> Iterator[Any]:
    made = whole_window.build(theme, tmp_path, 1360, 860)
    yield made
    whole_window.close(made)


def over() -> QWidget | None:
    return QApplication.activePopupWidget() or QApplication.activeModalWidget()


def focus() -> QWidget:
    now = QApplication.focusWidget()
    assert now is not None, "the keyboard is lost"
    return now


def press(key: Key, how: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    top = over()
    inside = top is None or top.isAncestorOf(focus())
    target = focus() if inside else top
    assert target is not None
    QTest.keyClick(target, key, how)
    settle()


def find(scene: Any, name: str) -> QWidget:
    """A control on the screen by its objectName."""
    widgets = [
        widget
        for widget in scene.window.findChildren(QWidget, name)
        if widget.isVisible() and widget.window() is scene.window
    ]
    assert len(widgets) == 1, (name, [label_of(widget) for widget in widgets])
    return widgets[0]


def find_in(window: QWidget | None, name: str) -> QWidget:
    widget = window.findChild(QWidget, name) if window is not None else None
    assert widget is not None, name
    return widget


# The page, what has the keyboard, the keys that open something, and what that is.
OPENED = [
    ("compose", "show-drafts", (Key.Key_Return,), "drafts-popup"),
    ("compose", "insert-emoji", (Key.Key_Return,), "emoji-picker"),
    ("compose", "insert-snippet", (Key.Key_Return,), "snippets-popup"),
    ("compose", "change-repeat", (Key.Key_Return,), "repeat-editor"),
    ("compose", "when", (Key.Key_Down, ALT), "when-picker"),
    ("compose", "media", (Key.Key_D,), "describe"),
    ("compose", "media", (Key.Key_Return,), "edit-media"),
    ("schedule", "date-filter", (Key.Key_Return,), "dates-popup"),
    ("schedule", "columns", (Key.Key_Return,), "columns-popup"),
    ("calendar, planned", "calendar", (Key.Key_S,), "move-popup"),
    ("campaigns, unsent", "start", (Key.Key_Down, ALT), "when-picker"),
    ("feed", "show-notifications", (Key.Key_Return,), "notifications-panel"),
]


@pytest.mark.parametrize(("state", "opener", "keys", "popup"), OPENED)
def test_what_opens_over_a_page(
    scene: Any, tmp_path: Any, qtbot: Any, state: str, opener: str, keys: Any, popup: str
) -> None:
    page_states.show(scene, state, tmp_path)
    control = find(scene, opener)
    control.setFocus(Qt.FocusReason.TabFocusReason)
    press(*keys)
    if popup == "emoji-picker":
        qtbot.waitUntil(lambda: find_in(over(), "emoji").isVisible())  # they are read by a job
    opened = over()
    assert opened is not None
    assert opened.objectName() == popup
    assert opened.isAncestorOf(focus()), label_of(focus())
    first = focus()
    stops, wrong = walk(opened)
    assert "\n".join(wrong) == ""
    back, wrong = walk(opened, backward=True)
    assert "\n".join(wrong) == ""
    assert [label_of(widget) for widget in back] == [label_of(widget) for widget in stops]
    assert first in stops
    for _try in range(2):  # some fields take the first Escape to forget what is typed
        if over() is not None:
            press(Key.Key_Escape)
    assert over() is None
    scene.window.activateWindow()  # as the desktop does when a dialog has gone
    settle()
    assert focus() is control, label_of(focus())


# Menus are gone through with arrows; Escape leaves them.
MENUS = [
    ("compose", "workspace"),
    ("compose", "more"),
    ("compose", "more-ways-to-post"),
    ("compose", "group-channels-by"),
    ("compose, own text", "files-for-this-network"),
    ("schedule", "views"),
    ("schedule", "more-statuses"),
    ("schedule, details", "more-actions"),
    ("campaigns, stopped", "more-for-this-campaign"),
    ("campaigns, empty", "add-messages"),
    ("styles", "more-for-this-style"),
    ("styles", "own-text-for-a-network"),
]


@pytest.mark.parametrize(("state", "opener"), MENUS)
def test_a_menu_of_a_button(scene: Any, tmp_path: Any, state: str, opener: str) -> None:
    page_states.show(scene, state, tmp_path)
    button = find(scene, opener)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    press(Key.Key_Return)
    menu = over()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Key.Key_Down)
    assert menu.activeAction() is not None
    QTest.keyClick(menu, Key.Key_Escape)
    settle()
    assert over() is None
    assert focus() is button
