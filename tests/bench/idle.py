"""Benchmark of an unused app: CPU and memory, and memory left over by messages."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.idle_app import MESSAGES, SECONDS
from tests.bench.start import probe

COUNT = 1_000
MINUTE = 60


def measure() -> list[Figure]:
    os.environ.setdefault(SECONDS, str(MINUTE))
    os.environ.setdefault(MESSAGES, str(COUNT))
    with tempfile.TemporaryDirectory(prefix="posto-bench-") as name:
        folder = Path(name)
        home = ("--home", str(folder / "home"))
        rest = probe("resting", folder, *home, timeout=400)
        held = probe("messages", folder, *home, timeout=400)
    figures = [
        Figure(f"idle, {words}: {who}", rest[f"{key}_{part}"], "% of a core", limit=limit)
        for key, words, limit in (("window", "window open", 0.3), ("tray", "in the tray", 0.1))
        for part, who in (("app", "the app"), ("server", "its workspace"))
    ]
    grown = held["memory_after"] - held["memory_before"]
    count = int(os.environ[MESSAGES])
    name = f"memory after {count:,} opened and closed messages"
    return [*figures, Figure(name, grown, "MB", limit=5)]
