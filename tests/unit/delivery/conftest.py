"""Fixtures: a posto.db and an outbox with a clock of the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posto_desktop.delivery.outbox import Outbox
from posto_desktop.storage.database import Database
from tests.unit.delivery.scripted import Clock, ScriptedService


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "posto.db")
    yield database
    database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(store: Database, clock: Clock) -> Outbox:
    return Outbox(store, clock)


@pytest.fixture
def service(clock: Clock) -> ScriptedService:
    return ScriptedService(clock)
