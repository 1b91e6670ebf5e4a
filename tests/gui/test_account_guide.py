"""How to get this: the pages of docs/accounts in the app, by keys alone."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from posto_desktop.common.resources import document
from posto_desktop.ui.dialogs.account_guide_dialog import AccountGuideDialog, guide_of
from posto_desktop.ui.dialogs.connect_dialog import ConnectDialog
from tests.gui import connecting

PAGES = sorted(path.stem for path in document("accounts").glob("*.md"))


@pytest.fixture
def window(qtbot: Any, theme: Any) -> QWidget:
    window = QWidget()
    window.resize(1024, 700)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the browser is asked to open."""
    urls: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: urls.append(url.toString()))
    return urls


def sign_in(qtbot: Any, window: QWidget) -> ConnectDialog:
    dialog = connecting.at_networks(window, chosen="bluesky")
    dialog.open()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.state.go_on()
    qtbot.waitUntil(dialog.sign_in.fields["handle"].line.hasFocus)
    return dialog


def guide_over(dialog: ConnectDialog) -> AccountGuideDialog:
    guide = dialog.findChild(AccountGuideDialog, "account-guide")
    assert isinstance(guide, AccountGuideDialog)
    return guide


def press(key: Qt.Key) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


@pytest.mark.parametrize("method", PAGES)
def test_a_page_is_laid_out(qtbot: Any, window: QWidget, method: str) -> None:
    dialog = connecting.guide(window, method)
    qtbot.addWidget(dialog)
    text = dialog.page.toPlainText()
    assert "What you need" in text
    text = text.replace("](https://…)", "")  # as one writes pictures at dev.to
    for mark in ("**", "](http", "| ---", "##"):
        assert mark not in text


def test_only_pages_that_are_there_are_shown() -> None:
    assert guide_of("bluesky") == document("accounts", "bluesky.md")
    for method in ("tiktok", "../guide", "", "https://example.com"):
        assert guide_of(method) is None


def test_keys_alone_open_read_and_close_it(qtbot: Any, window: QWidget) -> None:
    dialog = sign_in(qtbot, window)
    press(Qt.Key.Key_Backtab)
    assert dialog.sign_in.guide.hasFocus()
    assert dialog.sign_in.guide.text() == "How to get this"
    press(Qt.Key.Key_Space)
    guide = guide_over(dialog)
    qtbot.waitUntil(guide.page.hasFocus)
    assert guide.accessibleName() == "How to get this"
    assert "App password" in guide.page.toPlainText()
    press(Qt.Key.Key_End)
    press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: dialog.findChild(AccountGuideDialog) is None)
    assert dialog.isVisible()
    assert dialog.focusWidget() is dialog.sign_in.guide


def test_links_open_by_keys_and_lead_to_other_networks(
    qtbot: Any, window: QWidget, opened: list[str]
) -> None:
    guide = connecting.guide(window, "discord_webhook")
    guide.open()
    qtbot.waitExposed(guide)
    guide.activateWindow()
    qtbot.waitUntil(guide.page.hasFocus)
    press(Qt.Key.Key_Tab)
    assert guide.page.hasFocus()
    press(Qt.Key.Key_Return)
    assert guide.page.toPlainText().startswith("Discord (bot)")
    assert guide.page.verticalScrollBar().value() == 0
    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Return)
    assert guide.page.toPlainText().startswith("Discord (webhook)")
    assert opened == []
    guide.close()


def test_links_to_the_web_open_in_the_browser(
    qtbot: Any, window: QWidget, opened: list[str]
) -> None:
    guide = connecting.guide(window, "slack")
    guide.open()
    qtbot.waitExposed(guide)
    guide.activateWindow()
    qtbot.waitUntil(guide.page.hasFocus)
    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Return)
    assert opened == ["https://api.slack.com/apps"]
    press(Qt.Key.Key_Tab)  # past the only link
    qtbot.waitUntil(guide.close_button.hasFocus)
    guide.close()


def test_what_is_no_page_of_the_web_opens_nothing(
    qtbot: Any, window: QWidget, opened: list[str]
) -> None:
    guide = connecting.guide(window)
    qtbot.addWidget(guide)
    before = guide.page.toPlainText()
    for link in ("file:///etc/passwd", "javascript:alert(1)", "../guide.md", "posto:x"):
        guide.page.linkFollowed.emit(link)
    assert opened == []
    assert guide.page.toPlainText() == before


def test_networks_without_a_page_have_no_link(qtbot: Any, window: QWidget) -> None:
    dialog = connecting.at_networks(window, chosen="matrix")
    dialog.open()
    dialog.state.go_on()
    assert dialog.sign_in.guide.isVisible()
    assert guide_of(connecting.X.method) is None  # "twitter" is no method of a page
    dialog.close()
