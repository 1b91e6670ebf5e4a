"""Rounded pictures, cut to fill their place, cached at the screen's pixel ratio."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme

__all__ = ["paint_picture", "rounded_pixmap"]

_LIMIT = 400
_cache: OrderedDict[tuple[int, int, int, int, float], QPixmap] = OrderedDict()


def rounded_pixmap(image: QImage, size: QSize, radius: int, dpr: float) -> QPixmap:
    """Return the middle of the picture at ``size`` logical pixels with round corners."""
    key = (image.cacheKey(), size.width(), size.height(), radius, dpr)
    found = _cache.get(key)
    if found is not None:
        _cache.move_to_end(key)
        return found
    wanted = QSize(max(1, round(size.width() * dpr)), max(1, round(size.height() * dpr)))
    scaled = image.scaled(
        wanted,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    scaled.setDevicePixelRatio(1.0)  # it may come with one of its own; here pixels are pixels
    result = QPixmap(wanted)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
    )
    path = QPainterPath()
    path.addRoundedRect(QRectF(QPointF(), wanted.toSizeF()), radius * dpr, radius * dpr)
    painter.setClipPath(path)
    painter.drawImage(
        (wanted.width() - scaled.width()) // 2, (wanted.height() - scaled.height()) // 2, scaled
    )
    painter.end()
    result.setDevicePixelRatio(dpr)
    _cache[key] = result
    while len(_cache) > _LIMIT:
        _cache.popitem(last=False)
    return result


def paint_picture(
    painter: QPainter, place: QRect, image: QImage | None, icon: str = "image", radius: int = 5
) -> None:
    """Paint a picture, or a quiet tile with an icon while there is none."""
    dpr = painter.device().devicePixelRatioF()
    if image is not None and not image.isNull():
        painter.drawPixmap(place.topLeft(), rounded_pixmap(image, place.size(), radius, dpr))
        return
    theme = Theme.instance()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("sunken"))
    painter.drawRoundedRect(QRectF(place), radius, radius)
    side = 16 if min(place.width(), place.height()) < 60 else 20
    picture = icons.pixmap(icon, side, theme.colour("text_faint"), dpr)
    painter.drawPixmap(
        QPointF(place.center().x() - side / 2 + 0.5, place.center().y() - side / 2 + 0.5), picture
    )
    painter.restore()
