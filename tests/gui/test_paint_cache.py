"""The paint cache paints each look once."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from posto_desktop.ui.widgets.paint_cache import PaintCache


class Press:
    """Stamps, a picture to put them on, and what was painted for them."""

    def __init__(self, ratio: float = 1.0) -> None:
        self.stamps = PaintCache()
        self.painted: list[str] = []
        self.picture = QImage(40, 40, QImage.Format.Format_ARGB32_Premultiplied)
        self.picture.setDevicePixelRatio(ratio)
        self.picture.fill(Qt.GlobalColor.transparent)

    def press(self, look: str, at: int = 0, side: float = 10) -> None:
        def paint(painter: QPainter) -> None:
            self.painted.append(look)
            painter.fillRect(0, 0, 100, 100, QColor(look))

        painter = QPainter(self.picture)
        self.stamps.draw(painter, QPointF(at, 0), QSizeF(side, side), look, paint)
        painter.end()


def test_a_look_is_painted_once_and_stands_where_it_was_asked_for(theme: Any) -> None:
    press = Press()
    press.press("red", 0)
    press.press("red", 20)
    press.press("blue", 30)
    assert press.painted == ["red", "blue"]
    colours = [press.picture.pixelColor(x, 5).name() for x in (5, 25, 35)]
    assert colours == ["#ff0000", "#ff0000", "#0000ff"]
    assert press.picture.pixelColor(15, 5).alpha() == 0  # no further than its size


def test_another_size_is_another_stamp(theme: Any) -> None:
    press = Press()
    press.press("red", side=10)
    press.press("red", side=12)
    assert press.painted == ["red", "red"]


@pytest.mark.parametrize("ratio", [1.5, 2.0])
def test_a_sharp_screen_gets_sharp_stamps(theme: Any, ratio: float) -> None:
    press = Press(ratio)
    press.press("red")
    last = round(10 * ratio) - 1
    assert press.picture.pixelColor(last, last) == QColor("red")
    assert press.picture.pixelColor(last + 1, last).alpha() == 0


def test_another_scheme_forgets_them(theme: Any) -> None:
    press = Press()
    press.press("red")
    theme.setMode("dark")
    try:
        press.press("red")
    finally:
        theme.setMode("light")
    assert press.painted == ["red", "red"]


def test_the_ones_used_least_go(theme: Any) -> None:
    press = Press()
    looks = [QColor(number, number, 0).name() for number in range(256)]
    for look in looks:
        press.press(look)
    press.press(looks[0])
    press.press("#0000ff")
    press.painted.clear()
    press.press(looks[0])
    press.press(looks[1])
    assert press.painted == [looks[1]]
