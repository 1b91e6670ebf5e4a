"""What the server asks of its database, whichever it is: `server.store` (SQLite, the default) or
`server.postgres_store`.

All SQL in the server is written once, for SQLite, with ``?`` for values. `server.postgres_dialect`
turns it into PostgreSQL's.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Any, Protocol

from posto_desktop.server.rows import Row

_is_timeout_short: ContextVar[bool] = ContextVar("is_timeout_short", default=False)


def short_timeout() -> AbstractContextManager[None]:
    """Have this thread give up a database that is away after some seconds: somebody waits for an
    answer."""
    return _timeout(is_short=True)


def long_timeout() -> AbstractContextManager[None]:
    """Have this thread wait as long as the sender does, which has no `short_timeout`: what it
    cannot store would be lost."""
    return _timeout(is_short=False)


@contextlib.contextmanager
def _timeout(*, is_short: bool) -> Iterator[None]:
    token = _is_timeout_short.set(is_short)
    try:
        yield
    finally:
        _is_timeout_short.reset(token)


def is_timeout_short() -> bool:
    return _is_timeout_short.get()


class Cursor(Protocol):
    """The part of a cursor of Python's DB-API that is used. Rows can be read by index."""

    @property
    def rowcount(self) -> int: ...
    @property
    def lastrowid(self) -> int | None: ...
    def fetchone(self) -> tuple[Any, ...] | None: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Transaction(Protocol):
    """A connection within a transaction."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Cursor: ...
    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> Cursor: ...


class ServerDatabase(Protocol):
    """One database of a workspace, for all threads of a process."""

    def write(self) -> AbstractContextManager[Transaction]:
        """One transaction: committed (and on the disk) when the block ends, rolled back if it
        raises. No other one of any process changes anything meanwhile."""

    def change(self) -> AbstractContextManager[Transaction]:
        """One transaction beside other such ones, not beside `write`. Others may change rows
        between its statements, so each statement says in its conditions what it relies on."""

    def run(self, sql: str, *values: Any) -> int:
        """Run one statement as a transaction of its own, beside all others and `write`, too.
        Return how many rows it changed."""

    def exclusive(self) -> AbstractContextManager[None]:
        """Block all other writers, for a change of files that belongs to a transaction."""

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """Return the repaired rows of a query (`server.rows`); within `write` by its connection."""

    def row(self, sql: str, *values: Any) -> Row | None:
        """Return the first row of a query."""

    def number(self, sql: str, *values: Any) -> int:
        """Return the first column of the first row as a number, 0 without one."""

    def on_change(self, changed: Callable[[], None]) -> None:
        """Call `changed` when another process says so (`announce_change`), on some thread."""

    def announce_change(self) -> None:
        """Tell other processes that what is to be sent has changed."""

    def stop_waiting(self) -> None:
        """Wait for a database that is away a moment only from now on: the process ends."""

    @property
    def is_shared(self) -> bool:
        """Return whether other processes may use the database at the same time."""

    @property
    def problems(self) -> list[str]:
        """Return sentences about what was moved aside, and about damage."""

    def look_for_damage(self) -> None:
        """Check all rows, to report damage early."""

    def close(self) -> None:
        """Close all connections. Nothing may use the database afterwards."""
