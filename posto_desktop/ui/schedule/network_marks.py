"""Badges of a message's networks in one line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from posto_desktop.models.message_words import channels as words_of_channels
from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

__all__ = ["fitting_networks", "paint_networks"]

_SIDE, _STEP, _GAP = 18, 22, 4
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


def fitting_networks(room: int, networks: int, channels: int) -> tuple[int, str]:
    """Return how many badges fit into `room` pixels, and the text behind them: "+3" for further
    networks, or "12 channels" if several are on one network."""
    metrics = QFontMetrics(Theme.instance().font("small"))
    for shown in range(networks, -1, -1):
        words = _count_words(networks - shown, networks, channels)
        width = shown * _STEP + (metrics.horizontalAdvance(words) + _GAP if words else 0)
        if width <= room:
            return shown, words
    return 0, _count_words(networks, networks, channels)


def _count_words(hidden: int, networks: int, channels: int) -> str:
    if channels > networks:
        return words_of_channels(channels)
    return f"+{hidden}" if hidden else ""


def paint_networks(painter: QPainter, room: QRect, networks: Sequence[str], channels: int) -> None:
    """Paint the badges of a message's networks; those that do not fit become a number."""
    theme, ratio = Theme.instance(), painters.device_ratio(painter)
    shown, words = fitting_networks(room.width(), len(networks), channels)
    for at, slug in enumerate(networks[:shown]):
        place = QPoint(room.left() + at * _STEP, room.top() + (room.height() - _SIDE) // 2)
        place = painters.placed(painter, QRect(place, QSize(_SIDE, _SIDE)), room).topLeft()
        painter.drawPixmap(place, icons.network_badge(slug, _SIDE, ratio))
    if words:
        area = room.adjusted(shown * _STEP + (_GAP if shown else 0), 0, 0, 0)
        area = painters.placed(painter, area, room)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("text_muted"))
        painter.drawText(area, _MIDDLE, painters.oriented(painter, words))
