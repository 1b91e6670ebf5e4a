"""Tests that the focus moves to a neighbour when its control disappears."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.gui import page_states, whole_window
from tests.gui.cut_text import settle
from tests.gui.tab_walk import ill_seen

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
Key = Qt.Key


@pytest.fixture
def scene(theme: Any, tmp_path: Any) -> Iterator[Any]:
    made = whole_window.build(theme, tmp_path, 1360, 860)
    yield made
    whole_window.close(made)


@pytest.fixture
def show(scene: Any, tmp_path: Any) -> Callable[[str], None]:
    return lambda state: page_states.show(scene, state, tmp_path)


def focus() -> QWidget:
    now = QApplication.focusWidget()
    assert now is not None, "the keyboard is lost"
    assert ill_seen(now) == []
    return now


def press(widget: QWidget, key: Key = Key.Key_Return) -> str:
    """Press a key on a control; what has the keyboard then."""
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    assert widget.hasFocus()
    QTest.keyClick(widget, key)
    settle()
    return focus().objectName()


def find(scene: Any, name: str) -> QWidget:
    widgets = [
        widget
        for widget in scene.window.findChildren(QWidget, name)
        if widget.isVisible() and widget.window() is scene.window
    ]
    assert widgets, name
    return widgets[0]


def test_labels(scene: Any, show: Any) -> None:
    show("compose")
    labels = scene.compose.labels
    for name in ("one", "two"):
        labels.add(name)
    settle()
    chips = [chip.objectName() for chip in labels._chips]
    assert len(chips) == 4
    assert press(find(scene, chips[1]), Key.Key_Delete) == chips[2]
    assert press(find(scene, chips[3]), Key.Key_Return) == chips[2], "the last one's neighbour"
    assert press(find(scene, chips[2]), Key.Key_Delete) == chips[0]
    assert press(find(scene, chips[0]), Key.Key_Delete) == "add-label"


def test_files(scene: Any, show: Any) -> None:
    show("compose")
    strip = find(scene, "media")
    assert press(strip, Key.Key_Delete) == "media"
    assert scene.compose.media.rowCount() == 1
    assert press(strip, Key.Key_Delete) == "add-media"
    assert scene.compose.media.rowCount() == 0


def test_repeat_and_own_text(scene: Any, show: Any) -> None:
    show("compose")
    assert press(find(scene, "do-not-repeat")) == "when"
    assert not scene.compose.when.repeat_line.isVisible()
    show("compose, own text")
    assert press(find(scene, "use-the-common-text")) == "message-for-x"


def test_ticks_and_filters(scene: Any, show: Any) -> None:
    show("schedule, ticked")
    assert press(find(scene, "clear-selection")) == "schedules"
    show("schedule, nothing found")
    assert press(find(scene, "schedules-empty-action")) == "schedules"
    show("schedule, details")
    assert press(find(scene, "close-inspector")) == "schedules"


def test_details_of_the_outbox(scene: Any, show: Any) -> None:
    show("activity, u")
    assert press(find(scene, "close-details")) == "outbox"


def test_notices(scene: Any, show: Any) -> None:
    show("compose")
    press(find(scene, "show-notifications"))
    panel = QApplication.activePopupWidget()
    assert panel is not None
    clear = panel.findChild(QWidget, "clear-notifications")
    assert clear is not None
    clear.setFocus()
    QTest.keyClick(clear, Key.Key_Return)
    settle()
    QTest.keyClick(QApplication.focusWidget() or panel, Key.Key_Escape)
    settle()
    assert QApplication.activePopupWidget() is None
    assert focus().objectName() == "show-notifications"


def test_a_message_that_is_closed(scene: Any, show: Any) -> None:
    show("compose, several")
    tabs = find(scene, "open-messages")
    before = tabs.count()
    tabs.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(tabs, Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert scene.compose.draft_tabs.isHidden() or tabs.count() == before - 1
    assert scene.compose.isAncestorOf(focus())


def test_the_first_run(scene: Any, show: Any) -> None:
    show("compose, first run")
    assert press(find(scene, "use-the-sandbox-channels"))
    show("compose, first run")
    assert press(find(scene, "use-a-sample-picture"))
