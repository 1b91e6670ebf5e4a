"""Tests of posto.db: migrations, damage, locks, permissions."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from posto_desktop.storage import foreign_database, renames, schema
from posto_desktop.storage.database import Database, NewerDatabaseError
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.sqlite_file import SqliteFile
from tests.fakes.held_files import HeldFiles


def entry(entry_id: str = "e1", **more: Any) -> dict[str, Any]:
    row = {
        "id": entry_id,
        "workspace": "local",
        "posto_ref": f"ref-{entry_id}",
        "state": "waiting",
        "body": {"draft": {}},
        "created_at": 1.0,
        "updated_at": 1.0,
    }
    return row | more


def reopened(path: Path) -> Database:
    return Database(path)


def test_drafts_come_back_newest_first(path: Path, db: Database) -> None:
    db.put_draft("a", "local", {"text": "first"})
    db.put_draft("b", "local", {"text": "caf\udce9 🎉"})
    db.put_draft("a", "local", {"text": "changed"})
    db.put_draft("c", "other", {"text": "elsewhere"})
    db.close()
    again = reopened(path)
    assert [row["id"] for row in again.drafts()] == ["c", "a", "b"]
    assert [row["body"]["text"] for row in again.drafts("local")] == ["changed", "caf\udce9 🎉"]
    again.remove_draft("a")
    assert [row["id"] for row in again.drafts("local")] == ["b"]
    again.close()


def test_rows_hold_only_what_every_program_reads(path: Path, db: Database) -> None:
    """What would be no JSON for others is null in the row; a draft is never lost for it."""
    odd = {"text": "kept", "a": [float("nan"), 10**400, 0.5]}
    read = {"text": "kept", "a": [None, None, 0.5]}
    db.put_draft("a", "local", odd)
    db.put_cache("local", "channels", odd, 1.0)
    with db.transaction() as connection:
        connection.execute(
            "INSERT INTO drafts (id, workspace, body, updated_at) VALUES (?, ?, ?, 0)",
            ("b", "local", '{"text": "kept", "a": [NaN, 1e999, 0.5]}'),
        )
        connection.execute(
            "INSERT INTO drafts (id, workspace, body, updated_at) VALUES (?, ?, ?, 0)",
            ("c", "local", "[" * 100_000),
        )
    assert [row["body"] for row in db.drafts()] == [read, read, {}]
    assert db.cached("local", "channels")[0] == read


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_nobody_else_may_read_it(path: Path, db: Database) -> None:
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_everything_is_on_the_disk_when_a_call_returns(db: Database) -> None:
    [(level,)] = db._connect().db.execute("PRAGMA synchronous").fetchall()
    assert level == 2  # FULL
    [(mode,)] = db._connect().db.execute("PRAGMA journal_mode").fetchall()
    assert mode == "wal"


def test_killed_after_a_write(path: Path) -> None:
    """os._exit at once: no close, no checkpoint, nothing flushed by us."""
    script = (
        "import os, sys, pathlib\n"
        "from posto_desktop.storage.database import Database\n"
        "db = Database(pathlib.Path(sys.argv[1]))\n"
        "db.put_draft('a', 'local', {'text': 'kept'})\n"
        "os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert done.returncode == 9
    again = reopened(path)
    assert again.drafts()[0]["body"] == {"text": "kept"}
    assert again.problem is None
    again.close()


def test_each_thread_has_its_own_connection(db: Database) -> None:
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for count in range(20):
                db.put_draft(f"{number}-{count}", "local", {})
        except BaseException as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(db.drafts()) == 80


def test_a_failing_transaction_leaves_nothing(db: Database) -> None:
    db.add_outbox([entry()], ("written", ""))
    db.put_draft("d", "local", {})
    with pytest.raises(StorageError):
        db.add_outbox([entry("e2", posto_ref="ref-e1")], ("written", ""), draft_id="d")
    assert [row["id"] for row in db.outbox()] == ["e1"]
    assert len(db.drafts()) == 1
    assert db.steps(["e2"]) == {"e2": []}


# -- outbox rows -----------------------------------------------------------------------------------


def test_a_change_needs_the_expected_state(db: Database) -> None:
    db.add_outbox([entry()], ("written", ""))
    changed = db.change_outbox(
        "e1", {"state": "uploading"}, now=2.0, expect=("waiting",), step=("uploading", "a.png")
    )
    assert changed
    again = db.change_outbox(
        "e1", {"state": "cancelled"}, now=3.0, expect=("waiting",), step=("cancelled", "")
    )
    assert not again
    row = db.outbox_row("e1")
    assert row is not None
    assert (row["state"], row["updated_at"]) == ("uploading", 2.0)
    assert [step["what"] for step in db.steps(["e1"])["e1"]] == ["written", "uploading"]


def test_of_ended_entries_only_the_newest_are_listed(db: Database) -> None:
    for number in range(6):
        state = "waiting" if number == 0 else "sent"
        db.add_outbox([entry(f"e{number}", created_at=float(number), state=state)], ("written", ""))
    assert [row["id"] for row in db.outbox(ended=2)] == ["e5", "e4", "e0"]
    assert [row["id"] for row in db.outbox("local", ended=1)] == ["e5", "e0"]
    assert db.outbox("other") == []
    assert [row["id"] for row in db.outbox_in(("waiting",))] == ["e0"]


def test_trimming_takes_the_steps_along(db: Database) -> None:
    db.add_outbox([entry("old", state="sent")], ("written", ""))
    db.add_outbox([entry("waiting")], ("written", ""))
    db.trim_outbox(before=100.0, states=("sent", "cancelled"))
    assert [row["id"] for row in db.outbox()] == ["waiting"]
    [(count,)] = db._connect().db.execute("SELECT count(*) FROM outbox_steps").fetchall()
    assert count == 1


def test_steps_of_very_many_entries(db: Database) -> None:
    names = [f"e{number}" for number in range(1200)]
    assert set(db.steps(names)) == set(names)


# -- uploads, cache, notices -----------------------------------------------------------------------


def test_uploads_are_known_by_content_description_and_workspace(db: Database) -> None:
    db.add_outbox([entry()], ("written", ""))
    db.put_upload(
        "local", "hash", "alt", 7, "https://a/7", now=10.0, entry_id="e1", step=("uploaded", "a")
    )
    upload = db.upload("local", "hash", "alt", since=5.0)
    assert upload is not None
    assert upload["media_id"] == 7
    assert db.upload("local", "hash", "alt", since=11.0) is None
    assert db.upload("local", "hash", "other", since=5.0) is None
    assert db.upload("account", "hash", "alt", since=5.0) is None
    assert [step["what"] for step in db.steps(["e1"])["e1"]] == ["written", "uploaded"]
    db.forget_uploads("local", ["hash"])
    assert db.upload("local", "hash", "alt", since=5.0) is None


def test_the_channels_in_the_cache(db: Database) -> None:
    assert db.cached("local", "channels") == (None, None)
    db.put_cache("local", "channels", [{"id": 1}], 3.0)
    assert db.cached("local", "channels") == ([{"id": 1}], 3.0)


def test_one_unreadable_body_does_not_hide_the_others(db: Database) -> None:
    db.put_draft("a", "local", {"text": "good"})
    with db.transaction() as raw:
        raw.execute("INSERT INTO drafts VALUES ('b', 'local', '{broken', 9e9, 'open')")
    assert [row["body"] for row in db.drafts()] == [{}, {"text": "good"}]


# -- damage, versions, full and read-only disks ----------------------------------------------------


def filled(path: Path) -> None:
    database = Database(path)
    database.put_draft("a", "local", {"text": "rescued"})
    for number in range(300):
        database.add_outbox([entry(f"e{number}")], ("written", "x" * 300))
    database.close()


@pytest.mark.parametrize(
    "content", [b"not a database at all " * 500, b"SQLite format 3\0" + b"\xff" * 9000]
)
def test_a_damaged_file_is_kept_and_a_new_one_made(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    database = Database(path)
    assert database.problem is not None
    assert "damaged" in database.problem
    database.put_draft("a", "local", {"text": "new"})
    database.close()
    [copy] = path.parent.glob("posto.db.damaged-*")
    assert copy.read_bytes() == content
    again = reopened(path)
    assert again.problem is None
    assert len(again.drafts()) == 1
    again.close()


def test_a_damaged_file_is_not_open_while_it_is_moved(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows lets nobody rename a file that is open, also not who opened it."""
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a database at all " * 500)
    opened: list[str] = []
    rename = renames.rename

    def look(source: Path, target: Path) -> None:
        opened.extend(file.path for file in psutil.Process().open_files())
        rename(source, target)

    monkeypatch.setattr(renames, "rename", look)
    Database(path).close()
    assert list(path.parent.glob("posto.db.damaged-*"))
    assert [opened_path for opened_path in opened if Path(opened_path).parent == path.parent] == []


def test_a_damaged_file_that_cannot_be_moved_is_left_and_said(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a database at all " * 500)
    HeldFiles(monkeypatch).hold(path)
    with pytest.raises(StorageError) as caught:
        Database(path)
    assert caught.value.user_message == (
        "posto.db is damaged, so nothing can be saved. "
        "posto.db could not be moved away: another program is using it."
    )
    assert path.read_bytes() == b"not a database at all " * 500


def test_drafts_are_rescued_from_a_damaged_file_but_posts_are_not_sent_from_it(
    path: Path,
) -> None:
    filled(path)
    data = bytearray(path.read_bytes())
    # The pages at the end hold outbox rows and steps; the drafts and the schema lie before them.
    first = data.index(b"written") // 4096 * 4096
    data[first:] = b"\xa5" * (len(data) - first)
    path.write_bytes(bytes(data))
    database = Database(path)
    assert database.problem is not None
    assert "1 of your drafts could be rescued" in database.problem
    assert [row["body"] for row in database.drafts()] == [{"text": "rescued"}]
    assert database.outbox() == []
    database.close()


def test_a_truncated_file(path: Path) -> None:
    filled(path)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    database = Database(path)
    assert database.problem is not None
    database.put_draft("b", "local", {})
    database.close()


def test_an_empty_file_is_a_new_database(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.touch()
    database = Database(path)
    assert database.problem is None
    database.put_draft("a", "local", {})
    database.close()


def test_a_journal_of_another_database_does_no_harm(path: Path, tmp_path: Path) -> None:
    filled(path)
    path.with_name("posto.db-wal").write_bytes(b"garbage" * 1000)
    database = Database(path)
    assert len(database.outbox_in(("waiting",))) == 300
    database.close()


def test_a_newer_database_is_not_touched(path: Path) -> None:
    filled(path)
    raw = sqlite3.connect(path)
    raw.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(NewerDatabaseError) as caught:
        Database(path)
    assert "newer version of Posto" in caught.value.user_message
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*damaged*"))


def test_each_step_of_the_schema_starts_from_the_one_before(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(path)
    more = (*schema.MIGRATIONS, ("ALTER TABLE drafts ADD COLUMN colour TEXT DEFAULT 'red'",))
    monkeypatch.setattr(schema, "MIGRATIONS", more)
    monkeypatch.setattr(schema, "VERSION", len(more))
    database = Database(path)
    assert database.drafts()[0]["colour"] == "red"
    assert len(database.outbox_in(("waiting",))) == 300
    database.close()


def test_two_processes_that_open_a_new_file_at_once_both_can(path: Path) -> None:
    class MigratedMeanwhile(list[Any]):
        """Asked for its length between the look at the version and the first step."""

        is_first = True

        def __len__(self) -> int:
            if self.is_first:
                self.is_first = False
                Database(path).close()
            return super().__len__()

    SqliteFile(path, MigratedMeanwhile(schema.MIGRATIONS)).close()
    reopened(path).close()


def test_a_step_that_fails_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path)
    broken = (*schema.MIGRATIONS, ("CREATE TABLE other (a)", "THIS IS NO SQL"))
    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    monkeypatch.setattr(schema, "VERSION", len(broken))
    with pytest.raises(StorageError):
        Database(path)
    monkeypatch.undo()
    database = Database(path)
    assert len(database.outbox_in(("waiting",))) == 300
    database.close()


def test_a_folder_in_the_way_is_kept_aside(path: Path) -> None:
    path.mkdir(parents=True)
    (path / "theirs").write_text("theirs")
    database = Database(path)
    assert database.problem is not None
    assert "posto.db could not be read: it is a folder, not a file." in database.problem
    assert database.drafts() == []
    database.close()
    [copy] = path.parent.glob("posto.db.damaged-*/theirs")
    assert copy.read_text() == "theirs"


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StorageError) as caught:
        Database(tmp_path / "home" / "data" / "posto.db")
    assert str(tmp_path / "home") in caught.value.user_message


def _tmpfs(folder: Path, options: str) -> bool:
    folder.mkdir(parents=True, exist_ok=True)
    mount = shutil.which("mount")
    if mount is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    command = [mount, "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 800 kB; skipped where the tests may not mount one."""
    folder = tmp_path / "disk"
    if not _tmpfs(folder, "size=800k"):
        pytest.skip("needs the right to mount")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_said_and_loses_nothing(small_disk: Path) -> None:
    database = Database(small_disk / "posto.db")
    database.put_draft("a", "local", {"text": "kept"})
    with pytest.raises(StorageError) as caught:
        database.put_draft("large", "local", {"text": "x" * 2_000_000})
    assert "is full" in caught.value.user_message
    assert database.drafts()[-1]["body"] == {"text": "kept"}
    database.close()
    again = Database(small_disk / "posto.db")
    assert again.problem is None
    again.close()


def test_a_disk_that_became_read_only(small_disk: Path) -> None:
    database = Database(small_disk / "posto.db")
    database.put_draft("a", "local", {"text": "kept"})
    database.close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StorageError) as caught:
        Database(small_disk / "posto.db").put_draft("b", "local", {})
    assert caught.value.user_message.startswith("posto.db could not be")
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    again = Database(small_disk / "posto.db")
    assert [row["id"] for row in again.drafts()] == ["a"]
    again.close()


def test_full_and_read_only_are_told_apart_where_nothing_can_be_mounted(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    [(pages,)] = db._connect().db.execute("PRAGMA page_count").fetchall()
    db._connect().db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError) as caught:
        db.put_draft("a", "local", {"text": "x" * 100_000})
    assert "is full" in caught.value.user_message
    db._connect().db.execute("PRAGMA max_page_count = 1000000")
    db._connect().db.execute("PRAGMA query_only = ON")
    with pytest.raises(StorageError) as caught:
        db.put_draft("b", "local", {})
    assert "may not write" in caught.value.user_message
    db._connect().db.execute("PRAGMA query_only = OFF")
    db.put_draft("c", "local", {})
    assert [row["id"] for row in db.drafts()] == ["c"]


def test_a_file_that_another_program_holds(path: Path) -> None:
    database = Database(path, timeout=0.05)
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError) as caught:
        database.put_draft("a", "local", {})
    assert "another program" in caught.value.user_message
    other.rollback()
    other.close()
    database.put_draft("a", "local", {})
    database.close()


def test_after_closing_nothing_is_written(db: Database) -> None:
    db.close()
    with pytest.raises(StorageError, match="closed"):
        db.put_draft("a", "local", {})


def test_threads_come_and_go_without_leaving_the_file_open(tmp_path: Path) -> None:
    path = tmp_path / "posto.db"
    db = Database(path)
    for _ in range(40):
        thread = threading.Thread(target=db.outbox)
        thread.start()
        thread.join()
    opened = [file for file in psutil.Process().open_files() if file.path == str(path)]
    assert len(opened) <= 3
    assert db.outbox() == []
    db.close()


def test_closing_ends_no_connection_that_is_in_use(tmp_path: Path) -> None:
    """At quit a post that is cut off may be writing how far it came."""
    for number in range(10):
        db, began = Database(tmp_path / f"{number}.db"), threading.Barrier(4)
        failures: list[Exception] = []

        def work(
            db: Database = db,
            began: threading.Barrier = began,
            failures: list[Exception] = failures,
        ) -> None:
            began.wait(60)
            try:
                while True:
                    name = f"{threading.get_ident()}-{time.monotonic_ns()}"
                    db.add_outbox([entry(name)], ("written", ""))
                    db.outbox()
            except StorageError as error:
                failures.append(error)

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        began.wait(60)
        db.close()
        for thread in threads:
            thread.join(60)
        assert len(failures) == 3


def test_a_value_that_is_missing_in_a_row_does_not_set_the_file_aside(path: Path) -> None:
    database = Database(path)
    database.put_draft("d1", "local", {"text": "one"})
    database.put_draft("d2", "local", {"text": "two"})
    database.close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as loose:
        # As a damaged page has it: SQLite itself would refuse it.
        sql = "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = 'drafts'"
        loose.execute("PRAGMA writable_schema = ON")
        loose.execute(sql, ("updated_at REAL NOT NULL", "updated_at REAL"))
        loose.execute("PRAGMA writable_schema = RESET")
        loose.execute("UPDATE drafts SET updated_at = NULL WHERE id = 'd1'")
        loose.execute("PRAGMA writable_schema = ON")
        loose.execute(sql, ("updated_at REAL", "updated_at REAL NOT NULL"))
        loose.execute("PRAGMA writable_schema = RESET")
        assert "NULL value" in loose.execute("PRAGMA quick_check").fetchone()[0]
        loose.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    scripts = [";\n".join(step) for step in schema.MIGRATIONS]
    foreign_database.check(path, scripts)  # nor keep it out of a backup
    database = Database(path)
    assert database.problem is None
    assert {row["id"] for row in database.drafts("local")} == {"d1", "d2"}
    database.close()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_only_the_user_can_read_it_and_the_files_beside_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        database = Database(tmp_path / "posto.db")
        database.outbox()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        database.close()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(["posto.db", "posto.db-wal", "posto.db-shm"], 0o600)
