"""One month of days, of which two are chosen: from the first to the last."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QDate, QLocale, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.month_face import LAST_YEAR, MonthFace, add_months


class RangeMonth(MonthFace):
    """Six weeks of one month. A click chooses one day; the next click, or one with Shift, the other
    end.

    Arrows move the cursor, PageUp and PageDown by months, T is today, Space and Enter choose.
    Signals: `chosen(object first, object last)`, `monthChanged()`.
    """

    chosen = Signal(object, object)
    monthChanged = Signal()

    def __init__(
        self, first: date | None, last: date | None, today: date, parent: QWidget | None = None
    ) -> None:
        current = last or first or today
        super().__init__(current.replace(day=1), today, parent=parent)
        self.current = current
        self.first, self.last = first, last
        self._one_end = False
        self.setObjectName("days")
        self._name()

    def set_range(self, first: date | None, last: date | None) -> None:
        """Show another stretch without telling anybody."""
        self.first, self.last, self._one_end = first, last, False
        if first or last:
            self._go(last or first or self.today)
        self.update()

    def turn(self, months: int) -> None:
        """Show another month."""
        self._go(add_months(self.current, months))

    def choose(self, day: date, *, other_end: bool = False) -> None:
        """Choose a day as the first one, or as the other end of what was begun."""
        if (self._one_end or other_end) and self.first is not None:
            ends = sorted((self.first, day))
            self.first, self.last, self._one_end = ends[0], ends[1], False
        else:
            self.first = self.last = day
            self._one_end = True
        self._go(day)
        self.chosen.emit(self.first, self.last)

    def _go(self, day: date) -> None:
        if not 1 < day.year <= LAST_YEAR:
            return
        self.current = day
        if day.replace(day=1) != self.month:
            self.month = day.replace(day=1)
            self.monthChanged.emit()
        self._name()
        self.update()

    def _name(self) -> None:
        day = QDate(self.current.year, self.current.month, self.current.day)
        words = QLocale().toString(day, QLocale.FormatType.LongFormat)
        self.setAccessibleName(self.tr("Day: {day}").format(day=words))

    # --- mouse and keys ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self.day_at(event.position().toPoint())
        if day is not None and event.button() == Qt.MouseButton.LeftButton:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.choose(day, other_end=shift)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        step = self.step_of(event.key())
        months = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if step is not None:
            self._go(self.current + timedelta(days=step))
        elif key in months:
            self.turn(months[key])
        elif key == Qt.Key.Key_T:
            self._go(self.today)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.choose(self.current, other_end=shift)
        else:
            super().keyPressEvent(event)

    # --- look -------------------------------------------------------------------------------------

    def paint_day(self, painter: QPainter, cell: QRectF, day: date) -> None:
        theme = Theme.instance()
        first, last = self.first, self.last
        end = day in (first, last)
        inside = bool(first and last and first < day < last)
        inner = cell.adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if end:
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(inner, 7, 7)
        elif inside:
            painter.fillRect(cell.adjusted(0, 1, 0, -1), theme.colour("selected"))
        elif day == self.hovered:
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(inner, 7, 7)
        ink = "text" if day.month == self.month.month else "text_faint"
        if end:
            ink = "text_on_accent"
        elif inside:
            ink = "text"
        elif day == self.today:
            ink = "accent_text"
        if day == self.current and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("text_on_accent" if end else "focus"), 1.5))
            painter.drawRoundedRect(inner.adjusted(2, 2, -2, -2), 5, 5)
        painter.setPen(theme.colour(ink))
        painter.setFont(theme.numbers("strong" if end or day == self.today else "body"))
        painter.drawText(cell, int(Qt.AlignmentFlag.AlignCenter), str(day.day))
