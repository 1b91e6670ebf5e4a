"""What posts were made of, kept until long after their time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.storage import message_rows, schema
from posto_desktop.storage.database import Database

DAY = 86_400.0


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "posto.db")
    yield made
    made.close()


def write(db: Database, ref: str, at: float, workspace: str = "local", **draft: Any) -> None:
    body = {"draft": {"id": ref, "text": "Hi", **draft}, "sent": {"1": "abc"}}
    entry = {
        "id": f"entry {ref}",
        "workspace": workspace,
        "posto_ref": ref,
        "state": "sent",
        "body": {"draft": body["draft"]},
        "created_at": 1.0,
        "updated_at": 1.0,
    }
    message = {"posto_ref": ref, "workspace": workspace, "body": body, "at": at}
    db.add_outbox([entry], ("written", ""), messages=[message])


def test_they_are_found_by_mark_in_their_workspace(db: Database) -> None:
    write(db, "a", DAY)
    write(db, "b", DAY, workspace="other")
    bodies = message_rows.bodies(db, "local", ["a", "b", "", "nothing"])
    assert list(bodies) == ["a"]
    assert bodies["a"]["draft"]["text"] == "Hi"
    assert bodies["a"]["sent"] == {"1": "abc"}


def test_they_outlive_the_outbox_and_go_long_after_their_time(db: Database) -> None:
    write(db, "a", at=100 * DAY)
    db.trim_outbox(50 * DAY, ("sent",))
    assert db.outbox() == []
    message_rows.trim(db, 150 * DAY)
    assert "a" in message_rows.bodies(db, "local", ["a"])
    message_rows.trim(db, 100 * DAY + message_rows.KEEP_SECONDS + 1)
    assert message_rows.bodies(db, "local", ["a"]) == {}


def test_a_moved_post_keeps_its_source(db: Database) -> None:
    write(db, "a", at=DAY)
    message_rows.copy(db, "a", "moved", 200 * DAY)
    message_rows.set_times(db, ["a"], 300 * DAY)
    message_rows.trim(db, 250 * DAY)
    bodies = message_rows.bodies(db, "local", ["a", "moved"])
    assert bodies["moved"] == {**bodies["a"], "made_by": "a"}


def test_the_entry_follows_its_posts_however_often_they_are_copied(db: Database) -> None:
    write(db, "a", at=DAY)
    write(db, "other", at=DAY)
    message_rows.copy(db, "a", "moved", 2 * DAY, "g2")
    message_rows.copy(db, "moved", "back", DAY, "g3")
    message_rows.copy(db, "nothing", "of nobody", DAY, "g4")
    groups = {row["posto_ref"]: row["body"].get("groups") for row in db.outbox()}
    assert groups == {"a": ["g2", "g3"], "other": None}


def test_a_damaged_source_is_copied_as_it_is(db: Database) -> None:
    write(db, "a", at=DAY)
    with db.transaction() as connection:
        connection.execute("UPDATE messages SET body='{'")
    message_rows.copy(db, "a", "moved", 2 * DAY, "g2")
    assert len(message_rows.all_of(db)) == 2
    assert db.outbox()[0]["body"].get("groups") is None


def test_labels_are_set_wherever_they_are_shown(db: Database) -> None:
    write(db, "a", at=DAY, labels=["old"])
    message_rows.set_labels(db, ["a"], ["new", "zwei ü"])
    assert message_rows.bodies(db, "local", ["a"])["a"]["draft"]["labels"] == ["new", "zwei ü"]
    (row,) = db.outbox()
    assert row["body"]["draft"]["labels"] == ["new", "zwei ü"]


def test_an_earlier_version_brings_what_its_outbox_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"
    number = next(
        at for at, step in enumerate(schema.MIGRATIONS) if "CREATE TABLE messages" in step[0]
    )
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:number])
        Database(path).close()
    draft = {"id": "d", "text": "Grüße \udcff", "media": [{"path": "/tmp/a.jpg"}]}
    with closing(sqlite3.connect(path)) as file:
        for ref, body in (("a", json.dumps({"draft": draft})), ("b", "{"), ("c", '{"draft": 1}')):
            file.execute(
                "INSERT INTO outbox (id, workspace, posto_ref, state, body, created_at, updated_at)"
                " VALUES (?, 'local', ?, 'sent', ?, 5.0, 5.0)",
                (ref, ref, body),
            )
        file.commit()
    db = Database(path)
    assert message_rows.bodies(db, "local", ["a", "b", "c"]) == {"a": {"draft": draft}}
    db.close()
