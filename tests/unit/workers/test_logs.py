"""The log of the app."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from posto_desktop.workers import logs


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_only_the_user_can_read_the_log_whatever_the_umask(tmp_path: Path) -> None:
    script = (
        "import logging, os, sys\n"
        "from pathlib import Path\n"
        "from posto_desktop.workers import logs\n"
        "os.umask(0)\n"
        "logs.LOG_BYTES = 200\n"
        "assert logs.start_log(Path(sys.argv[1])) == []\n"
        "for number in range(20):\n"
        "    logging.getLogger('posto').warning('line %d of the log', number)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(logs.__file__).parents[2],
    )
    assert "line 19 of the log" in done.stderr
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == dict.fromkeys(["posto.log", "posto.log.1", "posto.log.2", "crash.log"], 0o600)
    assert "line 19 of the log" in (tmp_path / "posto.log").read_text("utf-8")
