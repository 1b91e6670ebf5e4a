"""Tests of the cached schedule: near rows are read first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posto_desktop.storage import schedule_rows
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError


def stored(db: Database, workspace: str) -> tuple[list[Any], float | None]:
    rows = [row for part in schedule_rows.around(db, workspace, 0.0, 50) for row in part]
    return rows, schedule_rows.read_at(db, workspace)


def test_the_last_known_plan(db: Database) -> None:
    assert stored(db, "local") == ([], None)
    schedule_rows.update(db, "local", {1: {"id": 1}, 2: {"id": 2}}, (), as_of=5.0)
    schedule_rows.update(db, "local", {2: {"id": 2, "status": "success"}}, (1,), as_of=6.0)
    schedule_rows.update(db, "other", {9: {"id": 9}}, (), as_of=7.0)
    assert stored(db, "local") == ([{"id": 2, "status": "success"}], 6.0)
    db.forget_workspace("local")
    assert stored(db, "local") == ([], None)
    assert stored(db, "other") == ([{"id": 9}], 7.0)


def test_the_plan_is_read_from_now_outwards(db: Database) -> None:
    rows = {n: {"id": n, "send_at": None if n % 7 == 0 else 1000.0 + n} for n in range(1, 100)}
    schedule_rows.update(db, "local", rows, (), as_of=5.0)
    schedule_rows.update(db, "other", {1: {"id": 1, "send_at": 1050.0}}, (), as_of=5.0)
    parts = [[row["id"] for row in part] for part in schedule_rows.around(db, "local", 1050.0, 10)]
    assert set(parts[0]) == {*range(38, 61)} - {42, 49, 56}
    assert sorted(n for part in parts for n in part) == list(range(1, 100))
    assert all(n % 7 == 0 for part in parts[-2:] for n in part)
    assert [part for part in schedule_rows.around(db, "third", 1050.0, 10) if part] == []


def _steps_of_sqlite(db: Database, workspace: str) -> int:
    """What SQLite does to read a whole plan, in hundreds of its instructions."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    with db.transaction() as connection:
        connection.set_progress_handler(step, 100)
    read = [row for part in schedule_rows.around(db, workspace, 0.0, 20) for row in part]
    with db.transaction() as connection:
        connection.set_progress_handler(None, 0)
    assert len(read) > 100
    return steps


def test_no_page_of_the_plan_is_looked_for_from_its_beginning(db: Database) -> None:
    for workspace, count in (("small", 200), ("large", 2000)):
        rows = {n: {"id": n, "send_at": float(n - count // 2)} for n in range(count)}
        schedule_rows.update(db, workspace, rows, (), as_of=5.0)
    assert _steps_of_sqlite(db, "large") < 15 * _steps_of_sqlite(db, "small")


def test_rows_that_are_written_while_the_plan_is_read_disturb_nothing(db: Database) -> None:
    rows = {n: {"id": n, "send_at": 50.0} for n in range(1, 31)}
    schedule_rows.update(db, "local", rows, (), as_of=5.0)
    seen: list[int] = []
    for part in schedule_rows.around(db, "local", 50.0, 7):
        seen += [row["id"] for row in part]
        schedule_rows.update(
            db, "local", {n + 100: {"id": n, "send_at": 40.0} for n in seen}, (1,), 6.0
        )
    assert {*seen} >= {*range(2, 31)}


def test_a_part_of_the_plan_tells_no_age_and_any_number_is_survived(db: Database) -> None:
    schedule_rows.update(db, "local", {1: {"id": 1}, 1 << 70: {"id": 1 << 70}}, (-(1 << 80),), None)
    assert stored(db, "local") == ([{"id": 1}], None)
    schedule_rows.update(db, "local", {2: {"id": 2, "send_at": "soon"}}, (), as_of=6.0)
    assert stored(db, "local") == ([{"id": 1}, {"id": 2, "send_at": "soon"}], 6.0)
    assert [row for part in schedule_rows.around(db, "local", 0.0, 1) for row in part] == [
        {"id": 1},
        {"id": 2, "send_at": "soon"},
    ]


def test_the_kept_plan_is_read_out_of_the_file(db: Database, tmp_path: Path) -> None:
    rows = {n: {"id": n, "send_at": None if n == 5 else 100.0 - n} for n in range(1, 10)}
    schedule_rows.update(db, "site", rows, (), as_of=5.0)
    schedule_rows.update(db, "other", {1: {"id": 1, "send_at": 95.0}}, (), as_of=5.0)
    path = db._path
    rows = schedule_rows.cached_bodies(path, "site", 92.0, 93.0, 10)
    assert [row["id"] for row in rows] == [8, 7, 6, 4, 3, 2, 1]
    rows = schedule_rows.cached_bodies(
        path, "site", 91.0, 97.5, 4
    )  # too many: what is ahead comes first
    assert [row["id"] for row in rows] == [4, 3, 2, 1]
    with pytest.raises(StorageError, match=r"none\.db cannot be read"):
        schedule_rows.cached_bodies(tmp_path / "none.db", "site", 0.0, 1.0, 3)
