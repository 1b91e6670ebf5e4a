"""Route to other computers: proxy and trusted certificates."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

SCHEMES = {"http": "http", "socks5": "socks5h"}
"""Kinds of proxies by the scheme of their address; a SOCKS proxy resolves names itself."""


@dataclass(frozen=True)
class Route:
    """`proxy`: None = the system's, "" = none, else the address of one, password included.
    `ca_file`: additional trusted certificates in PEM form; "" = none. `workspace_password`: of the
    local server. A listener at a loopback address has to prove that it knows it, on each new
    connection, before anything else is sent (`storage.proof`); "" = no proof, for other services on
    this computer.

    Loopback addresses never use a proxy.
    """

    proxy: str | None = None
    ca_file: str = ""
    workspace_password: str = ""

    def __repr__(self) -> str:
        way = {None: "system", "": "none"}.get(self.proxy, "manual")
        return f"<Route {way}>"  # the address may hold a password, too


def proxy_address(kind: str, host: str, port: int, user: str = "", password: str = "") -> str:
    """Return the address of a proxy of a kind of `SCHEMES`; "" without a host or a port."""
    host = host.strip().strip("[]")
    if not host or not 0 < port < 65536:
        return ""
    name = f"[{host}]" if ":" in host else host
    sign_in = ""
    if user:
        sign_in = f"{quote(user, safe='')}:{quote(password, safe='')}@"
    return f"{SCHEMES[kind]}://{sign_in}{name}:{port}"
