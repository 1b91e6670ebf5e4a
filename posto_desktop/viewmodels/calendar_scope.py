"""State of the Calendar page: view, days and filters."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import TypedDict, Unpack

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.models import dates
from posto_desktop.models.calendar_range import VIEWS, days_of, next_anchor, title_of


@dataclass(frozen=True)
class CalendarScope:
    """``view`` is "day", "week", "month" or "agenda"; ``anchor`` is a day that it shows. With
    ``from_week`` a month begins with the week of ``anchor``. ``status`` and ``channel_ids`` filter
    posts; None shows all."""

    anchor: date
    view: str = "week"
    from_week: bool = True
    status: str | None = None
    channel_ids: frozenset[int] | None = None

    @property
    def days(self) -> list[date]:
        return days_of(self.view, self.anchor, from_week=self.from_week)

    def title(self, year: int, *, short: bool = False) -> str:
        """Return the title of the days; `short` leaves out the year if it is `year`."""
        return title_of(self.view, self.days, self.anchor, short=short, year=year)


class _Fields(TypedDict, total=False):
    anchor: date
    view: str
    from_week: bool
    status: str | None
    channel_ids: frozenset[int] | None


class CalendarScopeState(QObject):
    """Owns the `CalendarScope` of the page. Signal `changed(CalendarScope, frozenset[str] fields)`.

    `now` returns an aware time; `zone` defines where days begin.
    """

    changed = Signal(object, object)

    def __init__(
        self, now: Callable[[], datetime], zone: tzinfo, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._now, self._zone = now, zone
        self._scope = CalendarScope(self.today)

    @property
    def scope(self) -> CalendarScope:
        return self._scope

    @property
    def today(self) -> date:
        return dates.local(self._now(), self._zone).date()

    def choose_view(self, view: str, current: date | None = None) -> None:
        """Show another view around the same days, or around the day `current` if it is shown."""
        if view in VIEWS:
            is_shown = current is not None and current in self._scope.days
            anchor = current if current is not None and is_shown else self._scope.anchor
            self._change(view=view, anchor=anchor, from_week=anchor == self.today)

    def step(self, by: int) -> None:
        """Go forward (1) or back (-1) by one view."""
        scope = self._scope
        day = next_anchor(scope.view, scope.anchor, by, from_week=scope.from_week)
        self._change(anchor=day, from_week=False)

    def go_to(self, day: date) -> None:
        """Show the days around this one; a month with today begins with the current week."""
        self._change(anchor=day, from_week=day == self.today)

    def go_today(self) -> None:
        self.go_to(self.today)

    @Slot(object)
    def filter_status(self, status: str | None) -> None:
        self._change(status=status)

    def filter_channels(self, ids: Collection[int] | None) -> None:
        """Show posts of these channels only; None shows all."""
        self._change(channel_ids=None if ids is None else frozenset(ids))

    def forget(self) -> None:
        """Reset the status filter for another workspace. The channel pane owns the channel
        filter."""
        self._change(status=None)

    def _change(self, **fields: Unpack[_Fields]) -> None:
        before, self._scope = self._scope, replace(self._scope, **fields)
        changed = frozenset(
            name for name, value in vars(self._scope).items() if value != getattr(before, name)
        )
        if changed:
            self.changed.emit(self._scope, changed)
