"""Settings > Workspaces: accounts with their passwords, renamed, checked, removed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QLabel

from tests.gui.settings.dialog_rows import hint_of
from tests.unit.sdk.proxy_servers import Proxy

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
ONE_DEEP = Qt.FindChildOption.FindDirectChildrenOnly


def card_of(dialog, number):
    return dialog.page.cards[number]


def test_accounts_say_where_their_passwords_are(dialog, qtbot, tools):
    dialog.show_page("workspaces")
    first, second = dialog.page.cards
    qtbot.waitUntil(first.place.isEnabled)
    assert first.place.currentData() == "file"
    assert second.place.currentText() == "Not saved: sign in again"
    assert not second.place.isEnabled()
    assert first.place.findData("keyring") == -1  # there is none
    first.place.setCurrentIndex(first.place.findData("session"))
    first.place.activated.emit(first.place.currentIndex())
    qtbot.waitUntil(lambda: tools.secrets.storage_of("a1") == "session")
    qtbot.waitUntil(lambda: "abcd" not in tools.paths.secrets.read_text())


def test_the_workspace_of_this_computer_is_called_as_in_the_window(dialog):
    dialog.show_page("workspaces")
    row = dialog.page.rows["local"]
    name = next(label for label in row.findChildren(QLabel) if label.property("role") == "lead")
    assert name.text() == "This computer"
    assert hint_of(dialog, "local").startswith("Your own accounts and a sandbox")


def test_an_account_without_a_password_offers_to_sign_in_again(dialog, qtbot, asked_again):
    dialog.show_page("workspaces")
    with_one, without = card_of(dialog, 0), card_of(dialog, 1)
    qtbot.waitUntil(without.again.isVisible)
    assert not without.check.isVisible()
    assert with_one.check.isVisible()
    assert not with_one.again.isVisible()
    without.again.click()
    qtbot.waitUntil(lambda: asked_again == ["a2"])
    assert not dialog.isVisible()


def test_a_removed_account_leaves_no_line(dialog, qtbot):
    dialog.show_page("workspaces")
    card = card_of(dialog, 1)
    qtbot.waitUntil(card.again.isVisible)
    card.set_removed(True)
    assert not [frame for frame in card.findChildren(QFrame, options=ONE_DEEP) if line(frame)]
    assert not card.again.isVisible()
    card.set_removed(False)
    assert [frame for frame in card.findChildren(QFrame, options=ONE_DEEP) if line(frame)]
    assert card.again.isVisible()


def line(widget):
    return widget.property("role") == "hairline" and widget.isVisible()


def test_an_account_is_renamed(dialog, qtbot, tools):
    dialog.show_page("workspaces")
    card = card_of(dialog, 1)
    card.rename.click()
    card.edit.setText("  Lind   ceramics ")
    QTest.keyClick(card.edit, Qt.Key.Key_Return)
    assert tools.accounts.get("a2").name == "Lind ceramics"
    card.rename.click()
    card.edit.setText("Other")
    QTest.keyClick(card.edit, Qt.Key.Key_Escape)
    assert tools.accounts.get("a2").name == "Lind ceramics"
    assert dialog.isVisible()


def test_an_account_is_checked(dialog, qtbot, tools):
    dialog.show_page("workspaces")
    card = card_of(dialog, 1)
    card.check.click()
    qtbot.waitUntil(lambda: "Sign in again" in card.state.text())
    tools.settings.set("network.proxy", "manual")
    with Proxy("http", 9, refuses=True) as proxy:
        tools.settings.set("network.proxy_host", "127.0.0.1")
        tools.settings.set("network.proxy_port", proxy.port)
        first = card_of(dialog, 0)
        first.check.click()
        qtbot.waitUntil(lambda: "blocked the connection" in first.state.text())
        qtbot.waitUntil(first.check.isEnabled)


def test_an_account_goes_when_the_window_closes_unless_undone(dialog, forgotten):
    dialog.show_page("workspaces")
    first, second = dialog.page.cards
    first.remove.click()
    second.remove.click()
    assert first.undo.isVisible()
    assert "password" in first.state.text()
    first.undo.click()
    assert forgotten == []
    dialog.accept()
    assert forgotten == ["a2"]
