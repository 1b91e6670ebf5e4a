"""`posto schedule list --json` of 100,000 posts, beside the published client doing the same: both
are processes that write JSON, against one service without latency."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.list_service import ROWS
from tests.unit.sdk.scripted import PASSWORD, TOKEN, USER

PUBLISHED = "posto-sdk 3.0.5"
MOST_MEMORY = 100.0
"""MB that the command may take, however long the schedule is."""
THEIRS = """
import json, sys
import posto_sdk, requests

send = requests.adapters.HTTPAdapter.send

def redirect(self, request, **kwargs):
    request.url = request.url.replace("https://xmachine.online", sys.argv[1])
    kwargs["proxies"] = {}
    return send(self, request, **kwargs)

requests.adapters.HTTPAdapter.send = redirect
schedules = posto_sdk.SocialMediaManager(sys.argv[2]).schedules
page = 1
while True:
    answer = schedules.list(page=page, per_page=50)
    for row in answer["schedules"]:
        print(json.dumps(row))
    if page * 50 >= answer["total"]:
        break
    page += 1
"""


def _run(command: list[str], environment: dict[str, str]) -> tuple[float, float, float, int]:
    """Run a process; return its seconds, those of the processor, the peak of its memory in MB, and
    the lines that it wrote."""
    with tempfile.TemporaryFile() as written:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=written, env=environment)
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, process.returncode
        written.seek(0)
        lines = sum(piece.count(b"\n") for piece in iter(lambda: written.read(1 << 20), b""))
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, lines


def measure() -> list[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="posto-bench-") as folder,
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.list_service", "0"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as server,
    ):
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()
            environment = {
                **os.environ,
                "POSTO_KEYRING": "off",
                "POSTO_BASE_URL": address,
                "POSTO_USERNAME": USER,
                "POSTO_PASSWORD": PASSWORD,
            }
            ours_command = [
                sys.executable, "-m", "posto_desktop.cli", "--home", str(Path(folder) / "home"),
                "schedule", "list",
            ]  # fmt: skip
            ours = _run([*ours_command, "--json"], environment)
            lines = _run(ours_command, environment)
            theirs = _run([sys.executable, "-c", THEIRS, address, TOKEN], environment)
        finally:
            server.terminate()
    assert ours[3] == ROWS + 1, ours  # an array, a row a line
    assert lines[3] == theirs[3] == ROWS, (lines, theirs)
    return [
        figure
        for name, run in (("schedule list --json", ours), ("schedule list", lines))
        for figure in (
            Figure(f"{name}, 100,000 posts", run[0], "s", theirs[0], PUBLISHED),
            Figure(f"{name}, processor", run[1], "s", theirs[1], PUBLISHED),
            Figure(f"{name}, peak", run[2], "MB", theirs[2], PUBLISHED, MOST_MEMORY),
        )
    ]
