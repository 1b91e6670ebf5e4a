"""Tests of the route to services: settings, proxy and its password."""

from __future__ import annotations

import json
import threading

import pytest

from posto_desktop.delivery.client_pool import ClientPool, WorkspaceTarget
from posto_desktop.delivery.route_provider import PROXY_SECRET, RouteProvider
from posto_desktop.sdk.errors import NetworkError
from posto_desktop.sdk.transport import Route
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.storage.settings import Settings
from posto_desktop.workers.route_jobs import keep_password, password_place, try_route
from posto_desktop.workers.runner import Job
from posto_desktop.workers.sign_in import _check, _look
from tests.unit.sdk.proxy_servers import Proxy, site


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def secrets(tmp_path):
    return SecretStore(tmp_path / "secrets.json", "off")


@pytest.fixture
def job():
    return Job(1, lambda *_: None)


def choose(settings, kind, port, user=""):
    settings.set("network.proxy", "manual")
    settings.set("network.proxy_kind", kind)
    settings.set("network.proxy_host", "127.0.0.1")
    settings.set("network.proxy_port", port)
    settings.set("network.proxy_user", user)


def test_the_settings_become_a_route(settings, secrets):
    route_provider = RouteProvider(settings, secrets)
    assert route_provider.route() == Route(None, "")
    settings.set("network.proxy", "none")
    settings.set("network.ca_file", "/x/ca.pem")
    assert route_provider.route() == Route("", "/x/ca.pem")
    choose(settings, "socks5", 1080, "ann")
    secrets.set(PROXY_SECRET, "pw", "file")
    assert route_provider.route().proxy == "socks5h://ann:pw@127.0.0.1:1080"
    for name, value in (("network.proxy_host", ""), ("network.proxy_port", 0)):
        choose(settings, "socks5", 1080)
        settings.set(name, value)
        with pytest.raises(NetworkError) as caught:  # never without the proxy that is wished
            route_provider.route()
        assert "no address or no port" in caught.value.user_message


def test_the_time_to_wait(settings):
    route_provider = RouteProvider(settings)
    assert route_provider.waits() == (10.0, 30.0)
    settings.set("network.connect_seconds", 5)
    settings.set("network.read_seconds", 120)
    assert route_provider.waits() == (5.0, 120.0)


def test_the_password_is_kept_apart_from_the_settings(settings, secrets, job, tmp_path):
    choose(settings, "http", 8080, "ann")
    assert keep_password(job, secrets, "hush-hush") == "session"
    assert password_place(job, secrets) == "session"
    assert "hush-hush" not in (tmp_path / "settings.json").read_text()
    assert RouteProvider(settings, secrets).route().proxy == "http://ann:hush-hush@127.0.0.1:8080"
    assert keep_password(job, secrets, "") is None
    assert RouteProvider(settings, secrets).route().proxy == "http://ann:@127.0.0.1:8080"


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_the_test_goes_the_way_of_the_settings(settings, secrets, job, kind):
    with Proxy(kind, 9, refuses=True) as proxy:
        choose(settings, kind, proxy.port)
        with pytest.raises(NetworkError, match=r"service\.example"):
            try_route(job, RouteProvider(settings, secrets), "https://service.example")
        for ask in (
            lambda: _look(job, RouteProvider(settings, secrets), "https://service.example"),
            lambda: _check(
                job, RouteProvider(settings, secrets), "https://service.example", "a", "b"
            ),
        ):
            with pytest.raises(NetworkError, match=r"service\.example"):
                ask()
    assert proxy.seen
    assert all("service.example" in request for request in proxy.seen)


def test_the_test_says_who_answered(settings, job):
    with site() as server:
        reached = try_route(job, RouteProvider(settings), f"http://127.0.0.1:{server.server_port}")
    assert reached.site_name == "Nordlicht"
    assert reached.seconds >= 0


def test_links_take_another_way_at_once(settings, secrets):
    target = WorkspaceTarget(
        "w", "W", base_url="https://service.example", username="a", password="b"
    )
    client_pool = ClientPool(
        lambda _w: target, lambda: 60, route_provider=RouteProvider(settings, secrets)
    )
    with Proxy("http", 9, refuses=True) as proxy:
        settings.set("network.proxy", "none")
        first = client_pool.get("w")
        assert first.sdk.transport.route == Route("")
        assert client_pool.get("w") is first
        choose(settings, "http", proxy.port)
        settings.set("network.read_seconds", 120)
        client_pool.route_changed()
        second = client_pool.get("w")
        assert second is not first
        assert second.sdk.transport.timeout == (10.0, 120.0)
        with pytest.raises(NetworkError):
            second.sdk.refresh_channels()
    client_pool.close()
    assert any("service.example" in request for request in proxy.seen)


def test_reading_the_route_needs_no_gui_thread(settings, secrets):
    choose(settings, "http", 8080, "ann")
    secrets.set(PROXY_SECRET, "pw", "file")
    routes = []
    thread = threading.Thread(
        target=lambda: routes.append(RouteProvider(settings, secrets).route())
    )
    thread.start()
    thread.join(60)
    assert routes[0].proxy == "http://ann:pw@127.0.0.1:8080"
    assert json.dumps(str(routes[0])) == '"<Route manual>"'
