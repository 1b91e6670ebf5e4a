"""Connections to PostgreSQL, none of which is waited for without an end.

A pool alone waits for a connection as long as it is told, and for an answer for ever. A database
that is slow is waited for here as long as another connection shows that it lives; one that is away
is given up after `PATIENCE` seconds, and after `HURRY` where somebody waits for an answer
(`server.database.in_a_hurry`). It is used again with the first connection that it takes.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg_pool import ConnectionPool, PoolTimeout

from posto_desktop.server.database import is_in_a_hurry

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 16
PATIENCE = 15.0
"""Seconds for a connection, as long as SQLite waits for its lock."""
HURRY = 2.0
LAST_PATIENCE = 1.0
_STEP = 0.5
"""Seconds after which the pool is asked again: it tries to connect when it is asked."""
_CHECK = 2.0
"""Seconds for a connection to show that it still works."""
_PROBE = 2
_PROBE_HOLDS = 1.0
_INTERVAL = 0.1


class Pulse:
    """Tells whether a database takes connections. `is_away` is what was seen last."""

    def __init__(self, address: str, settings: Mapping[str, Any]) -> None:
        self._address, self._settings = address, {**settings, "connect_timeout": _PROBE}
        self._lock = threading.Lock()
        self._seen_at = float("-inf")
        self.is_away = False
        self.patience = PATIENCE

    @property
    def limit(self) -> float:
        """Seconds after which this thread has to know whether it waits in vain."""
        return min(HURRY, self.patience) if is_in_a_hurry() else self.patience

    def beats(self) -> bool:
        """Ask it, unless somebody has done so a moment ago."""
        with self._lock:
            if time.monotonic() - self._seen_at > _PROBE_HOLDS:
                try:
                    psycopg.connect(self._address, **self._settings).close()
                except psycopg.Error as error:
                    if not self.is_away:
                        log.warning("The database is away: %s", error)
                    self.is_away = True
                else:
                    self.is_away = False
                self._seen_at = time.monotonic()
            return not self.is_away


class WatchedConnection(psycopg.Connection[Any]):
    """One whose statements end with an error when the database is away."""

    pulse: Pulse
    limit: float | None = None
    """Seconds for a statement, whatever the pulse says."""

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
                elif time.monotonic() - began > (self.limit or self.pulse.limit):
                    if self.limit is not None or not self.pulse.beats():
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
        self._pulse = Pulse(address, settings)
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
        self._pulse.patience = LAST_PATIENCE

    def numbers(self) -> dict[str, int]:
        """Return how many connections are used and idle, and how many threads wait for one."""
        stats = self._pool.get_stats()
        idle = stats.get("pool_available", 0)
        used = stats.get("pool_size", 0) - idle
        return {"used": used, "idle": idle, "waiting": stats.get("requests_waiting", 0)}

    def close(self) -> None:
        self._pool.close(LAST_PATIENCE)

    def _set_up(self, connection: WatchedConnection) -> None:
        connection.pulse = self._pulse
        self._configure(connection)

    def _taken(self) -> WatchedConnection:
        began = time.monotonic()
        while True:
            with contextlib.suppress(PoolTimeout):
                connection = self._pool.getconn(_STEP)
                if _works(connection):
                    self._pulse.is_away = False
                    return connection
                self._pool.putconn(connection)  # which throws it away
            if self._is_in_vain(time.monotonic() - began):
                raise PoolTimeout("the database does not answer")

    def _is_in_vain(self, waited: float) -> bool:
        """Return whether to wait for a connection no longer. All of them may be in use."""
        if waited >= self._pulse.patience:
            return True
        asks = is_in_a_hurry() and (waited >= self._pulse.limit or self._pulse.is_away)
        return asks and not self._pulse.beats()


def _works(connection: WatchedConnection) -> bool:
    connection.limit = _CHECK
    try:
        connection.execute("")
    except psycopg.Error:
        connection.close()
        return False
    finally:
        connection.limit = None
    return True
