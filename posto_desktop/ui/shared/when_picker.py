"""Popup with calendar and clock, for choosing a time by mouse."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo

from PySide6.QtCore import QPoint, Qt, QTime, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.common.locale_words import listed
from posto_desktop.models.dates import clock, clock_format, month_words, zone_name
from posto_desktop.models.when_text import offset_name
from posto_desktop.ui.widgets.buttons import IconButton
from posto_desktop.ui.widgets.labels import ElidedLabel, PlainLabel, label
from posto_desktop.ui.widgets.month_picker import MonthPicker
from posto_desktop.ui.widgets.popup import Popup

_MAX_TIMES = 6


class WhenPicker(Popup):
    """Signal ``picked(text)``: a day and time in the syntax of the When field.

    ``start`` and ``now`` are in the user's time zone; ``planned`` are aware times of scheduled
    posts.
    """

    picked = Signal(str)

    def __init__(
        self, start: datetime, now: datetime, planned: Iterable[datetime], parent: QWidget
    ) -> None:
        super().__init__("when-picker", parent)
        self.setAccessibleName(self.tr("Day and time"))
        self._zone: tzinfo | None = now.tzinfo
        if (start - now).total_seconds() < 60:
            # Start from a full hour instead of "now" to the minute.
            start = (now + timedelta(minutes=30)).replace(minute=0) + timedelta(hours=1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 12, 14, 14)
        outer.setSpacing(8)

        head = QHBoxLayout()
        head.setSpacing(2)
        self._title = label("", "strong", object_name="month")
        head.addWidget(self._title, 1)
        self._steps: list[IconButton] = []
        for icon, words, object_name, slot in (
            ("chevron-start", self.tr("Earlier month"), "earlier-month", self._earlier),
            ("chevron-end", self.tr("Later month"), "later-month", self._later),
        ):
            button = IconButton(
                icon, words, object_name, size="size.control_small", icon_size=16, parent=self
            )
            button.clicked.connect(slot)
            head.addWidget(button)
            self._steps.append(button)
        outer.addLayout(head)

        self._times_by_day: dict[date, list[datetime]] = {}
        for moment in sorted(set(planned)):
            self._times_by_day.setdefault(moment.astimezone(self._zone).date(), []).append(moment)
        self.grid = MonthPicker(
            start.date(),
            start.date(),
            now.date(),
            self,
            marks={day: len(moments) for day, moments in self._times_by_day.items()},
            words=self.scheduled_words_of_day,
        )
        self.grid.chosen.connect(self._day_chosen)
        self.grid.monthChanged.connect(self._title_month)
        outer.addWidget(self.grid)
        self._scheduled_label = ElidedLabel("", "small", parent=self)
        self._scheduled_label.setObjectName("planned-that-day")
        outer.addWidget(self._scheduled_label)
        outer.addLayout(self._build_foot(QTime(start.hour, start.minute)))
        self._zone_label = PlainLabel(self)
        self._zone_label.setProperty("role", "small")
        self._zone_label.setObjectName("picker-zone")
        outer.addWidget(self._zone_label)
        self._day_chosen()

    def _build_foot(self, time: QTime) -> QGridLayout:
        foot = QGridLayout()
        foot.setHorizontalSpacing(8)
        #: Time of day.
        words = label(self.tr("Time"), "muted")
        self.time = QTimeEdit(time, self)
        self.time.setDisplayFormat(clock_format())
        #: Time of day.
        self.time.setAccessibleName(self.tr("Time"))
        self.time.setObjectName("time")
        widest = self.time.locale().toString(QTime(22, 58), clock_format())
        self.time.setFixedWidth(max(72, self.time.fontMetrics().horizontalAdvance(widest) + 32))
        words.setBuddy(self.time)
        self.time.timeChanged.connect(self._show_zone)
        use = QPushButton(self.tr("Use this time"), self)
        use.setProperty("variant", "primary")
        use.setProperty("small", True)
        use.setObjectName("use-this-time")
        use.setDefault(True)
        use.clicked.connect(self._use)
        use.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        foot.addWidget(words, 0, 0)
        foot.addWidget(self.time, 0, 1)
        foot.setColumnStretch(2, 1)
        foot.addWidget(use, 0, 3)
        return foot

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        self.grid.setFocus(Qt.FocusReason.PopupFocusReason)

    def scheduled_words_of_day(self, day: date) -> str:
        """Return the times of a day's posts as a line, "" without posts."""
        times = self._times_by_day.get(day, [])
        if not times:
            return ""
        time_texts = list(dict.fromkeys(clock(moment, self._zone) for moment in times))
        words = listed(time_texts[:_MAX_TIMES])
        if more := len(time_texts[_MAX_TIMES:]):
            return self.tr("Scheduled: {times} and %n more", "", more).format(times=words)
        return self.tr("Scheduled: {times}").format(times=words)

    @Slot()
    def _earlier(self) -> None:
        self.grid.change_month(-1)

    @Slot()
    def _later(self) -> None:
        self.grid.change_month(1)

    @Slot()
    def _title_month(self) -> None:
        month = self.grid.month
        self._title.setText(month_words(month))
        self._steps[0].setEnabled(month > self.grid.today.replace(day=1))

    @Slot()
    def _day_chosen(self) -> None:
        self._title_month()
        words = self.scheduled_words_of_day(self.grid.day)
        self._scheduled_label.setText(words or self.tr("Nothing scheduled that day"))
        self._show_zone()

    @Slot()
    def _show_zone(self) -> None:
        """Show the zone with its offset at the chosen time (daylight saving)."""
        time, day = self.time.time(), self.grid.day
        moment = datetime(day.year, day.month, day.day, time.hour(), time.minute())
        offset = moment.replace(tzinfo=self._zone).utcoffset()
        words = zone_name(self._zone, moment.replace(tzinfo=self._zone))
        if offset is not None:
            words = f"{words} · {offset_name(offset)}"
        self._zone_label.setText(words)

    @Slot()
    def _use(self) -> None:
        time = self.time.time()
        text = f"{self.grid.day.isoformat()} {time.hour()}:{time.minute():02d}"
        self.close()
        self.picked.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._use()
            return
        super().keyPressEvent(event)
