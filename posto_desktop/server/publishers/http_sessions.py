"""The connections below `http`: one for each request, by the proxy and with the certificates that
the person set, noting when it is made."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server.leases import require_lease
from posto_desktop.server.publishers.base import TryLater
from posto_desktop.storage import regular_files

if TYPE_CHECKING:
    import ssl

    import requests
    from urllib3 import ProxyManager
    from urllib3.connectionpool import HTTPConnectionPool

_MOST_CERTIFICATES = 16 * 1024 * 1024
_SCHEMES = ("http://", "https://", "socks5://", "socks5h://", "socks4://", "socks4a://")


@dataclass(frozen=True)
class RequestRoute:
    """How servers are reached: `proxy` is an address, "" for none, None for the system's; the
    certificates in `ca_file` are trusted beside those that everybody trusts."""

    proxy: str | None = field(default=None, repr=False)
    ca_file: str = ""


_source: list[Callable[[], RequestRoute]] = []


def use_route(source: Callable[[], RequestRoute] | None) -> None:
    """Ask `source` for the route of each request from now on; it may raise TryLater. None: the
    system's proxy."""
    _source[:] = [source] if source is not None else []


def current_route() -> RequestRoute:
    return _source[0]() if _source else RequestRoute()


def is_proxy(address: str) -> bool:
    """Whether this is the address of a proxy that can be used."""
    try:
        parts = urlsplit(address)
        return address.lower().startswith(_SCHEMES) and bool(parts.hostname and parts.port)
    except ValueError:
        return False


@dataclass
class RequestTrace:
    """What is noted of one request while it is made."""

    is_connected: bool = False
    is_too_long: bool = False
    sockets: list[socket.socket] = field(default_factory=list)

    def note(self, sock: socket.socket | None) -> None:
        """The connection is made: what follows may arrive. Raises LeaseLost."""
        require_lease()
        if sock is not None:
            self.sockets.append(sock)
        self.is_connected = True

    def end(self) -> None:
        self.is_too_long = True
        for open_socket in self.sockets:
            with contextlib.suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)


class _NotingConnection:
    """Notes when the connection is made, and asks for the lease before each part of a request.

    What is published needs its last part: of a process that was stopped in between nothing comes
    through. The head alone would not do, as Python's other threads go on before the body follows.
    """

    trace: RequestTrace
    sock: socket.socket | None

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self.trace.note(self.sock)

    def send(self, data: Any) -> None:  # noqa: ANN401 - as http.client takes it
        if self.sock is not None:  # else `connect` comes first
            require_lease()
        super().send(data)  # type: ignore[misc]


def new_session(noted: RequestTrace, route: RequestRoute) -> requests.Session:
    """A session for one request, which notes when its connection is made."""
    import requests as library
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class Plain(_NotingConnection, HTTPConnection):
        trace = noted

    class Secure(_NotingConnection, HTTPSConnection):
        trace = noted

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    pools: dict[str, type[HTTPConnectionPool]] = {"http": PlainPool, "https": SecurePool}
    trusted = trusted_context(route.ca_file)

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **options: Any) -> None:
            super().init_poolmanager(*args, **options, ssl_context=trusted)
            self.poolmanager.pool_classes_by_scheme = pools

        def proxy_manager_for(self, proxy: str, **options: Any) -> ProxyManager:
            manager: ProxyManager = super().proxy_manager_for(proxy, **options, ssl_context=trusted)
            is_socks = proxy.lower().startswith("socks")
            manager.pool_classes_by_scheme = _socks_pools(noted) if is_socks else pools
            return manager

    session = library.Session()
    session.trust_env = False
    session.mount("https://", Adapter())
    session.mount("http://", Adapter())
    return session


def _socks_pools(noted: RequestTrace) -> dict[str, type[HTTPConnectionPool]]:
    from urllib3.contrib.socks import (
        SOCKSConnection,
        SOCKSHTTPConnectionPool,
        SOCKSHTTPSConnection,
        SOCKSHTTPSConnectionPool,
    )

    class Plain(_NotingConnection, SOCKSConnection):
        trace = noted

    class Secure(_NotingConnection, SOCKSHTTPSConnection):
        trace = noted

    class PlainPool(SOCKSHTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(SOCKSHTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def trusted_context(ca_file: str) -> ssl.SSLContext | None:
    """The certificates of a file, to which those of the library are added; None without any."""
    if not ca_file:
        return None
    import ssl

    from urllib3.util.ssl_ import create_urllib3_context

    context = create_urllib3_context()
    try:
        # Read here: OpenSSL would wait at a pipe and read a device without end.
        text = regular_files.read_regular(Path(ca_file), _MOST_CERTIFICATES).decode("latin-1")
        context.load_verify_locations(cadata=text.encode("ascii", "replace").decode("ascii"))
    except (OSError, ssl.SSLError, ValueError):
        name = os.path.basename(ca_file)  # noqa: PTH119 - may be of another system
        raise TryLater(
            (
                translatable(
                    "Server",
                    "The certificate file {name} cannot be used. Choose a readable file in PEM "
                    "format. Nothing was sent.",
                ).format(name=name)
            ),
            60,
        ) from None
    return context


def proxies_for(url: str, proxy: str, route: RequestRoute | None = None) -> dict[str, str]:
    """The proxies for an address: that of the channel, else of the route; never for loopback."""
    chosen = proxy or (route or current_route()).proxy
    if is_loopback(urlsplit(url).hostname or "") or chosen == "":
        return {}
    if chosen is not None:
        return {"http": chosen, "https": chosen}
    from requests.utils import get_environ_proxies

    return dict(get_environ_proxies(url, no_proxy=None))


def is_loopback(host: str) -> bool:
    if host.lower() in ("localhost", ""):
        return host != ""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
