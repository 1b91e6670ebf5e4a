"""A workspace in its folder: two SQLite files."""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from posto_desktop.server.errors import StartError
from posto_desktop.server.lock import AlreadyRunning, FolderLock
from posto_desktop.server.move.fitting import Values
from posto_desktop.server.move.places import PREFIXES, InUseError, PlaceDatabase
from posto_desktop.server.move.tables import StoredTable
from posto_desktop.server.moved import forget_note, note_moved, old_copy_sentence
from posto_desktop.server.publishers import sandbox
from posto_desktop.server.rows import Row
from posto_desktop.server.store import MIGRATIONS, Store
from posto_desktop.storage import renames
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.row_repair import file_damage
from posto_desktop.storage.sqlite_file import lenient


class FileDatabase(PlaceDatabase):
    """One SQLite file."""

    mark = "?"

    def __init__(self, path: Path, prefix: str) -> None:
        super().__init__(path.name, prefix)
        self._db = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None)
        self._db.text_factory = lenient
        for setting in ("synchronous = FULL", "foreign_keys = ON", "busy_timeout = 15000"):
            self._db.execute(f"PRAGMA {setting}")

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[Values]:
        return self._db.execute(sql, values).fetchall()

    def has(self, table: str) -> bool:
        sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
        return bool(self.run(sql, (table,)))

    def columns(self, table: str) -> set[str]:
        return {str(row[1]) for row in self.run(f'PRAGMA table_info("{table}")')}

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        if self._db.in_transaction:  # that of `frozen`
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def frozen(self, tables: Sequence[StoredTable]) -> contextlib.AbstractContextManager[None]:  # noqa: ARG002
        return self.transaction()

    def highest(self, table: StoredTable) -> int:
        numbers = [row[0] for row in self.run(f'SELECT max("{table.id_name}") FROM "{table.name}"')]
        if self.has("sqlite_sequence"):
            sql = "SELECT seq FROM sqlite_sequence WHERE name = ?"
            numbers += [row[0] for row in self.run(sql, (table.name,))]
        return max((number for number in numbers if isinstance(number, int)), default=0)

    def set_highest(self, table: StoredTable, number: int) -> None:
        self.run("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
        self.run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, number))

    @contextlib.contextmanager
    def without_triggers(self, tables: Sequence[StoredTable]) -> Iterator[None]:
        names = {table.name for table in tables}
        triggers = [
            (name, sql)
            for name, table, sql in self.run(
                "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'trigger'"
            )
            if table in names
        ]
        for name, _ in triggers:
            self.run(f'DROP TRIGGER "{name}"')
        yield
        for _, sql in triggers:
            self.run(sql)

    def write(self, table: StoredTable, rows: Sequence[Values]) -> None:
        names = ", ".join(f'"{name}"' for name in table.names)
        marks = ", ".join("?" * len(table.names))
        self._db.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', rows)

    def close(self) -> None:
        self._db.close()


class FolderPlace:
    """The folder that `posto-server --data` names."""

    def __init__(self, folder: Path) -> None:
        self.label = str(folder)
        self._folder = folder
        self._files = (folder / "workspace.db", folder / "sandbox" / "feed.db")
        self._open: list[FileDatabase] = []
        self._lock: FolderLock | None = None

    def lock(self) -> None:
        self._require_own()
        try:
            self._lock = FolderLock(self._folder)
        except AlreadyRunning as error:
            raise InUseError(error.user_message) from error
        except OSError as error:
            raise StartError(f"{self.label} cannot be made: {error.strerror}.") from error

    def _require_own(self) -> None:
        """Raise StartError if the folder is another user's, who could not write what is made."""
        if os.name != "posix" or not self._folder.exists():
            return
        owner = self._folder.stat().st_uid
        if owner != os.geteuid():
            raise StartError(
                f"{self.label} belongs to another user ({owner}). Run the same command as that "
                "user, as which its server runs."
            )

    def require_alone(self) -> None:
        """The lock of the folder is held."""

    def is_made(self) -> bool:
        return self._files[0].is_file()

    def prepare(self) -> None:
        self.close_databases()
        for path, migrations in zip(self._files, (MIGRATIONS, sandbox.MIGRATIONS), strict=True):
            path.parent.mkdir(mode=0o700, exist_ok=True)
            if path.is_file():
                _require_sound(path)
            Store(path, migrations).close()

    def databases(self) -> Sequence[FileDatabase]:
        if not self._open:
            try:
                for path, prefix in zip(self._files, PREFIXES, strict=True):
                    if path.is_file():
                        self._open.append(FileDatabase(path, prefix))
                        self._open[-1].run("PRAGMA schema_version")
            except sqlite3.Error as error:
                raise StartError(f"{self.label} cannot be read: {error}.") from error
        return self._open

    def version(self) -> tuple[int, int]:
        return int(self.databases()[0].run("PRAGMA user_version")[0][0]), len(MIGRATIONS)

    def old_copy(self) -> str:
        return old_copy_sentence(self._folder, self.databases()[0].read_mark())

    def remember(self, mark: Row) -> None:
        try:
            note_moved(self._folder, mark)
        except StorageError as error:
            raise StartError(f"{self.label} cannot be marked: {error.user_message}") from error

    def forget(self) -> None:
        forget_note(self._folder)

    def set_aside(self) -> str:
        self.close_databases()
        began = time.strftime("%Y%m%d-%H%M%S")
        labels = itertools.chain(
            [f"moved-{began}"], (f"moved-{began}-{n}" for n in itertools.count(2))
        )
        label = next(
            label
            for label in labels
            if not any(path.with_name(f"{path.name}.{label}").exists() for path in self._files)
        )
        # The workspace's own comes last: it has the mark that says so.
        for path in reversed(self._files):
            for suffix in ("-wal", "-shm", ""):
                part = path.with_name(path.name + suffix)
                if part.exists():
                    renames.rename(part, path.with_name(f"{path.name}.{label}{suffix}"))
        return f"{self._files[0].name}.{label}"

    def close_databases(self) -> None:
        databases, self._open = self._open, []
        for database in databases:
            database.close()

    def close(self) -> None:
        self.close_databases()
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def _require_sound(path: Path) -> None:
    """Raise StartError for a damaged file: a server rescues what it can of it at its start."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=15)
        ) as db:
            damage = file_damage(db)
    except sqlite3.DatabaseError as error:
        damage = str(error)
    if damage is not None:
        raise StartError(
            f"{path} is damaged ({damage}). Start posto-server there once: it keeps that file and "
            "rescues what it can. Then move."
        )
