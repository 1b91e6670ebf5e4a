"""Tests of reading the cached workspace quickly, with 100,000 rows."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from posto_desktop.sdk.records import Schedule, ScheduleMedia
from posto_desktop.storage import schedule_rows
from posto_desktop.storage.database import Database
from posto_desktop.workers.schedule import StringPool
from posto_desktop.workers.workspace_cache import WorkspaceCache

ROWS = 200
MOST_TO_READ = 16
"""Calls of Python functions for one row, from the database to the record; 28 were too many."""
MOST_TO_WRITE = 20


def row(number: int) -> Schedule:
    media = (
        (ScheduleMedia(number, "image", "https://cdn.example/1.jpg"),) if number % 3 == 0 else ()
    )
    return Schedule(
        number,
        f"group-{number // 5}",
        number % 8 + 1,
        "Café",
        "fb",
        "https://cdn.example/p.png",
        "account",
        "success",
        send_at=datetime.fromtimestamp(1_800_000_000 + number, UTC),
        link="https://social.example/1",
        text=f"Post {number // 5}",
        media=media,
        posto_ref=f"posto-{number // 5}",
        lean=True,
    )


def calls_of(work: Callable[[], object]) -> float:
    """Calls of Python functions that this makes for each row."""
    calls = 0

    def note(_frame: object, event: str, _what: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls / ROWS


def test_a_row_is_kept_and_read_with_few_calls(tmp_path: Path) -> None:
    rows = {number: row(number) for number in range(1, ROWS + 1)}
    db = Database(tmp_path / "posto.db")
    sharing, schedules = StringPool(), []
    sharing.read(row(3).to_dict())  # makes what is made once for all rows

    def write() -> None:
        schedule_rows.update(db, "site", {key: row.to_dict() for key, row in rows.items()}, (), 1.0)

    def read() -> None:
        for part in schedule_rows.around(db, "site", 1_800_000_100.0, 50):
            schedules.extend(map(sharing.read, part))

    written, looked_at = calls_of(write), calls_of(read)
    db.close()
    assert {item.id: item for item in schedules} == rows
    assert written < MOST_TO_WRITE
    assert looked_at < MOST_TO_READ


def test_a_long_plan_is_read_in_short_parts_with_rests_between(tmp_path: Path) -> None:
    db = Database(tmp_path / "posto.db")
    rows = {number: row(number).to_dict() for number in range(1, 1001)}
    schedule_rows.update(db, "site", rows, (), 1.0)
    jobs: deque[Callable[[], None]] = deque()
    rests: list[float] = []
    loads: list[tuple[int, int]] = []
    worker = SimpleNamespace(put=lambda job: jobs.append(job) or True)
    known = WorkspaceCache(worker, lambda job: None, lambda: db, lambda _problem: None)  # type: ignore[arg-type]
    known._never = SimpleNamespace(wait=rests.append)  # type: ignore[assignment]
    known.load("site", lambda _channels, some, _as_of, _last: loads.append((len(some), len(rests))))
    while jobs:
        jobs.popleft()()
    db.close()
    parts = [count for count, _ in loads]
    assert sum(parts) == 1000
    assert max(parts) <= 300
    assert [before for _, before in loads] == [*range(len(loads))]
    assert all(rest > 0 for rest in rests)
