"""Tests of the focus after a toast that had it closes."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.ui.widgets.keyboard import WindowKeysMixin
from posto_desktop.ui.widgets.toast import ToastHost


class Window(WindowKeysMixin, QWidget):
    pass


@pytest.fixture
def box(qtbot: Any, theme: Any) -> QWidget:
    made = Window()
    qtbot.addWidget(made)
    rows = QVBoxLayout(made)
    for name in ("first", "second"):
        line = QLineEdit()
        line.setObjectName(name)
        rows.addWidget(line)
    made.resize(600, 400)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_the_keyboard_goes_back_to_where_it_was(box: QWidget, qtbot: Any, key: Qt.Key) -> None:
    host = ToastHost(box)
    second = box.findChild(QLineEdit, "second")
    second.setFocus()
    toast = host.show_notification("deleted", "4 posts deleted", "Undo", lambda: None)
    assert second.hasFocus()
    host.focus_newest()
    host.focus_newest()
    assert toast.hasFocus()
    qtbot.keyClick(toast, key)
    assert second.hasFocus()


@pytest.mark.parametrize("presses", [1, 2, 3])
def test_it_goes_back_from_every_part_that_tab_came_to(
    box: QWidget, qtbot: Any, presses: int
) -> None:
    host = ToastHost(box)
    second = box.findChild(QLineEdit, "second")
    second.setFocus()
    host.show_notification("deleted", "4 posts deleted", "Undo", lambda: None)
    for _press in range(presses):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert not second.hasFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert host.count() == 0
    assert second.hasFocus()


def test_what_the_action_gave_the_keyboard_to_keeps_it(box: QWidget, qtbot: Any) -> None:
    host = ToastHost(box)
    first, second = box.findChild(QLineEdit, "first"), box.findChild(QLineEdit, "second")
    second.setFocus()
    toast = host.show_notification("ok", "Moved", "Show", first.setFocus)
    host.focus_newest()
    qtbot.keyClick(toast, Qt.Key.Key_Return)
    assert first.hasFocus()


def test_what_is_gone_meanwhile_gets_nothing(box: QWidget, qtbot: Any) -> None:
    host = ToastHost(box)
    second = box.findChild(QLineEdit, "second")
    second.setFocus()
    toast = host.show_notification("ok", "Moved")
    host.focus_newest()
    second.deleteLater()
    qtbot.waitUntil(lambda: box.findChild(QLineEdit, "second") is None)
    qtbot.keyClick(toast, Qt.Key.Key_Escape)
    assert host.count() == 0


def test_a_toast_goes_when_its_offer_was_taken_elsewhere(box: QWidget) -> None:
    host = ToastHost(box)
    done: list[int] = []
    host.show_notification("deleted", "1 post deleted", "Undo", lambda: done.append(1), "token")
    host.show_notification("deleted", "2 posts deleted", "Undo", lambda: done.append(2), "other")
    host.show_notification("ok", "Saved")
    host.withdraw("")
    assert host.count() == 3
    host.withdraw("token")
    assert host.count() == 2
    assert done == []


@pytest.mark.parametrize("way", ["action", "cross", "pushed out", "withdrawn"])
def test_what_is_done_when_the_action_was_not_chosen(box: QWidget, qtbot: Any, way: str) -> None:
    host = ToastHost(box)
    done: list[str] = []
    toast = host.show_notification(
        "deleted",
        "Disconnected",
        "Undo",
        lambda: done.append("undone"),
        offers="it",
        passed=lambda: done.append("passed"),
    )
    if way == "action":
        qtbot.keyClick(toast, Qt.Key.Key_Return)
    elif way == "cross":
        qtbot.keyClick(toast, Qt.Key.Key_Escape)
    elif way == "withdrawn":
        host.withdraw("it")
    else:
        for number in range(3):
            host.show_notification("info", f"Another {number}")
    host.clear()
    expected = {"action": ["undone"], "cross": ["passed"], "pushed out": ["passed"]}
    assert done == expected.get(way, [])


def test_both_buttons_of_a_toast_are_reached_by_the_keyboard(box: QWidget, qtbot: Any) -> None:
    host, pressed = ToastHost(box), []
    toast = host.show_notification(
        "ok",
        "5 drafts",
        "Undo",
        lambda: pressed.append("undo"),
        further=("Open", lambda: pressed.append("open")),
    )
    host.focus_newest()
    qtbot.keyClick(toast, Qt.Key.Key_Tab)
    button = QApplication.focusWidget()
    assert button is not None
    assert button.objectName() == "toast-further-action"
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert pressed == ["open"]
    assert host.count() == 0
