"""Signing in: what is checked when, and where each answer appears."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from posto_desktop.sdk.connect import SignIn, SiteFacts
from posto_desktop.sdk.errors import AuthenticationError, NetworkError, Remedy
from posto_desktop.storage.secrets import KeyringError, KeyringState
from posto_desktop.ui.dialogs.sign_in_dialog import SignInDialog
from tests.gui.heard import name_of

LEFT = Qt.MouseButton.LeftButton
SITE = SiteFacts("https://social.example", "social.example", "Nordlicht")
ACCEPTED = SignIn("https://social.example", "Maja", "Nordlicht")


def error(reason: str, sentence: str = "It is so.") -> AuthenticationError:
    return AuthenticationError("technical", user_message=sentence, reason=reason)


@pytest.fixture
def dialog(qtbot: Any, theme: Any) -> SignInDialog:
    dialog = SignInDialog()
    qtbot.addWidget(dialog)
    dialog.set_keyring(KeyringState("ok", "GNOME Keyring"))
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


@pytest.fixture
def window(qtbot: Any, theme: Any) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1024, 700)
    window.show()
    qtbot.waitExposed(window)
    return window


def fill(dialog: SignInDialog, qtbot: Any) -> None:
    qtbot.keyClicks(dialog.address.line, "social.example")
    qtbot.keyClicks(dialog.user.line, "maja")
    qtbot.keyClicks(dialog.password.line, "abcd efgh ijkl mnop qrst uvwx")


def note(field: Any) -> str:
    return field.note.text() if field.note.isVisible() else ""


@pytest.mark.parametrize(
    ("object_name", "name"),
    [
        ("site-address", "Site address"),
        ("user-name", "User name"),
        ("application-password", "Application password"),
        ("keep-keyring", "In the system keychain"),
        ("keep-session", "Only until I quit"),
        ("use-this-computer-instead", "Use this computer instead"),
        ("cancel", "Cancel"),
        ("sign-in-button", "Sign in"),
    ],
)
def test_controls_are_found_by_name(dialog: SignInDialog, object_name: str, name: str) -> None:
    assert name_of(dialog.findChild(QWidget, object_name)) == name


def test_the_address_is_checked_when_typing_pauses(dialog: SignInDialog, qtbot: Any) -> None:
    asked: list[str] = []
    dialog.checkAddressRequested.connect(asked.append)
    with qtbot.waitSignal(dialog.checkAddressRequested):
        qtbot.keyClicks(dialog.address.line, " social.example ")
    assert asked == ["social.example"]  # once, not at every letter
    dialog.show_address("social.example", SITE)
    assert note(dialog.address) == "Nordlicht, Posto service found, encrypted connection"
    qtbot.keyClicks(dialog.address.line, "x")
    assert note(dialog.address) == ""


def test_an_unfinished_word_is_no_address(dialog: SignInDialog, qtbot: Any) -> None:
    qtbot.keyClicks(dialog.address.line, "social")
    with qtbot.assertNotEmitted(dialog.checkAddressRequested):
        qtbot.keyClick(dialog.address.line, Qt.Key.Key_Tab)


def test_leaving_the_field_checks_at_once(dialog: SignInDialog, qtbot: Any) -> None:
    asked: list[str] = []
    dialog.checkAddressRequested.connect(asked.append)
    qtbot.keyClicks(dialog.address.line, "social.example")
    dialog.user.line.setFocus()
    assert asked == ["social.example"]


def test_a_late_answer_about_an_older_address_is_dropped(dialog: SignInDialog, qtbot: Any) -> None:
    asked: list[str] = []
    dialog.checkAddressRequested.connect(asked.append)
    qtbot.keyClicks(dialog.address.line, "old.example")
    dialog.user.line.setFocus()
    dialog.address.line.setFocus()
    qtbot.keyClicks(dialog.address.line, ".org")
    for address, expected in (("old.example", ""), ("old.example.org", "No such site.")):
        dialog.show_address(address, SITE)
        dialog.show_address_error(address, NetworkError("x", user_message="No such site."))
        assert note(dialog.address) == expected
    dialog.address.line.clear()
    dialog.show_address("old.example.org", SITE)
    assert note(dialog.address) == ""
    assert asked[0] == "old.example"


@pytest.mark.parametrize("reason", ["wrong_password", "not_allowed", "wrong_address"])
def test_an_error_goes_with_the_address_that_it_is_about(
    dialog: SignInDialog, qtbot: Any, reason: str
) -> None:
    fill(dialog, qtbot)
    dialog.submit()
    dialog.show_error(error(reason))
    qtbot.keyClicks(dialog.address.line, ".org")
    for field in (dialog.address, dialog.user, dialog.password):
        assert note(field) != "It is so."
        assert not field.line.property("invalid")
    assert "Do not use your login password" in note(dialog.password)


def places(dialog: SignInDialog) -> list[int]:
    """Where the fields and the choice begin on the screen."""
    QApplication.processEvents()
    parts = (dialog.address.line, dialog.user.line, dialog.password.line, dialog.password_storage)
    return [part.mapToGlobal(QPoint(0, 0)).y() for part in parts]


def test_the_form_does_not_move_while_one_types(dialog: SignInDialog, qtbot: Any) -> None:
    before = places(dialog)
    qtbot.keyClicks(dialog.address.line, "social.example")
    dialog.user.line.setFocus()
    assert places(dialog) == before  # "Looking for the service…"
    dialog.show_address("social.example", SITE)
    assert places(dialog) == before
    two_lines = "social.example could not be found. The address is wrong or offline. Nothing sent."
    dialog.show_address_error("social.example", NetworkError("x", user_message=two_lines))
    assert note(dialog.address) == two_lines
    assert places(dialog) == before
    dialog.submit()  # a user name is missing
    assert note(dialog.user)
    assert places(dialog) == before
    # A longer error and lines to copy wait until the address has the keyboard.
    long = f"social.example refuses programs. {two_lines * 2}"
    refusal = error("tls", long).with_remedies(LINES)
    dialog.show_address_error("social.example", refusal)
    qtbot.keyClicks(dialog.user.line, "maja")
    assert note(dialog.address) == "social.example refuses programs."
    assert (places(dialog), boxes(dialog)) == (before, [])
    dialog.address.line.setFocus()
    assert note(dialog.address) == long
    assert len(boxes(dialog)) == 2
    after = places(dialog)
    qtbot.keyClicks(dialog.address.line, ".org")
    assert (note(dialog.address), places(dialog)) == ("", after)


def test_address_errors_stand_under_the_address(dialog: SignInDialog) -> None:
    dialog.address.set_text("social.example")
    dialog.show_address_error("social.example", NetworkError("x", user_message="No such site."))
    assert note(dialog.address) == "No such site."
    assert dialog.address.line.property("invalid")
    without = SiteFacts("https://a.example", "a.example", "A", has_plugin=False)
    dialog.show_address("social.example", without)
    assert "without the Posto service" in note(dialog.address)


def test_a_site_without_application_passwords(dialog: SignInDialog) -> None:
    dialog.address.set_text("a.example")
    site = SiteFacts("http://a.example", "a.example", application_passwords=False)
    dialog.show_address("a.example", site)
    assert "does not allow application passwords" in note(dialog.password)


def test_signing_in(dialog: SignInDialog, qtbot: Any) -> None:
    fill(dialog, qtbot)
    with qtbot.waitSignal(dialog.checkRequested) as asked:
        qtbot.keyClick(dialog.password.line, Qt.Key.Key_Return)
    assert asked.args == ["social.example", "maja", "abcdefghijklmnopqrstuvwx"]
    assert dialog.is_working()
    assert not dialog.sign_in.isEnabled()
    with qtbot.waitSignal(dialog.accepted_account) as accepted:
        dialog.show_result(ACCEPTED)
    assert accepted.args == [ACCEPTED, "abcdefghijklmnopqrstuvwx", "keyring"]
    assert dialog.isVisible()  # until it is kept
    dialog.accept()
    assert dialog.password.text() == ""


@pytest.mark.parametrize("empty", ["address", "user", "password"])
def test_what_is_missing_is_asked_for(dialog: SignInDialog, qtbot: Any, empty: str) -> None:
    fill(dialog, qtbot)
    field = getattr(dialog, empty)
    field.line.clear()
    with qtbot.assertNotEmitted(dialog.checkRequested):
        qtbot.mouseClick(dialog.sign_in, LEFT)
    assert field.line.property("invalid")
    assert note(field).startswith("Enter")


@pytest.mark.parametrize(
    ("reason", "field"),
    [
        ("wrong_password", "password"),
        ("app_passwords_off", "password"),
        ("not_allowed", "user"),
        ("wrong_address", "address"),
        ("no_plugin", "address"),
        ("not_wordpress", "address"),
        ("tls", "address"),
        ("redirect_loop", "address"),
        ("offline", "address"),
        ("insecure_http", "address"),
        ("timeout", "address"),
    ],
)
def test_each_refusal_stands_at_its_field(
    dialog: SignInDialog, qtbot: Any, reason: str, field: str
) -> None:
    fill(dialog, qtbot)
    dialog.submit()
    dialog.show_error(error(reason, f"Because of {reason}."))
    assert not dialog.is_working()
    for name in ("address", "user", "password"):
        part = getattr(dialog, name)
        assert bool(part.line.property("invalid")) == (name == field)
    assert note(getattr(dialog, field)) == f"Because of {reason}."
    assert dialog.focusWidget() is getattr(dialog, field).line


LINES = (
    Remedy("Apache, in .htaccess", 'SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1'),
    Remedy("nginx", "map $request_uri $ask_for {\n    default on;\n}"),
    Remedy("In a script", "Route(ca_file='site.pem')", "script"),
)


def boxes(dialog: SignInDialog) -> list[QPlainTextEdit]:
    return [box for box in dialog.findChildren(QPlainTextEdit) if box.isVisible()]


def test_lines_that_mend_it_can_be_copied(dialog: SignInDialog, qtbot: Any) -> None:
    fill(dialog, qtbot)
    dialog.submit()
    dialog.show_error(error("wrong_password").with_remedies(LINES))
    assert [box.toPlainText() for box in boxes(dialog)] == [line.lines for line in LINES[:2]]
    assert [box.accessibleName() for box in boxes(dialog)] == ["Lines 1", "Lines 2"]
    assert dialog.findChild(QLabel, "remedy-2-where").text() == "nginx"
    copy = dialog.findChild(QPushButton, "copy-lines-2")
    qtbot.mouseClick(copy, LEFT)
    assert QGuiApplication.clipboard().text() == LINES[1].lines
    assert copy.text() == "Copied"
    # Enter copies, too, and does not sign in.
    copy = dialog.findChild(QPushButton, "copy-lines-1")
    copy.setFocus()
    with qtbot.assertNotEmitted(dialog.checkRequested):
        qtbot.keyClick(copy, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == LINES[0].lines
    qtbot.keyClicks(dialog.password.line, "x")
    assert boxes(dialog) == []


def test_every_line_is_seen_however_long(dialog: SignInDialog, qtbot: Any) -> None:
    long = Remedy("Somewhere", "Address: https://" + "a-long-name." * 12 + "example/wp-json/*")
    dialog.address.set_error("No.", [LINES[0], long])
    short, broken = boxes(dialog)
    line = short.fontMetrics().lineSpacing()
    qtbot.waitUntil(lambda: broken.height() > 3 * line)  # once it is laid out
    assert short.height() < 2.5 * line
    end = broken.document().lastBlock()
    bottom = broken.blockBoundingGeometry(end).translated(broken.contentOffset()).bottom()
    assert bottom <= broken.viewport().height()


def test_the_dialog_grows_for_it_and_shows_the_field(
    qtbot: Any, theme: Any, window: QWidget
) -> None:
    dialog = SignInDialog(window)
    dialog.set_keyring(KeyringState("ok", "GNOME Keyring"))
    dialog.show()
    qtbot.waitExposed(dialog)
    before = dialog.height()
    fill(dialog, qtbot)
    dialog.submit()
    dialog.show_error(error("tls").with_remedies(LINES * 3))
    qtbot.waitUntil(lambda: dialog.address.line.visibleRegion().boundingRect().height() > 10)
    assert before < dialog.height() <= window.height() - 48
    assert dialog.geometry().top() >= window.frameGeometry().top()
    dialog.close()


def test_a_remedy_in_the_settings_leads_there(dialog: SignInDialog, qtbot: Any) -> None:
    remedy = Remedy("In Posto Desktop", "Settings > Network > Certificates of your own", "app")
    dialog.address.set_text("social.example")
    refusal = error("tls").with_remedies((remedy, LINES[2]))
    dialog.show_address_error("social.example", refusal)
    assert boxes(dialog) == []
    button = dialog.findChild(QPushButton, "remedy-1")
    with qtbot.waitSignal(dialog.settingsRequested) as wanted:
        qtbot.mouseClick(button, LEFT)
    assert wanted.args == ["network"]
    dialog.show_address("social.example", SITE)
    assert not button.isVisible()


def test_a_site_that_tells_guests_nothing(dialog: SignInDialog) -> None:
    dialog.address.set_text("a.example")
    closed = SiteFacts("https://a.example", "a.example", is_closed=True)
    dialog.show_address("a.example", closed)
    assert note(dialog.address) == "a.example answers only after sign-in."
    assert not dialog.address.line.property("invalid")


def test_other_errors_stand_at_the_end(dialog: SignInDialog, qtbot: Any) -> None:
    fill(dialog, qtbot)
    dialog.submit()
    dialog.show_error(RuntimeError("Something else."))
    general = dialog.findChild(QLabel, "sign-in-error")
    assert general.isVisible()
    assert general.text() == "Something else."
    qtbot.keyClicks(dialog.user.line, "x")
    assert not general.isVisible()


def test_cancel_stops_the_check_first(dialog: SignInDialog, qtbot: Any) -> None:
    fill(dialog, qtbot)
    dialog.submit()
    with qtbot.waitSignal(dialog.checkCancelled):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    with qtbot.assertNotEmitted(dialog.accepted_account):
        dialog.show_result(ACCEPTED)  # an answer that comes too late
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_without_a_keychain_the_user_must_choose(dialog: SignInDialog, qtbot: Any) -> None:
    dialog.set_keyring(KeyringState("none", ""))
    assert dialog.password_storage.value() is None
    assert not dialog.password_storage.choices["keyring"].isVisible()
    assert "No keychain found" in dialog.password_storage.note.text()
    fill(dialog, qtbot)
    with qtbot.assertNotEmitted(dialog.checkRequested):
        dialog.submit()
    assert dialog.password_storage.note.text() == "Choose where to keep the password."
    qtbot.mouseClick(dialog.password_storage.choices["file"], LEFT)
    with qtbot.waitSignal(dialog.checkRequested):
        dialog.submit()
    with qtbot.waitSignal(dialog.accepted_account) as accepted:
        dialog.show_result(ACCEPTED)
    assert accepted.args[2] == "file"


def test_a_locked_keychain_says_so(dialog: SignInDialog) -> None:
    dialog.set_keyring(KeyringState("locked", "KWallet"))
    choice = dialog.password_storage.choices["keyring"]
    assert "KWallet is locked" in choice.accessibleDescription()
    assert dialog.password_storage.value() == "keyring"


def test_a_chosen_place_stays_chosen(dialog: SignInDialog, qtbot: Any) -> None:
    qtbot.mouseClick(dialog.password_storage.choices["session"], LEFT)
    dialog.set_keyring(KeyringState("ok", "KWallet"))
    assert dialog.password_storage.value() == "session"


def test_a_password_that_cannot_be_kept_leaves_the_choice(dialog: SignInDialog, qtbot: Any) -> None:
    fill(dialog, qtbot)
    dialog.submit()
    dialog.show_result(ACCEPTED)
    dialog.show_save_error(KeyringError(KeyringState("none", ""), "It is closed."))
    assert dialog.password_storage.note.text() == "It is closed."
    assert dialog.password_storage.value() is None
    assert dialog.sign_in.isEnabled()


def test_the_eye_shows_the_password(dialog: SignInDialog) -> None:
    line = dialog.password.line
    assert line.echoMode() == QLineEdit.EchoMode.Password
    eye = next(action for action in line.actions() if action.isCheckable())
    eye.trigger()
    assert line.echoMode() == QLineEdit.EchoMode.Normal


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("social.example", "https://social.example/wp-admin/profile.php"),
        ("https://a.example/blog/", "https://a.example/blog/wp-admin/profile.php"),
        ("https://a.example/index.php/wp-json/", "https://a.example/wp-admin/profile.php"),
    ],
)
def test_the_page_that_makes_a_password(
    dialog: SignInDialog, qtbot: Any, address: str, url: str
) -> None:
    dialog.address.set_text(address)
    with qtbot.waitSignal(dialog.openRequested) as opened:
        qtbot.mouseClick(dialog.password.link, LEFT)
    assert opened.args == [f"{url}#application-passwords-section"]


def test_no_address_no_page(dialog: SignInDialog, qtbot: Any) -> None:
    with qtbot.assertNotEmitted(dialog.openRequested):
        qtbot.mouseClick(dialog.password.link, LEFT)
    assert dialog.address.line.property("invalid")


def test_signing_in_again_needs_only_the_password(dialog: SignInDialog, qtbot: Any) -> None:
    with qtbot.waitSignal(dialog.checkAddressRequested):
        dialog.prefill("https://social.example", "maja")
    assert dialog.focusWidget() is dialog.password.line


PAGE = "https://social.example/wp-admin/authorize-application.php"
TEAM = SiteFacts("https://social.example", "social.example", "Nordlicht", browser_sign_in=PAGE)


def test_a_team_signs_in_with_the_browser(dialog: SignInDialog, qtbot: Any) -> None:
    qtbot.keyClicks(dialog.address.line, "social.example")
    dialog.user.line.setFocus()
    before = places(dialog)
    dialog.show_address("social.example", TEAM)
    assert dialog.is_by_browser
    assert not dialog.user.isVisible()
    assert not dialog.sign_in.isVisible()
    assert dialog.browser.sign_in.hasFocus(), "the name had the keyboard"
    assert places(dialog)[-1] == before[-1], "what lies below does not move"
    about = dialog.browser.findChild(QLabel, "browser-sign-in-about")
    assert about is not None
    assert about.text().startswith("social.example signs you in")
    with qtbot.waitSignal(dialog.browserRequested) as asked:
        qtbot.keyClick(dialog.browser.sign_in, Qt.Key.Key_Return)
    assert asked.args == [TEAM]
    assert dialog.is_working()
    dialog.browser.show_page(f"{PAGE}?x=1")
    assert dialog.browser.address.text() == f"{PAGE}?x=1"
    qtbot.waitUntil(lambda: dialog._scroll.verticalScrollBar().maximum() == 0)
    with qtbot.waitSignal(dialog.openRequested) as opened:
        qtbot.mouseClick(dialog.browser.open_again, LEFT)
    assert opened.args == [f"{PAGE}?x=1"]
    with qtbot.waitSignal(dialog.accepted_account) as accepted:
        dialog.show_browser_result(ACCEPTED, "abcd")
    assert accepted.args == [ACCEPTED, "abcd", "keyring"]
    # It could not be stored: the next try stores it, without the browser.
    dialog.show_save_error(KeyringError(KeyringState("locked", "GNOME Keyring"), "It is locked."))
    dialog.password_storage.findChild(QWidget, "keep-session").click()
    with (
        qtbot.assertNotEmitted(dialog.browserRequested),
        qtbot.waitSignal(dialog.accepted_account) as again,
    ):
        dialog.submit()
    assert again.args == [ACCEPTED, "abcd", "session"]


def test_what_the_browser_did_not_bring_is_told(dialog: SignInDialog, qtbot: Any) -> None:
    dialog.address.set_text("social.example")
    dialog.show_address("social.example", TEAM)
    dialog.submit()
    dialog.show_error(error("", "You did not allow it."))
    assert dialog.browser.note.text() == "You did not allow it."
    assert not dialog.is_working()
    dialog.submit()
    assert not dialog.browser.note.isVisible()
    with qtbot.waitSignal(dialog.checkCancelled):
        dialog.reject()
    assert dialog.isVisible()
    with qtbot.assertNotEmitted(dialog.accepted_account):
        dialog.show_browser_result(ACCEPTED, "abcd")


def test_an_application_password_stays_possible(dialog: SignInDialog, qtbot: Any) -> None:
    dialog.address.set_text("social.example")
    dialog.show_address("social.example", TEAM)
    qtbot.mouseClick(dialog.browser.use_password, LEFT)
    assert dialog.user.line.hasFocus()
    assert dialog.password.isVisible()
    dialog.show_address("social.example", TEAM)
    assert not dialog.is_by_browser, "the person has chosen"
    assert dialog.password.link.text().strip() == "Sign in with your browser"
    qtbot.mouseClick(dialog.password.link, LEFT)
    assert dialog.is_by_browser
    qtbot.keyClicks(dialog.address.line, ".org")  # another site: unknown yet
    assert not dialog.is_by_browser
    assert dialog.password.link.text().strip() == "Create one on your site"
    qtbot.keyClicks(dialog.user.line, "maja")
    dialog.show_address("social.example.org", TEAM)
    assert not dialog.is_by_browser, "nothing that was typed goes"


def test_the_browser_can_be_left_for_a_password(dialog: SignInDialog, qtbot: Any) -> None:
    dialog.address.set_text("social.example")
    dialog.show_address("social.example", TEAM)
    dialog.submit()
    dialog.browser.show_page(PAGE)
    assert not dialog.address.isEnabled()
    assert dialog.address.toolTip() == "Cancel the sign-in to change this."
    with qtbot.waitSignal(dialog.checkCancelled):
        qtbot.mouseClick(dialog.browser.use_password, LEFT)
    assert not dialog.is_working()
    assert dialog.user.line.hasFocus()
    assert dialog.address.isEnabled()
    assert dialog.address.toolTip() == ""
    with qtbot.assertNotEmitted(dialog.accepted_account):
        dialog.show_browser_result(ACCEPTED, "abcd")  # the browser comes back too late


def test_use_this_computer_instead(dialog: SignInDialog, qtbot: Any) -> None:
    with qtbot.waitSignals([dialog.localRequested, dialog.rejected]):
        qtbot.mouseClick(dialog.local, LEFT)


def test_use_this_computer_while_signing_in(dialog: SignInDialog, qtbot: Any) -> None:
    fill(dialog, qtbot)
    dialog.submit()
    with qtbot.waitSignals([dialog.checkCancelled, dialog.localRequested, dialog.rejected]):
        qtbot.mouseClick(dialog.local, LEFT)
    assert not dialog.isVisible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_painted(dialog: SignInDialog, theme: Any, qtbot: Any, scheme: str) -> None:
    theme.setMode(scheme)
    try:
        fill(dialog, qtbot)
        dialog.show_address("social.example", SITE)
        dialog.submit()
        assert not dialog.grab().isNull()
        dialog.show_error(error("wrong_password"))
        assert not dialog.grab().isNull()
    finally:
        theme.setMode("light")


def test_a_dialog_dims_its_window_and_frees_itself(qtbot: Any, theme: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(700, 500)
    window.show()
    dialog = SignInDialog(window)
    dialog.open()
    assert dialog.height() <= window.height() - 48
    assert any(type(child).__name__ == "Scrim" for child in window.children())
    dialog.reject()
    qtbot.waitUntil(lambda: not any(type(child).__name__ == "Scrim" for child in window.children()))


@pytest.mark.parametrize("kind", ["ok", "locked", "none"])
def test_it_needs_no_scrolling_at_its_usual_size(dialog: SignInDialog, kind: str) -> None:
    dialog.set_keyring(KeyringState(kind, "GNOME Keyring"))
    QApplication.processEvents()
    bar = dialog._scroll.verticalScrollBar()
    assert bar.maximum() == 0


def test_tab_goes_from_field_to_field_before_the_link(dialog: SignInDialog) -> None:
    dialog.activateWindow()
    dialog.user.line.setFocus()
    QTest.keyClick(dialog.user.line, Qt.Key.Key_Tab)
    assert dialog.password.line.hasFocus()
    QTest.keyClick(dialog.password.line, Qt.Key.Key_Tab)
    assert dialog.password.link.hasFocus()
