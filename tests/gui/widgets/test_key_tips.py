"""Tooltips for the keyboard: when they show, where, what hides them, and that no reason of a
disabled control is out of reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QToolTip, QVBoxLayout, QWidget

from posto_desktop.ui.widgets.buttons import Button, IconButton, set_enabled
from posto_desktop.ui.widgets.focus_ring import FocusRing
from posto_desktop.ui.widgets.key_tips import KeyboardTips, hide_tip
from posto_desktop.ui.widgets.keyboard import WindowKeysMixin
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.reason_stop import ReasonStop
from tests.gui.cut_text import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
WHY = "Choose a channel first"


class Window(WindowKeysMixin, QWidget):
    pass


class Scene:
    def __init__(self, qtbot: Any) -> None:
        self.window = Window()
        self.column = QVBoxLayout(self.window)
        self.ring = FocusRing(self.window)
        self.tips = KeyboardTips(self.window)
        self.first, self.cut, self.last = (
            Button("First"),
            IconButton("crop", "Crop", "crop"),
            Button("Last"),
        )
        self.off = Button("Post")
        set_enabled(self.off, False, WHY)
        for control in (self.first, self.cut, self.off, self.last):
            self.column.addWidget(control)
        self.window.resize(200, 300)
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)

    def press(self, key: Qt.Key, *, of: QWidget | None = None) -> QWidget:
        QTest.keyClick(of or QApplication.focusWidget() or self.window, key)
        now = QApplication.focusWidget()
        assert now is not None
        return now

    def shown(self) -> str:
        """What is shown once the delay is over; "" if nothing waits to be shown."""
        if self.tips.is_waiting:
            self.tips.show_tip()
        return QToolTip.text() if QToolTip.isVisible() else ""


@pytest.fixture
def scene(theme: Any, qtbot: Any) -> Iterator[Scene]:
    made = Scene(qtbot)
    made.first.setFocus(Qt.FocusReason.OtherFocusReason)
    yield made
    hide_tip()


def test_the_tip_shows_after_tab_and_hides_on_escape(scene: Scene, qtbot: Any) -> None:
    assert scene.press(Qt.Key.Key_Tab) is scene.cut
    assert not QToolTip.isVisible(), "after a moment only"
    assert scene.shown() == "Crop"
    closed: list[str] = []
    scene.window.keyPressEvent = lambda event: closed.append(event.text())  # type: ignore[method-assign]
    scene.press(Qt.Key.Key_Escape)
    assert not QToolTip.isVisible()
    assert closed == [], "the key has closed the tip alone"
    assert scene.cut.hasFocus()
    scene.press(Qt.Key.Key_Escape)
    assert len(closed) == 1


def test_it_lies_below_the_control_and_does_not_cover_it(scene: Scene) -> None:
    scene.press(Qt.Key.Key_Tab)
    scene.shown()
    tip = next(
        w for w in QApplication.topLevelWidgets() if w.inherits("QTipLabel") and w.isVisible()
    )
    bottom = scene.cut.mapToGlobal(QPoint(0, scene.cut.height())).y()
    assert tip.geometry().top() >= bottom


def test_no_tip_for_the_mouse_nor_for_what_the_button_says(scene: Scene) -> None:
    scene.press(Qt.Key.Key_Tab)
    QTest.mouseClick(scene.first, Qt.MouseButton.LeftButton)
    scene.first.setFocus(Qt.FocusReason.MouseFocusReason)
    assert scene.shown() == ""
    scene.first.setToolTip("First")
    scene.press(Qt.Key.Key_Tab)
    scene.press(Qt.Key.Key_Backtab)
    assert scene.first.hasFocus()
    assert scene.shown() == ""


def test_another_key_hides_it(scene: Scene) -> None:
    scene.press(Qt.Key.Key_Tab)
    scene.shown()
    scene.press(Qt.Key.Key_A)
    assert not QToolTip.isVisible()
    assert not scene.tips.is_waiting


def test_a_disabled_control_is_reached_and_says_why(scene: Scene) -> None:
    scene.cut.setFocus(Qt.FocusReason.TabFocusReason)
    stop = scene.press(Qt.Key.Key_Tab)
    assert isinstance(stop, ReasonStop)
    assert stop.control is scene.off
    assert (stop.accessibleName(), stop.accessibleDescription()) == ("Post", WHY)
    assert stop.geometry() == scene.off.geometry()
    assert scene.ring.frame.widget() is stop
    assert scene.shown() == WHY
    assert scene.press(Qt.Key.Key_Tab) is scene.last
    assert stop.isHidden()
    assert scene.press(Qt.Key.Key_Backtab) is stop, "the same one, from both sides"
    assert scene.press(Qt.Key.Key_Backtab) is scene.cut


def test_space_on_it_says_why_at_once_and_does_nothing_else(scene: Scene, qtbot: Any) -> None:
    scene.cut.setFocus(Qt.FocusReason.TabFocusReason)
    scene.press(Qt.Key.Key_Tab)
    with qtbot.assertNotEmitted(scene.off.clicked):
        scene.press(Qt.Key.Key_Space)
    assert QToolTip.text() == WHY


def test_a_control_that_becomes_usable_gets_the_keyboard(scene: Scene) -> None:
    scene.cut.setFocus(Qt.FocusReason.TabFocusReason)
    stop = scene.press(Qt.Key.Key_Tab)
    set_enabled(scene.off, True, "")
    assert scene.off.hasFocus()
    assert stop.isHidden()


def test_what_only_has_a_name_is_passed_over(scene: Scene) -> None:
    scene.off.setToolTip("Post (Ctrl+Enter)")
    scene.cut.setFocus(Qt.FocusReason.TabFocusReason)
    assert scene.press(Qt.Key.Key_Tab) is scene.last


def test_rows_show_theirs(scene: Scene) -> None:
    model = QStandardItemModel()
    for text in ("One", "Two"):
        item = QStandardItem(text)
        item.setToolTip(f"{text} whole")
        model.appendRow(item)
    rows = QListView()
    rows.setModel(model)
    scene.column.addWidget(rows)
    rows.setCurrentIndex(model.index(0, 0))
    settle()
    scene.last.setFocus()
    assert scene.press(Qt.Key.Key_Tab) is rows
    assert scene.shown() == "One whole"
    scene.press(Qt.Key.Key_Down)
    assert not QToolTip.isVisible()
    assert scene.shown() == "Two whole"


def test_arrow_keys_reach_disabled_entries_of_a_menu(scene: Scene) -> None:
    menu = Menu(scene.window)
    done: list[int] = []
    menu.add("One", slot=lambda: done.append(1))
    off = menu.add("Two", slot=lambda: done.append(2), tip=WHY)
    off.setEnabled(False)
    menu.popup(QPoint(0, 0))
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    assert menu.activeAction() is off
    menu.show_key_tip()
    assert QToolTip.text() == WHY
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert done == []
    menu.close()
