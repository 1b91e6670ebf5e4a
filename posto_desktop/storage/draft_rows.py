"""Rows of templates and open drafts in posto.db."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.storage.database import Database, Row

OPEN = "open"
TEMPLATE = "template"


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
