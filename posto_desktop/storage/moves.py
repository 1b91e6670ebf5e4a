"""Rows of posts being moved, with their history.

A state and its step are written in one transaction, before and after each call to the service.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.storage.database import Database, Row
from posto_desktop.storage.sqlite_file import storable


def add(db: Database, rows: Iterable[Mapping[str, Any]], now: float) -> None:
    """Add moves, all or none. Each has `id`, `workspace`, `state` and a JSON-able `body`."""
    with db.transaction() as connection:
        for row in rows:
            connection.execute(
                "INSERT INTO moves (id, workspace, state, body, created_at, updated_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (row["id"], row["workspace"], row["state"], json_text.dumps(row["body"]), now, now),
            )
            _add_step(connection, row["id"], now, "written", "")


def change(
    db: Database,
    move_id: str,
    state: str,
    body: Mapping[str, Any],
    now: float,
    step: str,
    why: str,
    *,
    expect: str | None = None,
) -> bool:
    """Set the state of a move, with the step that led to it. Return False if its state is not what
    is expected."""
    with db.transaction() as connection:
        changed = connection.execute(
            "UPDATE moves SET state=?, body=?, updated_at=?"
            " WHERE id=? AND state=COALESCE(?, state)",
            (state, json_text.dumps(body), now, move_id, expect),
        ).rowcount
        if changed:
            _add_step(connection, move_id, now, step, why)
        return bool(changed)


def follow(db: Database, old_ref: str, new_ref: str, group_id: str) -> None:
    """Update what belongs to posts to the mark of their copies: their outbox entry, their campaign,
    their evergreen runs."""
    with db.transaction() as connection:
        connection.execute(
            "UPDATE outbox SET posto_ref=?, group_id=? WHERE posto_ref=? AND state='sent'",
            (new_ref, group_id, old_ref),
        )
        for table in ("campaign_posts", "evergreen_runs"):
            connection.execute(
                f"UPDATE {table} SET posto_ref=? WHERE posto_ref=?", (new_ref, old_ref)
            )


def new_places(db: Database, workspace: str, ids: Collection[int]) -> dict[int, int]:
    """Return the present ids of rows that moves have copied, by the ids in `ids`."""
    places: dict[int, int] = {}
    for row in db.rows(
        "SELECT body FROM moves WHERE workspace=? AND state='done' ORDER BY updated_at, rowid",
        (workspace,),
    ):
        body = row["body"] if isinstance(row["body"], Mapping) else {}
        pairs = zip(body.get("ids") or (), body.get("new_ids") or (), strict=False)
        for old, new in pairs:
            for first, last in [*places.items()]:
                if last == old:
                    places[first] = new
            if old in ids:
                places[old] = new
    return {old: new for old, new in places.items() if old != new}


def get(db: Database, move_id: str) -> Row | None:
    """Return one move; `body` is parsed."""
    return db.row("SELECT * FROM moves WHERE id=?", (move_id,))


def open_ones(db: Database, workspace: str | None = None) -> list[Row]:
    """Return unfinished moves of one workspace or of all, oldest first."""
    return db.rows(
        "SELECT * FROM moves WHERE state NOT IN ('done', 'failed')"
        " AND (?1 IS NULL OR workspace=?1) ORDER BY created_at, rowid",
        (workspace,),
    )


def steps(db: Database, move_id: str) -> list[Row]:
    """Return the history of a move, oldest first: dicts with `at`, `what` and `detail`."""
    return db.rows(
        "SELECT at, what, detail FROM move_steps WHERE move_id=? ORDER BY id", (move_id,)
    )


def trim(db: Database, before: float) -> None:
    """Delete moves that ended before this time (Unix seconds)."""
    with db.transaction() as connection:
        connection.execute(
            "DELETE FROM moves WHERE state IN ('done', 'failed') AND updated_at < ?", (before,)
        )


def _add_step(
    connection: sqlite3.Connection, move_id: str, at: float, step: str, detail: str
) -> None:
    connection.execute(
        "INSERT INTO move_steps (move_id, at, what, detail) VALUES (?, ?, ?, ?)",
        (move_id, at, step, storable(detail)),
    )
