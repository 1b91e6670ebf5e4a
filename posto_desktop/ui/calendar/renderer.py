"""Base class of the calendar's renderers: layout of cards, hit testing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from posto_desktop.common.translation import translate
from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.calendar_cards import CalendarCard
from posto_desktop.ui.calendar.card_painter import CardPainter
from posto_desktop.ui.calendar.offscreen import OffscreenIndicator
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

__all__ = ["CalendarDropTarget", "CalendarRenderer", "CardItem", "HitResult"]


@dataclass
class CardItem:
    """A card with its rectangle in content coordinates (scrolled, below the head).

    `behind` are the cards that do not fit and are counted in "and 1 more"."""

    card: CalendarCard
    rect: QRect
    kind: str = "block"
    behind: list[CalendarCard] = field(default_factory=list)


@dataclass
class HitResult:
    """Result of a hit test."""

    day: date | None = None
    card: CalendarCard | None = None
    moment: datetime | None = None
    """The time for a new message, of which `rect` is the place; None in the past."""
    slot: datetime | None = None
    more: list[CalendarCard] = field(default_factory=list)
    rect: QRect = field(default_factory=QRect)
    offscreen: OffscreenIndicator | None = None
    title: bool = False
    """True on the title of a day, which leads to that day."""


@dataclass(frozen=True)
class CalendarDropTarget:
    """Where a dragged card would drop. `keeps_time`: the card keeps its time of day."""

    day: date
    moment: datetime
    rect: QRect
    keeps_time: bool = False


class CalendarRenderer:
    """Lays out and paints the days of a model. Rectangles are in content coordinates."""

    head = 0
    """Height of the fixed part above the content."""

    margin = 8
    """Space above a card that is scrolled to."""

    def __init__(self, model: CalendarModel, cards: CardPainter) -> None:
        self.model = model
        self.cards = cards
        self.size = QSize()
        self.mirrored = False
        """True if days run from right to left."""
        self.height = 0
        """Height of the content."""
        self.items: list[CardItem] = []

    def lay_out(self, size: QSize) -> None:
        """Lay everything out for a viewport of this size."""
        raise NotImplementedError

    def paint(self, painter: QPainter, shown: QRect) -> None:
        """Paint the visible part of the content."""
        raise NotImplementedError

    def paint_head(self, painter: QPainter) -> None:
        """Paint the fixed part at the top of the viewport."""

    def paint_card(self, painter: QPainter, rect: QRect, item: CardItem) -> None:
        raise NotImplementedError

    def day_rect(self, day: date) -> QRect:
        """Return the rectangle of a day."""
        raise NotImplementedError

    def title_rect(self, day: date) -> QRect:
        """Return the rectangle of a day's title."""
        raise NotImplementedError

    def item_of(self, key: str) -> CardItem | None:
        return next((item for item in self.items if item.card.key == key), None)

    def hit(self, place: QPoint) -> HitResult:
        """Return what is at a point of the content."""
        raise NotImplementedError

    def target(
        self, place: QPoint, grab: QPoint, step: int, card: CalendarCard | None
    ) -> CalendarDropTarget | None:
        """Return the drop target at a point; None if nothing can be dropped there. `grab` is the
        mouse position in the dragged card."""
        raise NotImplementedError

    def rect_of_target(self, day: date, moment: datetime) -> QRect:
        """Return the rectangle of a card at this time."""
        raise NotImplementedError

    def place_rect(self, day: date, moment: datetime) -> QRect:
        """Return where a free place at this time is offered; empty if there is no room."""
        return QRect()

    def slot_words(
        self, painter: QPainter, rect: QRect, moment: datetime, words: str, role: str
    ) -> None:
        """Paint "+", the time of a free place and, if there is room, words at its end."""
        theme = Theme.instance()
        colour = theme.colour(role)
        mark = painters.placed(painter, QRect(rect.x() + 5, rect.y(), 16, rect.height()), rect)
        painters.paint_icon(painter, mark, "plus", 14, colour)
        font = theme.font("small")
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(colour)
        time = self.cards.clock(moment)
        left = rect.x() + 24
        middle = Qt.AlignmentFlag.AlignVCenter
        line = painters.placed(painter, QRect(left, rect.y(), rect.width(), rect.height()), rect)
        painter.drawText(line, int(middle), time)
        room = rect.right() - 8 - left - metrics.horizontalAdvance(time)
        if metrics.horizontalAdvance(words) + 8 < room:
            place = painters.placed(painter, rect.adjusted(0, 0, -8, 0), rect)
            painter.drawText(place, int(middle | Qt.AlignmentFlag.AlignRight), words)

    def more_words(self, count: int) -> str:
        return translate("Calendar", "and %n more", "", count)

    def initial_scroll(self, seen: int) -> int:
        """Return the initial scroll position; `seen` is the visible height in pixels."""
        return 0

    def offscreen(self, shown: QRect) -> list[OffscreenIndicator]:
        """Return the indicators for cards above or below the visible part."""
        return []
