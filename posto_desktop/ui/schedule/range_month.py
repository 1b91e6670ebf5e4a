"""One month of days, of which two are chosen: from the first to the last."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QLocale, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from posto_desktop.models.dates import first_weekday
from posto_desktop.ui.theme import Theme

__all__ = ["RangeMonth", "add_months"]

_YEARS = range(2, 9990)


class RangeMonth(QWidget):
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
        super().__init__(parent)
        self.today = today
        self.first, self.last = first, last
        self.cursor = last or first or today
        self.month = self.cursor.replace(day=1)
        self._one_end = False
        self._hovered: date | None = None
        theme = Theme.instance()
        numbers = QFontMetrics(theme.numbers("strong")).horizontalAdvance("00")
        self._cell = max(32, numbers + 16)
        self._head = theme.line("caption") + 8
        self.setFixedSize(self._cell * 7, self._cell * 6 + self._head)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
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
        self._go(add_months(self.cursor, months))

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
        if day.year not in _YEARS:
            return
        self.cursor = day
        if day.replace(day=1) != self.month:
            self.month = day.replace(day=1)
            self.monthChanged.emit()
        self._name()
        self.update()

    def _name(self) -> None:
        words = QLocale().toString(self.cursor, QLocale.FormatType.LongFormat)
        self.setAccessibleName(self.tr("Day: {day}").format(day=words))

    def _start(self) -> date:
        return self.month - timedelta(days=(self.month.weekday() - first_weekday()) % 7)

    def _at(self, place: QPoint) -> date | None:
        column, line = place.x() // self._cell, (place.y() - self._head) // self._cell
        if place.y() < self._head or not 0 <= column < 7 or not 0 <= line < 6:
            return None
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            column = 6 - column
        return self._start() + timedelta(days=int(line) * 7 + int(column))

    # --- mouse and keys ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self._at(event.position().toPoint())
        if day is not None and event.button() == Qt.MouseButton.LeftButton:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.choose(day, other_end=shift)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self._at(event.position().toPoint())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        ahead = -1 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 1
        steps = {
            Qt.Key.Key_Left: -ahead,
            Qt.Key.Key_Right: ahead,
            Qt.Key.Key_Up: -7,
            Qt.Key.Key_Down: 7,
        }
        months = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if key in steps:
            self._go(self.cursor + timedelta(days=steps[key]))
        elif key in months:
            self.turn(months[key])
        elif key == Qt.Key.Key_T:
            self._go(self.today)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.choose(self.cursor, other_end=shift)
        else:
            super().keyPressEvent(event)

    # --- look -------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        start, middle = self._start(), int(Qt.AlignmentFlag.AlignCenter)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text_muted"))
        for number in range(7):
            name = QLocale().standaloneDayName(
                (start + timedelta(days=number)).isoweekday(), QLocale.FormatType.ShortFormat
            )
            x = (6 - number if mirrored else number) * self._cell
            painter.drawText(QRectF(x, 0, self._cell, self._head - 2), middle, name[:2])
        for number in range(42):
            column = 6 - number % 7 if mirrored else number % 7
            top = self._head + number // 7 * self._cell
            cell = QRectF(column * self._cell, top, self._cell, self._cell)
            self._paint_day(painter, cell, start + timedelta(days=number))
        painter.end()

    def _paint_day(self, painter: QPainter, cell: QRectF, day: date) -> None:
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
        elif day == self._hovered:
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(inner, 7, 7)
        ink = "text" if day.month == self.month.month else "text_faint"
        if end:
            ink = "text_on_accent"
        elif inside:
            ink = "text"
        elif day == self.today:
            ink = "accent_text"
        if day == self.cursor and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("text_on_accent" if end else "focus"), 1.5))
            painter.drawRoundedRect(inner.adjusted(2, 2, -2, -2), 5, 5)
        painter.setPen(theme.colour(ink))
        painter.setFont(theme.numbers("strong" if end or day == self.today else "body"))
        painter.drawText(cell, int(Qt.AlignmentFlag.AlignCenter), str(day.day))


def add_months(day: date, months: int) -> date:
    """The same day that many months on, or the last one of a shorter month."""
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    if year not in _YEARS:
        return day
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
