"""Six weeks of one month, as widgets that choose days show them."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QLocale, QPoint, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.models.dates import first_weekday
from posto_desktop.ui.theme import Theme

LAST_YEAR = 9990
"""Later days have no weeks after them."""


class MonthFace(QWidget):
    """Where the days of `month` (its first day) stand. What a day looks like, and what keys and
    clicks do, is said by those who derive from it: `paint_day`."""

    def __init__(self, month: date, today: date, least: int = 32, parent: QWidget | None = None):
        super().__init__(parent)
        self.today = today
        self.month = month
        self.hovered: date | None = None
        theme = Theme.instance()
        numbers = QFontMetrics(theme.numbers("strong")).horizontalAdvance("00")
        self._cell = max(least, numbers + 16)
        self._head = theme.line("caption") + 8
        self.setFixedSize(self._cell * 7, self._cell * 6 + self._head)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    @property
    def is_mirrored(self) -> bool:
        """Whether weeks run from right to left."""
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def first_day(self) -> date:
        """The first of the six weeks' days."""
        return self.month - timedelta(days=(self.month.weekday() - first_weekday()) % 7)

    def day_at(self, place: QPoint) -> date | None:
        """The day at a place of this widget."""
        column, line = place.x() // self._cell, (place.y() - self._head) // self._cell
        if place.y() < self._head or not 0 <= column < 7 or not 0 <= line < 6:
            return None
        if self.is_mirrored:
            column = 6 - column
        return self.first_day() + timedelta(days=int(line) * 7 + int(column))

    def step_of(self, key: int) -> int | None:
        """How many days an arrow key leads on; None for other keys."""
        ahead = -1 if self.is_mirrored else 1
        steps = {
            int(Qt.Key.Key_Left): -ahead,
            int(Qt.Key.Key_Right): ahead,
            int(Qt.Key.Key_Up): -7,
            int(Qt.Key.Key_Down): 7,
        }
        return steps.get(key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hovered = self.day_at(event.position().toPoint())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered = None
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored, first = self.is_mirrored, self.first_day()
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text_muted"))
        middle = int(Qt.AlignmentFlag.AlignCenter)
        for number in range(7):
            name = QLocale().standaloneDayName(
                (first + timedelta(days=number)).isoweekday(), QLocale.FormatType.ShortFormat
            )
            x = (6 - number if mirrored else number) * self._cell
            painter.drawText(QRectF(x, 0, self._cell, self._head - 2), middle, name[:2])
        for number in range(42):
            column = 6 - number % 7 if mirrored else number % 7
            top = self._head + number // 7 * self._cell
            cell = QRectF(column * self._cell, top, self._cell, self._cell)
            self.paint_day(painter, cell, first + timedelta(days=number))
        painter.end()

    def paint_day(self, painter: QPainter, cell: QRectF, day: date) -> None:
        """Paint one day into its cell: here its number and no more."""
        painter.drawText(cell, int(Qt.AlignmentFlag.AlignCenter), str(day.day))


def add_months(day: date, months: int) -> date:
    """The same day that many months on, or the last one of a shorter month; the day itself where
    that is too far away."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 < year <= LAST_YEAR:
        return day
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
