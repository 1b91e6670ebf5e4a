"""The settings dialog: what is chosen holds at once and is written."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QRadioButton, QWidget

from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.settings import Settings
from posto_desktop.ui.settings.dialog import SettingsDialog
from posto_desktop.ui.settings.scheme_choice import SchemeChoice
from posto_desktop.ui.widgets.choices import Switch
from posto_desktop.ui.widgets.fields import ComboBox


@pytest.fixture
def path(tmp_path):
    return tmp_path / "settings.json"


@pytest.fixture
def dialog(theme, qtbot, path):
    dialog = SettingsDialog(Settings(path))
    qtbot.addWidget(dialog)
    yield dialog
    theme.set_text_size("normal")
    theme.setMode("light")


def written(path):
    return json.loads(path.read_text("utf-8"))


def test_the_scheme_switches_at_once_and_is_kept(dialog, theme, path, qtbot):
    dialog.show_page("appearance")
    dark = dialog.findChild(QRadioButton, "scheme-dark")
    with qtbot.waitSignal(dialog.changed) as blocker:
        QTest.mouseClick(dark, Qt.MouseButton.LeftButton)
    assert blocker.args == ["appearance.scheme", "dark"]
    assert theme.scheme == "dark"
    assert written(path)["appearance.scheme"] == "dark"


def test_the_text_grows_at_once(dialog, theme, path):
    dialog.show_page("appearance")
    sizes = dialog.findChild(ComboBox, "text-size")
    sizes.setFocus()
    QTest.keyClick(sizes, Qt.Key.Key_Down)
    assert theme.text_size == "large"
    assert written(path)["appearance.text_size"] == "large"


@pytest.mark.parametrize(
    ("page", "name", "setting"),
    [
        ("general", "keep-sending-after-the-window-is-closed", "sending.keep_in_tray"),
        ("notifications", "show-desktop-notifications", "notifications.desktop"),
        ("notifications", "a-post-failed", "notifications.failed"),
        ("writing", "remove-place,-camera-and-date-from-files", "media.strip_location"),
    ],
)
def test_switches(dialog, path, page, name, setting):
    dialog.show_page(page)
    switch = dialog.findChild(Switch, name)
    assert switch.isChecked()
    switch.click()
    assert written(path)[setting] is False


def test_the_late_limit(dialog, path):
    dialog.show_page("publishing")
    limits = dialog.findChild(ComboBox, "send-late-posts")
    assert limits.currentText() == "Up to 1 hour late"
    limits.setCurrentIndex(0)
    limits.activated.emit(0)
    assert written(path)["sending.late_limit_minutes"] == 0


def test_an_odd_limit_from_the_file_is_shown_as_it_is(theme, qtbot, path):
    path.write_text(json.dumps({"schema": 1, "sending.late_limit_minutes": 95}), "utf-8")
    dialog = SettingsDialog(Settings(path))
    qtbot.addWidget(dialog)
    dialog.show_page("publishing")
    limits = dialog.findChild(ComboBox, "send-late-posts")
    assert limits.currentText() == "Up to 95 minutes late"


def test_a_full_disk_is_told_and_the_change_holds(theme, qtbot, path):
    def full(_name, _value):
        raise StorageError("The disk is full.")

    dialog = SettingsDialog(Settings(path), write=full)
    qtbot.addWidget(dialog)
    dialog.write("appearance.scheme", "dark")
    assert theme.scheme == "dark"
    assert not dialog._problem.isHidden()
    assert dialog._problem.text().startswith("The disk is full.")
    theme.setMode("light")


def test_tab_comes_to_the_name_of_the_page_that_is_shown(dialog, qtbot):
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.show_page("publishing")
    dialog.search.setFocus()
    QTest.keyClick(dialog.search, Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused.objectName() == "settings-publishing"
    QTest.keyClick(focused, Qt.Key.Key_Down)
    assert dialog._title.text() == "Calendar"


def test_every_page_opens_in_both_schemes(dialog, theme):
    for scheme in ("light", "dark"):
        theme.setMode(scheme)
        for number in range(dialog._stack.count()):
            dialog._open(number)
            assert not dialog.grab().isNull()
            assert dialog._title.text() == dialog._titles[number]


def test_growing_it_stays_inside_its_window(theme, qtbot, path):
    window = QWidget()
    qtbot.addWidget(window)
    window.setGeometry(100, 60, 1024, 700)
    window.show()
    dialog = SettingsDialog(Settings(path), parent=window)
    dialog.show_page("appearance")
    dialog.open()
    qtbot.waitExposed(dialog)
    dialog.write("appearance.text_size", "larger")
    try:
        assert dialog.width() <= window.width() - 48
        assert dialog.height() <= window.height() - 48
        assert window.frameGeometry().contains(dialog.frameGeometry())
        tops = {choice.y() for choice in dialog.findChildren(SchemeChoice)}
        dialog.layout().activate()
        assert len(tops) == 1
    finally:
        theme.set_text_size("normal")
        dialog.close()
