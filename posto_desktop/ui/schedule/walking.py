"""Going through the rows of the schedule: to the next one, by a page, to the ends."""

from __future__ import annotations

from posto_desktop.models.schedules import TIME
from posto_desktop.ui.schedule.rows_view import SELECT, RowsView

__all__ = ["WalkedView"]


class WalkedView(RowsView):
    """Day heads are passed over. The row that is gone to is brought into sight."""

    def set_current(self, key: int) -> None:
        """Make a post the current one, where it is shown."""
        self._go(self._model.row_of(key))

    def take_over(self, key: int) -> None:
        """The current post has this id now. The list stays where it is."""
        self._current_id = key
        row = self._model.row_of(key)
        if row >= 0:
            self.selectionModel().setCurrentIndex(self._model.index(row, TIME), SELECT)

    def step(self, by: int) -> None:
        """Make the next or previous post the current one."""
        self._go(self._post_from(self.currentIndex().row() + by, by))

    def step_page(self, by: int) -> None:
        """Go on or back by as many posts as are seen at once."""
        row = self.currentIndex().row()
        room = self._room() - self.rowHeight(row)
        at = self.rowAt(self.rowViewportPosition(row) + by * room)  # -1 beyond the ends
        if at < 0:
            at = 0 if by < 0 else self._model.rowCount() - 1
        found = self._post_from(at, -by)
        if found < 0 or (found - row) * by <= 0:  # at an end, or between two heads
            found = self._post_from(row + by, by)
        self._go(found)

    def go_to_end(self, by: int) -> None:
        """Make the first or the last post the current one."""
        self._go(self._post_from(0 if by < 0 else self._model.rowCount() - 1, -by))

    def go_to_first(self) -> None:
        """Make the first post that is in sight the current one."""
        self._go(self._post_from(max(self.rowAt(0), 0), 1))

    def _room(self) -> int:
        """How high the place for rows is, without what floats over the lowest ones."""
        return self.viewport().height() - self._space_below

    def _post_from(self, row: int, by: int) -> int:
        """The row of the first post from a row on, -1 for none."""
        while 0 <= row < self._model.rowCount():
            if not self._model.is_head(row):
                return row
            row += by
        return -1

    def _go(self, row: int) -> None:
        if row >= 0:
            self.selectionModel().setCurrentIndex(self._model.index(row, TIME), SELECT)
            self.reveal(row)

    def reveal(self, row: int) -> None:
        """Bring a row into sight; the first one of a day with its head."""
        self.executeDelayedItemsLayout()
        first = row - 1 if self._model.is_head(row - 1) else row
        top = self.rowViewportPosition(first)
        bottom = self.rowViewportPosition(row) + self.rowHeight(row)
        bar, too_low = self.verticalScrollBar(), bottom - self._room()
        if top < 0:
            bar.setValue(bar.value() + top)
        elif too_low > 0:
            bar.setValue(bar.value() + min(too_low, top))

    def set_space_below(self, pixels: int) -> None:
        comes = pixels > self._space_below
        super().set_space_below(pixels)
        if comes and self._painter.ring and self.currentIndex().isValid():
            self.reveal(self.currentIndex().row())
