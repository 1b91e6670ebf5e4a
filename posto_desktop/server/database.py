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

_hurries: ContextVar[bool] = ContextVar("hurries", default=False)


def in_a_hurry() -> AbstractContextManager[None]:
    """Have this thread wait some seconds only for a database that is away: somebody waits for an
    answer. The sender has time, as it would have to find out later what became of a post."""
    return _hurrying(hurries=True)


def with_time() -> AbstractContextManager[None]:
    """Wait as long as the sender does, for what would be lost."""
    return _hurrying(hurries=False)


@contextlib.contextmanager
def _hurrying(*, hurries: bool) -> Iterator[None]:
    token = _hurries.set(hurries)
    try:
        yield
    finally:
        _hurries.reset(token)


def is_in_a_hurry() -> bool:
    return _hurries.get()


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
