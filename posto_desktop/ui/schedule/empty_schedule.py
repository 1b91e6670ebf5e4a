"""What is said where the schedule shows no row, and the way out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.models import words
from posto_desktop.models.schedule_views import Filters
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.ui.widgets.empty import EmptyState
from posto_desktop.viewmodels.schedule_reading import ScheduleReading
from posto_desktop.viewmodels.schedule_view import ScheduleViewState

__all__ = ["EmptySchedule"]


class EmptySchedule(QObject):
    """Signals, of its button: `refreshRequested()`, `newMessageRequested()`,
    `allChannelsRequested()`. `place` lays the words out before they are shown."""

    refreshRequested = Signal()
    newMessageRequested = Signal()
    allChannelsRequested = Signal()

    def __init__(
        self,
        note: EmptyState,
        place: Callable[[], None],
        state: ScheduleViewState,
        reading: ScheduleReading,
        model: SchedulesModel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._note, self._place = note, place
        self._state, self._reading, self._model = state, reading, model
        note.clicked.connect(self._leave)

    @Slot()
    def show(self) -> None:
        """Say why no row is shown, where none is."""
        model, reading = self._model, self._reading.reading
        if model.shown() or not (reading.loaded or model.total() or reading.trouble):
            self._note.hide()
            return
        if model.total() == 0 and reading.trouble:
            self._say(
                "triangle-alert",
                self.tr("The schedule could not be loaded"),
                reading.trouble,
                self.tr("Try again"),
            )
        elif model.total() == 0:
            self._say(
                "calendar-plus",
                self.tr("Nothing scheduled yet"),
                self.tr("Messages you schedule will line up here."),
                self.tr("New message"),
            )
        else:
            own = self._state.view.filters != Filters()
            self._say(
                "search-x",
                self.tr("No post matches"),
                self._hidden_words(own),
                self.tr("Clear filters") if own else self.tr("Show hidden channels"),
            )
        self._place()
        self._note.show()

    def _hidden_words(self, own: bool) -> str:
        model = self._model
        without = model.count_without_status()
        if self._state.view.filters.status and without:
            said = self.tr("Without the status filter: {posts}.")
            return said.format(posts=words.posts(without))
        if not own:
            said = self.tr("The hidden channels hide {posts}.")
        elif model.is_by_channel:
            said = self.tr("The filters and the hidden channels hide {posts}.")
        else:
            said = self.tr("The filters hide {posts}.")
        return said.format(posts=words.posts(model.total()))

    def _say(self, icon: str, title: str, text: str, button: str) -> None:
        self._note.set_texts(title, text, icon)
        self._note.set_button(button)

    @Slot()
    def _leave(self) -> None:
        if self._model.total() == 0 and self._reading.reading.trouble:
            self.refreshRequested.emit()
        elif self._model.total() == 0:
            self.newMessageRequested.emit()
        elif self._state.view.filters != Filters():
            self._state.clear_filters()
        else:
            self.allChannelsRequested.emit()
