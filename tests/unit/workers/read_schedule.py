"""Reads a schedule to its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from posto_desktop.workers.schedule import KnownSchedule, ScheduleChange
from posto_desktop.workers.schedule_refresh import refresh


def read(
    schedule: KnownSchedule, reader: Any, progress: Callable[[int, int], object] | None = None
) -> ScheduleChange:
    """All that was found, as one change."""
    merged = ScheduleChange()
    for change in refresh(schedule, reader, progress):
        merged = merged.merged_with(change)
    return merged
