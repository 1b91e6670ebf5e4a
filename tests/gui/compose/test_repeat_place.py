"""Tests of the repeat editor's position, height and focus."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from posto_desktop.ui.compose.repeat_editor import RepeatEditor

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def open_editor(qtbot: Any, desk: Any) -> RepeatEditor:
    chip = desk.page.findChild(QPushButton, "repeat")
    chip.setFocus()
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    editor = desk.page.findChildren(RepeatEditor)[-1]
    assert isinstance(editor, RepeatEditor)
    return editor


def on_screen(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint()), widget.size())


def focus(desk: Any) -> Any:
    return desk.page.window().focusWidget()


def test_the_focus_goes_back_to_where_it_was_opened_from(qtbot: Any, desk: Any) -> None:
    when = desk.page.when
    desk.type("x")
    editor = open_editor(qtbot, desk)
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert focus(desk) is when.chips.repeat_chip
    qtbot.keyClick(open_editor(qtbot, desk), Qt.Key.Key_Return)
    assert desk.page.message.time.repeat is not None
    assert focus(desk) is when.repeat_line.change  # the chip has gone
    qtbot.mouseClick(when.repeat_line.change, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(desk.page.findChildren(RepeatEditor)[-1]._none, Qt.MouseButton.LeftButton)
    assert desk.page.message.time.repeat is None
    assert focus(desk) is when.chips.repeat_chip


def test_the_list_is_as_high_as_its_times(qtbot: Any, desk: Any) -> None:
    editor = open_editor(qtbot, desk)
    heights = []
    for count in (1, 3, 6, 60):
        editor._count.setValue(count)
        heights.append(editor._list.height())
        rows = min(count, 6)
        last = editor._list.visualItemRect(editor._list.item(rows - 1))
        assert last.bottom() < editor._list.viewport().height()
        assert editor._list.viewport().height() - last.bottom() < last.height()
    assert heights == sorted(heights)
    assert heights[2] == heights[3]


@pytest.mark.parametrize("height", [700, 860])
def test_it_covers_neither_the_time_nor_the_main_button(qtbot: Any, desk: Any, height: int) -> None:
    desk.page.window().resize(1000, height)
    desk.type("x")
    desk.page.leave_first_run()
    desk.settle()
    desk.page.scroll_area.ensureWidgetVisible(desk.page.when)
    editor = open_editor(qtbot, desk)
    for count in (2, 60):
        editor._count.setValue(count)
        place = on_screen(editor)
        assert not place.intersects(on_screen(desk.page.when.field))
        assert not place.intersects(on_screen(desk.page.action_bar.post))
