"""Drafts on the calendar: their times, and the drafts without a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QObject, Signal

from posto_desktop.core.draft import Draft
from posto_desktop.models.calendar_drafts import NO_DRAFTS, TimedDrafts, resolve_draft_times
from posto_desktop.sdk.records import Channel


class CalendarDrafts(QObject):
    """Owns the `TimedDrafts` of the page; the drafts themselves belong to the `DraftStore`.

    The meaning of relative times changes with the clock, so `place` computes them on demand.

    Signal `changed(TimedDrafts, frozenset[str] fields)`: after each `place`. The fields are "rows"
    and "waiting", if they differ; names and texts count as well.
    """

    changed = Signal(object, object)

    def __init__(
        self,
        channels_of: Callable[[Draft], Sequence[Channel]],
        now: Callable[[], datetime],
        zone: tzinfo,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._channels_of, self._now, self._zone = channels_of, now, zone
        self._drafts: Sequence[Draft] = ()
        self._placed = NO_DRAFTS

    @property
    def placed(self) -> TimedDrafts:
        """Return the result of the last `place`."""
        return self._placed

    def set_drafts(self, drafts: Sequence[Draft]) -> None:
        """Set the drafts of the open workspace; `place` shows them."""
        self._drafts = drafts

    def place(self) -> None:
        """Resolve the times of the drafts now, and the names of their channels."""
        before = self._placed
        self._placed = resolve_draft_times(self._drafts, self._channels_of, self._now(), self._zone)
        changed = {"rows"} if self._placed.rows != before.rows else set()
        if self._placed.waiting != before.waiting:
            changed.add("waiting")
        self.changed.emit(self._placed, frozenset(changed))

    def waiting(self, draft_id: str) -> Draft | None:
        return next((draft for draft in self._placed.waiting if draft.id == draft_id), None)
