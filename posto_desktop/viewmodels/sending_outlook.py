"""Reasons why the open message would wait on this computer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common.locale_words import listed
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.limits import network_name
from posto_desktop.net.addresses import is_loopback
from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.sdk.records import Channel
from posto_desktop.viewmodels.activity_view import ActivityView, ActivityViewState
from posto_desktop.viewmodels.draft_channels import DraftChannels

OutlookKind = Literal["", "paused", "signed_out", "offline", "no_network", "account"]


@dataclass(frozen=True)
class Outlook:
    """``kind`` "": it goes out. ``words`` stand beside the button, ``short`` in a narrow window;
    ``sentence`` says the same in full, ``action`` is what can be done about it, "" for nothing."""

    kind: OutlookKind = ""
    short: str = ""
    words: str = ""
    sentence: str = ""
    action: str = ""


class SendingOutlook(QObject):
    """Owns the `Outlook`. Whether sending is paused and how the service is reached belongs to
    `ActivityViewState`, accounts to the `ChannelsModel`. `has_network` tells whether there is a
    network at all; it is asked by `look`, and before each `of`.

    Signal ``changed(Outlook)``.
    """

    changed = Signal(object)

    def __init__(
        self,
        channels: DraftChannels,
        activity: ActivityViewState,
        has_network: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._channels, self._activity = channels, activity
        self._has_network = has_network
        self._outlook = Outlook()
        activity.changed.connect(self._activity_changed)
        channels.listChanged.connect(self.look)
        channels.model.accountsChanged.connect(self.look)

    @property
    def outlook(self) -> Outlook:
        return self._outlook

    @Slot(object, object)
    def _activity_changed(self, _view: ActivityView, changed: frozenset[str]) -> None:
        if changed & {"is_paused", "connection", "connection_words"}:
            self.look()

    @Slot()
    def look(self) -> None:
        """Look again; the network has no signal."""
        outlook = self.of(self._channels.listed)
        if outlook != self._outlook:
            self._outlook = outlook
            self.changed.emit(outlook)

    def of(self, channels: Sequence[Channel]) -> Outlook:
        """Return the outlook of a message to these channels of the open workspace."""
        view = self._activity.view
        if view.is_paused:
            return Outlook(
                "paused",
                self.tr("Paused"),
                self.tr("Paused: waits on this computer"),
                self.tr("Sending is paused: the message waits on this computer."),
                self.tr("Resume"),
            )
        if self._channels.workspace != LOCAL:
            return self._of_service(view)
        return self._of_accounts([channel for channel in channels if channel.is_own_account])

    def _of_service(self, view: ActivityView) -> Outlook:
        if view.connection == "sign_in_again":
            return Outlook(
                "signed_out",
                self.tr("Signed out"),
                self.tr("Signed out: waits on this computer"),
                self.tr("The message waits on this computer until you sign in again."),
                self.tr("Sign in"),
            )
        if view.connection in ("offline", "error"):
            sentence = self.tr("The message waits on this computer. {why}")
            return Outlook(
                "offline",
                self.tr("Offline"),
                self.tr("Offline: waits on this computer"),
                sentence.format(why=view.connection_words),
            )
        return Outlook()

    def _of_accounts(self, channels: Sequence[Channel]) -> Outlook:
        if not channels:
            return Outlook()
        far = [channel for channel in channels if not self._is_on_this_computer(channel)]
        if far and not self._has_network():
            sentence = self.tr("There is no network: what goes to {names} waits on this computer.")
            return Outlook(
                "no_network",
                self.tr("No network"),
                self.tr("No network: waits on this computer"),
                sentence.format(names=_names(far)),
            )
        waiting = [
            (channel, account)
            for channel in channels
            if (account := self._channels.model.account(channel.id)) is not None
            and account.health != "ok"
        ]
        if not waiting:
            return Outlook()
        channel, account = waiting[0]
        names = _names([waiting_channel for waiting_channel, _account in waiting])
        sentence = self.tr("What goes to {names} waits on this computer. {why}")
        words = self._health_words(account).format(name=network_name(channel.network))
        if len(waiting) > 1:
            words = self.tr("%n account(s) cannot post yet", "", len(waiting))
        why = account.health_note
        return Outlook("account", names, words, sentence.format(names=names, why=why).strip())

    def _is_on_this_computer(self, channel: Channel) -> bool:
        account = self._channels.model.account(channel.id)
        if account is None:
            return False
        return is_loopback(urlsplit(account.server).hostname or account.server)

    def _health_words(self, account: OwnAccount) -> str:
        if account.health == "locked":
            return self.tr("{name}: the keychain is locked")
        if account.health == "unreachable":
            return self.tr("{name}: the server is not reached")
        return self.tr("{name}: sign in again")


def _names(channels: Sequence[Channel]) -> str:
    return listed(dict.fromkeys(network_name(channel.network) for channel in channels))
