"""Small things that a view paints again and again with the same look: painted once, then copied.

A pill or an avatar takes some forty microseconds to paint, its copy a few. With a screen full of
rows that is what an event that changes them costs, or saves.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, QPointF, QSizeF, Qt, Slot
from PySide6.QtGui import QPainter, QPixmap

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.painters import device_ratio

__all__ = ["Stamps"]

_MOST = 256


class Stamps(QObject):
    """Copies by what they look like, the latest used ones. They are forgotten when the theme
    changes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: OrderedDict[Hashable, QPixmap] = OrderedDict()
        Theme.instance().changed.connect(self.forget)

    @Slot()
    def forget(self) -> None:
        """Paint everything anew."""
        self._kept.clear()

    def draw(
        self,
        painter: QPainter,
        at: QPointF,
        size: QSizeF,
        look: Hashable,
        paint: Callable[[QPainter], None],
    ) -> None:
        """Draw what `paint` paints from 0, 0 in `size` logical pixels, on nothing. Whatever it
        depends on, but for the theme and the pixel ratio, has to be in `look`."""
        ratio = device_ratio(painter)
        key = (look, size.width(), size.height(), ratio)
        stamp = self._kept.get(key)
        if stamp is None:
            stamp = self._kept[key] = _painted(size, ratio, paint)
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        painter.drawPixmap(at, stamp)


def _painted(size: QSizeF, ratio: float, paint: Callable[[QPainter], None]) -> QPixmap:
    stamp = QPixmap(math.ceil(size.width() * ratio), math.ceil(size.height() * ratio))
    stamp.setDevicePixelRatio(ratio)
    stamp.fill(Qt.GlobalColor.transparent)
    painter = QPainter(stamp)
    paint(painter)
    painter.end()
    return stamp
