"""Proxy and certificates for requests to networks, as the app sets them.

They stay for when the workspace runs alone, in a file that is in no backup: another computer, or
whoever made a backup, must not decide where requests go. The password of a proxy is kept where
secrets of accounts are. While the way is not known nothing is sent, as who wants a proxy wants
nothing to pass it.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server.account_secrets import SecretPlace
from posto_desktop.server.errors import PluginError
from posto_desktop.server.publishers.base import SecretsLocked, TryLater
from posto_desktop.server.publishers.http_sessions import RequestRoute, is_proxy
from posto_desktop.storage import atomic
from posto_desktop.storage.errors import StorageError

_SECRET = "proxy"
_DAMAGED = {"proxy": "damaged"}
_LONGEST = 2_000


class ProxySettings:
    def __init__(self, path: Path, secrets: SecretPlace) -> None:
        self._path = path
        self._secrets = secrets
        self._known: RequestRoute | None = None

    def route(self) -> RequestRoute:
        """The way to use now. Raises TryLater while the proxy's password cannot be read."""
        if self._known is None:
            self._known = self._read()
        return self._known

    def to_json(self) -> dict[str, Any]:
        """The way as it is stored, without a password."""
        stored = self._stored()
        return {"proxy": stored.get("proxy"), "ca_file": stored.get("ca_file") or ""}

    def change(self, settings: object) -> None:
        """Use `{"proxy": null | "" | address, "ca_file"}` from now on."""
        if not isinstance(settings, dict):
            raise PluginError(
                translatable("Server", "The way to servers is an object with proxy and ca_file.")
            )
        proxy, ca_file = settings.get("proxy"), settings.get("ca_file") or ""
        if proxy is not None and (not isinstance(proxy, str) or (proxy and not is_proxy(proxy))):
            raise PluginError(
                translatable("Server", "The proxy is an address such as http://host:8080.")
            )
        if not isinstance(ca_file, str) or len(ca_file) > _LONGEST:
            raise PluginError(translatable("Server", "The file with certificates is a path."))
        bare, user, password = _apart(proxy) if proxy else (proxy, "", "")
        secret = {"user": user, "password": password}
        if not user:
            self._secrets.delete(_SECRET)
        else:
            try:
                self._secrets.set(_SECRET, secret, self._secrets.default_place() or "session")
            except SecretsLocked:
                self._secrets.set(_SECRET, secret, "session")
        stored = {"proxy": bare, "ca_file": ca_file, "signs_in": bool(user)}
        atomic.set_aside_no_file(self._path)
        atomic.write_json(self._path, stored, mode=0o600)
        self._known = RequestRoute(proxy, ca_file)

    def _stored(self) -> dict[str, Any]:
        try:
            stored, damage = atomic.read_json_reporting(self._path, {})
        except StorageError:
            return dict(_DAMAGED)
        if damage is None and isinstance(stored, dict):
            return stored
        # It was moved aside: its absence must not mean the system's proxy at the next start.
        with contextlib.suppress(StorageError):
            atomic.write_json(self._path, _DAMAGED, mode=0o600)
        return dict(_DAMAGED)

    def _read(self) -> RequestRoute:
        stored = self._stored()
        proxy, ca_file = stored.get("proxy"), stored.get("ca_file")
        if proxy == _DAMAGED["proxy"]:
            raise TryLater(
                translatable("Server", "The proxy settings are missing. Open Posto Desktop."), 60
            )
        if not isinstance(proxy, str):
            proxy = None
        if proxy and stored.get("signs_in") is True:
            secret = self._secrets.get(_SECRET)
            if not secret:
                raise TryLater(
                    translatable("Server", "The proxy password is missing. Open Posto Desktop."), 60
                )
            proxy = _with(proxy, secret.get("user", ""), secret.get("password", ""))
        return RequestRoute(proxy, ca_file if isinstance(ca_file, str) else "")


def _apart(proxy: str) -> tuple[str, str, str]:
    """The address of a proxy without its name and password, and these."""
    parts = urlsplit(proxy)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=place)), parts.username or "", parts.password or ""


def _with(proxy: str, user: str, password: str) -> str:
    """They stay as they stood in the address, quoted."""
    parts = urlsplit(proxy)
    return urlunsplit(parts._replace(netloc=f"{user}:{password}@{parts.netloc}"))
