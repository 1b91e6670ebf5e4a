"""The database file: migrations, damage, newer versions, full disks, many threads."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from posto_desktop.server.channels import Channels
from posto_desktop.server.claims import Claims
from posto_desktop.server.errors import StartError
from posto_desktop.server.schedules import Schedules
from posto_desktop.server.store import MIGRATIONS, Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "workspace.db"


def test_a_new_file_has_the_newest_schema_and_is_durable(path: Path) -> None:
    store = Store(path)
    assert store.number("PRAGMA user_version") == len(MIGRATIONS)
    assert store.row("PRAGMA journal_mode") == {"journal_mode": "wal"}
    assert store.number("PRAGMA synchronous") == 2, "FULL: a claim survives a power cut"
    assert store.number("PRAGMA foreign_keys") == 1
    store.close()


def test_an_older_file_is_brought_up_step_by_step(path: Path) -> None:
    first = Store(path, ("CREATE TABLE a (x); INSERT INTO a VALUES (1);",))
    first.close()
    scripts = (
        "CREATE TABLE a (x); INSERT INTO a VALUES (1);",
        "ALTER TABLE a ADD COLUMN y DEFAULT 7;\nCREATE TABLE b (z);",
    )
    second = Store(path, scripts)
    assert second.row("SELECT x, y FROM a") == {"x": 1, "y": 7}
    assert second.number("PRAGMA user_version") == 2
    second.close()


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    Store(path, ("CREATE TABLE a (x);",)).close()
    with pytest.raises(StartError):
        Store(path, ("CREATE TABLE a (x);", "CREATE TABLE b (y); CREATE TABLE a (again);"))
    again = Store(path, ("CREATE TABLE a (x);",))
    assert again.number("PRAGMA user_version") == 1
    assert again.row("SELECT 1 FROM sqlite_schema WHERE name = 'b'") is None
    again.close()


def test_a_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    store = Store(path)
    store.connection().execute("PRAGMA user_version = 99")
    store.close()
    before = path.read_bytes()
    with pytest.raises(StartError, match="newer version"):
        Store(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", [b"not a database" * 500, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_file_is_kept_aside(path: Path, damage: bytes) -> None:
    path.write_bytes(damage)
    store = Store(path)
    assert store.problem
    aside = next(path.parent.glob("workspace.db.damaged-*"))
    assert aside.name in store.problem
    assert aside.read_bytes() == damage
    Channels(store).seed()
    store.close()


def test_damage_inside_the_file_is_seen_at_once(path: Path) -> None:
    store = Store(path)
    Channels(store).seed()
    store.close()
    for part in ("-wal", "-shm"):
        path.with_name(path.name + part).unlink(missing_ok=True)
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    store = Store(path)
    assert store.problem
    Channels(store).seed()
    store.close()


def test_posts_of_a_damaged_file_are_rescued_and_held_back(path: Path) -> None:
    store = Store(path)
    Channels(store).seed()
    schedules = Schedules(store, clock=lambda: 1_800_000_000.0)
    for number in range(300):
        data = {"post_content": f"{number} " + "x" * 3_000, "posto_ref": f"ref {number}"}
        body = {"schedules": [{"channel_id": 1, "custom_post_data": data}]}
        schedules.compose({**body, "share_at": 1_900_000_000 + number})
    with store.write() as db:
        db.execute("UPDATE schedules SET status = 'success' WHERE id = 1")
        db.execute("UPDATE schedules SET status = 'sending', stage = 'publishing' WHERE id = 2")
    store.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    content = path.read_bytes()
    middle = len(content) // 2 // 4096 * 4096
    path.write_bytes(content[:middle] + b"\xa5" * 8192 + content[middle + 8192 :])

    store = Store(path)
    rows = store.rows("SELECT * FROM schedules ORDER BY id")
    assert 250 < len(rows) < 300
    assert {rows[0]["id"], rows[-1]["id"]} == {1, 300}
    assert [row["status"] for row in rows[:3]] == ["success", "unknown", "missed"]
    assert "not_sent" not in {row["status"] for row in rows}
    assert store.problem
    assert f"{len(rows)} posts could be rescued" in store.problem
    # They wait for the user, also where the clock is thought to have been wrong.
    assert Claims(store).wait_again(1_800_000_000.0) == 0
    Channels(store).seed()
    store.close()


def test_a_damaged_file_that_tells_nothing_is_said_to_send_nothing(path: Path) -> None:
    path.write_bytes(b"not a database" * 500)
    store = Store(path)
    assert store.problem
    assert "is not sent" in store.problem
    store.close()


def test_an_empty_file_is_a_new_one(path: Path) -> None:
    path.touch()
    store = Store(path)
    assert store.problem is None
    store.close()


def test_a_transaction_that_raises_is_undone(path: Path) -> None:
    store = Store(path)

    def fail() -> None:
        with store.write() as db:
            db.execute("INSERT INTO site VALUES ('a', '1')")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert store.rows("SELECT * FROM site") == []
    with store.write() as db:
        db.execute("INSERT INTO site VALUES ('a', '1')")
    assert len(store.rows("SELECT * FROM site")) == 1
    store.close()


def test_a_full_database_is_an_error_and_not_the_end(path: Path) -> None:
    store = Store(path)
    store.connection().execute("PRAGMA max_page_count = 40")

    def fill() -> None:
        with store.write() as db:
            for number in range(10_000):
                db.execute("INSERT INTO site VALUES (?, ?)", (str(number), "x" * 500))

    with pytest.raises(sqlite3.OperationalError, match="full"):
        fill()
    assert store.rows("SELECT * FROM site") == []
    with store.write() as db:
        db.execute("INSERT INTO site VALUES ('small', '1')")
    store.close()


def test_many_threads_write_without_getting_in_each_others_way(path: Path) -> None:
    store = Store(path)
    store.connection().execute("CREATE TABLE counter (n)")
    store.connection().execute("INSERT INTO counter VALUES (0)")
    failures: list[Exception] = []

    def count() -> None:
        try:
            for _ in range(50):
                with store.write() as db:
                    value = db.execute("SELECT n FROM counter").fetchone()[0]
                    db.execute("UPDATE counter SET n = ?", (value + 1,))
        except sqlite3.Error as error:
            failures.append(error)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert store.number("SELECT n FROM counter") == 400
    store.close()
