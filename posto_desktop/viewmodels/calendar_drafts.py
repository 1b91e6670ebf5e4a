"""Where the drafts of the workspace stand on the calendar, and which wait without a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QObject, Signal

from posto_desktop.core.draft import Draft
from posto_desktop.models.calendar_drafts import NO_DRAFTS, TimedDrafts, resolve_draft_times
from posto_desktop.sdk.records import Channel


class CalendarDrafts(QObject):
    """Owns the `TimedDrafts` of the page; the drafts themselves belong to the `DraftStore`.

    Times in words mean others as time passes, so they are placed when somebody looks.

    Signal `changed(TimedDrafts, frozenset[str] fields)`: after each `resolve_draft_times`. The rows
    hold names and texts too; "rows" or "waiting" are named if they differ.
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
        """As they were placed last."""
        return self._placed

    def set_drafts(self, drafts: Sequence[Draft]) -> None:
        """The drafts of the open workspace; `resolve_draft_times` shows them."""
        self._drafts = drafts

    def place(self) -> None:
        """Read what the times mean now, and the names of the channels."""
        before = self._placed
        self._placed = resolve_draft_times(self._drafts, self._channels_of, self._now(), self._zone)
        changed = {"rows"} if self._placed.rows != before.rows else set()
        if self._placed.waiting != before.waiting:
            changed.add("waiting")
        self.changed.emit(self._placed, frozenset(changed))

    def waiting(self, draft_id: str) -> Draft | None:
        """One of those without a time, by its id."""
        return next((draft for draft in self._placed.waiting if draft.id == draft_id), None)
