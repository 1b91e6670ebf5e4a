"""Cache of a workspace in posto.db, shown before the service answers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from posto_desktop.delivery.serial_worker import SerialWorker, compute_pause
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage import schedule_rows
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers import database_problems
from posto_desktop.workers.drafts import Run
from posto_desktop.workers.schedule import ScheduleChange, StringPool

log = logging.getLogger(__name__)

_TOUCH_SECONDS = 60.0
_CHUNK = 300
_AT_A_TIME = 150
"""Rows read in each direction from now between two pauses: some milliseconds of work."""
_SHARE_OF_REST = 1 / 3
"""Pause as a share of the time worked. Views that show much request longer pauses themselves."""
_PIECE = 100
"""Rows built between two checks for a requested pause."""

_T = TypeVar("_T")

Loaded = Callable[[list[Channel] | None, list[Schedule], float | None, bool], None]


def _read_all(read: Callable[[dict[str, Any]], _T], bodies: Iterable[object]) -> list[_T]:
    """Return the readable rows; the service supplies the rest again."""
    readable = []
    for body in bodies:
        if isinstance(body, dict) and body:
            try:
                readable.append(read(body))
            except Exception:
                log.exception("A kept row cannot be read and is left out")
    return readable


class WorkspaceCache:
    """Channels and schedules, on the thread that owns posto.db. The methods return at once.

    `run` puts a job on the worker that needs the database, `database` is the open one, and
    `problem` reports errors.
    """

    def __init__(
        self,
        worker: SerialWorker,
        run: Run,
        database: Callable[[], Database | None],
        problem: Callable[[str], None],
    ) -> None:
        self._worker, self._run = worker, run
        self._database, self._problem = database, problem
        self._touched: dict[str, float] = {}
        self._never = threading.Event()  # never set

    def load(self, workspace: str, loaded: Loaded) -> None:
        """Read the cache. `loaded(channels, rows, as_of, last)` is called on the worker, several
        times for many rows, near now first; the last time in any case. Other jobs of the worker run
        in between."""
        sharing = StringPool()

        def begin() -> None:
            go_on(*self._read_cache(workspace))

        def go_on(
            channels: list[Channel] | None, bodies: Iterator[Sequence[object]], as_of: float | None
        ) -> None:
            rows: list[Schedule] = []
            last, began = True, time.thread_time()
            try:
                batch = next(bodies, None)
                if batch is not None:
                    last = False
                    for start in range(0, len(batch), _PIECE):
                        compute_pause.keep()  # the previous rows are being painted
                        rows += _read_all(sharing.read, batch[start : start + _PIECE])
            except StorageError as error:
                self._problem(database_problems.problem_text(error))
            finally:
                loaded(channels, rows, as_of, last)
            if as_of is not None and channels is None:
                # Let other threads run before the next piece.
                self._never.wait((time.thread_time() - began) * _SHARE_OF_REST)
            if not last and not self._worker.put(lambda: go_on(None, bodies, as_of)):
                loaded(None, [], as_of, True)

        if not self._worker.put(begin):
            loaded(None, [], None, True)

    def _read_cache(
        self, workspace: str
    ) -> tuple[list[Channel] | None, Iterator[Sequence[object]], float | None]:
        """Return the channels, an iterator over pieces of the rows, and the time of the last
        reading."""
        channels: list[Channel] | None = None
        rows: Iterator[Sequence[object]] = iter(())
        as_of: float | None = None
        db = self._database()
        if db is not None:
            try:
                body, _ = db.cached(workspace, "channels")
                if isinstance(body, list):
                    channels = _read_all(Channel.from_dict, body)
                as_of = schedule_rows.read_at(db, workspace)
                if as_of is not None:
                    rows = schedule_rows.around(db, workspace, time.time(), _AT_A_TIME)
            except StorageError as error:
                self._problem(database_problems.problem_text(error))
        return channels, rows, as_of

    def save_channels(self, workspace: str, channels: Sequence[Channel]) -> None:
        body: list[dict[str, Any]] = [channel.to_dict() for channel in channels]
        self._run(lambda db: db.put_cache(workspace, "channels", body, time.time()))

    def save_schedule(self, workspace: str, change: ScheduleChange, *, whole: bool = True) -> None:
        """Write the differences; without any, only occasionally the time of the reading. `whole`:
        all of the schedule was read."""
        now = time.monotonic()
        if not change and (not whole or now - self._touched.get(workspace, -1e9) < _TOUCH_SECONDS):
            return
        if whole:
            self._touched[workspace] = now
        changed = [*change.changed.values()]

        def write(db: Database, start: int) -> None:
            # In pieces with pauses, so that other threads do not wait long.
            worked = time.thread_time()
            rows = {row.id: row.to_dict() for row in changed[start : start + _CHUNK]}
            last = start + _CHUNK >= len(changed)
            removed = change.removed if last else ()
            as_of = time.time() if whole and last else None
            schedule_rows.update(db, workspace, rows, removed, as_of)
            if len(rows) >= _CHUNK // 2:
                self._never.wait(time.thread_time() - worked)

        for start in range(0, max(len(changed), 1), _CHUNK):
            self._run(partial(write, start=start))

    def forget(self, workspace: str) -> None:
        """Remove everything of a workspace after signing out."""
        self._run(lambda db: db.forget_workspace(workspace))
