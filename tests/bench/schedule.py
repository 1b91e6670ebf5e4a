"""100,000 posts of a service with 50 ms latency, beside `QSortFilterProxyModel` in the same run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.bench.list_service import ROWS

PROXY = "QSortFilterProxyModel"
NOWHERE = "http://127.0.0.1:9"


def run(kind: str, folder: Path, *more: str) -> dict[str, Any]:
    """One measured process, see `planning`."""
    out = folder / f"{kind}.json"
    environment = {**os.environ, "POSTO_KEYRING": "off"}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(
        [sys.executable, "-m", "tests.bench.schedule_page", kind, str(out), *more],
        env=environment,
        check=True,
        timeout=300,
    )
    facts = json.loads(out.read_text(encoding="utf-8"))
    assert isinstance(facts, dict)
    return facts


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="posto-bench-") as name:
        folder, home = Path(name), str(Path(name) / "home")
        proxy = run("proxy", folder)
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.list_service"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stdout is not None
            ours = run("service", folder, home, server.stdout.readline().strip())
        finally:
            server.terminate()
            server.wait(20)
        cached = run("cache", folder, home, NOWHERE)
    assert ours["count"] == ROWS, ours
    assert ours["messages"], ours
    seconds, ms = "s", "ms"
    key, sort = ours["filter"] * 1000, ours["sort"] * 1000
    return [
        Figure("first screen", ours["first_screen"], seconds, limit=0.3),
        Figure("first screen from the cache", cached["first_screen"], seconds, limit=0.1),
        Figure("all rows", ours["all_rows"], seconds),
        Figure("all rows from the cache", cached["all_rows"], seconds),
        Figure("memory above idle", ours["memory"] - ours["idle"], "MB", limit=150),
        Figure("key in the search, event", ours["filter_handler"] * 1000, ms, limit=50),
        Figure("key in the search, result", key, ms, proxy["filter"] * 1000, PROXY),
        Figure("sort, event", ours["sort_handler"] * 1000, ms, limit=150),
        Figure("sort, result", sort, ms, proxy["sort"] * 1000, PROXY),
        Figure("frame while scrolling", ours["frame"], ms, proxy["frame"], PROXY, 1000 / 60),
        Figure("group and fold, event", ours["grouped_handler"] * 1000, ms, limit=150),
        Figure("group by message", ours["group"] * 1000, ms, sort, "sort, result"),
        Figure("unfold all messages", ours["unfold"] * 1000, ms, sort, "sort, result"),
        Figure("grouped, key in the search", ours["grouped_filter"] * 1000, ms, key, "ungrouped"),
        Figure("grouped, sort", ours["grouped_sort"] * 1000, ms, sort, "ungrouped"),
        Figure("grouped, frame", ours["grouped_frame"], ms, ours["frame"], "ungrouped", 1000 / 60),
        *(
            Figure(
                f"pause {which}, {part}",
                facts[f"{what}_gaps"][part],
                ms,
                ours["idle_gaps"][part],
                "the same page at rest",
                limit,
            )
            for facts, what, which in (
                (ours, "load", "while rows arrive"),
                (cached, "load", "while the cache arrives"),
                (ours, "filter", "while filtering"),
                (ours, "sort", "while sorting"),
                (ours, "grouped", "while grouped"),
            )
            for part, limit in (("p99", 16), ("max", 50), ("own p99", None), ("own max", None))
        ),
    ]
