"""Tab and Shift+Tab go through every page as one reads: they reach everything, all of it in sight,
and are caught nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.gui import page_states, whole_window
from tests.gui.cut_text import settle
from tests.gui.tab_walk import label_of, walk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Build = Callable[[int, int], Any]


@pytest.fixture
def build(theme: Any, tmp_path: Any) -> Iterator[Build]:
    scenes: list[Any] = []

    def make(width: int, height: int) -> Any:
        scenes.append(whole_window.build(theme, tmp_path, width, height))
        return scenes[-1]

    yield make
    for scene in scenes:
        whole_window.close(scene)


@pytest.mark.parametrize("state", page_states.STATES)
def test_there_and_back(build: Build, tmp_path: Any, state: str) -> None:
    scene = build(1360, 860)
    page_states.show(scene, state, tmp_path)
    forward, wrong = walk(scene.window)
    assert "\n".join(wrong) == ""
    back, wrong = walk(scene.window, backward=True)
    assert "\n".join(wrong) == ""
    assert [label_of(widget) for widget in back] == [label_of(widget) for widget in forward]


@pytest.mark.parametrize("state", page_states.STATES)
def test_in_the_smallest_window(build: Build, tmp_path: Any, state: str) -> None:
    """Where panes lie over the page, and more of it is scrolled away."""
    scene = build(1024, 700)
    page_states.show(scene, state, tmp_path)
    _stops, wrong = walk(scene.window)
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("state", ["compose", "schedule, details", "calendar, week", "styles"])
def test_from_the_right_to_the_left(build: Build, tmp_path: Any, state: str) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        scene = build(1360, 860)
        page_states.show(scene, state, tmp_path)
        _stops, wrong = walk(scene.window)
        assert "\n".join(wrong) == ""
    finally:
        app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        settle()
