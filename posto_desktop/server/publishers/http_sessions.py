"""The connections below `http`: one for each request, by the proxy and with the certificates that
the person set, noting when it is made."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.net import sessions
from posto_desktop.net.addresses import CertificateFileError, proxies_for, trusted_context
from posto_desktop.server.leases import require_lease
from posto_desktop.server.publishers.base import TryLater

if TYPE_CHECKING:
    import ssl

    import requests

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
    """A session for one request, which notes when its connection is made. Raises TryLater."""

    class Connection(_NotingConnection):
        trace = noted

    return sessions.new_session(Connection, trusted=trusted(route))


def trusted(route: RequestRoute) -> ssl.SSLContext | None:
    """The certificates of the route, to which those of the library are added; None without any.
    Raises TryLater."""
    try:
        return trusted_context(route.ca_file)
    except CertificateFileError as error:
        raise TryLater(
            (
                translatable(
                    "Server",
                    "The certificate file {name} cannot be used. Choose a readable file in PEM "
                    "format. Nothing was sent.",
                ).format(name=error.name)
            ),
            60,
        ) from None


def proxies_of(url: str, proxy: str, route: RequestRoute | None = None) -> dict[str, str]:
    """The proxies for an address: that of the channel, else of the route."""
    return proxies_for(url, proxy or (route or current_route()).proxy)
