"""Watermarks drawn onto small pictures of the screen; `media.watermark_images` has those that are
sent."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter

from posto_desktop.core.watermark import WatermarkImage
from posto_desktop.media.media_files import PictureError
from posto_desktop.media.watermarks import MAX_SIDE
from posto_desktop.workers import thumbnails


def with_scaled_watermark(image: QImage, mark: WatermarkImage | None) -> QImage:
    """Return a small picture with a mark drawn onto it; without an unusable one. Raises
    `picture_helpers.CostlyPicture`."""
    if mark is None or image.isNull():
        return image
    try:
        over = thumbnails.thumbnail(mark.path, MAX_SIDE, MAX_SIDE, None, is_patient=False)
    except PictureError:
        return image
    left, top, wide, high = mark.box((image.width(), image.height()), (over.width(), over.height()))
    ratio = image.devicePixelRatio()
    result = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    result.setDevicePixelRatio(1.0)
    small = over.scaled(
        wide, high, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    painter = QPainter(result)
    painter.setOpacity(mark.opacity)
    painter.drawImage(QRect(left, top, wide, high), small)
    painter.end()
    result.setDevicePixelRatio(ratio)
    return result
