"""Which hosts are this computer, which addresses are public, and by what proxy and with which
certificates others are reached.

What is public is listed here rather than asked of `ipaddress`, whose answers differ between the
Pythons that we support. Sources: the special-purpose address registries of the IANA (RFC 6890).
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from posto_desktop.storage import regular_files

if TYPE_CHECKING:
    import ssl

AddressInfos = list[tuple[Any, Any, int, str, Any]]
"""Result of `socket.getaddrinfo`."""

_MAX_CERTIFICATES = 16 * 1024 * 1024
"""Most bytes of a certificate file; systems ship 200 KB."""


class PrivateAddressError(Exception):
    """`host` lies in a private network."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} lies in a private network")
        self.host = host


class CertificateFileError(Exception):
    """The certificate file `name` (without its folder) cannot be used."""

    def __init__(self, name: str, error: Exception) -> None:
        super().__init__(f"the certificates in {name} cannot be used: {type(error).__name__}")
        self.name = name


# -- this computer -------------------------------------------------------------------------------


def is_loopback(host: str) -> bool:
    """Return whether `host` is this computer: ``localhost``, 127.0.0.0/8 or ::1, in any spelling.
    Asks no name server."""
    name = _plain(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = address_of(host)
    if not address:
        return False
    ip = ip_address(address)
    return (_mapped(ip) or ip).is_loopback


def address_of(host: str) -> str:
    """Return the IP address in `host` without a zone, "" for a name. Includes other spellings of
    IPv4 that systems accept (2130706433, 0x7f.1, 0177.0.0.1)."""
    plain = _plain(host)
    try:
        return str(ip_address(plain.partition("%")[0]))
    except ValueError:
        pass
    if not re.fullmatch(r"[0-9a-fx]+(?:\.[0-9a-fx]+){0,3}", plain):
        return ""
    import socket  # late and slow, like everything that opens connections

    try:
        return socket.inet_ntoa(socket.inet_aton(plain))
    except OSError:
        return ""


def _plain(host: str) -> str:
    """A host as resolvers read it: letters and dots of other scripts stand for ASCII ones."""
    name = unicodedata.normalize("NFKC", host).replace("\u3002", ".")
    return name.strip("[]").rstrip(".").lower()


# -- private networks ----------------------------------------------------------------------------

_PRIVATE_4 = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by customers of a provider
        "127.0.0.0/8",
        "168.63.129.16/32",  # serves what Azure tells its machines
        "169.254.0.0/16",  # also what clouds tell their machines
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)
_GLOBAL_6 = ip_network("2000::/3")
_PRIVATE_6 = tuple(
    ip_network(network)
    for network in (
        "2001::/23",  # protocols, among them Teredo, which wraps IPv4
        "2001:db8::/32",
        "3fff::/20",
    )
)
_NAT64 = ip_network("64:ff9b::/96")
"""Prefix by which IPv6-only networks map IPv4 addresses (RFC 6052)."""


def is_public(address: str) -> bool:
    """Return whether an IP address is public; False for invalid text. One that wraps an IPv4
    address is as public as that, except mapped ones (::ffff:0:0/96), which no name leads to."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip in _NAT64:
            return is_public(str(IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.sixtofour is not None:
            return is_public(str(ip.sixtofour))
        return ip in _GLOBAL_6 and not any(ip in network for network in _PRIVATE_6)
    return not any(ip in network for network in _PRIVATE_4)


_NEVER_PUBLIC = (".localhost", ".local", ".internal", ".lan", ".home", ".home.arpa", ".corp")
"""Suffixes of names in private networks."""


def may_be_public(host: str) -> bool:
    """Return whether `host` can be public, without a look-up: its IP address is public, or it is a
    name with a dot."""
    address = address_of(host)
    if address:
        return is_public(address)
    name = _plain(host)
    return "." in name and not name.endswith(_NEVER_PUBLIC)


def require_public(address: str, host: str) -> None:
    """Raise `PrivateAddressError` unless `address`, of `host`, is public."""
    if not is_public(address):
        raise PrivateAddressError(host)


def public_ones(address_infos: Iterable[Any], host: str) -> AddressInfos:
    """Return those of a look-up of `host` that are public. Raises `PrivateAddressError` if it
    found others alone."""
    resolved = list(address_infos)
    public = [info for info in resolved if is_public(str(info[4][0]))]
    if resolved and not public:
        raise PrivateAddressError(host)
    return public


def _mapped(ip: IPv4Address | IPv6Address) -> IPv4Address | None:
    return ip.ipv4_mapped if isinstance(ip, IPv6Address) else None


# -- the way there -------------------------------------------------------------------------------


def proxies_for(url: str, proxy: str | None) -> dict[str, str]:
    """Return the proxies for `url` by their schemes, none for this computer. `proxy`: None = the
    system's, "" = none, else the address of one."""
    if proxy == "" or is_loopback(urlsplit(url).hostname or ""):
        return {}
    if proxy is not None:
        return {"http": proxy, "https": proxy}
    from requests.utils import get_environ_proxies

    return dict(get_environ_proxies(url, no_proxy=None))


def trusted_context(ca_file: str) -> ssl.SSLContext | None:
    """Return an SSL context with the certificates of a file, to which a session adds the usual
    ones; None for "". Raises `CertificateFileError`."""
    if not ca_file:
        return None
    import ssl

    from urllib3.util.ssl_ import create_urllib3_context

    context = create_urllib3_context()
    try:
        # Read here: OpenSSL would block on a pipe and read a device endlessly.
        text = regular_files.read_regular(Path(ca_file), _MAX_CERTIFICATES).decode("latin-1")
        context.load_verify_locations(cadata=text.encode("ascii", "replace").decode("ascii"))
    except (OSError, ssl.SSLError, ValueError) as error:
        name = os.path.basename(ca_file)  # noqa: PTH119 - may be of another system
        raise CertificateFileError(name, error) from None
    return context
