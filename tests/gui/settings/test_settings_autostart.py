"""Settings > General: the switch that lets the computer start the sending."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from posto_desktop.ui.settings.general import HINT, TITLE, AutostartRow
from posto_desktop.ui.settings.settings_page import SettingsCard
from posto_desktop.ui.widgets.choices import Switch
from posto_desktop.workers.autostart import Autostart, autostart
from posto_desktop.workers.runner import JobRunner
from tests.gui.settings_tools import make_tools

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the way of Linux")


class Row:
    def __init__(self, folder: Path, runner: JobRunner, qtbot: Any) -> None:
        tools = make_tools(folder / "home", runner)
        setting = autostart(tools.paths.workspace, 60)
        assert setting is not None
        self.start: Autostart = setting
        self.card = SettingsCard()
        qtbot.addWidget(self.card)
        self.row = AutostartRow(tools, self.start, self.card)
        self.card.add_widget(self.row)
        self.card.show()
        switch = self.row.control
        assert isinstance(switch, Switch)
        self.switch = switch


@pytest.fixture
def row(theme: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Row]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    runner = JobRunner()
    yield Row(tmp_path, runner, qtbot)
    assert runner.shutdown(60_000)


def test_it_is_turned_on_and_off(row: Row, qtbot: Any) -> None:
    assert row.switch.accessibleName() == TITLE
    assert not row.switch.isChecked()
    qtbot.mouseClick(row.switch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(row.start.is_on)
    qtbot.keyClick(row.switch, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not row.start.is_on())
    assert row.row.hint.text() == HINT


def test_what_is_wanted_last_is_what_holds(row: Row, qtbot: Any) -> None:
    for _ in range(3):
        row.switch.click()
    qtbot.waitUntil(row.start.is_on)
    qtbot.waitUntil(lambda: not row.row._busy)
    assert row.switch.isChecked()
    assert row.start.is_on()


def test_it_shows_what_the_system_says(row: Row, qtbot: Any, tmp_path: Path) -> None:
    row.start.set_on(True)
    again = Row(tmp_path, row.row._tools.runner, qtbot)
    assert again.switch.isChecked()


def test_what_did_not_work_is_said(row: Row, qtbot: Any, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where a folder should be", "utf-8")
    row.switch.click()
    qtbot.waitUntil(lambda: row.row.hint.text() != HINT)
    assert "cannot be changed" in row.row.hint.text()
    assert row.row.hint.property("role") == "error-small"
    assert not row.switch.isChecked()
    (tmp_path / "config").unlink()
    row.switch.click()
    qtbot.waitUntil(row.start.is_on)
    qtbot.waitUntil(lambda: row.row.hint.text() == HINT)
