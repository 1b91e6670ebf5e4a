"""Object names, by which scripts and tests find controls, are the same in every language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from tests.gui import page_states, whole_window
from tests.gui.cut_text import settle
from tests.gui.test_text_fits import LongWords, dialogs

STATES = ("compose", "schedule, details", "campaigns, unsent", "styles")
# There are as many as fit, or as have been made by now.
BY_ROOM = ("counter-", "preview-")


def names(theme: Any, folder: Path) -> set[str]:
    """Those of pages and dialogs."""
    folder.mkdir()
    scene = whole_window.build(theme, folder, 1360, 860)
    names: set[str] = set()
    for state in STATES:
        page_states.show(scene, state, folder)
        names |= {widget.objectName() for widget in scene.window.findChildren(QWidget)}
    whole_window.close(scene)
    shown: list[QWidget] = []
    for _name, dialog in dialogs(folder / "settings.json"):
        names |= {widget.objectName() for widget in (dialog, *dialog.findChildren(QWidget))}
        if dialog not in shown:
            shown.append(dialog)
    for dialog in shown:
        dialog.deleteLater()
    settle()
    return names


def test_no_translation_changes_an_object_name(theme: Any, tmp_path: Path) -> None:
    english = names(theme, tmp_path / "english")
    language = LongWords()
    assert QCoreApplication.installTranslator(language)
    try:
        other = names(theme, tmp_path / "other")
    finally:
        QCoreApplication.removeTranslator(language)
    assert len(english) > 300
    differing = {name for name in other ^ english if not name.startswith(BY_ROOM)}
    assert sorted(differing) == []
