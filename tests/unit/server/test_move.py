"""`posto-server move`: all of a workspace, once, wherever it stops."""

from __future__ import annotations

import functools
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from posto_desktop.server.claims import Claims
from posto_desktop.server.errors import StartError
from posto_desktop.server.lock import FolderLock
from posto_desktop.server.move import command, postgres_place
from posto_desktop.server.move.fitting import without_ticks as record_without_ticks
from posto_desktop.server.move.mover import WorkspaceMover
from posto_desktop.server.move.postgres_place import PostgresPlace
from posto_desktop.server.move.tables import known_tables
from posto_desktop.server.postgres_store import PostgresStore
from posto_desktop.server.rows import STATUSES
from posto_desktop.server.store import MIGRATIONS
from posto_desktop.server.workspace import Workspace
from tests.fakes.postgres import Postgres

from .moves import NOW, Killed, fill, move, new_database, of_database, of_folder, without_ticks

LATE = len(known_tables()[0]) + 4
"""Steps after which most tables are copied."""
ROUNDS = int(os.environ.get("POSTO_MOVE_ROUNDS", "1"))


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    with new_database(postgres) as address:
        yield address


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fill(tmp_path / "here")
    return tmp_path / "here"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = command.main([*words, "--json"])
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def refusal(folder: Path, database: str = "") -> str:
    """Why no server starts there."""
    with pytest.raises(StartError) as raised:
        Workspace(folder, database=database)
    return raised.value.user_message


def test_a_workspace_goes_to_postgres_and_back_as_it_was(
    folder: Path, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = of_folder(folder)
    code, result = run(capsys, "--data", str(folder), "--to", database)
    assert code == 0, result
    assert result["repaired"] == 0
    assert result["rows"]["schedules"] == 25
    assert of_folder(folder) == before, "the source stays as it is"
    assert of_database(database) == without_ticks(before)
    assert "was moved to postgresql://posto@127.0.0.1" in refusal(folder)

    workspace = Workspace(tmp_path / "server", database=database)
    next_id = workspace.store.number(
        "INSERT INTO schedules (group_id, wp_post_id, channel_id, social_network, status,"
        " send_time, due_at, customization, created_at)"
        " VALUES ('new', 1, 1, 'fb', 'draft', 1, 1, '{}', 1) RETURNING id"
    )
    workspace.close()
    assert next_id == 27, "the number of a deleted row is not used again"
    theirs = of_database(database)

    code, result = run(capsys, "--data", str(folder), "--from", database)
    assert code == 0, result
    assert of_folder(folder) == theirs
    assert theirs["sandbox/feed.db posts"] == before["sandbox/feed.db posts"]
    assert "was moved to" in refusal(tmp_path / "server", database)
    assert list(folder.glob("workspace.db.moved-*"))
    Workspace(folder).close()
    with sqlite3.connect(folder / "workspace.db") as file:
        (seq,) = file.execute("SELECT seq FROM sqlite_sequence WHERE name = 'schedules'").fetchone()
    assert seq == 27

    assert run(capsys, "--data", str(folder), "--from", database)[1]["is_done_before"]
    assert run(capsys, "--data", str(folder), "--to", database)[0] == 0, "and there again"
    assert "was moved to" in refusal(folder)


@pytest.mark.parametrize("back", [False, True], ids=["there", "back"])
def test_a_move_that_died_anywhere_goes_on(database: str, tmp_path: Path, back: bool) -> None:
    folder = tmp_path / "here"
    fill(folder, 15)
    theirs = without_ticks(of_folder(folder))
    if back:
        move(folder, database)
        folder = tmp_path / "other"
    steps = 0
    while steps < 100:
        steps += 1
        try:
            # Each run gets one step further than that before, over and over again.
            outcome = move(folder, database, back=back, dies_at=3 if steps % 3 else 5)
        except Killed:
            if not back and steps == 3:
                assert "has not ended" in refusal(tmp_path / "server", database)
            continue
        break
    assert steps > 4
    assert outcome.is_done_before or outcome.hashes
    assert (of_folder(folder) if back else of_database(database)) == theirs
    assert move(folder, database, back=back).is_done_before


@pytest.mark.timeout(60 + 20 * ROUNDS)
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a matter of POSIX")
def test_moves_there_and_back_go_on_after_kill_9(tmp_path: Path, database: str) -> None:
    seed = int(os.environ.get("POSTO_SEED", "0")) or random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)
    folder = tmp_path / "here"
    fill(folder)
    theirs = without_ticks(of_folder(folder))
    for turn in range(2 * ROUNDS):
        for _ in range(chance.randint(1, 3) if ROUNDS > 1 else 1):
            kill_a_move(folder, database, back=turn % 2 == 1, chance=chance)
        move(folder, database, back=turn % 2 == 1)
        assert (of_folder(folder) if turn % 2 else of_database(database)) == theirs, seed


def kill_a_move(folder: Path, database: str, *, back: bool, chance: random.Random) -> None:
    """Kill it a moment after one of its transactions, in the middle of the next one or not."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.unit.server import moves\n"
        "moves.move(Path(sys.argv[1]), sys.argv[2], back=sys.argv[3] == 'True', "
        "step=lambda name: print(name, flush=True))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(folder), database, str(back)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    with process:
        for _ in range(chance.randint(1, 22)):
            process.stdout.readline()
        threading.Event().wait(chance.uniform(0.0, 0.01))
        process.kill()


def test_a_source_that_was_used_in_between_is_copied_again(
    folder: Path, database: str, tmp_path: Path
) -> None:
    changes = (
        "UPDATE {}channels SET name = 'Other' WHERE id = 1",
        "DELETE FROM {}schedules WHERE id = 2",
    )
    with pytest.raises(Killed):
        move(folder, database, dies_at=LATE)
    with sqlite3.connect(folder / "workspace.db") as file:
        for change in changes:
            file.execute(change.format(""))
    file.close()
    move(folder, database)
    assert of_database(database) == without_ticks(of_folder(folder))

    with pytest.raises(Killed):
        move(tmp_path / "other", database, back=True, dies_at=LATE)
    with psycopg.connect(database) as db:
        for change in changes:
            db.execute(change.format("posto.").replace("2", "3").encode())
    move(tmp_path / "other", database, back=True)
    assert of_database(database) == of_folder(tmp_path / "other")


def test_a_server_that_was_out_of_reach_all_the_time_sends_nothing_more(
    folder: Path, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move(folder, database)
    store = PostgresStore(database)
    claims = Claims(store)
    (first, second, *_) = claims.due(NOW + 1000.0, (), 9)
    assert claims.claim(first["id"], NOW + 1000.0)
    claims.release(first["id"])
    monkeypatch.setattr(PostgresPlace, "_require_no_servers", lambda _place: None)
    move(tmp_path / "other", database, back=True)
    assert claims.claim(first["id"], NOW + 1000.0) is None
    with pytest.raises(StartError, match="was moved to"):
        claims.leases.renew()
    assert claims.claim(second["id"], NOW + 1000.0) is None
    store.close()


def test_each_post_is_sent_once_wherever_the_workspace_is(database: str, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    words = ("One", "Two", "Three")
    for number, text in enumerate(words):
        workspace = Workspace(folder, database=database if number == 1 else "")
        if not number:
            for each in words:
                items = [{"channel_id": 1, "custom_post_data": {"post_content": each}}]
                workspace.schedules.compose({"schedules": items})
        (first, *_) = workspace.store.rows(
            "SELECT * FROM schedules WHERE status = 'not_sent' ORDER BY id"
        )
        workspace.sender.send(first["id"])
        sent = [row["text"] for row in workspace.sandbox.page(9, None)[0]]
        assert sent == list(reversed(words[: number + 1])), text
        workspace.close()
        if number < 2:
            move(folder, database, back=number == 1)


@pytest.mark.skipif(os.name != "posix", reason="files have owners on POSIX")
def test_a_copy_from_before_the_move_does_not_start(
    folder: Path, database: str, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    shutil.copyfile(folder / "workspace.db", copy)
    move(folder, database)
    moved = tmp_path / "moved.db"
    shutil.copyfile(folder / "workspace.db", moved)
    assert [path.name for path in folder.glob("workspace.db*")] == ["workspace.db"]
    shutil.copyfile(copy, folder / "workspace.db")
    for attempt in (lambda: Workspace(folder), lambda: move(folder, database)):
        with pytest.raises(StartError) as refused:
            attempt()
        assert "is a copy from before that" in refused.value.user_message
        assert str(folder / "moved-to.json") in refused.value.user_message
    for path in folder.glob("workspace.db*"):
        path.unlink()
    shutil.copyfile(moved, folder / "workspace.db")
    move(folder, database, back=True)
    assert not (folder / "moved-to.json").exists()
    Workspace(folder).close()
    # As if the move had died just before it forgot.
    note = {"place": "elsewhere", "at": "2026-01-01T00:00:00+00:00"}
    (folder / "moved-to.json").write_text(json.dumps(note))
    Workspace(folder).close()
    for damaged in ("", "[]", "{", '{"place": 1, "at": 2}'):
        (folder / "moved-to.json").write_text(damaged)
        Workspace(folder).close()


def test_a_folder_of_another_user_is_left_alone(
    folder: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    with pytest.raises(StartError, match="belongs to another user"):
        move(folder, database)


def test_damaged_rows_arrive_repaired_and_are_not_sent(folder: Path, database: str) -> None:
    damage = {
        1: "due_at = 'soon'",
        2: "channel_id = 99",
        3: "customization = x'ff'",
        4: "idempotency_key = x'00ff', status = 'not_sent'",
        5: "status = 'lost'",
        6: "send_time = 9e99",
        12: "group_id = CAST(x'fffe41' AS TEXT)",
        18: "error_msg = 'zero' || char(0)",
    }
    with sqlite3.connect(folder / "workspace.db") as file:
        for number, change in damage.items():
            file.execute(f"UPDATE schedules SET {change} WHERE id = {number}")
        file.execute("UPDATE schedules SET status = 'not_sent' WHERE id = 1")
        file.execute("UPDATE posts SET created_at = 'x' WHERE id = 2")
        file.execute(
            "INSERT INTO accounts SELECT 9, x'00', method, 's', x'01', '', '', '', '', '{}',"
            " '{}', 'ok', '', 'never', 1 FROM accounts"
        )
    file.close()
    outcome = move(folder, database)
    assert outcome.repaired >= len(damage) - 1
    with psycopg.connect(database) as db:
        rows = {
            row[0]: row[1:]
            for row in db.execute(
                "SELECT id, status, error_msg, due_at, channel_id, group_id FROM posto.schedules"
            )
        }
        channel = db.execute("SELECT removed, active FROM posto.channels WHERE id = 99").fetchone()
    waiting = {number for number, row in rows.items() if row[0] == "not_sent"}
    assert waiting == {2, 12, 18, 24} - {2}, rows
    assert rows[1][0] == "error"
    assert rows[4][0] == "unknown"
    assert rows[5][0] == "unknown"
    assert "damaged" in rows[6][1]
    assert channel == (1, 0)
    assert {row[0] for row in rows.values()} <= set(STATUSES)


@pytest.mark.parametrize("ending", ["by somebody", "by its idle time"])
def test_a_database_that_goes_away_says_how_to_go_on(
    folder: Path,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ending: str,
) -> None:
    def cut(_name: str) -> None:
        if ending == "by its idle time":
            raise psycopg.errors.IdleInTransactionSessionTimeout
        with psycopg.connect(database) as db:
            db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    options = ("--data", str(folder), "--to", database)
    with monkeypatch.context() as patched:
        patched.setattr(command, "WorkspaceMover", functools.partial(WorkspaceMover, step=cut))
        code, result = run(capsys, *options)
    assert (code, result["code"]) == (4, 4)
    assert "again to go on" in result["error"]
    assert run(capsys, *options)[0] == 0


def test_ticks_of_records_become_unknown() -> None:
    early = '{"publisher": {}, "first_sent": 5, "last_ticks": 7.5}'
    assert json.loads(record_without_ticks(early))["last_ticks"] is None
    for other in ("{", "[1]", '{"last_ticks": null,  "parts": 5}'):
        assert record_without_ticks(other) == other


def test_what_must_not_be_moved_is_refused(
    folder: Path,
    database: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    options = ("--data", str(folder), "--to", database)

    def refused(words: str, *other_options: str, code: int = 1) -> None:
        actual_code, result = run(capsys, *(other_options or options))
        assert (actual_code, words in result["error"]) == (code, True), result

    refused("no workspace", "--data", str(tmp_path / "none"), "--to", database)
    assert not (tmp_path / "none").exists()
    refused("no workspace", "--data", str(folder), "--from", database)
    lock = FolderLock(folder)
    refused("already running", code=3)
    lock.release()
    with sqlite3.connect(folder / "workspace.db") as file:
        file.execute("UPDATE schedules SET status = 'sending' WHERE id = 1")
        file.commit()
        refused("being sent")
        refused("being sent", *options, "--dry-run")
        file.execute("UPDATE schedules SET status = 'success' WHERE id = 1")
        file.execute("PRAGMA user_version = 999")
        file.commit()
        refused("newer version")
        file.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    file.close()

    code, looked = run(capsys, *options, "--dry-run")
    assert (code, looked["rows"]["schedules"], looked["is_dry"]) == (0, 25, True)
    with psycopg.connect(database) as db:
        assert db.execute("SELECT to_regnamespace('posto')").fetchone() == (None,)

    store = PostgresStore(database, "posto")
    with monkeypatch.context() as patched:
        patched.setattr(postgres_place, "_LEAVING", 0.05)
        refused("posto-server uses the database", code=3)
    with store.write() as other:
        other.execute("INSERT INTO posts (title, created_at) VALUES ('Theirs', 1)")
    store.close()
    refused("not empty")
    with psycopg.connect(database) as db:
        db.execute("DELETE FROM posto.posts")
        db.execute("INSERT INTO posto.schema_version VALUES (999)")
    refused("newer version")
    with psycopg.connect(database) as db:
        db.execute("DELETE FROM posto.schema_version WHERE version = 999")

    other_folder = tmp_path / "other"
    fill(other_folder, 1)
    with pytest.raises(Killed):
        move(folder, database, dies_at=4)
    refused("has not ended", "--data", str(other_folder), "--to", database)
    refused("has not ended", "--data", str(other_folder), "--from", database)
    assert move(folder, database).rows["schedules"] == 25
    refused("not empty", "--data", str(other_folder), "--to", database)
    refused("not empty", "--data", str(other_folder), "--from", database)
    other_database = database.replace("/move", "/no_such")
    refused("cannot be used", "--data", str(folder), "--to", other_database)
    for words in (["--to", "mysql://x"], ["--to", database, "--batch", "0"], []):
        with pytest.raises(SystemExit) as raised:
            command.main(["--data", str(folder), *words])
        assert raised.value.code == 2
