"""Fields of the reschedule dialog: method, amount, time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.core.bulk_reschedule import RescheduleInput
from posto_desktop.sdk.when.languages import phrases
from posto_desktop.ui.shared.time_field import TimeField
from posto_desktop.ui.widgets.choices import SegmentedControl
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import PlainLabel

__all__ = ["RescheduleFields"]


class RescheduleFields(QWidget):
    """Signal: `changed()`. `request()` returns the input.

    `for_one`: a single post is moved, which begins with its new time. `clock`, `zone` and `planned`
    are for the calendars (`ui.shared.time_field`).
    """

    changed = Signal()

    def __init__(
        self,
        has_slots: bool,
        clock: Callable[[], datetime],
        zone: tzinfo,
        planned: Callable[[], Iterable[datetime]] = tuple,
        *,
        for_one: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._has_slots = has_slots
        self._clock, self._zone, self._occupied_times = clock, zone, planned
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        self.how = SegmentedControl(
            self.tr("Reschedule how"),
            "reschedule-how",
            [
                ("shift", self.tr("Shift by")),
                ("set", self.tr("Set to")),
                ("spread", self.tr("Spread over")),
            ],
            self,
        )
        box.addWidget(self.how)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        box.addLayout(self._grid)
        self._rows: dict[str, tuple[QLabel, QWidget]] = {}
        words, two = phrases(), self.tr("“{time}”, “{other}”")
        self.shift = self._line(
            "shift", self.tr("Shift by"), two.format(time=words.later, other=words.earlier)
        )
        self.when = self._line(
            "when", self.tr("When"), two.format(time=words.weekday_time, other=words.in_days)
        )
        self.over = ComboBox("spread-over", self)
        for key, text in (
            ("between", self.tr("Evenly between two times")),
            ("every", self.tr("At a fixed interval")),
            ("slots", self.tr("The weekly slots")),
        ):
            self.over.addItem(text, key)
        self._add("over", self.tr("Over"), self.over)
        quoted = self.tr("“{time}”")
        self.first = self._line(
            "first", self.tr("From"), quoted.format(time=words.tomorrow.format(clock="9:00"))
        )
        self.last = self._line("last", self.tr("To"), quoted.format(time=words.weekday_evening))
        self.step = self._line(
            "step", self.tr("Every"), two.format(time=words.half_hour, other=words.two_hours)
        )
        #: From this moment.
        self.after = self._line("after", self.tr("After"), self.tr("now"))
        if for_one:
            self.how.set_value("set")
        self.how.changed.connect(self._update_fields)
        self.over.currentIndexChanged.connect(self._update_fields)
        self._update_fields()

    def _line(self, key: str, name: str, placeholder: str) -> QLineEdit:
        is_time = key in ("when", "first", "last", "after")
        line = (
            TimeField(self._clock, self._zone, self._occupied_times, self)
            if is_time
            else QLineEdit(self)
        )
        line.setObjectName(f"reschedule-{key}")
        line.setAccessibleName(name)
        line.setPlaceholderText(placeholder)
        line.textChanged.connect(self.changed)
        self._add(key, name, line)
        return line

    def _add(self, key: str, name: str, widget: QWidget) -> None:
        caption = PlainLabel(name, self)
        caption.setObjectName(f"reschedule-{key}-label")
        caption.setBuddy(widget)
        at = self._grid.rowCount()
        self._grid.addWidget(caption, at, 0)
        self._grid.addWidget(widget, at, 1)
        self._rows[key] = (caption, widget)

    def kind(self) -> str:
        """Return "shift", "set", "between", "every" or "slots"."""
        how = self.how.value()
        return str(self.over.currentData()) if how == "spread" else how

    def request(self) -> RescheduleInput:
        kind = self.kind()
        text = {
            "shift": self.shift,
            "set": self.when,
            "between": self.first,
            "every": self.first,
            "slots": self.after,
        }[kind].text()
        return RescheduleInput(kind, text, self.last.text(), self.step.text())  # type: ignore[arg-type]

    def has_slots(self) -> bool:
        """Return True if these channels have weekly slots."""
        return self._has_slots

    def first_field(self) -> QLineEdit:
        """Return the field that gets the focus first."""
        return {
            "shift": self.shift,
            "set": self.when,
            "slots": self.after,
        }.get(self.kind(), self.first)

    @Slot()
    def _update_fields(self, *_ignored: object) -> None:
        kind = self.kind()
        shown = {
            "shift": {"shift"},
            "set": {"when"},
            "between": {"over", "first", "last"},
            "every": {"over", "first", "step"},
            "slots": {"over", "after"},
        }[kind]
        for key, widgets in self._rows.items():
            for widget in widgets:
                widget.setVisible(key in shown)
        self.changed.emit()
