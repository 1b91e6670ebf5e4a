"""Incremental refresh of a schedule.

The service lists rows newest `send_time` first and has no "changed since". Rows change around the
present (they are being sent) or by user actions: so a poll reads the first page for the total, the
pages around now, and everything only when the numbers do not match.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.schedules import PAGE, ScheduleReader
from posto_desktop.workers.schedule import KnownSchedule, ScheduleChange
from posto_desktop.workers.schedule_download import SMALL, ScheduleDownload

_FULL_EVERY = 600.0
_FULL_AT_MOST_EVERY = 30.0
_REST = 20
"""Full readings caused by numbers take at most one part in this many of the time."""
_SOON = timedelta(minutes=15)
_RECENT = timedelta(hours=12)


def refresh(
    schedule: KnownSchedule,
    reader: ScheduleReader,
    progress: Callable[[int, int], object] | None = None,
) -> Iterator[ScheduleChange]:
    """Read what may have changed; each step yields what was found since the last one, near now
    first. Raises sdk errors; what was read until then is kept. Other methods of the schedule may be
    called between two steps."""
    age = schedule.age
    if age is None or age > _FULL_EVERY:
        yield from ScheduleDownload(schedule, reader, progress).steps()
        return
    first = reader.page(1, per_page=PAGE)
    if first.total <= SMALL or len(schedule) <= SMALL:
        yield from ScheduleDownload(schedule, reader, None, first=first).steps()
        return
    yield _read_around_now(schedule, reader, first.items)
    if len(schedule) != first.total and age > max(
        _FULL_AT_MOST_EVERY, _REST * schedule.read_seconds
    ):
        yield from ScheduleDownload(schedule, reader, progress).steps()


def _read_around_now(
    schedule: KnownSchedule, reader: ScheduleReader, first: tuple[Schedule, ...]
) -> ScheduleChange:
    now = datetime.now(UTC)
    newest, oldest = now + _SOON, now - _RECENT
    rows = [*first]
    # One page early: rows may have been added meanwhile.
    number = max(1, schedule.later_than(newest) // PAGE)
    while True:
        page = reader.page(number, per_page=PAGE)
        rows += page
        times = [row.send_at for row in page if row.send_at is not None]
        if not page.items or (times and min(times) < oldest) or number * PAGE >= page.total:
            return schedule.apply_range(rows, oldest, newest)
        number += 1
