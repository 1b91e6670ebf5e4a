"""Renderer of the agenda: a list of days with one line for each message."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from posto_desktop.common.translation import translate
from posto_desktop.models import dates
from posto_desktop.models.calendar import network_words
from posto_desktop.models.calendar_cards import CalendarCard
from posto_desktop.ui.calendar.renderer import (
    CalendarDropTarget,
    CalendarRenderer,
    CardItem,
    HitResult,
)
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.painters import placed
from posto_desktop.ui.widgets.thumbnails import paint_picture

__all__ = ["AgendaRenderer"]

_PILL, _BESIDE = 104, 7
"""Usual width for the status of a row, and least distance to what follows."""


class AgendaRenderer(CalendarRenderer):
    """Lists days with messages, and today. It accepts no drops, since rows have no times between
    them."""

    def lay_out(self, size: QSize) -> None:
        theme, model = Theme.instance(), self.model
        self.size = size
        self.head = 0
        self._line = round(44 * theme.scale)
        self._pill = round(_PILL * theme.scale)
        self._day = round(34 * theme.scale)
        today = dates.local(model.now(), model.zone).date()
        self._heads: dict[date, QRect] = {}
        self.items = []
        y = 0
        for day in model.days:
            cards = model.cards_on(day)
            if not cards and day != today:
                continue
            self._heads[day] = QRect(0, y, size.width(), self._day)
            y += self._day
            for card in cards:
                self.items.append(CardItem(card, QRect(0, y, size.width(), self._line), "line"))
                y += self._line
                if card.status != "other":
                    # Texts begin below each other, beside the longest status.
                    wide = painters.pill_size(card.status, model.status_word(card)).width()
                    self._pill = max(self._pill, wide + round(_BESIDE * theme.scale))
            if not cards:
                y += self._day
        self.height = y + 12

    def day_rect(self, day: date) -> QRect:
        head = self._heads.get(day)
        if head is None:
            return QRect()
        return head.adjusted(0, 0, 0, len(self.model.cards_on(day)) * self._line)

    def title_rect(self, day: date) -> QRect:
        return QRect(self._heads.get(day, QRect()))

    def paint(self, painter: QPainter, shown: QRect) -> None:
        theme, model = Theme.instance(), self.model
        today = dates.local(model.now(), model.zone).date()
        painter.fillRect(shown, theme.colour("surface"))
        for day, rect in self._heads.items():
            if not rect.adjusted(0, 0, 0, self._day).intersects(shown):
                continue
            painter.fillRect(rect, theme.colour("surface_alt"))
            title, small = dates.day_heading(day, today)
            painter.setFont(theme.font("strong"))
            painter.setPen(theme.colour("accent_text" if day == today else "text"))
            wide = QFontMetrics(theme.font("strong")).horizontalAdvance(title)
            painter.drawText(placed(painter, rect.adjusted(16, 0, 0, 0), rect), _MIDDLE, title)
            painter.setFont(theme.font("small"))
            painter.setPen(theme.colour("text_faint"))
            room = placed(painter, rect.adjusted(16 + wide + 10, 0, 0, 0), rect)
            painter.drawText(room, _MIDDLE, small)
            if day in model.holidays:
                wide += QFontMetrics(theme.font("small")).horizontalAdvance(small) + 10
                painter.setPen(theme.colour("accent_text"))
                room = placed(painter, rect.adjusted(16 + wide + 10, 0, 0, 0), rect)
                painter.drawText(room, _MIDDLE, model.holidays[day])
            if not model.cards_on(day):
                painter.setPen(theme.colour("text_muted"))
                place = placed(painter, rect.translated(16, self._day), rect)
                painter.drawText(place, _MIDDLE, translate("Calendar", "No posts today"))
        for item in self.items:
            if item.rect.intersects(shown):
                self.paint_card(painter, item.rect, item)

    def paint_card(self, painter: QPainter, rect: QRect, item: CardItem) -> None:
        theme, card = Theme.instance(), item.card
        line = QRect(rect.x() + 16, rect.bottom(), rect.width(), 1)
        painter.fillRect(placed(painter, line, rect), theme.colour("border"))
        font = theme.font("strong")
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        metrics = QFontMetrics(font)
        time_width = max(52, metrics.horizontalAdvance(self.cards.clock(card.moment)) + 8)
        room = placed(painter, rect.adjusted(16, 0, 0, 0), rect)
        painter.drawText(room, _MIDDLE, self.cards.clock(card.moment))
        left = rect.x() + 16 + time_width
        word = self.model.status_word(card)
        if card.status != "other":
            pill = painters.pill_size(card.status, word)
            place = placed(painter, QRect(left, rect.y(), pill.width(), rect.height()), rect)
            moving = self.model.is_moving(card)
            look = "sending" if moving else card.status  # the turning spinner
            painters.paint_pill(painter, place, look, word, turn=self.cards.turn)
        left += self._pill
        if card.picture:
            side = rect.height() - 12
            place = placed(painter, QRect(left, rect.y() + 6, side, side), rect)
            paint_picture(painter, place, self.cards.picture(card))
        left += rect.height() - 2
        right = rect.right() - 16
        room = placed(painter, QRect(left, rect.y(), right - left, rect.height()), rect)
        used = self.cards.badges(painter, room, card, 6)
        right -= used + 12
        small = theme.font("small")
        painter.setFont(small)
        words = network_words(card)
        wide = QFontMetrics(small).horizontalAdvance(words)
        if right - left - wide > 260:
            painter.setPen(theme.colour("text_faint"))
            room = placed(painter, QRect(right - wide, rect.y(), wide + 2, rect.height()), rect)
            painter.drawText(room, _MIDDLE, painters.oriented(painter, words))
            right -= wide + 16
        elsewhere = self.model.zone_words(card)
        wide = QFontMetrics(small).horizontalAdvance(elsewhere)
        if elsewhere and right - left - wide > 120:
            painter.setPen(theme.colour("text_muted"))
            room = placed(painter, QRect(left, rect.y(), wide + 2, rect.height()), rect)
            painter.drawText(room, _MIDDLE, painters.oriented(painter, elsewhere))
            left += wide + 14
        if card.key in self.cards.conflicts:
            mark = placed(painter, QRect(right - 16, rect.y(), 16, rect.height()), rect)
            painters.paint_icon(painter, mark, "triangle-alert", 14, theme.status("late").solid)
            right -= 22
        if self.cards.is_evergreen(card):
            mark = placed(painter, QRect(left, rect.y(), 16, rect.height()), rect)
            painters.paint_icon(painter, mark, "evergreen", 14, theme.colour("text_muted"))
            left += 21
        body = theme.font("body")
        painter.setFont(body)
        painter.setPen(theme.colour("text"))
        title = QFontMetrics(body).elidedText(
            card.title, Qt.TextElideMode.ElideRight, max(0, right - left)
        )
        room = placed(painter, QRect(left, rect.y(), right - left, rect.height()), rect)
        painter.drawText(room, _MIDDLE, painters.oriented(painter, title))

    def hit(self, place: QPoint) -> HitResult:
        for item in self.items:
            if item.rect.contains(place):
                return HitResult(item.card.day, item.card, None, None, [], item.rect)
        for day, rect in self._heads.items():
            if rect.contains(place):
                return HitResult(day, rect=rect, title=True)
        return HitResult()

    def target(
        self, place: QPoint, grab: QPoint, step: int, card: CalendarCard | None
    ) -> CalendarDropTarget | None:
        return None

    def rect_of_target(self, day: date, moment: datetime) -> QRect:
        return self.day_rect(day)


_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
