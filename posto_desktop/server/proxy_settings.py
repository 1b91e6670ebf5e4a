"""The way from the workspace to servers of accounts: proxy and certificates, as the app sets them.

They stay for when the workspace runs alone. The password of a proxy is kept where secrets of
accounts are; while it is not known nothing is sent, as who wants a proxy wants nothing to pass it.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from posto_desktop.server.account_secrets import AccountSecrets
from posto_desktop.server.errors import PluginError
from posto_desktop.server.publishers.base import TryLater
from posto_desktop.server.publishers.http_sessions import RequestRoute, is_proxy
from posto_desktop.server.rows import json_object
from posto_desktop.server.store import Store

_NAME, _SECRET = "request_route", "proxy"
_LONGEST = 2_000


class ProxySettings:
    def __init__(self, store: Store, secrets: AccountSecrets) -> None:
        self._store = store
        self._secrets = secrets
        self._known: RequestRoute | None = None

    def route(self) -> RequestRoute:
        """The way to use now. Raises TryLater while the proxy's password cannot be read."""
        if self._known is None:
            self._known = self._read()
        return self._known

    def to_json(self) -> dict[str, Any]:
        """The way as it is stored, without a password."""
        kept = self._stored()
        return {"proxy": kept.get("proxy"), "ca_file": kept.get("ca_file") or ""}

    def change(self, given: object) -> None:
        """Use `{"proxy": null | "" | address, "ca_file"}` from now on."""
        if not isinstance(given, dict):
            raise PluginError("The way to servers is an object with proxy and ca_file.")
        proxy, ca_file = given.get("proxy"), given.get("ca_file") or ""
        if proxy is not None and (not isinstance(proxy, str) or (proxy and not is_proxy(proxy))):
            raise PluginError("The proxy is an address such as http://host:8080.")
        if not isinstance(ca_file, str) or len(ca_file) > _LONGEST:
            raise PluginError("The file with certificates is a path.")
        bare, user, password = _apart(proxy) if proxy else (proxy, "", "")
        if password:
            place = self._secrets.default_place() or "session"
            self._secrets.set(_SECRET, {"user": user, "password": password}, place)
        else:
            self._secrets.delete(_SECRET)
        kept = {"proxy": bare, "ca_file": ca_file, "signs_in": bool(password)}
        with self._store.write() as db:
            db.execute(
                "INSERT INTO site (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (_NAME, json.dumps(kept)),
            )
        self._known = RequestRoute(proxy, ca_file)

    def _stored(self) -> dict[str, Any]:
        row = self._store.row("SELECT value FROM site WHERE name = ?", _NAME)
        return json_object(row["value"]) if row is not None else {}

    def _read(self) -> RequestRoute:
        kept = self._stored()
        proxy, ca_file = kept.get("proxy"), kept.get("ca_file")
        if not isinstance(proxy, str):
            proxy = None
        if proxy and kept.get("signs_in") is True:
            secret = self._secrets.get(_SECRET)
            if not secret:
                raise TryLater("The password of the proxy is not known. Open Posto Desktop.", 60)
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
