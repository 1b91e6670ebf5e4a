"""In every dialog Enter presses the button that has the keyboard, not the main one instead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QWidget

from posto_desktop.ui.settings.dialog import SettingsDialog
from tests.gui.cut_text import settle
from tests.gui.every_dialog import in_dialogs, settings_pages, shown_settings
from tests.gui.tab_walk import expected_stops, label_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def pressed(monkeypatch: Any) -> list[QAbstractButton]:
    """The buttons that are pressed; what they are for is not done."""
    buttons: list[QAbstractButton] = []
    monkeypatch.setattr(QAbstractButton, "click", lambda button: buttons.append(button))
    return buttons


def not_pressed(dialog: QWidget, pressed: list[QAbstractButton]) -> list[str]:
    """The buttons that Enter does not press, or more than them."""
    dialog.activateWindow()
    settle()
    wrong = []
    for stop in sorted(expected_stops(dialog), key=label_of):
        if not isinstance(stop, QAbstractButton) or isinstance(stop, (QCheckBox, QRadioButton)):
            continue
        group = stop.group()
        if stop.isChecked() and group is not None and group.exclusive():
            continue  # a choice that is made
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        pressed.clear()
        QTest.keyClick(stop, Qt.Key.Key_Return)
        if pressed != [stop] or not dialog.isVisible():
            wrong.append(f"{label_of(stop)}: {[label_of(button) for button in pressed]}")
    return wrong


def test_in_dialogs(theme: Any, tmp_path: Path, pressed: list[QAbstractButton]) -> None:
    assert in_dialogs(tmp_path, lambda dialog: not_pressed(dialog, pressed)) == {}


@pytest.fixture
def settings(theme: Any, qtbot: Any, tmp_path: Path) -> Iterator[SettingsDialog]:
    with shown_settings(qtbot, tmp_path) as dialog:
        yield dialog


def test_in_the_settings(settings: SettingsDialog, pressed: list[QAbstractButton]) -> None:
    problems = {}
    for key in settings_pages(settings):
        problems[key] = not_pressed(settings, pressed)
    assert {key: wrong for key, wrong in problems.items() if wrong} == {}
