"""A workspace in PostgreSQL: two schemas of one database, over one connection."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg

from posto_desktop.server.errors import StartError
from posto_desktop.server.move.fitting import Values
from posto_desktop.server.move.places import PREFIXES, InUseError, PlaceDatabase
from posto_desktop.server.move.tables import StoredTable
from posto_desktop.server.postgres_store import PostgresStore, reason_of, without_password
from posto_desktop.server.publishers import sandbox
from posto_desktop.server.rows import Row
from posto_desktop.server.store import MIGRATIONS

SCHEMAS = ("posto", "posto_sandbox")
_LEASE_SECONDS = 35
"""Somewhat more than the time of a lease (`server.leases`)."""
_LEASES = (
    'SELECT count(*) FROM "posto"."senders"'
    f" WHERE renewed_at > extract(epoch FROM clock_timestamp()) - {_LEASE_SECONDS}"
)
_LEAVING = 5.0
"""Seconds in which PostgreSQL ends the session of a process that is gone."""
_SESSIONS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE application_name = 'posto-server' AND datname = current_database()"
)


class SchemaDatabase(PlaceDatabase):
    """One schema."""

    mark = "%s"

    def __init__(self, connection: psycopg.Connection[Any], schema: str, prefix: str) -> None:
        super().__init__(schema, prefix)
        self._connection = connection

    def path(self, table: str) -> str:
        return f'"{self.name}"."{table}"'

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[Values]:
        cursor = self._connection.execute(sql.encode(), values or None)
        return cursor.fetchall() if cursor.description else []

    def has(self, table: str) -> bool:
        return self.run("SELECT to_regclass(%s)", (self.path(table),))[0][0] is not None

    def columns(self, table: str) -> set[str]:
        sql = (
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = %s AND table_name = %s"
        )
        return {str(row[0]) for row in self.run(sql, (self.name, table))}

    def transaction(self) -> contextlib.AbstractContextManager[None]:
        return _committed(self._connection)

    @contextlib.contextmanager
    def frozen(self, tables: Sequence[StoredTable]) -> Iterator[None]:
        with _committed(self._connection):
            # What servers hold in each of their transactions: none is under way after this.
            self.run("SELECT pg_advisory_xact_lock(hashtext(%s))", (self.name,))
            if self.has("senders"):
                # No process begins a lease before it sees the mark.
                self.run(f"LOCK TABLE {self.path('senders')} IN EXCLUSIVE MODE")
            for table in tables:
                self.run(f"LOCK TABLE {self.path(table.name)} IN SHARE MODE")
            yield

    def highest(self, table: StoredTable) -> int:
        column = f'"{table.id_name}"'
        number = self.run(f"SELECT max({column}) FROM {self.path(table.name)}")[0][0] or 0
        sql = (
            "SELECT last_value FROM pg_sequences"
            " WHERE schemaname || '.' || sequencename = pg_get_serial_sequence(%s, %s)"
        )
        rows = self.run(sql, (self.path(table.name), table.id_name))
        return max(int(number), int(rows[0][0] or 0) if rows else 0)

    def set_highest(self, table: StoredTable, number: int) -> None:
        sql = "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)"
        self.run(sql, (self.path(table.name), table.id_name, max(1, number), number > 0))

    @contextlib.contextmanager
    def without_triggers(self, tables: Sequence[StoredTable]) -> Iterator[None]:
        for table in tables:
            self.run(f"ALTER TABLE {self.path(table.name)} DISABLE TRIGGER USER")
        yield
        for table in tables:
            self.run(f"ALTER TABLE {self.path(table.name)} ENABLE TRIGGER USER")

    def write(self, table: StoredTable, rows: Sequence[Values]) -> None:
        names = ", ".join(f'"{name}"' for name in table.names)
        sql = f"COPY {self.path(table.name)} ({names}) FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(sql.encode()) as copy:
            for row in rows:
                copy.write_row(row)


class PostgresPlace:
    """The database that a ``postgresql://`` address names; its password may be in the variable
    PGPASSWORD or in the file that libpq reads."""

    def __init__(self, address: str) -> None:
        self.label = without_password(address)
        self._address = address
        try:
            self._connection = psycopg.connect(
                address, autocommit=True, connect_timeout=10, application_name="posto-server move"
            )
        except psycopg.Error as error:
            raise StartError(
                f"The database {self.label} cannot be used: {reason_of(error, address)} Check that "
                "it runs and that its name, user and password are right."
            ) from error
        self._databases = [
            SchemaDatabase(self._connection, schema, prefix)
            for schema, prefix in zip(SCHEMAS, PREFIXES, strict=True)
        ]
        self._connection.execute("SET idle_in_transaction_session_timeout TO 0")
        encoding = self._connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            self.close()
            raise StartError(
                f"The database {self.label} has the encoding {encoding}. Make one with UTF8."
            )

    def lock(self) -> None:
        lock = "SELECT pg_try_advisory_lock(hashtext('posto move'))"
        if not _soon(lambda: bool(self._databases[0].run(lock)[0][0])):
            raise InUseError(f"Another move uses the database {self.label}. End it first.")
        self._require_no_servers()

    def require_alone(self) -> None:
        self._require_no_servers()
        if self._databases[0].has("senders"):
            # A server that was out of reach all the time finds its lease ended.
            self._databases[0].run('DELETE FROM "posto"."senders"')

    def _require_no_servers(self) -> None:
        main = self._databases[0]
        if not _soon(lambda: not main.run(_SESSIONS)[0][0]):
            raise InUseError(f"A posto-server uses the database {self.label}. End it first.")
        if main.has("senders") and main.run(_LEASES)[0][0]:
            raise InUseError(
                f"A posto-server used the database {self.label} less than {_LEASE_SECONDS} seconds "
                "ago. End it; if it has crashed, wait that long."
            )

    def is_made(self) -> bool:
        return self._databases[0].has("site")

    def prepare(self) -> None:
        for schema, migrations in zip(SCHEMAS, (MIGRATIONS, sandbox.MIGRATIONS), strict=True):
            PostgresStore(self._address, schema, migrations).close()

    def databases(self) -> Sequence[SchemaDatabase]:
        return self._databases

    def version(self) -> tuple[int, int]:
        rows = self._databases[0].run('SELECT max(version) FROM "posto"."schema_version"')
        return int(rows[0][0] or 0), len(MIGRATIONS)

    def old_copy(self) -> str:
        return ""

    def remember(self, mark: Row) -> None:
        """A database has no place beside itself."""

    def forget(self) -> None:
        """Nothing is kept."""

    def set_aside(self) -> str:
        began = time.strftime("%Y%m%d_%H%M%S")
        labels = itertools.chain(
            [f"moved_{began}"], (f"moved_{began}_{n}" for n in itertools.count(2))
        )
        label = next(
            label
            for label in labels
            if not any(self._has_schema(f"{schema}_{label}") for schema in SCHEMAS)
        )
        with _committed(self._connection):
            for schema in filter(self._has_schema, SCHEMAS):
                self._databases[0].run(f'ALTER SCHEMA "{schema}" RENAME TO "{schema}_{label}"')
        return f"the schema {SCHEMAS[0]}_{label}"

    def _has_schema(self, name: str) -> bool:
        return self._databases[0].run("SELECT to_regnamespace(%s)", (name,))[0][0] is not None

    def close(self) -> None:
        self._connection.close()


def _soon(is_free: Callable[[], bool]) -> bool:
    """Return whether nobody is there, at the latest when the sessions of who is gone have ended."""
    limit, pause = time.monotonic() + _LEAVING, threading.Event()
    while not (was_free := is_free()) and time.monotonic() < limit:
        pause.wait(0.05)
    return was_free


@contextlib.contextmanager
def _committed(connection: psycopg.Connection[Any]) -> Iterator[None]:
    with connection.transaction():
        yield
