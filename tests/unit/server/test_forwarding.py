"""Whom a request behind reverse proxies is from: only what proxies wrote is believed."""

from __future__ import annotations

import pytest

from posto_desktop.server.forwarding import BadForwarding, Forwarded, Proxies, plain_address

PROXIES = Proxies(["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"])


def read(peer: str = "127.0.0.1", **headers: str) -> Forwarded | None:
    return PROXIES.read(peer, lambda name: headers.get(name.replace("-", "_"), ""))


def client_of(peer: str = "127.0.0.1", **headers: str) -> str:
    forwarded = read(peer, **headers)
    assert forwarded is not None
    return forwarded.client


@pytest.mark.parametrize(
    ("listed", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"),  # the client wrote the first one
        ("1.1.1.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("10.9.9.9, 203.0.113.9,10.1.2.3", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2a00::9]:4711, [2001:db8::1]", "2a00::9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("10.1.2.3, 10.1.2.4", "10.1.2.3"),  # all are proxies: the first is who asked
        ("1.1.1.1, unknown", "127.0.0.1"),
        ("1.1.1.1, evil\x00, 10.1.2.3", "10.1.2.3"),
        (",", "127.0.0.1"),
    ],
)
def test_the_client_is_the_last_address_that_no_proxy_has(listed: str, client: str) -> None:
    assert client_of(x_forwarded_for=listed) == client


def test_the_standard_header_says_the_same() -> None:
    text = 'for=1.1.1.1, for="[2a00::9]:4711";proto=HTTPS;host="posto.example", for=10.1.2.3'
    assert client_of(forwarded=text) == "2a00::9"
    last = 'for=1.1.1.1;host=evil.example, For=203.0.113.9; Proto=https; Host="posto.example:8443"'
    assert read(forwarded=last) == Forwarded("203.0.113.9", "https", "posto.example:8443")


def test_only_a_named_proxy_is_believed() -> None:
    for peer in ("203.0.113.1", "::1", "", "unix"):
        assert read(peer, x_forwarded_for="1.1.1.1", forwarded="for=1.1.1.1") is None
    assert read("::ffff:10.1.1.1", x_forwarded_for="1.1.1.1") == Forwarded("1.1.1.1")
    assert read() is None
    assert Proxies([]).read("127.0.0.1", lambda _name: "1.1.1.1") is None
    assert not Proxies([])


def test_a_header_that_the_proxy_passed_on_does_not_change_what_it_wrote() -> None:
    for forged in (
        "for=1.1.1.1",
        "for=203.0.113.9;host=evil.example",
        "for=203.0.113.9;proto=http",
    ):
        with pytest.raises(BadForwarding, match="differ"):
            read(
                x_forwarded_for="203.0.113.9",
                x_forwarded_proto="https",
                x_forwarded_host="posto.example",
                forwarded=forged,
            )
    assert client_of(x_forwarded_for="203.0.113.9", forwarded="for=203.0.113.9") == "203.0.113.9"


@pytest.mark.parametrize(
    "headers",
    [
        {"forwarded": "for"},
        {"forwarded": 'for="1.1.1.1'},
        {"forwarded": "for=1.1.1.1;proto=ftp"},
        {"forwarded": "for=1.1.1.1;host=a/b"},
        {"x_forwarded_for": "1.1.1.1", "x_forwarded_proto": "javascript"},
        {"x_forwarded_for": "1.1.1.1", "x_forwarded_host": "evil.example/<script>"},
        {"x_forwarded_for": "1.1.1.1," * 1_000},
    ],
)
def test_what_no_proxy_writes_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(BadForwarding):
        read(**headers)


def test_addresses_lose_ports_brackets_and_zones() -> None:
    assert plain_address(' "[fe80::1%eth0]:80" ') == "fe80::1"
    assert plain_address("::1") == "::1"
