"""What tables a workspace's databases have, as SQLite describes them after all migrations.

Nothing here lists tables or columns: a migration that adds some needs no change of the move.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from posto_desktop.server.publishers import sandbox
from posto_desktop.server.store import MIGRATIONS

NOT_MOVED: Final = frozenset(
    ("senders", "presences", "sign_in_tries", "sqlite_sequence", "move_progress")
)
"""Tables that mean nothing elsewhere: which processes run, what people have open, who has to wait
before the next sign-in, and what SQLite and the move keep."""

Kind = Literal["whole", "real", "text"]
_KINDS: Final[dict[str, Kind]] = {"INTEGER": "whole", "REAL": "real", "TEXT": "text"}


@dataclass(frozen=True)
class Column:
    """`is_unique`: alone or with others of its table."""

    name: str
    kind: Kind
    is_nullable: bool
    is_unique: bool


@dataclass(frozen=True)
class StoredTable:
    """`parents` are the tables to which columns refer. `id_name` is the column with the number of
    a row, in whose order they are read and written; tables without one ("") are small, and are
    moved at once. With `counts_up` no number is ever used again."""

    name: str
    columns: tuple[Column, ...]
    id_name: str
    counts_up: bool
    parents: tuple[tuple[str, str], ...]

    @cached_property
    def id_place(self) -> int:
        """Return the index of the number of a row."""
        return self.names.index(self.id_name)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def known_tables() -> list[list[StoredTable]]:
    """Return the tables of this version, those of the workspace and those of the feed."""
    listed = []
    for migrations in (MIGRATIONS, sandbox.MIGRATIONS):
        with contextlib.closing(sqlite3.connect(":memory:")) as db:
            for script in migrations:
                db.executescript(script)
            listed.append(tables_of(db))
    return listed


def tables_of(db: sqlite3.Connection) -> list[StoredTable]:
    """Return the tables to move, those first to which others refer."""
    found_names = [
        str(row[0])
        for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    ]
    tables = [_table(db, name) for name in found_names if name not in NOT_MOVED]
    return list(_parents_first(tables))


def _table(db: sqlite3.Connection, name: str) -> StoredTable:
    unique: set[str] = set()
    for index in db.execute(f'PRAGMA index_list("{name}")').fetchall():
        if index[2]:
            unique |= {str(part[2]) for part in db.execute(f'PRAGMA index_info("{index[1]}")')}
    columns = []
    key = []
    for _, column, declared, is_set, _default, place in db.execute(f'PRAGMA table_info("{name}")'):
        kind = _KINDS[str(declared).upper()]
        key += [str(column)] if place else []
        columns.append(
            Column(str(column), kind, not (is_set or place), bool(place) or column in unique)
        )
    sql = str(db.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).fetchone()[0])
    kinds = {column.name: column.kind for column in columns}
    # Elsewhere SQLite takes any value as a key.
    has_id = len(key) == 1 and kinds[key[0]] == "whole" and "WITHOUT ROWID" not in sql.upper()
    parents = tuple(
        (str(reference[3]), str(reference[2]))
        for reference in db.execute(f'PRAGMA foreign_key_list("{name}")')
    )
    counts_up = has_id and "AUTOINCREMENT" in sql.upper()
    return StoredTable(name, tuple(columns), key[0] if has_id else "", counts_up, parents)


def _parents_first(tables: Iterable[StoredTable]) -> Iterable[StoredTable]:
    waiting = {table.name: table for table in tables}
    while waiting:
        ready = [
            table
            for table in waiting.values()
            if not any(parent in waiting and parent != table.name for _, parent in table.parents)
        ]
        if not ready:
            raise ValueError(f"tables refer to each other: {', '.join(waiting)}")
        for table in ready:
            del waiting[table.name]
            yield table
