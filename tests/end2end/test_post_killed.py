"""`posto post --key` killed at random moments: each key makes one post."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server import launch
from posto_desktop.storage.paths import find_paths

pytestmark = pytest.mark.end2end

ROUNDS = int(os.environ.get("POSTO_KILL_KEYS", "4"))
SEED = 20261129
_AT_ONCE = int(os.environ.get("POSTO_KILL_TERMINALS", "2"))
"""Terminals that post with the same key."""


def test_each_key_makes_one_post(tmp_path: Path) -> None:
    home, chance = tmp_path / "home", random.Random(SEED)
    environment = {**os.environ, "POSTO_HOME": str(home), "POSTO_KEYRING": "off"}
    environment = {
        name: value for name, value in environment.items() if not name.startswith("POSTO_BASE")
    }

    def start(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "posto_desktop.cli", *arguments, "--json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=environment,
        )  # fmt: skip

    def end(process: subprocess.Popen[str]) -> Any:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, out + err
        return json.loads(out)["data"]

    try:
        channels = end(start("channels"))
        target = str(channels[0]["id"])
        began = time.monotonic()
        end(start("post", "whole", "--to", target, "--key", "whole", "--yes"))
        usual = time.monotonic() - began
        kills = 0
        for number in range(ROUNDS):
            post = (
                "post", f"post {number}", "--to", target, "--key", f"k{number}",
                "--yes",
            )  # fmt: skip
            processes = [start(*post) for _ in range(_AT_ONCE)]
            for process in processes:
                try:
                    process.wait(chance.uniform(0.1, 2 * usual))
                except subprocess.TimeoutExpired:
                    process.kill()
                    kills += 1
                process.communicate()
            ended = [end(process) for process in [start(*post) for _ in range(_AT_ONCE)]]
            assert len({data["sent"]["id"] for data in ended}) == 1
        texts = [row.text for row in _published(home)]
        print(f"{ROUNDS} keys, {kills} processes killed")
        assert kills
        assert sorted(texts) == sorted(["whole", *(f"post {number}" for number in range(ROUNDS))])
    finally:
        running = launch.find(find_paths(home).workspace)
        if running is not None:
            running.stop()


def _published(home: Path) -> list[Any]:
    from posto_desktop.delivery.client_pool import local_client

    running = launch.find(find_paths(home).workspace)
    assert running is not None
    with local_client(running) as sdk:
        return list(sdk.schedules.iter())
