"""Runs a check in each dialog and each page of the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from posto_desktop.ui.settings import SettingsDialog
from posto_desktop.workers.runner import JobRunner
from tests.gui.cut_text import settle
from tests.gui.settings_tools import make_tools
from tests.gui.test_text_fits import dialogs


def in_dialogs(folder: Path, look: Callable[[QWidget], list[str]]) -> dict[str, list[str]]:
    """What `look` finds in each dialog while it is shown; those with nothing are left out."""
    results: dict[str, list[str]] = {}
    last: QWidget | None = None
    for name, dialog in dialogs(folder / "settings.json"):
        if last is not None and last is not dialog:
            _end(last)
        last = dialog
        dialog.show()
        settle()
        results[name] = look(dialog)
    assert last is not None
    _end(last)
    return {name: stops for name, stops in results.items() if stops}


def _end(dialog: QWidget) -> None:
    dialog.close()
    dialog.deleteLater()


@contextmanager
def shown_settings(qtbot: Any, folder: Path) -> Iterator[SettingsDialog]:
    """The settings with all that their pages work with."""
    runner = JobRunner()
    tools = make_tools(folder / "home", runner)
    dialog = SettingsDialog(tools.settings, tools=tools, workspace="local")
    qtbot.addWidget(dialog)
    dialog.show()
    try:
        yield dialog
    finally:
        dialog.close()
        assert runner.shutdown(60_000)
