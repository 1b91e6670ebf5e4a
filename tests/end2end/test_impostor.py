"""Another program takes the port of a killed workspace: it gets no secret and is not trusted."""

from __future__ import annotations

import base64
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.end2end.app import App
from tests.end2end.waiting import wait_for
from tests.fakes.impostor import impostor

pytestmark = pytest.mark.end2end


def schedule(facts: dict[str, object], text: str) -> None:
    """A post for tomorrow, by a script with the password alone."""
    with requests.Session() as session:
        session.auth = (str(facts["username"]), str(facts["password"]))
        channels = session.get(f"{facts['base_url']}/wp-json/fs-poster/v1/channels").json()
        post = {"post_content": text}
        answer = session.post(
            f"{facts['base_url']}/wp-json/fs-poster/v1/composer",
            json={
                "schedules": [
                    {"channel_id": channels["channels"][0]["id"], "custom_post_data": post}
                ],
                "share_at": int(time.time() + 86_400),
            },
        ).json()
    assert "schedule_group_id" in answer


def kill_all(app: App) -> None:
    """A power cut for the app and its server, neither of which can do anything after the other."""
    os.kill(app.process.pid, signal.SIGSTOP)
    server = app.server_process()
    assert server is not None
    server.kill()
    app.kill()


def readable_by_others(home: Path) -> list[str]:
    """What of a home another user of the computer could read, if it were not for a folder."""
    inside = [path for path in home.rglob("*") if not path.is_symlink()]
    return [str(path) for path in inside if path.exists() and path.stat().st_mode & 0o077]


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_who_takes_the_port_after_a_crash_hears_no_secret(
    start_app: Callable[..., App], tmp_path: Path
) -> None:
    first = start_app()
    assert first.window
    facts = wait_for(first.server_facts, "the workspace server", explain=first.output)
    schedule(facts, "Tomorrow we roast")
    assert readable_by_others(first.home) == []
    kill_all(first)
    assert first.server_facts() == facts  # nobody could tidy up
    port = urlsplit(str(facts["base_url"])).port
    assert port is not None
    with impostor(tmp_path / "heard", port) as listener:
        second = start_app()
        assert second.window

        def own() -> dict[str, object] | None:
            now = second.server_facts()
            return now if now and now["pid"] != facts["pid"] else None

        now = wait_for(own, "a workspace of its own", explain=second.output)
        assert now["base_url"] != facts["base_url"]
        assert now["password"] != facts["password"]
        rows = second.ask_server("fs-poster/v1/schedules")["schedules"]
        assert isinstance(rows, list)
        assert [row["customization_data"]["post_content"] for row in rows] == ["Tomorrow we roast"]
        assert second.quit() == 0
        heard = listener.heard()
    for credentials in (facts, now):
        secret = str(credentials["password"])
        token = base64.b64encode(f"{credentials['username']}:{secret}".encode())
        assert secret.encode() not in heard
        assert token not in heard
    assert b"authorization" not in heard.lower()
