"""Rows of the calls of agents: who called which tool, when, and with what outcome. Bounded in
number and in size; texts are of strangers, and shown as they are."""

from __future__ import annotations

from posto_desktop.storage.database import Database, Row
from posto_desktop.storage.sqlite_file import storable

KEPT = 1_000
"""How many calls stay."""
MAX_NAME, MAX_SUMMARY, MAX_OUTCOME = 80, 400, 300
"""Longest texts in characters."""


def add(db: Database, at: float, client: str, tool: str, summary: str, outcome: str) -> None:
    """Add a call; only the newest stay. `at` is its time in Unix seconds."""
    texts = (
        client[:MAX_NAME],
        tool[:MAX_NAME],
        summary[:MAX_SUMMARY],
        outcome[:MAX_OUTCOME],
    )
    with db.transaction() as connection:
        connection.execute(
            "INSERT INTO agent_calls (at, client, tool, summary, outcome) VALUES (?, ?, ?, ?, ?)",
            (at, *map(storable, texts)),
        )
        connection.execute(
            "DELETE FROM agent_calls WHERE id NOT IN"
            " (SELECT id FROM agent_calls ORDER BY id DESC LIMIT ?)",
            (KEPT,),
        )


def newest(db: Database, limit: int = KEPT) -> list[Row]:
    """Return the newest first."""
    return db.rows("SELECT * FROM agent_calls ORDER BY id DESC LIMIT ?", (limit,))
