"""Pictures of a post as one piece: composed once per size, then copied when painted."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Self

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPainterPath, QPixmap

from posto_desktop.ui import icons
from posto_desktop.ui.shared.media_tile_delegate import cover_rect
from posto_desktop.ui.shared.preview_pieces import Piece
from posto_desktop.ui.shared.preview_post import PreviewMedia
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

NO_FILE = PreviewMedia("")
"""Placeholder for a picture that the network requires and the message lacks."""

_MAX_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class PicturePiece(Piece):
    """One file at its place. ``round``: radii of the corners top left, top right, bottom right,
    bottom left; ``whole``: letterboxed on black instead of cropped; ``more``: "+N" over it."""

    media: PreviewMedia = NO_FILE
    round: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    whole: bool = False
    more: int = 0

    @property
    def tip(self) -> str:
        return self.media.alt or self.media.name

    def paint(self, painter: QPainter) -> None:
        pixmap = _cached_pixmap(self, painters.device_ratio(painter))
        painter.drawPixmap(QPointF(self.rect[0], self.rect[1]), pixmap)

    def mirrored(self, width: float) -> Self:
        top_left, top_right, bottom_right, bottom_left = self.round
        corners = top_right, top_left, bottom_left, bottom_right
        return replace(super().mirrored(width), round=corners)


_cache: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
_bytes = 0


def _cached_pixmap(piece: PicturePiece, ratio: float) -> QPixmap:
    global _bytes
    media = piece.media
    width, height = piece.rect[2], piece.rect[3]
    scheme = Theme.instance().scheme
    # Files without a decoded picture look the same if they are of one kind.
    content = media.image_key or media.kind
    key = (content, width, height, piece.round, piece.whole, piece.more, ratio, scheme)
    pixmap = _cache.get(key)
    if pixmap is not None:
        _cache.move_to_end(key)
        return pixmap
    if not _cache:
        application = QGuiApplication.instance()
        if application is not None:
            # Pixmaps must not outlive the application object.
            application.aboutToQuit.connect(_cache.clear)
    pixmap = _composed(piece, width, height, ratio)
    _cache[key] = pixmap
    _bytes += _size(pixmap)
    while _bytes > _MAX_BYTES and len(_cache) > 1:
        _bytes -= _size(_cache.popitem(last=False)[1])
    return pixmap


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


def _composed(piece: PicturePiece, width: float, height: float, ratio: float) -> QPixmap:
    theme, media = Theme.instance(), piece.media
    pixmap = QPixmap(max(1, round(width * ratio)), max(1, round(height * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    area = QRectF(0, 0, width, height)
    if any(piece.round):
        painter.setClipPath(_rounded(area, piece.round))
    image = media.image
    if image is None or image.isNull() or not media.image_key:
        painter.fillRect(area, theme.colour("sunken"))
        side = 22 if min(width, height) > 44 else 16
        colour = theme.colour("text_faint")
        if media.kind != "video":
            mark = icons.pixmap("image", side, colour, ratio)
            painter.drawPixmap(area.center() - QPointF(side / 2, side / 2), mark)
    elif piece.whole:
        background = theme.colour("media_badge")
        background.setAlphaF(1.0)
        painter.fillRect(area, background)
        shape = image.width() / max(1, image.height())
        wide = min(width, height * shape)
        inside = QRectF(0, 0, wide, wide / shape)
        inside.moveCenter(area.center())
        painter.drawImage(inside, image)
    else:
        painter.fillRect(area, theme.colour("sunken"))
        painter.drawImage(area, image, cover_rect(image, area))
    if piece.more:
        shade = theme.colour("media_badge")
        shade.setAlphaF(0.6)  # the picture below the number stays visible
        painter.fillRect(area, shade)
        painter.setFont(theme.font("page"))
        painter.setPen(theme.colour("media_badge_text"))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), f"+{piece.more}")
    painter.end()
    return pixmap


def _rounded(area: QRectF, radii: tuple[float, float, float, float]) -> QPainterPath:
    top_left, top_right, bottom_right, bottom_left = radii
    path = QPainterPath()
    path.moveTo(area.left() + top_left, area.top())
    path.lineTo(area.right() - top_right, area.top())
    _corner(path, area.right() - 2 * top_right, area.top(), top_right, 90)
    path.lineTo(area.right(), area.bottom() - bottom_right)
    _corner(
        path, area.right() - 2 * bottom_right, area.bottom() - 2 * bottom_right, bottom_right, 0
    )
    path.lineTo(area.left() + bottom_left, area.bottom())
    _corner(path, area.left(), area.bottom() - 2 * bottom_left, bottom_left, 270)
    path.lineTo(area.left(), area.top() + top_left)
    _corner(path, area.left(), area.top(), top_left, 180)
    path.closeSubpath()
    return path


def _corner(path: QPainterPath, left: float, top: float, radius: float, start: float) -> None:
    if radius:
        path.arcTo(QRectF(left, top, 2 * radius, 2 * radius), start, -90)
