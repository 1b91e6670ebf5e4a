"""Filter of the schedule rows: search and filters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from posto_desktop.common.sentences import in_users_language
from posto_desktop.models.schedule_rows import ScheduleRow

__all__ = ["RowFilter"]


@dataclass(frozen=True)
class RowFilter:
    """``words`` are case-folded and must all occur. ``status`` is applied by the caller, who
    counts. ``marks`` are the marks and groups of messages with a label; ``first`` and ``last`` are
    inclusive days: rows without a day fail both."""

    words: tuple[str, ...] = ()
    status: str | None = None
    network: str | None = None
    channels: frozenset[int] | None = None
    marks: frozenset[str] | None = None
    first: date | None = None
    last: date | None = None

    def with_changes(self, **changes: Any) -> RowFilter:
        """Return this filter with some of it changed."""
        return replace(self, **changes)

    @property
    def passes_all(self) -> bool:
        return self == RowFilter()

    def ready(self) -> Callable[[list[ScheduleRow]], list[ScheduleRow]]:
        """Return a function that filters a list of rows by all criteria except the status."""
        words = [(word, _NamesWithWord(word)) for word in self.words]
        channels, network, marks = self.channels, self.network, self.marks
        first, last = self.first, self.last

        def filter_rows(rows: list[ScheduleRow]) -> list[ScheduleRow]:
            if channels is not None:
                rows = [row for row in rows if row.schedule.channel_id in channels]
            if network is not None:
                rows = [row for row in rows if row.schedule.network == network]
            if marks is not None:
                rows = [
                    row
                    for row in rows
                    if (row.schedule.posto_ref in marks) or (row.schedule.group_id in marks)
                ]
            if first is not None:
                rows = [row for row in rows if row.day is not None and row.day >= first]
            if last is not None:
                rows = [row for row in rows if row.day is not None and row.day <= last]
            for word, named in words:
                rows = [
                    row
                    for row in rows
                    if word in row.folded
                    or named[(schedule := row.schedule).channel_name]
                    or (schedule.error and word in in_users_language(schedule.error).casefold())
                    or (schedule.link and word in schedule.link.casefold())
                ]
            return rows

        return filter_rows


class _NamesWithWord(dict[str, bool]):
    """Cache: does a channel name contain the word?"""

    def __init__(self, word: str):
        super().__init__()
        self._word = word

    def __missing__(self, name: str) -> bool:
        is_match = self[name] = self._word in name.casefold()
        return is_match
