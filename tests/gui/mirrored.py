"""Where a colour is in a picture: mirrored layouts swap its distances from left and right."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget


def sides_of(widget: QWidget, colour: QColor, within: QRect | None = None) -> tuple[int, int]:
    """Return how far the pixels of a colour are from the left and the right edge."""
    image = widget.grab(within or widget.rect()).toImage()
    columns = [
        x
        for x in range(image.width())
        if any(image.pixelColor(x, y) == colour for y in range(image.height()))
    ]
    assert columns, f"nothing is {colour.name()}"
    return columns[0], image.width() - 1 - columns[-1]
