"""The tabs of the top bar: words in their middle, room for a count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QRect

from posto_desktop.ui.widgets.top_bar import TopBar
from tests.gui import whole_window
from tests.gui.cut_text import settle


@pytest.fixture
def scene(theme: Any, tmp_path: Any) -> Iterator[Any]:
    made = whole_window.build(theme, tmp_path, 1024, 700)
    settle()
    yield made
    whole_window.close(made)


def margins(scene: Any, key: str) -> tuple[int, int]:
    """How far the ink of a tab's words is from its two edges."""
    bar = scene.window.top_bar.pages
    action = next(one for one in bar.actions() if one.data() == key)
    button = bar.widgetForAction(action)
    shot = button.grab().toImage()
    ground = shot.pixelColor(8, 5).lightness()
    inked = [
        x
        for x in range(4, shot.width() - 4)
        if any(
            abs(shot.pixelColor(x, y).lightness() - ground) > 60
            for y in range(6, shot.height() - 6)
        )
    ]
    return inked[0], shot.width() - 1 - inked[-1]


@pytest.mark.parametrize("key", ["compose", "schedule", "feed"])
def test_words_are_in_the_middle_of_a_tab_without_icon(scene: Any, key: str) -> None:
    scene.window.show_page("feed")
    settle()
    left, right = margins(scene, key)
    assert abs(left - right) <= 2
    assert left >= 8


def test_a_count_does_not_touch_the_words(scene: Any) -> None:
    bar = scene.window.top_bar.pages
    action = next(one for one in bar.actions() if one.data() == "activity")
    button = bar.widgetForAction(action)
    badge = scene.window.top_bar._badges["activity"]
    assert badge.isVisible()
    words = button.fontMetrics().horizontalAdvance(action.text())
    assert badge.x() >= 9 + words + 4
    assert badge.geometry().right() < button.width() - 6


def test_the_pointer_over_a_tab_is_told(theme, qtbot):
    bar = TopBar()
    qtbot.addWidget(bar)
    action = bar.add_page("schedule", "Schedule", "list")
    with qtbot.waitSignal(bar.pageNear) as heard:
        action.hover()
    assert heard.args == ["schedule"]


def test_the_count_stays_at_the_bell_when_the_text_grows(scene: Any, theme: Any) -> None:
    bar = scene.window.top_bar

    def overlap() -> tuple[int, int]:
        icon = QRect(0, 0, 17, 17)
        icon.moveCenter(bar.bell.rect().center())
        shared = icon.intersected(bar._unread.geometry())
        return shared.width(), shared.height()

    assert bar._unread.isVisible()
    before = overlap()
    assert min(before) >= 5
    theme.set_text_size("larger")
    try:
        settle()
        assert min(overlap()) >= min(before)
        assert bar.bell.rect().contains(bar._unread.geometry())
    finally:
        theme.set_text_size("normal")
