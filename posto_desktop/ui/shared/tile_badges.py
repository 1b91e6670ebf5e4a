"""Badges on a media tile: number, ALT, crop shape, length, warning, remove."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme

HEIGHT = 18
SIDE = 5  # between a badge and the edge of its tile
BETWEEN = 4


def badge_font() -> QFont:
    """Return a small bold font with tabular digits."""
    font = Theme.instance().numbers("caption")
    font.setWeight(font.Weight.DemiBold)
    font.setPointSizeF(font.pointSizeF() * 0.92)
    return font


def badge_width(words: str, icon: bool) -> int:
    """Return the width of a badge with this text."""
    return _width(words, icon, Theme.instance().text_size)


@lru_cache(maxsize=512)
def _width(words: str, icon: bool, _text_size: str) -> int:
    """Cached by text size, because it is needed at each mouse move."""
    wide = QFontMetrics(badge_font()).horizontalAdvance(words) if words else 0
    return wide + 11 + (14 if icon else 0) - (3 if icon and not words else 0)


def paint_badge(painter: QPainter, rect: QRectF, icon: str, words: str, ratio: float) -> None:
    """Paint a dark badge into `rect`."""
    theme = Theme.instance()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("media_badge"))
    painter.drawRoundedRect(rect, 4, 4)
    colour = theme.colour("media_badge_text")
    if icon:
        drawn = icons.pixmap(icon, 12, colour, ratio)
        left = rect.left() + 4 if words else rect.center().x() - 6
        painter.drawPixmap(QPointF(left, rect.top() + (rect.height() - 12) / 2), drawn)
    if words:
        painter.setFont(badge_font())
        painter.setPen(colour)
        text = rect.adjusted(19 if icon else 0, 0, -6 if icon else 0, 0)
        painter.drawText(text, int(Qt.AlignmentFlag.AlignCenter), words)


def paint_number(painter: QPainter, rect: QRectF, value: int) -> None:
    """Paint the position in the order, top left."""
    theme = Theme.instance()
    painter.setFont(theme.numbers("caption"))
    text = str(value)
    width = max(20.0, painter.fontMetrics().horizontalAdvance(text) + 12)
    badge = QRectF(rect.left() + 5, rect.top() + 5, width, 20)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("media_badge"))
    painter.drawRoundedRect(badge, 10, 10)
    painter.setPen(theme.colour("media_badge_text"))
    painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), text)


def paint_remove_button(painter: QPainter, rect: QRectF, ratio: float) -> None:
    theme = Theme.instance()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("media_badge"))
    painter.drawEllipse(rect.adjusted(1, 1, -1, -1))
    drawn = icons.pixmap("x", 14, theme.colour("media_badge_text"), ratio)
    painter.drawPixmap(QPointF(rect.center().x() - 7, rect.center().y() - 7), drawn)


def paint_warning(painter: QPainter, rect: QRectF, ratio: float, severity: str) -> None:
    """Paint the warning of a file with findings."""
    look = Theme.instance().status("failed" if severity == "error" else "late")
    box = QRectF(rect.right() - 25, rect.top() + 5, 20, 20)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.bg)
    painter.drawRoundedRect(box, 5, 5)
    drawn = icons.pixmap("triangle-alert", 14, look.solid, ratio)
    painter.drawPixmap(QPointF(box.left() + 3, box.top() + 3), drawn)


def paint_play_button(painter: QPainter, rect: QRectF) -> None:
    theme = Theme.instance()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("media_badge"))
    painter.drawEllipse(rect)
    middle = rect.center()
    triangle = QPainterPath()
    triangle.moveTo(middle.x() - 4, middle.y() - 6)
    triangle.lineTo(middle.x() + 7, middle.y())
    triangle.lineTo(middle.x() - 4, middle.y() + 6)
    triangle.closeSubpath()
    painter.fillPath(triangle, theme.colour("media_badge_text"))
