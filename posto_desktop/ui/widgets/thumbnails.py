"""Rounded thumbnails, cropped to fill and cached at the screen's pixel ratio."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.painters import rounded_pixmap

__all__ = ["paint_picture"]


def paint_picture(
    painter: QPainter, place: QRect, image: QImage | None, icon: str = "image", radius: int = 5
) -> None:
    """Paint a picture, or a muted tile with an icon without one."""
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
