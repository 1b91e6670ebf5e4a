"""Tests of the guard against hosts of this computer and of private networks."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.net.addresses import (
    CertificateFileError,
    PrivateAddressError,
    address_of,
    is_loopback,
    is_public,
    may_be_public,
    proxies_for,
    public_ones,
    require_public,
    trusted_context,
)

HERE = (
    "localhost",
    "LOCALHOST",
    "LOCALHOST.",
    "localhost.",
    "foo.localhost",
    "a.b.LocalHost.",
    "ｌｏｃａｌｈｏｓｔ",
    "foo。localhost",
    "127.0.0.1",
    "127.0.0.1.",
    "127.9.9.9",
    "127.255.255.255",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0X7F000001",
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "0177.0.0.1",
    "0177.1",
    "017700000001",
    "１２７.０.０.１",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
    "::1",
    "[::1]",
    "::1%lo",
    "[::1%25lo]",
    "0:0:0:0:0:0:0:1",
    "0000:0000:0000:0000:0000:0000:0000:0001",
    "::ffff:127.0.0.1",
    "[::ffff:7f00:1]",
)
"""Spellings of this computer."""

ELSEWHERE = (
    "",
    ".",
    "[]",
    "10.0.0.1",
    "0.0.0.0",
    "128.0.0.1",
    "example.com",
    "localhost.evil.com",
    "localhost-evil.com",
    "notlocalhost",
    "127.0.0.1.evil.com",
    "127.0.0.1evil.com",
    "127.0.0.1@evil.com",
    "0x7f.evil.com",
    "::2",
    "::7f00:1",
    "::ffff:10.0.0.1",
    "64:ff9b::127.0.0.1",
)

PRIVATE = (
    # IPv4: of this computer and its networks
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.1",  # shared by customers of a provider
    "100.100.100.200",  # Alibaba's metadata
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "168.63.129.16",  # Azure's wire server
    "169.254.0.1",
    "169.254.169.254",  # metadata of most clouds
    "169.254.170.2",  # metadata of containers at Amazon
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",  # Oracle's metadata
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    # IPv6
    "::",
    "::1",
    "::1%lo",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00::1",
    "fd00:ec2::254",  # Amazon's metadata
    "fd20:ce::254",  # Google's
    "fec0::1",
    "ff02::1",
    "100::1",
    "2001:db8::1",
    "2001:2::1",
    "2001:10::1",
    "3fff::1",
    "5f00::1",
    # IPv4 within IPv6
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::7f00:1",
    "64:ff9b:1::808:808",
    "64:ff9b:1:ffff:ffff:ffff:808:808",
    "2002:7f00:1::",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2002:c0a8:1::1",
    "2002:a9fe:a9fe::",
    "2001:0:7f00:1::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo of 127.0.0.1
    "2001::f7f7:f7f7",
    # no addresses
    "",
    "x",
    "localhost",
    "127.1",
    "1.2.3.4.5",
    "1.2.3.256",
    "[2606:4700::1111]",
)

PUBLIC = (
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.215.14",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.1",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
    "2606:4700::1111",
    "2a00:1450:4001:82b::200e",
    "2002:808:808::1",
    "64:ff9b::8.8.8.8",  # where a network has IPv6 alone, all of IPv4 lies there
)


@pytest.mark.parametrize("host", HERE)
def test_this_computer_in_any_spelling(host: str) -> None:
    assert is_loopback(host)
    assert not may_be_public(host)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_other_computers(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(PrivateAddressError, match=r"files\.example"):
        require_public(address, "files.example")


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)
    assert may_be_public(address)
    require_public(address, "files.example")


def wrapped(ip: ipaddress.IPv4Address) -> dict[str, str]:
    """Forms of an IPv4 address within IPv6, by their names."""
    number = int(ip)
    return {
        "compatible": str(ipaddress.IPv6Address(number)),
        "mapped": str(ipaddress.IPv6Address(0xFFFF << 32 | number)),
        "NAT64": str(ipaddress.IPv6Address(0x64FF9B << 96 | number)),
        "local NAT64": str(ipaddress.IPv6Address(0x64FF9B0001 << 80 | number)),
        "6to4": str(ipaddress.IPv6Address(0x2002 << 112 | number << 80 | 1)),
        "Teredo": str(ipaddress.IPv6Address(0x20010000 << 96 | number ^ 0xFFFFFFFF)),
    }


@given(st.ip_addresses(v=4))
def test_no_form_of_an_address_is_more_public_than_it(ip: ipaddress.IPv4Address) -> None:
    public = {name for name, form in wrapped(ip).items() if is_public(form)}
    assert public == ({"NAT64", "6to4"} if is_public(str(ip)) else set())


@given(st.ip_addresses())
def test_nothing_is_public_that_python_knows_as_private(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if is_public(str(ip)):
        assert not any((ip.is_multicast, ip.is_loopback, ip.is_link_local, ip.is_unspecified))
        is_wrapped = ip in ipaddress.ip_network("64:ff9b::/96")
        assert is_wrapped or (ip.is_global and not ip.is_reserved)


SPELLINGS = st.sampled_from(
    [
        lambda n: str(ipaddress.IPv4Address(n)),
        str,
        hex,
        lambda n: f"0{n:o}",
        lambda n: f"{hex(n >> 24)}.{n & 0xFFFFFF}",
        lambda n: f"0{n >> 24:o}.{n >> 16 & 255}.{hex(n & 0xFFFF)}",
    ]
)


@given(st.integers(0, 2**32 - 1), SPELLINGS)
def test_every_spelling_is_the_address_that_the_system_reads(number: int, spell: object) -> None:
    assert callable(spell)
    host = str(spell(number))
    assert address_of(host) == socket.inet_ntoa(socket.inet_aton(host))
    assert is_loopback(host) is (number >> 24 == 127)
    assert may_be_public(host) is is_public(str(ipaddress.IPv4Address(number)))


@given(st.text(max_size=80))
def test_any_text_has_an_answer(text: str) -> None:
    address = address_of(text)
    assert not address or ipaddress.ip_address(address)
    if is_loopback(text) or is_public(text):
        assert is_loopback(text) is not is_public(text)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("[::1]", "::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("example.com", ""),
        ("face.b00c", ""),
        ("127.0.0.1.example.com", ""),
        ("", ""),
    ],
)
def test_addresses_in_any_spelling(host: str, address: str) -> None:
    assert address_of(host) == address


@pytest.mark.parametrize("host", ["intranet", "nas.local", "router.LAN.", "a.internal", "127.1"])
def test_names_of_private_networks(host: str) -> None:
    assert not may_be_public(host)
    assert may_be_public("example.com")


def test_of_a_look_up_the_public_addresses_are_taken() -> None:
    def info(address: str) -> tuple[int, int, int, str, tuple[str, int]]:
        return (2, 1, 6, "", (address, 443))

    mixed = [info("10.0.0.1"), info("8.8.8.8"), info("::1")]
    assert public_ones(mixed, "a.example") == [mixed[1]]
    assert public_ones([], "a.example") == []
    with pytest.raises(PrivateAddressError) as caught:
        public_ones([mixed[0], mixed[2]], "a.example")
    assert caught.value.host == "a.example"


def test_no_proxy_is_asked_for_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    own = "socks5h://127.0.0.1:9050"
    for host in ("localhost.", "a.localhost", "127.1", "[::1]", "[::ffff:127.0.0.1]"):
        assert proxies_for(f"http://{host}:8000/", None) == {}
        assert proxies_for(f"http://{host}:8000/", own) == {}
    assert proxies_for("http://a.example/", "") == {}
    assert proxies_for("http://a.example/", own) == {"http": own, "https": own}
    assert proxies_for("http://a.example/", None)["http"] == "http://proxy.example:3128"


def test_a_certificate_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    assert trusted_context("") is None
    file = tmp_path / "own.pem"
    for content in (None, b"", b"no certificate", b"\xff\x00"):
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(CertificateFileError) as caught:
            trusted_context(str(file))
        assert caught.value.name == "own.pem"
        assert str(tmp_path) not in str(caught.value)
