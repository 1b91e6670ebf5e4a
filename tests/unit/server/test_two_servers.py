"""What is written at one server of a database is read at another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.postgres import Postgres

from .route_replay import Replay
from .route_script import replay_one_person

_OF_A_SERVER = {
    "GET /wp-json/posto/v1/connect/<number>",  # a sign-in that is under way
    "GET /metrics",
    "GET /wp-json/posto/v1/proof",
}
"""What each server has for itself."""


def test_another_server_answers_the_same(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = tmp_path / "media"
    media.mkdir()
    first = Replay(tmp_path / "first", postgres.address, monkeypatch, media=media)
    second = Replay(tmp_path / "second", postgres.address, monkeypatch, media=media, is_second=True)
    second._names = first._names
    differing: list[tuple[object, object]] = []

    def look() -> None:
        for name, route, parts, options in list(first.reads):
            if route in _OF_A_SERVER:
                continue
            for world in (first, second):
                world.call("read", name, route, None, parts, **options)
            own, other = first.answers[-1], second.answers[-1]
            if own != other:
                differing.append((own, other))

    try:
        replay_one_person(first, look)
    finally:
        first.close()
        second.close()
    assert len({answer.route for answer in second.answers}) > 25
    assert not differing, f"{len(differing)} differ, the first one is {differing[0]}"
