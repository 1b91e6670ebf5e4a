"""The line of what is being loaded."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.loading_line import LoadingLine


@pytest.mark.parametrize("is_still", [False, True])
def test_it_is_seen_with_and_without_motion(theme: Theme, qtbot: QtBot, is_still: bool) -> None:
    theme.set_less_motion(is_still)
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(400, 40)
    line = LoadingLine(parent)
    line.resize(400, 2)
    parent.show()

    def marked() -> int:
        """Return how many pixels have the colour of what is under way."""
        image, accent = line.grab().toImage(), Theme.instance().colour("accent")
        return sum(image.pixelColor(x, 0) == accent for x in range(image.width()))

    try:
        line.start()
        qtbot.waitUntil(line.isVisible)
        qtbot.waitUntil(lambda: marked() > 40)
    finally:
        line.stop()
        theme.set_less_motion(False)
    assert line.isHidden()
