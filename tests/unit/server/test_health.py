"""Readiness: each check fails alone, and a database that hangs holds nobody for long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from posto_desktop.server import health as health_checks
from posto_desktop.server.errors import DatabaseAway
from posto_desktop.server.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr(health_checks, "CACHE_SECONDS", -1.0)
    made = Workspace(tmp_path / "own")
    yield made
    made.close()


def test_a_workspace_is_ready(workspace: Workspace) -> None:
    assert workspace.health.failures() == {}


def test_each_part_can_fail(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    health = workspace.health
    workspace.sender.turned_at -= health_checks.SENDER_SECONDS + 1
    (tmp_path / "own" / "media" / "incoming").rmdir()
    (tmp_path / "own" / "media").rmdir()
    monkeypatch.setattr(health_checks, "MIGRATIONS", (*health_checks.MIGRATIONS, "one more"))
    assert health.failures() == {
        "database": "it is not migrated",
        "sender": "it hangs",
        "media": "no such file or directory",
    }

    def away(_query: str) -> int:
        raise DatabaseAway("postgresql://host/db")

    monkeypatch.setattr(workspace.store, "number", away)
    assert health.failures()["database"] == "it does not answer"
    health.is_stopping = True
    assert health.failures() == {"stopping": "it ends"}


def test_a_database_that_hangs_is_not_waited_for(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_checks, "ANSWER_SECONDS", 0.05)
    goes_on, asked = threading.Event(), []

    def hang(query: str) -> int:
        asked.append(query)
        goes_on.wait(60)
        return 99

    monkeypatch.setattr(workspace.store, "number", hang)
    for _ in range(3):
        assert workspace.health.failures() == {"database": "it does not answer"}
    assert len(asked) == 1, "it is asked once until it answers"
    goes_on.set()
    limit = time.monotonic() + 60
    while workspace.health.failures():
        assert time.monotonic() < limit


def test_answers_are_kept_for_a_moment(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_checks, "CACHE_SECONDS", 60.0)
    assert workspace.health.failures() == {}
    workspace.sender.turned_at -= 1_000
    assert workspace.health.failures() == {}
