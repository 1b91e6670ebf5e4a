"""Popup that filters the schedule by dates: presets, typed dates, or days in a small calendar."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.models.dates import day_words, month_words
from posto_desktop.models.day_words import parse_day
from posto_desktop.models.schedule_dates import KINDS, DateSpan, named_span, span_between
from posto_desktop.sdk.when.languages import phrases
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton
from posto_desktop.ui.widgets.choices import RadioButton
from posto_desktop.ui.widgets.labels import PlainLabel, label
from posto_desktop.ui.widgets.month_picker import MonthPicker
from posto_desktop.ui.widgets.popup import Popup

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout

__all__ = ["DatesPopup"]


class DatesPopup(Popup):
    """Signal ``chosen(DateSpan | None)``: emitted at each choice; None for any date."""

    chosen = Signal(object)

    def __init__(self, current: DateSpan | None, today: date, parent: QWidget) -> None:
        super().__init__("dates-popup", parent)
        self.setAccessibleName(self.tr("Dates"))
        self._today = today
        box = QHBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 14)
        box.setSpacing(20)
        box.addLayout(self._make_kinds(current))
        box.addLayout(self._make_days(current))
        self._show_fields()
        self._show_month()

    def _make_kinds(self, current: DateSpan | None) -> QLayout:
        column = QVBoxLayout()
        column.setSpacing(10)
        self._group = QButtonGroup(self)
        self.radios: dict[str, RadioButton] = {}
        words = {kind: named_span(kind).words(self._today) for kind in KINDS}
        for kind, text in {
            "": self.tr("Any date"),
            **words,
            "between": self.tr("From … to …"),
        }.items():
            radio = RadioButton(text, self)
            radio.setObjectName(f"dates-{(kind or 'any').replace('_', '-')}")
            self._group.addButton(radio)
            self.radios[kind] = radio
            column.addWidget(radio)
        self.radios[current.kind if current else ""].setChecked(True)
        self._group.buttonClicked.connect(self._on_kind_chosen)
        column.addStretch(1)
        return column

    def _make_days(self, current: DateSpan | None) -> QLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        first, last = current.days(self._today) if current else (None, None)
        self.grid = MonthPicker(first, last, self._today, self, is_range=True)
        self.first = self._field(self.tr("From"), "date-from")
        self.last = self._field(self.tr("To"), "date-to")
        fields = QHBoxLayout()
        fields.setSpacing(8)
        for field, words in ((self.first, self.tr("From")), (self.last, self.tr("To"))):
            name = PlainLabel(words, self)
            name.setProperty("role", "muted")
            name.setBuddy(field)
            fields.addWidget(name)
            fields.addWidget(field, 1)
        column.addLayout(fields)
        self.problem = label("", "error", object_name="date-problem", wrap=True)
        self.problem.hide()
        column.addWidget(self.problem)
        head = QHBoxLayout()
        head.setSpacing(2)
        self._title = label("", "strong", object_name="month")
        head.addWidget(self._title, 1)
        for icon, words, object_name, by in (
            ("chevron-start", self.tr("Earlier month"), "earlier-month", -1),
            ("chevron-end", self.tr("Later month"), "later-month", 1),
        ):
            button = IconButton(
                icon, words, object_name, size="size.control_small", icon_size=16, parent=self
            )
            button.clicked.connect(lambda _on=False, months=by: self.grid.change_month(months))
            head.addWidget(button)
        column.addLayout(head)
        column.addWidget(self.grid, 0, Qt.AlignmentFlag.AlignHCenter)
        self.grid.chosen.connect(self._days_chosen)
        self.grid.monthChanged.connect(self._show_month)
        done = Button(self.tr("Done"), "primary", small=True, parent=self)
        done.setObjectName("done")
        done.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(done)
        column.addLayout(foot)
        return column

    def _field(self, name: str, object_name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setObjectName(object_name)
        field.setAccessibleName(name)
        field.setPlaceholderText(phrases().date)
        field.setFixedWidth(round(88 * Theme.instance().scale))
        field.editingFinished.connect(self._read_fields)
        return field

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        chosen = self._group.checkedButton()
        (chosen or self.grid).setFocus(Qt.FocusReason.PopupFocusReason)

    # --- choosing ---------------------------------------------------------------------------------

    @Slot()
    def _on_kind_chosen(self) -> None:
        kind = next(key for key, radio in self.radios.items() if radio.isChecked())
        if kind == "between":
            self.first.setFocus()
            if self.grid.first or self.grid.last:
                self.chosen.emit(span_between(self.grid.first, self.grid.last))
            return
        span = named_span(kind) if kind else None
        self.grid.set_range(*(span.days(self._today) if span else (None, None)))
        self._show_fields()
        self.chosen.emit(span)

    @Slot(object, object)
    def _days_chosen(self, first: date, last: date) -> None:
        self.radios["between"].setChecked(True)
        self._show_fields()
        self.chosen.emit(span_between(first, last))

    @Slot()
    def _read_fields(self) -> None:
        days: list[date | None] = []
        for field, shown in ((self.first, self.grid.first), (self.last, self.grid.last)):
            text = field.text().strip()
            if text == self._day_words(shown):
                days.append(shown)
                continue
            try:
                days.append(parse_day(text, self._today) if text else None)
            except ValueError as error:
                self.problem.setText(str(error))
                self.problem.show()
                self.adjustSize()
                return
        if days == [self.grid.first, self.grid.last]:
            self.problem.hide()
            return
        span = span_between(*days)
        first, last = (span.first, span.last) if span else (None, None)
        self.grid.set_range(first, last)
        self.radios["between" if span else ""].setChecked(True)
        self._show_fields()
        self.chosen.emit(span)

    # --- showing ----------------------------------------------------------------------------------

    def _day_words(self, day: date | None) -> str:
        if day is None:
            return ""
        return day_words(day, "d MMM" if day.year == self._today.year else "d MMM yyyy")

    def _show_fields(self) -> None:
        self.first.setText(self._day_words(self.grid.first))
        self.last.setText(self._day_words(self.grid.last))
        self.problem.hide()

    @Slot()
    def _show_month(self) -> None:
        self._title.setText(month_words(self.grid.month))
