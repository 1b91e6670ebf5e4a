"""Pieces of preview cards: small values that are compared and painted.

A card holds a list of them. After a change only the areas of pieces that differ are repainted: a
key press costs a few lines of text, not a dozen cards with pictures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Self

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QRegion,
)

from posto_desktop.ui import icons
from posto_desktop.ui.shared.preview_grid import Rect
from posto_desktop.ui.shared.preview_text import TextKey, laid_out_text
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters


@dataclass(frozen=True)
class Piece:
    """Piece at (left, top, width, height) in the card. ``tip``: its tooltip."""

    rect: Rect

    @property
    def tip(self) -> str:
        return ""

    def paint(self, _painter: QPainter) -> None:
        raise TypeError("a piece without a look")

    def area(self) -> QRectF:
        return QRectF(*self.rect)

    def mirrored(self, width: float) -> Self:
        """Return it in a mirrored card of this width."""
        left, top, wide, high = self.rect
        return replace(self, rect=(width - left - wide, top, wide, high))


@dataclass(frozen=True)
class FillPiece(Piece):
    """Filled area; ``border`` names the colour of a hairline inside its edge; ``solid``: opaque,
    whatever the colour's alpha."""

    colour: str = ""
    radius: float = 0.0
    border: str = ""
    solid: bool = False

    def paint(self, painter: QPainter) -> None:
        theme, area = Theme.instance(), self.area()
        if self.colour and not self.radius and not self.border:
            colour = theme.colour(self.colour)
            if self.solid:
                colour.setAlphaF(1.0)
            painter.fillRect(area, colour)
            return
        if self.border:
            painter.setPen(QPen(theme.colour(self.border), 1))
            area = area.adjusted(0.5, 0.5, -0.5, -0.5)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self.colour) if self.colour else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, self.radius, self.radius)


@dataclass(frozen=True)
class TextPiece(Piece):
    """One line, elided to its width; ``align``: left | right | middle."""

    text: str = ""
    font: str = "body"
    colour: str = "text"
    align: str = "left"

    def paint(self, painter: QPainter) -> None:
        theme = Theme.instance()
        painter.setFont(theme.font(self.font))
        painter.setPen(theme.colour(self.colour))
        shown = painter.fontMetrics().elidedText(
            self.text, Qt.TextElideMode.ElideRight, max(0, int(self.rect[2] + 0.5))
        )
        side = _SIDES[self.align] | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.area(), int(side), painters.oriented(painter, shown))

    def mirrored(self, width: float) -> Self:
        other = {"left": "right", "right": "left"}
        return replace(super().mirrored(width), align=other.get(self.align, self.align))


_SIDES = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute,
    "middle": Qt.AlignmentFlag.AlignHCenter,
}


@dataclass(frozen=True)
class ParagraphPiece(Piece):
    """Wrapped text, see `preview_text`."""

    key: TextKey = field(default_factory=lambda: TextKey("", 1.0))
    colour: str = "text"

    def paint(self, painter: QPainter) -> None:
        painter.setPen(Theme.instance().colour(self.colour))
        left, top, width, height = self.rect
        laid_out_text(self.key).paint(painter, QPointF(left, top), QRectF(left, top, width, height))


@dataclass(frozen=True)
class IconPiece(Piece):
    """Icon that fills its square; ``badge``: the round icon of the network ``name``."""

    name: str = ""
    colour: str = "text_faint"
    badge: bool = False

    def paint(self, painter: QPainter) -> None:
        left, top, side, _height = self.rect
        ratio = painters.device_ratio(painter)
        if self.badge:
            pixmap = icons.network_badge(self.name, round(side), ratio)
        else:
            colour = Theme.instance().colour(self.colour)
            mirrored = painters.is_mirrored(painter)
            pixmap = icons.pixmap(self.name, round(side), colour, ratio, mirrored=mirrored)
        painter.drawPixmap(QPointF(round(left), round(top)), pixmap)


@dataclass(frozen=True)
class DotsPiece(Piece):
    """Dots below a carousel, the first one active; ``on_picture``: white."""

    count: int = 2
    on_picture: bool = False

    def paint(self, painter: QPainter) -> None:
        theme, area = Theme.instance(), self.area()
        painter.setPen(Qt.PenStyle.NoPen)
        step = min(9.0, area.width() / self.count)
        left = area.center().x() - (self.count - 1) * step / 2
        current_colour, other_colour = theme.colour("accent"), theme.colour("border_strong")
        if self.on_picture:
            current_colour, other_colour = (
                theme.colour("media_badge_text"),
                theme.colour("media_badge_text"),
            )
            other_colour.setAlphaF(0.5)
        first = self.count - 1 if painters.is_mirrored(painter) else 0
        for number in range(self.count):
            painter.setBrush(current_colour if number == first else other_colour)
            radius = 3.0 if number == first else 2.5
            painter.drawEllipse(QPointF(left + number * step, area.center().y()), radius, radius)


@dataclass(frozen=True)
class TagPiece(Piece):
    """Short text on a picture, at its right (or left) edge: "1/4", "0:42", "GIF"."""

    text: str = ""
    at_left: bool = False

    def paint(self, painter: QPainter) -> None:
        theme, area = Theme.instance(), self.area()
        painter.setFont(theme.numbers("caption"))
        width = painter.fontMetrics().horizontalAdvance(self.text) + 16.0
        left = area.left() if self.at_left else area.right() - width
        area = QRectF(left, area.top(), width, area.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("media_badge"))
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        painter.setPen(theme.colour("media_badge_text"))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), self.text)

    def mirrored(self, width: float) -> Self:
        return replace(super().mirrored(width), at_left=not self.at_left)


@dataclass(frozen=True)
class PlayIconPiece(Piece):
    """Play icon in the middle of a video."""

    def paint(self, painter: QPainter) -> None:
        theme, area = Theme.instance(), self.area()
        radius = min(20.0, area.width() / 4, area.height() / 4)
        middle = area.center()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("media_badge"))
        painter.drawEllipse(middle, radius, radius)
        unit = radius / 20
        shape = QPainterPath()
        shape.moveTo(middle.x() - 5 * unit, middle.y() - 8 * unit)
        shape.lineTo(middle.x() + 9 * unit, middle.y())
        shape.lineTo(middle.x() - 5 * unit, middle.y() + 8 * unit)
        shape.closeSubpath()
        painter.fillPath(shape, theme.colour("media_badge_text"))


@dataclass(frozen=True)
class AvatarPiece(Piece):
    """Avatar of the channel, or its initial on the network's colour."""

    slug: str = ""
    name: str = ""
    square: bool = False
    image_key: int = 0
    image: QImage | None = field(default=None, compare=False, repr=False)

    def paint(self, painter: QPainter) -> None:
        area = self.area()
        radius = 6.0 if self.square else area.width() / 2
        if self.image is not None and self.image_key:
            ratio = painters.device_ratio(painter)
            side = round(area.width())
            pixmap = painters.rounded_pixmap(self.image, QSize(side, side), radius, ratio)
            painter.drawPixmap(area.topLeft(), pixmap)
            painters.paint_edge(painter, area, radius)
            return
        look = Theme.instance().network(self.slug)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.tint)
        painter.drawRoundedRect(area, radius, radius)
        font = QFont(Theme.instance().font("strong"))
        if area.width() < 30:
            font.setPixelSize(max(8, round(area.width() * 0.5)))
        painter.setFont(font)
        painter.setPen(look.glyph)
        letter = painters.initial_of(self.name)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), letter)


def changed_region(old: Iterable[Piece], new: Iterable[Piece]) -> QRegion:
    """Return the region of a card to repaint when ``new`` replaces ``old``."""
    region = QRegion()
    for piece in set(old).symmetric_difference(new):
        # With a margin: glyphs and outlines extend beyond their rectangles.
        region = region.united(piece.area().adjusted(-2, -2, 2, 2).toAlignedRect())
    return region


__all__ = [
    "AvatarPiece",
    "DotsPiece",
    "FillPiece",
    "IconPiece",
    "ParagraphPiece",
    "Piece",
    "PlayIconPiece",
    "TagPiece",
    "TextPiece",
    "changed_region",
]
