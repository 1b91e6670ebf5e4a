"""Settings > General: the shortcut of quick capture."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.settings.shortcut_row import SETTING, ShortcutRow
from posto_desktop.workers.shortcuts.shortcut import GlobalShortcut, ShortcutState

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class Row:
    def __init__(self, qtbot: Any, shortcut: GlobalShortcut | None, keys: str = "") -> None:
        self.written: list[str] = []
        self.keys = keys
        self.card = QWidget()
        qtbot.addWidget(self.card)
        context = SettingsContext(lambda _name: self.keys, self._write, lambda then: then())
        self.row = ShortcutRow(context, shortcut, self.card)
        assert self.row.control is not None
        self.button: Any = self.row.control
        self.card.show()

    def _write(self, name: str, value: str) -> None:
        assert name == SETTING
        self.keys = value
        self.written.append(value)

    @property
    def hint(self) -> str:
        return self.row.hint.text()


@pytest.fixture
def shortcut(qapp: Any) -> Any:
    made = GlobalShortcut()
    yield made
    made.deleteLater()


def test_keys_are_recorded_and_turned_off(qtbot: Any, theme: Any, shortcut: Any) -> None:
    row = Row(qtbot, shortcut)
    assert row.button.text() == "Off"
    row.button.click()
    assert row.button.text() == "Press the keys…"
    QTest.keyClick(row.button, Qt.Key.Key_Control)
    QTest.keyClick(row.button, Qt.Key.Key_P, CTRL | ALT)
    assert row.written == ["Ctrl+Alt+P"]
    assert row.button.accessibleName() == "Ctrl+Alt+P, Shortcut for quick post"
    row.button.click()
    QTest.keyClick(row.button, Qt.Key.Key_Backspace)
    assert row.written == ["Ctrl+Alt+P", ""]
    assert row.button.text() == "Off"


def test_keys_that_are_typed_with_are_refused(qtbot: Any, theme: Any, shortcut: Any) -> None:
    row = Row(qtbot, shortcut)
    row.button.click()
    QTest.keyClick(row.button, Qt.Key.Key_A)
    assert row.written == []
    assert row.hint == "Hold Ctrl+Alt with another key"
    QTest.keyClick(row.button, Qt.Key.Key_Tab, CTRL)  # no way out while keys are awaited
    assert row.written == ["Ctrl+Tab"]


def test_escape_leaves_the_keys_as_they_are(qtbot: Any, theme: Any, shortcut: Any) -> None:
    row = Row(qtbot, shortcut, "Ctrl+Alt+P")
    row.button.click()
    QTest.keyClick(row.button, Qt.Key.Key_Escape)
    assert (row.written, row.button.text()) == ([], "Ctrl+Alt+P")


def test_the_row_says_what_became_of_them(qtbot: Any, theme: Any, shortcut: Any) -> None:
    row = Row(qtbot, shortcut, "Ctrl+Alt+P")
    shortcut.stateChanged.emit(ShortcutState("taken", "Ctrl+Alt+P"))
    assert row.hint == "Another program has Ctrl+Alt+P. Choose other keys."
    shortcut.stateChanged.emit(ShortcutState("on", "Strg+Alt+P"))
    assert row.hint == "The desktop uses Strg+Alt+P"
    shortcut.stateChanged.emit(ShortcutState("on", "Ctrl+Alt+P"))
    assert row.hint == "Opens the small window from every program"
    shortcut.stateChanged.emit(ShortcutState("refused"))
    assert row.hint == "The desktop did not allow the shortcut"


def test_a_desktop_without_shortcuts_says_what_to_do(qtbot: Any, theme: Any) -> None:
    row = Row(qtbot, None)
    assert not row.button.isEnabled()
    assert "posto-desktop --quick" in row.hint
    assert "posto-desktop --quick" in row.button.toolTip()
