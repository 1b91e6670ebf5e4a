"""What a reverse proxy says about the request that it forwards: whose it is, and to which address
it was made (`X-Forwarded-For`, `-Proto`, `-Host`, or RFC 7239's `Forwarded`).

Anybody can write these headers, so only proxies that are named are believed, and of a list of
addresses only the part that they wrote. A proxy sets one kind of header and may pass the other kind
on as a client wrote it: where both come, they must agree.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

__all__ = ["BadForwarding", "Forwarded", "Proxies", "plain_address"]

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_MOST = 4_096  # characters of a header
_PAIR = re.compile(r'\s*([A-Za-z]+)=(?:"([^"\\]*)"|([^\s;,"]*))\s*')
_HOST = re.compile(r"(?:[\w.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?", re.ASCII)


class BadForwarding(ValueError):
    """The headers cannot be believed: no proxy writes them so."""


@dataclass(frozen=True)
class Forwarded:
    """What the headers say; "" for what they do not. `client` is an IP address."""

    client: str
    scheme: str = ""
    host: str = ""


class Proxies:
    """The reverse proxies that are believed, as addresses or networks."""

    def __init__(self, networks: Iterable[str]) -> None:
        """Raises ValueError for what is neither an address nor a network."""
        self._networks: Sequence[Network] = [
            ipaddress.ip_network(network.strip(), strict=False) for network in networks
        ]

    def __bool__(self) -> bool:
        return bool(self._networks)

    def trusts(self, address: str) -> bool:
        """Return whether this IP address is one of the proxies."""
        try:
            ip = ipaddress.ip_address(plain_address(address))
        except ValueError:
            return False
        return any(ip in network for network in self._networks)

    def read(self, peer: str, header: Callable[[str], str]) -> Forwarded | None:
        """Return what a request says that came from `peer`, or None if that is no proxy, or
        forwards nothing. `header` returns one by its name in lower case. Raises BadForwarding."""
        if not self._networks or not self.trusts(peer):
            return None
        listed, standard = header("x-forwarded-for"), header("forwarded")
        if not listed and not standard:
            return None
        if len(listed) > _MOST or len(standard) > _MOST:
            raise BadForwarding("too long")
        answers: list[Forwarded] = []
        if listed:
            answers.append(
                Forwarded(
                    self._first_stranger(peer, listed.split(",")),
                    _scheme(header("x-forwarded-proto").rpartition(",")[2]),
                    _checked_host(header("x-forwarded-host").rpartition(",")[2]),
                )
            )
        if standard:
            answers.append(self._standard(peer, standard))
        if len(answers) > 1:
            first, second = answers
            pairs = ((first.scheme, second.scheme), (first.host, second.host))
            if first.client != second.client or any(a and b and a != b for a, b in pairs):
                raise BadForwarding("X-Forwarded-For and Forwarded differ")
        return answers[0]

    def _standard(self, peer: str, text: str) -> Forwarded:
        """Read RFC 7239's header: one element for each proxy, the last one's is the last."""
        elements = [_pairs(element) for element in _split(text, ",")]
        client = self._first_stranger(peer, [element.get("for", "") for element in elements])
        last = elements[-1]
        return Forwarded(
            client, _scheme(last.get("proto", "")), _checked_host(last.get("host", ""))
        )

    def _first_stranger(self, peer: str, addresses: Sequence[str]) -> str:
        """Return the last address that no proxy has: each proxy adds that of whom it heard."""
        client = plain_address(peer)
        for text in reversed(addresses):
            try:
                client = str(ipaddress.ip_address(plain_address(text)))
            except ValueError:
                return client  # "unknown", or a name: what is before it is not known, either
            if not self.trusts(client):
                return client
        return client


def plain_address(text: str) -> str:
    """Return an IP address without port, brackets, zone and IPv6's form of IPv4."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    text = text.partition("%")[0]
    lower = text.lower()
    return text[7:] if lower.startswith("::ffff:") and "." in text else text


def _split(text: str, mark: str) -> list[str]:
    """Split at a mark that stands outside quotes."""
    return re.split(rf'{mark}(?=(?:[^"]*"[^"]*")*[^"]*$)', text)


def _pairs(element: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in _split(element, ";"):
        match = _PAIR.fullmatch(text)
        if match is None:
            if text.strip():
                raise BadForwarding("not as RFC 7239 has it")
            continue
        pairs[match[1].lower()] = match[2] if match[2] is not None else match[3]
    return pairs


def _scheme(text: str) -> str:
    scheme = text.strip().lower()
    if scheme not in ("", "http", "https"):
        raise BadForwarding("neither http nor https")
    return scheme


def _checked_host(text: str) -> str:
    host = text.strip().lower()
    if host and not _HOST.fullmatch(host):
        raise BadForwarding("no name of a host")
    return host
