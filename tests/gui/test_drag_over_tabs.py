"""Tests of dragging files over a tab: its page opens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent
from PySide6.QtWidgets import QApplication

from posto_desktop.ui.widgets.top_bar import HOLD_MS
from tests.gui import whole_window

COPY, LEFT, NONE = (
    Qt.DropAction.CopyAction,
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
)


class Drag:
    """One file carried over a window."""

    def __init__(self, window: Any) -> None:
        self.window = window
        self.mime = QMimeData()
        self.mime.setUrls([QUrl.fromLocalFile("/x/a.jpg")])
        enter = QDragEnterEvent(QPoint(700, 400), COPY, self.mime, LEFT, NONE)
        QApplication.sendEvent(window, enter)

    def over(self, key: str) -> None:
        bar = self.window.top_bar.pages
        action = next(action for action in bar.actions() if action.data() == key)
        place = bar.widgetForAction(action).geometry().center()
        self.move(bar.mapTo(self.window, place))

    def move(self, place: QPoint) -> None:
        event = QDragMoveEvent(place, COPY, self.mime, LEFT, NONE)
        QApplication.sendEvent(self.window, event)


@pytest.fixture
def scene(theme: Any, tmp_path: Any) -> Iterator[Any]:
    made = whole_window.build(theme, tmp_path, 1360, 860)
    made.window.show_page("schedule")
    yield made
    whole_window.close(made)


def waiting(scene: Any) -> bool:
    return bool(scene.window.top_bar._hold.isActive())


def test_holding_over_a_tab_opens_its_page(scene: Any, qtbot: Any) -> None:
    assert HOLD_MS == 600
    window, drag = scene.window, Drag(scene.window)
    below = window.frame.drop_overlay.y()
    with qtbot.waitSignal(window.pageChanged) as blocker:
        drag.over("compose")
    assert blocker.args == ["compose"]
    assert window.frame.drop_overlay.isVisible()
    assert window.frame.drop_overlay.y() == below + scene.compose.drop_inset()


def test_passing_over_it_does_not(scene: Any) -> None:
    drag = Drag(scene.window)
    drag.over("compose")
    assert waiting(scene)
    drag.over("compose")
    assert waiting(scene), "a small move on the same tab does not begin anew"
    drag.move(QPoint(700, 400))
    assert not waiting(scene)
    drag.over("schedule")
    assert not waiting(scene), "that page is open"
    drag.over("compose")
    QApplication.sendEvent(
        scene.window.frame.drop_overlay,
        QDragEnterEvent(QPoint(50, 50), COPY, drag.mime, LEFT, NONE),
    )
    assert not waiting(scene)


def test_leaving_the_window_ends_it(scene: Any, qtbot: Any) -> None:
    drag = Drag(scene.window)
    drag.over("compose")
    QApplication.sendEvent(scene.window, QDragLeaveEvent())
    qtbot.waitUntil(lambda: not waiting(scene))
    assert scene.window.current_page() == "schedule"


def test_the_sheet_stays_while_the_drag_is_on_it(scene: Any, qtbot: Any) -> None:
    """From the window onto the sheet: a leave of one, an enter of the other."""
    drag, drop_overlay = Drag(scene.window), scene.window.frame.drop_overlay
    QApplication.sendEvent(scene.window, QDragLeaveEvent())
    enter = QDragEnterEvent(QPoint(50, 50), COPY, drag.mime, LEFT, NONE)
    QApplication.sendEvent(drop_overlay, enter)
    assert not scene.window.drops.is_leaving
    assert drop_overlay.isVisible()
