"""Tests of `posto` beside the running app, which sends for it and shows what it did."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.end2end.app import App
from tests.end2end.steps import open_page, schedule_rows
from tests.end2end.waiting import wait_for

pytestmark = pytest.mark.end2end

COMMAND = (sys.executable, "-m", "posto_desktop.cli")


def test_app_sends_what_a_command_posts(start_app: Callable[..., App]) -> None:
    app = start_app()
    assert app.window.find("Channels").item("Sandbox X", part=True)
    wait_for(app.server_facts, "the workspace")

    def posto(*arguments: str) -> Any:
        ended = subprocess.run(
            [*COMMAND, "--home", str(app.home), *arguments, "--json"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "POSTO_KEYRING": "off"},
        )  # fmt: skip
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return json.loads(ended.stdout)["data"]

    (sending,) = (row for row in posto("doctor") if row["name"] == "sending")
    assert sending["detail"] == "Posto Desktop sends"
    sent = posto("post", "From the terminal", "--to", "Sandbox X", "--yes", "--wait")["sent"]
    assert [channel["status"] for channel in sent["channels"]] == ["published"]
    later = posto("post", "Tomorrow", "--to", "Sandbox X", "--when", "tomorrow 9:00", "--yes")
    assert later["sent"]["state"] == "sent"
    open_page(app, "Schedule")
    rows = wait_for(
        lambda: len(rows := schedule_rows(app)) == 2 and rows,
        "both posts",
        explain=app.window.outline,
    )
    assert {row["Status"] for row in rows} == {"Sent", "Scheduled"}
    app.quit()
    again = posto("post", "Without the app", "--to", "Sandbox X", "--yes")["sent"]
    assert again["state"] == "sent"
