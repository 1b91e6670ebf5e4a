"""Controller of the accounts that this computer, or the server of a team, publishes to: connecting,
health, disconnecting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from posto_desktop.controllers.context import AppContext
from posto_desktop.core.account_outlook import expiry_sentence
from posto_desktop.core.draft import LOCAL
from posto_desktop.models.channel_hints import why_not_connected
from posto_desktop.models.notifications import NotificationTarget
from posto_desktop.sdk.own_accounts import Disconnection, OwnAccount
from posto_desktop.viewmodels.own_accounts import OwnAccountsState, worsened
from posto_desktop.viewmodels.sign_in_expiry import SETTING, new_warnings, without_workspace
from posto_desktop.workers.own_accounts import AccountConnector, OwnAccountWorker

if TYPE_CHECKING:
    from posto_desktop.sdk.records import Channel
    from posto_desktop.storage.secrets import SecretStore
    from posto_desktop.ui.dialogs.connect_dialog import ConnectDialog
    from posto_desktop.viewmodels.team_state import TeamView
    from posto_desktop.workers.notification import ConnectionState


class OwnAccountsController(QObject):
    """One dialog at a time; `dialog` is the open one. `state` owns what is known of the accounts of
    the open workspace. In a team owners connect them, and editors see how they do.

    Signal `connected(OwnAccount)`: it is kept, and its channels are read again.
    """

    connected = Signal(object)

    def __init__(
        self,
        context: AppContext,
        secrets: SecretStore,
        save_setting: Callable[[str, Any], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.context, self._secrets, self._save_setting = context, secrets, save_setting
        self.dialog: ConnectDialog | None = None
        self._role = ""
        self._read_workspace = self._workspace
        self.is_shown_elsewhere: Callable[[int], bool] = lambda _account_id: False
        """Returns whether another notification says already that an account does not work."""
        self.state = OwnAccountsState(self)
        service = context.service
        worker = self._worker = OwnAccountWorker(context.runner, service.client_pool, self)
        worker.loaded.connect(self.state.set_accounts)
        worker.loaded.connect(self._warn_of_expiry)
        worker.checked.connect(self._checked)
        worker.left.connect(self._left)
        worker.stayed.connect(self._stayed)
        worker.disconnected.connect(self._disconnected)
        worker.failed.connect(self._failed)
        # It outlives the dialogs: a sign-in that is given up still has to be ended.
        self._connector = AccountConnector(context.runner, service.client_pool, self)
        window, pane = context.window, context.window.channel_pane
        window.addChannelRequested.connect(self.add)
        pane.addRequested.connect(self.add)
        pane.reconnectRequested.connect(self.reconnect)
        pane.unlockRequested.connect(self.check)
        pane.disconnectRequested.connect(self.ask_disconnect)
        pane.hideSandboxRequested.connect(self._hide_sandbox)
        self.state.changed.connect(self._accounts_changed)
        service.channels_loaded.connect(self._channels_loaded)
        service.schedules_loaded.connect(self._schedules_loaded)
        service.state_changed.connect(self._state_changed)
        context.workspaces.left.connect(self._forget_workspace)
        context.channels.set_sandbox_shown(context.settings.is_on("channels.sandbox"))

    @property
    def is_local(self) -> bool:
        """Whether the workspace on this computer is open."""
        return self._workspace == LOCAL

    @property
    def _workspace(self) -> str:
        return self.context.service.workspace_id or LOCAL

    @property
    def may_connect(self) -> bool:
        """Whether this person may connect accounts to the open workspace."""
        return self.is_local or self._role == "owner"

    # -- connecting ------------------------------------------------------------------------------

    @Slot()
    def add(self) -> None:
        """Show "Add a channel"; a service takes its own channels on its own pages."""
        if self.may_connect:
            self._open(None)
        else:
            self._say_why_not()

    def _say_why_not(self) -> None:
        self.context.window.show_notification("info", why_not_connected(self._role))

    @Slot(object)
    def set_team(self, view: TeamView) -> None:
        """Set who is signed in to the open workspace."""
        is_new, self._role = view.role != self._role, view.role
        self.context.window.channel_pane.set_rights(view.rights)
        self._show_add()
        if is_new:
            self._channels_loaded(self.context.channels.channels())

    @Slot(object)
    def reconnect(self, channel: Channel) -> None:
        """Sign in again to the account of a channel; it and its schedule stay."""
        account = self.state.account_of(channel.id)
        if not self.may_connect:
            self._say_why_not()
        elif account is not None:
            self._open(account)

    def _open(self, again: OwnAccount | None) -> None:
        if self.dialog is not None:
            self.dialog.raise_()
            return
        from posto_desktop.ui.dialogs.connect_dialog import ConnectDialog
        from posto_desktop.viewmodels.connect_state import ConnectState

        context, worker = self.context, self._connector
        state = ConnectState(again)
        dialog = self.dialog = ConnectDialog(state, context.window)
        state.setParent(dialog)
        worker.optionsLoaded.connect(state.set_options)
        worker.guessed.connect(state.set_guess)
        worker.guessFailed.connect(state.set_guess_failed)
        worker.progressed.connect(state.set_progress)
        worker.failed.connect(state.set_failed)
        state.recogniseRequested.connect(worker.recognise)
        state.guessDropped.connect(worker.forget_guess)
        state.signInRequested.connect(worker.begin)
        state.addressSubmitted.connect(worker.submit_address)
        state.testRequested.connect(worker.test)
        state.finishRequested.connect(worker.finish)
        state.cancelRequested.connect(worker.cancel)
        state.openRequested.connect(self._open_page)
        state.connected.connect(self._connected)
        dialog.pictureWanted.connect(context.pictures.request)
        dialog.pageRequested.connect(self._open_page)
        context.pictures.ready.connect(dialog.account.set_picture)
        dialog.serviceRequested.connect(context.workspaces.ask_sign_in)
        dialog.finished.connect(self._closed)
        dialog.open()
        worker.use(self._workspace)
        worker.load()

    @Slot()
    def _closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    @Slot(str)
    def _open_page(self, url: str) -> None:
        if url.startswith(("https://", "http://")):
            QDesktopServices.openUrl(QUrl(url))

    @Slot(object)
    def _connected(self, account: OwnAccount) -> None:
        words = self.tr("{name} is connected").format(name=account.handle or account.name)
        self.context.window.show_notification("ok", words)
        self.connected.emit(account)
        self._reload()

    # -- health ----------------------------------------------------------------------------------

    @Slot(object)
    def check(self, channel: Channel) -> None:
        """Ask the keychain and the network anew; the system may ask for the keychain's password."""
        account = self.state.account_of(channel.id)
        if account is None:
            return
        if account.health == "locked" and self.is_local:
            self._worker.unlock(account, self._secrets)
        else:
            self._worker.check(account, self._workspace)

    @Slot(object)
    def _checked(self, account: OwnAccount) -> None:
        if account.health == "ok":
            words = self.tr("{name} works").format(name=account.handle or account.name)
            self.context.window.show_notification("ok", words)
        else:
            self.context.window.show_notification("warning", account.health_note)
        self._reload()

    @Slot(object, str)
    def _failed(self, _account: OwnAccount, why: str) -> None:
        self.context.window.show_notification("error", why)
        self._reload()

    # -- disconnecting ---------------------------------------------------------------------------

    @Slot(object)
    def ask_disconnect(self, channel: Channel) -> None:
        """Ask before an account is disconnected."""
        account, workspace = self.state.account_of(channel.id), self._workspace
        if account is None:
            return
        if not self.may_connect:
            self._say_why_not()
            return
        from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog

        name = account.handle or account.name
        words = self.tr("Posto signs out of the network and removes the account here.")
        if len(account.channels) > 1:
            words += " " + self.tr(
                "Its %n channel(s) will be removed, too.", "", len(account.channels)
            )
        if account.waiting:
            words += " " + self.tr("%n waiting post(s) will not be sent.", "", account.waiting)
        dialog = ConfirmDialog(
            self.tr("Disconnect {name}?").format(name=name),
            words,
            self.tr("Disconnect"),
            parent=self.context.window,
        )
        dialog.accepted.connect(lambda: self._worker.begin_disconnect(account, workspace))
        dialog.open()

    @Slot(object, str)
    def _left(self, account: OwnAccount, workspace: str) -> None:
        """Offer Undo; when that is over, the sign-in is given back. If the app quits before, its
        server does that by itself."""
        words = self.tr("{name} is disconnected").format(name=account.handle or account.name)
        self.context.window.show_notification(
            "deleted",
            words,
            action_text=self.tr("Undo"),
            callback=lambda: self._worker.cancel_disconnect(account, workspace),
            passed=lambda: self._worker.disconnect_account(account, workspace),
        )
        self._reload()

    @Slot(object)
    def _stayed(self, account: OwnAccount) -> None:
        words = self.tr("{name} stays connected").format(name=account.handle or account.name)
        self.context.window.show_notification("ok", words)
        self._reload()

    @Slot(object, object)
    def _disconnected(self, account: OwnAccount, outcome: Disconnection) -> None:
        if outcome.is_kept:
            return
        if not outcome.is_revoked:
            words = self.tr(
                "{name} was removed here, but its sign-in may still be valid. {why}"
            ).format(name=account.handle or account.name, why=outcome.note)
            self.context.window.show_notification("warning", words)
        self._reload()

    # -- keeping in step -------------------------------------------------------------------------

    @Slot()
    def _reload(self) -> None:
        self._worker.load(self._workspace)
        self.context.service.refresh_channels()
        self.context.service.refresh_schedules()

    @Slot(object, object)
    def _accounts_changed(
        self, accounts: dict[int, OwnAccount], before: dict[int, OwnAccount]
    ) -> None:
        self.context.channels.set_accounts(accounts)
        if self.is_local:
            self.context.workspaces.set_own_accounts(len(accounts))
        if self.is_local or self._role in ("owner", "editor"):
            for number in worsened(accounts, before):
                self._show_trouble(number, accounts[number])

    def _show_trouble(self, channel_id: int, account: OwnAccount) -> None:
        """Say once that posts of an account wait, with the one action that mends it."""
        channel = self.context.channels.channel(channel_id)
        if channel is None or self.is_shown_elsewhere(account.id):
            return
        words, action = {
            "sign_in_again": (self.tr("Sign in again"), self.reconnect),
            "locked": (self.tr("Unlock") if self.is_local else self.tr("Check again"), self.check),
            "unreachable": (self.tr("Check again"), self.check),
        }[account.health]
        text = account.health_note or self.tr("{name} cannot publish now.").format(
            name=account.handle or account.name
        )
        self.context.window.show_notification(
            "warning", text, action_text=words, callback=self._here(action, channel)
        )

    def _here(self, action: Callable[[Channel], None], channel: Channel) -> Callable[[], None]:
        """Return what a notification does: nothing once another workspace is open, in which the
        channel's id is another channel's."""
        workspace = self._workspace

        def act() -> None:
            if workspace == self._workspace:
                action(channel)

        return act

    @Slot(object)
    def _warn_of_expiry(self, accounts: list[OwnAccount]) -> None:
        """Say once, 14 and 3 days before, that a sign-in ends, to those who can renew it; others
        see it at the channel."""
        if not self.may_connect:
            return
        now = datetime.now().astimezone()
        channels = {
            account.id: channel
            for account in accounts
            for number in account.channels
            if (channel := self.context.channels.channel(number)) is not None
        }
        warned = self.context.settings.text(SETTING)
        shown = [
            account for account in accounts if account.id in channels
        ]  # the others are read in a moment
        workspace = "" if self.is_local else self._workspace
        ending, new = new_warnings(shown, warned, now, workspace)
        for account, ends_at in ending:
            channel = channels[account.id]
            self.context.window.show_notification(
                "warning",
                expiry_sentence(channel.network, ends_at, now),
                account.handle or account.name,
                self.tr("Sign in again"),
                self._here(self.reconnect, channel),
                leads_to=NotificationTarget("sign_in_account", str(channel.id), self._workspace),
                about=f"{SETTING} {workspace}/{account.id}"
                if workspace
                else f"{SETTING} {account.id}",
            )
        if new != warned:
            self._save_setting(SETTING, new)

    @Slot(str)
    def _forget_workspace(self, workspace: str) -> None:
        """A workspace was removed from this computer."""
        warned = self.context.settings.text(SETTING)
        left = without_workspace(warned, workspace)
        if left != warned:
            self._save_setting(SETTING, left)

    @Slot(str)
    def reconnect_to(self, channel_id: str) -> None:
        """Sign in again to the account of the channel with this id."""
        channel = self.context.channels.channel(int(channel_id))
        if channel is not None:
            self.reconnect(channel)

    @Slot(object)
    def _channels_loaded(self, channels: list[Channel]) -> None:
        if self._has_accounts and any(channel.is_own_account for channel in channels):
            self._worker.load(self._workspace)
        else:
            self._worker.forget()
            self.state.set_accounts([])

    @property
    def _has_accounts(self) -> bool:
        """Whether the open workspace can tell of accounts: this computer's, or that of a team."""
        return self.is_local or bool(self._role)

    @Slot(object, bool, object)
    def _schedules_loaded(self, _rows: object, from_cache: bool, _as_of: object) -> None:
        """What becomes of posts shows in the health of their accounts."""
        if not from_cache and self._has_accounts and self.state.has_accounts:
            self._worker.load(self._workspace)

    @Slot(object)
    def _state_changed(self, _state: ConnectionState) -> None:
        if self._read_workspace != self._workspace:  # its ids are others
            self._read_workspace = self._workspace
            self._worker.forget()
            self.state.set_accounts([])
        self._show_add()

    def _show_add(self) -> None:
        """Offer to add channels; in a team those who may not are told why."""
        why_not = why_not_connected(self._role) if self._role and not self.may_connect else ""
        self.context.window.channel_pane.enable_add(self.may_connect, why_not)

    @Slot(bool)
    def _hide_sandbox(self, hidden: bool) -> None:
        self._save_setting("channels.sandbox", not hidden)
        self.context.channels.set_sandbox_shown(not hidden)
