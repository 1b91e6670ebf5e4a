"""Pooled connections of a `Transport`, tracked by thread, closed at will."""

from __future__ import annotations

import os
import threading
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any

from posto_desktop.common.translation import translatable
from posto_desktop.net import sessions
from posto_desktop.net.addresses import CertificateFileError, is_loopback, trusted_context
from posto_desktop.net.deadline import Deadline, DeadlineExceeded

from ..errors import NetworkError
from .route import Route

if TYPE_CHECKING:
    import socket
    import ssl

    import requests
    from urllib3._base_connection import BaseHTTPConnection

MAX_CONNECTIONS = 10
"""Connections per host; further parallel requests wait for a free one."""
PROOF_SECONDS = 10.0
"""Time limit for the local server's proof; a loaded one takes seconds."""
BLOCK = 256 * 1024
"""Bytes passed to a connection at once."""


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

    class BlockingPool:
        def _get_conn(self, timeout: float | None = None) -> BaseHTTPConnection:  # noqa: ARG002
            """Return a connection, waiting while all are busy. Raises only `EmptyPoolError`: after
            any other error urllib3 would count one connection too many."""
            deadline: Deadline = state.deadline
            return super()._get_conn(max(0.0, deadline.left))  # type: ignore[misc,no-any-return]

    session = sessions.new_session(
        _tracked_connection(state, sockets, public_only, route),
        pool=BlockingPool,
        trusted=_trusted(route),
        block_size=BLOCK,
        pool_connections=8,
        pool_maxsize=MAX_CONNECTIONS,
        max_retries=0,
        pool_block=True,
    )
    # No cookies: they would sign in, too.
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")
    if bundle:
        session.verify = bundle
    return session


def _trusted(route: Route) -> ssl.SSLContext | None:
    try:
        return trusted_context(route.ca_file)
    except CertificateFileError as error:
        raise NetworkError(
            str(error),
            user_message=translatable(
                "Sdk",
                "The certificates in {name} cannot be used: it has to be a readable file in "
                "PEM form. Nothing was sent.",
            ).format(name=error.name),
            reason="tls",
        ) from None


def _tracked_connection(  # noqa: C901 - counts all methods of the class
    state: threading.local, sockets: weakref.WeakSet[Any], public_only: bool, route: Route
) -> type[Any]:
    """Return what the connection classes of `new_session` have beside urllib3's."""
    import socket

    from .answers import bounded_response
    from .sockets import open_socket, open_socks

    class TrackedConnection:
        greeting = False
        response_class: Any = staticmethod(partial(bounded_response, state=state))
        host: str
        sock: Any
        proxy: Any

        def connect(self) -> None:
            # The handshake with a proxy is not part of the request.
            self.greeting = True
            # Tracked from here on, so that `close` also ends a proxy handshake.
            sockets.add(self)
            try:
                super().connect()  # type: ignore[misc]
            finally:
                self.greeting = False
            if route.workspace_password and is_loopback(self.host):
                try:
                    _have_proven(self.sock, route.workspace_password, state.deadline)
                except BaseException:
                    self.close()  # type: ignore[attr-defined]
                    raise

        def _new_conn(self) -> socket.socket:
            connection: Any = self
            options = getattr(self, "_socks_options", None)
            if options is not None:
                return open_socks(connection, options, state.deadline)
            return open_socket(
                connection, state.deadline, public_only=public_only and self.proxy is None
            )

        def send(self, data: bytes) -> None:
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
                    super().send(data[start : start + BLOCK])  # type: ignore[misc]
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
