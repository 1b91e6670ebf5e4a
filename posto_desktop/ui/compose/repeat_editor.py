"""Editor of a message's repeat: the rule, its sentence, and all resulting times."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from PySide6.QtCore import QDate, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QDateEdit,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.recurrence import LAST, MAX_EVERY, MOST, Repeat, Unit, occurrences
from posto_desktop.models.dates import first_weekday, full_when, numeric_format, zone_name
from posto_desktop.models.repeat_words import day_of_month, sentence, time_lines, weekday
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, Chip, name_control
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import hairline, label, set_role
from posto_desktop.ui.widgets.popup import Popup
from posto_desktop.ui.widgets.require import require_layout

_UNITS: tuple[Unit, ...] = ("day", "week", "month")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_COUNT, _UNTIL = 0, 1
_ROWS = 6
_GAP = 4
_LIST_EDGE = 4


class RepeatEditor(Popup):
    """Signals: ``chosen(Repeat | None)``: the new rule, None for no repeat; ``closed()``, before
    it: the opener takes the focus back."""

    chosen = Signal(object)
    closed = Signal()

    def __init__(
        self,
        first: datetime,
        repeat: Repeat | None,
        zone: tzinfo,
        parent: QWidget,
        wall: time | None = None,
    ) -> None:
        super().__init__("repeat-editor", parent)
        #: Noun: a repeated post.
        self.setAccessibleName(self.tr("Repeat"))
        self._first, self._zone, self._wall = first, zone, wall
        self._start = first.astimezone(zone)
        self._loading = True
        self._beside: QWidget | None = None
        self._above = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 14, 16, 14)
        outer.setSpacing(10)
        #: Noun: a repeated post.
        outer.addWidget(label(self.tr("Repeat"), "strong"))
        outer.addLayout(self._build_rule())
        self._days = QWidget(self)
        self._build_days()
        outer.addWidget(self._days)
        self._month = ComboBox("day-of-month", self)
        self._month.currentIndexChanged.connect(self._changed)
        self._month_label = label(self.tr("Day of the month"))
        self._month_label.setBuddy(self._month)
        self._month_row = QWidget(self)
        line = QHBoxLayout(self._month_row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._month_label)
        line.addWidget(self._month, 1)
        outer.addWidget(self._month_row)
        outer.addLayout(self._build_end())
        outer.addWidget(hairline(self))
        self._summary_label = label("", object_name="repeat-sentence", wrap=True)
        outer.addWidget(self._summary_label)
        self._list = QListWidget(self)
        #: Title: when a repeated post goes out.
        name_control(self._list, self.tr("Times"), "times")
        self._list.setProperty("role", "field")
        self._list.setTextElideMode(Qt.TextElideMode.ElideNone)
        outer.addWidget(self._list)
        words = self.tr("Starts {time}, {zone}")
        starts = words.format(time=full_when(first, zone), zone=zone_name(zone, first))
        outer.addWidget(label(starts, "small", object_name="repeat-start"))
        outer.addLayout(self._build_foot(repeat is not None))
        self._fill_month(repeat)
        self._load(repeat or Repeat(unit="week", weekdays=(self._start.weekday(),), count=4))
        self._loading = False
        self._fit()
        self._changed()

    # -- building --------------------------------------------------------------------------

    def _build_rule(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        every = label(self.tr("Every"))
        row.addWidget(every)
        self._every = QSpinBox(self)
        self._every.setRange(1, MAX_EVERY)
        name_control(self._every, self.tr("Every"), "every")
        every.setBuddy(self._every)
        self._every.valueChanged.connect(self._changed)
        row.addWidget(self._every)
        self._unit_label = label(self.tr("Unit"))
        self._unit_label.setFixedSize(0, 0)
        self._unit = ComboBox("unit", self)
        self._unit_label.setBuddy(self._unit)
        for _ in _UNITS:
            self._unit.addItem("")
        self._unit.currentIndexChanged.connect(self._changed)
        row.addWidget(self._unit_label)
        row.addWidget(self._unit)
        row.addStretch(1)
        return row

    def _build_days(self) -> None:
        row = QHBoxLayout(self._days)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._weekdays: dict[int, Chip] = {}
        start = first_weekday()
        for step in range(7):
            day = (start + step) % 7
            chip = Chip(weekday(day, short=True)[:3], parent=self._days)
            name_control(chip, weekday(day), _WEEKDAYS[day])
            chip.toggled.connect(self._changed)
            self._weekdays[day] = chip
            row.addWidget(chip)
        row.addStretch(1)

    def _build_end(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        ends = label(self.tr("Ends"))
        self._end = ComboBox("ends", self)
        self._end.addItems([self.tr("after a number of times"), self.tr("on a day")])
        ends.setBuddy(self._end)
        self._end.currentIndexChanged.connect(self._changed)
        self._count = QSpinBox(self)
        self._count.setRange(1, MOST)
        name_control(self._count, self.tr("Number of times"), "number-of-times")
        self._count.valueChanged.connect(self._changed)
        self._until = QDateEdit(self)
        self._until.setDisplayFormat(numeric_format())
        self._until.setMinimumDate(_qdate(self._start.date()))
        name_control(self._until, self.tr("Last day"), "last-day")
        self._until.dateChanged.connect(self._changed)
        for part in (ends, self._end, self._count, self._until):
            row.addWidget(part)
        row.addStretch(1)
        return row

    def _build_foot(self, repeats: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._none = Button(self.tr("Do not repeat"), "quiet-danger", small=True, parent=self)
        self._none.setObjectName("do-not-repeat")
        self._none.clicked.connect(self._remove)
        self._none.setVisible(repeats)
        row.addWidget(self._none)
        row.addStretch(1)
        self._use = QPushButton(self)
        self._use.setProperty("variant", "primary")
        self._use.setProperty("small", True)
        self._use.setObjectName("use-repeat")
        self._use.clicked.connect(self._apply)
        row.addWidget(self._use)
        return row

    def _fill_month(self, repeat: Repeat | None) -> None:
        """Fill in the ways to name the first day in its month, and select the present one."""
        start = self._start.date()
        month_rules = [Repeat(unit="month", month_day=start.day)]
        if (start + timedelta(days=1)).month != start.month:
            month_rules.append(Repeat(unit="month", month_day=LAST))
        month_rules.append(
            Repeat(unit="month", nth=(start.day - 1) // 7 + 1, nth_weekday=start.weekday())
        )
        if (start + timedelta(days=7)).month != start.month:
            month_rules.append(Repeat(unit="month", nth=LAST, nth_weekday=start.weekday()))
        if repeat is not None and repeat.unit == "month":
            day = repeat.month_day
            if repeat.nth is None and day is None:
                day = start.day
            current = Repeat(
                unit="month", month_day=day, nth=repeat.nth, nth_weekday=repeat.nth_weekday
            )
            if current not in month_rules:
                month_rules.insert(0, current)
        self._month_rules = month_rules
        for month_rule in month_rules:
            self._month.addItem(day_of_month(month_rule, self._start))

    def _load(self, repeat: Repeat) -> None:
        self._every.setValue(repeat.every)
        self._unit.setCurrentIndex(_UNITS.index(repeat.unit))
        days = repeat.weekdays if repeat.unit == "week" else ()
        for day in days or (self._start.weekday(),):
            self._weekdays[day].setChecked(True)
        if repeat.unit == "month":
            named = (repeat.month_day, repeat.nth, repeat.nth_weekday)
            if named == (None, None, None):
                named = (self._start.day, None, None)
            for number, month_rule in enumerate(self._month_rules):
                if (month_rule.month_day, month_rule.nth, month_rule.nth_weekday) == named:
                    self._month.setCurrentIndex(number)
        self._end.setCurrentIndex(_UNTIL if repeat.until is not None else _COUNT)
        self._count.setValue(repeat.count or MOST)
        month_on = self._start.date() + timedelta(days=28)
        self._until.setDate(_qdate(repeat.until or month_on))

    # -- value -----------------------------------------------------------------------------

    def repeat(self) -> Repeat:
        """Return the rule from the controls."""
        unit = _UNITS[self._unit.currentIndex()]
        month_rule = self._month_rules[max(0, self._month.currentIndex())]
        monthly = unit == "month"
        counted = self._end.currentIndex() == _COUNT
        until = self._until.date()
        return Repeat(
            unit=unit,
            every=self._every.value(),
            weekdays=tuple(day for day in range(7) if self._weekdays[day].isChecked())
            if unit == "week"
            else (),
            month_day=month_rule.month_day if monthly else None,
            nth=month_rule.nth if monthly else None,
            nth_weekday=month_rule.nth_weekday if monthly else None,
            until=None if counted else date(until.year(), until.month(), until.day()),
            count=self._count.value() if counted else None,
        )

    # -- events ----------------------------------------------------------------------------

    @Slot()
    def _changed(self) -> None:
        if self._loading:
            return
        unit = _UNITS[self._unit.currentIndex()]
        self._name_units()
        self._days.setVisible(unit == "week")
        self._month_row.setVisible(unit == "month")
        counted = self._end.currentIndex() == _COUNT
        self._count.setVisible(counted)
        self._until.setVisible(not counted)
        repeat = self.repeat()
        times = occurrences(repeat, self._first, self._zone, clock=self._wall)
        words = sentence(repeat, self._first, times, self._zone)
        if not counted and len(times) == MOST:
            words += " " + self.tr("At most %n time(s) (is/are) possible.", "", MOST)
        self._summary_label.setText(words)
        set_role(self._summary_label, "" if times else "error")
        self._fill_list(times)
        count = len(times)
        text = self.tr("Repeat %n time(s)", "", count) if count != 1 else self.tr("Post once")
        self._use.setText(text)
        self._use.setAccessibleName(text)
        self._use.setEnabled(count > 0)
        require_layout(self).activate()
        self.adjustSize()
        if self.isVisible():
            # The popup may have grown over its field or the edge of the screen.
            self.show_at(self._place() if self._beside is not None else self.pos())

    def _name_units(self) -> None:
        every = self._every.value()
        days, weeks = self.tr("day(s)", "", every), self.tr("week(s)", "", every)
        for number, words in enumerate((days, weeks, self.tr("month(s)", "", every))):
            self._unit.setItemText(number, words)

    def _fill_list(self, times: list[datetime]) -> None:
        self._list.clear()
        theme = Theme.instance()
        lines = time_lines(self._first, times, self._zone, self._wall)
        for number, (when, note) in enumerate(lines, 1):
            words = self.tr("{number}.  {time}").format(number=number, time=when)
            item = QListWidgetItem(f"{words} · {note}" if note else words)
            if note:
                item.setForeground(theme.status("late").fg)
                item.setToolTip(note)
            self._list.addItem(item)
        # Fit the list to its longest line and its number of lines: empty space would look like
        # missing content.
        row = max(self._list.sizeHintForRow(0), self.fontMetrics().height())
        self._list.setFixedHeight(max(1, min(len(lines), _ROWS)) * row + 2 * _LIST_EDGE)
        edges = self._list.verticalScrollBar().sizeHint().width() + 2 * _LIST_EDGE
        widest = max(
            self.fontMetrics().horizontalAdvance("0") * 46,
            self._list.sizeHintForColumn(0) + edges if lines else 0,
        )
        self._list.setMinimumWidth(widest)

    def _fit(self) -> None:
        """Set widths from the fonts, so that larger text is not cut."""
        metrics = self.fontMetrics()
        for field, sample in ((self._every, "0000"), (self._count, "0000")):
            field.setFixedWidth(metrics.horizontalAdvance(sample) + 34)
        sample = self._until.locale().toString(QDate(2028, 12, 28), self._until.displayFormat())
        self._until.setFixedWidth(metrics.horizontalAdvance(sample) + 40)

    def show_beside(self, field: QWidget) -> None:
        """Show the popup under this field, or above it if there is more room: field and main button
        stay visible."""
        self._beside = field
        self.adjustSize()
        top, window = field.mapToGlobal(QPoint()).y(), field.window()
        end = window.mapToGlobal(QPoint(0, window.height())).y()
        end -= Theme.instance().px("size.action_bar")
        below = end - top - field.height()
        over = top - self.screen().availableGeometry().top()
        self._above = self.height() + _GAP > below and over > below
        self.show_at(self._place())

    def _place(self) -> QPoint:
        assert self._beside is not None
        if self._above:
            return self._beside.mapToGlobal(QPoint(0, -self.height() - _GAP))
        return self._beside.mapToGlobal(QPoint(0, self._beside.height() + _GAP))

    def show_at(self, place: QPoint) -> None:
        fresh = not self.isVisible()
        super().show_at(place)
        if fresh:
            self._every.setFocus(Qt.FocusReason.PopupFocusReason)
            self._every.selectAll()

    @Slot()
    def _apply(self) -> None:
        if not self._use.isEnabled():
            return
        repeat = self.repeat()
        self.close()
        self.chosen.emit(repeat)

    @Slot()
    def _remove(self) -> None:
        self.close()
        self.chosen.emit(None)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._apply()
            return
        super().keyPressEvent(event)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
