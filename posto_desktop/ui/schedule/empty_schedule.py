"""Controller of the empty state of the schedule table: why no row is shown, and a button that
helps."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.models.schedule_views import ScheduleFilters
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.viewmodels.schedule_load_state import ScheduleLoadState
from posto_desktop.viewmodels.schedule_view import ScheduleViewState

__all__ = ["EmptySchedule"]


class EmptySchedule(QObject):
    """Signals of its button: `refreshRequested()`, `newMessageRequested()`,
    `allChannelsRequested()`. `place` lays the text out before it is shown."""

    refreshRequested = Signal()
    newMessageRequested = Signal()
    allChannelsRequested = Signal()

    def __init__(
        self,
        empty_state: EmptyState,
        place: Callable[[], None],
        state: ScheduleViewState,
        reading: ScheduleLoadState,
        model: SchedulesModel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._empty_state, self._place = empty_state, place
        self._state, self._reading, self._model = state, reading, model
        empty_state.clicked.connect(self._on_button_clicked)

    @Slot()
    def show(self) -> None:
        """Show the reason if the table is empty, else hide."""
        model, reading = self._model, self._reading.reading
        if model.shown() or not (reading.loaded or model.total() or reading.trouble):
            self._empty_state.hide()
            return
        if model.total() == 0 and reading.trouble:
            self._set_texts(
                "triangle-alert",
                self.tr("The schedule could not be loaded"),
                reading.trouble,
                self.tr("Try again"),
            )
        elif model.total() == 0:
            self._set_texts(
                "calendar-plus",
                self.tr("Nothing scheduled yet"),
                self.tr("Scheduled messages appear here."),
                self.tr("New message"),
            )
        else:
            has_filters = self._state.view.filters != ScheduleFilters()
            self._set_texts(
                "search-x",
                self.tr("No post matches"),
                self._hidden_words(has_filters),
                self.tr("Clear filters") if has_filters else self.tr("Show hidden channels"),
            )
        self._place()
        self._empty_state.show()

    def _hidden_words(self, has_filters: bool) -> str:
        model = self._model
        without = model.count_without_status()
        if self._state.view.filters.status and without:
            return self.tr("Without the status filter: %Ln post(s).", "", without)
        total = model.total()
        if not has_filters:
            return self.tr("Hidden channels contain %Ln post(s).", "", total)
        if model.is_by_channel:
            return self.tr("Filters and hidden channels hide %Ln post(s).", "", total)
        return self.tr("The filters hide %Ln post(s).", "", total)

    def _set_texts(self, icon: str, title: str, text: str, button: str) -> None:
        self._empty_state.set_texts(title, text, icon)
        self._empty_state.set_button(button)

    @Slot()
    def _on_button_clicked(self) -> None:
        if self._model.total() == 0 and self._reading.reading.trouble:
            self.refreshRequested.emit()
        elif self._model.total() == 0:
            self.newMessageRequested.emit()
        elif self._state.view.filters != ScheduleFilters():
            self._state.clear_filters()
        else:
            self.allChannelsRequested.emit()
