"""Fields with the rules of an evergreen message: pause, most runs, days, how often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from posto_desktop.core.evergreen import MAX_COOLDOWN, MAX_RUNS, MAX_WEIGHT, EvergreenMessage
from posto_desktop.models import dates
from posto_desktop.models.day_words import parse_day
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.labels import PlainLabel, label


class _Group(QWidget):
    """A label above its control."""

    def __init__(self, words: str, control: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        self.label = PlainLabel(words, self)
        self.label.setObjectName(f"{control.objectName()}-label")
        self.label.setProperty("role", "muted")
        self.label.setBuddy(control)
        column.addWidget(self.label)
        column.addWidget(control)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class RuleFields(QWidget):
    """Signal ``edited(str name, object value)``: a field of `EvergreenMessage` and its value."""

    edited = Signal(str, object)

    def __init__(self, clock: Callable[[], datetime], zone: tzinfo, parent: QWidget) -> None:
        super().__init__(parent)
        self._clock, self._zone = clock, zone
        self._days: dict[str, date | None] = {"first_day": None, "last_day": None}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._flow = FlowLayout(gap=16)
        self.cooldown = QSpinBox(self)
        self.cooldown.setRange(0, MAX_COOLDOWN)
        self.cooldown.valueChanged.connect(self._cooldown_changed)
        self._add(self.tr("At least between two runs"), self.cooldown, "evergreen-pause")
        self.most_runs = QSpinBox(self)
        self.most_runs.setRange(0, MAX_RUNS)
        self.most_runs.setSpecialValueText(self.tr("no limit"))
        self.most_runs.valueChanged.connect(
            lambda value: self.edited.emit("max_runs", value or None)
        )
        self._add(self.tr("Most runs on each channel"), self.most_runs, "evergreen-most-runs")
        self.first = self._day_field("first_day", self.tr("From"), "evergreen-first-day")
        self.last = self._day_field("last_day", self.tr("Until"), "evergreen-last-day")
        self.weight = ComboBox("evergreen-weight", self)
        for number in range(1, MAX_WEIGHT + 1):
            words = self.tr("%n time(s) as often", "", number)
            self.weight.addItem(words if number > 1 else self.tr("as the others"), number)
        self.weight.activated.connect(
            lambda at: self.edited.emit("weight", self.weight.itemData(at))
        )
        self._add(self.tr("How often"), self.weight, "evergreen-weight")
        column.addLayout(self._flow)
        self.problem = label("", "error-small", object_name="evergreen-day-problem", wrap=True)
        self.problem.hide()
        column.addWidget(self.problem)
        self.restyle()

    def _add(self, words: str, control: QWidget, object_name: str) -> None:
        control.setObjectName(object_name)
        if not isinstance(control, ComboBox):
            name_control(control, words, object_name)
        self._flow.addWidget(_Group(words, control, self))

    def _day_field(self, name: str, words: str, object_name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setPlaceholderText(self.tr("any day"))
        field.editingFinished.connect(lambda: self._day_typed(name, field))
        self._add(words, field, object_name)
        return field

    def show_message(self, message: EvergreenMessage) -> None:
        """Show the rules, except in a field that the user is typing in."""
        self._days = {"first_day": message.first_day, "last_day": message.last_day}
        values = ((self.cooldown, message.cooldown_days), (self.most_runs, message.max_runs or 0))
        for box, value in values:
            if box.value() != value:
                with QSignalBlocker(box):
                    box.setValue(value)
        self._show_unit()
        self.weight.setCurrentIndex(message.weight - 1)
        for field, day in ((self.first, message.first_day), (self.last, message.last_day)):
            if not field.hasFocus():
                field.setText(self._day_words(day))

    def _show_unit(self) -> None:
        #: After a number, in its field.
        self.cooldown.setSuffix(" " + self.tr("day(s)", "", self.cooldown.value()))

    @Slot(int)
    def _cooldown_changed(self, days: int) -> None:
        self._show_unit()
        self.edited.emit("cooldown_days", days)

    def _day_words(self, day: date | None) -> str:
        return "" if day is None else dates.day_words(day, "d MMM yyyy")

    def _day_typed(self, name: str, field: QLineEdit) -> None:
        """Read a day once the field is left."""
        text = field.text().strip()
        if text == self._day_words(self._days[name]):
            return
        today = dates.local(self._clock(), self._zone).date()
        try:
            day = parse_day(text, today) if text else None
        except ValueError as error:
            self._show_problem(str(error))
            return
        days = {**self._days, name: day}
        first, last = days["first_day"], days["last_day"]
        if first is not None and last is not None and last < first:
            self._show_problem(self.tr("The last day is before the first. Choose a later one."))
            return
        self._show_problem("")
        field.setText(self._day_words(day))
        self._days[name] = day
        self.edited.emit(name, day)

    def _show_problem(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def restyle(self) -> None:
        scale = Theme.instance().scale
        metrics = self.fontMetrics()
        unit = self.tr("day(s)", "", 30)
        self.cooldown.setFixedWidth(metrics.horizontalAdvance(f"3650 {unit}") + 44)
        words = self.most_runs.specialValueText()
        widest = max(metrics.horizontalAdvance(words), metrics.horizontalAdvance("9999"))
        self.most_runs.setFixedWidth(widest + 44)
        for field in (self.first, self.last):
            field.setFixedWidth(round(118 * scale))
        self._flow.invalidate()
