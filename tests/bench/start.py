"""The window: time to its first paint, time to the channels, memory; beside an empty window."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure

ROUNDS = 7


def probe(kind: str, folder: Path, *arguments: str, timeout: float = 120) -> dict[str, Any]:
    """Run one probe process to its end; what it measured."""
    out = folder / "probe.json"
    out.unlink(missing_ok=True)
    environment = {**os.environ, "POSTO_KEYRING": "off"}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    # As for anybody who starts the app a second time: compiled modules are kept.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    log = folder / f"{kind}.log"
    with log.open("wb") as stream:
        environment["POSTO_BENCH_BORN"] = repr(time.monotonic())
        process = subprocess.run(
            [sys.executable, "-m", "tests.bench.probe", kind, str(out), *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            timeout=timeout,
            check=False,
        )
    if not out.exists():
        raise RuntimeError(f"{kind} ended with {process.returncode}:\n{log.read_text()[-3000:]}")
    facts = json.loads(out.read_text(encoding="utf-8"))
    assert isinstance(facts, dict)
    if "error" in facts:
        raise RuntimeError(f"{facts}\n{log.read_text()[-3000:]}")
    return facts


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="posto-bench-") as name:
        folder = Path(name)
        home = ("--home", str(folder / "home"))
        probe("bare", folder)  # fills the file cache and __pycache__
        first = probe("app", folder, *home)
        bare, app = [], []
        for _ in range(ROUNDS):
            bare.append(probe("bare", folder))
            app.append(probe("app", folder, *home))

    def median(runs: list[dict[str, float]], *names: str) -> float:
        return statistics.median(run[names[0]] - sum(run[n] for n in names[1:]) for run in runs)

    paint, bare_paint = median(app, "first_paint"), median(bare, "first_paint")
    memory, bare_memory = median(app, "memory"), median(bare, "memory")
    base = "bare window"
    shown = median(app, "channels", "first_paint")
    first_shown = first["channels"] - first["first_paint"]
    return [
        Figure("window: first paint", paint, "s", bare_paint, base, 1.5 * bare_paint),
        Figure("window: channels shown after that", shown, "s", limit=1.0),
        Figure("window: the same in a new home", first_shown, "s", limit=1.0),
        Figure("window: memory", memory, "MB", bare_memory, base, bare_memory + 60),
    ]
