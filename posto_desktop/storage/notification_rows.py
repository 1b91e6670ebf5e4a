"""Rows of past notifications, kept across restarts."""

from __future__ import annotations

import time

from posto_desktop.storage.database import Database, Row
from posto_desktop.storage.sqlite_file import storable

KEPT = 500


def add(
    db: Database,
    kind: str,
    text: str,
    detail: str = "",
    *,
    leads_to: tuple[str, str, str] = ("", "", ""),
    about: str = "",
    is_seen: bool = False,
) -> None:
    """Add a notification; only the newest are kept. `leads_to` is its target: kind, id and
    workspace. It replaces an older one with the same `about`."""
    texts = (kind, text, detail, *leads_to, about)
    with db.transaction() as connection:
        if about:
            connection.execute("DELETE FROM notices WHERE about = ?", (storable(about),))
        connection.execute(
            "INSERT INTO notices (at, kind, text, detail, leads_to, argument, workspace, about,"
            " seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (time.time(), *map(storable, texts), int(is_seen)),
        )
        connection.execute(
            "DELETE FROM notices WHERE id <= (SELECT max(id) FROM notices) - ?", (KEPT,)
        )


def newest(db: Database, limit: int) -> list[Row]:
    """Return the newest first."""
    return db.rows("SELECT * FROM notices ORDER BY id DESC LIMIT ?", (limit,))


def mark_seen(db: Database) -> None:
    """Mark all notices as read."""
    with db.transaction() as connection:
        connection.execute("UPDATE notices SET seen=1 WHERE seen=0")


def clear(db: Database) -> None:
    """Forget all notices."""
    with db.transaction() as connection:
        connection.execute("DELETE FROM notices")
