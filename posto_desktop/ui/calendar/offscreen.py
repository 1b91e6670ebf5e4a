"""Off-screen indicators: messages above and below the visible hours, shown at the edge; a click
scrolls to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from posto_desktop.common.translation import translate
from posto_desktop.models.calendar_cards import CalendarCard
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

__all__ = ["OffscreenIndicator", "indicator_reach", "lay_out_indicator", "paint_indicator"]

_ICON = 12
_NAMED = 6
_FROM_EDGE = 3


@dataclass(frozen=True)
class OffscreenIndicator:
    """Cards of one day outside the visible part, by time, and the indicator's rectangle in content
    coordinates."""

    cards: tuple[CalendarCard, ...]
    above: bool
    rect: QRect
    clock: Callable[[datetime], str]

    @property
    def nearest(self) -> CalendarCard:
        """The card closest to the visible part."""
        return self.cards[-1 if self.above else 0]

    def words(self) -> str:
        """Return "0:30", or "3 earlier"."""
        if len(self.cards) == 1:
            return self.clock(self.cards[0].moment)
        #: Posts above the visible hours of the calendar.
        if self.above:
            return translate("Calendar", "%n earlier", "", len(self.cards))
        #: Posts below the visible hours of the calendar.
        return translate("Calendar", "%n later", "", len(self.cards))

    def tip(self) -> str:
        """Return time and title of each card, one per line."""
        lines = [f"{self.clock(card.moment)}  {card.title[:80]}" for card in self.cards[:_NAMED]]
        if len(self.cards) > _NAMED:
            lines.append(translate("Calendar", "and %n more", "", len(self.cards) - _NAMED))
        return "\n".join(lines)


def indicator_reach() -> int:
    """Return how many pixels from the edge the indicator covers."""
    return QFontMetrics(Theme.instance().font("caption")).height() + 4 + _FROM_EDGE


def lay_out_indicator(
    column: QRect,
    cards: Sequence[CalendarCard],
    shown: QRect,
    above: bool,
    clock: Callable[[datetime], str],
) -> OffscreenIndicator:
    """Return the indicator in the middle of the upper or lower edge of a day."""
    metrics = QFontMetrics(Theme.instance().font("caption"))
    inner = sorted(cards, key=lambda card: card.moment)
    made = OffscreenIndicator(tuple(inner), above, QRect(), clock)
    wide = min(metrics.horizontalAdvance(made.words()) + _ICON + 17, column.width() - 4)
    tall = indicator_reach() - _FROM_EDGE
    rect = QRect(0, 0, wide, tall)
    middle = column.center().x() + 1
    top = shown.top() + _FROM_EDGE if above else shown.bottom() - tall - _FROM_EDGE + 1
    rect.moveTopLeft(QPoint(middle - wide // 2, top))
    return OffscreenIndicator(made.cards, above, rect, clock)


def paint_indicator(painter: QPainter, indicator: OffscreenIndicator) -> None:
    theme = Theme.instance()
    rect = indicator.rect
    painter.setBrush(theme.colour("raised"))
    painter.setPen(QPen(theme.colour("field_border"), 1))
    round_by = rect.height() / 2 - 0.5
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), round_by, round_by)
    colour = theme.colour("accent_text")
    mark = painters.placed(painter, QRect(rect.x() + 6, rect.y(), _ICON, rect.height()), rect)
    name = "chevron-up" if indicator.above else "chevron-down"
    painters.paint_icon(painter, mark, name, _ICON, colour)
    font = theme.font("caption")
    painter.setFont(font)
    painter.setPen(colour)
    room = painters.placed(painter, rect.adjusted(_ICON + 9, 0, -6, 0), rect)
    words = QFontMetrics(font).elidedText(
        indicator.words(), Qt.TextElideMode.ElideRight, room.width()
    )
    painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
