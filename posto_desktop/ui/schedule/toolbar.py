"""Toolbar of the schedule page: search, filters, refresh, new message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from posto_desktop.core.limits import network_name
from posto_desktop.models import dates
from posto_desktop.ui import keys
from posto_desktop.ui.accessibility.roles import Role, give_role
from posto_desktop.ui.schedule.drop_down_button import DropDownButton
from posto_desktop.ui.shared.status_filter import fill_statuses
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton
from posto_desktop.ui.widgets.fields import ComboBox, SearchField
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.require import require_layout

__all__ = ["ScheduleToolbar"]


class ScheduleToolbar(QWidget):
    """Signals: `networkChosen(object slug | None)`, `statusChosen(object token | None)`,
    `tailFits(bool)`: False if the toolbar has no room for its `tail`, which then moves to another
    row."""

    networkChosen = Signal(object)
    statusChosen = Signal(object)
    tailFits = Signal(bool)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._is_squeezing = True  # not before all widgets exist
        self._tail_fits = True
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        self.search = SearchField(
            self.tr("Search schedules"), "search-schedules", self.tr("Search posts"), self
        )
        row.addWidget(self.search, 3)
        self.network = self._combo(row, self.tr("Network filter"), "network-filter")
        self.network.addItem(self.tr("All networks"), None)
        self.status = self._combo(row, self.tr("Status filter"), "status-filter")
        fill_statuses(self.status)
        self.dates = DropDownButton(
            self.tr("Date filter"), "date-filter", self.tr("Any date"), "calendar-days", parent=self
        )
        row.addWidget(self.dates)
        self.labels = DropDownButton(
            self.tr("Label filter"), "label-filter", self.tr("All labels"), "tag", parent=self
        )
        self.labels.hide()
        row.addWidget(self.labels)
        row.addStretch(1)
        self.as_of = PlainLabel(self)
        self.as_of.setObjectName("as-of")
        self.as_of.setProperty("role", "small")
        self.as_of.hide()
        row.addWidget(self.as_of)
        self.tail = self._make_tail()
        row.addWidget(self.tail)
        self.new_message = Button(self.tr("New message"), icon="plus", parent=self)
        self.new_message.setObjectName("new-message")
        row.addWidget(self.new_message)
        self.network.activated.connect(self._network_chosen)
        self.status.activated.connect(self._status_chosen)
        self._fit()
        self._is_squeezing = False
        Theme.instance().changed.connect(self._fit)

    def _make_tail(self) -> QWidget:
        """The icon-only buttons. The page moves them to another row if this one is too narrow."""
        tail = QWidget(self)
        box = QHBoxLayout(tail)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        self.refresh = IconButton(
            "rotate-cw",
            self.tr("Refresh"),
            "refresh",
            tooltip=keys.tip(self.tr("Refresh"), keys.RELOAD),
        )
        self.export = IconButton(
            "download", self.tr("Export"), "export", tooltip=self.tr("Export the schedule…")
        )
        self.details = IconButton(
            "panel-end",
            self.tr("Details"),
            "details",
            #: {open} and {pane}: keys.
            tooltip=self.tr(
                "Details of the current post ({open}; {pane} shows and hides them)"
            ).format(open=keys.words(keys.OPEN), pane=keys.words(keys.SIDE_PANE)),
            checkable=True,
        )
        give_role(self.details, Role.Button, expands=True)
        self.views = IconButton(
            "bookmark", self.tr("Views"), "views", tooltip=self.tr("Saved views")
        )
        self.columns = IconButton(
            "sliders-horizontal",
            self.tr("Columns"),
            "columns",
            tooltip=self.tr("Columns, order, groups and row height"),
        )
        for button in (self.refresh, self.export, self.details, self.views, self.columns):
            box.addWidget(button)
        return tail

    def restore_tail(self) -> None:
        """Put the tail back into the toolbar."""
        row = require_layout(self)
        assert isinstance(row, QHBoxLayout)
        row.insertWidget(row.indexOf(self.new_message), self.tail)

    @Slot()
    def _fit(self) -> None:
        scale = Theme.instance().scale
        words = QFontMetrics(self.search.font()).horizontalAdvance(self.search.placeholderText())
        self.search.setMinimumWidth(max(round(120 * scale), words + 50))
        self.search.setMaximumWidth(round(280 * scale))
        # Limit the network list, so that a long name does not squeeze the others; it elides once
        # selected.
        self.network.setMaximumWidth(round(152 * scale))
        self._squeeze()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._squeeze()

    def _squeeze(self) -> None:
        """Replace texts by icons until everything fits, the most important ones last."""
        if self._is_squeezing:
            return
        self._is_squeezing = True
        words = self.tr("New message")
        tail = True
        # Number of steps: label text, the tail, date text, "New message".
        for step in range(5):
            self.labels.set_icon_only(step > 0)
            tail = step < 2
            self.dates.set_icon_only(step > 2)
            self.new_message.setText(words if step < 4 else "")
            self.new_message.setToolTip("" if step < 4 else words)
            if self._needed_width(tail) <= self.width():
                break
        self._is_squeezing = False
        if tail != self._tail_fits:
            self._tail_fits = tail
            self.tailFits.emit(tail)

    def _needed_width(self, tail: bool) -> int:
        """Return the width that the visible widgets need; combo boxes can shrink."""
        row = require_layout(self)
        shown = [self.search, self.network, self.status, self.dates, self.labels, self.as_of]
        shown += [self.new_message, *([self.tail] if tail else [])]
        needed = 32 + row.spacing()
        for part in shown:
            # The tail is hidden for a moment while it moves to the other row.
            if part.isHidden() and part is not self.tail:
                continue
            width = part.sizeHint().width()
            if part in (self.network, self.status):
                width = min(width, round(116 * Theme.instance().scale))
            elif part is self.search:
                width = part.minimumWidth()
            needed += width + row.spacing()
        return needed

    def _combo(self, row: QHBoxLayout, name: str, object_name: str) -> ComboBox:
        # A combo box's accessible name is its current text; its buddy label names it. That label is
        # for assistive software and takes no room.
        combo = ComboBox(object_name, self)
        combo.set_tip(name)
        label = PlainLabel(name, self)
        label.setObjectName(f"{object_name}-label")
        label.setBuddy(combo)
        label.setFixedSize(0, 0)
        row.addWidget(combo)
        return combo

    @Slot(int)
    def _network_chosen(self, at: int) -> None:
        self.networkChosen.emit(self.network.itemData(at))

    @Slot(int)
    def _status_chosen(self, at: int) -> None:
        self.statusChosen.emit(self.status.itemData(at))

    def set_networks(self, slugs: Sequence[str], chosen: str | None) -> None:
        """Fill the network filter; `chosen` is the active one."""
        combo = self.network
        combo.clear()
        combo.addItem(self.tr("All networks"), None)
        for slug in slugs:
            combo.addItem(network_name(slug), slug)
        self.set_network(chosen)

    def set_status(self, key: str | None) -> None:
        self.status.setCurrentIndex(max(self.status.findData(key), 0))

    def set_network(self, slug: str | None) -> None:
        self.network.setCurrentIndex(max(self.network.findData(slug), 0))

    def set_dates(self, words: str) -> None:
        """Show the chosen dates; "" for any."""
        self.dates.set_choice(words or self.tr("Any date"))
        self._squeeze()

    def set_label(self, label: str) -> None:
        """Show the chosen label; "" for all."""
        self.labels.set_choice(label or self.tr("All labels"))
        self._squeeze()

    def offer_labels(self, on: bool) -> None:
        """Show the label filter if there are labels."""
        self.labels.setVisible(on)
        self._squeeze()

    def set_as_of(self, moment: datetime | None) -> None:
        """Show the age of the rows; None if they are current."""
        if moment is not None:
            self.as_of.setText(self.tr("As of {time}").format(time=dates.clock(moment)))
            self.as_of.setToolTip(
                self.tr("No connection. Schedule as of {when}.").format(
                    when=dates.full_when(moment)
                )
            )
        self.as_of.setVisible(moment is not None)
        self._squeeze()

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()
