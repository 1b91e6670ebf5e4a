"""The filters of the schedule, and what is said where they leave nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from posto_desktop.models import words
from posto_desktop.ui.schedule.part import Part

if TYPE_CHECKING:
    from posto_desktop.ui.schedule.page import SchedulePage

__all__ = ["Filtering"]


class Filtering(Part):
    """Between the search, the chips and lists of filters, and the model."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        model = page.model
        page.search.textChanged.connect(model.set_search)
        page.chips.chosen.connect(self.set_status)
        page.tools.networkChosen.connect(model.set_network)
        page.tools.statusChosen.connect(self.set_status)
        page.empty.clicked.connect(self._empty_button)
        model.countsChanged.connect(self.follow_counts)

    @Slot(object)
    def set_status(self, key: str | None) -> None:
        self.page.model.set_status(key)
        self.page.chips.set_chosen(key)
        self.page.tools.set_status(key)

    @Slot()
    def clear(self) -> None:
        """Drop every filter but the channels, which belong to the channel pane."""
        self.page.tools.clear_filters()
        self.set_status(None)
        self.page.model.clear_filters()

    @Slot()
    def follow_counts(self) -> None:
        """Rows or filters have changed."""
        page = self.page
        page.chips.set_counts(page.model.counts())
        if not page.tools.set_networks(page.model.networks()):
            page.model.set_network(None)
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
            own = bool(page.search.text() or model.status_filter or model.network_filter)
            self._tell_empty(
                "search-x",
                self.tr("No post matches"),
                self._hidden_words(own),
                self.tr("Clear filters") if own else "",
            )
        page.place_floating()
        page.empty.show()

    def _hidden_words(self, own: bool) -> str:
        model = self.page.model
        without = model.count_without_status()
        if model.status_filter and without:
            said = self.tr("Without the status filter: {posts}.").format(posts=words.posts(without))
        else:
            said = self.tr("The filters hide {posts}.").format(posts=words.posts(model.total()))
        if not own:
            said += " " + self.tr("They belong to channels that are not ticked.")
        return said

    def _tell_empty(self, icon: str, title: str, text: str, button: str) -> None:
        self.page.empty.set_texts(title, text, icon)
        self.page.empty.set_button(button)

    @Slot()
    def _empty_button(self) -> None:
        if self.page.model.total() == 0 and self.page.showing.trouble:
            self.page.refreshRequested.emit()
        elif self.page.model.total() == 0:
            self.page.newMessageRequested.emit()
        else:
            self.clear()
