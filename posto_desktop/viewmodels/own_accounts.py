"""State of this computer's accounts, by the channels they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.sdk.own_accounts import OwnAccount


class OwnAccountsState(QObject):
    """Owns the accounts as they were read last.

    Signal `changed(dict[int, OwnAccount], dict before)`: by the ids of their channels.
    """

    changed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._by_channel: dict[int, OwnAccount] = {}

    @Slot(object)
    def set_accounts(self, accounts: Iterable[OwnAccount]) -> None:
        """They are these now."""
        by_channel = {number: account for account in accounts for number in account.channels}
        if by_channel != self._by_channel:
            before, self._by_channel = self._by_channel, by_channel
            self.changed.emit(dict(by_channel), before)

    @property
    def has_accounts(self) -> bool:
        return bool(self._by_channel)

    def account_of(self, channel_id: int) -> OwnAccount | None:
        """The account behind a channel; None for the sandbox and for services."""
        return self._by_channel.get(channel_id)


def worsened(accounts: Mapping[int, OwnAccount], before: Mapping[int, OwnAccount]) -> list[int]:
    """One channel of each account that has stopped working, or does not work for another reason."""
    channel_by_account: dict[int, int] = {}
    for number, account in accounts.items():
        known = before.get(number)
        if account.health != "ok" and (known is None or known.health != account.health):
            channel_by_account.setdefault(account.id, number)
    return list(channel_by_account.values())
