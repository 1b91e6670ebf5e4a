"""Named views of the schedule: filters, sorting, columns and grouping."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict, Unpack

from posto_desktop.common import json_text
from posto_desktop.models.schedule_columns import ScheduleColumns, Sort
from posto_desktop.models.schedule_dates import DateSpan

__all__ = [
    "MAX_NAME_LENGTH",
    "FilterFields",
    "SavedView",
    "ScheduleFilters",
    "read_views",
    "with_view",
    "without_view",
    "write_views",
]

MAX_NAME_LENGTH = 60
_MAX_VIEWS = 100


class FilterFields(TypedDict, total=False):
    """Fields of `ScheduleFilters` for partial changes."""

    search: str
    status: str | None
    network: str | None
    dates: DateSpan | None
    label: str | None


@dataclass(frozen=True)
class ScheduleFilters:
    """Filters of the schedule chosen by the user. Channels are not included: the channel pane has
    them."""

    search: str = ""
    status: str | None = None
    network: str | None = None
    dates: DateSpan | None = None
    label: str | None = None

    def with_changes(self, **changes: Unpack[FilterFields]) -> ScheduleFilters:
        """Return these filters with some of them changed."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "search": self.search,
            "status": self.status,
            "network": self.network,
            "dates": self.dates.to_json() if self.dates else None,
            "label": self.label,
        }
        return {key: value for key, value in data.items() if value}

    @classmethod
    def from_json(cls, data: object) -> ScheduleFilters:
        fields = data if isinstance(data, dict) else {}
        words = {
            key: value
            for key in ("search", "status", "network", "label")
            if isinstance(value := fields.get(key), str) and value
        }
        return cls(dates=DateSpan.from_json(fields.get("dates")), **words)


@dataclass(frozen=True)
class SavedView:
    """Named view; ``columns`` without widths, which a view does not change."""

    name: str
    filters: ScheduleFilters = field(default_factory=ScheduleFilters)
    sort: Sort = field(default_factory=Sort)
    columns: ScheduleColumns = field(default_factory=ScheduleColumns)
    grouped: bool = False

    def looks_like(
        self,
        filters: ScheduleFilters,
        sort: Sort,
        columns: ScheduleColumns,
        *,
        grouped: bool = False,
    ) -> bool:
        """Return True if this view equals the current state."""
        return (
            self.filters == filters
            and self.sort == sort
            and self.grouped == grouped
            and self.columns.order == columns.order
            and self.columns.hidden == columns.hidden
        )

    def to_json(self) -> dict[str, Any]:
        columns = self.columns.to_json()
        view: dict[str, Any] = {
            "name": self.name,
            "filters": self.filters.to_json(),
            "sort": self.sort.to_text(),
            "columns": {"order": columns["order"], "hidden": columns["hidden"]},
        }
        return {**view, "grouped": True} if self.grouped else view

    @classmethod
    def from_json(cls, data: object) -> SavedView | None:
        name = data.get("name") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(name, str) or not _clean(name):
            return None
        return cls(
            _clean(name),
            ScheduleFilters.from_json(data.get("filters")),
            Sort.from_text(data.get("sort")),
            replace(ScheduleColumns.from_json(data.get("columns")), widths={}),
            grouped=data.get("grouped") is True,
        )


def _clean(name: str) -> str:
    return " ".join(name.split())[:MAX_NAME_LENGTH].strip()


def with_view(
    views: Sequence[SavedView], view: SavedView, instead_of: str = ""
) -> tuple[SavedView, ...]:
    """Return the views with one replaced (``instead_of``, or the same name) or appended."""
    new_view = replace(view, name=_clean(view.name), columns=replace(view.columns, widths={}))
    folded = {new_view.name.casefold(), instead_of.casefold()}
    made: list[SavedView] = []
    placed = False
    for existing in views:
        if existing.name.casefold() not in folded:
            made.append(existing)
        elif not placed:
            made.append(new_view)
            placed = True
    return tuple(made if placed else [*made, new_view])


def without_view(views: Sequence[SavedView], name: str) -> tuple[SavedView, ...]:
    return tuple(view for view in views if view.name != name)


def read_views(text: str) -> tuple[SavedView, ...]:
    """Read the stored views, ignoring invalid ones."""
    try:
        stored = json_text.loads(text or "[]")
    except ValueError:
        return ()
    views: tuple[SavedView, ...] = ()
    for data in stored[:_MAX_VIEWS] if isinstance(stored, list) else ():
        view = SavedView.from_json(data)
        if view is not None:
            views = with_view(views, view)
    return views


def write_views(views: Iterable[SavedView]) -> str:
    return json.dumps([view.to_json() for view in views], ensure_ascii=False) if views else ""
