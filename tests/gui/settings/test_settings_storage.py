"""Settings > Storage: the cache, and all data in one file and back."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from posto_desktop.storage import restore
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from tests.gui.settings.dialog_rows import hint_of, stored

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_sizes_and_the_cache(dialog, qtbot, tools):
    (tools.paths.thumbnails / "a").write_bytes(b"x" * 2000)
    dialog.show_page("storage")
    qtbot.waitUntil(lambda: str(tools.paths.cache) in hint_of(dialog, "cache"))
    assert not hint_of(dialog, "cache").startswith("0 ")
    dialog.findChild(QPushButton, "clear-the-cache").click()
    qtbot.waitUntil(lambda: hint_of(dialog, "cache").startswith("0 "))
    assert not (tools.paths.thumbnails / "a").exists()


def test_there_and_back_in_one_file(dialog, qtbot, tools, tmp_path, restarts):
    tools.settings.set("appearance.text_size", "large")
    dialog.show_page("storage")
    file = tmp_path / "all.posto-backup"
    dialog.page.back_up(str(file))
    qtbot.waitUntil(lambda: hint_of(dialog, "backup").startswith("Saved as all.posto-backup"))
    tools.settings.set("appearance.text_size", "normal")
    dialog.page.restore(str(file))
    qtbot.waitUntil(lambda: dialog.findChild(ConfirmDialog) is not None)
    question = dialog.findChild(ConfirmDialog)
    assert not restore.is_waiting(tools.paths)
    question.cancel_button.click()
    qtbot.waitUntil(lambda: not (tools.paths.data / restore.PENDING_FILE).exists())
    assert hint_of(dialog, "restore") == "Nothing was changed."
    assert restarts == []
    qtbot.waitUntil(lambda: dialog.findChild(ConfirmDialog) is None)
    dialog.page.restore(str(file))
    qtbot.waitUntil(lambda: dialog.findChild(ConfirmDialog) is not None)
    dialog.findChild(ConfirmDialog).action_button.click()
    qtbot.waitUntil(lambda: restarts == [True])
    assert not dialog.isVisible()
    outcome = restore.finish(tools.paths)
    assert outcome.done
    assert stored(tools)["appearance.text_size"] == "large"


def test_a_file_that_is_no_backup_is_said_in_its_row(dialog, qtbot, tools, tmp_path):
    (tmp_path / "x.posto-backup").write_bytes(b"hello")
    dialog.show_page("storage")
    dialog.page.restore(str(tmp_path / "x.posto-backup"))
    qtbot.waitUntil(lambda: "damaged or not a backup" in hint_of(dialog, "restore"))
    assert not restore.is_waiting(tools.paths)
    assert dialog.findChild(QPushButton, "back-up-everything").isEnabled()
