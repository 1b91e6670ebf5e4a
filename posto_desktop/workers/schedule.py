"""The known rows of one workspace's schedule, and the changes that a reading found."""

from __future__ import annotations

import heapq
import threading
import time
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from posto_desktop.sdk.records import SHARED_TEXTS, Schedule

_LOST = 1000
_FEW = 200
_PIECE = 2000
_FAR = datetime.max.replace(tzinfo=UTC).timestamp()
_shared_texts_of = attrgetter(*SHARED_TEXTS)


@dataclass(frozen=True)
class ScheduleChange:
    """Result of a reading: new or changed rows, and removed ids.

    ``before`` holds the earlier versions of changed rows; ``first``: the first reading of the
    service, so differences are not events.
    """

    changed: dict[int, Schedule] = field(default_factory=dict)
    removed: frozenset[int] = frozenset()
    before: dict[int, Schedule] = field(default_factory=dict)
    first: bool = False

    def __bool__(self) -> bool:
        return bool(self.changed or self.removed)

    def merged_with(self, later: ScheduleChange) -> ScheduleChange:
        """Return both as one; ``before`` holds what was known before the first."""
        if not later:
            return self
        if not self:
            return replace(later, first=self.first or later.first)
        changed = {**self.changed, **later.changed}
        for number in later.removed:
            changed.pop(number, None)
        removed = (self.removed | later.removed) - later.changed.keys()
        return ScheduleChange(
            changed, removed, {**later.before, **self.before}, self.first or later.first
        )


class StringPool:
    """Shares equal strings between rows: posts of one message or one channel differ little.
    Short-lived, while many rows arrive."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def read(self, body: Mapping[str, Any]) -> Schedule:
        """Return the row of a cached body, with shared strings."""
        return Schedule.from_dict(body, self._known)

    def share(self, row: Schedule) -> Schedule:
        """Return a new row with shared strings."""
        known = self._known
        for name, text in zip(SHARED_TEXTS, _shared_texts_of(row), strict=True):
            if text:
                same = known.setdefault(text, text)
                if same is not text:
                    # The values are equal, so the frozen row does not change.
                    object.__setattr__(row, name, same)
        return row


class KnownSchedule:
    """The known rows. Thread-safe."""

    def __init__(self, rows: Iterable[Schedule] = ()) -> None:
        self._rows = {row.id: row for row in rows}
        self._sorted: list[Schedule] | None = None
        self._version = 0
        # Some services hide rows while sending them; these return.
        self._lost: dict[int, Schedule] = {}
        # Missing in a reading that may be incomplete.
        self._suspects: frozenset[int] = frozenset()
        # Rows read singly with a counter: pages requested before are older.
        self._single: dict[int, int] = {}
        self._count = 0
        self._read_all_at: float | None = None
        self._read_seconds = 0.0
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def is_read(self) -> bool:
        """Whether the service was read since the start; before that the rows come from the
        cache."""
        return self._read_all_at is not None

    @property
    def age(self) -> float | None:
        """Return the seconds since the last full reading; None before the first."""
        return None if self._read_all_at is None else time.monotonic() - self._read_all_at

    @property
    def read_seconds(self) -> float:
        """Return the duration of the last full reading in seconds."""
        return self._read_seconds

    @property
    def rows(self) -> list[Schedule]:
        """Return the rows, newest time first; rows without a time (drafts) at the start. Do not
        modify."""
        with self._lock:
            known, rows, version = self._sorted, [*self._rows.values()], self._version
        if known is not None:
            return known
        # Sorted in pieces: one sort of 100,000 rows would block all other threads.
        pieces = [
            sorted(rows[start : start + _PIECE], key=_order)
            for start in range(0, len(rows), _PIECE)
        ]
        ordered = [*heapq.merge(*pieces, key=_order)]
        with self._lock:
            if version == self._version:
                self._sorted = ordered
        return ordered

    def put(self, rows: Iterable[Schedule], asked: Iterable[int] = ()) -> ScheduleChange:
        """Add rows that were read singly; ids in `asked` that are missing are removed."""
        fresh = {row.id: row for row in rows}
        removed = frozenset(asked) - fresh.keys()
        with self._lock:
            self._count += 1
            self._single.update(dict.fromkeys((*fresh, *removed), self._count))
            return replace(self._merge(fresh, removed), first=not self.is_read)

    def remember(self, rows: Iterable[Schedule]) -> tuple[list[Schedule], frozenset[int]]:
        """Add rows from the cache unless newer ones are known; return the effective rows, and the
        ids that the service has removed."""
        current: list[Schedule] = []
        stale: set[int] = set()
        with self._lock:
            for row in rows:
                known = self._rows.get(row.id)
                if known is None and (self.is_read or row.id in self._single):
                    stale.add(row.id)
                else:
                    current.append(self._rows.setdefault(row.id, row))
            self._sorted = None
            self._version += 1
        return current, frozenset(stale)

    def known(self, ids: Iterable[int]) -> list[Schedule]:
        """Return the rows with these ids."""
        with self._lock:
            return [self._rows[number] for number in ids if number in self._rows]

    def of_groups(self, groups: Collection[str]) -> list[Schedule]:
        """Return the rows of these groups."""
        return [row for row in self._all() if row.group_id in groups]

    def _all(self) -> list[Schedule]:
        with self._lock:
            return [*self._rows.values()]

    # -- for a reading -------------------------------------------------------------------------

    def begin(self) -> int:
        """Begin a reading; rows read singly from now on are newer than its pages."""
        with self._lock:
            self._single.clear()
            return self._count

    @property
    def moment(self) -> int:
        """Return the counter of rows read singly."""
        return self._count

    def apply_page(self, rows: Iterable[Schedule], asked_at: int) -> ScheduleChange:
        """Add the rows of a page requested at this `moment`."""
        with self._lock:
            newer = self._single
            fresh = {row.id: row for row in rows if newer.get(row.id, 0) <= asked_at}
            return replace(self._merge(fresh, frozenset()), first=not self.is_read)

    def end(self, seen: Collection[int], *, whole: bool, read_seconds: float) -> ScheduleChange:
        """End a full reading; rows that it did not see are removed. If it may be incomplete, only
        those that the reading before missed as well."""
        with self._lock:
            missed = frozenset(self._rows.keys() - seen - self._single.keys())
            removed = missed if whole else missed & self._suspects
            self._suspects = missed - removed
            change = replace(self._merge({}, removed), first=not self.is_read)
            self._read_all_at, self._read_seconds = time.monotonic(), read_seconds
            return change

    def later_than(self, when: datetime) -> int:
        """Return the number of rows due after a moment, or without a time."""
        return bisect_left(self.rows, -when.timestamp(), key=lambda row: _order(row)[0])

    def apply_range(
        self, rows: Iterable[Schedule], oldest: datetime, newest: datetime
    ) -> ScheduleChange:
        """Add rows that include all due between two moments: others in between are removed."""
        fresh = {row.id: row for row in rows}
        known = {row.id for row in self._all() if row.send_at and oldest <= row.send_at <= newest}
        return self._merge(fresh, frozenset(known - fresh.keys()))

    def _merge(self, fresh: dict[int, Schedule], removed: frozenset[int]) -> ScheduleChange:
        with self._lock:
            rows = self._rows
            changed = {number: row for number, row in fresh.items() if rows.get(number) != row}
            removed &= rows.keys()
            before = {
                number: known
                for number in changed
                if (known := rows.get(number) or self._lost.pop(number, None)) is not None
            }
            if not changed and not removed:
                return ScheduleChange()
            old = [rows[number] for number in (*changed, *removed) if number in rows]
            self._lost.update((number, rows[number]) for number in removed)
            while len(self._lost) > _LOST:
                del self._lost[next(iter(self._lost))]
            for number in removed:
                del rows[number]
            rows.update(changed)
            self._version += 1
            self._sort_in(old, [*changed.values()])
        return ScheduleChange(changed, removed, before)

    def _sort_in(self, old: list[Schedule], fresh: list[Schedule]) -> None:
        """Update the sorted list where that is fast; callers keep the list they have."""
        if self._sorted is None or len(old) + len(fresh) > _FEW:
            self._sorted = None
            return
        ordered = self._sorted.copy()
        for row in old:
            at = bisect_left(ordered, _order(row), key=_order)
            if at < len(ordered) and ordered[at].id == row.id:
                del ordered[at]
        for row in fresh:
            ordered.insert(bisect_left(ordered, _order(row), key=_order), row)
        self._sorted = ordered


def _order(row: Schedule) -> tuple[float, int]:
    """Sort key: rows without a time first, then the newest."""
    at = row.send_at
    return -(_FAR if at is None else at.timestamp()), -row.id
