"""The schedules of one workspace, kept up to date without reading all of them each time.

The service lists rows newest `send_time` first and knows no "changed since". Rows change around
the present (they are being sent) or because somebody did something: so a poll reads the first page
for the total, the pages around now, and everything only when the numbers do not fit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.schedules import PAGE, ScheduleReader

_SMALL = 4 * PAGE
_FULL_EVERY = 600.0
_FULL_AT_MOST_EVERY = 30.0
_SOON = timedelta(minutes=15)
_RECENT = timedelta(hours=12)
_LOST = 1000
_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class PlanChange:
    """What a refresh found: rows that are new or differ, and ids that are gone.

    ``before`` holds what was known of changed rows; ``first`` says that the service was not read
    before, so that differences are not news.
    """

    changed: dict[int, Schedule] = field(default_factory=dict)
    gone: frozenset[int] = frozenset()
    before: dict[int, Schedule] = field(default_factory=dict)
    first: bool = False

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone)


class Plan:
    """The known rows. Methods may be called from any worker thread, one at a time."""

    def __init__(self, rows: Iterable[Schedule] = ()) -> None:
        self._rows = {row.id: row for row in rows}
        # Some services hide rows while they send them: those come back.
        self._lost: dict[int, Schedule] = {}
        self._read_all_at: float | None = None
        self._lock = threading.Lock()

    @property
    def is_read(self) -> bool:
        """Whether the service was read since the start; before that the rows are a cache's."""
        return self._read_all_at is not None

    @property
    def rows(self) -> list[Schedule]:
        """Newest time first; rows without a time (drafts) at the start."""
        with self._lock:
            return sorted(self._rows.values(), key=_order, reverse=True)

    def refresh(
        self,
        reader: ScheduleReader,
        *,
        full: bool = False,
        progress: Callable[[int, int], object] | None = None,
    ) -> PlanChange:
        """Read what may have changed. Raises sdk errors; then nothing has changed here."""
        age = None if self._read_all_at is None else time.monotonic() - self._read_all_at
        if full or age is None or age > _FULL_EVERY:
            return self._read_all(reader, progress)
        first = reader.page(1, per_page=PAGE)
        if first.total <= _SMALL or len(self._rows) <= _SMALL:
            return self._read_all(reader, None)
        change = self._read_around_now(reader, first.items)
        if len(self._rows) != first.total and age > _FULL_AT_MOST_EVERY:
            whole = self._read_all(reader, progress)
            return PlanChange(
                {**change.changed, **whole.changed},
                (change.gone | whole.gone) - self._rows.keys(),
                {**whole.before, **change.before},
            )
        return change

    def put(self, rows: Iterable[Schedule], asked: Iterable[int] = ()) -> PlanChange:
        """Take in rows that were read singly; ids in `asked` that are missing are gone."""
        fresh = {row.id: row for row in rows}
        first = not self.is_read
        return replace(self._merge(fresh, frozenset(asked) - fresh.keys()), first=first)

    def known(self, ids: Iterable[int]) -> list[Schedule]:
        """The rows of these ids."""
        with self._lock:
            return [self._rows[number] for number in ids if number in self._rows]

    def of_groups(self, groups: Collection[str]) -> list[Schedule]:
        """The rows of these groups."""
        with self._lock:
            return [row for row in self._rows.values() if row.group_id in groups]

    def _read_all(
        self, reader: ScheduleReader, progress: Callable[[int, int], object] | None
    ) -> PlanChange:
        fresh = {row.id: row for row in reader.iter(progress=progress)}
        first = not self.is_read
        self._read_all_at = time.monotonic()
        change = self._merge(fresh, frozenset(self._rows.keys() - fresh.keys()))
        return replace(change, first=first)

    def _read_around_now(self, reader: ScheduleReader, first: tuple[Schedule, ...]) -> PlanChange:
        now = datetime.now(UTC)
        newest, oldest = now + _SOON, now - _RECENT
        later = sum(1 for row in self._rows.values() if (row.send_at or _FAR) > newest)
        fresh = {row.id: row for row in first}
        number = max(1, later // PAGE)  # one page early: rows may have been added meanwhile
        while True:
            page = reader.page(number, per_page=PAGE)
            fresh.update((row.id, row) for row in page)
            times = [row.send_at for row in page if row.send_at is not None]
            if not page.items or (times and min(times) < oldest) or number * PAGE >= page.total:
                break
            number += 1
        seen = {
            row.id
            for row in self._rows.values()
            if row.send_at is not None and oldest <= row.send_at <= newest
        }
        return self._merge(fresh, frozenset(seen - fresh.keys()))

    def _merge(self, fresh: dict[int, Schedule], gone: frozenset[int]) -> PlanChange:
        with self._lock:
            changed = {
                number: row for number, row in fresh.items() if self._rows.get(number) != row
            }
            gone &= self._rows.keys()
            before = {
                number: known
                for number in changed
                if (known := self._rows.get(number) or self._lost.pop(number, None)) is not None
            }
            self._lost.update((number, self._rows[number]) for number in gone)
            while len(self._lost) > _LOST:
                del self._lost[next(iter(self._lost))]
            # A new dict: readers of the old one on other threads are not disturbed.
            self._rows = {
                number: row for number, row in self._rows.items() if number not in gone
            } | changed
        return PlanChange(changed, gone, before)


def _order(row: Schedule) -> tuple[datetime, int]:
    return (row.send_at or _FAR, row.id)
