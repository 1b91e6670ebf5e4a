"""Settings > Network: proxy, certificates, timeouts, connection test."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from posto_desktop.common.user_error import message_of
from posto_desktop.models.numbers import decimal
from posto_desktop.sdk.endpoint import site_of
from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.settings.settings_page import SettingsPage
from posto_desktop.ui.widgets.buttons import Button, IconButton, name_control
from posto_desktop.ui.widgets.file_dialogs import ask_for_file
from posto_desktop.ui.widgets.setting_row import SettingRow
from posto_desktop.workers import route_jobs
from posto_desktop.workers.runner import JobHandle


class NetworkPage(SettingsPage):
    """Applies to services and web pages from the next request on."""

    def __init__(self, context: SettingsContext, parent: QWidget | None = None) -> None:
        super().__init__("network", context, parent)
        self._context = context
        self._handle: JobHandle | None = None
        self._save_job: JobHandle | None = None
        self._next: str | None = None
        card = self.add_section("Proxy")
        self._password = QLineEdit()
        name_control(self._password, self.tr("Password for the proxy"), "password-for-the-proxy")
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setFixedWidth(200)
        self._password.editingFinished.connect(self._save_password)
        self._typed = ""
        self._password_row = card.add_row(self.tr("Password for the proxy"), "", self._password)
        self.rows["proxy_password"] = self._password_row
        user = self.control_of("network.proxy_user")
        assert isinstance(user, QLineEdit)
        self._user = user
        user.textChanged.connect(self._show_able)
        user.editingFinished.connect(self._user_ended)
        self.written.connect(self._show_able)
        self._show_able()
        card = self.add_section("Certificates and timeouts")
        self.rows["network.ca_file"] = card.add_row(
            self.tr("Certificates of your own"), "", self._build_certificates()
        )
        self._show_certificates()
        card = self.add_card(self.tr("Connection test"))
        self.rows["test"] = self._test_row = card.add_row(
            self.tr("Try the connection"), "", self._build_test()
        )
        self._show_test_state("")
        tools = context.parts
        handle = tools.runner.submit(route_jobs.password_place, tools.secrets, parent=self)
        handle.done.connect(self._show_first_place)

    # -- the proxy -----------------------------------------------------------------------------

    @Slot()
    def _show_able(self) -> None:
        self._password.setEnabled(self._user.isEnabled() and bool(self._user.text().strip()))
        self._password.setToolTip(
            "" if self._password.isEnabled() else self.tr("Needs a user name for the proxy")
        )

    @Slot()
    def _user_ended(self) -> None:
        """Without a user, remove the password."""
        if not self._user.text().strip() and (self._typed or self._password.placeholderText()):
            self._typed = ""
            self._password.clear()
            self._password.setPlaceholderText("")
            self._store_password("")

    @Slot()
    def _save_password(self) -> None:
        typed = self._password.text()
        if typed == self._typed:
            return
        self._typed = typed
        self._store_password(typed)

    def _store_password(self, password: str) -> None:
        """Store a password, after the one being stored now."""
        self._next = password
        if self._save_job is None:
            tools = self._context.parts
            self._save_job = tools.runner.submit(
                route_jobs.keep_password, tools.secrets, password, parent=self
            )
            self._next = None
            self._save_job.done.connect(self._password_saved)
            self._save_job.failed.connect(self._password_not_saved)

    def _finish_save(self) -> bool:
        """Finish a save; return True if no other password waits."""
        self._save_job = None
        if self._next is None:
            return True
        self._store_password(self._next)
        return False

    @Slot(object)
    def _password_saved(self, storage: object) -> None:
        if not self._finish_save():
            return
        self._show_place(storage)
        # Write the proxy again to apply the new password.
        self._context.write("network.proxy", self._context.read("network.proxy"))

    @Slot(object)
    def _password_not_saved(self, error: object) -> None:
        if not self._finish_save():
            return
        reason = message_of(error, self.tr("The password was not saved."))
        self._password_row.set_hint(reason, "error-small")

    @Slot(object)
    def _show_first_place(self, storage: object) -> None:
        if not self._typed and self._save_job is None:
            self._show_place(storage)

    @Slot(object)
    def _show_place(self, storage: object) -> None:
        texts = {
            "keyring": self.tr("Saved in the keychain of this computer"),
            "session": self.tr("No keychain found. Saved until you quit Posto"),
            "file": self.tr("Saved in a file only you can read"),
        }
        self._password_row.set_hint(texts.get(str(storage), self.tr("No password saved")))
        if storage and not self._password.text():
            self._password.setPlaceholderText("••••••••")

    # -- certificates --------------------------------------------------------------------------

    def _build_certificates(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._choose = Button(self.tr("Choose a file…"), small=True)
        name_control(
            self._choose, self.tr("Choose a file of certificates"), "choose-a-file-of-certificates"
        )
        self._choose.clicked.connect(self._ask_certificates)
        self._drop = IconButton(
            "x", self.tr("Remove your certificates"), "remove-your-certificates", parent=box
        )
        self._drop.clicked.connect(lambda: self.use_certificates(""))
        row.addWidget(self._choose)
        row.addWidget(self._drop)
        return box

    @Slot()
    def _ask_certificates(self) -> None:
        ask_for_file(
            self,
            self.tr("Choose a file of certificates"),
            [self.tr("Certificates (*.pem *.crt *.cer)"), self.tr("All files (*)")],
            self.use_certificates,
        )

    @Slot(str)
    def use_certificates(self, path: str) -> None:
        """Trust the certificates in a file, or in none."""
        self._context.write("network.ca_file", path)
        self._show_certificates()

    def _show_certificates(self) -> None:
        path = str(self._context.read("network.ca_file"))
        row = self.rows["network.ca_file"]
        assert isinstance(row, SettingRow)
        row.set_hint(
            self.tr("{name}, in addition to the system's certificates").format(name=Path(path).name)
            if path
            else self.tr("A PEM file, trusted in addition to the system's certificates")
        )
        row.setToolTip(path)
        self._drop.setVisible(bool(path))

    # -- trying --------------------------------------------------------------------------------

    def _build_test(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._address = QLineEdit()
        name_control(self._address, self.tr("Address to try"), "address-to-try")
        self._address.setFixedWidth(200)
        self._address.setPlaceholderText("https://example.com")
        known = self._context.parts.accounts.list()
        if known:
            self._address.setText(site_of(known[0].base_url))
        self._address.returnPressed.connect(self.test)
        #: Verb: try the connection.
        self._test = Button(self.tr("Test"))
        name_control(self._test, self.tr("Test the connection"), "test-the-connection")
        self._test.clicked.connect(self.test)
        row.addWidget(self._address)
        row.addWidget(self._test)
        return box

    @Slot()
    def test(self) -> None:
        """Test the address with the current settings."""
        address = self._address.text().strip()
        if not address or self._handle is not None:
            return
        self._show_test_state(self.tr("Checking…"))
        self._test.setEnabled(False)
        tools = self._context.parts
        self._handle = tools.runner.submit(
            route_jobs.try_route, tools.route_provider, address, parent=self, pool="net"
        )
        self._handle.done.connect(self._reached)
        self._handle.failed.connect(self._not_reached)

    @Slot(object)
    def _reached(self, reached: route_jobs.ReachedAddress) -> None:
        self._end_test()
        name = f"{reached.site_name} ({reached.host})" if reached.site_name else reached.host
        seconds = decimal(reached.seconds)
        self._show_test_state(
            self.tr("{name} answered after {seconds} seconds").format(name=name, seconds=seconds)
        )

    @Slot(object)
    def _not_reached(self, error: object) -> None:
        self._end_test()
        reason = message_of(error, self.tr("The connection could not be tested."))
        self._test_row.set_hint(reason, "error-small")

    def _end_test(self) -> None:
        self._handle = None
        self._test.setEnabled(True)

    def _show_test_state(self, words: str) -> None:
        self._test_row.set_hint(words or self.tr("The address of a service"))
