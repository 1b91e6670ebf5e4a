"""Controller of workspaces: the switcher, signing in and removing a service."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from posto_desktop.common.user_error import message_of
from posto_desktop.sdk.endpoint import site_of
from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.errors import StorageError
from posto_desktop.ui.main_window import MainWindow
from posto_desktop.ui.widgets.workspace_button import LOCAL, WorkspaceRow
from posto_desktop.workers.sign_in import BrowserAccount, SignInFlow, VerifiedAccount, host_of

if TYPE_CHECKING:
    from posto_desktop.sdk.connect import SignIn
    from posto_desktop.storage.secrets import Where
    from posto_desktop.ui.dialogs.sign_in_dialog import SignInDialog
    from posto_desktop.ui.dialogs.workspace_list_dialog import WorkspaceListDialog


class WorkspaceSwitcherController(QObject):
    """Keeps the switcher and the sign-in dialog in step with the accounts.

    Signals:
        local_chosen(): open the workspace on this computer.
        account_chosen(object Account, str password): open a service.
        left(str): this account was removed from this computer.
        settings_requested(str): open this page of the settings.
        names_changed(): see `names`.
    """

    local_chosen = Signal()
    account_chosen = Signal(object, str)
    left = Signal(str)
    settings_requested = Signal(str)
    names_changed = Signal()

    def __init__(
        self,
        window: MainWindow,
        accounts: AccountStore,
        flow: SignInFlow,
        remember: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window, self._accounts, self._flow, self._remember = window, accounts, flow, remember
        self._current = LOCAL
        self._has_own_accounts = False
        self._dialog: SignInDialog | None = None
        self._username = ""
        # A workspace is removed when its Undo has expired.
        self._leaving: dict[str, ServiceAccount] = {}
        window.workspaceChosen.connect(self.open)
        window.addWorkspaceRequested.connect(self.ask_sign_in)
        window.manageWorkspacesRequested.connect(self.manage)
        window.signInAgainRequested.connect(self.sign_in_again)
        window.forgetWorkspaceRequested.connect(self.forget)
        flow.stored.connect(self._account_saved)
        flow.unlocked.connect(self._unlocked)
        flow.locked.connect(self._locked)

    @property
    def current(self) -> str:
        return self._current

    def show(self) -> None:
        self._window.set_workspaces(self._rows(), self._current)
        self.names_changed.emit()

    def names(self) -> dict[str, str]:
        """Return the names of all workspaces by id."""
        return {row.id: row.name for row in self._rows()}

    def set_own_accounts(self, count: int) -> None:
        """Say of this computer that it publishes as soon as it has accounts of its own."""
        if self._has_own_accounts != bool(count):
            self._has_own_accounts = bool(count)
            self.show()

    def _rows(self) -> list[WorkspaceRow]:
        about = self.tr("Publishes to your accounts") if self._has_own_accounts else ""
        rows = [WorkspaceRow(LOCAL, self.tr("This computer"), about)]
        rows += [
            WorkspaceRow(account.id, account.name, host_of(account.base_url))
            for account in self._accounts.list()
            if account.id not in self._leaving
        ]
        return rows

    @Slot()
    def manage(self) -> None:
        """Open the list of workspaces, to rename or remove them."""
        from posto_desktop.ui.dialogs.workspace_list_dialog import WorkspaceListDialog

        dialog = WorkspaceListDialog(self._rows(), self._window)
        dialog.addRequested.connect(self.ask_sign_in)
        dialog.renameRequested.connect(partial(self._rename, dialog))
        dialog.removeRequested.connect(self.forget)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def rename(self, workspace: str, name: str) -> None:
        """Rename a service. Raises StorageError if the name cannot be saved."""
        self._accounts.rename(workspace, name)
        self.show()

    def _rename(self, dialog: WorkspaceListDialog, workspace: str, name: str) -> None:
        try:
            self.rename(workspace, name)
        except StorageError as error:
            self._window.show_notification("error", error.user_message)
        account = self._accounts.get(workspace)
        if account is not None:
            dialog.show_name(workspace, account.name)
        self.show()

    @Slot(str)
    def open(self, workspace: str) -> None:
        """Open a workspace by its id; an unknown id opens this computer."""
        account = self._accounts.get(workspace)
        if account is None:
            self._enter(LOCAL)
            self.local_chosen.emit()
        else:
            self._flow.unlock(account)

    def knows(self, workspace: str) -> bool:
        """Return True if there is a workspace with this id."""
        return workspace == LOCAL or self._accounts.get(workspace) is not None

    def open_address(self, address: str) -> None:
        """Open the service at an address; ask to sign in if it is unknown."""
        site = site_of(address)
        for account in self._accounts.list():
            if site_of(account.base_url) == site:
                self.open(account.id)
                return
        self.ask_sign_in(address)

    @Slot()
    def ask_sign_in(self, address: str = "", username: str = "") -> None:
        if self._dialog is not None:
            self._dialog.raise_()
            return
        from posto_desktop.ui.dialogs.sign_in_dialog import (
            SignInDialog,  # most starts never need it
        )

        dialog = SignInDialog(self._window)
        self._dialog = dialog
        flow = self._flow
        dialog.checkAddressRequested.connect(flow.look)
        dialog.checkRequested.connect(self._check)
        dialog.browserRequested.connect(flow.sign_in_by_browser)
        dialog.checkCancelled.connect(flow.cancel)
        dialog.accepted_account.connect(self._save_account)
        dialog.localRequested.connect(self._use_local)
        dialog.openRequested.connect(self._open_page)
        dialog.settingsRequested.connect(self.settings_requested)
        dialog.finished.connect(self._dialog_closed)
        flow.address_found.connect(dialog.show_address)
        flow.address_refused.connect(dialog.show_address_error)
        flow.accepted.connect(dialog.show_result)
        flow.browser_page.connect(self._open_page)
        flow.browser_page.connect(dialog.browser.show_page)
        flow.accepted_by_browser.connect(self._accepted_by_browser)
        flow.refused.connect(dialog.show_error)
        flow.not_stored.connect(dialog.show_save_error)
        flow.keyring_known.connect(dialog.set_keyring)
        flow.ask_keyring()
        if address:
            dialog.prefill(address, username)
        dialog.open()

    @Slot(str)
    def sign_in_again(self, workspace: str) -> None:
        """Ask to sign in again, because the password is missing or no longer accepted."""
        account = self._accounts.get(workspace)
        if account is not None:
            self.ask_sign_in(site_of(account.base_url), account.username)

    @Slot(str)
    def forget(self, workspace: str) -> None:
        """Remove a service from this computer, with Undo."""
        account = self._accounts.get(workspace)
        if account is None:
            return
        self._leaving[workspace] = account
        if self._current == workspace:
            self.open(LOCAL)
        self.show()

        def back() -> None:
            if self._leaving.pop(workspace, None) is not None:
                self.show()
                self.open(workspace)

        self._window.toasts.show_notification(
            "info",
            self.tr("{name} removed from this computer").format(name=account.name),
            self.tr("Undo"),
            back,
        ).closed.connect(lambda: self._forget_now(workspace))

    def finish(self) -> list[str]:
        """Remove at quitting the accounts whose removal was not undone, and return their ids."""
        leaving = list(self._leaving)
        for workspace in leaving:
            self._forget_now(workspace)
        return leaving

    def _forget_now(self, workspace: str) -> None:
        if self._leaving.pop(workspace, None) is not None:
            self._flow.forget(workspace)
            self.left.emit(workspace)

    def _enter(self, workspace: str) -> None:
        self._current = workspace
        self._remember(workspace)
        self.show()

    @Slot(str, str, str)
    def _check(self, address: str, username: str, password: str) -> None:
        self._username = username
        self._flow.check(address, username, password)

    @Slot(object)
    def _accepted_by_browser(self, account: object) -> None:
        assert isinstance(account, BrowserAccount)
        if self._dialog is not None:
            self._username = account.username
            self._dialog.show_browser_result(account.sign_in, account.password)

    @Slot(object, str, str)
    def _save_account(self, sign_in: SignIn, password: str, storage: Where) -> None:
        self._flow.keep(sign_in, self._username, password, storage)

    @Slot(object)
    def _account_saved(self, known: object) -> None:
        if self._dialog is not None:
            self._dialog.accept()
        self._unlocked(known)

    @Slot(object)
    def _unlocked(self, known: object) -> None:
        assert isinstance(known, VerifiedAccount)
        self._enter(known.account.id)
        self.account_chosen.emit(known.account, known.password)

    @Slot(object, object)
    def _locked(self, account: object, error: object) -> None:
        """Show a workspace without a readable password as waiting, and ask for the password."""
        assert isinstance(account, ServiceAccount)
        text = message_of(error) or self.tr(
            "The password of {name} was not saved. Sign in again."
        ).format(name=account.name)
        self._window.show_notification("warning", text)
        self.sign_in_again(account.id)

    @Slot()
    def _use_local(self) -> None:
        if self._current != LOCAL:
            self.open(LOCAL)

    @Slot(str)
    def _open_page(self, url: str) -> None:
        QDesktopServices.openUrl(QUrl(url))

    @Slot(int)
    def _dialog_closed(self, _result: int) -> None:
        self._flow.cancel()
        self._flow.browser_page.disconnect(self._open_page)
        self._flow.accepted_by_browser.disconnect(self._accepted_by_browser)
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
