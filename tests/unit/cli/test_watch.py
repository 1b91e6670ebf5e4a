"""Tests of `posto watch` on this computer's workspace."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from posto_desktop.cli import watch
from posto_desktop.cli.exits import Exit
from posto_desktop.cli.output import Output
from posto_desktop.cli.session import Session
from posto_desktop.cli.watch import Watch, event_line
from tests.unit.cli.conftest import Posto


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOCAL_SECONDS", 0.1)


def test_watch_until_idle_waits_for_what_is_due(posto: Posto) -> None:
    posto("channels")
    ended = posto("post", "Watched", "--to", "1", "--when", "in 2 seconds", "--yes")
    assert ended.code == Exit.DONE, ended.err
    ended = posto("watch", "--until-idle", "--json")
    assert ended.code == Exit.DONE
    events = [json.loads(line) for line in ended.out.splitlines()]
    assert {event["kind"] for event in events} <= {"post", "entry"}
    [post] = posto("schedule", "list", "--search", "watched", "--json").data
    assert post["status"] == "sent"


def test_watch_reports_what_is_new(posto: Posto) -> None:
    posto("channels")
    session = Session(str(posto.home), "", Output(as_json=True))
    try:
        looks = Watch(session)
        assert list(looks.look()) == []
        posto("post", "New while watched", "--to", "1", "--when", "tomorrow", "--yes")
        events = list(looks.look())
        assert [(event["kind"], event["status"], event["before"]) for event in events] == [
            ("entry", "sent", ""),
            ("post", "scheduled", ""),
        ]
        assert "New while watched" in event_line(events[1])
        assert list(looks.look()) == []
        assert looks.is_idle  # tomorrow's post is not on its way
        posto("post", "Out while watched", "--to", "1", "--yes", "--wait")
        events = list(looks.look())
        assert events[-1]["status"] == "sent"
        assert events[-1]["link"] in event_line(events[-1])
    finally:
        session.close()


def test_watch_ends_in_time_and_without_events(posto: Posto) -> None:
    began = time.monotonic()
    ended = posto("watch", "--for", "0.3", "--json")
    assert (ended.code, ended.out) == (Exit.DONE, "")
    assert 0.3 <= time.monotonic() - began < 10


def test_watch_ends_at_ctrl_c(posto: Posto, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_watch: Watch) -> list[Any]:
        raise KeyboardInterrupt

    monkeypatch.setattr(Watch, "look", interrupted)
    assert posto("watch").code == Exit.DONE


def test_watch_looks_again_after_a_lost_network(
    posto: Posto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTO_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("POSTO_USERNAME", "someone")
    monkeypatch.setenv("POSTO_PASSWORD", "secret word")
    monkeypatch.setattr(watch, "SERVICE_SECONDS", 0.1)
    ended = posto("watch", "--for", "0.5")
    assert ended.code == Exit.DONE
    assert ended.err.count("Looking again") == 1
