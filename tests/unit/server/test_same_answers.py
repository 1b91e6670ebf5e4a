"""Every route answers the same from a file and from PostgreSQL: to what it takes, to what is wrong,
and to what belongs to others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.postgres import Postgres

from .route_replay import Replay
from .route_script import replay_bad, replay_foreign, replay_one_person, replay_team
from .test_rights import populate

_TABLES = (
    "accounts", "audit_log", "audit_outcomes", "channel_groups", "channels", "discards", "media",
    "media_authors", "media_groups", "network_settings", "people", "post_versions", "posts",
    "reviews", "schedules",
)  # fmt: skip
_BY_A_PROVIDER = {
    "GET /wp-admin/authorize-application.php",
    "GET /posto-sign-in",
    "GET /posto-sign-in/<sign_in_id>",
    "POST /posto-sign-in/<sign_in_id>",
    "POST /wp-json/posto/v1/sign-in",
}
"""They succeed where a provider answers: `test_oidc.py` and `test_oidc_parts.py`."""


def replayed(folder: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Replay:
    """Play the whole script; `rows` of the result are those of all tables at its end."""
    world = Replay(folder, database, monkeypatch)
    try:
        replay_one_person(world)
        populate(world)
        replay_foreign(world, routes_of(world))
        replay_bad(world, routes_of(world))
        replay_team(world)
        world.rows = {table: world.rows_of(table) for table in _TABLES}
    finally:
        world.close()
    return world


def routes_of(world: Replay) -> list[str]:
    table = world.web.routes.items()
    return sorted(f"{method} {rule}" for rule, methods in table for method in methods)


def test_every_route_answers_the_same_from_both_databases(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = replayed(tmp_path / "file", "", monkeypatch)
    shared = replayed(tmp_path / "shared", postgres.address, monkeypatch)
    routes = set(routes_of(file))
    assert routes == set(routes_of(shared))
    for kind in ("bad", "foreign"):
        asked = {answer.route for answer in file.answers if answer.kind == kind}
        assert asked == routes, f"{kind}: {routes - asked}"
    done = {answer.route for answer in file.answers if answer.kind == "good" and answer.is_done}
    assert done == routes - _BY_A_PROVIDER, f"nothing good is asked of {routes - done}"
    pairs = list(zip(file.answers, shared.answers, strict=True))
    differing = [(own.asked, own, other) for own, other in pairs if own != other]
    assert not differing, f"{len(differing)} differ, the first one is {differing[0]}"
    failing = [answer.asked for answer in file.answers if answer.status >= 500]
    assert all("DELETE '/wp-json/wp/v2/media/" in asked for asked in failing), "WordPress's 501"
    for table in _TABLES:
        assert file.rows[table] == shared.rows[table], table
