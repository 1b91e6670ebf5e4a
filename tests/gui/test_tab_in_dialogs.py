"""Tab and Shift+Tab go through every dialog as one reads, and are caught in none of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from posto_desktop.ui.settings.dialog import SettingsDialog
from tests.gui.every_dialog import dialog_classes, in_dialogs, settings_pages, shown_settings
from tests.gui.tab_walk import label_of, walk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def ways(dialog: QWidget) -> list[str]:
    """What is wrong with the way forward, back, and between the two."""
    forward, wrong = walk(dialog)
    back, wrong_back = walk(dialog, backward=True)
    wrong += [f"backward: {problem}" for problem in wrong_back]
    if [label_of(widget) for widget in back] != [label_of(widget) for widget in forward]:
        wrong.append("back is another way")
    if not forward:
        wrong.append("nothing takes the keyboard")
    return wrong


def test_in_dialogs(theme: Any, tmp_path: Path) -> None:
    """There and back in every class of dialogs: a new one comes into `every_dialog`."""
    classes: set[type[QWidget]] = set()

    def look(dialog: QWidget) -> list[str]:
        classes.add(type(dialog))
        return ways(dialog)

    assert in_dialogs(tmp_path, look) == {}
    assert dialog_classes() - classes == set()


@pytest.fixture
def settings(theme: Any, qtbot: Any, tmp_path: Path) -> Iterator[SettingsDialog]:
    with shown_settings(qtbot, tmp_path) as dialog:
        yield dialog


def test_in_the_settings(settings: SettingsDialog) -> None:
    problems = {}
    for key in settings_pages(settings):
        problems[key] = ways(settings)
    assert {key: wrong for key, wrong in problems.items() if wrong} == {}
