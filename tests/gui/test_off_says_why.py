"""Tests that disabled controls explain why in their tool tip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QWidget

from posto_desktop.ui.settings.dialog import SettingsDialog
from posto_desktop.ui.widgets.require import require_parent
from tests.gui import whole_window
from tests.gui.cut_text import settle
from tests.gui.every_dialog import in_dialogs, shown_settings

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
KINDS = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit)


def silent(window: QWidget) -> list[str]:
    return [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in window.findChildren(QWidget)
        if isinstance(widget, KINDS)
        and widget.isVisible()
        and not widget.isEnabled()
        and widget.objectName()
        and not widget.objectName().startswith("qt_")  # parts of other controls
        and not widget.toolTip()
        and not require_parent(widget).toolTip()
    ]


def test_in_dialogs(theme: Any, tmp_path: Path) -> None:
    assert in_dialogs(tmp_path, silent) == {}


@pytest.fixture
def settings(theme: Any, qtbot: Any, tmp_path: Path) -> Iterator[SettingsDialog]:
    with shown_settings(qtbot, tmp_path) as dialog:
        yield dialog


def test_in_the_settings(qtbot: Any, settings: SettingsDialog) -> None:
    for number in range(len(settings._keys)):
        settings._open(number)
        settle()
        qtbot.waitUntil(lambda: silent(settings) == [])


def test_on_pages(theme: Any, tmp_path: Path) -> None:
    scene = whole_window.build(theme, tmp_path, 1360, 860)
    try:
        for page in whole_window.PAGES:
            scene.window.show_page(page)
            settle()
            assert silent(scene.window) == [], page
        scene.compose.message.open_drafts.new_message()
        scene.window.show_page("compose")
        settle()
        assert silent(scene.window) == []
    finally:
        whole_window.close(scene)
