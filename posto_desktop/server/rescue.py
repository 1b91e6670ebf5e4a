"""Recovers rows of a damaged workspace database into a new one.

Nothing recovered is sent by itself: the damaged file may be outdated, so waiting posts become
missed, and those being sent unclear. The user decides.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from posto_desktop.common.translation import translatable

log = logging.getLogger(__name__)

RESCUED = translatable(
    "Server",
    "The file with the schedule was damaged. Look whether this post is published "
    "already before it is sent.",
)
_TABLES = ("site", "network_settings", "accounts", "channels", "media", "posts", "schedules")
"""In order of references to earlier tables."""
_WAITED = frozenset(("not_sent", "missed"))


def rescue(damaged: Path, into: sqlite3.Connection) -> int:
    """Copy every readable row; return the number of posts. Never raises for the damaged file."""
    for options in ("mode=ro", "mode=ro&immutable=1"):  # the latter without data in the WAL
        post_count = 0
        try:
            address = f"{damaged.absolute().as_uri()}?{options}"
            with contextlib.closing(sqlite3.connect(address, uri=True)) as source:
                source.row_factory = sqlite3.Row
                for table in _TABLES:
                    count = _copy(source, into, table)
                    post_count = count if table == "schedules" else post_count
        except sqlite3.Error as error:
            log.warning("%s cannot be read any more: %s", damaged.name, error)
        if post_count:
            return post_count
    return 0


def _copy(source: sqlite3.Connection, into: sqlite3.Connection, table: str) -> int:
    known = [str(column["name"]) for column in into.execute(f"PRAGMA table_info({table})")]
    count = 0
    for row in _rows(source, table):
        values = {name: row[name] for name in row.keys() if name in known}  # noqa: SIM118
        if table == "schedules":
            values |= _held_back(str(values.get("status")))
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        with contextlib.suppress(sqlite3.IntegrityError):  # exists already, or has no channel
            done = into.execute(
                f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values())
            )
            count += done.rowcount
    return count


def _held_back(status: str) -> dict[str, str]:
    if status in _WAITED:
        return {"status": "missed", "stage": "", "error_msg": RESCUED}
    if status == "sending":
        return {"status": "unknown", "stage": "", "error_msg": RESCUED}
    return {}


def _rows(source: sqlite3.Connection, table: str) -> Iterator[sqlite3.Row]:
    """Yield rows from both ends: damage in the middle hides only what is there."""
    for order in ("", " ORDER BY rowid DESC" if _has_rowid(table) else ""):
        try:
            yield from source.execute(f"SELECT * FROM {table}{order}")
            return
        except (sqlite3.Error, UnicodeDecodeError) as error:
            log.warning("Not all of %s can be read any more: %s", table, error)


def _has_rowid(table: str) -> bool:
    return table not in ("site", "network_settings")
