"""What is set about sending for all servers of a database: rows of `site`."""

from __future__ import annotations

import json
from math import inf
from typing import Final, Literal

from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.rows import json_value

LATE_LIMIT: Final = "late_limit"
PAUSED: Final = "paused"
IS_PAUSED: Final = f"EXISTS (SELECT 1 FROM site WHERE name = '{PAUSED}' AND value = 'true')"
"""Whether somebody has paused sending, in SQL."""


def keep(store: ServerDatabase, name: Literal["late_limit", "paused"], value: object) -> None:
    with store.write() as db:
        db.execute(
            "INSERT INTO site (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, json.dumps(value)),
        )


def is_paused(store: ServerDatabase) -> bool:
    return _value(store, PAUSED, False) is True


def late_limit(store: ServerDatabase) -> float | None:
    """Return the seconds that posts may be late; None where nobody has set that."""
    value = _value(store, LATE_LIMIT, -1.0)
    return value if isinstance(value, float) and 0 <= value < inf else None


def _value(store: ServerDatabase, name: str, default: object) -> object:
    row = store.row("SELECT value FROM site WHERE name = ?", name)
    return default if row is None else json_value(row["value"], default)
