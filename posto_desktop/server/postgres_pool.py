"""Connections to PostgreSQL, none of which is waited for without an end.

psycopg's own pool waits for a connection as long as it is told, and for an answer for ever. Here a
database that is slow is waited for as long as it runs; one that is away is given up after
`LONG_TIMEOUT` seconds, and after `SHORT_TIMEOUT` where somebody waits for an answer
(`server.database.short_timeout`). It is used again with the first connection that it takes.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg
from psycopg import pq
from psycopg.abc import PQGen
from psycopg.conninfo import make_conninfo
from psycopg.errors import ConnectionTimeout
from psycopg_pool import ConnectionPool, PoolTimeout

from posto_desktop.server.database import is_timeout_short

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 16
LONG_TIMEOUT = 15.0
"""Seconds for a connection, as long as SQLite waits for its lock."""
SHORT_TIMEOUT = 2.0
_CLOSE_TIMEOUT = 1.0
_STEP = 0.5
"""Seconds after which the pool is asked again: it tries to connect when it is asked."""
_CHECK_TIMEOUT = 2.0
"""Seconds for a connection to show that it still works."""
_CONNECT_TIMEOUT = 2
_FRESH = 1.0
"""Seconds for which what was seen of the database holds."""
_INTERVAL = 0.1


class DatabaseCheck:
    """Tells whether a database takes connections, and if not, whether it runs all the same: all of
    them may be in use. `is_away` is what was seen last."""

    def __init__(self, address: str, settings: Mapping[str, Any]) -> None:
        self._address, self._settings = address, {**settings, "connect_timeout": _CONNECT_TIMEOUT}
        self._lock = threading.Lock()
        self._seen_at = float("-inf")
        self.is_away = self._is_down = False
        self.long_timeout = LONG_TIMEOUT

    @property
    def timeout(self) -> float:
        """Seconds that this thread waits before it checks the database."""
        longest = self.long_timeout
        return min(SHORT_TIMEOUT, longest) if is_timeout_short() else longest

    def takes_connections(self) -> bool:
        """Ask it, unless somebody has done so a moment ago."""
        with self._lock:
            self._look()
            return not self.is_away

    def is_running(self) -> bool:
        """As `takes_connections`, but true as well if it only refuses another one."""
        with self._lock:
            self._look()
            return not self._is_down

    def _look(self) -> None:
        if time.monotonic() - self._seen_at <= _FRESH:
            return
        try:
            psycopg.connect(self._address, **self._settings).close()
        except psycopg.Error as error:
            if not self.is_away:
                log.warning("The database takes no connection: %s", error)
            self.is_away = True
            # A refused connection has no error code, and a ping is refused by no limit.
            self._is_down = isinstance(error, ConnectionTimeout) or not self._answers_ping()
        else:
            self.is_away = self._is_down = False
        self._seen_at = time.monotonic()

    def _answers_ping(self) -> bool:
        return pq.PGconn.ping(make_conninfo(self._address, **self._settings).encode()) == pq.Ping.OK


class WatchedConnection(psycopg.Connection[Any]):
    """One whose statements end with an error when the database is away."""

    check: DatabaseCheck
    timeout: float | None = None
    """Seconds for a statement, whether or not the database is away."""

    def wait(
        self, gen: PQGen[Any], interval: float = _INTERVAL, timeout: float | None = None
    ) -> Any:  # noqa: ANN401 - what `gen` returns
        watched = self._watched(gen)
        # Versions before 3.3 have no timeout.
        return super().wait(watched, interval, *(() if timeout is None else (timeout,)))

    def _watched(self, gen: PQGen[Any]) -> PQGen[Any]:
        """Go through `gen`, which psycopg wakes in each interval, unless the database is away."""
        began = time.monotonic()
        try:
            state = next(gen)
            while True:
                ready = yield state
                if ready:
                    began = time.monotonic()
                elif time.monotonic() - began > (self.timeout or self.check.timeout):
                    if self.timeout is not None or not self.check.is_running():
                        self.pgconn.finish()  # its answer may come yet: nobody may read it
                        raise psycopg.OperationalError("the database does not answer")
                    began = time.monotonic()
                state = gen.send(ready)
        except StopIteration as end:
            return end.value


class Pool:
    """Connections with autocommit; `configure` is called with each new one."""

    def __init__(
        self,
        address: str,
        configure: Callable[[psycopg.Connection[Any]], None],
        settings: Mapping[str, Any],
        **options: Any,
    ) -> None:
        self._check = DatabaseCheck(address, settings)
        self._configure = configure
        self._pool: ConnectionPool[WatchedConnection] = ConnectionPool(
            address,
            connection_class=WatchedConnection,
            min_size=1,
            max_size=MOST_CONNECTIONS,
            open=False,
            # It would try again later and later. Without it each one who asks has it try.
            reconnect_timeout=0.0,
            configure=self._set_up,
            kwargs={"autocommit": True, **options, **settings},
        )

    def open(self) -> None:
        """Raises PoolTimeout if no connection can be made."""
        self._pool.open()
        with self.connection():
            pass

    @contextlib.contextmanager
    def connection(self) -> Iterator[WatchedConnection]:
        """A connection that works. Raises PoolTimeout."""
        connection = self._taken()
        try:
            yield connection
        finally:
            self._pool.putconn(connection)

    def stop_waiting(self) -> None:
        self._check.long_timeout = _CLOSE_TIMEOUT

    def numbers(self) -> dict[str, int]:
        """Return how many connections are used and idle, and how many threads wait for one."""
        stats = self._pool.get_stats()
        idle = stats.get("pool_available", 0)
        used = stats.get("pool_size", 0) - idle
        return {"used": used, "idle": idle, "waiting": stats.get("requests_waiting", 0)}

    def close(self) -> None:
        self._pool.close(_CLOSE_TIMEOUT)

    def _set_up(self, connection: WatchedConnection) -> None:
        connection.check = self._check
        self._configure(connection)

    def _taken(self) -> WatchedConnection:
        began = time.monotonic()
        while True:
            with contextlib.suppress(PoolTimeout):
                connection = self._pool.getconn(_STEP)
                if _works(connection):
                    self._check.is_away = False
                    return connection
                self._pool.putconn(connection)  # which throws it away
            if self._gives_up(time.monotonic() - began):
                raise PoolTimeout("the database does not answer")

    def _gives_up(self, waited: float) -> bool:
        """Return whether to wait no longer for a connection: all of them may only be in use."""
        check = self._check
        if waited >= check.long_timeout:
            return True
        if not is_timeout_short() or (waited < check.timeout and not check.is_away):
            return False
        return not check.takes_connections()


def _works(connection: WatchedConnection) -> bool:
    connection.timeout = _CHECK_TIMEOUT
    try:
        connection.execute("")
    except psycopg.Error:
        connection.close()
        return False
    finally:
        connection.timeout = None
    return True
