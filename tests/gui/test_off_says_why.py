"""A control that is switched off says why in its tool tip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QWidget

from posto_desktop.ui.settings import SettingsDialog
from posto_desktop.ui.widgets.given import parent_of
from posto_desktop.workers.runner import JobRunner
from tests.gui import whole_window
from tests.gui.cut_text import settle
from tests.gui.settings_tools import make_tools
from tests.gui.test_text_fits import dialogs

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
KINDS = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit)


def silent(window: QWidget) -> list[str]:
    return [
        f"{type(one).__name__} {one.objectName()}"
        for one in window.findChildren(QWidget)
        if isinstance(one, KINDS)
        and one.isVisible()
        and not one.isEnabled()
        and one.objectName()
        and not one.objectName().startswith("qt_")  # parts of other controls
        and not one.toolTip()
        and not parent_of(one).toolTip()
    ]


def test_in_dialogs(theme: Any, tmp_path: Path) -> None:
    found, last = {}, None
    for name, dialog in dialogs(tmp_path / "settings.json"):
        if last is not None and last is not dialog:
            last.close()
            last.deleteLater()
        last = dialog
        dialog.show()
        settle()
        found[name] = silent(dialog)
    assert last is not None
    last.close()
    last.deleteLater()
    assert {name: stops for name, stops in found.items() if stops} == {}


@pytest.fixture
def settings(theme: Any, qtbot: Any, tmp_path: Path) -> Iterator[SettingsDialog]:
    runner = JobRunner()
    tools = make_tools(tmp_path / "home", runner)
    dialog = SettingsDialog(tools.settings, tools=tools, workspace="local")
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.close()
    assert runner.shutdown(5_000)


def test_in_the_settings(qtbot: Any, settings: SettingsDialog) -> None:
    for number in range(len(settings._keys)):
        settings._open(number)
        settle()
        qtbot.waitUntil(lambda: silent(settings) == [], timeout=5_000)


def test_on_pages(theme: Any, tmp_path: Path) -> None:
    scene = whole_window.build(theme, tmp_path, 1360, 860)
    try:
        for page in whole_window.PAGES:
            scene.window.show_page(page)
            settle()
            assert silent(scene.window) == [], page
        scene.compose.new_message()
        scene.window.show_page("compose")
        settle()
        assert silent(scene.window) == []
    finally:
        whole_window.close(scene)
