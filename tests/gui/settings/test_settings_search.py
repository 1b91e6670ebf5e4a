"""Settings are found by words, and the keys lead to what was found."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from posto_desktop.ui.settings.catalogue import find, rows
from posto_desktop.ui.widgets.choices import Switch
from tests.gui.settings.dialog_rows import KEYS

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
PROXY = (*(f"network.proxy_{part}" for part in ("kind", "host", "port", "user")), "proxy_password")


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("text size", "appearance.text_size"),
        ("FONT", "appearance.text_size"),
        ("socks", "network.proxy_kind"),
        ("gps", "media.strip_location"),
        ("timeout", "network.connect_seconds"),
        ("backup", "backup"),
        ("bug", "report"),
        ("keychain", "accounts"),
        ("dark", "appearance.scheme"),
        ("slots", "publishing.slots"),
        ("licence", "licences"),
    ],
)
def test_words_find_their_row(query, key):
    assert key in [row.key for row in find(query, KEYS)]


def test_each_row_is_found_by_its_title():
    for row in rows():
        assert row in find(row.title, KEYS)
    assert find("", KEYS) == []
    assert find("  ", KEYS) == []
    assert find("zebra", KEYS) == []
    assert all(row.page != "network" for row in find("proxy", ["general", "about"]))


def test_looking_for_a_setting_with_the_keys(dialog, qtbot):
    QTest.keySequence(dialog, "Ctrl+F")
    assert dialog.focusWidget() is dialog.search
    QTest.keyClicks(dialog.search, "less motion")
    assert dialog.results.count() == 1
    assert not dialog._names.isVisible()
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    switch = dialog.findChild(Switch, "less-motion")
    qtbot.waitUntil(lambda: dialog.focusWidget() is switch)
    assert dialog._title.text() == "Appearance"
    row = dialog.page.rows["appearance.less_motion"]
    assert row._fade.isActive()
    row._fade.timeout.emit()
    assert not row._fade.isActive()


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.key)
def test_the_control_of_what_was_found_has_the_keys(dialog, qtbot, row):
    dialog.search.setFocus()
    dialog.show_row(row.key)
    page = dialog.page
    qtbot.waitUntil(lambda: dialog.focusWidget() is page or page.isAncestorOf(dialog.focusWidget()))
    assert dialog.focusWidget().isVisible()
    if row.key not in (
        "language",
        "cache",
        "quick.shortcut",
        *PROXY,
    ):  # where there is nothing to do now
        assert dialog.focusWidget() is not page


def test_down_leads_to_the_open_page_while_nothing_is_searched(dialog, qtbot):
    dialog.search.setFocus()
    QTest.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog.focusWidget() is dialog._group.checkedButton()


def test_down_into_the_list_and_up_out_of_it(dialog, qtbot):
    dialog.search.setFocus()
    QTest.keyClicks(dialog.search, "proxy")
    QTest.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog.focusWidget() is dialog.results
    QTest.keyClick(dialog.results, Qt.Key.Key_Up)
    assert dialog.focusWidget() is dialog.search
    QTest.keyClick(dialog.search, Qt.Key.Key_Escape)
    assert dialog._names.isVisible()
    assert dialog.isVisible()  # Esc cleared the search, and nothing else


def test_nothing_found_says_so(dialog):
    dialog.search.setText("zebra")
    label = dialog.findChild(QLabel, "nothing-found")
    assert label.isVisible()
    assert "zebra" in label.text()


def test_a_row_below_the_fold_is_scrolled_to(dialog, qtbot):
    dialog.resize(700, 360)
    dialog.show_row("test")
    page = dialog._made[KEYS.index("network")]
    qtbot.waitUntil(lambda: page.verticalScrollBar().value() > 0)
    assert page.rows["test"].visibleRegion().boundingRect().height() > 20
