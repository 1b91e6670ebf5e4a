"""Cache of small painted items, such as pills and avatars.

Painting a pill or an avatar takes about forty microseconds, copying it a few; this adds up on a
screen full of rows.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, QPointF, QSizeF, Qt, Slot
from PySide6.QtGui import QPainter, QPixmap

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.painters import device_ratio

__all__ = ["PaintCache"]

_MAX_PIXMAPS = 256


class PaintCache(QObject):
    """LRU cache of pixmaps keyed by appearance; cleared when the theme changes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pixmaps: OrderedDict[Hashable, QPixmap] = OrderedDict()
        Theme.instance().changed.connect(self.clear)

    @Slot()
    def clear(self) -> None:
        self._pixmaps.clear()

    def draw(
        self,
        painter: QPainter,
        at: QPointF,
        size: QSizeF,
        look: Hashable,
        paint: Callable[[QPainter], None],
    ) -> None:
        """Draw what `paint` paints from (0, 0) in `size` logical pixels on a transparent ground.
        `look` must contain everything it depends on except theme and pixel ratio."""
        ratio = device_ratio(painter)
        key = (look, size.width(), size.height(), ratio)
        pixmap = self._pixmaps.get(key)
        if pixmap is None:
            pixmap = self._pixmaps[key] = _painted(size, ratio, paint)
            if len(self._pixmaps) > _MAX_PIXMAPS:
                self._pixmaps.popitem(last=False)
        else:
            self._pixmaps.move_to_end(key)
        painter.drawPixmap(at, pixmap)


def _painted(size: QSizeF, ratio: float, paint: Callable[[QPainter], None]) -> QPixmap:
    pixmap = QPixmap(math.ceil(size.width() * ratio), math.ceil(size.height() * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint(painter)
    painter.end()
    return pixmap
