"""Overlays of the calendar: a drag, the hovered slot, the current card."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import QCoreApplication, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from posto_desktop.ui.calendar.card_drag import CardDrag, paint_ghost
from posto_desktop.ui.calendar.renderer import CalendarRenderer, HitResult
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

__all__ = ["paint_current", "paint_drag", "paint_hover", "paint_offer"]


def paint_drag(
    painter: QPainter, drag: CardDrag, renderer: CalendarRenderer, content_offset: int, zone: tzinfo
) -> None:
    """Paint a drag; `content_offset` maps content to viewport."""
    if drag.target is not None:
        tint = Theme.instance().colour("accent")
        tint.setAlphaF(0.06)
        painter.fillRect(renderer.day_rect(drag.target.day).translated(0, content_offset), tint)
    if drag.item is not None:
        paint_ghost(painter, drag.item.rect.translated(0, content_offset), drag.picture)
    drag.paint(painter, content_offset, zone)


def paint_hover(
    painter: QPainter, hover: HitResult, renderer: CalendarRenderer, content_offset: int
) -> None:
    """Paint "New" over the hovered free slot or place."""
    if hover.moment is not None:
        paint_offer(painter, hover.rect, hover.moment, renderer, content_offset)


def paint_offer(
    painter: QPainter,
    place: QRect,
    moment: datetime,
    renderer: CalendarRenderer,
    content_offset: int,
) -> None:
    """Paint the offer of a new message at a free place."""
    if place.isEmpty():
        return
    theme = Theme.instance()
    rect = place.translated(0, content_offset)
    painter.setBrush(theme.colour("accent_soft"))
    painter.setPen(QPen(theme.colour("accent_line"), 1))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    text = QCoreApplication.translate("Calendar", "New")
    renderer.slot_words(painter, rect, moment, text, "accent_soft_text")


def paint_current(painter: QPainter, rect: QRect, *, by_keys: bool, is_card: bool) -> None:
    """Paint the focus ring after key navigation. After a click paint a thin frame, since S and
    Delete act on this card."""
    if by_keys:
        painters.paint_row_focus(painter, rect.adjusted(1, 1, -1, -1), 6)
    elif is_card:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(Theme.instance().colour("accent"), 1))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
