"""What the views of the calendar have in common: cards in places, and what lies under a point."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QPoint, QRect, QSize
from PySide6.QtGui import QPainter

from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.calendar_cards import CalendarCard
from posto_desktop.ui.calendar.card_painter import CardPainter
from posto_desktop.ui.calendar.offscreen import OffscreenIndicator

__all__ = ["CalendarDropTarget", "CalendarRenderer", "CardItem", "HitResult"]


@dataclass
class CardItem:
    """A card and where it is drawn, in the coordinates of the content (scrolled, below the head).

    `behind` are the cards that find no room and are told by "and 1 more"."""

    card: CalendarCard
    rect: QRect
    kind: str = "block"
    behind: list[CalendarCard] = field(default_factory=list)


@dataclass
class HitResult:
    """What lies under a point."""

    day: date | None = None
    card: CalendarCard | None = None
    moment: datetime | None = None
    """Where a message would be started; None in the past."""
    slot: datetime | None = None
    more: list[CalendarCard] = field(default_factory=list)
    rect: QRect = field(default_factory=QRect)
    offscreen: OffscreenIndicator | None = None


@dataclass(frozen=True)
class CalendarDropTarget:
    """Where something that is dragged would go. `kept`: its time of day stays."""

    day: date
    moment: datetime
    rect: QRect
    kept: bool = False


class CalendarRenderer:
    """One way to draw the days of a model. Rectangles are those of the content."""

    head = 0
    """Height of what stays in place above the content."""

    margin = 8
    """Room above a card that is scrolled into sight."""

    def __init__(self, model: CalendarModel, cards: CardPainter) -> None:
        self.model = model
        self.cards = cards
        self.size = QSize()
        self.mirrored = False
        """Days run from right to left."""
        self.height = 0
        """Of the content."""
        self.items: list[CardItem] = []

    def lay_out(self, size: QSize) -> None:
        """Place everything in a viewport of this size."""
        raise NotImplementedError

    def paint(self, painter: QPainter, shown: QRect) -> None:
        """The part of the content that is shown."""
        raise NotImplementedError

    def paint_head(self, painter: QPainter) -> None:
        """What stays in place, at the top of the viewport."""

    def paint_card(self, painter: QPainter, rect: QRect, item: CardItem) -> None:
        """Paint one card."""
        raise NotImplementedError

    def day_rect(self, day: date) -> QRect:
        """Where a day is."""
        raise NotImplementedError

    def title_rect(self, day: date) -> QRect:
        """Where the name of a day is."""
        raise NotImplementedError

    def item_of(self, key: str) -> CardItem | None:
        return next((one for one in self.items if one.card.key == key), None)

    def hit(self, place: QPoint) -> HitResult:
        """What lies at a point of the content."""
        raise NotImplementedError

    def target(
        self, place: QPoint, grab: QPoint, step: int, card: CalendarCard | None
    ) -> CalendarDropTarget | None:
        """Where something dragged would go: `grab` is where in it the pointer holds it. None where
        nothing may be dropped."""
        raise NotImplementedError

    def rect_of_target(self, day: date, moment: datetime) -> QRect:
        """Where a card of this moment would be drawn."""
        raise NotImplementedError

    def more_words(self, count: int) -> str:
        return _tr("and %n more", count)

    def initial_scroll(self, seen: int) -> int:
        """Where the content is scrolled to at first, of which `seen` pixels are on the screen."""
        return 0

    def offscreen(self, shown: QRect) -> list[OffscreenIndicator]:
        """Cards that lie above or below the part of the content that is shown."""
        return []


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("Calendar", text, "", n)
