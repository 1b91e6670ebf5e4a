"""Validates foreign databases: they may contain only what Posto creates.

A SQLite file can contain code: a view in place of a table computes whatever its author wants, and
so do triggers, virtual tables, generated columns and conditions. So such a file may hold only the
tables and indices of our own migrations.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from posto_desktop.common.translation import translatable
from posto_desktop.storage import regular_files, row_repair

__all__ = ["DAMAGED", "ForeignDatabaseError", "NewerError", "check"]

MAX_TABLES = 500
"""Most tables and indices of a file; ours have about thirty."""
MAX_SCHEMA = 512 * 1024
"""Most bytes of their definitions; ours need a few KB."""
MAX_VALUE = 64 * 1024 * 1024
"""Longest value in bytes; our longest are lists of channels."""
_SECONDS, _BYTES_A_SECOND = 20.0, 4_000_000
"""Time limit of a check, longer for a large file on a slow disk."""
_STEPS = 20_000
"""SQLite VM instructions between two looks at the clock."""
_HEAD = 100
_LEAF, _INNER = 13, 5


DAMAGED = translatable("Storage", "{backup} cannot be restored: {file} in it is damaged.")
_OTHER_TABLES = translatable(
    "Storage",
    "{backup} cannot be restored: {file} in it holds something else than the tables of Posto.",
)
_TOO_LARGE = translatable(
    "Storage", "{backup} cannot be restored: {file} in it holds a value that is far too large."
)
_TOO_LONG = translatable(
    "Storage", "{backup} cannot be restored: {file} in it takes too long to be checked."
)


class ForeignDatabaseError(ValueError):
    """The sentence about the backup `{backup}` and the database `{file}` in it, untranslated."""


class NewerError(Exception):
    """It is from a later version than this program knows."""


def check(
    path: Path, migrations: Sequence[str], report: Callable[[], object] = lambda: None
) -> None:
    """Raise ForeignDatabaseError unless this is a valid database with the tables of one of the
    versions of `migrations` (a script for each); NewerError for a later one.

    The file is not changed, and files beside it are not read. `report` is called at intervals; its
    exceptions end the check.
    """
    with regular_files.open_file(path) as file:
        _check_size_of_schema(file.read, file.seek)
    limit = time.monotonic() + _SECONDS + path.stat().st_size / _BYTES_A_SECOND
    stopped: list[BaseException] = []

    def is_to_end() -> bool:
        try:
            report()
        except BaseException as error:  # noqa: BLE001 - raised again below
            stopped.append(error)
        return bool(stopped) or time.monotonic() > limit

    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True)) as db:
            db.set_progress_handler(is_to_end, _STEPS)
            _make_wary(db)
            _check_tables(db, migrations)
            if row_repair.file_damage(db) is not None:
                raise ForeignDatabaseError(DAMAGED)
            _check_values(db)
    except sqlite3.DataError as error:
        raise ForeignDatabaseError(_TOO_LARGE) from error
    except sqlite3.Error as error:
        if stopped:
            raise stopped[0] from None
        if "interrupted" in str(error):
            raise ForeignDatabaseError(_TOO_LONG) from error
        raise ForeignDatabaseError(DAMAGED) from error


def _make_wary(db: sqlite3.Connection) -> None:
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
    db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    # Python 3.12 and later can make SQLite refuse more by itself.
    set_config = getattr(db, "setconfig", None)
    if set_config is not None:
        set_config(getattr(sqlite3, "SQLITE_DBCONFIG_DEFENSIVE"), True)  # noqa: B009


def _check_tables(db: sqlite3.Connection, migrations: Sequence[str]) -> None:
    """Compare the declared schema with that of our migrations. Reads no table."""
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > len(migrations):
        raise NewerError
    if version < 0:
        raise ForeignDatabaseError(DAMAGED)
    with contextlib.closing(sqlite3.connect(":memory:")) as known:
        for script in migrations[:version]:
            known.executescript(script)
        expected = _described(known)
    actual = _described(db)
    if actual != expected:
        raise ForeignDatabaseError(_OTHER_TABLES)


def _described(db: sqlite3.Connection) -> list[tuple[str, ...]]:
    rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    return sorted(
        (str(kind), str(name), str(table), " ".join(str(sql or "").split()))
        for kind, name, table, sql in rows
    )


def _check_values(db: sqlite3.Connection) -> None:
    """Read each value once: SQLite refuses those over its limit."""
    tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        columns = [row[1] for row in db.execute(f'PRAGMA table_info("{table}")')]
        lengths = " + ".join(f'coalesce(length("{column}"), 0)' for column in columns)
        db.execute(f'SELECT max({lengths}) FROM "{table}"').fetchone()


def _check_size_of_schema(read: Callable[[int], bytes], seek: Callable[[int], object]) -> None:
    """Measure the schema table before SQLite reads it without a bound; its root is the first page
    (https://sqlite.org/fileformat2.html)."""
    head = read(_HEAD)
    if not head:
        return  # a database without tables
    size = int.from_bytes(head[16:18], "big")
    size = 65_536 if size == 1 else size
    if not head.startswith(b"SQLite format 3\0") or size < 512 or size & (size - 1):
        raise ForeignDatabaseError(DAMAGED)
    waiting, pages, cells, length = [1], 0, 0, 0
    while waiting:
        number = waiting.pop()
        if number < 1:
            raise ForeignDatabaseError(DAMAGED)
        seek((number - 1) * size)
        page, start = read(size), _HEAD if number == 1 else 0
        pages += 1
        if len(page) < size or page[start] not in (_LEAF, _INNER):
            raise ForeignDatabaseError(DAMAGED)
        is_leaf = page[start] == _LEAF
        count = int.from_bytes(page[start + 3 : start + 5], "big")
        first = start + (8 if is_leaf else 12)
        places = [
            int.from_bytes(page[at : at + 2], "big") for at in range(first, first + 2 * count, 2)
        ]
        if is_leaf:
            cells += count
            length += sum(_varint(page[at : at + 9]) for at in places)
        else:
            waiting += [int.from_bytes(page[at : at + 4], "big") for at in places]
            waiting.append(int.from_bytes(page[start + 8 : start + 12], "big"))
        if cells > MAX_TABLES or length > MAX_SCHEMA or pages + len(waiting) > MAX_TABLES:
            raise ForeignDatabaseError(_OTHER_TABLES)


def _varint(data: bytes) -> int:
    value = 0
    for number, byte in enumerate(data):
        if number == 8:
            return value << 8 | byte
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value
