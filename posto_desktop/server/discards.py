"""What was handed over to networks ahead for posts that will not be sent as they were."""

from __future__ import annotations

from collections.abc import Sequence

from posto_desktop.server.database import Transaction
from posto_desktop.server.deliveries import IS_BEGUN


def discard(db: Transaction, now: float, condition: str, values: Sequence[object]) -> None:
    """Delete what was uploaded to networks ahead for these rows."""
    db.execute(
        "INSERT INTO discards (channel_id, record, due_at)"
        f" SELECT channel_id, record, ? FROM schedules WHERE {condition}"
        " AND json_valid(record) AND json_type(record, '$.parts') = 'array'"
        " AND channel_id IN (SELECT id FROM channels WHERE account_id > 0)",
        (now, *values),
    )


def take_back(db: Transaction, now: float, condition: str, values: Sequence[object]) -> None:
    """Begin these rows anew, but for those of which a part was tried. What is or is being handed
    over gets a new key: who does that stops by it, and no draft is found again by the old one."""
    untried = f"{condition} AND NOT {IS_BEGUN}"
    discard(db, now, untried, values)
    db.execute(
        "UPDATE schedules SET record = NULL, idempotency_key ="
        " CASE WHEN json_valid(record) OR sender <> '' THEN NULL ELSE idempotency_key END"
        f" WHERE {untried}",
        values,
    )
