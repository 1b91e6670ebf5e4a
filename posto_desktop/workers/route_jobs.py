"""Jobs of Settings > Network: keep the proxy's password, try the connection."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posto_desktop.common.translation import translate
from posto_desktop.delivery.route_provider import PROXY_SECRET, RouteProvider
from posto_desktop.storage.accounts import ServiceAccount
from posto_desktop.storage.secrets import SecretStore, Where
from posto_desktop.workers.runner import Job

if TYPE_CHECKING:
    from posto_desktop.sdk.connect import SignIn


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
            user_message=translate(
                "Service", "Its password is not on this computer. Sign in again."
            ),
            reason="signed_out",
        )
    route, waits = route_provider.route(), route_provider.waits()
    return check_sign_in(account.base_url, account.username, password, timeout=waits, route=route)
