"""Rounded pictures fill their place, however they were made."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from posto_desktop.ui.widgets.painters import rounded_pixmap


@pytest.mark.parametrize("screen", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("size", [(96, 96), (192, 96), (30, 60)])
def test_a_picture_fills_its_place(
    qapp: Any, size: tuple[int, int], ratio: float, screen: float
) -> None:
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    image.setDevicePixelRatio(ratio)  # as the loader of thumbnails makes them for sharp screens
    made = rounded_pixmap(image, QSize(44, 44), 5, screen)
    shown = made.toImage()
    assert (shown.width(), shown.height()) == (round(44 * screen), round(44 * screen))
    last = shown.width() - 1
    for x, y in ((last // 2, 1), (1, last // 2), (last - 1, last // 2), (last // 2, last - 1)):
        assert shown.pixelColor(x, y) == QColor("teal"), (x, y)
    assert shown.pixelColor(0, 0).alpha() == 0  # the corner is round
