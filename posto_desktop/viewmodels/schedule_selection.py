"""Current post of the schedule, and the posts that buttons act on."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.records import Schedule

_REMEMBERED = 2000


class ScheduleSelection(QObject):
    """Owns the id of the current post, which stays current while a filter hides its row, and when a
    move gives it another id. The model owns the ticks.

    With `is_whole` the row of the post's message is current.

    Signals:
        changed(Schedule): this post is current; also after a reset of the model. Of a message it is
            the first one.
        replaced(Schedule): the current post has another id; the selection is the same.
        goRequested(int id): make a row current and scroll to it.
        left(): no post is current any more, but the heading of a day.
    """

    changed = Signal(object)
    replaced = Signal(object)
    goRequested = Signal(int)
    left = Signal()

    def __init__(self, model: SchedulesModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._current_id: int | None = None
        self._is_whole = False
        self._new_ids: dict[int, int] = {}
        model.countsChanged.connect(self._replace_id)

    @property
    def current_id(self) -> int | None:
        return self._current_id

    @property
    def is_whole(self) -> bool:
        """Return True if a message with all of its posts is current."""
        return self._is_whole

    def current(self) -> Schedule | None:
        """Return the current post, even if hidden; None if there is none or it was removed."""
        key = self._current_id
        return self._model.schedule(key) if key is not None else None

    def rows(self) -> list[Schedule]:
        """Return the posts that buttons act on: the ticked ones, else the current one if it is
        shown."""
        ticked = self._model.ticked()
        if ticked:
            return ticked
        key = self._current_id
        row = self._model.row_of(key, whole=self._is_whole) if key is not None else -1
        if self._is_whole:
            return self._model.schedules_at(row)
        schedule = self.current() if row >= 0 else None
        return [schedule] if schedule is not None else []

    def set_current(self, schedule: Schedule, *, is_whole: bool = False) -> None:
        self._current_id, self._is_whole = schedule.id, is_whole
        self.changed.emit(schedule)

    def leave(self) -> None:
        """Have no current post: a day's heading is current, on which nothing acts."""
        if self._current_id is not None:
            self._current_id, self._is_whole = None, False
            self.left.emit()

    def go_to(self, key: int) -> bool:
        """Make a post current; return False if its row is hidden."""
        if self._model.row_of(key) < 0:
            return False
        self.goRequested.emit(key)
        return True

    def forget(self) -> None:
        """Drop the ids for another workspace."""
        self._current_id, self._is_whole = None, False
        self._new_ids.clear()

    # -- posts with a new id ---------------------------------------------------------------------

    def follow(self, ids: Mapping[int, int]) -> None:
        """Follow moved posts, by their new ids under their old ones."""
        self._new_ids.update({old: new for old, new in ids.items() if old != new})
        while len(self._new_ids) > _REMEMBERED:
            del self._new_ids[next(iter(self._new_ids))]
        self._replace_id()

    @Slot()
    def _replace_id(self) -> None:
        old = self._current_id
        new = self._new_ids.get(old) if old is not None else None
        schedule = self._model.schedule(new) if new is not None else None
        if schedule is not None and self.current() is None:
            self._current_id = schedule.id
            self.replaced.emit(schedule)
