"""Dialog for signing in to a Posto service: address, user, application password, storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.common.user_error import message_of
from posto_desktop.sdk.endpoint import site_of
from posto_desktop.sdk.errors import AuthenticationError, PostoError, Remedy
from posto_desktop.storage.secrets import KeyringError, KeyringState
from posto_desktop.ui import icons
from posto_desktop.ui.dialogs.browser_sign_in_part import BrowserSignInPart
from posto_desktop.ui.dialogs.labelled_field import LabelledField
from posto_desktop.ui.dialogs.password_storage_choice import PasswordStorageChoice
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, set_enabled
from posto_desktop.ui.widgets.dialog import Dialog
from posto_desktop.ui.widgets.dialog_placement import keep_inside_window, max_dialog_height
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.progress_bar import ProgressBar
from posto_desktop.workers.debouncer import Debouncer

if TYPE_CHECKING:
    from posto_desktop.sdk.connect import SignIn, SiteFacts

__all__ = ["SignInDialog"]

ADDRESS_PAUSE_MS = 600
# Field of each SDK error; others concern the address.
_PASSWORD = {"wrong_password", "app_passwords_off"}
_USER = {"not_allowed"}


class _Logo(QWidget):
    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setFixedSize(40, 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).drawPixmap(0, 0, icons.app_mark(40, self.devicePixelRatioF()))


class SignInDialog(Dialog):
    """Asks for a service and checks it before saving. Uses no network itself.

    Signals: `checkAddressRequested(str address)` 600 ms after the last key press,
    `checkRequested(str address, str user, str password)`, `browserRequested(object
    sdk.connect.SiteFacts)` to sign in on its page instead, `accepted_account(object
    sdk.connect.SignIn, str password, str where)`; the dialog then stays until `accept()`, or
    `show_save_error(error)` if the password could not be stored; `checkCancelled()`,
    `localRequested()`, `openRequested(str url)`, `settingsRequested(str page)`.
    """

    checkAddressRequested = Signal(str)
    checkRequested = Signal(str, str, str)
    browserRequested = Signal(object)
    accepted_account = Signal(object, str, str)
    checkCancelled = Signal()
    localRequested = Signal()
    openRequested = Signal(str)
    settingsRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None):
        super().__init__("sign-in", self.tr("Sign in to a Posto service"), parent)
        self._site: SiteFacts | None = None
        self._details: tuple[str, tuple[Remedy, ...]] | None = None
        """Full error of the address, where only its beginning is shown."""
        self._working = False
        self._is_refused = False
        self._has_typed = False
        """Whether the person has begun with the name, so that the fields stay."""
        self._password = ""
        self._by_browser: SignIn | None = None
        """What the browser's sign-in has brought, until it is stored."""
        theme = Theme.instance()
        width, height = (round(side * theme.scale) for side in theme.pair("pane.dialog.sign_in"))
        self.setFixedWidth(width)
        self.resize(width, height)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body = QWidget()
        self._body.setProperty("role", "scrolled")
        self._scroll.setWidget(self._body)
        self._fill(self._body)
        self.box.addWidget(self._scroll, 1)
        self.box.addWidget(self._make_foot())
        self._pause = Debouncer(ADDRESS_PAUSE_MS, self._check_address, self)
        self._wire()
        self._show_working(False)
        self.address.line.setFocus()

    # --- building ---------------------------------------------------------------------------------

    def _fill(self, body: QWidget) -> None:
        box = QVBoxLayout(body)
        box.setContentsMargins(25, 24, 25, 18)
        box.setSpacing(13)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(_Logo(body), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(self.tr("Sign in to a Posto service"), "dialog", wrap=True))
        about = self.tr("Your WordPress site or your team's server")
        words.addWidget(label(about, "muted", wrap=True))
        head.addLayout(words, 1)
        box.addLayout(head)
        box.addSpacing(12)
        self.address = LabelledField(
            self.tr("Site address"), "site-address", "globe", lines=2, parent=body
        )
        self.address.line.setPlaceholderText(self.tr("social.example.com"))
        self.address.line.setInputMethodHints(Qt.InputMethodHint.ImhUrlCharactersOnly)
        self.user = LabelledField(
            self.tr("User name"), "user-name", "user-round", lines=1, parent=body
        )
        self.password = LabelledField(
            self.tr("Application password"),
            "application-password",
            "key-round",
            secret=True,
            link=self._create_words(),
            hint=self.tr(
                "A separate password for this app, in groups of four. Do not use your "
                "login password. You can revoke it on your site at any time."
            ),
            lines=2,
            parent=body,
        )
        self.browser = BrowserSignInPart(body)
        self.browser.hide()
        self.password_storage = PasswordStorageChoice(body)
        parts = (self.address, self.user, self.password, self.browser, self.password_storage)
        for part in parts:
            box.addWidget(part)
        self._general = Paragraph(
            "", "error-small", type_name="small", object_name="sign-in-error", parent=body
        )
        self._general.hide()
        box.addWidget(self._general)
        box.addStretch(1)

    def _create_words(self) -> str:
        return self.tr("Create one on your site")

    def _make_foot(self) -> QFrame:
        foot = QFrame(self)
        foot.setProperty("role", "side-foot")
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._progress = ProgressBar(self.tr("Signing in"), "signing-in", foot)
        self._progress.setRange(0, 0)
        column.addWidget(self._progress)
        row = QHBoxLayout()
        row.setContentsMargins(23, 13, 20, 13)
        row.setSpacing(8)
        self.local = Button(self.tr("Use this computer instead"), "link", parent=foot)
        self.local.setObjectName("use-this-computer-instead")
        self.cancel = Button(self.tr("Cancel"), parent=foot)
        self.cancel.setObjectName("cancel")
        self.sign_in = Button(self.tr("Sign in"), "primary", parent=foot)
        self.sign_in.setObjectName("sign-in")
        self.sign_in.setObjectName("sign-in-button")
        self.sign_in.setDefault(True)
        self.sign_in.setMinimumWidth(round(96 * Theme.instance().scale))
        row.addWidget(self.local)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.sign_in)
        column.addLayout(row)
        return foot

    def _wire(self) -> None:
        self.address.edited.connect(self._address_edited)
        self.address.line.installEventFilter(self)
        self.address.line.editingFinished.connect(self._address_left)
        self.user.edited.connect(self._credentials_edited)
        self.password.edited.connect(self._credentials_edited)
        self.password.linkClicked.connect(self._open_password_page)
        for field in (self.address, self.user, self.password):
            field.settingsRequested.connect(lambda: self.settingsRequested.emit("network"))
        self.local.clicked.connect(self._use_local)
        self.browser.signInRequested.connect(self.submit)
        self.browser.openRequested.connect(self.openRequested)
        self.browser.passwordRequested.connect(self._use_password)
        self.cancel.clicked.connect(self.reject)
        self.sign_in.clicked.connect(self.submit)

    # --- what the app tells the dialog ------------------------------------------------------------

    def prefill(self, address: str, username: str = "") -> None:
        """Fill in a known account, for signing in again, and focus the password."""
        self.address.set_text(address)
        self.user.set_text(username)
        (self.password if username else self.user).line.setFocus()
        self._check_address()

    @Slot(object)
    def set_keyring(self, state: KeyringState) -> None:
        """Show the result of `storage.secrets.Secrets.available()`."""
        self.password_storage.set_keyring(state.kind, state.name)
        if self.isVisible():
            self._grow()

    @Slot(str, object)
    def show_address(self, address: str, site: SiteFacts) -> None:
        """Show the answer to `checkAddressRequested`: an `sdk.connect.SiteFacts`. One about an
        address that was typed before is dropped."""
        if not self._is_current(address):
            return
        self._site = site
        if site.is_closed:
            self.address.set_working(
                self.tr("{host} answers only after sign-in.").format(host=site.host)
            )
            return
        if not site.has_plugin:
            self.address.set_error(
                self.tr(
                    "{host} is a WordPress site without the Posto service. Install the service "
                    "there, then try again."
                ).format(host=site.host)
            )
            return
        parts = [site.site_name or site.host, self.tr("Posto service found")]
        if site.encrypted:
            parts.append(self.tr("encrypted connection"))
        self.address.set_success(", ".join(parts))
        if site.browser_sign_in:
            self.password.link.setText(self.tr("Sign in with your browser"))
            if not self._has_typed and not self.password.text():
                self._show_browser(True)
        if not site.application_passwords:
            self.password.set_error(
                self.tr(
                    "{host} does not allow application passwords. Ask the administrator of the "
                    "site to turn them on."
                ).format(host=site.host)
            )

    @property
    def is_by_browser(self) -> bool:
        """Whether the browser's page stands in the place of name and password."""
        return not self.browser.isHidden()

    def _show_browser(self, on: bool) -> None:
        if on == self.is_by_browser:
            return
        has_focus = self.isAncestorOf(self.focusWidget()) and self.focusWidget() in (
            self.user.line,
            self.password.line,
            self.password.link,
            self.browser.sign_in,
            self.browser.use_password,
        )
        if on and self._site is not None:
            self.browser.set_host(self._site.host)
            # What lies below does not move.
            box = self._body.layout()
            spacing = box.spacing() if box is not None else 0
            height = self.user.height() + spacing + self.password.height()
            self.browser.setMinimumHeight(height if self.isVisible() else 0)
        for part in (self.user, self.password):
            part.setVisible(not on)
        self.browser.setVisible(on)
        self.sign_in.setVisible(not on)
        self.sign_in.setDefault(not on)
        self.browser.sign_in.setDefault(on)
        if has_focus:
            (self.browser.sign_in if on else self.user.line).setFocus()
        self._grow()

    @Slot()
    def _use_password(self) -> None:
        self._cancel_check()
        self._has_typed = True  # an answer about the address does not take the fields away again
        self._show_browser(False)
        self.user.line.setFocus()

    @Slot(str, object)
    def show_address_error(self, address: str, error: BaseException) -> None:
        """Show why the address of `checkAddressRequested` is unusable. While another field is typed
        into, what would move it waits until the address has the keyboard again."""
        if not self._is_current(address):
            return
        self._site = None
        self._details = None
        self._show_browser(False)
        sentence, remedies = _sentence(error), _remedies(error)
        if self.focusWidget() not in (self.user.line, self.password.line):
            self._show_address_error(sentence, remedies)
            return
        brief = sentence if self.address.fits(sentence) else _first_sentence(sentence)
        if remedies or brief != sentence:
            self._details = (sentence, remedies)
        self.address.set_error(brief)

    def _show_address_error(self, sentence: str, remedies: tuple[Remedy, ...]) -> None:
        self.address.set_error(sentence, remedies)
        self._grow()
        QTimer.singleShot(0, self, self._ensure_focus_visible)

    def _is_current(self, address: str) -> bool:
        """Return True if an answer about `address` is about what stands in the field."""
        return not self._working and address == self.address.text().strip()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and watched is self.address.line:
            details, self._details = self._details, None
            if details is not None:
                self._show_address_error(*details)
        return super().eventFilter(watched, event)

    @Slot(object)
    def show_result(self, sign_in: SignIn) -> None:
        """Show that the service accepted the account of `checkRequested`."""
        storage = self.password_storage.value()
        if not self._working or storage is None:
            return  # cancelled meanwhile
        self.accepted_account.emit(sign_in, self._password, storage)

    @Slot(object, str)
    def show_browser_result(self, sign_in: SignIn, password: str) -> None:
        """Show that the browser's sign-in has brought a password."""
        storage = self.password_storage.value()
        if not self._working or storage is None:
            return  # cancelled meanwhile
        self._by_browser, self._password = sign_in, password
        self.accepted_account.emit(sign_in, password, storage)

    @Slot(object)
    def show_error(self, error: BaseException) -> None:
        """Show the error of `checkRequested` at the field that it concerns."""
        if not self._working:
            return
        self._show_working(False)
        if self.is_by_browser:
            self.browser.set_error(_sentence(error))
            self.browser.sign_in.setFocus()
            self._grow()
            return
        reason = (error.reason or "") if isinstance(error, PostoError) else ""
        if reason in _PASSWORD:
            field = self.password
        elif reason in _USER and isinstance(error, AuthenticationError):
            field = self.user
        elif reason:
            field = self.address
        else:
            self._general.setText(_sentence(error))
            self._general.show()
            return
        self._is_refused = field is not self.address
        field.set_error(_sentence(error), _remedies(error))
        field.line.setFocus()
        field.line.selectAll()
        self._grow()
        QTimer.singleShot(0, self, lambda: self._show_whole(field))

    def _grow(self) -> None:
        """Grow to fit the content, up to the window."""
        foot = self.height() - self._scroll.height()
        full_height = self._body.heightForWidth(self._scroll.viewport().width()) + foot
        height = min(max(self.height(), full_height), max_dialog_height(self))
        if height != self.height():
            self.resize(self.width(), height)
            handle = self.windowHandle()  # None until it is shown
            if handle is not None and handle.isExposed():  # its position is unknown before
                keep_inside_window(self)

    @Slot()
    def _ensure_focus_visible(self) -> None:
        """Keep the focused field visible after the dialog has grown."""
        focused = self.focusWidget()
        if focused is not None:
            self._scroll.ensureWidgetVisible(focused)

    def _show_whole(self, field: LabelledField) -> None:
        """Scroll to a field with its message; if it does not fit, to its beginning."""
        self._scroll.ensureVisible(0, field.geometry().bottom(), 0, 0)
        self._scroll.ensureVisible(0, field.y(), 0, 0)

    @Slot(object)
    def show_save_error(self, error: BaseException) -> None:
        """Show that the account is valid but its password could not be stored."""
        self._show_working(False)
        if isinstance(error, KeyringError):
            self.set_keyring(error.state)
        self.password_storage.set_error(_sentence(error))

    def username(self) -> str:
        return self.user.text().strip()

    # --- what the user does -----------------------------------------------------------------------

    @Slot(str)
    def _address_edited(self, text: str) -> None:
        self._site = self._details = self._by_browser = None
        self._show_browser(False)
        self.password.link.setText(self._create_words())
        self._general.hide()
        self._withdraw_refusal()  # errors of the account, too, were about another address
        if text.strip():
            self._pause.call()
        else:
            self._pause.cancel()

    @Slot()
    def _address_left(self) -> None:
        self._pause.flush()

    @Slot()
    def _check_address(self) -> None:
        self._pause.cancel()
        address = self.address.text().strip()
        if "." in address or "localhost" in address or "[" in address:
            self.address.set_working(self.tr("Looking for the service…"))
            self.checkAddressRequested.emit(address)

    @Slot(str)
    def _credentials_edited(self, _text: str) -> None:
        self._has_typed = bool(self.user.text().strip() or self.password.text())
        self._general.hide()
        if self._is_refused:
            self._withdraw_refusal()

    def _withdraw_refusal(self) -> None:
        self._is_refused = False
        for field in (self.user, self.password):
            field.withdraw_note()

    @Slot()
    def submit(self) -> None:
        """Check the input; show an error at the first empty field."""
        self._pause.cancel()
        self._general.hide()
        self._is_refused = False
        for stale in (self.address, self.user, self.password):
            stale.clear_note()  # errors of the last try
            stale.release_space()
        self._details = None
        if self.is_by_browser:
            self._submit_by_browser()
            return
        for field, sentence in (
            (self.address, self.tr("Enter the address of your site.")),
            (self.user, self.tr("Enter your user name on the site.")),
            (self.password, self.tr("Enter an application password of this user.")),
        ):
            if not field.text().strip():
                field.set_error(sentence)
                field.line.setFocus()
                return
        if self.password_storage.value() is None:
            self.password_storage.set_error(self.tr("Choose where to keep the password."))
            return
        # The site shows the password in groups of four; whitespace is ignored.
        self._password = "".join(self.password.text().split())
        self._show_working(True)
        self.checkRequested.emit(self.address.text().strip(), self.username(), self._password)

    def _submit_by_browser(self) -> None:
        assert self._site is not None
        self.browser.set_error("")
        storage = self.password_storage.value()
        if storage is None:
            self.password_storage.set_error(self.tr("Choose where to keep the password."))
            return
        self._show_working(True)
        if self._by_browser is not None:  # only storing it has failed
            self.accepted_account.emit(self._by_browser, self._password, storage)
            return
        QTimer.singleShot(0, self, self._grow)  # for the bar that shows the waiting
        self.browserRequested.emit(self._site)

    def _show_working(self, on: bool) -> None:
        self._working = on
        self.browser.show_waiting(on)
        self._progress.setVisible(on)
        self.sign_in.setText(self.tr("Signing in…") if on else self.tr("Sign in"))
        set_enabled(self.sign_in, not on, self.tr("Signing in…"))
        for part in (self.address, self.user, self.password, self.password_storage):
            set_enabled(part, not on, self.tr("Cancel the sign-in to change this."))

    def is_working(self) -> bool:
        return self._working

    def reject(self) -> None:
        """Cancel a running check, else close."""
        if not self._cancel_check():
            super().reject()

    def _cancel_check(self) -> bool:
        """Cancel a running check, or return False."""
        if not self._working:
            return False
        self._show_working(False)
        self.checkCancelled.emit()
        return True

    def done(self, result: int) -> None:
        # Forget the password when closing.
        self._pause.cancel()
        self._password, self._by_browser = "", None
        self.password.line.clear()
        super().done(result)

    @Slot()
    def _use_local(self) -> None:
        self._cancel_check()
        self.localRequested.emit()
        super().reject()

    @Slot()
    def _open_password_page(self) -> None:
        if self._site is not None and self._site.browser_sign_in:
            self._show_browser(True)
            self.browser.sign_in.setFocus()
            return
        base = (self._site.site if self._site is not None else "") or self.address.text().strip()
        if not base:
            self.address.set_error(self.tr("Enter the address of your site first."))
            self.address.line.setFocus()
            return
        self.openRequested.emit(
            f"{site_of(base)}/wp-admin/profile.php#application-passwords-section"
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not self._working:
            self.submit()
            return
        super().keyPressEvent(event)


def _remedies(error: BaseException) -> tuple[Remedy, ...]:
    return error.remedies if isinstance(error, PostoError) else ()


def _first_sentence(text: str) -> str:
    head, stop, _rest = text.partition(". ")
    return head + stop.strip()


def _sentence(error: BaseException) -> str:
    return message_of(error, str(error))
