"""Finds posts that ended between two readings of the schedule, for notifications.

A message goes to its channels one after another. Its outcomes are held until all due channels have
ended, or for a while, so that one message makes one notification.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from posto_desktop.sdk.records import Schedule
from posto_desktop.workers.schedule import KnownSchedule, ScheduleChange

HOLD_SECONDS = 90.0
AWAITED = timedelta(hours=12)
"""Grace time after a post's time before it counts as not sent."""
_DUE = timedelta(seconds=30)
_ENDED = frozenset({"success", "error", "missed", "unknown"})


class PostOutcomeWatch:
    """Watches the schedule of one workspace.

    Of the first reading it reports only failures since the last run, of posts that were unsent
    then.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._since: datetime | None = None
        self._held: dict[str, dict[int, Schedule]] = {}
        self._held_since: dict[str, float] = {}
        self._settled: set[int] = set()

    def settle(self, ids: Iterable[int]) -> None:
        """The user resolved these: do not notify that they are published."""
        self._settled.update(ids)

    def check(
        self, change: ScheduleChange, schedule: KnownSchedule, now: datetime | None = None
    ) -> list[Schedule]:
        """Return the rows whose end is to be notified now, each end once."""
        now = now or datetime.now(UTC)
        first = change.first or self._since is None
        if first:
            self._since = now
        assert self._since is not None
        for row in change.changed.values():
            before = change.before.get(row.id)
            if first and (before is None or before.status in _ENDED or row.status == "success"):
                continue
            if self._is_new_outcome(row, before, self._since):
                key = row.group_id or f"#{row.id}"
                self._held.setdefault(key, {})[row.id] = row
                self._held_since.setdefault(key, self._monotonic())
            self._settled.discard(row.id)
        return self._release(schedule, now) if self._held else []

    def _is_new_outcome(self, row: Schedule, before: Schedule | None, since: datetime) -> bool:
        if row.status not in _ENDED:
            return False
        if row.status == "success" and row.id in self._settled:
            return False
        if before is None:  # an old row that was not listed before is not new
            return row.send_at is not None and row.send_at >= since
        if before.status == row.status:
            # Retried and failed again between two readings: its time changed.
            return row.status == "error" and before.send_at != row.send_at
        return True

    def _release(self, schedule: KnownSchedule, now: datetime) -> list[Schedule]:
        open_groups = {
            row.group_id for row in schedule.of_groups(self._held.keys()) if _is_under_way(row, now)
        }
        ended: list[Schedule] = []
        for key in list(self._held):
            waited = self._monotonic() - self._held_since[key]
            if key not in open_groups or waited > HOLD_SECONDS:
                ended.extend(self._held.pop(key).values())
                del self._held_since[key]
        return ended


def _is_under_way(row: Schedule, now: datetime) -> bool:
    if row.status == "sending":
        return True
    return row.status == "not_sent" and row.send_at is not None and row.send_at <= now + _DUE


def is_awaited(row: Schedule, now: datetime, soon: timedelta) -> bool:
    """Return whether the row may end soon and is worth polling for."""
    if row.status == "sending":
        return True
    return (
        row.status == "not_sent"
        and row.send_at is not None
        and now - AWAITED <= row.send_at <= now + soon
    )
