"""The way to the embedded workspace: a server that runs obeys the settings of today."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posto_desktop.core.draft import LOCAL
from posto_desktop.server import launch
from posto_desktop.workers.links import Links, Target


class Limit:
    minutes = 60

    def __call__(self) -> int:
        return self.minutes


@pytest.fixture
def limit() -> Limit:
    return Limit()


@pytest.fixture
def links(limit: Limit, tmp_path: Path) -> Iterator[Links]:
    links = Links(lambda _workspace: None, limit)
    links.use(Target(LOCAL, "This computer", data_dir=tmp_path / "workspace"))
    yield links
    links.stop_server(5, also_reused=True)
    links.close()


def served(links: Links) -> float:
    return float(links.get(LOCAL).sdk.transport.get("posto/v1/status")["late_limit"])


def test_a_changed_late_limit_reaches_the_running_server(links: Links, limit: Limit) -> None:
    links.pass_late_limit()  # none runs: nothing to tell, and none is started for it
    assert links._server is None
    assert served(links) == 60
    limit.minutes = 15
    links.pass_late_limit()
    assert served(links) == 15


def test_a_server_that_ran_before_gets_the_limit_of_today(
    links: Links, limit: Limit, tmp_path: Path
) -> None:
    before = launch.start(tmp_path / "workspace", late_limit=360)
    try:
        limit.minutes = 0
        assert served(links) == 0
    finally:
        before.stop()


def test_a_server_that_died_takes_nothing_and_harms_nothing(links: Links, limit: Limit) -> None:
    links.get(LOCAL)
    links.stop_server(5, also_reused=True)
    limit.minutes = 15
    links.pass_late_limit()
    links.drop(LOCAL)
    assert served(links) == 15
