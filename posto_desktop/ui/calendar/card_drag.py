"""State and painting of a drag over the calendar, by mouse or by keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPixmap

from posto_desktop.common.translation import translate
from posto_desktop.models import dates
from posto_desktop.models.calendar_cards import CalendarCard
from posto_desktop.models.dates import day_words
from posto_desktop.ui.calendar.renderer import CalendarDropTarget, CardItem
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

__all__ = ["CardDrag"]

_TIP_DOWN = 8


@dataclass
class CardDrag:
    """`item` is the dragged card; None for a draft or a file from outside.

    `grab` is the mouse position in the card, `place` the one in the viewport."""

    item: CardItem | None
    grab: QPoint = field(default_factory=QPoint)
    place: QPoint = field(default_factory=QPoint)
    target: CalendarDropTarget | None = None
    picture: QPixmap | None = None
    """The card before the drag; stays at the old place as a ghost."""
    moving: QPixmap | None = None
    """The card with its new time."""
    shown: datetime | None = None
    by_keys: bool = False

    @property
    def card(self) -> CalendarCard | None:
        return self.item.card if self.item is not None else None

    def floating(self) -> QRect:
        """Return the rectangle of the floating card, in viewport coordinates; empty if nothing
        floats."""
        if self.item is None or self.by_keys:
            return QRect()
        return QRect(self.place - self.grab, self.item.rect.size())

    def area(self, room: QRect, content_offset: int, zone: tzinfo) -> QRect:
        """Return the area that the drag paints, in viewport coordinates; `room` is the viewport."""
        margin = painters.SHADOW_MARGIN
        area = self.floating().adjusted(-margin, -margin, margin, margin)
        area = area.united(self.tip_rect(room, content_offset, zone))
        if self.target is not None:
            area = area.united(self.target.rect.translated(0, content_offset))
        return area.adjusted(-4, -4, 4, 4)

    def words(self, zone: tzinfo) -> tuple[str, str, str]:
        """Return the texts of the tip: day, time, and "kept" if the time stays."""
        if self.target is None:
            return "", "", ""
        local = dates.local(self.target.moment, zone)
        kept_word = translate("Calendar", "kept") if self.target.keeps_time else ""
        clock = dates.clock(self.target.moment, zone)
        if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
            clock += f" {local.tzname()}"  # an hour that occurs twice needs its zone
        return day_words(local.date(), "ddd d MMM"), clock, kept_word

    def paint(self, painter: QPainter, content_offset: int, zone: tzinfo) -> None:
        """Paint the drag over the calendar; `content_offset` maps content to viewport."""
        theme = Theme.instance()
        if self.target is not None:
            self._paint_target(painter, self.target.rect.translated(0, content_offset), zone)
        floating = self.floating()
        picture = self.moving or self.picture
        if self.by_keys and self.target is not None and self.moving is not None:
            target_rect = self.target.rect.translated(0, content_offset)
            painter.drawPixmap(target_rect.topLeft(), self.moving)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(QRectF(target_rect).adjusted(1, 1, -1, -1), 6, 6)
        elif picture is not None and not floating.isEmpty():
            painters.paint_shadow(painter, floating, 7)
            painter.drawPixmap(floating.topLeft(), picture)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent_line"), 1))
            painter.drawRoundedRect(QRectF(floating).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        self._paint_tip(painter, content_offset, zone)

    def _paint_target(self, painter: QPainter, rect: QRect, zone: tzinfo) -> None:
        theme = Theme.instance()
        painter.setBrush(theme.colour("drop_fill"))
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 6, 6)
        if self.target is not None and (self.item is None or rect.height() < 60):
            painter.setFont(theme.font("strong"))
            painter.setPen(theme.colour("accent_soft_text"))
            when = dates.clock(self.target.moment, zone)
            line = rect.adjusted(10, 0, 0, 0)
            line.setHeight(min(rect.height(), 36))
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), when)

    def tip_rect(self, room: QRect, content_offset: int, zone: tzinfo) -> QRect:
        """Return the rectangle of the tip: below the card, or above it if the viewport ends. Empty
        without a target."""
        theme = Theme.instance()
        day, time, kept_word = self.words(zone)
        if not time:
            return QRect()
        body, strong = QFontMetrics(theme.font("body")), QFontMetrics(theme.font("strong"))
        wide = body.horizontalAdvance(f"{day}, ") + strong.horizontalAdvance(time) + 20
        if kept_word:
            wide += body.horizontalAdvance(f" {kept_word}")
        tall = body.height() + 10
        floating = self.floating()
        if not floating.isEmpty():
            left, above, below = floating.x() + 6, floating.top(), floating.bottom()
        elif self.by_keys and self.target is not None:
            under = self.target.rect.translated(0, content_offset)
            left, above, below = under.x(), under.top(), under.bottom()
        else:  # the drag pixmap hangs below the pointer
            left, above = self.place.x() + 6, self.place.y() - 4
            below = above + 34
        rect = QRect(left, below + _TIP_DOWN, wide, tall)
        is_first_above = self.item is None and above - _TIP_DOWN - tall > room.top()
        if is_first_above or rect.bottom() > room.bottom() - 2:
            rect.moveBottom(above - _TIP_DOWN)
        rect.moveRight(min(rect.right(), room.right() - 4))
        return rect

    def _paint_tip(self, painter: QPainter, content_offset: int, zone: tzinfo) -> None:
        theme = Theme.instance()
        rect = self.tip_rect(painter.viewport(), content_offset, zone)
        if rect.isEmpty():
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("inverse"))
        painter.drawRoundedRect(rect, 7, 7)
        painter.setPen(theme.colour("text_inverse"))
        x = rect.x() + 10
        day, time, kept_word = self.words(zone)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        for words, name in ((f"{day}, ", "body"), (time, "strong"), (f" {kept_word}", "body")):
            painter.setFont(theme.font(name))
            painter.drawText(QRect(x, rect.y(), rect.width(), rect.height()), middle, words)
            x += QFontMetrics(theme.font(name)).horizontalAdvance(words)


def paint_ghost(painter: QPainter, rect: QRect, picture: QPixmap | None) -> None:
    """Paint what stays at the old place of a dragged card."""
    theme = Theme.instance()
    painter.setBrush(theme.colour("surface"))
    painter.setPen(QPen(theme.colour("slot_line"), 1, Qt.PenStyle.DashLine))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
    if picture is not None:
        painter.save()
        painter.setOpacity(0.4)
        painter.drawPixmap(rect.topLeft(), picture)
        painter.restore()
