"""Views of the schedule that have a name: what they keep, in which order and columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict, Unpack

from posto_desktop.common import json_text
from posto_desktop.models.schedule_columns import Columns, Sort
from posto_desktop.models.schedule_dates import DateSpan

__all__ = [
    "MOST_CHARS",
    "FilterFields",
    "Filters",
    "View",
    "read_views",
    "with_view",
    "without_view",
    "write_views",
]

MOST_CHARS = 60
_MOST_VIEWS = 100


class FilterFields(TypedDict, total=False):
    """Some of the fields of `Filters`."""

    search: str
    status: str | None
    network: str | None
    dates: DateSpan | None
    label: str | None


@dataclass(frozen=True)
class Filters:
    """What the user narrowed the schedule to. The channels are not among it: the pane at the left
    ticks them."""

    search: str = ""
    status: str | None = None
    network: str | None = None
    dates: DateSpan | None = None
    label: str | None = None

    def but(self, **changes: Unpack[FilterFields]) -> Filters:
        """Return these filters with some of them changed."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "search": self.search,
            "status": self.status,
            "network": self.network,
            "dates": self.dates.to_json() if self.dates else None,
            "label": self.label,
        }
        return {key: value for key, value in found.items() if value}

    @classmethod
    def from_json(cls, data: object) -> Filters:
        found = data if isinstance(data, dict) else {}
        words = {
            key: value
            for key in ("search", "status", "network", "label")
            if isinstance(value := found.get(key), str) and value
        }
        return cls(dates=DateSpan.from_json(found.get("dates")), **words)


@dataclass(frozen=True)
class View:
    """``columns`` without widths: those stay as they are."""

    name: str
    filters: Filters = field(default_factory=Filters)
    sort: Sort = field(default_factory=Sort)
    columns: Columns = field(default_factory=Columns)

    def looks_like(self, filters: Filters, sort: Sort, columns: Columns) -> bool:
        """Whether this is what is shown now."""
        return (
            self.filters == filters
            and self.sort == sort
            and self.columns.order == columns.order
            and self.columns.hidden == columns.hidden
        )

    def to_json(self) -> dict[str, Any]:
        columns = self.columns.to_json()
        return {
            "name": self.name,
            "filters": self.filters.to_json(),
            "sort": self.sort.to_text(),
            "columns": {"order": columns["order"], "hidden": columns["hidden"]},
        }

    @classmethod
    def from_json(cls, data: object) -> View | None:
        name = data.get("name") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(name, str) or not _clean(name):
            return None
        return cls(
            _clean(name),
            Filters.from_json(data.get("filters")),
            Sort.from_text(data.get("sort")),
            replace(Columns.from_json(data.get("columns")), widths={}),
        )


def _clean(name: str) -> str:
    return " ".join(name.split())[:MOST_CHARS].strip()


def with_view(views: Sequence[View], view: View, instead_of: str = "") -> tuple[View, ...]:
    """With a view in the place of the one called ``instead_of`` or as it is called, else last."""
    kept = replace(view, name=_clean(view.name), columns=replace(view.columns, widths={}))
    folded = {kept.name.casefold(), instead_of.casefold()}
    made: list[View] = []
    placed = False
    for one in views:
        if one.name.casefold() not in folded:
            made.append(one)
        elif not placed:
            made.append(kept)
            placed = True
    return tuple(made if placed else [*made, kept])


def without_view(views: Sequence[View], name: str) -> tuple[View, ...]:
    return tuple(view for view in views if view.name != name)


def read_views(text: str) -> tuple[View, ...]:
    """The views that were written; what cannot be read is left out."""
    try:
        found = json_text.loads(text or "[]")
    except ValueError:
        return ()
    views: tuple[View, ...] = ()
    for data in found[:_MOST_VIEWS] if isinstance(found, list) else ():
        view = View.from_json(data)
        if view is not None:
            views = with_view(views, view)
    return views


def write_views(views: Iterable[View]) -> str:
    return json.dumps([view.to_json() for view in views], ensure_ascii=False) if views else ""
