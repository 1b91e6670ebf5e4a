"""The real GNOME Keyring on a session bus of its own: open, locked, and silent."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TOOLS = ("gnome-keyring-daemon", "dbus-run-session")

pytestmark = pytest.mark.skipif(
    not all(shutil.which(tool) for tool in TOOLS), reason="needs gnome-keyring and dbus"
)

SCRIPT = """
import json, pathlib, sys
from posto_desktop.storage.secrets import KeyringError, SecretStore

def kind(ask):
    try:
        return ["done", ask()]
    except KeyringError as error:
        return [error.state.kind, error.user_message]

secrets = SecretStore(pathlib.Path(sys.argv[1]), "on", timeout=float(sys.argv[2]))
state = secrets.available(float(sys.argv[2]))
print(json.dumps({
    "available": [state.kind, state.name],
    "set": kind(lambda: secrets.set("acc", "geheim", "keyring")),
    "get": kind(lambda: secrets.get("acc")),
    "where": secrets.storage_of("acc"),
    "delete": kind(lambda: secrets.delete("acc")),
    "after": kind(lambda: secrets.get("acc")),
}))
"""


def ask(tmp_path: Path, daemon: str, timeout: float = 60.0, **more: str) -> dict[str, Any]:
    """Run the script in a session where `daemon` has been started, with a home of its own."""
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XDG_", "DBUS_", "PYTHON_KEYRING", "DISPLAY", "WAYLAND", "POSTO_"))
    }
    environment |= {"HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[3]), **more}
    program = f'"$1" -c "$2" "{home}/secrets.json" {timeout}'
    done = subprocess.run(
        [
            "dbus-run-session",
            "--",
            "sh",
            "-c",
            f"{daemon}; {program}",
            "sh",
            sys.executable,
            SCRIPT,
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_open(tmp_path: Path) -> None:
    answer = ask(
        tmp_path, "echo | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1"
    )
    assert answer["available"] == ["ok", "GNOME Keyring"]
    assert answer["set"] == ["done", None]
    assert answer["get"] == ["done", "geheim"]
    assert answer["where"] == "keyring"
    assert answer["after"] == ["done", None]


def test_locked(tmp_path: Path) -> None:
    answer = ask(tmp_path, "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1")
    assert answer["available"] == ["locked", "GNOME Keyring"]
    assert answer["set"] == ["locked", "GNOME Keyring is locked. Unlock it, then try again."]
    assert answer["where"] is None


def test_none(tmp_path: Path) -> None:
    answer = ask(tmp_path, f"export DBUS_SESSION_BUS_ADDRESS=unix:path={tmp_path}/none")
    assert answer["available"] == ["none", ""]
    assert answer["set"][0] == "none"
