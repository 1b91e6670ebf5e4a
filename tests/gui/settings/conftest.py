"""The settings window on a home with two accounts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.ui.settings.context import SettingsServices
from posto_desktop.ui.settings.dialog import SettingsDialog
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.runner import JobRunner
from tests.gui.settings_tools import make_tools


@pytest.fixture
def runner(qapp: Any) -> Iterator[JobRunner]:
    made = JobRunner()
    yield made
    assert made.shutdown(60_000)


@pytest.fixture
def restarts() -> list[bool]:
    return []


@pytest.fixture
def tools(tmp_path: Path, runner: JobRunner, restarts: list[bool]) -> SettingsServices:
    return make_tools(tmp_path / "home", runner, lambda: restarts.append(True))


@pytest.fixture
def forgotten() -> list[str]:
    return []


@pytest.fixture
def asked_again() -> list[str]:
    return []


@pytest.fixture
def dialog(
    theme: Theme,
    qtbot: QtBot,
    tools: SettingsServices,
    forgotten: list[str],
    asked_again: list[str],
) -> Iterator[SettingsDialog]:
    made = SettingsDialog(
        tools.settings,
        tools=tools,
        workspace="local",
        forget_account=forgotten.append,
        sign_in_again=asked_again.append,
    )
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    theme.set_text_size("normal")
    theme.set_row_height("comfortable")
    theme.set_more_contrast(False)
    theme.set_less_motion(False)
    theme.setMode("light")
