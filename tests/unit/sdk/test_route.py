"""Proxies and own certificates: used where they are wished, never for this computer, never
repeating what may have been sent."""

from __future__ import annotations

import os
import random
import socket

import pytest

from posto_desktop.sdk.connect import look_up
from posto_desktop.sdk.endpoint import Endpoint
from posto_desktop.sdk.errors import NetworkError, ServiceError
from posto_desktop.sdk.transport import Route, Transport, proxy_address
from tests.fakes.odd_files import make_pipe

from .conftest import PATIENCE
from .proxy_servers import Proxy, make_ca, site

HOST = "service.example"
KINDS = ("http", "socks5")


@pytest.fixture(autouse=True)
def _no_system_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def transport_to(base, route, **options):
    return Transport(
        Endpoint.parse(base, allow_http=True),
        "dXNlcjpwYXNz",
        timeout=PATIENCE,
        route=route,
        **options,
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("user", ["", "ann@office"])
def test_a_service_is_reached_through_the_proxy(kind, user):
    password = "p/s:w rd" if user else ""
    sign_in = f"{user}:{password}" if user else ""
    with site() as server, Proxy(kind, server.server_port, sign_in=sign_in) as proxy:
        route = Route(proxy_address(kind, "127.0.0.1", proxy.port, user, password))
        way = transport_to(f"http://{HOST}", route)
        try:
            assert way.get("")["name"] == "Nordlicht"
            assert way.post("x", {"a": 1}) == {"ok": True}
        finally:
            way.close()
    # The name is looked up by the proxy, not here, where it does not exist.
    assert all(HOST in request for request in proxy.seen)
    assert proxy.seen


@pytest.mark.parametrize("kind", KINDS)
def test_encrypted_through_the_proxy_with_the_certificates_of_the_user(kind, tmp_path):
    authority, certificate = make_ca(tmp_path, HOST)
    with site(certificate) as server, Proxy(kind, server.server_port) as proxy:
        address = proxy_address(kind, "127.0.0.1", proxy.port)
        looked_up = look_up(f"https://{HOST}", timeout=60, route=Route(address, str(authority)))
        assert looked_up.site_name == "Nordlicht"
        with pytest.raises(NetworkError) as caught:
            look_up(f"https://{HOST}", timeout=60, route=Route(address))
    assert caught.value.reason == "tls"
    assert "unknown authority" in caught.value.user_message


def test_own_certificates_without_a_proxy(tmp_path):
    authority, certificate = make_ca(tmp_path, "localhost")
    with site(certificate) as server:
        base = f"https://localhost:{server.server_port}"
        assert look_up(base, timeout=60, route=Route("", str(authority))).has_plugin
        with pytest.raises(NetworkError, match="tls"):
            look_up(base, timeout=60, route=Route(""))


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"\x00\xff" * 40])
def test_a_file_that_holds_no_certificates_is_named(tmp_path, content):
    file = tmp_path / "office-ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(NetworkError) as caught:
        look_up("https://service.example", timeout=60, route=Route("", str(file)))
    assert "office-ca.pem" in caught.value.user_message
    assert "Nothing was sent." in caught.value.user_message
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_this_computer_is_never_asked_through_a_proxy(kind):
    with site() as server, Proxy(kind, 9) as proxy:
        route = Route(proxy_address(kind, "127.0.0.1", proxy.port))
        for host in ("127.0.0.1", "localhost"):
            way = transport_to(f"http://{host}:{server.server_port}", route)
            try:
                assert way.get("")["name"] == "Nordlicht"
            finally:
                way.close()
        assert proxy.seen == []


def test_no_proxy_means_none_although_the_system_has_one(monkeypatch):
    with Proxy("http", 9) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        way = transport_to("http://service.invalid", Route(""), retries=0)
        with pytest.raises(NetworkError, match=r"service\.invalid"):
            way.get("")
        way.close()
        assert proxy.seen == []


def test_the_proxy_of_the_system(monkeypatch):
    with site() as server, Proxy("http", server.server_port) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        way = transport_to(f"http://{HOST}", Route())
        assert way.get("")["name"] == "Nordlicht"
        way.close()
        assert proxy.seen


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_wrong_sign_in_of_the_proxy_is_told(kind, scheme):
    with Proxy(kind, 9, sign_in="ann:right-password") as proxy:
        route = Route(proxy_address(kind, "127.0.0.1", proxy.port, "ann", "wrong-password"))
        way = transport_to(f"{scheme}://{HOST}", route, retries=0)
        with pytest.raises((NetworkError, ServiceError)) as caught:
            way.post("x", {})
        way.close()
    sentence = caught.value.user_message
    assert sentence.startswith("The proxy to service.example rejected its user name")
    assert "wrong-password" not in sentence + str(caught.value) + repr(route)
    assert not caught.value.maybe_sent


@pytest.mark.parametrize("kind", KINDS)
def test_a_proxy_that_is_not_there(kind, refused_port):
    route = Route(proxy_address(kind, "127.0.0.1", refused_port))
    way = transport_to(f"https://{HOST}", route, retries=0)
    with pytest.raises(NetworkError) as caught:
        way.post("x", {})
    way.close()
    assert caught.value.user_message == (
        f"The proxy to {HOST} cannot be reached. Nothing was sent."
    )
    assert not caught.value.maybe_sent


def test_the_number_of_a_port_is_no_status():
    """Of a proxy at port 40712 nobody is told that it wants another password."""
    with socket.socket() as taken:
        for port in range(40700, 40800):
            try:
                taken.bind(("127.0.0.1", port))
                break
            except OSError:
                continue
        route = Route(proxy_address("http", "127.0.0.1", taken.getsockname()[1]))
        way = transport_to(f"https://{HOST}", route, retries=0)
        with pytest.raises(NetworkError) as caught:
            way.post("x", {})
        way.close()
    assert "cannot be reached" in caught.value.user_message


@pytest.mark.parametrize("kind", KINDS)
def test_a_proxy_that_refuses_says_so_and_nothing_was_sent(kind):
    with Proxy(kind, 9, refuses=True) as proxy:
        route = Route(proxy_address(kind, "127.0.0.1", proxy.port))
        way = transport_to(f"https://{HOST}", route, retries=0)
        with pytest.raises(NetworkError) as caught:
            way.post("x", {})
        way.close()
    assert "blocked the connection" in caught.value.user_message
    assert not caught.value.maybe_sent


@pytest.mark.parametrize("kind", KINDS)
def test_a_post_that_breaks_behind_the_proxy_may_have_been_sent(kind):
    with site() as server, Proxy(kind, server.server_port, breaks=True) as proxy:
        route = Route(proxy_address(kind, "127.0.0.1", proxy.port))
        way = transport_to(f"http://{HOST}", route, retries=2, sleep=lambda _s: None)
        with pytest.raises(NetworkError) as caught:
            way.post("x", {})
        way.close()
    assert caught.value.maybe_sent
    assert len(proxy.seen) == 1  # not repeated


@pytest.mark.parametrize(
    ("parts", "address"),
    [
        (("http", "proxy.example", 3128), "http://proxy.example:3128"),
        (("socks5", " proxy.example ", 1080), "socks5h://proxy.example:1080"),
        (("http", "::1", 80, "a:b", "c@d"), "http://a%3Ab:c%40d@[::1]:80"),
        (("http", "", 80), ""),
        (("http", "proxy.example", 0), ""),
    ],
)
def test_addresses_of_proxies(parts, address):
    assert proxy_address(*parts) == address


@pytest.mark.skipif(os.name == "nt", reason="no named pipes in folders there")
@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "random", "sparse", "empty"])
def test_what_is_no_file_of_certificates_is_named_at_once(tmp_path, kind):
    path = tmp_path / "own.pem"
    if kind == "pipe":
        make_pipe(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    else:
        path.write_bytes(random.Random(14).randbytes(5_000) if kind == "random" else b"")
    if kind == "sparse":
        os.truncate(path, 20 << 30)
    way = transport_to(f"https://{HOST}", Route("", str(path)))
    try:
        with pytest.raises(NetworkError, match=r"own\.pem cannot be used") as caught:
            way.get("")
        assert caught.value.reason == "tls"
    finally:
        way.close()


def test_certificates_with_words_of_any_language_beside_them_are_read(tmp_path):
    authority, certificate = make_ca(tmp_path, HOST)
    named = tmp_path / "named.pem"
    named.write_bytes("# Büro-Zertifikat ✓\n".encode() + authority.read_bytes())
    with site(certificate) as server, Proxy("http", server.server_port) as proxy:
        route = Route(proxy_address("http", "127.0.0.1", proxy.port, "", ""), str(named))
        way = transport_to(f"https://{HOST}", route)
        try:
            assert way.get("")["name"] == "Nordlicht"
        finally:
            way.close()
