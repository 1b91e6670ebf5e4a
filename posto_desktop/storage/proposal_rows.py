"""Rows of what agents propose. `delivery.proposals` owns their states."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.storage.database import Database, Row
from posto_desktop.storage.sqlite_file import storable

KEPT = 100
"""How many answered proposals stay."""
MAX_RESULT = 1_000
"""Longest sentence about what became of one, in characters."""
_OPEN = "('asked', 'confirmed')"


def add(db: Database, row: Mapping[str, Any]) -> None:
    """Add a proposal, and delete the oldest answered ones."""
    values = {**row, "body": json_text.dumps(row["body"]), "client": storable(row["client"])}
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    with db.transaction() as connection:
        connection.execute(
            f"INSERT INTO proposals ({names}) VALUES ({marks})", tuple(values.values())
        )
        connection.execute(
            f"DELETE FROM proposals WHERE state NOT IN {_OPEN} AND rowid NOT IN (SELECT rowid"
            f" FROM proposals WHERE state NOT IN {_OPEN} ORDER BY created_at DESC LIMIT ?)",
            (KEPT,),
        )


def of_digest(db: Database, digest: str) -> Row | None:
    return db.row("SELECT * FROM proposals WHERE digest=?", (digest,))


def beginning_with(db: Database, digest: str) -> list[Row]:
    """Return those whose digest begins so; `digest` has at least one character."""
    return db.rows(
        "SELECT * FROM proposals WHERE substr(digest, 1, ?)=? ORDER BY created_at DESC LIMIT 3",
        (len(digest), digest),
    )


def in_states(db: Database, states: Iterable[str]) -> list[Row]:
    """Return those in these states, the oldest first."""
    names = list(states)
    marks = ", ".join("?" * len(names))
    return db.rows(
        f"SELECT * FROM proposals WHERE state IN ({marks}) ORDER BY created_at, rowid", names
    )


def newest(db: Database, limit: int) -> list[Row]:
    return db.rows("SELECT * FROM proposals ORDER BY created_at DESC, rowid DESC LIMIT ?", (limit,))


def count_in(db: Database, state: str) -> int:
    row = db.row("SELECT count(*) AS count FROM proposals WHERE state=?", (state,))
    return int(row["count"]) if row is not None else 0


def change(
    connection: sqlite3.Connection,
    digest: str,
    state: str,
    *,
    expect: str,
    now: float,
    result: str = "",
) -> bool:
    """Change the state within a transaction; return False if it was not the expected one."""
    changed = connection.execute(
        "UPDATE proposals SET state=?, result=?, updated_at=? WHERE digest=? AND state=?",
        (state, storable(result[:MAX_RESULT]), now, digest, expect),
    )
    return changed.rowcount == 1


def claim(db: Database, digest: str, now: float, result: str) -> bool:
    """Begin to carry out a confirmed one; return False for any other. It may be begun again."""
    with db.transaction() as connection:
        return change(connection, digest, "confirmed", expect="confirmed", now=now, result=result)


def take_back(db: Database, digest: str, now: float, result: str) -> bool:
    """Decline a confirmed one that was not begun yet; return False if it was."""
    with db.transaction() as connection:
        changed = connection.execute(
            "UPDATE proposals SET state='declined', result=?, updated_at=?"
            " WHERE digest=? AND state='confirmed' AND result=''",
            (result, now, digest),
        )
        return changed.rowcount == 1


def expire(db: Database, now: float) -> int:
    """End those that nobody answered in time, and those from the future: the clock was set back.
    Return their number."""
    late = "state='asked' AND (expires_at<=?1 OR created_at>?1)"
    if db.row(f"SELECT id FROM proposals WHERE {late}", (now,)) is None:
        return 0  # without a write
    with db.transaction() as connection:
        return connection.execute(
            f"UPDATE proposals SET state='expired', updated_at=?1 WHERE {late}", (now,)
        ).rowcount
