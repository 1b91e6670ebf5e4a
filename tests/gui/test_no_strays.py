"""Making the pages shows no window: it would flash, and close any menu that is open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from posto_desktop.storage.settings import Settings
from posto_desktop.ui.settings.dialog import SettingsDialog
from tests.gui import whole_window
from tests.gui.cut_text import settle
from tests.gui.test_text_fits import dialogs

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Watch(QObject):
    """Notes the windows that are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget)
        if shown and watched.isWindow():
            self.shown.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


@pytest.fixture
def watch(qapp: Any) -> Iterator[Watch]:
    watch = Watch()
    qapp.installEventFilter(watch)
    yield watch
    qapp.removeEventFilter(watch)


def test_pages_are_made_without_a_window_of_their_own(
    theme: Any, tmp_path: Any, watch: Watch
) -> None:
    scene = whole_window.build(theme, tmp_path, 1360, 860)
    try:
        for key in whole_window.PAGES:
            scene.window.show_page(key)
            settle()
        assert watch.shown == ["MainWindow main-window"]
    finally:
        whole_window.close(scene)


def test_settings_are_one_window(theme: Any, tmp_path: Any, watch: Watch) -> None:
    settings = SettingsDialog(Settings(tmp_path / "settings.json"))
    settings.show()
    for number in range(settings._stack.count()):
        settings._open(number)
        settle()
    assert watch.shown == ["SettingsDialog settings-dialog"]
    settings.close()
    settings.deleteLater()


def test_dialogs_are_made_without_a_window_of_their_own(
    theme: Any, tmp_path: Any, watch: Watch
) -> None:
    made = []
    for name, dialog in dialogs(tmp_path / "settings.json"):
        made.append(dialog)
        settle()
        assert watch.shown == [], name
    for dialog in made:
        dialog.deleteLater()


def test_popups_of_the_message_are_one_window_each(
    theme: Any, tmp_path: Any, watch: Watch, qtbot: Any
) -> None:
    scene = whole_window.build(theme, tmp_path, 1360, 860)
    page = scene.compose
    try:
        page.add_files([whole_window.picture(tmp_path / "a.png")])
        qtbot.waitUntil(lambda: page.media.rowCount() == 1)
        settle()
        for show in (
            lambda: page.files.describe(0),
            lambda: page.files.edit(0),
            page.when.open_repeat,
            page.when.open_picker,
            page.text_inserter.pick_emoji,
            page.text_inserter.pick_snippet,
            page.text_inserter.manage_snippets,
            page.drafts_popup.show_drafts,
            page.drafts_popup.save_as_template,
            scene.window.show_notifications,
            scene.window.show_shortcuts,
        ):
            watch.shown.clear()
            show()
            settle()
            assert len(watch.shown) == 1, watch.shown
            for window in QApplication.topLevelWidgets():
                if window is not scene.window and window.isVisible():
                    window.close()
            settle()
    finally:
        whole_window.close(scene)
