"""A calendar and a clock in a popup, for those who would rather point than type."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from PySide6.QtCore import QDate, QEvent, QLocale, QPoint, QRectF, QSize, Qt, QTime, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTimeEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.models.dates import clock_format
from posto_desktop.ui import icons
from posto_desktop.ui.compose.popup import Popup
from posto_desktop.ui.theme import Theme

CELL = 32


class MonthGrid(QWidget):
    """Six weeks of one month.  Days that are over cannot be chosen.

    Signal ``chosen(QDate)``.
    """

    chosen = Signal(QDate)

    def __init__(self, day: date, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.day = day
        self.today = today
        self.month = day.replace(day=1)
        self._hovered: date | None = None
        self.setFixedSize(CELL * 7, CELL * 6 + 22)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setObjectName("day")
        self._name()

    def _name(self) -> None:
        words = QLocale().toString(
            QDate(self.day.year, self.day.month, self.day.day), QLocale.FormatType.LongFormat
        )
        self.setAccessibleName(self.tr("Day: {day}").format(day=words))

    def _first(self) -> date:
        start = QLocale().firstDayOfWeek().value
        back = (self.month.isoweekday() - start) % 7
        return self.month - timedelta(days=back)

    def _at(self, position: QPoint) -> date | None:
        column, line = position.x() // CELL, (position.y() - 22) // CELL
        if position.y() < 22 or not 0 <= column < 7 or not 0 <= line < 6:
            return None
        return self._first() + timedelta(days=int(line) * 7 + int(column))

    def turn(self, months: int) -> None:
        number = self.month.year * 12 + self.month.month - 1 + months
        self.month = date(number // 12, number % 12 + 1, 1)
        self.update()

    def choose(self, day: date) -> None:
        if day < self.today:
            return
        self.day = day
        self.month = day.replace(day=1)
        self._name()
        self.update()
        self.chosen.emit(QDate(day.year, day.month, day.day))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self._at(event.position().toPoint())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self._at(event.position().toPoint())
        if day is not None:
            self.choose(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -7,
            Qt.Key.Key_Down: 7,
            Qt.Key.Key_PageUp: -28,
            Qt.Key.Key_PageDown: 28,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.choose(max(self.today, self.day + timedelta(days=step)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        locale = QLocale()
        first = self._first()
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text_faint"))
        middle = int(Qt.AlignmentFlag.AlignCenter)
        for column in range(7):
            name = locale.dayName(
                (first + timedelta(days=column)).isoweekday(), QLocale.FormatType.ShortFormat
            )
            painter.drawText(QRectF(column * CELL, 0, CELL, 20), middle, name[:2])
        for number in range(42):
            day = first + timedelta(days=number)
            cell = QRectF(number % 7 * CELL, 22 + number // 7 * CELL, CELL, CELL)
            inner = cell.adjusted(1, 1, -1, -1)
            chosen = day == self.day
            painter.setFont(theme.numbers("strong" if chosen or day == self.today else "body"))
            if chosen:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent"))
                painter.drawRoundedRect(inner, 7, 7)
                if self.hasFocus():
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.setPen(QPen(theme.colour("surface"), 1.5))
                    painter.drawRoundedRect(inner.adjusted(2.5, 2.5, -2.5, -2.5), 5, 5)
                painter.setPen(theme.colour("text_on_accent"))
            elif day < self.today:
                painter.setPen(theme.colour("text_disabled"))
            else:
                if day == self._hovered:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(theme.colour("hover"))
                    painter.drawRoundedRect(inner, 7, 7)
                if day == self.today:
                    painter.setPen(theme.colour("accent_text"))
                else:
                    inside = day.month == self.month.month
                    painter.setPen(theme.colour("text" if inside else "text_faint"))
            painter.drawText(cell, middle, str(day.day))
        painter.end()


class WhenPicker(Popup):
    """Signal ``picked(text)``: a day and time as the When field reads it."""

    picked = Signal(str)

    def __init__(self, start: datetime, now: datetime, parent: QWidget) -> None:
        super().__init__("when-picker", parent)
        if start < now:
            start = now
        if (start - now).total_seconds() < 60:
            # A round time within reach is a better start than "now" to the minute.
            start = (now + timedelta(minutes=30)).replace(minute=0) + timedelta(hours=1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 12, 14, 14)
        outer.setSpacing(8)

        head = QHBoxLayout()
        self._title = QLabel(self)
        self._title.setProperty("role", "strong")
        head.addWidget(self._title, 1)
        for name, words, step in (
            ("chevron-left", self.tr("Earlier month"), -1),
            ("chevron-right", self.tr("Later month"), 1),
        ):
            button = QToolButton(self)
            button.setIcon(icons.icon(name))
            button.setIconSize(QSize(16, 16))
            button.setAutoRaise(True)
            button.setAccessibleName(words)
            button.setObjectName(words.lower().replace(" ", "-"))
            button.setToolTip(words)
            button.setProperty("step", step)
            button.clicked.connect(self._turn)
            head.addWidget(button)
        outer.addLayout(head)

        self.grid = MonthGrid(start.date(), now.date(), self)
        self.grid.chosen.connect(self._title_month)
        outer.addWidget(self.grid)

        foot = QGridLayout()
        foot.setHorizontalSpacing(8)
        label = QLabel(self.tr("Time"), self)
        label.setProperty("role", "muted")
        self.time = QTimeEdit(QTime(start.hour, start.minute), self)
        self.time.setDisplayFormat(clock_format())
        self.time.setAccessibleName(self.tr("Time"))
        self.time.setObjectName("time")
        self.time.setButtonSymbols(QTimeEdit.ButtonSymbols.NoButtons)
        self.time.setFixedWidth(72)
        label.setBuddy(self.time)
        use = QPushButton(self.tr("Use this time"), self)
        use.setProperty("variant", "primary")
        use.setProperty("small", True)
        use.setAccessibleName(self.tr("Use this time"))
        use.setObjectName("use-this-time")
        use.setDefault(True)
        use.clicked.connect(self._use)
        use.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        foot.addWidget(label, 0, 0)
        foot.addWidget(self.time, 0, 1)
        foot.setColumnStretch(2, 1)
        foot.addWidget(use, 0, 3)
        outer.addLayout(foot)
        self._title_month()

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        self.grid.setFocus(Qt.FocusReason.PopupFocusReason)

    def _turn(self) -> None:
        button = self.sender()
        if isinstance(button, QToolButton):
            self.grid.turn(int(button.property("step")))
            self._title_month()

    def _title_month(self, *_args: object) -> None:
        month = QLocale().standaloneMonthName(self.grid.month.month)
        self._title.setText(f"{month} {self.grid.month.year}")

    def _use(self) -> None:
        time = self.time.time()
        text = f"{self.grid.day.isoformat()} {time.hour():02d}:{time.minute():02d}"
        self.close()
        self.picked.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._use()
            return
        super().keyPressEvent(event)
