"""Settings > Workspaces: this computer and the services."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.common.user_error import message_of
from posto_desktop.storage.accounts import ServiceAccount
from posto_desktop.storage.errors import StorageError
from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.settings.settings_page import SettingsCard, SettingsPage
from posto_desktop.ui.widgets.buttons import Button, IconButton, name_control
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import ElidedLabel, label, set_role
from posto_desktop.ui.widgets.setting_row import SettingRow
from posto_desktop.workers import folder_jobs, route_jobs
from posto_desktop.workers.sign_in import host_of

if TYPE_CHECKING:
    from posto_desktop.sdk.connect import SignIn


class _NameEdit(QLineEdit):
    """Enter keeps the name; Esc restores it without closing the settings."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(str(self.property("before")))
            self.clearFocus()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


class _AccountCard(SettingsCard):
    """One service: name, address, connection, and where its password is kept."""

    def __init__(self, account: ServiceAccount, context: SettingsContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.account = account
        self._context = context
        self.is_removed = False
        self.setObjectName("account")
        self.setAccessibleName(account.name)
        self.add_widget(self._build_head())
        self.state = label("", "small", object_name="account-state", wrap=True)
        self.state.hide()
        self._words.addWidget(self.state)
        self.place = ComboBox("password-place")
        self.place.setEnabled(False)
        self.place.set_tip(self.tr("Checking…"))
        self.place.activated.connect(self._move)
        self._place_row = SettingRow(self.tr("Keep its password"), "", self.place, self)
        self._line = self.add_widget(self._place_row)
        self._storage, self._keyring = "?", ""

    def _build_head(self) -> QWidget:
        name = self.account.name
        head = QWidget(self)
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 9, 10, 9)
        row.setSpacing(8)
        self._words = QVBoxLayout()
        self._words.setSpacing(1)
        self._title = ElidedLabel(name, "lead")
        self.edit = _NameEdit(name)
        self.edit.setMaxLength(80)
        name_control(self.edit, self.tr("Name of {name}").format(name=name), "account-name")
        self.edit.hide()
        self.edit.editingFinished.connect(self._renamed)
        second = f"{self.account.username} · {host_of(self.account.base_url)}"
        self._words.addWidget(self._title)
        self._words.addWidget(self.edit)
        self._words.addWidget(ElidedLabel(second, "small", mode=Qt.TextElideMode.ElideMiddle))
        row.addLayout(self._words, 1)
        #: Verb: check the sign-in of an account.
        self.check = Button(self.tr("Check"), small=True)
        words = self.tr("Check the connection to {name}").format(name=name)
        name_control(self.check, words, "check-account")
        self.check.clicked.connect(self.check_connection)
        self.again = Button(self.tr("Sign in again…"), small=True)
        words = self.tr("Sign in to {name} again").format(name=name)
        name_control(self.again, words, "sign-in-again")
        self.again.clicked.connect(self._sign_in_again)
        self.again.hide()
        self.rename = IconButton(
            "pencil", self.tr("Rename {name}").format(name=name), "rename-account", parent=head
        )
        self.rename.setObjectName("rename-account")
        self.rename.clicked.connect(self._start_rename)
        self.remove = IconButton(
            "trash-2", self.tr("Remove {name}").format(name=name), "remove-account", parent=head
        )
        self.remove.setObjectName("remove-account")
        self.remove.clicked.connect(partial(self.set_removed, True))
        self.undo = Button(self.tr("Undo"), "link", parent=head)
        words = self.tr("Undo removing {name}").format(name=name)
        name_control(self.undo, words, "undo-remove-account")
        self.undo.clicked.connect(partial(self.set_removed, False))
        self.undo.hide()
        for button in (self.again, self.check, self.rename, self.remove, self.undo):
            row.addWidget(button)
        return head

    def set_state_text(self, words: str, role: str = "small") -> None:
        """Show a line below the address."""
        set_role(self.state, role)
        self.state.setText(words)
        self.state.setVisible(bool(words))

    @Slot()
    def _sign_in_again(self) -> None:
        again = self._context.sign_in_again
        self._context.leave(partial(again, self.account.id))

    # -- checking ------------------------------------------------------------------------------

    @Slot()
    def check_connection(self) -> None:
        """Sign in again as a test."""
        tools = self._context.parts
        self.check.setEnabled(False)
        self.set_state_text(self.tr("Checking…"))
        handle = tools.runner.submit(
            route_jobs.try_account,
            tools.route_provider,
            tools.secrets,
            self.account,
            parent=self,
            pool="net",
        )
        handle.done.connect(self._check_done)
        handle.failed.connect(self._check_failed)

    @Slot(object)
    def _check_done(self, sign_in: SignIn) -> None:
        self.check.setEnabled(True)
        name = sign_in.account_name or self.account.username
        self.set_state_text(self.tr("Connected: signed in as {name}").format(name=name))

    @Slot(object)
    def _check_failed(self, error: object) -> None:
        self.check.setEnabled(True)
        self.set_state_text(
            message_of(error, self.tr("The connection could not be checked.")),
            "error-small",
        )

    # -- the name ------------------------------------------------------------------------------

    @Slot()
    def _start_rename(self) -> None:
        self.edit.setProperty("before", self.account.name)
        self.edit.setText(self.account.name)
        self._title.hide()
        self.edit.show()
        self.edit.setFocus()
        self.edit.selectAll()

    @Slot()
    def _renamed(self) -> None:
        if self.edit.isHidden():
            return
        name = " ".join(self.edit.text().split())
        self.edit.hide()
        self._title.show()
        if name and name != self.account.name:
            try:
                self._context.parts.rename(self.account.id, name)
            except StorageError as error:
                self.set_state_text(error.user_message, "error-small")
                return
            self.account = self._context.parts.accounts.get(self.account.id) or self.account
            self._title.setText(self.account.name)
            self.setAccessibleName(self.account.name)
            self.set_state_text(self._name_in_use(name))
        self.rename.setFocus()

    def _name_in_use(self, name: str) -> str:
        """Return why the account has another name than the typed one; "" if it has that."""
        if self.account.name == name:
            return ""
        words = self.tr("“{name}” is in use already, so this one is “{other}”.")
        return words.format(name=name, other=self.account.name)

    # -- the password --------------------------------------------------------------------------

    def set_place(self, storage: str, keyring: str) -> None:
        """Show where the password is kept; `keyring` names the system's keychain, "" for none."""
        texts = {
            "keyring": keyring or self.tr("In the keychain"),
            "session": self.tr("Only until I quit"),
            "file": self.tr("In a file only you can read"),
        }
        self.place.clear()
        for key, text in texts.items():
            if key == storage or key != "keyring" or keyring:
                self.place.addItem(text, key)
        if not storage:
            self.place.insertItem(0, self.tr("Not saved: sign in again"), "")
        self.place.setCurrentIndex(self.place.findData(storage))
        self.place.setEnabled(bool(storage))
        self.place.set_tip("" if storage else self.tr("No password saved: sign in again"))
        hints = {
            "keyring": self.tr("Locked with your login to this computer"),
            "session": self.tr("Posts wait here until you sign in again"),
            "file": self.tr("Not encrypted: anyone who can use your account can read it"),
        }
        self._place_row.set_hint(hints.get(storage, ""))
        self._storage, self._keyring = storage, keyring
        self._update_buttons()

    @Slot(int)
    def _move(self, _index: int) -> None:
        storage = str(self.place.currentData())
        if storage == self._storage:
            return
        tools = self._context.parts
        self.place.setEnabled(False)
        handle = tools.runner.submit(
            folder_jobs.move_secret, tools.secrets, self.account.id, storage, parent=self
        )
        handle.done.connect(self._moved)
        handle.failed.connect(self._not_moved)

    @Slot(object)
    def _moved(self, storage: str) -> None:
        self.set_place(storage, self._keyring)

    @Slot(object)
    def _not_moved(self, error: object) -> None:
        self.set_place(self._storage, self._keyring)
        reason = message_of(error, self.tr("The password could not be moved."))
        self._place_row.set_hint(reason, "error-small")

    # -- removing ------------------------------------------------------------------------------

    def _update_buttons(self) -> None:
        """Without a password, offer to sign in instead of testing."""
        self.again.setVisible(not self.is_removed and not self._storage)
        self.check.setVisible(not self.is_removed and bool(self._storage))

    def set_removed(self, is_removed: bool, *_clicked: object) -> None:
        """Mark it for removal when the settings close; until then Undo restores it."""
        self.is_removed = is_removed
        for part in (self._place_row, self._line, self.rename, self.remove):
            if part is not None:
                part.setVisible(not is_removed)
        self.undo.setVisible(is_removed)
        self._update_buttons()
        words = self.tr(
            "Will be removed from this computer, with its password, when you close the "
            "settings. Posts already on the service will still be sent."
        )
        self.set_state_text(words if is_removed else "")
        (self.undo if is_removed else self.remove).setFocus()


class WorkspacesPage(SettingsPage):
    """A card for this computer and one for each service."""

    def __init__(self, context: SettingsContext, parent: QWidget | None = None) -> None:
        super().__init__("workspaces", context, parent)
        self._context = context
        tools = context.parts
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label(self.tr("Services"), "strong"), 1)
        self.add_button = Button(self.tr("Sign in to a service…"), icon="plus", small=True)
        self.add_button.setObjectName("sign-in-to-a-service")
        self.add_button.clicked.connect(lambda: context.leave(context.add_account))
        row.addWidget(self.add_button)
        self.add(head, 8)
        self.rows["accounts"] = head
        self.cards = [_AccountCard(account, context, self) for account in tools.accounts.list()]
        for card in self.cards:
            self.add(card, 10)
        if not self.cards:
            words = self.tr("Not signed in. This computer works without a service.")
            self.add(label(words, "muted", object_name="no-accounts", wrap=True))
        self.add_title(self.tr("Without a service"))
        local_card = SettingsCard()
        local: SettingRow = local_card.add_row(
            self.tr("This computer"),
            self.tr("Your own accounts and a sandbox for trying out. Cannot be removed."),
            None,
        )
        self.rows["local"] = local
        self.add(local_card)
        context.on_close.append(self.forget_removed)
        handle = tools.runner.submit(
            folder_jobs.secret_places,
            tools.secrets,
            [card.account.id for card in self.cards],
            parent=self,
        )
        handle.done.connect(self._show_places)
        handle.failed.connect(self._no_places)

    @Slot(object)
    def _show_places(self, places: dict[str, str]) -> None:
        for card in self.cards:
            card.set_place(places.get(card.account.id, ""), places.get("", ""))

    @Slot(object)
    def _no_places(self, error: object) -> None:
        for card in self.cards:
            card.set_state_text(message_of(error, str(error)), "error-small")

    def forget_removed(self) -> None:
        """Remove the marked services when the settings close."""
        for card in self.cards:
            if card.is_removed:
                card.is_removed = False
                self._context.forget_account(card.account.id)
