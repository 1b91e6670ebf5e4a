"""A workspace that is left alone sends what is scheduled, then ends."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from posto_desktop.server import launch

from .conftest import until


@pytest.fixture
def running(tmp_path: Path) -> Iterator[launch.Running]:
    running = launch.start(tmp_path / "workspace", linger=True)
    yield running
    if running.process is not None and running.process.poll() is None:
        running.process.kill()
        running.process.wait()
    running.release()


def schedule(running: launch.Running, text: str, seconds: float) -> None:
    with requests.Session() as session:
        session.auth = (running.username, running.password)
        channels = session.get(f"{running.base_url}/wp-json/fs-poster/v1/channels").json()
        answer = session.post(
            f"{running.base_url}/wp-json/fs-poster/v1/composer",
            json={
                "schedules": [
                    {
                        "channel_id": channels["channels"][0]["id"],
                        "custom_post_data": {"post_content": text},
                    }
                ],
                "share_at": int(time.time() + seconds),
            },
        ).json()
    assert "schedule_group_id" in answer


def feed(running: launch.Running) -> list[str]:
    answer = requests.get(
        f"{running.base_url}/wp-json/posto/v1/feed", auth=(running.username, running.password)
    )
    return [item["text"] for item in answer.json()["items"]]


def test_it_sends_what_waits_and_then_ends(running: launch.Running, tmp_path: Path) -> None:
    schedule(running, "sent while nobody looks", 2)
    running.release()
    assert running.process is not None
    assert running.process.wait(60) == 0
    again = launch.start(tmp_path / "workspace")
    try:
        assert feed(again) == ["sent while nobody looks"]
    finally:
        assert again.stop(60)


def test_without_work_it_ends_at_once(running: launch.Running) -> None:
    running.release()
    assert running.process is not None
    assert running.process.wait(60) == 0


def test_stop_ends_it_though_work_waits(running: launch.Running) -> None:
    schedule(running, "tomorrow", 86_400)
    assert running.stop(60)


def test_the_next_start_takes_over(running: launch.Running, tmp_path: Path) -> None:
    schedule(running, "tomorrow", 86_400)
    running.release()
    state = tmp_path / "workspace" / launch.STATE_FILE
    until(lambda: json.loads(state.read_text("utf-8")).get("lingering"))
    again = launch.start(tmp_path / "workspace", linger=True)
    try:
        assert not again.reused
        assert again.pid != running.pid
        assert running.process is not None
        assert running.process.wait(60) == 0
    finally:
        assert again.stop(60)


def test_idle_server_sends_what_is_scheduled_and_then_ends(tmp_path: Path) -> None:
    running = launch.start(tmp_path / "workspace", idle=0.5)
    try:
        schedule(running, "sent before it ends", 2)
        assert running.process is not None
        running.process.wait(30)
    finally:
        running.stop()
    again = launch.start(tmp_path / "workspace", linger=True)
    try:
        assert feed(again) == ["sent before it ends"]
    finally:
        again.stop()
