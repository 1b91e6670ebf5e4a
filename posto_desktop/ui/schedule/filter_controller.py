"""Controller of the schedule's filters: connects search, chips, combo boxes and popups with the
page's state."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.core.folding import fold
from posto_desktop.core.limits import network_name
from posto_desktop.core.schedule_status import PROPOSALS
from posto_desktop.models.schedule_dates import DateSpan
from posto_desktop.models.schedule_views import ScheduleFilters
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.ui.schedule.status_chips import StatusChips
from posto_desktop.ui.schedule.table import ScheduleTable
from posto_desktop.ui.schedule.toolbar import ScheduleToolbar
from posto_desktop.ui.shared.status_filter import add_team_statuses
from posto_desktop.ui.widgets.popup import below
from posto_desktop.viewmodels.schedule_view import ScheduleViewState

if TYPE_CHECKING:
    from posto_desktop.ui.schedule.dates_popup import DatesPopup
    from posto_desktop.ui.schedule.filter_chips import FilterChips
    from posto_desktop.ui.widgets.menu import Menu

__all__ = ["FilterController"]

_LIST_KEYS = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FilterController(QObject):
    """Shows the filters in all their widgets and applies what the user chooses there. `add_row`
    adds the row of filter chips to the page when it is first needed."""

    def __init__(
        self,
        toolbar: ScheduleToolbar,
        chips: StatusChips,
        table: ScheduleTable,
        add_row: Callable[[QWidget], None],
        state: ScheduleViewState,
        model: SchedulesModel,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._toolbar, self._status_chips, self._table = toolbar, chips, table
        self._add_row, self._state, self._model = add_row, state, model
        self._parent = parent
        self._chips: FilterChips | None = None
        self._shown = ScheduleFilters()
        self._networks: list[str] = []
        toolbar.search.textChanged.connect(self._search)
        toolbar.search.installEventFilter(self)
        chips.chosen.connect(self._choose_status)
        toolbar.networkChosen.connect(self._choose_network)
        toolbar.statusChosen.connect(self._choose_status)
        toolbar.dates.clicked.connect(self.show_dates)
        toolbar.labels.clicked.connect(self.show_labels)
        model.countsChanged.connect(self.show_counts)

    # --- showing ----------------------------------------------------------------------------------

    def show_filters(self, filters: ScheduleFilters) -> None:
        """Apply the filters and show them."""
        toolbar, before = self._toolbar, self._shown
        self._shown = filters
        self._model.set_filters(filters)
        if toolbar.search.text() != filters.search:
            toolbar.search.setText(filters.search)
        if filters.with_changes(search="") != before.with_changes(
            search=""
        ):  # not at each keystroke in the search field
            self._status_chips.set_chosen(filters.status)
            toolbar.set_status(filters.status)
            toolbar.set_network(filters.network)
            toolbar.set_dates(filters.dates.words(self._model.today()) if filters.dates else "")
            toolbar.set_label(filters.label or "")
            self._show_chips(filters)

    def offer_labels(self) -> None:
        self._toolbar.offer_labels(bool(self._model.labels() or self._state.view.filters.label))

    @Slot()
    def show_counts(self) -> None:
        """Update counts and texts after a change of rows or filters."""
        counts = self._model.counts()
        self._status_chips.set_counts(counts)
        if any(counts.get(status) for status in PROPOSALS):
            add_team_statuses(self._toolbar.status)
        slugs, network = self._model.networks(), self._state.view.filters.network
        if slugs == self._networks:
            return
        is_missing = network in self._networks and network not in slugs
        self._networks = slugs
        self._toolbar.set_networks(slugs, network)
        if is_missing:
            self._choose_network(None)

    def _active_filters(self, on: ScheduleFilters) -> list[tuple[str, str]]:
        """Return key and text of the active filters, except search and status, which have widgets
        of their own."""
        active = (
            ("network", network_name(on.network) if on.network else ""),
            ("dates", on.dates.words(self._model.today()) if on.dates else ""),
            ("label", self.tr("Label: {label}").format(label=on.label) if on.label else ""),
        )
        return [(key, words) for key, words in active if words]

    def _show_chips(self, filters: ScheduleFilters) -> None:
        active = self._active_filters(filters)
        if self._chips is None:
            if not active:
                return
            from posto_desktop.ui.schedule.filter_chips import FilterChips

            self._chips = FilterChips()
            self._add_row(self._chips)
            self._chips.removed.connect(self._remove)
            self._chips.cleared.connect(self._state.clear_filters)
        self._chips.set_filters(active)

    # --- choosing ---------------------------------------------------------------------------------

    @Slot(str)
    def _search(self, text: str) -> None:
        self._state.filter_by(search=text)

    @Slot(object)
    def _choose_status(self, key: str | None) -> None:
        self._state.filter_by(status=key)

    @Slot(object)
    def _choose_network(self, slug: str | None) -> None:
        self._state.filter_by(network=slug)

    @Slot(object)
    def _choose_dates(self, dates: DateSpan | None) -> None:
        self._state.filter_by(dates=dates)

    @Slot(str)
    def _remove(self, key: str) -> None:
        if key == "network":
            self._state.filter_by(network=None)
        elif key == "dates":
            self._state.filter_by(dates=None)
        else:
            self._state.filter_by(label=None)
        if self._chips is not None and self._chips.isHidden():
            self._table.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move the focus from the search field to the results."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _LIST_KEYS
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            self._focus_results()
            return True
        return super().eventFilter(watched, event)

    def _focus_results(self) -> None:
        if self._model.shown():
            self._table.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if not self._table.currentIndex().isValid():
                self._table.go_to_first()

    # --- popups -----------------------------------------------------------------------------------

    @Slot()
    def show_dates(self) -> None:
        self.make_dates().show_at(below(self._toolbar.dates))

    def make_dates(self) -> DatesPopup:
        from posto_desktop.ui.schedule.dates_popup import DatesPopup

        current = self._state.view.filters.dates
        popup = DatesPopup(current, self._model.today(), self._parent)
        popup.chosen.connect(self._choose_dates)
        return popup

    @Slot()
    def show_labels(self) -> None:
        self.make_labels().popup(below(self._toolbar.labels))

    def make_labels(self) -> Menu:
        from posto_desktop.ui.widgets.menu import Menu

        menu = Menu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        current = self._state.view.filters.label
        for label in (None, *self._model.labels()):
            words = label if label is not None else self.tr("All labels")
            entry = menu.add(
                words.replace("&", "&&"),
                slot=lambda _on=False, label_choice=label: self._state.filter_by(
                    label=label_choice
                ),
            )
            entry.setCheckable(True)
            entry.setChecked(fold(label or "") == fold(current or ""))
        return menu
