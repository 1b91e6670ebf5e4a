"""Popup with a time field beside a card."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.models.dates import zone_name
from posto_desktop.models.parsed_time import parse_time
from posto_desktop.models.when_text import day_and_time, distance
from posto_desktop.sdk.when.languages import phrases
from posto_desktop.ui.accessibility.announcer import announce_reading
from posto_desktop.ui.calendar.popups import CalendarPopup
from posto_desktop.ui.shared.other_time_chip import OtherTimeChip
from posto_desktop.ui.shared.time_field import TimeField
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.labels import ElidedLabel, PlainLabel

__all__ = ["MovePopup"]

WIDTH = 384


class MovePopup(CalendarPopup):
    """Signal: `chosen(object datetime)`, an aware time in the future; the popup closes then.

    `typed` is the initial text of the field, selected."""

    chosen = Signal(object)

    def __init__(
        self,
        title: str,
        typed: str,
        action: str,
        clock: Callable[[], datetime],
        zone: tzinfo,
        planned: Callable[[], Iterable[datetime]],
        parent: QWidget,
    ) -> None:
        """`planned` returns the times of scheduled posts, which the calendar of the field marks."""
        super().__init__("move-popup", parent)
        self.setAccessibleName(action)
        self._clock, self._zone = clock, zone
        self._when: datetime | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 12, 14, 12)
        box.setSpacing(8)
        name = ElidedLabel(title, "strong", parent=self)
        name.setObjectName("move-title")
        box.addWidget(name)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.field = TimeField(clock, zone, planned, self)
        self.field.setText(typed)
        self.field.setObjectName("when")
        self.field.setAccessibleName(self.tr("When"))
        self.field.setPlaceholderText(
            self.tr("“{time}”, “{other}”").format(
                time=phrases().weekday_time, other=phrases().in_days
            )
        )
        self.button = Button(action, "primary", parent=self)
        self.button.setObjectName("move")
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        box.addLayout(row)
        self.reading = PlainLabel(self)
        self.reading.setObjectName("when-reading")
        self.reading.setTextFormat(Qt.TextFormat.PlainText)
        self.reading.setWordWrap(True)
        self.reading.setAlignment(Qt.AlignmentFlag.AlignTop)
        box.addWidget(self.reading)
        self.other_time = OtherTimeChip(self)
        self.other_time.chosen.connect(self._use)
        box.addWidget(self.other_time, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFixedWidth(round(WIDTH * Theme.instance().scale))
        self.field.textChanged.connect(self._read)
        self.field.returnPressed.connect(self._choose)
        self.button.clicked.connect(self._choose)
        self._read()

    @Slot()
    def _read(self) -> None:
        now = self._clock()
        reading = parse_time(self.field.text(), now, self._zone)
        self._when = reading.when if reading.ok else None
        if not reading.ok:
            words, role = reading.problem, "error"
            if reading.suggestions:
                words += " " + self.tr("Possible: {time}").format(time=listed(reading.suggestions))
        elif reading.when is None:
            words, role = self.tr("Type a day and a time."), "muted"
        else:
            parts = [
                day_and_time(reading.when, self._zone),
                distance(reading.when, now, self._zone),
                zone_name(self._zone, reading.when),
            ]
            words, role = " · ".join(parts), "muted"
            if reading.note:  # about a clock change or an ambiguous time
                words += f"\n{reading.note}"
            if reading.when <= now:
                words, role, self._when = self.tr("That time has passed."), "error", None
        self.reading.setText(words)
        announce_reading(self.field, words)
        if self.reading.property("role") != role:
            self.reading.setProperty("role", role)
            self.reading.style().unpolish(self.reading)
            self.reading.style().polish(self.reading)
        self.other_time.show_reading(reading, self._zone, now)
        lines = 1 if self.other_time.isVisibleTo(self) else 2  # the chip is where a second one is
        self.reading.setMinimumHeight(lines * self.reading.fontMetrics().lineSpacing())
        self.button.setEnabled(self._when is not None)
        if self.isVisible():
            self.adjustSize()  # the text may need another line

    @Slot(str)
    def _use(self, text: str) -> None:
        self.field.setText(text)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _choose(self) -> None:
        self._read()
        if self._when is not None:
            when = self._when
            self.close()
            self.chosen.emit(when)

    def open_beside(self, place: QRect) -> None:
        super().open_beside(place)
        self.field.setFocus()
        self.field.selectAll()
