"""One month of days to choose from, with a dot where something is planned already."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo

from PySide6.QtCore import QDate, QEvent, QLocale, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from posto_desktop.models.dates import clock, first_weekday
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.month_face import LAST_YEAR, MonthFace, add_months

_MOST_DOTS = 3
_MOST_TIMES = 6


class MonthGrid(MonthFace):
    """Six weeks of one month.  Days that are over cannot be chosen.

    Arrows move by days and weeks, Home and End within the week, PageUp and PageDown by months
    (with Ctrl by years), T is today.  Signal ``chosen(QDate)``.
    """

    chosen = Signal(QDate)

    def __init__(
        self,
        day: date,
        today: date,
        planned: Iterable[datetime] = (),
        zone: tzinfo | None = None,
        parent: QWidget | None = None,
    ) -> None:
        least = max(32, Theme.instance().line("body") + 14)
        super().__init__(day.replace(day=1), today, least, parent)
        self.day = day
        self._zone = zone
        self._planned: dict[date, list[datetime]] = {}
        for moment in sorted(set(planned)):
            self._planned.setdefault(moment.astimezone(zone).date(), []).append(moment)
        self.setObjectName("day")
        self._name()

    def planned_words(self, day: date) -> str:
        """ "Planned: 9:00, 12:00", or nothing."""
        times = self._planned.get(day, [])
        if not times:
            return ""
        said = list(dict.fromkeys(clock(moment, self._zone) for moment in times))
        words = ", ".join(said[:_MOST_TIMES])
        if len(said) > _MOST_TIMES:
            more = len(said) - _MOST_TIMES
            return self.tr("Planned: {times} and {n} more").format(times=words, n=more)
        return self.tr("Planned: {times}").format(times=words)

    def _name(self) -> None:
        words = QLocale().toString(_qdate(self.day), QLocale.FormatType.LongFormat)
        planned = self.planned_words(self.day)
        if planned:
            words = f"{words}. {planned}"
        self.setAccessibleName(self.tr("Day: {day}").format(day=words))

    def turn(self, months: int) -> None:
        """Show another month; the chosen day stays."""
        month = add_months(self.month, months)
        if self.today.replace(day=1) <= month and month.year <= LAST_YEAR:
            self.month = month
            self.update()

    def choose(self, day: date) -> None:
        if day < self.today or day.year > LAST_YEAR:
            return
        self.day = day
        self.month = day.replace(day=1)
        self._name()
        self.update()
        self.chosen.emit(_qdate(day))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self.day_at(event.position().toPoint())
        if day is not None:
            self.choose(day)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            day = self.day_at(event.pos())
            QToolTip.showText(event.globalPos(), self.planned_words(day) if day else "", self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wanted = self._day_of_key(Qt.Key(event.key()), event.modifiers())
        if wanted is None:
            super().keyPressEvent(event)
        else:
            self.choose(max(self.today, wanted))

    def _day_of_key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> date | None:
        step = self.step_of(key)
        if step is not None:
            return self.day + timedelta(days=step)
        in_week = (self.day.weekday() - first_weekday()) % 7
        if key == Qt.Key.Key_Home:
            return self.day - timedelta(days=in_week)
        if key == Qt.Key.Key_End:
            return self.day + timedelta(days=6 - in_week)
        months = 12 if modifiers & Qt.KeyboardModifier.ControlModifier else 1
        if key == Qt.Key.Key_PageUp:
            return add_months(self.day, -months)
        if key == Qt.Key.Key_PageDown:
            return add_months(self.day, months)
        return self.today if key == Qt.Key.Key_T else None

    def paint_day(self, painter: QPainter, cell: QRectF, day: date) -> None:
        theme = Theme.instance()
        inner = cell.adjusted(1, 1, -1, -1)
        chosen = day == self.day
        painter.setFont(theme.numbers("strong" if chosen or day == self.today else "body"))
        dots = theme.colour("accent")
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(inner, 7, 7)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.colour("surface"), 1.5))
                painter.drawRoundedRect(inner.adjusted(2.5, 2.5, -2.5, -2.5), 5, 5)
            ink = dots = theme.colour("text_on_accent")
        elif day < self.today:
            ink = dots = theme.colour("text_disabled")
        else:
            if day == self.hovered:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("hover"))
                painter.drawRoundedRect(inner, 7, 7)
            inside = day.month == self.month.month
            ink = theme.colour("text" if inside else "text_faint")
            if day == self.today:
                ink = theme.colour("accent_text")
        painter.setPen(ink)
        count = min(_MOST_DOTS, len(self._planned.get(day, ())))
        words = cell.adjusted(0, 0, 0, -6) if count else cell
        painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter), str(day.day))
        if count:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(dots)
            left = cell.center().x() - (count - 1) * 3
            for number in range(count):
                painter.drawEllipse(QPointF(left + number * 6, cell.bottom() - 8), 1.75, 1.75)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
