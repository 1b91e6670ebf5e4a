"""What every window does with Tab and Enter (`ui.widgets.keyboard`)."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.ui.widgets.choices import SegmentedControl
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.keyboard import WindowKeysMixin, tab_stops
from posto_desktop.ui.widgets.toast import Toast
from tests.gui.cut_text import settle
from tests.gui.tab_walk import walk

Key = Qt.Key


class Window(WindowKeysMixin, QWidget):
    pass


class Dialog(WindowKeysMixin, QDialog):
    pass


@pytest.fixture
def window(theme: Any, qtbot: Any) -> Window:
    made = Window()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def button(text: str, parent: QWidget | None = None) -> QPushButton:
    made = QPushButton(text, parent)
    made.setObjectName(text)
    return made


def names(window: QWidget) -> list[str]:
    return [stop.objectName() for stop in tab_stops(window)]


def in_column(parent: QWidget, *widgets: QWidget) -> None:
    column = QVBoxLayout(parent)
    for widget in widgets:
        column.addWidget(widget)
    settle()


def focus() -> str:
    now = QApplication.focusWidget()
    return now.objectName() if now is not None else ""


# Tab


def test_what_comes_late_has_its_place(window: Window) -> None:
    last, first, middle = button("last"), button("first"), button("middle")
    in_column(window, last)
    column = window.layout()
    assert isinstance(column, QVBoxLayout)
    column.insertWidget(0, first)
    column.insertWidget(1, middle)
    settle()
    assert names(window) == ["first", "middle", "last"]
    stops, wrong = walk(window)
    assert wrong == []
    assert stops == [first, middle, last]
    back, wrong = walk(window, backward=True)
    assert wrong == []
    assert back == stops


def test_lines_are_read_before_columns_and_parts_as_a_whole(window: Window) -> None:
    grid = QGridLayout(window)
    for at in (3, 0, 2, 1):
        grid.addWidget(button(str(at)), at // 2, at % 2)
    left, right = QWidget(), QWidget()
    in_column(left, button("left 1"), button("left 2"))
    in_column(right, button("right 1"), button("right 2"))
    grid.addWidget(right, 2, 1)
    grid.addWidget(left, 2, 0)
    settle()
    wanted = ["0", "1", "2", "3", "left 1", "left 2", "right 1", "right 2"]
    assert names(window) == wanted
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    settle()
    assert left.x() > right.x()
    assert names(window) == wanted


def test_stand_ins_do_not_catch_it(window: Window) -> None:
    """As the labels of a message once did: a field to which its own row hands the keyboard."""
    before, after, field = button("before"), button("after"), QLineEdit()
    row = QWidget()
    in_column(row, field)
    row.setFocusProxy(field)
    in_column(window, before, row, after)
    QWidget.setTabOrder(before, field)
    stops, wrong = walk(window)
    assert wrong == []
    assert stops == [before, field, after]


def test_a_control_may_come_after_the_others_of_its_part(window: Window) -> None:
    forgot, password, sign_in = button("forgot"), QLineEdit(), button("sign in")
    part = QWidget()
    in_column(part, forgot, password)
    forgot.setProperty("tabLate", True)
    in_column(window, part, sign_in)
    assert tab_stops(window) == [password, forgot, sign_in]


def test_what_is_scrolled_away_is_brought_into_sight_from_outside_too(window: Window) -> None:
    above, area, body = button("above"), QScrollArea(), QWidget()
    body.setFixedSize(200, 2_000)
    far = button("far", body)
    far.move(0, 1_900)
    area.setWidget(body)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    in_column(window, above, area)
    stops, wrong = walk(window, backward=True)
    assert wrong == []
    assert stops == [above, far]


def test_what_a_pane_lies_over_is_left_out_and_a_notice_covers_nothing(window: Window) -> None:
    first, under = button("first", window), button("under", window)
    first.move(0, 0)
    under.move(150, 100)
    for widget in (first, under):
        widget.show()
    pane = QWidget(window)
    pane.setGeometry(100, 60, 300, 240)
    pane.show()
    window.activateWindow()
    first.setFocus()
    QTest.keyClick(first, Key.Key_Tab)
    assert focus() == "first"
    pane.hide()
    notice = Toast("info", "Saved", parent=window)
    notice.move(60, 60)
    notice.show()
    settle()
    assert notice.isAncestorOf(window.childAt(under.geometry().center()))
    stops, _wrong = walk(window)
    assert under in stops
    notice.close_now()


@pytest.mark.parametrize("how", ["hidden", "switched off", "in a hidden part"])
def test_the_neighbour_gets_the_keyboard_of_what_goes(window: Window, how: str) -> None:
    row, outside = QWidget(), button("outside")
    line = QHBoxLayout(row)
    parts = [button(name) for name in ("one", "two", "three")]
    holders = []
    for part in parts:
        holder = QWidget()
        in_column(holder, part)
        line.addWidget(holder)
        holders.append(holder)
    in_column(window, button("above"), row, outside)
    window.activateWindow()

    def end(at: int) -> None:
        if how == "hidden":
            parts[at].hide()
        elif how == "switched off":
            parts[at].setEnabled(False)
        else:
            holders[at].hide()

    parts[1].setFocus()
    end(1)
    assert focus() == "three", "what follows"
    end(2)
    assert focus() == "one", "in the same row, before what follows the row"
    end(0)
    assert focus() == "outside"


def test_an_empty_state_takes_the_keyboard_for_its_view(window: Window) -> None:
    view, place = QLineEdit(), QWidget()
    in_column(place, view)
    in_column(window, button("above"), place)
    empty = EmptyState("inbox", "Nothing", "", "Begin", instead_of=view, parent=place)
    window.activateWindow()
    view.setFocus()
    empty.show()
    assert empty.button.hasFocus()
    assert names(window) == ["above", "empty-state-action"]
    empty.hide()
    assert QApplication.focusWidget() is view
    empty.set_button("")
    empty.show()
    assert QApplication.focusWidget() is view, "it has nothing else to offer"


# Enter


@pytest.mark.parametrize("kind", [QPushButton, QToolButton])
@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Space])
def test_enter_presses_the_focused_button_once(window: Window, kind: type, key: Any) -> None:
    made = kind(window)
    made.show()
    window.activateWindow()
    pressed: list[int] = []
    made.clicked.connect(lambda *_: pressed.append(1))
    made.setFocus()
    QTest.keyClick(made, key)
    assert pressed == [1]
    QTest.keyClick(made, key, Qt.KeyboardModifier.ControlModifier)
    if key != Key.Key_Space:
        assert pressed == [1], "with Ctrl it belongs to the page"


def test_in_a_dialog_enter_means_the_focused_button_or_else_the_main_one(
    theme: Any, qtbot: Any
) -> None:
    dialog = Dialog()
    qtbot.addWidget(dialog)
    field, tick = QLineEdit(), QCheckBox("Again")
    main, other, tool = button("main"), button("other"), QToolButton()
    other.setAutoDefault(False)
    main.setDefault(True)
    in_column(dialog, QLabel("Name"), field, tick, tool, other, main)
    pressed: list[str] = []
    for name, push_button in (("main", main), ("other", other), ("tool", tool)):
        push_button.clicked.connect(lambda *_, name=name: pressed.append(name))
    dialog.show()
    dialog.activateWindow()
    settle()
    for widget in (other, tool, field, tick, main):
        widget.setFocus()
        QTest.keyClick(widget, Key.Key_Return)
    assert pressed == ["other", "tool", "main", "main", "main"]
    tick.setFocus()
    QTest.keyClick(tick, Key.Key_Space)
    assert tick.isChecked()


def test_enter_that_is_held_down_presses_once(window: Window) -> None:
    made = button("one", window)
    made.show()
    window.activateWindow()
    made.setFocus()
    pressed: list[int] = []
    made.clicked.connect(lambda *_: pressed.append(1))
    press, none = QEvent.Type.KeyPress, Qt.KeyboardModifier.NoModifier
    for again in (False, True, True):
        QApplication.sendEvent(made, QKeyEvent(press, Key.Key_Return, none, "\r", again))
    assert pressed == [1]


def test_enter_on_a_choice_that_is_made_is_left_to_the_dialog(theme: Any, qtbot: Any) -> None:
    dialog = Dialog()
    qtbot.addWidget(dialog)
    parts, main = SegmentedControl("How", "how", [("one", "One"), ("two", "Two")]), button("main")
    main.setDefault(True)
    in_column(dialog, parts, main)
    pressed: list[int] = []
    main.clicked.connect(lambda *_: pressed.append(1))
    dialog.show()
    dialog.activateWindow()
    settle()
    first, second = parts._group.buttons()
    first.setFocus()
    QTest.keyClick(first, Key.Key_Return)
    assert pressed == [1]
    second.setFocus()
    QTest.keyClick(second, Key.Key_Return)
    assert parts.value() == "two"
    assert pressed == [1]


# The menu of what has the keyboard


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the system does it there")
@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit, QPushButton])
def test_shift_f10_asks_for_the_menu_where_the_caret_is(window: Window, kind: type) -> None:
    field = kind("words")
    in_column(window, field)
    field.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    asked: list[Any] = []
    field.customContextMenuRequested.connect(asked.append)
    window.activateWindow()
    field.setFocus()
    QTest.keyClick(field, Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    caret = field.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
    assert asked == [QRectF(caret).toRect().center()]
