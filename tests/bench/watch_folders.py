"""Watched folders: 10,000 pictures at once, and a minute in which nothing comes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.figures import Figure
from tests.unit.delivery.watch_files import picture

COUNT = int(os.environ.get("POSTO_BENCH_COUNT", "10000"))
SECONDS = float(os.environ.get("POSTO_BENCH_SECONDS", "60"))


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="posto-bench-") as name:
        folder = Path(name, "Photos")
        folder.mkdir()
        for number in range(COUNT):
            (folder / f"{number:05}.jpg").write_bytes(picture(number))
        out = Path(name, "facts.json")
        command = [sys.executable, "-m", "tests.bench.watch_app", out, Path(name, "home"), folder]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        subprocess.run([*map(str, command), str(COUNT), str(SECONDS)], env=environment, check=True)
        facts = json.loads(out.read_text())
    grown = facts["memory_most"] - facts["memory_before"]
    idle = facts["idle_with_folder"] - facts["idle_without"]
    return [
        Figure(f"{COUNT:,} pictures become drafts", facts["seconds"], "s", limit=180),
        Figure("longest work of the window meanwhile", facts["take_own max"], "ms", limit=100),
        Figure("longest pause of the window meanwhile", facts["take_max"], "ms"),
        Figure("longest work of the window at Undo", facts["undo_own max"], "ms", limit=100),
        Figure("drafts left after Undo", facts["left"], "", limit=0),
        Figure("memory for the drafts", grown, "MB", limit=150),
        Figure("a watched folder in which nothing comes", idle, "% of a core", limit=0.1),
    ]
