"""How clients reach this server: on this computer alone (the default), with TLS, or behind a
reverse proxy.

Passwords come with each request, so nothing beyond loopback is served without encryption: by a
certificate of this server, or by a proxy in front of it, which alone may connect then. On loopback
only names of this computer are served, as a web page can point its own name at 127.0.0.1 (DNS
rebinding); with a public address only that one.

The proxy is trusted with all that it forwards. Who can connect from its address can say that it is
anybody's request, which evades limits by address; a password is still asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.net.addresses import is_loopback
from posto_desktop.server.errors import ApiError, StartError
from posto_desktop.server.forwarding import BadForwarding, Forwarded, Proxies, plain_address
from posto_desktop.server.request_head import RequestHead

__all__ = ["LOOPBACK", "Arrival", "Exposure", "Ingress", "checked"]

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Exposure:
    """What the administrator says about the way to this server."""

    host: str = "127.0.0.1"
    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[str, ...] = ()
    public_url: str = ""

    @property
    def is_local(self) -> bool:
        """Whether only this computer reaches it, directly."""
        return self == Exposure(self.host) and self.host in LOOPBACK


@dataclass(frozen=True)
class Arrival:
    """Where a request comes from. `client` is an IP address, `base_url` the address of this server
    as the client has it, without a slash at its end. `is_near`: it was made on this computer or by
    the proxy itself, for nobody else."""

    client: str
    base_url: str
    is_near: bool


class Ingress:
    """Judges where requests come from. `port` is set once the server has one."""

    def __init__(self, exposure: Exposure = Exposure()) -> None:
        self._exposure = exposure
        self._proxies = Proxies(exposure.proxies)
        self._scheme = "https" if exposure.certificate else "http"
        self._public = exposure.public_url.rstrip("/")
        self._public_host = host_of(self._public) if self._public else None
        self.port = 0

    @property
    def is_local(self) -> bool:
        return self._exposure.is_local

    @property
    def own_address(self) -> str:
        """The address of this server as people are to use it."""
        host = self._exposure.host
        return (
            self._public or f"{self._scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"
        )

    @property
    def is_encrypted(self) -> bool:
        """Whether the address of this server begins with https."""
        return self.own_address.startswith("https:")

    def is_near(self, head: RequestHead) -> bool:
        """Return whether a request is made on this computer, or by the proxy for itself."""
        peer = plain_address(head.peer)
        is_forwarded = "x-forwarded-for" in head.headers or "forwarded" in head.headers
        is_trusted = self._proxies.trusts(peer)
        return (is_trusted and not is_forwarded) or (not is_trusted and is_loopback(peer))

    def client(self, head: RequestHead) -> str:
        """Return the IP address of whom a request is, "" where that cannot be told."""
        try:
            forwarded = self._proxies.read(head.peer, lambda name: head.headers.get(name, ""))
        except BadForwarding:
            return ""
        return forwarded.client if forwarded else plain_address(head.peer)

    def arrival(self, environ: Mapping[str, str]) -> Arrival:
        """Return where a request comes from, without a look at the address it was made to. Raises
        ApiError 400 and 403."""
        peer = plain_address(environ.get("REMOTE_ADDR", ""))
        forwarded = self._forwarded(peer, environ)
        is_near = forwarded is None and (is_loopback(peer) or self._proxies.trusts(peer))
        if self._proxies and not self._exposure.certificate and forwarded is None and not is_near:
            raise ApiError(
                403,
                "posto_not_direct",
                "Connect by the reverse proxy of this server, not directly.",
            )
        if self._public:
            base_url = self._public
        elif forwarded is not None:
            host = forwarded.host or environ.get("HTTP_HOST", "")
            base_url = f"{forwarded.scheme or self._scheme}://{host}"
        else:
            base_url = f"{self._scheme}://{environ.get('HTTP_HOST', '')}"
        return Arrival(forwarded.client if forwarded else peer, base_url, is_near)

    def check(
        self, environ: Mapping[str, str], *, is_probe: bool = False, is_page: bool = False
    ) -> None:
        """Raise ApiError unless the request was made to the address that is served, by a page of
        this server or by none. A probe of the computer's own watchers may use any name; to a page
        that people see (`is_page`) links of other sites may lead."""
        peer = plain_address(environ.get("REMOTE_ADDR", ""))
        forwarded = self._forwarded(peer, environ)
        scheme = (forwarded.scheme if forwarded else "") or self._scheme
        host = (forwarded.host if forwarded else "") or environ.get("HTTP_HOST", "")
        if not is_probe and not self._is_served(scheme, host, forwarded is not None):
            raise ApiError(
                421,
                "posto_wrong_host",
                translatable("Server", "This address is not served here. Use {address}.").format(
                    address=self._public or "127.0.0.1"
                ),
            )
        if forwarded is not None and forwarded.scheme == "http" and self.is_encrypted:
            raise ApiError(
                403, "posto_not_encrypted", "This server is reached by https:// addresses only."
            )
        origin = environ.get("HTTP_ORIGIN")
        own = self._public_host or host_of(f"{scheme}://{host}")
        if is_page and environ.get("HTTP_SEC_FETCH_MODE", "navigate") == "navigate":
            return
        foreign = origin is not None and (own is None or host_of(origin) != own)
        if foreign or environ.get("HTTP_SEC_FETCH_SITE") in ("cross-site", "same-site"):
            raise ApiError(
                403,
                "posto_wrong_origin",
                translatable("Server", "Other sites may not access this computer's workspace."),
            )

    def _is_served(self, scheme: str, host: str, is_forwarded: bool) -> bool:
        address = host_of(f"{scheme}://{host}")
        if address is None:
            return False
        if self._public_host is not None:
            # The scheme of a proxy is judged apart.
            return address[1:] == self._public_host[1:] or (
                is_forwarded and address[1] == self._public_host[1] and ":" not in host
            )
        return is_forwarded or (address[1] in LOOPBACK and address[2] == self.port)

    def _forwarded(self, peer: str, environ: Mapping[str, str]) -> Forwarded | None:
        def header(name: str) -> str:
            return str(environ.get(f"HTTP_{name.upper().replace('-', '_')}") or "")

        try:
            return self._proxies.read(peer, header)
        except BadForwarding as error:
            raise ApiError(
                400, "posto_bad_forwarding", f"The proxy's headers cannot be used: {error}."
            ) from error


def checked(exposure: Exposure) -> Exposure:
    """Return it if it exposes no passwords. Raises StartError, which says what is missing."""
    if bool(exposure.certificate) != bool(exposure.key):
        raise StartError("--certificate and --key belong together: give both.")
    try:
        Proxies(exposure.proxies)
    except ValueError as error:
        raise StartError(f"--behind-proxy is an address or a network: {error}.") from error
    if exposure.public_url:
        parts = urlsplit(exposure.public_url)
        if host_of(exposure.public_url) is None or parts.query or parts.fragment:
            raise StartError(
                "--public-url is the address at which people reach this server, such as "
                "https://posto.example.org."
            )
    if exposure.host in LOOPBACK:
        return exposure
    if not exposure.certificate and not exposure.proxies:
        raise StartError(
            f"At {exposure.host} other computers reach this server, and passwords would cross the "
            "network for all to read. Give it a certificate (--certificate FILE --key FILE), or "
            "name the reverse proxy that has one (--behind-proxy ADDRESS)."
        )
    if not exposure.public_url:
        raise StartError(
            "Beyond this computer the server has to know its own address: give --public-url, such "
            "as --public-url https://posto.example.org."
        )
    if not exposure.public_url.startswith("https:"):
        raise StartError(
            "--public-url begins with https:// beyond this computer: passwords cross the network."
        )
    return exposure


def host_of(url: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port of an address of the web; None if it is none."""
    scheme, separator, rest = url.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in _DEFAULT_PORTS:
        return None
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].strip().lower()
    if host.startswith("["):
        name, bracket, port = host[1:].partition("]")
        if not bracket or (port and not port.startswith(":")):
            return None
        port = port[1:]
    else:
        name, _, port = host.partition(":")
    if not name or "@" in name:
        return None
    if not port:
        return scheme, name, _DEFAULT_PORTS[scheme]
    if not (port.isascii() and port.isdigit() and len(port) < 6):
        return None
    return scheme, name, int(port)
