"""Layout of free slots among the cards around them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics

from posto_desktop.ui.calendar.renderer import CardItem
from posto_desktop.ui.theme import Theme

__all__ = ["visible_slot_rect"]

_GAP = 3


def visible_slot_rect(rect: QRect, items: Sequence[CardItem]) -> QRect:
    """Return where to paint a slot whose time is at `rect`: below a card that overlaps it and above
    the next one, else just above the next one, else at `rect`."""
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
