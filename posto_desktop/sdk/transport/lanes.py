"""The connections below a `Transport`: pooled, told apart by thread, ended at will."""

from __future__ import annotations

import os
import threading
import weakref
from typing import TYPE_CHECKING, Any

from ..endpoint import is_loopback, require_public

if TYPE_CHECKING:
    import requests

LANES = 10
"""Connections kept to one host; more requests than that at once wait for one of them."""
BLOCK = 256 * 1024
"""Bytes that are handed to a connection at once."""


def proxies_for(url: str, host: str) -> dict[str, str]:
    """The system's proxies, but never for this computer itself."""
    if is_loopback(host):
        return {}
    from requests.utils import get_environ_proxies

    return dict(get_environ_proxies(url, no_proxy=None))


def new_session(
    state: threading.local,
    sockets: weakref.WeakSet[Any],
    write_timeout: float,
    public_only: bool,
) -> requests.Session:
    """A session that notes per thread whether a byte of the request was written.

    `state.wrote` decides whether a failed POST may be repeated, so it is measured where the bytes
    leave, not guessed from the kind of exception.
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

        def connect(self) -> None:
            super().connect()  # type: ignore[misc]
            if self.sock is not None:
                # urllib3 sends the body under the connect timeout; a slow disk behind an upload
                # deserves the longer one.
                self.sock.settimeout(write_timeout)
                if public_only and self.proxy is None:
                    # Where the name led in the end: a check before the connection could be
                    # fooled by a name server that answers differently the second time.
                    require_public(str(self.sock.getpeername()[0]), self.host)
            sockets.add(self)

        def send(self, data: Any) -> None:
            if self.sock is None:
                self.connect()
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

    class Lanes(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **options: Any) -> None:
            super().init_poolmanager(*args, blocksize=BLOCK, **options)
            self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

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
