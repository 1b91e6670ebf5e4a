"""The server's PostgreSQL database: connections, transactions, migrations of `server.store`.

One server at a time uses a schema: it holds a lock of its session as long as it runs, and writes
nothing without it. A transaction of `write` holds a second one, of the transaction, as SQLite's
does: what is read in it stays as it is until it ends.
"""

from __future__ import annotations

import contextlib
import logging
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, SupportsIndex
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql as names
from psycopg_pool import ConnectionPool, PoolTimeout

from posto_desktop.common.translation import translatable
from posto_desktop.server.errors import DatabaseAway, StartError
from posto_desktop.server.postgres_dialect import FUNCTIONS, statements, translated
from posto_desktop.server.rows import Row, mended
from posto_desktop.server.store import MIGRATIONS

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 16
_WAIT = 15.0
"""Seconds for a connection, as long as SQLite waits for its lock."""
_SETTINGS: Mapping[str, Any] = {"connect_timeout": 10, "application_name": "posto-server"}
_IS_HELD = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = %s AND granted LIMIT 1"
_SCHEMA_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


class NamedRow(tuple[Any, ...]):
    """A row that is read by index or by name, as SQLite's."""

    names: dict[str, int]

    def __getitem__(self, key: SupportsIndex | slice | str) -> Any:  # noqa: ANN401 - any column
        return super().__getitem__(self.names[key] if isinstance(key, str) else key)


def _named(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], NamedRow]:
    """Make rows of a query; psycopg calls it once a query."""
    places = {column.name: place for place, column in enumerate(cursor.description or ())}

    def row_of(values: Sequence[Any]) -> NamedRow:
        row = NamedRow(values)
        row.names = places
        return row

    return row_of


class PostgresCursor:
    """A cursor that also knows the id of the row that it has inserted."""

    def __init__(self, connection: psycopg.Connection[Any], cursor: psycopg.Cursor[Any]) -> None:
        self._connection, self._cursor = connection, cursor

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        row = self._connection.execute("SELECT lastval()").fetchone()
        return None if row is None else int(row[0])

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)

    def columns(self) -> list[str]:
        return [column.name for column in self._cursor.description or ()]


class PostgresConnection:
    """A connection that takes the server's SQL."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> PostgresCursor:
        cursor = self._connection.execute(translated(sql), tuple(map(_storable, values)))
        return PostgresCursor(self._connection, cursor)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> PostgresCursor:
        cursor = self._connection.cursor()
        cursor.executemany(translated(sql), [tuple(map(_storable, row)) for row in rows])
        return PostgresCursor(self._connection, cursor)


class PostgresStore:
    """A schema of a PostgreSQL database; `address` is a ``postgresql://`` URL.

    Raises StartError if it cannot be reached, or if a newer version of Posto made it.
    """

    def __init__(
        self, address: str, schema: str = "posto", migrations: Sequence[str] = MIGRATIONS
    ) -> None:
        if not _SCHEMA_NAME.fullmatch(schema):
            raise ValueError("a schema has a name of lower-case letters, digits and underscores")
        self.address, self.schema = without_password(address), schema
        self._secret_address = address
        self._migrations = migrations
        self._local = threading.local()
        self._lock = threading.RLock()
        self._holder: psycopg.Connection[Any] | None = None
        self._pool = ConnectionPool(
            address,
            min_size=1,
            max_size=MOST_CONNECTIONS,
            open=False,
            timeout=_WAIT,
            configure=self._configure,
            check=ConnectionPool.check_connection,
            kwargs={"autocommit": True, "row_factory": _named, **_SETTINGS},
        )
        try:
            self._hold()
            self._pool.open(wait=True, timeout=_WAIT)
            self._migrate()
        except (psycopg.Error, PoolTimeout) as error:
            self.close()
            log.error("%s: %s", self.address, error)
            raise StartError(
                translatable(
                    "Server",
                    "The database {address} cannot be used. Check that it runs and that its name, "
                    "user and password are right, then start again.",
                ).format(address=self.address)
            ) from error
        except StartError:
            self.close()
            raise

    @contextlib.contextmanager
    def write(self) -> Iterator[PostgresConnection]:
        """One transaction, alone in the workspace; see `server.database.ServerDatabase`. Raises
        DatabaseAway, and StartError if another server has the schema by now."""
        with _says_what_is_away(self.address):
            holder = self._hold()
            with self._connection() as connection, connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (self.schema,))
                # A server that came between waits for the lock above before it writes.
                if not connection.execute(_IS_HELD, (holder,)).fetchone():
                    self._let_go()
                    raise DatabaseAway(self.address)
                before = getattr(self._local, "connection", None)
                self._local.connection = connection
                try:
                    yield PostgresConnection(connection)
                finally:
                    self._local.connection = before

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        with self.write():
            yield

    @property
    def problems(self) -> list[str]:
        return []

    def rows(self, sql: str, *values: Any) -> list[Row]:
        with _says_what_is_away(self.address), self._connection() as connection:
            cursor = PostgresConnection(connection).execute(sql, values)
            columns = cursor.columns()
            return [mended(dict(zip(columns, row, strict=True))) for row in cursor.fetchall()]

    def row(self, sql: str, *values: Any) -> Row | None:
        rows = self.rows(sql, *values)
        return rows[0] if rows else None

    def number(self, sql: str, *values: Any) -> int:
        with _says_what_is_away(self.address), self._connection() as connection:
            row = PostgresConnection(connection).execute(sql, values).fetchone()
        return int(row[0] or 0) if row is not None else 0

    def look_for_damage(self) -> None:
        """PostgreSQL keeps its types and checks its own pages."""

    def close(self) -> None:
        self._pool.close(5.0)
        self._let_go()

    def _hold(self) -> int:
        """Make sure that no other server uses the schema, again after the database was away.
        Return the process that holds its lock. Raises StartError."""
        with self._lock:
            if self._holder is not None and not self._holder.closed:
                return self._holder.info.backend_pid
            self._holder = psycopg.connect(self._secret_address, autocommit=True, **_SETTINGS)
            row = self._holder.execute(
                "SELECT pg_try_advisory_lock(hashtext(%s))", (f"{self.schema} server",)
            ).fetchone()
            if row is None or not row[0]:
                self._let_go()
                raise StartError(
                    translatable(
                        "Server",
                        "Another posto-server uses the database {address}. End it first.",
                    ).format(address=self.address)
                )
            return self._holder.info.backend_pid

    def _let_go(self) -> None:
        with self._lock:
            if self._holder is not None:
                self._holder.close()

    @contextlib.contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        """The connection of this thread's transaction, else one of the pool."""
        current: psycopg.Connection[Any] | None = getattr(self._local, "connection", None)
        if current is not None:
            yield current
            return
        with self._pool.connection() as connection:
            yield connection

    def _configure(self, connection: psycopg.Connection[Any]) -> None:
        schema = names.Identifier(self.schema)
        connection.execute(names.SQL("SET search_path TO {}, public").format(schema))
        connection.execute("SET synchronous_commit TO on")
        connection.execute("SET idle_in_transaction_session_timeout TO '60s'")

    def _migrate(self) -> None:
        """Bring the schema up to date, once if several servers start together."""
        with self._pool.connection() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (self.schema,))
            connection.execute(
                names.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(names.Identifier(self.schema))
            )
            connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT)")
            row = connection.execute("SELECT max(version) FROM schema_version").fetchone()
            version = int(row[0] or 0) if row is not None else 0
            if version > len(self._migrations):
                raise StartError(
                    translatable(
                        "Server",
                        "The database {address} was last used by a newer version of Posto. "
                        "Install that version here, too.",
                    ).format(address=self.address)
                )
            connection.execute(FUNCTIONS)
            for number in range(version, len(self._migrations)):
                for statement in statements(self._migrations[number]):
                    connection.execute(statement)
                connection.execute("INSERT INTO schema_version VALUES (%s)", (number + 1,))


@contextlib.contextmanager
def _says_what_is_away(address: str) -> Iterator[None]:
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
        log.warning("%s: %s", address, error)
        raise DatabaseAway(address) from error


def without_password(address: str) -> str:
    """Return a database's address as it may be shown and logged."""
    parts = urlsplit(address)
    if parts.password is None:
        return address
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}@{host}", query=""))


def _storable(value: object) -> object:
    """PostgreSQL has no text with a zero character, and no number in the place of a yes."""
    if isinstance(value, str):
        return value.replace("\0", "")
    return int(value) if isinstance(value, bool) else value
