"""Enter presses every button of every page, and the keyboard is never lost by that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QFileDialog,
    QMenu,
    QWidget,
)

from tests.gui import page_states, whole_window
from tests.gui.cut_text import settle
from tests.gui.tab_walk import expected_stops, ill_seen, label_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Key = Qt.Key


@pytest.fixture
def scene(theme: Any, tmp_path: Any, monkeypatch: Any) -> Iterator[Any]:
    monkeypatch.setattr(QFileDialog, "open", lambda *_: None)  # it is the system's
    made = whole_window.build(theme, tmp_path, 1360, 860)
    yield made
    whole_window.close(made)


def buttons(page: QWidget) -> list[QAbstractButton]:
    """Those that Tab reaches and Enter is for."""
    stops = expected_stops(page.window())
    candidates = page.findChildren(QAbstractButton)
    return [
        button for button in candidates if button in stops and not isinstance(button, QCheckBox)
    ]


def over() -> QWidget | None:
    """The popup or the dialog that has the keys."""
    return QApplication.activePopupWidget() or QApplication.activeModalWidget()


def close_what_opened(window: QWidget) -> None:
    for _layer in range(4):
        top, focus = over(), QApplication.focusWidget()
        if top is None:
            break
        inside = focus is not None and top.isAncestorOf(focus) and not isinstance(top, QMenu)
        QTest.keyClick(focus if inside else top, Key.Key_Escape)
        settle()
    window.activateWindow()  # as the desktop does
    settle()


@pytest.mark.parametrize("state", page_states.STATES)
def test_every_button(scene: Any, tmp_path: Any, state: str) -> None:
    page_states.show(scene, state, tmp_path)
    page = scene.window.page(page_states.STATES[state][0])
    wrong: list[str] = []
    done: set[str] = set()
    by_name = {label_of(button): button for button in buttons(page)}
    while left := [name for name in by_name if name not in done]:
        done.add(left[0])
        wrong += pressed_by_enter(page, by_name[left[0]])
        now = {label_of(button): button for button in buttons(page)}
        if now != by_name:  # the button has done something: begin anew
            page_states.show(scene, state, tmp_path)
            by_name = {label_of(button): button for button in buttons(page)}
    assert "\n".join(wrong) == ""


def pressed_by_enter(page: QWidget, button: QAbstractButton) -> list[str]:
    """What is wrong when Enter is pressed on a button, and what that opens is left again."""
    window, name, pressed = page.window(), label_of(button), []
    button.clicked.connect(lambda *_: pressed.append(1))
    is_choice = button.isCheckable() and button.isChecked()  # a made one has nothing to press
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(button, Key.Key_Return)
    settle()
    if pressed != [1] and not is_choice:
        return [f"Enter presses {name} {len(pressed)} times"]
    opened = over() is not None
    close_what_opened(window)
    focus = window.focusWidget()
    if over() is not None:
        return [f"Escape does not close what {name} opens"]
    if focus is None:
        return [f"{name} loses the keyboard"]
    if focus is button:
        return []
    if opened and shiboken6.isValid(button) and button.isVisible() and button.isEnabled():
        return [f"what {name} opens comes back to {label_of(focus)}"]
    if ill_seen(focus) or not page.isAncestorOf(focus):
        return [f"{name} leads to {label_of(focus)}: {ill_seen(focus)}"]
    return []
