"""A post that is due while the real GNOME Keyring is locked waits, and no prompt is shown."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = ("gnome-keyring-daemon", "dbus-run-session", "dbus-monitor")

pytestmark = pytest.mark.skipif(
    not all(shutil.which(tool) for tool in TOOLS), reason="needs gnome-keyring and dbus"
)


@pytest.mark.timeout(300)
def test_a_keyring_that_is_locked_across_the_due_time(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    calls = tmp_path / "calls"
    hidden = ("XDG_", "DBUS_", "PYTHON_KEYRING", "DISPLAY", "WAYLAND", "POSTO_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    environment |= {"HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[3])}
    watch = f'dbus-monitor --session "interface=org.gnome.keyring.internal.Prompter" > {calls} &'
    program = f'"$1" -m tests.unit.server.keyring_session {tmp_path / "workspace"}'
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", f"{watch} {program}", "sh", sys.executable],
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result == {
        "connected": "done",
        "locked": {
            "note": "GNOME Keyring is locked. Unlock it to send the waiting posts.",
            "posts": 1,
        },
        "health": "locked",
        "while locked": 0,
        "health after": "ok",
        "posts": ["Hello"],
        "still locked": None,
        "found": [],
    }
    assert "BeginPrompting" not in calls.read_text(), "the person was asked for a password"
