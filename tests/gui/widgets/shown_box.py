"""A window for the parts that a test looks at, and the colours that are in them."""

from __future__ import annotations


def shown(box, qtbot, *parts):
    for part in parts:
        box.layout().addWidget(part)
    with qtbot.waitExposed(box):
        box.show()
    box.activateWindow()
    return parts[0] if parts else box


def colours(widget):
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }
