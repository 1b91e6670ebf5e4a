"""Popups of the slot editor: choose a time, days or channels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import time

from PySide6.QtCore import QLocale, Qt, QTime, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.limits import network_name
from posto_desktop.models.dates import clock_format
from posto_desktop.models.slot_lines import weekday_order
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.choices import CheckBox
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.popup import Popup

_MAX_HEIGHT = 300
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Choice(Popup):
    """Its button and Enter accept; Escape and a click elsewhere cancel."""

    chosen = Signal(object)

    def accept_choice(self) -> None:
        """Close and emit the choice."""
        raise TypeError("each choice takes its own thing")

    def add_button(self, words: str) -> Button:
        button = Button(words, "primary", small=True, parent=self)
        name_control(button, words)
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


class TimePopup(_Choice):
    """Signal ``chosen(datetime.time)``."""

    def __init__(self, at: time, parent: QWidget) -> None:
        super().__init__("slot-time", parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(8)
        words = label(self.tr("Time"), "muted")
        self.field = QTimeEdit(QTime(at.hour, at.minute), self)
        self.field.setDisplayFormat(clock_format())
        name_control(self.field, self.tr("Time"))
        widest = QLocale().toString(QTime(22, 58), clock_format())
        room = self.field.fontMetrics().horizontalAdvance(widest) + 32
        self.field.setFixedWidth(max(72, room))
        words.setBuddy(self.field)
        for part in (words, self.field, self.add_button(self.tr("Add time"))):
            row.addWidget(part)
        self.setFocusProxy(self.field)

    def accept_choice(self) -> None:
        at = self.field.time()
        self.close()
        self.chosen.emit(time(at.hour(), at.minute()))


class DaysPopup(_Choice):
    """Signal ``chosen(tuple[int, ...])``: the days, if changed."""

    def __init__(self, days: Collection[int], parent: QWidget) -> None:
        super().__init__("slot-days", parent)
        self._before = tuple(sorted(days))
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        self.boxes: dict[int, CheckBox] = {}
        for day in weekday_order():
            name = QLocale().standaloneDayName(day + 1, QLocale.FormatType.LongFormat)
            box = CheckBox(name, self)
            name_control(box, name)
            box.setChecked(day in self._before)
            self.boxes[day] = box
            column.addWidget(box)
        column.addSpacing(4)
        column.addWidget(self.add_button(self.tr("Use these days")))
        self.setFocusProxy(self.boxes[weekday_order()[0]])

    def accept_choice(self) -> None:
        days = tuple(day for day in range(7) if self.boxes[day].isChecked())
        self.close()
        if days and days != self._before:
            self.chosen.emit(days)


class ChannelsPopup(_Choice):
    """Signal ``chosen(tuple[int, ...])``: the channels, if changed; empty for all others."""

    def __init__(
        self, channels: Sequence[Channel], checked_ids: Collection[int], parent: QWidget
    ) -> None:
        super().__init__("slot-channels", parent)
        self._before = tuple(checked_ids)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        column.addWidget(
            label(self.tr("With none ticked, these times apply to all other channels"), "small")
        )
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(4, 4, 12, 4)
        rows.setSpacing(8)
        self.boxes: dict[int, CheckBox] = {}
        for channel in channels:
            words = self.tr("{name} ({network})").format(
                name=channel.name, network=network_name(channel.network)
            )
            box = CheckBox(words, inside)
            name_control(box, words)
            box.setChecked(channel.id in self._before)
            self.boxes[channel.id] = box
            rows.addWidget(box)
        area = QScrollArea(self)
        name_control(area, self.tr("Channels with these slots"))
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        area.setMinimumWidth(min(420, inside.sizeHint().width() + 14))
        area.setFixedHeight(min(_MAX_HEIGHT, inside.sizeHint().height() + 4))
        # Keep channels that are not listed now (signed out, still loading).
        self._absent_ids = tuple(
            channel_id for channel_id in self._before if channel_id not in self.boxes
        )
        column.addWidget(area)
        column.addWidget(self.add_button(self.tr("Use these channels")))
        if self.boxes:
            self.setFocusProxy(next(iter(self.boxes.values())))

    def checked_ids(self) -> tuple[int, ...]:
        return (
            *(channel_id for channel_id, box in self.boxes.items() if box.isChecked()),
            *self._absent_ids,
        )

    def accept_choice(self) -> None:
        now = self.checked_ids()
        self.close()
        if set(now) != set(self._before):
            self.chosen.emit(now)
