"""State of the Schedule page: filters, order, columns, grouping, saved views and the inspector."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypedDict, Unpack

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common import json_text
from posto_desktop.models.schedule_columns import ScheduleColumns, Sort
from posto_desktop.models.schedule_views import (
    FilterFields,
    SavedView,
    ScheduleFilters,
    read_views,
    with_view,
    without_view,
    write_views,
)
from posto_desktop.viewmodels.notification import PageNotifier
from posto_desktop.workers.debouncer import Debouncer

GROUPED = "message"
"""The saved value of grouping posts by message; "" for none."""
SAVE_MS = 500
"""Milliseconds to wait with saving while a column is resized."""


@dataclass(frozen=True)
class ScheduleView:
    """``grouped``: one row for the posts of a message. ``saved`` are the named views; ``chosen`` is
    the name of the last chosen one, "" for none, even if changed since. ``inspector_preference`` is
    what the user did last with the inspector: "open", "closed", or "" if nothing."""

    filters: ScheduleFilters = field(default_factory=ScheduleFilters)
    sort: Sort = field(default_factory=Sort)
    columns: ScheduleColumns = field(default_factory=ScheduleColumns)
    grouped: bool = False
    saved: tuple[SavedView, ...] = ()
    chosen: str = ""
    inspector_open: bool = False
    inspector_preference: str = ""

    def saved_view(self) -> SavedView | None:
        """Return the saved view that equals the shown filters, order, columns and grouping; the
        last chosen one first."""
        alike = [
            view
            for view in self.saved
            if view.looks_like(self.filters, self.sort, self.columns, grouped=self.grouped)
        ]
        return next(
            (view for view in alike if view.name == self.chosen), alike[0] if alike else None
        )


class ViewFields(TypedDict, total=False):
    """Arguments of `ScheduleViewState.edit`."""

    filters: ScheduleFilters
    sort: Sort
    columns: ScheduleColumns
    grouped: bool


class ScheduleViewState(QObject):
    """Owns the `ScheduleView` of the page. Widgets and model show it and are never read.

    Signals:
        changed(ScheduleView, frozenset[str]): these fields changed.
        saveRequested(str name, str value): save this for the next start. `name` is "columns",
            "sort", "grouping", "views" or "inspector"; `restore` reads the values.
    """

    changed = Signal(object, object)
    saveRequested = Signal(str, str)

    def __init__(self, notifier: PageNotifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notifier = notifier
        self._view = ScheduleView()
        self._save_soon = Debouncer(SAVE_MS, self._save_columns, self)

    @property
    def view(self) -> ScheduleView:
        return self._view

    # -- changes -------------------------------------------------------------------------------

    def edit(self, **fields: Unpack[ViewFields]) -> None:
        """Change the view and save what is kept between starts."""
        before = self._view
        self._set(replace(before, **fields))
        if self._view.columns != before.columns:
            self._save_soon.call()
        if self._view.sort != before.sort:
            sort = self._view.sort
            self.saveRequested.emit("sort", "" if sort == Sort() else sort.to_text())
        if self._view.grouped != before.grouped:
            self.saveRequested.emit("grouping", GROUPED if self._view.grouped else "")

    def filter_by(self, **fields: Unpack[FilterFields]) -> None:
        self.edit(filters=self._view.filters.with_changes(**fields))

    @Slot()
    def clear_filters(self) -> None:
        """Clear all filters except that of the channel pane."""
        self.edit(filters=ScheduleFilters())

    @Slot(bool)
    def group(self, on: bool) -> None:
        """Show one row for the posts of a message, or one for each post."""
        self.edit(grouped=on)

    @Slot(int)
    def sort_by(self, column: int) -> None:
        """Sort by a column, or reverse the order if it is sorted by it already."""
        now = self._view.sort
        self.edit(sort=Sort(column, column == now.column and not now.backwards))

    def restore(
        self,
        *,
        columns: str = "",
        sort: str = "",
        grouping: str = "",
        views: str = "",
        inspector: str = "",
    ) -> None:
        """Restore the values of `saveRequested`; unreadable ones become defaults."""
        try:
            fields = json_text.loads(columns or "null")
        except ValueError:
            fields = None
        self._set(
            replace(
                self._view,
                columns=ScheduleColumns.from_json(fields),
                sort=Sort.from_text(sort),
                grouped=grouping == GROUPED,
                saved=read_views(views),
                inspector_preference=inspector,
            )
        )

    def _set(self, view: ScheduleView) -> None:
        before, self._view = self._view, view
        changed = frozenset(
            name for name, value in vars(view).items() if value != getattr(before, name)
        )
        if changed:
            self.changed.emit(view, changed)

    # -- columns -------------------------------------------------------------------------------

    @Slot()
    def reset_columns(self) -> None:
        self.edit(columns=ScheduleColumns())

    def show_column(self, column: int, on: bool) -> None:
        self.edit(columns=self._view.columns.with_shown(column, on))

    def move_column(self, column: int, by: int) -> None:
        """Move a column by `by` places among the shown ones."""
        columns = self._view.columns
        shown = columns.shown()
        to = shown.index(column) + by if column in shown else -1
        if 1 <= to < len(shown):
            self.edit(columns=columns.moved(column, columns.order.index(shown[to])))

    @Slot(object)
    def order_columns(self, order: Iterable[int]) -> None:
        """Set the order of the columns from left to right."""
        columns = self._view.columns
        for place, column in enumerate(order):
            columns = columns.moved(column, place)
        self.edit(columns=columns)

    @Slot(int, int)
    def set_column_width(self, column: int, width: int) -> None:
        self.edit(columns=self._view.columns.with_width(column, width))

    @Slot(int)
    def forget_column_width(self, column: int) -> None:
        """Reset the width of a column to automatic."""
        self.edit(columns=self._view.columns.with_width(column, None))

    def save_now(self) -> None:
        """Save pending changes at once."""
        self._save_soon.flush()

    @Slot()
    def _save_columns(self) -> None:
        columns = self._view.columns
        text = "" if columns == ScheduleColumns() else json.dumps(columns.to_json())
        self.saveRequested.emit("columns", text)

    # -- saved views ---------------------------------------------------------------------------

    def choose(self, view: SavedView) -> None:
        """Show a saved view, with the present column widths."""
        self._set(replace(self._view, chosen=view.name))
        columns = replace(view.columns, widths=self._view.columns.widths)
        self.edit(filters=view.filters, sort=view.sort, columns=columns, grouped=view.grouped)

    @Slot()
    def show_all(self) -> None:
        """Show all posts by time; columns and grouping stay."""
        self._set(replace(self._view, chosen=""))
        self.edit(filters=ScheduleFilters(), sort=Sort())

    @Slot(str)
    def save_view(self, name: str) -> None:
        """Save the view under a name, replacing one of the same name."""
        now = self._view
        view = SavedView(name, now.filters, now.sort, now.columns, now.grouped)
        saved = with_view(now.saved, view)
        same = (view.name for view in saved if view.name.casefold() == name.casefold())
        self._set_saved(saved, next(same, ""))

    def rename_view(self, before: str, name: str) -> None:
        view = next(
            (saved_view for saved_view in self._view.saved if saved_view.name == before), None
        )
        if view is not None:
            saved = with_view(self._view.saved, replace(view, name=name), instead_of=before)
            self._set_saved(saved, name if self._view.chosen == before else self._view.chosen)

    def delete_view(self, name: str) -> None:
        before = self._view.saved
        self._set_saved(without_view(before, name), self._view.chosen)
        words = self.tr("View “{name}” deleted").format(name=name)
        self._notifier.offer_undo(words, lambda: self._restore_view(before, name), kind="deleted")

    def _restore_view(self, before: tuple[SavedView, ...], name: str) -> None:
        """Restore a saved view at its place; later changes to other views stay."""
        saved = self._view.saved
        if any(view.name.casefold() == name.casefold() for view in saved):
            return
        names = [view.name for view in before]
        at = names.index(name)
        follows = set(names[at + 1 :])
        place = next((n for n, v in enumerate(saved) if v.name in follows), len(saved))
        self._set_saved((*saved[:place], before[at], *saved[place:]), self._view.chosen)

    def _set_saved(self, saved: tuple[SavedView, ...], chosen: str) -> None:
        self._set(replace(self._view, saved=saved, chosen=chosen))
        self.saveRequested.emit("views", write_views(saved))

    # -- the inspector -------------------------------------------------------------------------

    def set_inspector(self, on: bool, *, by_user: bool = True) -> None:
        """Open or close the inspector. Only the user's choice is remembered for the next start."""
        before = self._view
        if on == before.inspector_open:
            return
        preference = ("open" if on else "closed") if by_user else before.inspector_preference
        self._set(replace(before, inspector_open=on, inspector_preference=preference))
        if preference != before.inspector_preference:
            self.saveRequested.emit("inspector", preference)
