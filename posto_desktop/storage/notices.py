"""What the app told the user, kept over a restart. Adding and listing are in `database`."""

from __future__ import annotations

from posto_desktop.storage.database import Database


def mark_seen(db: Database) -> None:
    """Mark all notices as read."""
    with db.transaction() as connection:
        connection.execute("UPDATE notices SET seen=1 WHERE seen=0")


def clear(db: Database) -> None:
    """Forget all notices."""
    with db.transaction() as connection:
        connection.execute("DELETE FROM notices")
