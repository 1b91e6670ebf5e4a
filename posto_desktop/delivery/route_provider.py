"""Proxy, certificates and timeouts of connections, from the settings."""

from __future__ import annotations

from posto_desktop.common.translation import translatable
from posto_desktop.sdk.errors import NetworkError
from posto_desktop.sdk.transport import Route, proxy_address
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.storage.settings import Settings

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
                    user_message=translatable(
                        "Delivery",
                        "The proxy in Settings > Network has no address or no port. Nothing was "
                        "sent.",
                    ),
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
