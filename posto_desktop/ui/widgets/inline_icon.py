"""Small icon between words."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme


class InlineIcon(QWidget):
    """Paints `picture(ratio)` in the current theme colours, sharp on every screen."""

    def __init__(
        self, side: int, picture: Callable[[float], QPixmap], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._picture = picture
        self.setFixedSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture(self.devicePixelRatioF()))
        painter.end()


def inline_icon_of(name: str, size: int, role: str, parent: QWidget | None = None) -> InlineIcon:
    """Return a Lucide icon in the colour of a token."""

    def picture(ratio: float) -> QPixmap:
        return icons.pixmap(name, size, Theme.instance().colour(role), ratio)

    return InlineIcon(size, picture, parent)


def inline_network_badge(slug: str, size: int, parent: QWidget | None = None) -> InlineIcon:
    """Return the round icon of a network."""
    return InlineIcon(size, lambda ratio: icons.network_badge(slug, size, ratio), parent)
