"""Schedule model with filters, labels and temporarily hidden rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from PySide6.QtCore import QObject

from posto_desktop.core.folding import fold
from posto_desktop.models.schedule_rows_model import ScheduleRowsModel
from posto_desktop.models.schedule_views import ScheduleFilters
from posto_desktop.sdk.records import Schedule

__all__ = ["FilteredScheduleModel"]


class FilteredScheduleModel(ScheduleRowsModel):
    """Adds filters and labels to the rows."""

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        zone: tzinfo | None = None,
    ):
        super().__init__(parent, now=now, zone=zone)
        self._filters = ScheduleFilters()
        self._labels: Mapping[str, Sequence[str]] = {}

    def set_filters(self, filters: ScheduleFilters) -> None:
        """Show rows that pass all filters, and those of `set_channels`. Every word of the search
        must occur in text, channel, error or link."""
        self._filters = filters
        self._apply_filters()

    @property
    def filters(self) -> ScheduleFilters:
        return self._filters

    def set_channels(self, ids: Collection[int] | None) -> None:
        """Show rows of these channels; None shows all."""
        self._set_filter(channels=None if ids is None else frozenset(ids))

    def set_labels(self, labels: Mapping[str, Sequence[str]]) -> None:
        """Set the labels of messages, by the mark or group of their posts."""
        self._labels = labels
        self._apply_filters()

    def set_evergreen(self, refs: Collection[str]) -> None:
        """Set the marks of posts that evergreen messages have made."""
        self._texts.evergreen = refs
        rows = self.rowCount()
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, self.columnCount() - 1))

    def is_evergreen(self, schedule: Schedule) -> bool:
        """Return whether a post is a run of an evergreen message."""
        return self._texts.is_evergreen(schedule)

    def labels(self) -> list[str]:
        """Return all labels in alphabetical order; spellings that differ in case only once."""
        spellings: dict[str, str] = {}
        for labels in self._labels.values():
            for label in labels:
                spellings.setdefault(fold(label), label)
        return [spellings[key] for key in sorted(spellings)]

    def refresh_clock(self) -> None:
        self._apply_filters()  # "this week" may have changed
        super().refresh_clock()

    def today(self) -> date:
        """Return the current day in the zone of the schedule."""
        return self._texts.today()

    def _apply_filters(self) -> None:
        filters = self._filters
        first, last = filters.dates.days(self.today()) if filters.dates else (None, None)
        self._set_filter(
            words=tuple(filters.search.casefold().split()),
            status=filters.status,
            network=filters.network,
            marks=self._marks_of(filters.label),
            first=first,
            last=last,
        )

    def _marks_of(self, label: str | None) -> frozenset[str] | None:
        if label is None:
            return None
        key = fold(label)
        return frozenset(
            mark
            for mark, labels in self._labels.items()
            if any(fold(spelling) == key for spelling in labels)
        )

    def _set_filter(self, **changes: Any) -> None:
        new_filter = self._filter.with_changes(**changes)
        if new_filter != self._filter:
            self._filter = new_filter
            self._show()

    def hide(self, ids: Collection[int]) -> None:
        """Hide rows while their deletion can be undone."""
        self.set_hidden(self._hidden | set(ids))

    def unhide(self, ids: Collection[int] | None = None) -> None:
        """Show hidden rows again; None shows all."""
        self.set_hidden(() if ids is None else self._hidden - set(ids))

    def set_hidden(self, ids: Collection[int]) -> None:
        """Hide exactly these rows."""
        hidden = frozenset(self._by_id.keys() & ids)
        if hidden != self._hidden:
            self._hidden = hidden
            self._show()

    def is_being_deleted(self, key: int) -> bool:
        """Return True for a row that is hidden while its deletion can be undone."""
        return key in self._hidden

    @property
    def is_by_channel(self) -> bool:
        """Return True if a channel filter is active."""
        return self._filter.channels is not None

    def counts(self) -> dict[str, int]:
        """Return the number of posts by status that pass all filters except that for the status."""
        return dict(self._counts)

    def total(self) -> int:
        """Return the number of rows except those being deleted."""
        return len(self._by_id) - len(self._hidden)

    def shown(self) -> int:
        """Return the number of posts that are shown, without day headings. A message counts with
        all of its posts."""
        return len(self._shown.posts)

    def count_without_status(self) -> int:
        return sum(self._counts.values())
