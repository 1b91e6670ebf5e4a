"""The command `posto` with an account at a real PDS: connect, post, check, remove."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from posto_desktop.server import launch
from posto_desktop.storage.paths import find_paths
from tests.servers.bluesky import BlueskyServer
from tests.servers.posting import HARD_TEXT, make_picture


def test_account_from_connecting_to_removing(bluesky: BlueskyServer, tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = {**os.environ, "POSTO_HOME": str(home), "POSTO_KEYRING": "off"}

    def posto(*arguments: str, stdin: str = "", code: int = 0) -> Any:
        ended = subprocess.run(
            [sys.executable, "-m", "posto_desktop.cli", *arguments, "--json"],
            input=stdin, capture_output=True, text=True, env=environment, check=False, timeout=120,
        )  # fmt: skip
        assert ended.returncode == code, ended.stdout + ended.stderr
        assert password not in ended.stdout + ended.stderr
        return json.loads(ended.stdout)["data"]

    bob = bluesky.create_account("bob-on-the-line")
    password = bob.app_password
    try:
        add = ("accounts", "add", "bluesky", "--server", bluesky.url, "--user", bob.handle)
        posto(*add, "--keep", "file", "--secret-stdin", stdin="wrong-pass-word", code=3)
        tried = posto(*add, "--keep", "file", "--secret-stdin", "--dry-run", stdin=password)
        assert tried["handle"] == bob.handle
        assert posto("accounts", "list") == []
        account = posto(*add, "--keep", "file", "--secret-stdin", stdin=password)
        assert account["handle"] == f"@{bob.handle}"
        picture = make_picture(tmp_path, "sea.jpg", "Waves").path
        sent = posto(
            "post", "-", "--to", str(account["channels"][0]), "--media", str(picture),
            "--alt", "Waves", "--key", "once", "--yes", "--wait", stdin=HARD_TEXT,
        )["sent"]  # fmt: skip
        assert [channel["status"] for channel in sent["channels"]] == ["published"]
        assert posto("accounts", "check", bob.handle)[0]["health"] == "ok"
        posto("accounts", "remove", account["id"], code=2)  # nobody can be asked
        posto("accounts", "remove", account["id"], "--yes")
        assert posto("accounts", "list") == []
    finally:
        running = launch.find(find_paths(home).workspace)
        if running is not None:
            running.stop()
