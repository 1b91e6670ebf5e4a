"""The way to servers of accounts: proxies, own certificates, and what stays of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posto_desktop.server.account_secrets import AccountSecrets
from posto_desktop.server.errors import PluginError
from posto_desktop.server.proxy_settings import ProxySettings
from posto_desktop.server.publishers.base import TryLater, Unclear
from posto_desktop.server.publishers.http import Http
from posto_desktop.server.publishers.http_sessions import RequestRoute, use_route
from tests.unit.sdk.proxy_servers import Proxy, make_ca, site

HOST = "social.invalid"


@pytest.fixture(autouse=True)
def system_route() -> Iterator[None]:
    yield
    use_route(None)


@pytest.mark.parametrize("kind", ["http", "socks5"])
@pytest.mark.parametrize("sign_in", ["", "me:se%20cret"])
def test_requests_go_by_the_proxy_and_trust_its_certificates(
    tmp_path: Path, kind: str, sign_in: str
) -> None:
    authority, certificate = make_ca(tmp_path, HOST)
    with (
        site(certificate) as server,
        Proxy(kind, server.server_port, sign_in=sign_in.replace("%20", " ")) as proxy,
    ):
        scheme = "socks5h" if kind == "socks5" else "http"
        at = f"{sign_in}@" if sign_in else ""
        route = RequestRoute(f"{scheme}://{at}127.0.0.1:{proxy.port}", str(authority))
        use_route(lambda: route)
        http = Http(f"https://{HOST}:8443")
        assert http.ask("GET", "/").object()["name"] == "Nordlicht"
        assert http.publish("POST", "/", json={}).object() == {"ok": True}
        assert [request.partition(":")[0] for request in proxy.seen] == [HOST, HOST]
        use_route(lambda: RequestRoute(route.proxy))
        with pytest.raises(TryLater, match="certificate"):
            http.publish("POST", "/", json={})
        assert server.posts == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_what_a_proxy_does_is_sorted(tmp_path: Path, kind: str) -> None:
    authority, certificate = make_ca(tmp_path, HOST)
    scheme = "socks5h" if kind == "socks5" else "http"
    with site(certificate) as server:
        with Proxy(kind, server.server_port, refuses=True) as proxy:
            use_route(lambda: RequestRoute(f"{scheme}://127.0.0.1:{proxy.port}", str(authority)))
            with pytest.raises(TryLater):
                Http(f"https://{HOST}").publish("POST", "/", json={})
        with pytest.raises(TryLater):  # nobody is there any more
            Http(f"https://{HOST}").publish("POST", "/", json={})
        assert server.posts == 0  # type: ignore[attr-defined]


def test_loopback_is_never_asked_through_a_proxy() -> None:
    with site() as server, Proxy("http", server.server_port) as proxy:
        use_route(lambda: RequestRoute(f"http://127.0.0.1:{proxy.port}"))
        Http(f"http://127.0.0.1:{server.server_port}").ask("GET", "/")
        assert proxy.seen == []


def test_certificates_of_no_use_are_said(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "missing.pem", ""):
        use_route(lambda name=name: RequestRoute("", str(tmp_path / name)))
        with pytest.raises(TryLater, match="cannot be used"):
            Http(f"https://{HOST}").publish("POST", "/")


def test_the_way_outlives_the_process_without_its_password(tmp_path: Path) -> None:
    path = tmp_path / "request-route.json"
    secrets = AccountSecrets(tmp_path / "secrets.json", "off")
    proxy_settings = ProxySettings(path, secrets)
    assert proxy_settings.route() == RequestRoute(None, "")
    proxy_settings.change({"proxy": "", "ca_file": "/x.pem"})
    assert ProxySettings(path, secrets).route() == RequestRoute("", "/x.pem")
    address = "http://me:top%20secret@proxy.example:3128"
    proxy_settings.change({"proxy": address})
    assert proxy_settings.route() == RequestRoute(address)
    assert ProxySettings(path, secrets).route() == RequestRoute(address)
    alone = ProxySettings(path, AccountSecrets(tmp_path / "secrets.json", "off"))
    with pytest.raises(TryLater, match="proxy password"):
        alone.route()
    for path in tmp_path.rglob("*"):
        assert b"top" not in path.read_bytes(), path


def test_a_file_that_is_damaged_sends_nothing_past_the_proxy(tmp_path: Path) -> None:
    path = tmp_path / "request-route.json"
    secrets = AccountSecrets(tmp_path / "secrets.json", "off")
    ProxySettings(path, secrets).change({"proxy": "http://proxy.example:3128"})
    path.write_text("{")
    for _ in range(2):
        with pytest.raises(TryLater):
            ProxySettings(path, secrets).route()
    path.unlink()
    path.mkdir()
    with pytest.raises(TryLater):
        ProxySettings(path, secrets).route()
    ProxySettings(path, secrets).change({"proxy": ""})
    assert ProxySettings(path, secrets).route() == RequestRoute("", "")


@pytest.mark.parametrize(
    "given", [None, "x", {"proxy": 7}, {"proxy": "ftp://x:1"}, {"proxy": "http://[:1"},
              {"proxy": "http://host"}, {"proxy": None, "ca_file": 7}],
)  # fmt: skip
def test_what_is_no_way_is_refused(tmp_path: Path, given: object) -> None:
    path = tmp_path / "request-route.json"
    with pytest.raises(PluginError):
        ProxySettings(path, AccountSecrets(tmp_path / "secrets.json", "off")).change(given)


def test_a_proxy_that_breaks_leaves_it_unclear(tmp_path: Path) -> None:
    """After the tunnel is made, what is written may have arrived."""
    authority, certificate = make_ca(tmp_path, HOST)
    with site(certificate) as server, Proxy("http", server.server_port, breaks=True) as proxy:
        use_route(lambda: RequestRoute(f"http://127.0.0.1:{proxy.port}", str(authority)))
        with pytest.raises((Unclear, TryLater)):
            Http(f"https://{HOST}").publish("POST", "/", json={})
        assert server.posts == 0  # type: ignore[attr-defined]
