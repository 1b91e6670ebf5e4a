"""The filters of the schedule, and what is said where they leave nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.core.folding import fold
from posto_desktop.models import words
from posto_desktop.models.networks import network_name
from posto_desktop.models.schedule_dates import DateSpan
from posto_desktop.models.schedule_views import Filters
from posto_desktop.ui.schedule.part import Part

if TYPE_CHECKING:
    from posto_desktop.ui.schedule.dates_popup import DatesPopup
    from posto_desktop.ui.schedule.filter_chips import FilterChips
    from posto_desktop.ui.schedule.page import SchedulePage
    from posto_desktop.ui.widgets.menu import Menu

__all__ = ["Filtering", "below"]


_INTO_THE_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


def below(button: QWidget) -> QPoint:
    """Where something that a button opens stands, on the screen."""
    return button.mapToGlobal(QPoint(0, button.height() + 4))


class Filtering(Part):
    """Between the search, the chips and lists of filters, and the model. What is on is in
    `model.filters`; the widgets show it."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        self._chips: FilterChips | None = None
        tools = page.tools
        page.search.textChanged.connect(self._search)
        page.search.installEventFilter(self)
        page.chips.chosen.connect(self.set_status)
        tools.networkChosen.connect(self.set_network)
        tools.statusChosen.connect(self.set_status)
        tools.dates.clicked.connect(self.show_dates)
        tools.labels.clicked.connect(self.show_labels)
        page.empty.clicked.connect(self._empty_button)
        page.model.countsChanged.connect(self.follow_counts)

    # --- what is on -------------------------------------------------------------------------------

    def set_filters(self, filters: Filters) -> None:
        """Filter this way and show so."""
        tools, before = self.page.tools, self.page.model.filters
        if filters == before:
            return
        self.page.model.set_filters(filters)
        if self.page.search.text() != filters.search:
            self.page.search.setText(filters.search)
        if filters.but(search="") != before.but(search=""):  # not for each key in the search
            self.page.chips.set_chosen(filters.status)
            tools.set_status(filters.status)
            tools.set_network(filters.network)
            tools.set_dates(filters.dates.words(self.page.model.today()) if filters.dates else "")
            tools.set_label(filters.label or "")
            self._show_chips()
        self.page.viewing.follow()

    def _but(self, **changes: Any) -> None:
        self.set_filters(self.page.model.filters.but(**changes))

    @Slot(str)
    def _search(self, text: str) -> None:
        self._but(search=text)

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
        page = self.page
        if page.model.shown():
            page.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if not page.table.currentIndex().isValid():
                page.table.go_to_first()

    @Slot(object)
    def set_status(self, key: str | None) -> None:
        self._but(status=key)

    @Slot(object)
    def set_network(self, slug: str | None) -> None:
        self._but(network=slug)

    @Slot(object)
    def set_dates(self, dates: DateSpan | None) -> None:
        self._but(dates=dates)

    def set_label(self, label: str | None) -> None:
        self._but(label=label)

    @Slot()
    def clear(self) -> None:
        """Drop every filter but that of the channels, which are ticked in the channel pane."""
        self.set_filters(Filters())

    def set_labels(self, labels: Mapping[str, Sequence[str]]) -> None:
        """Tell the labels of messages, by the mark or the group of their posts."""
        self.page.model.set_labels(labels)
        on = bool(self.page.model.labels() or self.page.model.filters.label)
        self.page.tools.offer_labels(on)

    # --- chips ------------------------------------------------------------------------------------

    def _said(self) -> list[tuple[str, str]]:
        """The filters that are on, but for the search and the status, which have their own marks:
        a key and words."""
        on = self.page.model.filters
        said = (
            ("network", network_name(on.network) if on.network else ""),
            ("dates", on.dates.words(self.page.model.today()) if on.dates else ""),
            ("label", self.tr("Label: {label}").format(label=on.label) if on.label else ""),
        )
        return [(key, words) for key, words in said if words]

    def _show_chips(self) -> None:
        said = self._said()
        if self._chips is None:
            if not said:
                return
            from posto_desktop.ui.schedule.filter_chips import FilterChips

            self._chips = FilterChips()
            self.page.add_filter_row(self._chips)
            self._chips.removed.connect(self._remove)
            self._chips.cleared.connect(self.clear)
        self._chips.set_filters(said)

    @Slot(str)
    def _remove(self, key: str) -> None:
        self._but(**{key: None})
        if self._chips is not None and self._chips.isHidden():
            self.page.table.setFocus()

    # --- choosing ---------------------------------------------------------------------------------

    @Slot()
    def show_dates(self) -> None:
        """Open the popup of the dates."""
        popup = self.make_dates()
        popup.show_at(below(self.page.tools.dates))

    def make_dates(self) -> DatesPopup:
        from posto_desktop.ui.schedule.dates_popup import DatesPopup

        model = self.page.model
        popup = DatesPopup(model.filters.dates, model.today(), self.page)
        popup.chosen.connect(self.set_dates)
        return popup

    @Slot()
    def show_labels(self) -> None:
        """Open the menu of the labels."""
        self.make_labels().popup(below(self.page.tools.labels))

    def make_labels(self) -> Menu:
        from posto_desktop.ui.widgets.menu import Menu

        menu = Menu(self.page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        now = self.page.model.filters.label
        for label in (None, *self.page.model.labels()):
            words = label if label is not None else self.tr("All labels")
            entry = menu.add(
                words.replace("&", "&&"), slot=lambda _on=False, one=label: self.set_label(one)
            )
            entry.setCheckable(True)
            entry.setChecked(fold(label or "") == fold(now or ""))
        return menu

    # --- what came of it --------------------------------------------------------------------------

    @Slot()
    def follow_counts(self) -> None:
        """Rows or filters have changed."""
        page = self.page
        page.chips.set_counts(page.model.counts())
        if not page.tools.set_networks(page.model.networks()):
            self.set_network(None)
        page.acting.follow_ticks()
        self.say_empty()

    # --- nothing to show --------------------------------------------------------------------------

    def say_empty(self) -> None:
        """Say why no row is shown, where none is."""
        page, model = self.page, self.page.model
        if model.shown() or not (page.showing.loaded or model.total() or page.showing.trouble):
            page.empty.hide()
            return
        if model.total() == 0 and page.showing.trouble:
            self._tell_empty(
                "triangle-alert",
                self.tr("The schedule could not be loaded"),
                page.showing.trouble,
                self.tr("Try again"),
            )
        elif model.total() == 0:
            self._tell_empty(
                "calendar-plus",
                self.tr("Nothing scheduled yet"),
                self.tr("Messages you schedule will line up here."),
                self.tr("New message"),
            )
        else:
            own = model.filters != Filters()
            self._tell_empty(
                "search-x",
                self.tr("No post matches"),
                self._hidden_words(own),
                self.tr("Clear filters") if own else self.tr("Show hidden channels"),
            )
        page.place_floating()
        page.empty.show()

    def _hidden_words(self, own: bool) -> str:
        model = self.page.model
        without = model.count_without_status()
        if model.filters.status and without:
            said = self.tr("Without the status filter: {posts}.")
            return said.format(posts=words.posts(without))
        if not own:
            said = self.tr("The hidden channels hide {posts}.")
        elif model.is_by_channel:
            said = self.tr("The filters and the hidden channels hide {posts}.")
        else:
            said = self.tr("The filters hide {posts}.")
        return said.format(posts=words.posts(model.total()))

    def _tell_empty(self, icon: str, title: str, text: str, button: str) -> None:
        self.page.empty.set_texts(title, text, icon)
        self.page.empty.set_button(button)

    @Slot()
    def _empty_button(self) -> None:
        if self.page.model.total() == 0 and self.page.showing.trouble:
            self.page.refreshRequested.emit()
        elif self.page.model.total() == 0:
            self.page.newMessageRequested.emit()
        elif self.page.model.filters != Filters():
            self.clear()
        else:
            self.page.allChannelsRequested.emit()
