"""Reads which contents the table of media names, beside servers that use the database."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from posto_desktop.server.errors import DatabaseAway, StartError

__all__ = ["ListedContent", "listed_contents"]

_QUERY = "SELECT sha256, size, name FROM {table} ORDER BY sha256, id"
_BATCH = 2000


@dataclass(frozen=True)
class ListedContent:
    """A content of the library, and the names under which it is listed there."""

    sha256: str
    size: int
    names: tuple[str, ...]


def listed_contents(folder: Path, database: str, schema: str = "posto") -> Iterator[ListedContent]:
    """Yield the contents that a workspace names, ordered by SHA-256; nothing is changed or locked.
    `database` is an address, "" for the file in the folder. Raises StartError, DatabaseAway."""
    rows = _rows_of_server(database, schema) if database else _rows_of_file(folder / "workspace.db")
    for sha256, group in itertools.groupby(rows, key=itemgetter(0)):
        entries = list(group)
        yield ListedContent(sha256, entries[0][1], tuple(name for _, _, name in entries))


def _rows_of_file(path: Path) -> Iterator[tuple[str, int, str]]:
    if not path.is_file():
        raise StartError(f"There is no workspace in {path.parent}.")
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
        ) as connection:
            yield from _as_texts(connection.execute(_QUERY.format(table="media")))
    except sqlite3.Error as error:
        raise StartError(f"The database {path} cannot be read: {error}.") from error


def _rows_of_server(address: str, schema: str) -> Iterator[tuple[str, int, str]]:
    try:
        import psycopg

        from posto_desktop.server.postgres_store import without_password
    except ImportError as error:
        raise StartError("PostgreSQL needs more: install posto[postgres].") from error
    try:
        with psycopg.connect(address, connect_timeout=10) as connection:
            connection.read_only = True
            with connection.cursor("media") as cursor:
                cursor.itersize = _BATCH
                cursor.execute(_QUERY.format(table=f'"{schema}".media').encode())
                yield from _as_texts(cursor)
    except psycopg.errors.UndefinedTable as error:
        raise StartError(f"There is no workspace in {without_password(address)}.") from error
    except psycopg.Error as error:
        raise DatabaseAway(without_password(address)) from error


def _as_texts(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, int, str]]:
    """SQLite may have anything in a column."""
    for sha256, size, name in rows:
        yield str(sha256), size if isinstance(size, int) else -1, str(name)
