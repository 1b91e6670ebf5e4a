"""The filters of the schedule: search, chips, lists and popups over the page's state."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.core.folding import fold
from posto_desktop.core.limits import network_name
from posto_desktop.models.schedule_dates import DateSpan
from posto_desktop.models.schedule_views import Filters
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.ui.schedule.status_chips import StatusChips
from posto_desktop.ui.schedule.table import ScheduleTable
from posto_desktop.ui.schedule.tools import ScheduleTools
from posto_desktop.ui.widgets.popup import below
from posto_desktop.viewmodels.schedule_view import ScheduleViewState

if TYPE_CHECKING:
    from posto_desktop.ui.schedule.dates_popup import DatesPopup
    from posto_desktop.ui.schedule.filter_chips import FilterChips
    from posto_desktop.ui.widgets.menu import Menu

__all__ = ["FilterBar"]

_INTO_THE_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FilterBar(QObject):
    """Shows the filters in all the widgets that have a part of them, and passes on what is chosen
    there. `add_row` puts the chips of the filters on the page once there are some."""

    def __init__(
        self,
        tools: ScheduleTools,
        chips: StatusChips,
        table: ScheduleTable,
        add_row: Callable[[QWidget], None],
        state: ScheduleViewState,
        model: SchedulesModel,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._tools, self._status_chips, self._table = tools, chips, table
        self._add_row, self._state, self._model = add_row, state, model
        self._parent = parent
        self._chips: FilterChips | None = None
        self._shown = Filters()
        self._offered: list[str] = []
        tools.search.textChanged.connect(self._search)
        tools.search.installEventFilter(self)
        chips.chosen.connect(self._choose_status)
        tools.networkChosen.connect(self._choose_network)
        tools.statusChosen.connect(self._choose_status)
        tools.dates.clicked.connect(self.show_dates)
        tools.labels.clicked.connect(self.show_labels)
        model.countsChanged.connect(self.show_counts)

    # --- showing ----------------------------------------------------------------------------------

    def show_filters(self, filters: Filters) -> None:
        """Keep the rows that pass these, and show what they are."""
        tools, before = self._tools, self._shown
        self._shown = filters
        self._model.set_filters(filters)
        if tools.search.text() != filters.search:
            tools.search.setText(filters.search)
        if filters.but(search="") != before.but(search=""):  # not for each key in the search
            self._status_chips.set_chosen(filters.status)
            tools.set_status(filters.status)
            tools.set_network(filters.network)
            tools.set_dates(filters.dates.words(self._model.today()) if filters.dates else "")
            tools.set_label(filters.label or "")
            self._show_chips(filters)

    def offer_labels(self) -> None:
        """Labels can be filtered by, where there are any."""
        self._tools.offer_labels(bool(self._model.labels() or self._state.view.filters.label))

    @Slot()
    def show_counts(self) -> None:
        """Rows or filters have changed."""
        self._status_chips.set_counts(self._model.counts())
        slugs, network = self._model.networks(), self._state.view.filters.network
        if slugs == self._offered:
            return
        is_gone = network in self._offered and network not in slugs
        self._offered = slugs
        self._tools.set_networks(slugs, network)
        if is_gone:
            self._choose_network(None)

    def _said(self, on: Filters) -> list[tuple[str, str]]:
        """The filters that are on, but for the search and the status, which have their own marks:
        a key and words."""
        said = (
            ("network", network_name(on.network) if on.network else ""),
            ("dates", on.dates.words(self._model.today()) if on.dates else ""),
            ("label", self.tr("Label: {label}").format(label=on.label) if on.label else ""),
        )
        return [(key, words) for key, words in said if words]

    def _show_chips(self, filters: Filters) -> None:
        said = self._said(filters)
        if self._chips is None:
            if not said:
                return
            from posto_desktop.ui.schedule.filter_chips import FilterChips

            self._chips = FilterChips()
            self._add_row(self._chips)
            self._chips.removed.connect(self._remove)
            self._chips.cleared.connect(self._state.clear_filters)
        self._chips.set_filters(said)

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
        """From the search a key leads to what was found."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _INTO_THE_LIST
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            self._go_to_found()
            return True
        return super().eventFilter(watched, event)

    def _go_to_found(self) -> None:
        if self._model.shown():
            self._table.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if not self._table.currentIndex().isValid():
                self._table.go_to_first()

    # --- popups -----------------------------------------------------------------------------------

    @Slot()
    def show_dates(self) -> None:
        """Open the popup of the dates."""
        self.make_dates().show_at(below(self._tools.dates))

    def make_dates(self) -> DatesPopup:
        from posto_desktop.ui.schedule.dates_popup import DatesPopup

        now = self._state.view.filters.dates
        popup = DatesPopup(now, self._model.today(), self._parent)
        popup.chosen.connect(self._choose_dates)
        return popup

    @Slot()
    def show_labels(self) -> None:
        """Open the menu of the labels."""
        self.make_labels().popup(below(self._tools.labels))

    def make_labels(self) -> Menu:
        from posto_desktop.ui.widgets.menu import Menu

        menu = Menu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        now = self._state.view.filters.label
        for label in (None, *self._model.labels()):
            words = label if label is not None else self.tr("All labels")
            entry = menu.add(
                words.replace("&", "&&"),
                slot=lambda _on=False, one=label: self._state.filter_by(label=one),
            )
            entry.setCheckable(True)
            entry.setChecked(fold(label or "") == fold(now or ""))
        return menu
