"""Preview of edits on a small picture, fast enough for every key press."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QTransform

from posto_desktop.core.edits import Edit
from posto_desktop.core.renditions import pixel_box
from posto_desktop.workers.watermarks import with_scaled_watermark


def edited(image: QImage, edit: Edit | None) -> QImage:
    """Return the picture with crop and rotation applied; sizes and formats are ignored."""
    if edit is None or image.isNull():
        return image
    ratio = image.devicePixelRatio()
    if edit.turns:
        image = image.transformed(QTransform().rotate(90.0 * edit.turns))
    if edit.crop is not None:
        left, top, right, bottom = pixel_box(edit.crop, image.width(), image.height())
        image = image.copy(QRect(left, top, right - left, bottom - top))
    image.setDevicePixelRatio(ratio)
    return with_scaled_watermark(image, edit.mark)
