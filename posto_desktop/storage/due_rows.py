"""Rows of the causes that keep posts from going out: shown once each, also after a restart."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.storage.database import Database


def bodies(db: Database) -> list[Any]:
    """Return the causes that were there last."""
    return [row["body"] for row in db.rows("SELECT * FROM due_causes ORDER BY at, key")]


def save(db: Database, changed: Mapping[str, Mapping[str, Any]], ended: Collection[str]) -> None:
    """Store causes by their keys, and remove those that have ended, with what was told of them."""
    now = time.time()
    with db.transaction() as connection:
        connection.executemany(
            "INSERT INTO due_causes (key, body, at) VALUES (?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET body=excluded.body",
            [(key, json_text.dumps(body), now) for key, body in changed.items()],
        )
        connection.executemany("DELETE FROM due_causes WHERE key=?", [(key,) for key in ended])
        connection.executemany("DELETE FROM notices WHERE about=?", [(key,) for key in ended])
