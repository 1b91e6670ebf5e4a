"""The two places of a workspace, as the move reads and writes them: rows by table, progress, mark.

A workspace has two databases, its own and the sandbox's feed: two files, or two schemas of one
PostgreSQL database.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

from posto_desktop.server.errors import StartError
from posto_desktop.server.move.fitting import Values
from posto_desktop.server.move.tables import StoredTable
from posto_desktop.server.moved import MARK
from posto_desktop.server.rows import Row, json_object

PROGRESS: Final = "move_progress"
PREFIXES: Final = ("", "sandbox ")
SMALLEST: Final = -(2**63)
LARGEST: Final = 2**63 - 1


class InUseError(StartError):
    """A server uses one of the places."""


class PlaceDatabase:
    """One database of a place: its SQL is the same for both but for names and marks of values.
    `prefix` stands before the names of its tables where they are shown."""

    mark: str

    def __init__(self, name: str, prefix: str) -> None:
        self.name, self.prefix = name, prefix

    # What the two kinds do in their own way.
    def run(self, sql: str, values: Sequence[Any] = ()) -> list[Values]:
        """Run a statement and return its rows."""
        raise NotImplementedError

    def has(self, table: str) -> bool:
        raise NotImplementedError

    def columns(self, table: str) -> set[str]:
        raise NotImplementedError

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, on the disk when the block ends."""
        raise NotImplementedError

    def frozen(self, tables: Sequence[StoredTable]) -> AbstractContextManager[None]:
        """A transaction during which nobody else changes a row of these tables."""
        raise NotImplementedError

    def highest(self, table: StoredTable) -> int:
        """Return the highest id that was ever used in a table."""
        raise NotImplementedError

    def set_highest(self, table: StoredTable, number: int) -> None:
        raise NotImplementedError

    def write(self, table: StoredTable, rows: Sequence[Values]) -> None:
        """Insert rows, within a transaction."""
        raise NotImplementedError

    def path(self, table: str) -> str:
        """Return the name of a table in SQL."""
        return f'"{table}"'

    # What is the same.
    def batch(self, table: StoredTable, start: int, limit: int) -> list[Values]:
        """Return rows with ids from `start` on, in their order; of a table without ids all."""
        columns = ", ".join(f'"{name}"' for name in table.names)
        sql = f"SELECT {columns} FROM {self.path(table.name)}"
        if table.id_name:
            number = f'"{table.id_name}"'
            sql += f" WHERE {number} >= {self.mark} ORDER BY {number} LIMIT {limit}"
            return self.run(sql, (start,))
        rows = self.run(sql)
        if table.name == "site":
            place = table.names.index("name")
            rows = [row for row in rows if row[place] != MARK]
        return rows

    def count(self, table: StoredTable) -> int:
        sql = f"SELECT count(*) FROM {self.path(table.name)}"
        if table.name == "site":
            return int(self.run(f"{sql} WHERE name <> {self.mark}", (MARK,))[0][0])
        return int(self.run(sql)[0][0])

    def without_triggers(self, tables: Sequence[StoredTable]) -> AbstractContextManager[None]:
        """Do without what keeps rows from being deleted, within a transaction."""
        raise NotImplementedError

    def clear(self, tables: Sequence[StoredTable]) -> None:
        """Delete what was copied so far, within a transaction."""
        with self.without_triggers(tables):
            self._delete_all(tables)
        self.run(f"DELETE FROM {self.path(PROGRESS)}")

    def _delete_all(self, tables: Sequence[StoredTable]) -> None:
        for table in reversed(tables):
            but_mark = f" WHERE name <> {self.mark}" if table.name == "site" else ""
            self.run(f"DELETE FROM {self.path(table.name)}{but_mark}", (MARK,) if but_mark else ())

    def begin_progress(self) -> None:
        self.run(
            f"CREATE TABLE IF NOT EXISTS {self.path(PROGRESS)}"
            " (name TEXT PRIMARY KEY, next_id BIGINT, is_done INTEGER NOT NULL)"
        )

    def progress(self, table: StoredTable) -> tuple[int, bool]:
        """Return the id to go on with, and whether the table is copied."""
        sql = f"SELECT next_id, is_done FROM {self.path(PROGRESS)} WHERE name = {self.mark}"
        rows = self.run(sql, (table.name,))
        return (int(rows[0][0]), bool(rows[0][1])) if rows else (SMALLEST, False)

    def keep_progress(self, table: StoredTable, next_id: int, *, is_done: bool) -> None:
        self.run(
            f"INSERT INTO {self.path(PROGRESS)} (name, next_id, is_done)"
            f" VALUES ({self.mark}, {self.mark}, {self.mark}) ON CONFLICT (name) DO UPDATE"
            " SET next_id = excluded.next_id, is_done = excluded.is_done",
            (table.name, next_id, int(is_done)),
        )

    def end_progress(self) -> None:
        self.run(f"DROP TABLE IF EXISTS {self.path(PROGRESS)}")

    def read_mark(self) -> Row:
        """Return what a move has written here; {} without one."""
        if not self.has("site"):
            return {}
        sql = f"SELECT value FROM {self.path('site')} WHERE name = {self.mark}"
        rows = self.run(sql, (MARK,))
        return json_object(rows[0][0]) if rows else {}

    def write_mark(self, content: Row) -> None:
        self.run(
            f"INSERT INTO {self.path('site')} (name, value) VALUES ({self.mark}, {self.mark})"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (MARK, json.dumps(content, ensure_ascii=False)),
        )


class WorkspacePlace(Protocol):
    """A workspace's databases at one place; `label` is how it is called, without a password."""

    label: str

    def lock(self) -> None:
        """Keep servers away until `close`. Raises InUseError."""

    def require_alone(self) -> None:
        """Make sure, within `all_frozen`, that no server sends from here, and that none that was
        out of reach goes on with it. Raises InUseError."""

    def is_made(self) -> bool:
        """Return whether there is a workspace's database."""

    def prepare(self) -> None:
        """Make the databases, or bring them to this version. Raises StartError."""

    def databases(self) -> Sequence[PlaceDatabase]:
        """Return the workspace's database and the feed's. Raises StartError."""

    def version(self) -> tuple[int, int]:
        """Return the version of the workspace's database, and the newest one that is known."""

    def old_copy(self) -> str:
        """Return why what is here is only a copy from before the workspace was moved away, "" if it
        is none, as far as that is known."""

    def remember(self, mark: Row) -> None:
        """Remember outside of the databases that the workspace is elsewhere. Raises StartError."""

    def forget(self) -> None:
        """Forget what `remember` kept: the workspace is here."""

    def set_aside(self) -> str:
        """Rename databases that were moved away before; return what they are called now."""

    def close(self) -> None: ...


@contextlib.contextmanager
def all_frozen(
    databases: Sequence[PlaceDatabase], tables: Sequence[Sequence[StoredTable]]
) -> Iterator[None]:
    """Hold the transactions of `frozen` in all databases of a place."""
    with contextlib.ExitStack() as stack:
        for database, listed in zip(databases, tables, strict=True):
            stack.enter_context(database.frozen(listed))
        yield
