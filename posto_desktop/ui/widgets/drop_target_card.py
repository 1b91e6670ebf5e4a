"""Cards of the drop overlay: icon, title and result of a drop."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

_TOP, _FOOT, _SIDE = 84, 40, 16
_WIDTH = 330
_APART = 16
_MARGIN = 24


@dataclass(frozen=True)
class DropTargetCard:
    """Card with an icon, an action and its result."""

    icon: str
    title: str
    detail: str

    def height(self, width: int) -> int:
        """Return the height that all texts need at a width."""
        inside = width - 2 * _SIDE
        words = (
            text_height("dialog", self.title, inside) + 8 + text_height("body", self.detail, inside)
        )
        return _TOP + words + _FOOT

    def paint(self, painter: QPainter, card: QRect, *, chosen: bool) -> None:
        """Paint the card; `chosen` if a drop would go here."""
        theme = Theme.instance()
        pen = QPen(theme.colour("accent" if chosen else "accent_line"), 2)
        if not chosen:
            pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.setBrush(theme.colour("accent_soft" if chosen else "surface"))
        painter.drawRoundedRect(QRectF(card), 10, 10)
        ink = theme.colour("accent_soft_text" if chosen else "text")
        mark = QRect(card.x(), card.y() + 40, card.width(), 28)
        faint = theme.colour("accent_soft_text" if chosen else "text_muted")
        painters.paint_icon(painter, mark, self.icon, 26, faint)
        painter.setPen(ink)
        painter.setFont(theme.font("dialog"))
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
        width = card.width() - 2 * _SIDE
        place = QRect(
            card.x() + _SIDE, card.y() + _TOP, width, text_height("dialog", self.title, width)
        )
        painter.drawText(place, flags, self.title)
        painter.setPen(faint)
        painter.setFont(theme.font("body"))
        below = text_height("body", self.detail, width)
        painter.drawText(QRect(place.x(), place.bottom() + 9, width, below), flags, self.detail)


def lay_out_cards(targets: list[DropTargetCard], width: int) -> list[QRect]:
    """Return the rectangles of the cards side by side in an overlay of this width, from y = 0."""
    count = len(targets)
    if not count:
        return []
    free = width - 2 * _MARGIN - _APART * (count - 1)
    wide = min(round(_WIDTH * Theme.instance().scale), free // count)
    high = max(target.height(wide) for target in targets)
    left = (width - count * wide - (count - 1) * _APART) // 2
    return [QRect(left + number * (wide + _APART), 0, wide, high) for number in range(count)]


def text_height(font: str, words: str, width: int) -> int:
    """Return the height of wrapped text at a width."""
    metrics = QFontMetrics(Theme.instance().font(font))
    wrap = int(Qt.TextFlag.TextWordWrap)
    needed = metrics.boundingRect(QRect(0, 0, width, 1000), wrap, words).height()
    return max(Theme.instance().line(font), needed)
