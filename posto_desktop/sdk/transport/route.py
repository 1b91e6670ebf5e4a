"""How this computer reaches others: through which proxy, and whom it takes for the right one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

SCHEMES = {"http": "http", "socks5": "socks5h"}
"""Kinds of proxies by the scheme of their address; a SOCKS proxy looks up the names itself."""


@dataclass(frozen=True)
class Route:
    """`proxy`: None = as the system says, "" = none, else the address of one, password included.
    `ca_file`: certificates in PEM form that are trusted beside the known ones; "" = no others.
    `workspace_password`: of the workspace on this computer. Who listens at a loopback address has
    to prove that it knows it, on each new connection, before anything else is sent there
    (`storage.proof`); "" = nobody is asked, as other services on this computer have no such proof.

    Loopback addresses are never asked through a proxy, whatever stands here.
    """

    proxy: str | None = None
    ca_file: str = ""
    workspace_password: str = ""

    def __repr__(self) -> str:
        way = {None: "system", "": "none"}.get(self.proxy, "manual")
        return f"<Route {way}>"  # the address, too, may hold a password


def proxy_address(kind: str, host: str, port: int, user: str = "", password: str = "") -> str:
    """The address of a proxy of a kind of `SCHEMES`; "" without a host or a port."""
    host = host.strip().strip("[]")
    if not host or not 0 < port < 65536:
        return ""
    name = f"[{host}]" if ":" in host else host
    sign_in = ""
    if user:
        sign_in = f"{quote(user, safe='')}:{quote(password, safe='')}@"
    return f"{SCHEMES[kind]}://{sign_in}{name}:{port}"
