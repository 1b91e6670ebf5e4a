"""Renderer of week and day: hours as rows, days as columns."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from posto_desktop.common.translation import translate
from posto_desktop.models import dates
from posto_desktop.models.calendar_cards import CalendarCard
from posto_desktop.models.calendar_layout import side_by_side
from posto_desktop.models.dates import day_words
from posto_desktop.ui.calendar.card_painter import CardPainter
from posto_desktop.ui.calendar.offscreen import (
    OffscreenIndicator,
    indicator_reach,
    lay_out_indicator,
)
from posto_desktop.ui.calendar.renderer import (
    CalendarDropTarget,
    CalendarRenderer,
    CardItem,
    HitResult,
)
from posto_desktop.ui.calendar.slot_layout import visible_slot_rect
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.painters import placed

__all__ = ["TimeGridRenderer"]

_INSET = 3
_LEAST_BESIDE = 64
_NARROW = 128
_DAYBREAK, _WORK = 6 * 60, 8 * 60
_ROOM_ABOVE = 12  # for the label beside the first hour
_TIME_AT, _TIME_END = 6, 24  # of a card


class TimeGridRenderer(CalendarRenderer):
    """Days use the model's time axis, so that hours line up on days of 23 and 25 hours."""

    def lay_out(self, size: QSize) -> None:
        theme, model = Theme.instance(), self.model
        self.size = size
        scale = theme.scale
        self.head = round(34 * scale)
        self.margin = indicator_reach() - _TIME_AT + 2
        self._hour_height: float = theme.token("pane.calendar_hour") * scale
        self._card_height: int = round(theme.token("pane.calendar_card") * scale)
        self._gutter = self._gutter_width()
        self._min_card_width = self._min_width_beside()
        self._pixels_per_minute: float = self._hour_height / 60
        self.height = round(model.axis.length * self._pixels_per_minute) + 14
        count = max(1, len(model.days))
        wide = size.width() - self._gutter
        self._start = 0 if self.mirrored else self._gutter
        self._days_width = wide
        edges = [self._start + round(wide * n / count) for n in range(count + 1)]
        self._spans = list(pairwise(edges))
        if self.mirrored:
            self._spans.reverse()
        self.items = []
        for number, day in enumerate(model.days):
            self._place_day(number, model.cards_on(day))
        self._slots = [
            (moment, visible_slot_rect(self._slot_rect(day, moment), self.items))
            for day, moment in model.slots
            if day in model.days
        ]

    def _gutter_width(self) -> int:
        theme = Theme.instance()
        metrics = QFontMetrics(theme.font("caption"))
        wide = max(metrics.horizontalAdvance(_clock_text(m)) for m in (0, 10 * 60, 23 * 60 + 59))
        return max(round(float(theme.token("pane.calendar_gutter")) * theme.scale), wide + 16)

    @staticmethod
    def _min_width_beside() -> int:
        """Return the card width with room for any time and the status icon."""
        strong = QFontMetrics(Theme.instance().font("strong"))
        times = (_clock_text(10 * 60), _clock_text(22 * 60 + 48))
        wide = max(strong.horizontalAdvance(time) for time in times)
        return max(_LEAST_BESIDE, wide + CardPainter.BESIDE_TIME)

    def _column(self, day: date) -> tuple[int, int]:
        return self._spans[self.model.days.index(day)]

    def _y(self, minute: float) -> int:
        return round(minute * self._pixels_per_minute) + 7

    def _place_day(self, number: int, cards: list[CalendarCard]) -> None:
        left, right = self._spans[number][0] + 5, self._spans[number][1] - 5
        wide = right - left
        most = 1 if wide + 10 < _NARROW else max(1, (wide + 2) // (self._min_card_width + 2))
        tops = [self._y(self.model.axis.place(card.moment)[1]) + _INSET for card in cards]
        for spot in side_by_side([(top, top + self._card_height) for top in tops], most):
            part = (wide + 2) / spot.columns
            x = left + round(part * spot.column)
            end = left + round(part * (spot.column + 1)) - 2
            rect = QRect(x, tops[spot.number], end - x, self._card_height)
            if self.mirrored:  # the earlier one is at the right
                rect.moveRight(right - (x - left) - 1)
            behind = [cards[n] for n in spot.behind]
            self.items.append(CardItem(cards[spot.number], rect, "block", behind))

    def _slot_rect(self, day: date, moment: datetime) -> QRect:
        left, right = self._column(day)
        top = self._y(self.model.axis.place(moment)[1]) + _INSET
        return QRect(left + 5, top, right - left - 10, round(30 * Theme.instance().scale))

    def day_rect(self, day: date) -> QRect:
        left, right = self._column(day)
        return QRect(left, 0, right - left, self.height)

    def title_rect(self, day: date) -> QRect:
        """Return the rectangle of the title in the head, which does not scroll."""
        left, right = self._column(day)
        return QRect(left, 0, right - left, self.head)

    def initial_scroll(self, seen: int) -> int:
        """Start shortly before the first message of the working day, with the current hour visible.
        Indicators show what is earlier or later."""
        axis, now = self.model.axis, self.model.now()
        minutes = [axis.place(item.card.moment)[1] for item in self.items]
        first = min([m for m in minutes if m >= _DAYBREAK], default=_WORK + 60.0)
        start = self._y(min(_WORK, first - 30)) - _ROOM_ABOVE
        if dates.local(now, self.model.zone).date() in self.model.days:
            now_y = self._y(axis.place(now)[1])
            if now_y > start + seen - 2 * self._hour_height:
                start = round(now_y + 2 * self._hour_height) - seen
            elif now_y < start + self._hour_height / 2:
                start = round(now_y - self._hour_height)
        return max(0, start)

    def offscreen(self, shown: QRect) -> list[OffscreenIndicator]:
        scale, near = Theme.instance().scale, indicator_reach()
        start, end = round(_TIME_AT * scale), round(_TIME_END * scale)
        offscreen_cards: dict[tuple[bool, date], list[CalendarCard]] = {}
        hidden: set[tuple[bool, date]] = set()
        for item in self.items:
            top, day = item.rect.top(), item.card.day
            for above, offscreen in (
                (True, shown.top() - top - start),
                (False, top + end - shown.bottom()),
            ):
                # Count cards whose time the indicator covers.
                if offscreen > -near:
                    offscreen_cards.setdefault((above, day), []).extend((item.card, *item.behind))
                if offscreen > 0:
                    hidden.add((above, day))
        return [
            lay_out_indicator(self.day_rect(day), cards, shown, above, self.cards.clock)
            for (above, day), cards in offscreen_cards.items()
            if (above, day) in hidden
        ]

    # -- painting ------------------------------------------------------------------------------

    def paint(self, painter: QPainter, shown: QRect) -> None:
        theme, model = Theme.instance(), self.model
        now = model.now()
        today = dates.local(now, model.zone).date()
        surface, past = theme.colour("surface"), theme.colour("surface_alt")
        line = theme.colour("border")
        painter.fillRect(shown, surface)
        for day in model.days:
            rect = self.day_rect(day).intersected(shown)
            if day < today:
                painter.fillRect(rect, past)
            for start, end in model.axis.holes(day):
                self._paint_hole(painter, self.day_rect(day), start, end)
        faint = _mix(line, surface, 0.6)
        for minute, _wall in model.axis.hours():
            y = self._y(minute)
            if shown.top() - 1 <= y <= shown.bottom() + 1:
                painter.fillRect(self._start, y, self._days_width, 1, faint)
        for left, right in self._spans:
            edge = right if self.mirrored else left
            painter.fillRect(edge, shown.top(), 1, shown.height(), line)
        self._paint_hours(painter, shown, now)
        indicator_rects = (
            [indicator.rect for indicator in self.offscreen(shown)] if self._slots else []
        )
        for moment, rect in self._slots:
            # The indicator would cover the slot's text.
            if (
                rect.intersects(shown)
                and moment > now
                and not any(map(rect.intersects, indicator_rects))
            ):
                self._paint_slot(painter, rect, moment)
        self._paint_now(painter, now)
        for item in self.items:
            if item.rect.intersects(shown):
                self.paint_card(painter, item.rect, item)

    def paint_card(self, painter: QPainter, rect: QRect, item: CardItem) -> None:
        count = len(item.behind)
        words = (self.more_words(count), f"+{count}") if count else ()
        self.cards.block(painter, rect, item.card, words)

    def _paint_hole(self, painter: QPainter, column: QRect, start: float, end: float) -> None:
        theme = Theme.instance()
        top, bottom = self._y(start), self._y(end)
        rect = QRect(column.x() + 1, top, column.width() - 1, bottom - top)
        painter.fillRect(rect, theme.colour("sunken"))
        painter.save()
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        painter.setPen(QPen(theme.colour("border_strong"), 1))
        for x in range(rect.x() - rect.height(), rect.right(), 8):
            painter.drawLine(x, rect.bottom(), x + rect.height(), rect.top())
        painter.restore()

    def _paint_hours(self, painter: QPainter, shown: QRect, now: datetime) -> None:
        theme = Theme.instance()
        font = theme.font("caption")
        painter.setFont(font)
        painter.setPen(theme.colour("text_faint"))
        half = QFontMetrics(font).ascent() // 2
        now_y = None
        if dates.local(now, self.model.zone).date() in self.model.days:
            now_y = self._y(self.model.axis.place(now)[1])
        for minute, wall in self.model.axis.hours():
            y = self._y(minute)
            if minute == 0 or y < shown.top() + half or y > shown.bottom() + 20:
                continue  # also where the head would cut it
            if now_y is not None and abs(now_y - y) < 2 * half + 1:
                continue
            self._gutter_words(painter, y, _clock_text(wall))

    def _gutter_words(self, painter: QPainter, y: int, words: str) -> None:
        room = QRect(0, y - 10, self._gutter - 9, 20)
        side = Qt.AlignmentFlag.AlignRight
        if self.mirrored:
            room.moveLeft(self._days_width + 9)
            side = Qt.AlignmentFlag.AlignLeft
        # The position is mirrored already: the painter must not swap the sides again.
        side |= Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | side), words)

    def _paint_slot(self, painter: QPainter, rect: QRect, moment: datetime) -> None:
        theme = Theme.instance()
        painter.setBrush(theme.colour("surface"))
        pen = QPen(theme.colour("slot_line"), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        words = self.model.slot_zone_words(moment) or translate("Calendar", "free slot")
        self.slot_words(painter, rect, moment, words, "text_faint")

    def _paint_now(self, painter: QPainter, now: datetime) -> None:
        theme, model = Theme.instance(), self.model
        today = dates.local(now, model.zone).date()
        if today not in model.days:
            return
        y = self._y(model.axis.place(now)[1])
        colour = theme.colour("now_line")
        thin = QColor(colour)
        thin.setAlphaF(0.55)
        painter.fillRect(self._start, y, self._days_width, 1, thin)
        left, right = self._column(today)
        painter.fillRect(QRect(left, y - 1, right - left, 2), colour)
        start = right if self.mirrored else left
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(start, y), 4, 4)
        painter.setFont(_bold(theme))
        painter.setPen(colour)
        self._gutter_words(painter, y, dates.clock(now, model.zone))

    def paint_head(self, painter: QPainter) -> None:
        theme, model = Theme.instance(), self.model
        today = dates.local(model.now(), model.zone).date()
        painter.fillRect(QRect(0, 0, self.size.width(), self.head), theme.colour("surface"))
        painter.fillRect(0, self.head - 1, self.size.width(), 1, theme.colour("border"))
        name_font, number_font = theme.font("body"), theme.font("strong")
        for number, day in enumerate(model.days):
            left, right = self._spans[number]
            cell = QRect(left, 0, right - left, self.head)
            edge = right if self.mirrored else left
            painter.fillRect(edge, self.head - 8, 1, 8, theme.colour("border"))
            name, digits = day_words(day, "ddd"), day_words(day, "d")
            wide = QFontMetrics(name_font).horizontalAdvance(name)
            x = left + 10
            painter.setFont(number_font if day == today else name_font)
            if day == today:
                wide = QFontMetrics(number_font).horizontalAdvance(name)
            painter.setPen(theme.colour("accent_text" if day == today else "text_muted"))
            room = placed(painter, QRect(x, 0, right - x, self.head - 2), cell)
            painter.drawText(room, _MIDDLE, name)
            x += wide + 6
            painter.setFont(number_font)
            if day == today:
                wide = QFontMetrics(number_font).horizontalAdvance(digits) + 16
                tall = max(20, theme.line("strong"))
                place = placed(painter, QRect(x, 0, wide, tall), cell)
                pill = QRectF(place).translated(0, (self.head - tall) / 2 - 2)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent"))
                painter.drawRoundedRect(pill, 6, 6)
                painter.setPen(theme.colour("text_on_accent"))
                painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), digits)
            else:
                painter.setPen(theme.colour("text_muted" if day < today else "text"))
                room = placed(painter, QRect(x, 0, right - x, self.head - 2), cell)
                painter.drawText(room, _MIDDLE, digits)
                wide = QFontMetrics(number_font).horizontalAdvance(digits)
            room = QRect(x + wide + 8, 0, right - x - wide - 10, self.head)
            self._paint_holiday(painter, placed(painter, room, cell), day)

    def _paint_holiday(self, painter: QPainter, room: QRect, day: date) -> None:
        name = self.model.holidays.get(day, "")
        if name and room.width() >= 24:
            font = Theme.instance().font("small")
            painter.setFont(font)
            painter.setPen(Theme.instance().colour("accent_text"))
            shown = QFontMetrics(font).elidedText(name, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room.adjusted(0, 0, 0, -2), _MIDDLE, shown)

    # -- under the pointer ---------------------------------------------------------------------

    def _day_at(self, x: int) -> date | None:
        for (left, right), day in zip(self._spans, self.model.days, strict=False):
            if left <= x < right:
                return day
        return None

    def hit(self, place: QPoint) -> HitResult:
        day = self._day_at(place.x())
        for item in reversed(self.items):
            if item.rect.contains(place):
                low = place.y() > item.rect.bottom() - 20
                more = [item.card, *item.behind] if item.behind and low else []
                return HitResult(day, item.card, None, None, more, item.rect)
        if day is None:
            return HitResult()
        now = self.model.now()
        for moment, rect in self._slots:
            if rect.contains(place) and moment > now:
                return HitResult(day, None, moment, moment, [], rect)
        target = self.target(place, QPoint(), 15, None)
        if target is None:
            return HitResult(day)
        return HitResult(day, None, target.moment, None, [], self.place_rect(day, target.moment))

    def target(
        self, place: QPoint, grab: QPoint, step: int, card: CalendarCard | None
    ) -> CalendarDropTarget | None:
        day = self._day_at(place.x())
        if day is None:
            return None
        if card is None:  # new messages and drops from outside use the slot at the pointer
            for slot, rect in self._slots:
                if rect.contains(place) and slot > self.model.now():
                    return CalendarDropTarget(day, slot, rect)
        axis = self.model.axis
        position = (
            place.y() - grab.y() - 7 - (_INSET if grab.y() else 0)
        ) / self._pixels_per_minute
        minute = axis.snap(day, position, step)
        if not grab.y():
            minute = axis.snap(day, position // step * step, step)
        moment = axis.moment(day, minute)
        if moment is None or moment <= self.model.now():
            return None
        return CalendarDropTarget(day, moment, self.rect_of_target(day, moment))

    def rect_of_target(self, day: date, moment: datetime) -> QRect:
        left, right = self._column(day)
        top = self._y(self.model.axis.place(moment)[1]) + _INSET
        return QRect(left + 5, top, right - left - 10, self._card_height)

    def place_rect(self, day: date, moment: datetime) -> QRect:
        return visible_slot_rect(self._slot_rect(day, moment), self.items)


_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


def _clock_text(wall: int) -> str:
    """Return a time of day, in minutes, in the locale's format."""
    return dates.clock(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=wall), UTC)


def _bold(theme: Theme) -> QFont:
    font = QFont(theme.font("caption"))
    font.setWeight(theme.font("strong").weight())
    return font


def _mix(first: QColor, second: QColor, part: float) -> QColor:
    """Return a mix: `part` of the first colour, the rest of the second."""
    return QColor(
        round(first.red() * part + second.red() * (1 - part)),
        round(first.green() * part + second.green() * (1 - part)),
        round(first.blue() * part + second.blue() * (1 - part)),
    )
