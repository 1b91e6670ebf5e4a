from __future__ import annotations

import sqlite3
from pathlib import Path

from posto_desktop.storage import draft_rows, notification_rows, schema
from posto_desktop.storage.database import Database


def test_tabs_come_back_in_order(path: Path, db: Database) -> None:
    assert draft_rows.open_tabs(db) == ([], "")
    draft_rows.put_open_tabs(db, ["b", "a", "c", "a"], "a")
    again = Database(path)
    assert draft_rows.open_tabs(again) == (["b", "a", "c"], "a")
    again.close()
    draft_rows.put_open_tabs(db, ["c"], "none of them")
    assert draft_rows.open_tabs(db) == (["c"], "")


def test_templates_are_drafts_of_another_state(db: Database) -> None:
    db.put_draft("d", "local", {"text": "draft"})
    draft_rows.put_template(db, "t", "local", {"text": "template"})
    draft_rows.put_template(db, "t", "acc", {"text": "changed"})
    rows = draft_rows.templates(db)
    assert [(row["id"], row["workspace"], row["body"]) for row in rows] == [
        ("t", "acc", {"text": "changed"})
    ]
    db.put_draft("t", "acc", {"text": "saved again"})
    assert draft_rows.templates(db)[0]["body"] == {"text": "saved again"}
    db.remove_draft("t")
    assert draft_rows.templates(db) == []
    assert [row["id"] for row in db.drafts()] == ["d"]


def test_the_first_schema_is_carried_forward(path: Path) -> None:
    path.parent.mkdir()
    raw = sqlite3.connect(path)
    for statement in schema.MIGRATIONS[0]:
        raw.execute(statement)
    raw.execute("INSERT INTO drafts VALUES ('a', 'local', '{\"text\": \"kept\"}', 1.0, 'open')")
    raw.execute("PRAGMA user_version = 1")
    raw.commit()
    raw.close()
    database = Database(path)
    assert database.drafts()[0]["body"] == {"text": "kept"}
    draft_rows.put_open_tabs(database, ["a"], "a")
    assert draft_rows.open_tabs(database) == (["a"], "a")
    database.close()


def test_a_template_rescued_from_a_damaged_file_stays_one(path: Path) -> None:
    database = Database(path)
    draft_rows.put_template(database, "t", "local", {"text": "template"})
    for number in range(400):
        notification_rows.add(database, "info", f"{number}" * 50)
    database.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size - 8192)
        file.write(b"\xff" * 8192)
    database = Database(path)
    assert database.problem is not None
    assert [row["id"] for row in draft_rows.templates(database)] == ["t"]
    database.close()
