"""Fixtures: a scripted service over real HTTP, and the app's `Service` on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.storage.accounts import ServiceAccount
from posto_desktop.storage.database import Database
from posto_desktop.storage.paths import Paths, find_paths
from posto_desktop.storage.settings import Settings
from posto_desktop.workers import connection
from posto_desktop.workers.service import Service
from tests.unit.sdk.scripted import PASSWORD, USER, Scripted, channel
from tests.unit.workers.watched import Watched


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "posto.db")
    yield made
    made.close()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A home whose posts leave at once: nobody waits for Undo here."""
    paths = find_paths(tmp_path / "home")
    Settings(paths.settings).set("sending.hold_seconds", 0)
    return paths


@pytest.fixture
def site() -> Iterator[Scripted]:
    made = Scripted()
    made.channels = [channel(2, "News"), channel(3, "Sky", "bluesky")]
    yield made
    made.close()


@pytest.fixture
def account(site: Scripted) -> ServiceAccount:
    return ServiceAccount("acc", "Nordlicht", site.url, USER)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that are there for networks and people would only make the tests slow."""
    monkeypatch.setattr(connection, "RETRY_MS", (20,))
    monkeypatch.setattr(connection, "POLL_LOCAL_MS", 60)
    monkeypatch.setattr(connection, "POLL_SERVICE_MS", 60)
    monkeypatch.setattr("posto_desktop.net.failure.BACKOFF", (0.05,))
    monkeypatch.setattr("posto_desktop.sdk.lost_answers.LOOKS", (0.0, 0.02))


@pytest.fixture
def start(qtbot: QtBot, paths: Paths) -> Iterator[Callable[..., Watched]]:
    made: list[Service] = []

    def build(**more: Any) -> Watched:
        service = Service(paths, Settings(paths.settings), **more)
        made.append(service)
        return Watched(service)

    yield build
    for service in made:
        assert service.shutdown(60_000)
        service.deleteLater()


@pytest.fixture
def open_account(
    qtbot: QtBot, start: Callable[..., Watched], account: ServiceAccount
) -> Callable[..., Watched]:
    def build(**more: Any) -> Watched:
        app = start(**more)
        app.service.connect_account(account, PASSWORD)
        qtbot.waitUntil(lambda: bool(app.rows) and not app.rows[-1][1])
        return app

    return build
