"""The connections below a `Transport`: pooled, told apart by thread, ended at will."""

from __future__ import annotations

import os
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posto_desktop.storage import regular

from ..endpoint import is_loopback, require_public
from ..errors import NetworkError
from .route import Route

if TYPE_CHECKING:
    import requests

LANES = 10
"""Connections kept to one host; more requests than that at once wait for one of them."""
_MOST_CERTIFICATES = 16 * 1024 * 1024
"""Bytes of a file of certificates; those that systems bring have 200 KB."""
BLOCK = 256 * 1024
"""Bytes that are handed to a connection at once."""


def proxies_for(url: str, host: str, route: Route) -> dict[str, str]:
    """The proxies of the route, but never for this computer itself."""
    if is_loopback(host) or route.proxy == "":
        return {}
    if route.proxy is not None:
        return {"http": route.proxy, "https": route.proxy}
    from requests.utils import get_environ_proxies

    return dict(get_environ_proxies(url, no_proxy=None))


def new_session(
    state: threading.local,
    sockets: weakref.WeakSet[Any],
    write_timeout: float,
    public_only: bool,
    route: Route,
) -> requests.Session:
    """A session that notes per thread whether a byte of the request was written.

    `state.wrote` decides whether a failed POST may be repeated, so it is measured where the bytes
    leave, not guessed from the kind of exception. Raises `NetworkError` for a file of certificates
    that cannot be used.
    """
    import http.cookiejar
    import socket

    import requests as library
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class Noted:
        sock: Any
        proxy: Any
        host: str

        greeting = False
        by_socks = False

        def connect(self) -> None:
            # What is said to a proxy before the request is no part of it.
            self.greeting = True
            try:
                super().connect()  # type: ignore[misc]
            finally:
                self.greeting = False
            if self.sock is not None:
                # urllib3 sends the body under the connect timeout; a slow disk behind an upload
                # deserves the longer one.
                self.sock.settimeout(write_timeout)
                if public_only and self.proxy is None and not self.by_socks:
                    # Where the name led in the end: a check before the connection could be
                    # fooled by a name server that answers differently the second time.
                    require_public(str(self.sock.getpeername()[0]), self.host)
            sockets.add(self)

        def send(self, data: Any) -> None:
            if self.sock is None:
                self.connect()
            if not self.greeting:
                state.wrote = True
            super().send(data)  # type: ignore[misc]

        def abort(self) -> None:
            if self.sock is not None:
                try:
                    self.sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # already gone

    class PlainLane(Noted, HTTPConnection):
        pass

    class SecureLane(Noted, HTTPSConnection):
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainLane

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = SecureLane

    pools: dict[str, type[Any]] = {"http": PlainPool, "https": SecurePool}
    trusted = _trusted(route)
    more: dict[str, Any] = {"ssl_context": trusted} if trusted is not None else {}

    class Lanes(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **options: Any) -> None:
            super().init_poolmanager(*args, **{"blocksize": BLOCK, **more, **options})
            self.poolmanager.pool_classes_by_scheme = pools

        def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
            manager = super().proxy_manager_for(proxy, **{**more, **options})
            by_socks = proxy.lower().startswith("socks")
            manager.pool_classes_by_scheme = _socks_pools(Noted) if by_socks else pools
            return manager

    session = library.Session()
    # No .netrc (it would replace our Authorization), no cookies (they would sign in beside it).
    session.trust_env = False
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")
    if bundle:
        session.verify = bundle
    adapter = Lanes(pool_connections=8, pool_maxsize=LANES, max_retries=0, pool_block=True)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _trusted(route: Route) -> Any:
    """The certificates of the route, to which those of the session are added; None without any."""
    if not route.ca_file:
        return None
    import ssl

    from urllib3.util.ssl_ import create_urllib3_context

    context = create_urllib3_context()
    try:
        # Read here: OpenSSL would wait at a pipe and read a device without end.
        text = regular.read_regular(Path(route.ca_file), _MOST_CERTIFICATES).decode("latin-1")
        context.load_verify_locations(cadata=text.encode("ascii", "replace").decode("ascii"))
    except (OSError, ssl.SSLError, ValueError) as error:
        name = os.path.basename(route.ca_file)  # noqa: PTH119 - may be of another system
        raise NetworkError(
            f"the certificates in {name} cannot be used: {type(error).__name__}",
            user_message=f"The certificates in {name} cannot be used: it has to be a readable "
            "file in PEM form. Nothing was sent.",
            reason="tls",
        ) from None
    return context


def _socks_pools(noted: type[Any]) -> dict[str, type[Any]]:
    """Pools of connections through a SOCKS proxy, with what `noted` adds to each."""
    from urllib3.contrib.socks import (
        SOCKSConnection,
        SOCKSHTTPConnectionPool,
        SOCKSHTTPSConnection,
        SOCKSHTTPSConnectionPool,
    )

    class PlainLane(noted, SOCKSConnection):  # type: ignore[misc]
        by_socks = True

    class SecureLane(noted, SOCKSHTTPSConnection):  # type: ignore[misc]
        by_socks = True

    class PlainPool(SOCKSHTTPConnectionPool):
        ConnectionCls = PlainLane

    class SecurePool(SOCKSHTTPSConnectionPool):
        ConnectionCls = SecureLane

    return {"http": PlainPool, "https": SecurePool}
