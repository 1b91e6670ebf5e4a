"""Whether PostgreSQL holds rows that would wait for ever, by a few looks into indexes.

It keeps the types of its columns, so only values beyond the calendar and unknown words are left of
what `Claims.set_lost_aside` looks for; that reads all rows, and here it is asked every minute.
"""

from __future__ import annotations

from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.rows import STATUSES
from posto_desktop.storage.row_repair import LATEST


def has_lost_rows(store: ServerDatabase) -> bool:
    """Return whether a time or a status is none that a sender knows."""
    late = "SELECT 1 FROM schedules WHERE status = 'not_sent' AND due_at > ? LIMIT 1"
    if store.row(late, LATEST) is not None:
        return True
    row = store.row("SELECT min(status) AS word FROM schedules")
    while row is not None and row["word"] is not None:
        if row["word"] not in STATUSES:
            return True
        # From one word to the next one, however many rows have it.
        row = store.row("SELECT min(status) AS word FROM schedules WHERE status > ?", row["word"])
    return False
