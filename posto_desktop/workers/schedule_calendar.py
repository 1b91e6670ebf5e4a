"""The last known schedule of a workspace as a calendar, from posto.db."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from posto_desktop.core.export.ical_file import pieces
from posto_desktop.core.export.rows import ExportRow
from posto_desktop.delivery.serial_worker import compute_pause
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import schedule_rows

__all__ = ["ScheduleCalendar"]

PAST = timedelta(days=92)
MOST = 5_000
_STEP = 100


@dataclass(frozen=True)
class _Row:
    schedule: Schedule
    status: str


@dataclass(frozen=True)
class ScheduleCalendar:
    """`name` is the name of the workspace; `status` returns the shown status of a post at a moment,
    on any thread."""

    database: Path
    name: str
    status: Callable[[Schedule, datetime], str]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __call__(self, workspace: str) -> bytes:
        """Return the calendar in UTF-8: the last three months and the future. Raises
        StorageError."""
        now = self.now()
        # The same schedule gives the same file for a day, so programs need not read it again.
        stamp = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return b"".join(pieces(self._rows(workspace, now), self.name, stamp))

    def _rows(self, workspace: str, now: datetime) -> Iterator[ExportRow]:
        since = (now - PAST).timestamp()
        bodies = schedule_rows.cached_bodies(self.database, workspace, since, now.timestamp(), MOST)
        for number, body in enumerate(bodies):
            if number % _STEP == 0:
                compute_pause.keep()
            row = Schedule.from_dict(body)
            yield _Row(row, self.status(row, now))
