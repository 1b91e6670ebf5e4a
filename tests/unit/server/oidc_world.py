"""A workspace of a team that signs its people in by an OpenID provider, and who comes in."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.team.oidc.settings import OidcSettings
from tests.fakes.openid import CLIENT, SECRET, FakeProvider, served

from .browsing import Visitor
from .team_world import TeamWorld

AUTHORIZE = "/wp-admin/authorize-application.php"


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with served() as provider:
        yield provider


def settings(provider: FakeProvider, **more: Any) -> OidcSettings:
    return OidcSettings(provider.url, CLIENT, SECRET, **more)


@contextlib.contextmanager
def opened(folder: Path, provider: FakeProvider, **more: Any) -> Iterator[TeamWorld]:
    world = TeamWorld(folder, oidc=settings(provider, **more))
    for store in (world.store, world.workspace.sandbox._store):
        store.connection().execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]
    people = world.team.people
    people.add("boss", "owner", None)
    people.add("olga", "editor", ["a"])
    people.set_email("olga", "olga@example.ORG")
    world.team._looked_at = float("-inf")
    try:
        yield world
    finally:
        world.close()


@pytest.fixture
def world(tmp_path: Path, provider: FakeProvider) -> Iterator[TeamWorld]:
    with opened(tmp_path, provider) as world:
        yield world


@pytest.fixture
def visitor(world: TeamWorld, provider: FakeProvider) -> Visitor:
    return Visitor(world, provider)


def refusal(visitor: Visitor, answer: str) -> tuple[int, str, str]:
    """Return status and sentence of a refused answer, and what the audit log says."""
    status, page = visitor.ask("GET", answer)
    assert "You are not signed in" in page
    entry = visitor.world.team.audit.page(1)[0]
    return status, page, entry["outcome"]
