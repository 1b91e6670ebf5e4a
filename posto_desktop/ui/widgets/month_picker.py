"""Calendar of one month for choosing a day or a range of days."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from posto_desktop.models.dates import day_words, first_weekday, weekday_letters
from posto_desktop.ui.theme import Theme

__all__ = ["LAST_YEAR", "MonthPicker", "add_months"]

LAST_YEAR = 9990
"""Last year to show: `date` ends with 9999, and six weeks need later days."""
_CHOOSING = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CELL = 32
_MAX_DOTS = 3


class MonthPicker(QWidget):
    """Six weeks of one month; days before `today` are disabled. Without range, each key chooses at
    once.

    With `is_range` a click chooses one day, and the next click, or Shift+click, the other end; keys
    move the cursor, Space and Enter act as a click.

    Arrows go by days and weeks, Home and End to the ends of the week, PageUp and PageDown by months
    (with Ctrl by years), T to today. `marks` gives the number of dots below a day, `words` its
    tooltip.

    Signals: ``chosen(date first, date last)``, the same day twice without a range;
    ``monthChanged()``.
    """

    chosen = Signal(object, object)
    monthChanged = Signal()

    def __init__(
        self,
        first: date | None,
        last: date | None,
        today: date,
        parent: QWidget | None = None,
        *,
        is_range: bool = False,
        marks: Mapping[date, int] | None = None,
        words: Callable[[date], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("days" if is_range else "day")
        self.first, self.last, self.today = first, last, today
        self.day = last or first or today
        """Return the day under the cursor, or the chosen one."""
        self.month = self.day.replace(day=1)
        self._is_range = is_range
        self._is_other_end_next = False
        self._marks = marks or {}
        self._words = words
        self._hovered: date | None = None
        theme = Theme.instance()
        numbers = QFontMetrics(theme.numbers("strong")).horizontalAdvance("00")
        self._cell = max(_CELL, numbers + 16)
        if marks is not None:
            self._cell = max(self._cell, theme.line("body") + 14)
        self._head = theme.line("caption") + 8
        self.setFixedSize(self._cell * 7, self._cell * 6 + self._head)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._name()

    def set_range(self, first: date | None, last: date | None) -> None:
        """Show another range without emitting `chosen`."""
        self.first, self.last, self._is_other_end_next = first, last, False
        if first or last:
            self._go(last or first or self.today)
        self.update()

    def change_month(self, months: int) -> None:
        """Show another month. The cursor of a range moves along, a chosen day stays."""
        if self._is_range:
            self._go(add_months(self.day, months))
            return
        month = add_months(self.month, months)
        if self.today.replace(day=1) <= month and month.year <= LAST_YEAR:
            self._show_month(month)

    def choose(self, day: date, *, other_end: bool = False) -> None:
        """Choose a day, or in a range its first day or the other end."""
        if not self._is_choosable(day):
            return
        if self._is_range and (self._is_other_end_next or other_end) and self.first is not None:
            self.first, self.last = sorted((self.first, day))
            self._is_other_end_next = False
        else:
            self.first = self.last = day
            self._is_other_end_next = True
        self._go(day)
        self.chosen.emit(self.first, self.last)

    def day_at(self, place: QPoint) -> date | None:
        """Return the day at a position of the widget."""
        column, line = place.x() // self._cell, (place.y() - self._head) // self._cell
        if place.y() < self._head or not 0 <= column < 7 or not 0 <= line < 6:
            return None
        if self._is_mirrored():
            column = 6 - column
        return self._first_day() + timedelta(days=line * 7 + column)

    def _is_mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _is_choosable(self, day: date) -> bool:
        return 1 < day.year <= LAST_YEAR and (self._is_range or day >= self.today)

    def _first_day(self) -> date:
        return self.month - timedelta(days=(self.month.weekday() - first_weekday()) % 7)

    def _go(self, day: date) -> None:
        if 1 < day.year <= LAST_YEAR:
            self.day = day
            self._name()
            self._show_month(day.replace(day=1))

    def _show_month(self, month: date) -> None:
        changes, self.month = month != self.month, month
        self.update()
        if changes:
            self.monthChanged.emit()

    def _name(self) -> None:
        day_text = day_words(self.day, "dddd d MMMM yyyy")
        if words := self._words_of(self.day):
            day_text = f"{day_text}. {words}"
        self.setAccessibleName(self.tr("Day: {day}").format(day=day_text))

    def _words_of(self, day: date) -> str:
        return self._words(day) if self._words is not None else ""

    # -- mouse and keys ------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self.day_at(event.position().toPoint())
        if day is not None and event.button() == Qt.MouseButton.LeftButton:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.choose(day, other_end=shift)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self.day_at(event.position().toPoint())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            day = self.day_at(event.pos())
            QToolTip.showText(event.globalPos(), self._words_of(day) if day else "", self)
            return True
        return super().event(event)

    def key_tip(self) -> tuple[str, QRect]:
        """Return what is said of the day under the cursor, and its place (see `KeyboardTips`)."""
        line, column = divmod((self.day - self._first_day()).days, 7)
        if self._is_mirrored():
            column = 6 - column
        side = self._cell
        return self._words_of(self.day), QRect(column * side, self._head + line * side, side, side)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        day = self._day_of_key(Qt.Key(event.key()), event.modifiers())
        if day is not None and self._is_range:
            self._go(day)
        elif day is not None:
            self.choose(max(self.today, day))
        elif self._is_range and event.key() in _CHOOSING:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.choose(self.day, other_end=shift)
        else:
            super().keyPressEvent(event)

    def _day_of_key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> date | None:
        ahead = -1 if self._is_mirrored() else 1
        in_week = (self.day.weekday() - first_weekday()) % 7
        days = {
            Qt.Key.Key_Left: -ahead,
            Qt.Key.Key_Right: ahead,
            Qt.Key.Key_Up: -7,
            Qt.Key.Key_Down: 7,
            Qt.Key.Key_Home: -in_week,
            Qt.Key.Key_End: 6 - in_week,
        }
        if key in days:
            return self.day + timedelta(days=days[key])
        months = 12 if modifiers & Qt.KeyboardModifier.ControlModifier else 1
        if key == Qt.Key.Key_PageUp:
            return add_months(self.day, -months)
        if key == Qt.Key.Key_PageDown:
            return add_months(self.day, months)
        return self.today if key == Qt.Key.Key_T else None

    # -- look ----------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored, first = self._is_mirrored(), self._first_day()
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text_muted"))
        for number in range(7):
            name = weekday_letters((first + timedelta(days=number)).weekday())
            x = (6 - number if mirrored else number) * self._cell
            place = QRectF(x, 0, self._cell, self._head - 2)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), name)
        for number in range(42):
            column = 6 - number % 7 if mirrored else number % 7
            top = self._head + number // 7 * self._cell
            cell = QRectF(column * self._cell, top, self._cell, self._cell)
            self._paint_day(painter, cell, first + timedelta(days=number))
        painter.end()

    def _paint_day(self, painter: QPainter, cell: QRectF, day: date) -> None:
        theme = Theme.instance()
        is_end = day in (self.first, self.last)
        is_inside = bool(self.first and self.last and self.first < day < self.last)
        inner = cell.adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if is_end:
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(inner, 7, 7)
        elif is_inside:
            painter.fillRect(cell.adjusted(0, 1, 0, -1), theme.colour("selected"))
        elif day == self._hovered and self._is_choosable(day):
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(inner, 7, 7)
        if day == self.day and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("surface" if is_end else "focus"), 1.5))
            painter.drawRoundedRect(inner.adjusted(2.5, 2.5, -2.5, -2.5), 5, 5)
        ink = theme.colour(self._ink(day, is_end=is_end, is_inside=is_inside))
        painter.setPen(ink)
        painter.setFont(theme.numbers("strong" if is_end or day == self.today else "body"))
        dots = min(_MAX_DOTS, self._marks.get(day, 0))
        words = cell.adjusted(0, 0, 0, -6) if dots else cell
        painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), str(day.day))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink if is_end or not self._is_choosable(day) else theme.colour("accent"))
        left = cell.center().x() - (dots - 1) * 3
        for number in range(dots):
            painter.drawEllipse(QPointF(left + number * 6, cell.bottom() - 8), 1.75, 1.75)

    def _ink(self, day: date, *, is_end: bool, is_inside: bool) -> str:
        if is_end:
            return "text_on_accent"
        if not self._is_choosable(day):
            return "text_disabled"
        if is_inside:
            return "text"
        if day == self.today:
            return "accent_text"
        return "text" if day.month == self.month.month else "text_faint"


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, clipped to the length of the month; `day` itself beyond
    the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 < year <= LAST_YEAR:
        return day
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
