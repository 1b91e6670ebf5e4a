"""Rows of drafts, deleted drafts, templates and open drafts in posto.db.

A draft that a command deletes stays for a while, in the state `DELETED`, so that it can be brought
back with its files.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.storage.database import Database, Row

OPEN = "open"
TEMPLATE = "template"
DELETED = "deleted"
KEEP_DELETED = 30 * 24 * 3600.0
"""Seconds that a deleted draft can be brought back."""


def drafts(db: Database) -> list[Row]:
    """Return the drafts that are neither templates nor deleted."""
    return db.rows("SELECT * FROM drafts WHERE state NOT IN (?, ?)", (TEMPLATE, DELETED))


def draft(db: Database, draft_id: str) -> Row | None:
    """Return one that is neither a template nor deleted."""
    return db.row(
        "SELECT * FROM drafts WHERE id=? AND state NOT IN (?, ?)", (draft_id, TEMPLATE, DELETED)
    )


def deleted(db: Database) -> list[Row]:
    """Return the deleted drafts, the last one first."""
    return db.rows("SELECT * FROM drafts WHERE state=? ORDER BY updated_at DESC, id", (DELETED,))


def ids(db: Database) -> list[str]:
    """Return the ids of all drafts, deleted ones and templates included."""
    return [row["id"] for row in db.rows("SELECT id FROM drafts")]


def delete(db: Database, draft_ids: Sequence[str], now: float) -> None:
    """Delete drafts, so that `restore` can bring them back; forget those deleted long ago."""
    with db.transaction() as connection:
        connection.execute(
            "DELETE FROM drafts WHERE state=? AND updated_at < ?", (DELETED, now - KEEP_DELETED)
        )
        connection.executemany(
            "UPDATE drafts SET state=?, updated_at=? WHERE id=? AND state=?",
            [(DELETED, now, draft_id, OPEN) for draft_id in draft_ids],
        )


def restore(db: Database, draft_ids: Sequence[str]) -> None:
    """Bring back deleted drafts."""
    with db.transaction() as connection:
        connection.executemany(
            "UPDATE drafts SET state=? WHERE id=? AND state=?",
            [(OPEN, draft_id, DELETED) for draft_id in draft_ids],
        )


def put_template(db: Database, draft_id: str, workspace: str, body: Mapping[str, Any]) -> float:
    """Save a draft as a new or existing template; return the time (Unix seconds)."""
    now = time.time()
    with db.transaction() as connection:
        connection.execute(
            "INSERT INTO drafts (id, workspace, body, updated_at, state) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET workspace=excluded.workspace, body=excluded.body,"
            " updated_at=excluded.updated_at, state=excluded.state",
            (draft_id, workspace, json_text.dumps(body), now, TEMPLATE),
        )
    return now


def templates(db: Database) -> list[Row]:
    """Return the newest first."""
    return db.rows("SELECT * FROM drafts WHERE state=? ORDER BY updated_at DESC", (TEMPLATE,))


def open_tabs(db: Database) -> tuple[list[str], str]:
    """Return the ids of the open drafts in order, and the current one ("" none)."""
    rows = db.rows("SELECT draft_id, active FROM draft_tabs ORDER BY position, draft_id")
    active = next((row["draft_id"] for row in rows if row["active"]), "")
    return [row["draft_id"] for row in rows], active


def put_open_tabs(db: Database, draft_ids: Sequence[str], active: str) -> None:
    """Save the open drafts in order, and the current one."""
    with db.transaction() as connection:
        connection.execute("DELETE FROM draft_tabs")
        connection.executemany(
            "INSERT OR IGNORE INTO draft_tabs VALUES (?, ?, ?)",
            [
                (draft_id, place, int(draft_id == active))
                for place, draft_id in enumerate(draft_ids)
            ],
        )
