"""Add a channel: the dialog with keys and mouse, over a state without a network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from posto_desktop.sdk.own_accounts import (
    AccountRights,
    AccountTest,
    OwnAccount,
    SignInProgress,
)
from posto_desktop.ui.dialogs.connect_dialog import ConnectDialog
from tests.gui import connecting
from tests.gui.heard import name_of

Key = Qt.Key


@pytest.fixture
def window(qtbot: Any, theme: Any) -> QWidget:
    window = QWidget()
    window.resize(1024, 700)
    qtbot.addWidget(window)
    window.show()
    return window


def shown(qtbot: Any, dialog: ConnectDialog) -> ConnectDialog:
    dialog.open()
    qtbot.waitExposed(dialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def tiles(dialog: ConnectDialog) -> dict[str, QAbstractButton]:
    buttons = dialog.network_step.grid.findChildren(QAbstractButton)
    return {name_of(widget): widget for widget in buttons if widget.isVisible()}


def press(dialog: ConnectDialog, key: Qt.Key) -> None:
    focused = dialog.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def test_it_fits_the_smallest_window(qtbot: Any, window: QWidget) -> None:
    dialog = shown(qtbot, connecting.at_networks(window))
    assert dialog.height() <= 700 - 48
    assert dialog.width() <= 1024 - 48
    assert dialog.accessibleName() == "Add a channel"


def test_the_networks_stand_in_their_groups(qtbot: Any, window: QWidget) -> None:
    dialog = shown(qtbot, connecting.at_networks(window))
    assert list(tiles(dialog)) == [network.name for network in connecting.OPTIONS.networks]
    assert dialog.network_step.grid.objectName() == "network"
    dialog.network_step.search.setText("link")
    assert list(tiles(dialog)) == ["LinkedIn profile"]
    assert not dialog.main.isEnabled()
    tiles(dialog)["LinkedIn profile"].click()
    assert not dialog.main.isEnabled()
    words = dialog.findChild(QWidget, "network-reason")
    assert words.isVisible()
    assert "an app of your own" in words.text()  # type: ignore[attr-defined]
    with qtbot.waitSignal(dialog.serviceRequested):
        dialog.network_step.service.click()
    assert not dialog.isVisible()


def test_keys_alone_go_through_all_steps(qtbot: Any, window: QWidget) -> None:
    dialog = shown(qtbot, connecting.at_networks(window))
    state, asked = dialog.state, []
    state.signInRequested.connect(lambda *words: asked.append(words))
    assert dialog.network_step.search.hasFocus()
    press(dialog, Key.Key_Down)
    press(dialog, Key.Key_Right)
    assert state.view.method == "bluesky"
    press(dialog, Key.Key_Left)
    press(dialog, Key.Key_Down)
    assert state.view.method == "twitter"
    press(dialog, Key.Key_Up)
    press(dialog, Key.Key_Right)
    press(dialog, Key.Key_Return)
    handle = dialog.sign_in.fields["handle"].line
    qtbot.waitUntil(handle.hasFocus)
    QTest.keyClicks(handle, "ann")
    press(dialog, Key.Key_Tab)
    QTest.keyClicks(dialog.sign_in.fields["password"].line, "secret")
    press(dialog, Key.Key_Return)
    assert asked == [("bluesky", {"handle": "ann", "password": "secret"}, "")]
    assert not dialog.main.isEnabled()
    state.set_progress(SignInProgress("1", "bluesky", "choose", handle="ann", name="Ann"))
    qtbot.waitUntil(dialog.main.hasFocus)
    assert name_of(dialog.main) == "Finish"
    with qtbot.waitSignal(state.finishRequested):
        press(dialog, Key.Key_Return)
    state.set_progress(SignInProgress("1", "bluesky", "done", account=OwnAccount(1, "bluesky")))
    assert not dialog.isVisible()


def test_enter_in_the_search_takes_what_is_left(qtbot: Any, window: QWidget) -> None:
    dialog = shown(qtbot, connecting.at_networks(window))
    dialog.network_step.search.setText("matr")
    press(dialog, Key.Key_Return)
    assert (dialog.state.view.step, dialog.state.view.method) == ("sign_in", "matrix")


def test_what_is_recognised_is_filled_in(qtbot: Any, window: QWidget) -> None:
    dialog = shown(qtbot, connecting.at_guess(window))
    assert "snac2" in dialog.network_step.note.text()
    assert tiles(dialog)["Mastodon and compatible servers"].isChecked()
    press(dialog, Key.Key_Return)
    server = dialog.sign_in.fields["server"].line
    assert (server.objectName(), server.text()) == ("server-address", connecting.HANDLE)
    assert dialog.sign_in.fields["token"].isHidden()
    assert dialog.main.text() == "Open browser"
    dialog.sign_in.more.click()
    QTest.keyClicks(dialog.sign_in.fields["token"].line, "abc")
    assert dialog.main.text() == "Sign in"


def test_the_address_stands_there_while_the_browser_is_open(qtbot: Any, window: QWidget) -> None:
    dialog = shown(qtbot, connecting.at_browser(window))
    assert dialog.sign_in.address.text() == connecting.OPEN.open_url
    assert dialog.sign_in.address.isVisible()
    with qtbot.waitSignal(dialog.state.openRequested):
        dialog.sign_in.open_again.click()
    with qtbot.waitSignal(dialog.state.cancelRequested):
        dialog.back.click()
    assert dialog.main.isEnabled()
    with qtbot.waitSignal(dialog.state.cancelRequested):
        press(dialog, Key.Key_Escape)


def test_the_address_at_the_end_is_pasted_by_keys(qtbot: Any, window: QWidget) -> None:
    dialog = shown(qtbot, connecting.at_browser(window))
    brought: list[str] = []
    dialog.state.addressSubmitted.connect(brought.append)
    assert not dialog.sign_in.ended_at.isVisible()
    dialog.sign_in.stuck.setFocus()
    press(dialog, Key.Key_Return)
    line = dialog.focusWidget()
    assert line is not None
    assert line.accessibleName() == "Address of the last page"
    press(dialog, Key.Key_Return)
    assert brought == []
    assert line.accessibleDescription() == "Paste the address first."
    QTest.keyClicks(line, "https://social.example")
    press(dialog, Key.Key_Return)
    assert brought == ["https://social.example"]
    wrong = replace(connecting.OPEN, error="Copy all of it.", error_field="address")
    dialog.state.set_progress(wrong)
    dialog.state.set_progress(connecting.OPEN)  # the next look
    assert line.accessibleDescription() == "Copy all of it."
    assert line.isEnabled()
    assert line.hasFocus()
    line.selectAll()
    QTest.keyClicks(line, "http://127.0.0.1:1/callback")
    QTest.mouseClick(dialog.sign_in.use_address, Qt.MouseButton.LeftButton)
    assert brought[-1] == "http://127.0.0.1:1/callback"
    dialog.state.set_progress(connecting.ACCOUNT)
    assert dialog.state.view.step == "you"
    dialog.state.back()
    assert dialog.sign_in.ended_at.text() == ""


def test_what_assistive_software_writes_counts(qtbot: Any, window: QWidget) -> None:
    dialog = shown(qtbot, connecting.at_networks(window, chosen="bluesky"))
    dialog.state.go_on()
    line = dialog.sign_in.fields["handle"].line
    shown_to_it = QAccessible.queryAccessibleInterface(line)
    assert shown_to_it is not None
    shown_to_it.setText(QAccessible.Text.Value, "ann.bsky.social")
    assert dialog.state.view.values["handle"] == "ann.bsky.social"
    dialog.state.fill_in("handle", "bob.bsky.social")
    assert line.text() == "bob.bsky.social"


def test_a_refusal_stands_at_its_field(qtbot: Any, window: QWidget) -> None:
    dialog = shown(qtbot, connecting.at_refusal(window))
    field = dialog.sign_in.fields["password"]
    assert "app password" in field.note.text()
    assert field.line.property("invalid")
    assert field.line.hasFocus()
    QTest.keyClicks(field.line, "x")
    assert not field.line.property("invalid")


def test_a_test_post_is_sent_and_deleted_by_keys(qtbot: Any, window: QWidget) -> None:
    dialog = shown(qtbot, connecting.at_account(window, connecting.ROOMS))
    asked: list[bool] = []
    pages: list[str] = []
    dialog.state.testRequested.connect(asked.append)
    dialog.pageRequested.connect(pages.append)
    dialog.state.set_target("2", True)
    card = dialog.account.test
    assert dialog.account.rights.text() == "Can publish and upload pictures."
    card.button.setFocus()
    press(dialog, Key.Key_Space)
    press(dialog, Key.Key_Space)  # while it is sent
    assert asked == [True]
    assert not dialog.main.isEnabled()
    before = dialog.state.view.progress
    assert before is not None
    failed = replace(before, error="The server is away.", error_field="test")
    dialog.state.set_progress(failed)
    assert dialog.findChild(QWidget, "account-error").text() == "The server is away."
    dialog.state.test()
    sent = AccountTest(before.test.words, "sent", "https://social.example/1")
    dialog.state.set_progress(replace(before, test=sent))
    assert name_of(card.button) == "Delete it now"
    assert not dialog.findChild(QWidget, "account-error").isVisible()
    QTest.mouseClick(card.page, Qt.MouseButton.LeftButton)
    assert pages == ["https://social.example/1"]
    QTest.mouseClick(card.button, Qt.MouseButton.LeftButton)
    assert asked == [True, True, False]
    deleted = AccountTest(before.test.words, "deleted")
    dialog.state.set_progress(replace(before, test=deleted))
    assert not card.page.isVisible()
    assert dialog.state.view.targets == {"2"}  # what was chosen stays chosen


def test_what_an_account_may_not_do_is_said(qtbot: Any, window: QWidget) -> None:
    dialog = shown(qtbot, connecting.at_account(window))
    progress = dialog.state.view.progress
    assert progress is not None
    for rights, words in (
        (AccountRights(), ""),
        (AccountRights(True), "Can publish."),
        (AccountRights(upload=False), "Cannot upload pictures."),
        (AccountRights(False, True, "Ask."), "Cannot publish. Can upload pictures. Ask."),
    ):
        dialog.state.test()
        dialog.state.set_progress(replace(progress, rights=rights, test=AccountTest()))
        assert dialog.account.rights.text() == words
        assert not dialog.account.test.isVisible()


def test_rooms_are_chosen(qtbot: Any, window: QWidget) -> None:
    dialog = shown(qtbot, connecting.at_account(window, connecting.ROOMS))
    dialog.main.click()
    assert dialog.state.view.error_field == "targets"
    boxes = list(dialog.account.targets.findChildren(QAbstractButton))
    assert [box.accessibleName() for box in boxes] == ["Room 1", "Room 2", "Room 3"]
    boxes[1].click()
    with qtbot.waitSignal(dialog.state.finishRequested) as asked:
        dialog.main.click()
    assert asked.args == [["2"]]
