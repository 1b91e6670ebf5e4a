"""The server's PostgreSQL database: connections, transactions, migrations of `server.store`.

Several servers may use a schema. A transaction of `write` holds a lock of the workspace, as
SQLite's does: what is read in it stays as it is until it ends. Those of `change` share that lock.
"""

from __future__ import annotations

import contextlib
import logging
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, SupportsIndex
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql as names
from psycopg_pool import PoolTimeout

from posto_desktop.common.translation import translatable
from posto_desktop.server.errors import DatabaseAway, StartError
from posto_desktop.server.postgres_dialect import FUNCTIONS, statements, translated
from posto_desktop.server.postgres_pool import Pool
from posto_desktop.server.rows import Row, mended
from posto_desktop.server.store import MIGRATIONS

log = logging.getLogger(__name__)

_SETTINGS: Mapping[str, Any] = {
    "connect_timeout": 5,
    "application_name": "posto-server",
    # A connection that is cut without a word is noticed after some 20 seconds, not after hours.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
}
_SESSION = (
    "SET synchronous_commit TO on",
    # Of a server that was stopped in the middle of a transaction, whose locks others wait for.
    "SET idle_in_transaction_session_timeout TO '10s'",
    "SET tcp_keepalives_idle TO 10",
    "SET tcp_keepalives_interval TO 5",
    "SET tcp_keepalives_count TO 2",
)
_AWAY = frozenset(
    {
        "25P03",  # the transaction was left alone for too long, and its connection ended
        "25P04",  # or went on for too long
        "25006",  # it is only read: a primary that has become a standby
    }
)
"""Errors of psycopg's other classes that are of the database's state."""
_WORKSPACE = "SELECT pg_advisory_xact_lock(hashtext(%s))"
_WORKSPACE_SHARED = "SELECT pg_advisory_xact_lock_shared(hashtext(%s))"
_LISTEN_AGAIN = 1.0
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

    is_shared = True

    def __init__(
        self, address: str, schema: str = "posto", migrations: Sequence[str] = MIGRATIONS
    ) -> None:
        if not _SCHEMA_NAME.fullmatch(schema):
            raise ValueError("a schema has a name of lower-case letters, digits and underscores")
        self.address, self.schema = without_password(address), schema
        self._secret_address = address
        self._migrations = migrations
        self._local = threading.local()
        self._listener: Listener | None = None
        self._pool = Pool(address, self._configure, _SETTINGS, row_factory=_named)
        try:
            self._pool.open()
            self._migrate()
        except (psycopg.Error, PoolTimeout) as error:
            self.close()
            raise StartError(
                translatable(
                    "Server",
                    "The database {address} cannot be used: {reason} Check that it runs and that "
                    "its name, user and password are right, then try again.",
                ).format(address=self.address, reason=reason_of(error, address))
            ) from error
        except StartError:
            self.close()
            raise

    def write(self) -> AbstractContextManager[PostgresConnection]:
        """One transaction, alone in the workspace; see `server.database.ServerDatabase`. Raises
        DatabaseAway."""
        return self._transaction(_WORKSPACE)

    def change(self) -> AbstractContextManager[PostgresConnection]:
        return self._transaction(_WORKSPACE_SHARED)

    def run(self, sql: str, *values: Any) -> int:
        with _raises_database_away(self.address), self._connection() as connection:
            return PostgresConnection(connection).execute(sql, values).rowcount

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        with self.write():
            yield

    def on_change(self, changed: Callable[[], None]) -> None:
        self._listener = Listener(self._secret_address, self._channel, changed)
        self._listener.start()

    def stop_waiting(self) -> None:
        self._pool.stop_waiting()

    def announce_change(self) -> None:
        with contextlib.suppress(DatabaseAway):
            self.run("SELECT pg_notify(?, '')", self._channel)

    @property
    def problems(self) -> list[str]:
        return []

    def rows(self, sql: str, *values: Any) -> list[Row]:
        with _raises_database_away(self.address), self._connection() as connection:
            cursor = PostgresConnection(connection).execute(sql, values)
            columns = cursor.columns()
            return [mended(dict(zip(columns, row, strict=True))) for row in cursor.fetchall()]

    def row(self, sql: str, *values: Any) -> Row | None:
        rows = self.rows(sql, *values)
        return rows[0] if rows else None

    def number(self, sql: str, *values: Any) -> int:
        with _raises_database_away(self.address), self._connection() as connection:
            row = PostgresConnection(connection).execute(sql, values).fetchone()
        return int(row[0] or 0) if row is not None else 0

    def pool_numbers(self) -> dict[str, int]:
        """Return how many connections are used and idle, and how many threads wait for one."""
        return self._pool.numbers()

    def look_for_damage(self) -> None:
        """PostgreSQL keeps its types and checks its own pages."""

    def close(self) -> None:
        if self._listener is not None:
            self._listener.close()
        self._pool.close()

    @property
    def _channel(self) -> str:
        return f"{self.schema}_changes"

    @contextlib.contextmanager
    def _transaction(self, lock: str) -> Iterator[PostgresConnection]:
        with (
            _raises_database_away(self.address),
            self._connection() as connection,
            connection.transaction(),
        ):
            connection.execute(lock, (self.schema,))
            before = getattr(self._local, "connection", None)
            self._local.connection = connection
            try:
                yield PostgresConnection(connection)
            finally:
                self._local.connection = before

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
        for setting in _SESSION:
            connection.execute(setting)

    def _migrate(self) -> None:
        """Bring the schema up to date, once if several servers start together."""
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(_WORKSPACE, (self.schema,))
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


class Listener(threading.Thread):
    """Calls `changed` when another process says that something changed, and after each time in
    which that could not be heard."""

    def __init__(self, address: str, channel: str, changed: Callable[[], None]) -> None:
        super().__init__(name="changes", daemon=True)
        self._address, self._changed = address, changed
        self._channel = names.Identifier(channel)
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._address, autocommit=True, **_SETTINGS) as connection:
                    connection.execute(names.SQL("LISTEN {}").format(self._channel))
                    self._changed()
                    self._listen(connection)
            except psycopg.Error as error:
                log.warning("Changes by other servers are not heard: %s", error)
                self._stopping.wait(_LISTEN_AGAIN)

    def _listen(self, connection: psycopg.Connection[Any]) -> None:
        while not self._stopping.is_set():
            for _ in connection.notifies(timeout=_LISTEN_AGAIN, stop_after=1):
                self._changed()

    def close(self) -> None:
        self._stopping.set()
        self.join(2 * _LISTEN_AGAIN)


@contextlib.contextmanager
def _raises_database_away(address: str) -> Iterator[None]:
    try:
        yield
    except (psycopg.Error, PoolTimeout) as error:
        if not is_away(error):
            raise
        if not isinstance(error, PoolTimeout):  # the pool says why
            log.warning("%s: %s", address, error)
        raise DatabaseAway(address) from error


def is_away(error: Exception) -> bool:
    """Return whether an error is of the database or the way to it, and not of a statement."""
    return (
        isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | PoolTimeout)
        or getattr(error, "sqlstate", None) in _AWAY
    )


def reason_of(error: Exception, address: str) -> str:
    """Return why a database cannot be used, as a sentence in its own words. A pool that has waited
    in vain does not know it: the database is asked once more."""
    if isinstance(error, PoolTimeout):
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.Error as refused:
            error = refused
    if isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None:
        return "its address is not understood."  # libpq's words have it, with the password
    words = " ".join(str(error).split()).removeprefix("connection failed: ")
    secret = urlsplit(address).password
    for hidden in {secret, unquote(secret)} if secret else ():
        words = words.replace(hidden, "…")
    return words if words.endswith((".", "?", "!")) else f"{words}."


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
