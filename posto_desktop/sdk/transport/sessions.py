"""Pooled connections of a `Transport`, tracked by thread, closed at will."""

from __future__ import annotations

import os
import threading
import weakref
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posto_desktop.common.translation import translatable
from posto_desktop.net.deadline import Deadline, DeadlineExceeded
from posto_desktop.storage import regular_files

from ..endpoint import is_loopback
from ..errors import NetworkError
from .route import Route

if TYPE_CHECKING:
    import socket
    import ssl

    import requests
    import socks  # type: ignore[import-untyped]
    from urllib3 import PoolManager
    from urllib3._base_connection import BaseHTTPConnection
    from urllib3.connection import HTTPConnection

MAX_CONNECTIONS = 10
"""Connections per host; further parallel requests wait for a free one."""
_MAX_CERTIFICATES = 16 * 1024 * 1024
"""Most bytes of a certificate file; systems ship 200 KB."""
PROOF_SECONDS = 10.0
"""Time limit for the local server's proof; a loaded one takes seconds."""
BLOCK = 256 * 1024
"""Bytes passed to a connection at once."""


def proxies_for(url: str, host: str, route: Route) -> dict[str, str]:
    """Return the proxies of the route, none for this computer."""
    if is_loopback(host) or route.proxy == "":
        return {}
    if route.proxy is not None:
        return {"http": route.proxy, "https": route.proxy}
    from requests.utils import get_environ_proxies

    return dict(get_environ_proxies(url, no_proxy=None))


def new_session(
    state: threading.local,
    sockets: weakref.WeakSet[Any],
    public_only: bool,
    route: Route,
) -> requests.Session:
    """Return a session that records per thread whether a byte of the request was written, and
    applies the thread's deadline to all traffic.

    `state.wrote` decides whether a failed POST may be repeated, so it is measured where the bytes
    leave, not guessed from the exception. `state.deadline` is set before each request.
    `public_only` refuses connections to private addresses. Raises `NetworkError` for an invalid
    certificate file.
    """
    import http.cookiejar

    import requests as library
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    tracked: type[Any] = _tracked_connection(state, sockets, public_only, route)

    class SecureConnection(tracked, HTTPSConnection):  # type: ignore[misc]
        pass

    class BlockingPool(HTTPConnectionPool):
        def _get_conn(self, timeout: float | None = None) -> BaseHTTPConnection:  # noqa: ARG002
            """Return a connection, waiting while all are busy. Raises only `EmptyPoolError`: after
            any other error urllib3 would count one connection too many."""
            deadline: Deadline = state.deadline
            return super()._get_conn(max(0.0, deadline.left))

    class PlainPool(BlockingPool):
        ConnectionCls = tracked

    class SecurePool(BlockingPool, HTTPSConnectionPool):
        ConnectionCls = SecureConnection

    pools: dict[str, type[Any]] = {"http": PlainPool, "https": SecurePool}
    trusted = _trusted(route)
    more: dict[str, Any] = {"ssl_context": trusted} if trusted is not None else {}

    class PooledAdapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **options: Any) -> None:
            super().init_poolmanager(*args, **{"blocksize": BLOCK, **more, **options})
            self.poolmanager.pool_classes_by_scheme = pools

        def proxy_manager_for(self, proxy: str, **options: Any) -> PoolManager:
            manager: PoolManager = super().proxy_manager_for(proxy, **{**more, **options})
            by_socks = proxy.lower().startswith("socks")
            manager.pool_classes_by_scheme = (
                _socks_pools(tracked, BlockingPool, state) if by_socks else pools
            )
            return manager

    session = library.Session()
    # No .netrc (it would replace our Authorization), no cookies (they would sign in, too).
    session.trust_env = False
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")
    if bundle:
        session.verify = bundle
    adapter = PooledAdapter(
        pool_connections=8, pool_maxsize=MAX_CONNECTIONS, max_retries=0, pool_block=True
    )
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _tracked_connection(  # noqa: C901 - counts all methods of the class
    state: threading.local, sockets: weakref.WeakSet[Any], public_only: bool, route: Route
) -> type[HTTPConnection]:
    """Return the connection class of `new_session`, without TLS."""
    import socket

    from urllib3.connection import HTTPConnection

    from .answers import bounded_response
    from .sockets import open_socket

    class TrackedConnection(HTTPConnection):
        greeting = False
        response_class: Any = staticmethod(partial(bounded_response, state=state))

        def connect(self) -> None:
            # The handshake with a proxy is not part of the request.
            self.greeting = True
            # Tracked from here on, so that `close` also ends a proxy handshake.
            sockets.add(self)
            try:
                super().connect()
            finally:
                self.greeting = False
            if route.workspace_password and is_loopback(self.host):
                try:
                    _have_proven(self.sock, route.workspace_password, state.deadline)
                except BaseException:
                    self.close()
                    raise

        def _new_conn(self) -> socket.socket:
            deadline: Deadline = state.deadline
            return open_socket(self, deadline, public_only=public_only and self.proxy is None)

        def send(self, data: bytes) -> None:  # type: ignore[override]  # urllib3 sends bytes
            if self.sock is None:
                self.connect()
            deadline: Deadline = state.deadline
            if not self.greeting:
                deadline.step()  # out of time before a byte left: surely nothing was sent
                state.wrote = True
            for start in range(0, len(data), BLOCK):
                # urllib3 would send with the connect timeout; an upload from a slow disk needs the
                # longer one.
                self.sock.settimeout(deadline.step())
                try:
                    super().send(data[start : start + BLOCK])
                except TimeoutError as error:
                    if deadline.left <= 0:
                        raise DeadlineExceeded("what was sent was not taken") from error
                    raise

        def abort(self) -> None:
            if self.sock is not None:
                try:
                    self.sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # already closed

    return TrackedConnection


def _have_proven(connection: socket.socket, password: str, deadline: Deadline) -> None:
    """Require the local server's proof from the peer. Raises `NetworkError`."""
    from posto_desktop.storage.proof import UnprovenError, demand_proof

    try:
        demand_proof(connection, password, deadline.step(PROOF_SECONDS))
    except UnprovenError as error:
        sentence = translatable(
            "Sdk",
            "Another program answers in place of the workspace on this computer. Nothing was sent.",
        )
        raise NetworkError(
            f"no proof of the workspace: {error}", user_message=sentence, reason="unproven"
        ) from None
    except OSError as error:
        raise NetworkError(
            f"no proof of the workspace: {type(error).__name__}",
            user_message=translatable(
                "Sdk", "The workspace on this computer did not answer in time. Nothing was sent."
            )
            if isinstance(error, TimeoutError)
            else translatable(
                "Sdk", "The workspace on this computer cannot be reached. Nothing was sent."
            ),
            reason="timeout" if isinstance(error, TimeoutError) else "offline",
        ) from None


def _trusted(route: Route) -> ssl.SSLContext | None:
    """Return an SSL context with the route's certificates, to which the session adds the usual
    ones; None without any."""
    if not route.ca_file:
        return None
    import ssl

    from urllib3.util.ssl_ import create_urllib3_context

    context = create_urllib3_context()
    try:
        # Read here: OpenSSL would block on a pipe and read a device endlessly.
        text = regular_files.read_regular(Path(route.ca_file), _MAX_CERTIFICATES).decode("latin-1")
        context.load_verify_locations(cadata=text.encode("ascii", "replace").decode("ascii"))
    except (OSError, ssl.SSLError, ValueError) as error:
        name = os.path.basename(route.ca_file)  # noqa: PTH119 - may be of another system
        raise NetworkError(
            f"the certificates in {name} cannot be used: {type(error).__name__}",
            user_message=translatable(
                "Sdk",
                "The certificates in {name} cannot be used: it has to be a readable file in "
                "PEM form. Nothing was sent.",
            ).format(name=name),
            reason="tls",
        ) from None
    return context


def _socks_pools(
    tracked: type[Any], blocking_pool: type[Any], state: threading.local
) -> dict[str, type[Any]]:
    """Return connection pools for a SOCKS proxy, extended like `tracked` and `blocking_pool`."""
    from urllib3.contrib.socks import (
        SOCKSConnection,
        SOCKSHTTPConnectionPool,
        SOCKSHTTPSConnection,
        SOCKSHTTPSConnectionPool,
    )

    from .sockets import open_socks

    class SocksConnection(tracked):  # type: ignore[misc]
        def _new_conn(self) -> socks.socksocket:
            return open_socks(self, self._socks_options, state.deadline)

    class PlainConnection(SocksConnection, SOCKSConnection):
        pass

    class SecureConnection(SocksConnection, SOCKSHTTPSConnection):
        pass

    class PlainPool(blocking_pool, SOCKSHTTPConnectionPool):  # type: ignore[misc]
        ConnectionCls = PlainConnection

    class SecurePool(blocking_pool, SOCKSHTTPSConnectionPool):  # type: ignore[misc]
        ConnectionCls = SecureConnection

    return {"http": PlainPool, "https": SecurePool}
