"""Where a free slot is drawn among the cards around it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics

from posto_desktop.ui.calendar.renderer import CardItem
from posto_desktop.ui.theme import Theme

__all__ = ["visible_slot_rect"]

_GAP = 3


def visible_slot_rect(rect: QRect, items: Sequence[CardItem]) -> QRect:
    """`rect` is where its time is. Below a card that reaches into that, and ending before the
    next; else just above the next; where there is no room at all, where its time is."""
    moved = QRect(rect)
    for item in items:
        if item.rect.top() <= rect.top() and item.rect.intersects(rect):
            moved.moveTop(max(moved.top(), item.rect.bottom() + _GAP))
    for item in items:
        if item.rect.top() > rect.top() and item.rect.intersects(moved):
            moved.setBottom(min(moved.bottom(), item.rect.top() - _GAP))
    if moved.height() >= QFontMetrics(Theme.instance().font("small")).height():
        return moved
    moved = QRect(rect)
    later = [s.rect.top() for s in items if s.rect.top() > rect.top() and s.rect.intersects(rect)]
    moved.moveBottom(min(later, default=rect.bottom()) - _GAP)
    free = moved.top() >= 0 and not any(item.rect.intersects(moved) for item in items)
    return moved if free else rect
