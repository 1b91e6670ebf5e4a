"""Rows with the keys by which scripts post: one key, one post.

A key is written in the transaction that writes its entry of the outbox, and is never removed: it
outlives the entry.
"""

from __future__ import annotations

from dataclasses import dataclass

from posto_desktop.storage.database import Database


@dataclass(frozen=True)
class PostKey:
    """A used key. `digest` is that of what was asked for, `at` the time in Unix seconds."""

    entry_id: str
    digest: str
    at: float


def find(db: Database, workspace: str, key: str) -> PostKey | None:
    """Return what a key was used for; None for a new one."""
    row = db.row("SELECT * FROM post_keys WHERE workspace=? AND key=?", (workspace, key))
    return PostKey(row["entry_id"], row["digest"], float(row["at"])) if row else None


def put(db: Database, workspace: str, key: str, post_key: PostKey) -> None:
    """Write a key, or its new entry. Call it in the transaction that writes the entry."""
    with db.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO post_keys VALUES (?, ?, ?, ?, ?)",
            (workspace, key, post_key.entry_id, post_key.digest, post_key.at),
        )
