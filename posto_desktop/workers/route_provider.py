"""Proxy, certificates and timeouts of connections, from the settings."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posto_desktop.sdk.errors import NetworkError
from posto_desktop.sdk.transport import Route, proxy_address
from posto_desktop.storage.accounts import ServiceAccount
from posto_desktop.storage.secrets import SecretStore, Where
from posto_desktop.storage.settings import Settings
from posto_desktop.workers.runner import Job

if TYPE_CHECKING:
    from posto_desktop.sdk.connect import SignIn

PROXY_SECRET = "network.proxy"
"""Account id of the proxy's password in the secret store."""


class RouteProvider:
    """Reads the settings anew each time. `route` may ask the keyring: call it on a worker."""

    def __init__(self, settings: Settings, secrets: SecretStore | None = None) -> None:
        self._settings, self._secrets = settings, secrets

    def route(self) -> Route:
        """Return the proxy and the certificates to use now. Raises NetworkError for a proxy without
        an address rather than connect directly, and StorageError if its password cannot be read."""
        get = self._settings.text
        ca_file = get("network.ca_file")
        proxy: str | None = None
        if get("network.proxy") == "none":
            proxy = ""
        elif get("network.proxy") == "manual":
            user = get("network.proxy_user")
            proxy = proxy_address(
                get("network.proxy_kind"),
                get("network.proxy_host"),
                self._settings.number("network.proxy_port"),
                user,
                self.password() if user else "",
            )
            if not proxy:
                raise NetworkError(
                    "the proxy has no address",
                    user_message="The proxy in Settings > Network has no address or no port. "
                    "Nothing was sent.",
                    reason="offline",
                )
        return Route(proxy, ca_file)

    def waits(self) -> tuple[float, float]:
        """Return the timeouts in seconds for connecting and for answers."""
        get = self._settings.number
        return float(get("network.connect_seconds")), float(get("network.read_seconds"))

    def password(self) -> str:
        """Return the proxy's password, "" without one."""
        return (self._secrets.get(PROXY_SECRET) or "") if self._secrets is not None else ""


def keep_password(_job: Job, secrets: SecretStore, password: str) -> Where | None:
    """A job: store the proxy's password in the keyring, or until the app ends without one; ""
    deletes it. Return where it is stored."""
    if not password:
        secrets.delete(PROXY_SECRET)
        return None
    storage: Where = "keyring" if secrets.available().kind in ("ok", "locked") else "session"
    secrets.set(PROXY_SECRET, password, storage)
    return storage


def password_place(_job: Job, secrets: SecretStore) -> Where | None:
    """A job: return where the proxy's password is stored."""
    return secrets.storage_of(PROXY_SECRET)


@dataclass(frozen=True)
class ReachedAddress:
    """Answer of an address: what it is, and the seconds it took."""

    host: str
    site_name: str
    seconds: float


def try_route(_job: Job, route_provider: RouteProvider, address: str) -> ReachedAddress:
    """A job: look up an address as signing in does. Raises PostoError or StorageError."""
    from posto_desktop.sdk.connect import look_up

    route = route_provider.route()
    started = time.monotonic()
    site = look_up(address, timeout=route_provider.waits(), route=route)
    return ReachedAddress(site.host, site.site_name, time.monotonic() - started)


def try_account(
    _job: Job, route_provider: RouteProvider, secrets: SecretStore, account: ServiceAccount
) -> SignIn:
    """A job: sign in to a service. Raises PostoError, or StorageError of the keyring."""
    from posto_desktop.sdk.connect import check_sign_in
    from posto_desktop.sdk.errors import AuthenticationError

    password = secrets.get(account.id)
    if password is None:
        raise AuthenticationError(
            "no password is kept",
            user_message="Its password is not on this computer. Sign in again.",
            reason="signed_out",
        )
    route, waits = route_provider.route(), route_provider.waits()
    return check_sign_in(account.base_url, account.username, password, timeout=waits, route=route)
