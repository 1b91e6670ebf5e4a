"""Popups of the slot editor: choose a time or days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import time

from PySide6.QtCore import Qt, QTime, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QTimeEdit, QVBoxLayout, QWidget

from posto_desktop.models.dates import clock_format, weekday_name
from posto_desktop.models.slot_lines import weekday_order
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.choices import CheckBox
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.popup import Popup

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ChoicePopup(Popup):
    """Its button and Enter accept; Escape and a click elsewhere cancel."""

    chosen = Signal(object)

    def accept_choice(self) -> None:
        """Close and emit the choice."""
        raise TypeError("each choice takes its own thing")

    def add_button(self, words: str, object_name: str) -> Button:
        button = Button(words, "primary", small=True, parent=self)
        button.setObjectName(object_name)
        button.clicked.connect(self._pressed)
        return button

    @Slot()
    def _pressed(self) -> None:
        self.accept_choice()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self.accept_choice()
            return
        super().keyPressEvent(event)


class TimePopup(ChoicePopup):
    """Signal ``chosen(datetime.time)``."""

    def __init__(self, at: time, parent: QWidget) -> None:
        super().__init__("slot-time", parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(8)
        #: Time of day.
        words = label(self.tr("Time"), "muted")
        self.field = QTimeEdit(QTime(at.hour, at.minute), self)
        self.field.setDisplayFormat(clock_format())
        #: Time of day.
        name_control(self.field, self.tr("Time"), "time")
        widest = self.field.locale().toString(QTime(22, 58), clock_format())
        room = self.field.fontMetrics().horizontalAdvance(widest) + 32
        self.field.setFixedWidth(max(72, room))
        words.setBuddy(self.field)
        for part in (words, self.field, self.add_button(self.tr("Add time"), "add-time")):
            row.addWidget(part)
        self.setFocusProxy(self.field)

    def accept_choice(self) -> None:
        at = self.field.time()
        self.close()
        self.chosen.emit(time(at.hour(), at.minute()))


class DaysPopup(ChoicePopup):
    """Signal ``chosen(tuple[int, ...])``: the days, if changed."""

    def __init__(self, days: Collection[int], parent: QWidget) -> None:
        super().__init__("slot-days", parent)
        self._before = tuple(sorted(days))
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        self.boxes: dict[int, CheckBox] = {}
        for day in weekday_order():
            name = weekday_name(day)
            box = CheckBox(name, self)
            box.setObjectName(f"slot-day-{day + 1}")
            box.setChecked(day in self._before)
            self.boxes[day] = box
            column.addWidget(box)
        column.addSpacing(4)
        column.addWidget(self.add_button(self.tr("Use these days"), "use-these-days"))
        self.setFocusProxy(self.boxes[weekday_order()[0]])

    def accept_choice(self) -> None:
        days = tuple(day for day in range(7) if self.boxes[day].isChecked())
        self.close()
        if days and days != self._before:
            self.chosen.emit(days)
