"""Where a free slot is drawn among the cards around it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics

from posto_desktop.ui.calendar.face import Spot
from posto_desktop.ui.theme import Theme

__all__ = ["in_sight"]

_GAP = 3


def in_sight(rect: QRect, spots: Sequence[Spot]) -> QRect:
    """`rect` is where its time is. Below a card that reaches into that, and ending before the
    next; else just above the next; where there is no room at all, where its time is."""
    moved = QRect(rect)
    for spot in spots:
        if spot.rect.top() <= rect.top() and spot.rect.intersects(rect):
            moved.moveTop(max(moved.top(), spot.rect.bottom() + _GAP))
    for spot in spots:
        if spot.rect.top() > rect.top() and spot.rect.intersects(moved):
            moved.setBottom(min(moved.bottom(), spot.rect.top() - _GAP))
    if moved.height() >= QFontMetrics(Theme.instance().font("small")).height():
        return moved
    moved = QRect(rect)
    later = [s.rect.top() for s in spots if s.rect.top() > rect.top() and s.rect.intersects(rect)]
    moved.moveBottom(min(later, default=rect.bottom()) - _GAP)
    free = moved.top() >= 0 and not any(spot.rect.intersects(moved) for spot in spots)
    return moved if free else rect
