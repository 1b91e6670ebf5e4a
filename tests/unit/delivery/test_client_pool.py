"""The way to the embedded workspace: a server that runs obeys the settings of today."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core.draft import LOCAL
from posto_desktop.delivery.client_pool import ClientPool, WorkspaceTarget
from posto_desktop.delivery.route_provider import RouteProvider
from posto_desktop.server import launch
from posto_desktop.storage.settings import Settings


class Limit:
    minutes = 60

    def __call__(self) -> int:
        return self.minutes


@pytest.fixture
def limit() -> Limit:
    return Limit()


@pytest.fixture
def client_pool(limit: Limit, tmp_path: Path) -> Iterator[ClientPool]:
    client_pool = ClientPool(lambda _workspace: None, limit)
    client_pool.use(WorkspaceTarget(LOCAL, "This computer", data_dir=tmp_path / "workspace"))
    yield client_pool
    client_pool.stop_server(5, also_reused=True)
    client_pool.close()


def served(client_pool: ClientPool) -> float:
    return float(client_pool.get(LOCAL).sdk.transport.get("posto/v1/status")["late_limit"])


def test_a_changed_late_limit_reaches_the_running_server(
    client_pool: ClientPool, limit: Limit
) -> None:
    client_pool.pass_settings()  # none runs: nothing to tell, and none is started for it
    assert client_pool._server is None
    assert served(client_pool) == 60
    limit.minutes = 15
    client_pool.pass_settings()
    assert served(client_pool) == 15


def test_a_pause_reaches_the_server_and_ends_with_the_setting(limit: Limit, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    data = tmp_path / "workspace"

    def made() -> ClientPool:
        pool = ClientPool(
            lambda _workspace: None, limit, is_paused=lambda: bool(settings.get("sending.paused"))
        )
        pool.use(WorkspaceTarget(LOCAL, "This computer", data_dir=data))
        return pool

    def is_paused(pool: ClientPool) -> bool:
        return bool(pool.get(LOCAL).sdk.transport.get("posto/v1/status")["paused"])

    for paused in (True, False):  # the server keeps a pause; the next app has the last word
        pool = made()
        try:
            settings.set("sending.paused", paused)
            assert is_paused(pool) is paused
            settings.set("sending.paused", not paused)
            pool.pass_settings()
            assert is_paused(pool) is not paused
        finally:
            pool.stop_server(5, also_reused=True)
            pool.close()


def test_a_server_that_ran_before_gets_the_limit_of_today(
    client_pool: ClientPool, limit: Limit, tmp_path: Path
) -> None:
    before = launch.start(tmp_path / "workspace", late_limit=360)
    try:
        limit.minutes = 0
        assert served(client_pool) == 0
    finally:
        before.stop()


def test_the_proxy_of_the_settings_reaches_the_server(limit: Limit, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    settings.set("network.proxy", "manual")
    settings.set("network.proxy_host", "proxy.example")
    settings.set("network.proxy_port", 3128)
    settings.set("network.ca_file", "/etc/own.pem")
    pool = ClientPool(lambda _workspace: None, limit, route_provider=RouteProvider(settings))
    pool.use(WorkspaceTarget(LOCAL, "This computer", data_dir=tmp_path / "workspace"))

    def status() -> dict[str, Any]:
        status = pool.get(LOCAL).sdk.transport.get("posto/v1/status")
        route: dict[str, Any] = status["route"]
        return route

    try:
        pool.pass_settings()  # none runs
        assert status() == {"proxy": "http://proxy.example:3128", "ca_file": "/etc/own.pem"}
        settings.set("network.proxy", "none")
        pool.pass_settings()
        assert status()["proxy"] == ""
        settings.set("network.proxy", "system")
        pool.pass_settings()
        assert status()["proxy"] is None
        settings.set("network.proxy", "manual")
        settings.set("network.proxy_host", "")
        pool.pass_settings()
        assert status()["proxy"] is None, "what is no proxy changes nothing"
    finally:
        pool.stop_server(5, also_reused=True)
        pool.close()


def test_a_server_that_died_takes_nothing_and_harms_nothing(
    client_pool: ClientPool, limit: Limit
) -> None:
    client_pool.get(LOCAL)
    client_pool.stop_server(5, also_reused=True)
    limit.minutes = 15
    client_pool.pass_settings()
    client_pool.drop(LOCAL)
    assert served(client_pool) == 15
