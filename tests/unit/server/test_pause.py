"""A pause of the workspace holds what is scheduled, also over a new start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .conftest import POSTO, Client


def test_nothing_goes_out_while_sending_is_paused(
    start: Callable[..., Client], tmp_path: Path
) -> None:
    client = start(tmp_path / "own")
    assert client.call("POST", f"{POSTO}/status", json={"paused": True})["paused"] is True
    group = client.compose("mastodon", share_at=None)
    assert client.running.stop(60)
    again = start(tmp_path / "own")
    assert again.call("GET", f"{POSTO}/status")["paused"] is True
    assert again.group(group)[0]["status"] == "not_sent"
    again.call("POST", f"{POSTO}/status", json={"paused": False})
    assert again.settled(group)[0]["status"] == "success"
    assert again.call("GET", f"{POSTO}/status")["late_limit"] == 60
