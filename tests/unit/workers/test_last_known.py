"""What was last known of a workspace is read quickly: a plan may have a hundred thousand rows."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from posto_desktop.sdk.records import Schedule, ScheduleMedia
from posto_desktop.storage import plan_rows
from posto_desktop.storage.database import Database
from posto_desktop.workers.plan import Sharing

ROWS = 200
MOST_CALLS = 28
"""Calls of Python functions for one row, from the database to the record; 41 were too many."""


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


def test_a_kept_row_takes_few_calls(tmp_path: Path) -> None:
    rows = {number: row(number) for number in range(1, ROWS + 1)}
    db = Database(tmp_path / "posto.db")
    plan_rows.update(db, "site", {key: one.to_dict() for key, one in rows.items()}, (), 1.0)
    calls, sharing, found = 0, Sharing(), []

    def note(_frame: object, event: str, _what: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        for part in plan_rows.around(db, "site", 1_800_000_100.0, 50):
            found += [sharing.share(Schedule.from_dict(body)) for body in part]
    finally:
        sys.setprofile(before)
    db.close()
    assert {one.id: one for one in found} == rows
    assert calls / ROWS < MOST_CALLS
