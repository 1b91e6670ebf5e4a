"""Header of the calendar page: dates, views, status filter, new message."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from posto_desktop.ui import keys
from posto_desktop.ui.shared.status_filter import add_team_statuses, fill_statuses
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton
from posto_desktop.ui.widgets.choices import SegmentedControl
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import ElidedLabel, PlainLabel, set_role

__all__ = ["CalendarHeader"]

_ROOMY = 900
# Steps that make room for the dates: the filter's text, the padding of the view buttons, the size
# of the dates.
_STEPS = (
    (False, False, "dialog"),
    (True, False, "dialog"),
    (True, True, "dialog"),
    (True, True, "strong"),
)


class CalendarHeader(QWidget):
    """Signals: `stepRequested(int)`, `todayRequested()`, `viewChosen(str)`, `statusChosen(object)`,
    `newRequested()`."""

    stepRequested = Signal(int)
    todayRequested = Signal()
    viewChosen = Signal(str)
    statusChosen = Signal(object)
    newRequested = Signal()

    def __init__(self, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("calendar-head")
        # Allow less than the text needs: narrow windows elide it.
        self.setMinimumWidth(560)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 16, 10)
        self._row = row
        row.setSpacing(8)
        self.back = IconButton(
            "chevron-start",
            self.tr("Earlier"),
            "earlier",
            tooltip=self.tr("Earlier (PageUp)"),
            parent=self,
        )
        self.today = Button(self.tr("Today"), parent=self)
        self.today.setObjectName("today")
        self.today.setToolTip(self.tr("Go to today (T)"))
        self.forth = IconButton(
            "chevron-end",
            self.tr("Later"),
            "later",
            tooltip=self.tr("Later (PageDown)"),
            parent=self,
        )
        row.addWidget(self.back)
        row.addWidget(self.today)
        row.addWidget(self.forth)
        row.addSpacing(4)
        self.title = ElidedLabel("", "dialog", parent=self)
        self.title.setObjectName("calendar-period")
        row.addWidget(self.title, 1)
        self.as_of = PlainLabel(self)
        self.as_of.setObjectName("calendar-as-of")
        self.as_of.setProperty("role", "small")
        self.as_of.hide()
        row.addWidget(self.as_of)
        self.zone = PlainLabel(zone, self)
        self.zone.setObjectName("calendar-zone")
        self.zone.setProperty("role", "muted")
        self.zone.setToolTip(self.tr("All times here are in this zone"))
        row.addWidget(self.zone)
        self.views = SegmentedControl(
            self.tr("Calendar view"),
            "calendar-view",
            [
                ("day", self.tr("Day")),
                ("week", self.tr("Week")),
                ("month", self.tr("Month")),
                ("agenda", self.tr("Agenda")),
            ],
            self,
        )
        row.addWidget(self.views)
        self.status = ComboBox("calendar-status-filter", self)
        self.status.set_tip(self.tr("Status filter"))
        fill_statuses(self.status)
        buddy = PlainLabel(self.tr("Status filter"), self)
        buddy.setObjectName("calendar-status-filter-label")
        buddy.setBuddy(self.status)
        buddy.setFixedSize(0, 0)
        row.addWidget(self.status)
        self.new = Button(self.tr("New message"), icon="plus", parent=self)
        self.new.setObjectName("new-message")
        row.addWidget(self.new)
        self.back.clicked.connect(lambda: self.stepRequested.emit(-1))
        self.forth.clicked.connect(lambda: self.stepRequested.emit(1))
        self.today.clicked.connect(self.todayRequested)
        self.views.changed.connect(self.viewChosen)
        self.status.activated.connect(self._status_chosen)
        self.new.clicked.connect(self.newRequested)
        Theme.instance().changed.connect(self._fit)

    @property
    def is_narrow(self) -> bool:
        return self.width() < _ROOMY * Theme.instance().scale

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        narrow = self.is_narrow
        self.zone.setVisible(not narrow)
        self._row.setSpacing(6 if narrow else 8)
        # The button's text goes before the title is cut; its accessible name stays.
        self.new.setText("" if narrow else self.tr("New message"))
        self.new.setToolTip(keys.tip(self.tr("New message"), keys.NEW_MESSAGE))
        for status, views, role in _STEPS:
            set_role(self.title, role)
            #: Posts of any status.
            self.status.setItemText(0, self.tr("All") if status else self.tr("All statuses"))
            self.status.set_as_wide_as_text(status)
            self.views.set_tight(views)
            if self._fits():
                break

    def _fits(self) -> bool:
        """Return True if the dates fit uncut."""
        # The layout counts the title with its minimum width only.
        missing = self.title.sizeHint().width() - self.title.minimumWidth()
        self._row.invalidate()
        return self._row.sizeHint().width() + missing <= self.width()

    def set_title(self, words: str) -> None:
        self.title.setText(words)
        self._fit()

    def set_as_of(self, words: str, tip: str) -> None:
        """Show the age of the schedule; "" if it is current."""
        self.as_of.setText(words)
        self.as_of.setToolTip(tip)
        self.as_of.setVisible(bool(words))
        self._fit()

    @Slot(int)
    def _status_chosen(self, at: int) -> None:
        self.statusChosen.emit(self.status.itemData(at))

    def show_team_statuses(self) -> None:
        """Offer the statuses that only posts of a team have."""
        add_team_statuses(self.status)

    def set_status(self, key: str | None) -> None:
        """Show the status filter; None for all."""
        self.status.setCurrentIndex(0 if key is None else self.status.findData(key))
        self._fit()
