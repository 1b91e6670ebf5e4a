"""Renderer of the month: weeks as rows, weekdays as columns."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from posto_desktop.common.translation import translate
from posto_desktop.core.recurrence import wall_moment
from posto_desktop.models import dates
from posto_desktop.models.calendar_cards import CalendarCard
from posto_desktop.models.dates import day_words
from posto_desktop.ui.calendar.renderer import (
    CalendarDropTarget,
    CalendarRenderer,
    CardItem,
    HitResult,
)
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.painters import placed
from posto_desktop.ui.widgets.row_cells import mirrored_in

__all__ = ["MonthRenderer"]

_MORNING = time(9)


class MonthRenderer(CalendarRenderer):
    """Shows cards on days with one or two messages, chips on others, and counts what does not
    fit."""

    def lay_out(self, size: QSize) -> None:
        theme, model = Theme.instance(), self.model
        self.size = size
        scale = theme.scale
        self.head = round(30 * scale)
        self._top = round(25 * scale)
        self._card = round(theme.token("pane.month_card") * scale)
        self._chip = round(theme.token("pane.month_chip") * scale)
        weeks = max(1, -(-len(model.days) // 7))
        least = self._top + 2 * (self._chip + 2) + 4
        self.height = max(size.height() - self.head, weeks * least)
        self._spans = list(pairwise(round(size.width() * n / 7) for n in range(8)))
        if self.mirrored:
            self._spans.reverse()
        self._tops = [round(self.height * n / weeks) for n in range(weeks + 1)]
        self.items = []
        self._more: dict[date, list[CalendarCard]] = {}
        for day in model.days:
            self._place_day(day)

    def _place_day(self, day: date) -> None:
        cards = self.model.cards_on(day)
        if not cards:
            return
        whole = self.day_rect(day)
        cell = self._visual(whole.adjusted(4, self._top, -5, -2), whole)
        kind, tall = "card", self._card
        if len(cards) > 2 or len(cards) * (tall + 2) > cell.height() + 2:
            kind, tall = "chip", self._chip
        fits = max(0, (cell.height() + 2) // (tall + 2))
        shown = cards if len(cards) <= fits else cards[:fits]
        for number, card in enumerate(shown):
            rect = QRect(cell.x(), cell.y() + number * (tall + 2), cell.width(), tall)
            self.items.append(CardItem(card, rect, kind))
        if len(shown) < len(cards):
            self._more[day] = cards

    def day_rect(self, day: date) -> QRect:
        at = self.model.days.index(day)
        row, column = divmod(at, 7)
        (left, right), top = self._spans[column], self._tops[row]
        return QRect(left, top, right - left, self._tops[row + 1] - top)

    def title_rect(self, day: date) -> QRect:
        cell = self.day_rect(day)
        return QRect(cell.x(), cell.y(), cell.width(), self._top)

    # -- painting ------------------------------------------------------------------------------

    def paint(self, painter: QPainter, shown: QRect) -> None:
        theme, model = Theme.instance(), self.model
        today = dates.local(model.now(), model.zone).date()
        painter.fillRect(shown, theme.colour("surface"))
        line = theme.colour("border")
        drawn: dict[date, int] = {}
        for item in self.items:
            drawn[item.card.day] = drawn.get(item.card.day, 0) + 1
        for at, day in enumerate(model.days):
            row = at // 7
            cell = self.day_rect(day)
            if not cell.intersects(shown):
                continue
            if day < today:
                painter.fillRect(cell, theme.colour("surface_alt"))
            if at % 7:
                edge = self._visual(QRect(cell.x(), cell.y(), 1, cell.height()), cell)
                painter.fillRect(edge, line)
            if row:
                painter.fillRect(cell.x(), cell.y(), cell.width(), 1, line)
            self._paint_number(painter, cell, day, today, first=at == 0)
            if day in self._more:
                number = self._number_words(day, first=at == 0)
                count = len(self._more[day]) - drawn.get(day, 0)
                self._paint_more(painter, cell, count, number)
        for item in self.items:
            if item.rect.intersects(shown):
                self.paint_card(painter, item.rect, item)

    def paint_card(self, painter: QPainter, rect: QRect, item: CardItem) -> None:
        if item.kind == "chip":
            self.cards.chip(painter, rect, item.card)
        else:
            self.cards.card(painter, rect, item.card)

    def _paint_number(
        self, painter: QPainter, cell: QRect, day: date, today: date, *, first: bool
    ) -> None:
        theme = Theme.instance()
        words = self._number_words(day, first=first)
        font = theme.font("strong" if day == today else "body")
        painter.setFont(font)
        room = QRect(cell.x() + 10, cell.y() + 3, cell.width() - 12, self._top - 4)
        wide = QFontMetrics(font).horizontalAdvance(words) + 14
        self._paint_holiday(painter, cell, room.adjusted(wide, 0, 0, 0), day)
        painter.setFont(font)
        if day == today:
            place = QRect(cell.x() + 6, cell.y() + 4, wide, self._top - 6)
            pill = QRectF(placed(painter, place, cell))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(pill, 5, 5)
            painter.setPen(theme.colour("text_on_accent"))
            painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), words)
            return
        painter.setPen(theme.colour("text_muted"))
        painter.drawText(placed(painter, room, cell), int(Qt.AlignmentFlag.AlignVCenter), words)

    @staticmethod
    def _number_words(day: date, *, first: bool) -> str:
        return day_words(day, "d MMM" if first or day.day == 1 else "d")

    def _paint_holiday(self, painter: QPainter, cell: QRect, room: QRect, day: date) -> None:
        name = self.model.holidays.get(day, "")
        if day in self._more:
            room.setRight(room.right() - 84)
        if not name or room.width() < 30:
            return
        font = Theme.instance().font("small")
        painter.setFont(font)
        painter.setPen(Theme.instance().colour("accent_text"))
        shown = QFontMetrics(font).elidedText(name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(placed(painter, room, cell), int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _paint_more(self, painter: QPainter, cell: QRect, count: int, number: str) -> None:
        theme = Theme.instance()
        font = theme.font("chip_text")
        painter.setFont(font)
        painter.setPen(theme.colour("accent_text"))
        right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        beside = QFontMetrics(theme.font("strong")).horizontalAdvance(number) + 32
        words = self.more_words(count)
        if QFontMetrics(font).horizontalAdvance(words) > cell.width() - beside:
            words = f"+{count}"  # as in narrow columns of the week
        painter.drawText(self._more_rect(cell), right, words)

    def more_words(self, count: int) -> str:
        return translate("Calendar", "+%n more", "", count)

    def _number_rect(self, cell: QRect, day: date) -> QRect:
        words = self._number_words(day, first=day == self.model.days[0])
        wide = QFontMetrics(Theme.instance().font("strong")).horizontalAdvance(words) + 20
        return self._visual(QRect(cell.x(), cell.y(), wide, self._top), cell)

    def _more_rect(self, cell: QRect) -> QRect:
        return self._visual(QRect(cell.right() - 86, cell.y() + 2, 80, self._top - 3), cell)

    def _visual(self, place: QRect, cell: QRect) -> QRect:
        return mirrored_in(place, cell, self.mirrored)

    def paint_head(self, painter: QPainter) -> None:
        theme = Theme.instance()
        painter.fillRect(QRect(0, 0, self.size.width(), self.head), theme.colour("surface"))
        painter.fillRect(0, self.head - 1, self.size.width(), 1, theme.colour("border"))
        font = theme.font("small")
        painter.setFont(font)
        painter.setPen(theme.colour("text_muted"))
        metrics = QFontMetrics(font)
        for number, day in enumerate(self.model.days[:7]):
            left, wide = self._spans[number][0], self._spans[number][1] - self._spans[number][0]
            name = day_words(day, "dddd")
            if metrics.horizontalAdvance(name) > wide - 14:
                name = day_words(day, "ddd")
            room = QRect(left + 9, 0, wide - 9, self.head - 1)
            room = placed(painter, room, QRect(left, 0, wide, self.head))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), name)

    # -- under the pointer ---------------------------------------------------------------------

    def _day_at(self, place: QPoint) -> date | None:
        for day in self.model.days:
            if self.day_rect(day).contains(place):
                return day
        return None

    def hit(self, place: QPoint) -> HitResult:
        day = self._day_at(place)
        if day is None:
            return HitResult()
        for item in self.items:
            if item.rect.contains(place):
                return HitResult(day, item.card, None, None, [], item.rect)
        cell = self.day_rect(day)
        if day in self._more and self._more_rect(cell).contains(place):
            return HitResult(day, None, None, None, self._more[day], self._more_rect(cell))
        number = self._number_rect(cell, day)
        if number.contains(place):
            return HitResult(day, rect=number, title=True)
        moment = self.start_time_on(day)
        free = self.place_rect(day, moment) if moment is not None else cell
        return HitResult(day, None, moment, None, [], free)

    def start_time_on(self, day: date) -> datetime | None:
        """Return the time of a new message on a day: its first free slot, else the morning, else
        the next full hour; None if the day is over."""
        model = self.model
        now = model.now()
        free = [moment for on, moment in model.slots if on == day and moment > now]
        if free:
            return free[0]
        morning = wall_moment(day, _MORNING, model.zone)
        if morning > now:
            return morning
        local_now = dates.local(now, model.zone)
        if day != local_now.date() or local_now.hour >= 23:
            return None
        return wall_moment(day, time(local_now.hour + 1), model.zone)

    def target(
        self, place: QPoint, grab: QPoint, step: int, card: CalendarCard | None
    ) -> CalendarDropTarget | None:
        day = self._day_at(place)
        if day is None:
            return None
        if card is None:
            start = self.start_time_on(day)
            return CalendarDropTarget(day, start, self.day_rect(day)) if start is not None else None
        zone = self.model.zone
        time_of_day = dates.local(card.moment, zone).time().replace(tzinfo=None)
        moment = card.moment if day == card.day else wall_moment(day, time_of_day, zone)
        if moment <= self.model.now():
            return None
        # That time may not exist on a day on which the clocks go forward.
        is_kept = dates.local(moment, zone).time() == time_of_day
        return CalendarDropTarget(day, moment, self.rect_of_target(day, moment), keeps_time=is_kept)

    def place_rect(self, day: date, moment: datetime) -> QRect:
        rect = self.rect_of_target(day, moment)
        rect.setHeight(min(rect.height(), self._chip))
        return rect

    def rect_of_target(self, day: date, moment: datetime) -> QRect:
        cell = self.day_rect(day)
        last = max((s.rect.bottom() for s in self.items if s.card.day == day), default=0)
        top = max(cell.y() + self._top, last + 3)
        tall = min(self._card, max(self._chip, cell.bottom() - 3 - top))
        top = min(top, cell.bottom() - 2 - tall)
        return self._visual(QRect(cell.x() + 4, top, cell.width() - 9, tall), cell)
