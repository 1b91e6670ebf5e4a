"""Sign-in to a Posto service, step by step, off the GUI thread.

Nothing is stored before the service has accepted it: address and account come from the result of
`sdk.connect`, the password goes only where the user chose.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.user_error import EnglishError
from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.secrets import SecretStore, Where
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.runner import Job, JobRunner

if TYPE_CHECKING:
    from posto_desktop.delivery.route_provider import RouteProvider
    from posto_desktop.sdk.connect import SignIn, SiteFacts

CHECK_TIMEOUT = (5.0, 15.0)  # seconds to connect, to read: a person is waiting
_LONGEST = 30.0


@dataclass(frozen=True)
class VerifiedAccount:
    """An account with the accepted password."""

    account: ServiceAccount
    password: str


@dataclass(frozen=True)
class BrowserAccount:
    """An accepted sign-in by the browser, with the password that was made for it."""

    sign_in: SignIn
    username: str
    password: str = field(repr=False)


class BrowserSignInError(EnglishError):
    """The browser's half of a sign-in did not end well."""


def _reach(route_provider: RouteProvider | None) -> dict[str, Any]:
    """Return connection options with longer but bounded timeouts for slow routes."""
    if route_provider is None:
        return {"timeout": CHECK_TIMEOUT}
    connect, read = (
        min(max(least, wished), _LONGEST)
        for least, wished in zip(CHECK_TIMEOUT, route_provider.waits(), strict=True)
    )
    return {"timeout": (connect, read), "route": route_provider.route()}


def _check(
    _job: Job, route_provider: RouteProvider | None, address: str, username: str, password: str
) -> object:
    from posto_desktop.sdk.connect import check_sign_in

    return check_sign_in(address, username, password, **_reach(route_provider))


def _sign_in_by_browser(
    job: Job, route_provider: RouteProvider | None, site: SiteFacts
) -> BrowserAccount:
    """Wait for the browser at a port of this computer; the page's address is reported."""
    from posto_desktop.sdk.browser_sign_in import SIGNED_IN, fetch_password, sign_in_page
    from posto_desktop.sdk.connect import check_sign_in
    from posto_desktop.server.connect.listener import BrowserSignIn
    from posto_desktop.server.publishers.base import Refused

    waiting = BrowserSignIn(job.report, job.cancelled, text=in_users_language(SIGNED_IN))
    try:
        page = sign_in_page(site, device_name(), waiting.listen(), waiting.state)
        answer = waiting.open(page.url)
    except Refused as error:
        job.check()
        raise BrowserSignInError(str(error)) from error
    finally:
        waiting.close()
    reach = _reach(route_provider)
    name, password = fetch_password(site, answer.get("code", ""), page.verifier, **reach)
    return BrowserAccount(check_sign_in(site.base_url, name, password, **reach), name, password)


def device_name() -> str:
    """Return what this computer is called in a list of passwords."""
    computer = platform.node().partition(".")[0]
    return f"Posto Desktop ({computer})" if computer else "Posto Desktop"


def _look(_job: Job, route_provider: RouteProvider | None, address: str) -> object:
    from posto_desktop.sdk.connect import look_up

    return look_up(address, **_reach(route_provider))


def _keep(
    _job: Job,
    accounts: AccountStore,
    secrets: SecretStore,
    account: ServiceAccount,
    password: str,
    storage: Where,
) -> VerifiedAccount:
    # The secret first: an account without its password would ask forever.
    secrets.set(account.id, password, storage)
    accounts.add(account)
    return VerifiedAccount(account, password)


def _forget(_job: Job, accounts: AccountStore, secrets: SecretStore, account_id: str) -> str:
    accounts.remove(account_id)
    secrets.delete(account_id)
    return account_id


def _unlock(_job: Job, secrets: SecretStore, account: ServiceAccount) -> VerifiedAccount | None:
    password = secrets.get(account.id)
    return None if password is None else VerifiedAccount(account, password)


def _keyring(_job: Job, secrets: SecretStore) -> object:
    return secrets.available()


class SignInFlow(QObject):
    """Requests of the sign-in dialog and the workspace menu. Lives on the GUI thread.

    Signals:
        address_found(str, object): the address and its `SiteFacts` of `sdk.connect.look_up`.
        address_refused(str, object): the address and the `PostoError` about it.
        accepted(object): a `SignIn`; nothing is stored yet.
        accepted_by_browser(object): a `BrowserAccount`; nothing is stored yet.
        browser_page(str): the page to open in the browser.
        refused(object): the `PostoError`, or a `BrowserSignInError`.
        stored(object): a `VerifiedAccount`; account and password are stored.
        not_stored(object): the error of storing them (keyring locked, disk full).
        unlocked(object): the `VerifiedAccount` requested with `unlock`.
        locked(object, object): (ServiceAccount, error or None) its password is not available.
        keyring_known(object): the `KeyringState` of this computer.
        forgotten(object): the id, a string, of a removed account.
    """

    address_found = Signal(str, object)
    address_refused = Signal(str, object)
    accepted = Signal(object)
    accepted_by_browser = Signal(object)
    browser_page = Signal(str)
    refused = Signal(object)
    stored = Signal(object)
    not_stored = Signal(object)
    unlocked = Signal(object)
    locked = Signal(object, object)
    keyring_known = Signal(object)
    forgotten = Signal(object)

    def __init__(
        self,
        runner: JobRunner,
        accounts: AccountStore,
        secrets: SecretStore,
        parent: QObject | None = None,
        *,
        route_provider: RouteProvider | None = None,
    ) -> None:
        super().__init__(parent)
        self._route_provider = route_provider
        self._runner, self._accounts, self._secrets = runner, accounts, secrets
        self._looking = LatestJob(runner, self)
        self._looked_up = ""
        self._looking.done.connect(self._address_found)
        self._looking.failed.connect(self._address_refused)
        self._checking = LatestJob(runner, self)
        self._checking.done.connect(self.accepted)
        self._checking.failed.connect(self.refused)
        self._browsing = LatestJob(runner, self)
        self._browsing.progress.connect(self._page_known)
        self._browsing.done.connect(self.accepted_by_browser)
        self._browsing.failed.connect(self.refused)
        self._unlocking: ServiceAccount | None = None

    def look(self, address: str) -> None:
        """Look up an address without credentials. The newest call wins."""
        self._looked_up = address
        self._looking.start(_look, self._route_provider, address, pool="net")

    @Slot(object)
    def _address_found(self, site: object) -> None:
        self.address_found.emit(self._looked_up, site)

    @Slot(object)
    def _address_refused(self, error: object) -> None:
        self.address_refused.emit(self._looked_up, error)

    def check(self, address: str, username: str, password: str) -> None:
        """Try to sign in; emit `accepted` or `refused`."""
        self._checking.start(_check, self._route_provider, address, username, password, pool="net")

    def sign_in_by_browser(self, site: SiteFacts) -> None:
        """Have the person sign in with their browser; emit `browser_page`, then
        `accepted_by_browser` or `refused`."""
        self._browsing.start(_sign_in_by_browser, self._route_provider, site, pool="net")

    @Slot(object)
    def _page_known(self, url: object) -> None:
        self.browser_page.emit(str(url))

    def cancel(self) -> None:
        """The dialog closed: drop pending answers."""
        self._browsing.forget()
        self._looking.forget()
        self._checking.forget()

    def keep(self, sign_in: SignIn, username: str, password: str, storage: Where) -> None:
        """Store an accepted sign-in. It replaces the same user of the same service."""
        base_url = sign_in.base_url
        name = sign_in.site_name or host_of(base_url)
        account = next(
            (
                account
                for account in self._accounts.list()
                if account.base_url == base_url and account.username == username
            ),
            ServiceAccount.new(name, base_url, username),
        )
        handle = self._runner.submit(
            _keep, self._accounts, self._secrets, account, password, storage, parent=self
        )
        handle.done.connect(self.stored)
        handle.failed.connect(self.not_stored)

    def unlock(self, account: ServiceAccount) -> None:
        """Fetch the password of an account. The keyring may ask the user to unlock it."""
        self._unlocking = account
        handle = self._runner.submit(_unlock, self._secrets, account, parent=self)
        handle.done.connect(self._unlocked)
        handle.failed.connect(self._unlock_failed)

    def ask_keyring(self) -> None:
        """Detect the keyring; emit `keyring_known`."""
        self._runner.submit(_keyring, self._secrets, parent=self).done.connect(self.keyring_known)

    def forget(self, account_id: str) -> None:
        """Remove an account and its password from this computer."""
        handle = self._runner.submit(
            _forget, self._accounts, self._secrets, account_id, parent=self
        )
        handle.done.connect(self.forgotten)
        handle.failed.connect(self.not_stored)

    @Slot(object)
    def _unlocked(self, known: object) -> None:
        if isinstance(known, VerifiedAccount):
            self.unlocked.emit(known)
        else:
            self.locked.emit(self._unlocking, None)

    @Slot(object)
    def _unlock_failed(self, error: object) -> None:
        self.locked.emit(self._unlocking, error)


def host_of(base_url: str) -> str:
    """Return the host and path of an address for display."""
    try:
        return urlsplit(base_url).hostname or base_url
    except ValueError:
        return base_url  # accounts.json can be edited by hand; opening it reports the error
