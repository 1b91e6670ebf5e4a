"""Schedule model with posts grouped by message."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import Signal

from posto_desktop.models.filtered_schedule_model import FilteredScheduleModel
from posto_desktop.models.schedule_messages import MessageRow, posts_of
from posto_desktop.models.schedule_rows import ScheduleRow
from posto_desktop.sdk.records import Schedule

__all__ = ["GroupedScheduleModel"]


class GroupedScheduleModel(FilteredScheduleModel):
    """Adds rows of messages, which can be unfolded. A message is shown with all of its posts if one
    of them passes the filters, because it is one thing.

    Signal `groupingChanged()`: `is_grouped` changed."""

    groupingChanged = Signal()

    @property
    def is_grouped(self) -> bool:
        return self._is_grouped

    def set_grouped(self, on: bool) -> None:
        """Show one row for each message, or one for each post."""
        if on == self._is_grouped:
            return
        self._is_grouped, self._sorted = on, None
        if not on:
            self._messages.clear()
        self.groupingChanged.emit()
        self._show()

    # --- rows -------------------------------------------------------------------------------------

    def row_of(self, key: int, *, whole: bool = False) -> int:
        """Return the row number of a post: that of its message if this is folded, or `whole`. -1 if
        it is not shown."""
        row = self._by_id.get(key)
        if row is None:
            return -1
        if not self._is_grouped:
            return self._shown.number_of(row)
        at = -1 if whole else self._shown.number_of(row)
        message = self._messages.row_of(key) if at < 0 else None
        return at if message is None else self._shown.number_of(message)

    def row_at(self, number: int) -> ScheduleRow | None:
        """Return the row at a number; None for a day heading or outside."""
        return self._shown.row(number)

    def message_at(self, number: int) -> MessageRow | None:
        """Return the row of a message; None for a single post."""
        row = self._shown.row(number)
        return row if isinstance(row, MessageRow) else None

    def message_of(self, key: int) -> MessageRow | None:
        """Return the row of the message that has this post among others, if they are grouped."""
        row = self._messages.row_of(key) if self._is_grouped else None
        return row if isinstance(row, MessageRow) else None

    def is_below_message(self, number: int) -> bool:
        """Return True for a post that is listed below its message."""
        row = self._shown.row(number) if self._is_grouped else None
        return row is not None and not isinstance(row, MessageRow) and bool(self.message_of(row.id))

    def schedules_at(self, number: int) -> list[Schedule]:
        """Return the posts of a row."""
        row = self._shown.row(number)
        return [post.schedule for post in posts_of(row)] if row is not None else []

    # --- folding ----------------------------------------------------------------------------------

    def set_open(self, number: int, on: bool) -> bool:
        """Unfold or fold the message of a row; return False if there is nothing to do."""
        message = self.message_at(number)
        if message is None or not self._messages.set_open(message.key, on):
            return False
        self._show()
        return True

    def set_all_open(self, on: bool) -> None:
        """Unfold or fold all messages."""
        self._messages.set_all_open(on)
        if self._is_grouped:
            self._show()

    def reveal(self, key: int) -> None:
        """Unfold the message of a post."""
        message = self.message_of(key)
        if message is not None and self._messages.set_open(message.key, True):
            self._show()

    # --- ticks ------------------------------------------------------------------------------------

    def ticked_of(self, row: ScheduleRow) -> tuple[int, int]:
        """Return how many posts of a row are ticked, and how many there are."""
        posts = posts_of(row)
        ticked = self._ticked
        return (sum(post.id in ticked for post in posts) if ticked else 0), len(posts)

    def _numbers_of(self, ids: Collection[int]) -> dict[int, int]:
        """Return the row numbers of those posts that are shown, by id."""
        return {key: at for key in ids if (at := self.row_of(key)) >= 0}

    def _touch_posts(self, numbers: Iterable[int], ids: Iterable[int]) -> None:
        """Repaint these rows and those of their messages."""
        rows = [*numbers]
        if self._is_grouped:
            rows += [at for key in ids if (at := self.row_of(key, whole=True)) >= 0]
        if rows:
            self._touch(min(rows), max(rows))
