"""Tests that rows that appear or disappear below do not move the form."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication


def settle(desk: Any) -> None:
    desk.settle()
    for _ in range(4):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def top_of_when(desk: Any) -> int:
    return int(desk.page.when.mapTo(desk.page, QPoint(0, 0)).y())


@pytest.mark.parametrize("height", [620, 700, 808, 1000, 1300])
def test_when_stays_where_it_is_as_checks_come_and_go(desk: Any, height: int) -> None:
    page = desk.page
    page.resize(1088, height)
    desk.type("x" * 279)
    settle(desk)
    assert page.checks.isHidden()
    place = top_of_when(desk)
    desk.type("{a|b} <3 " + "x" * 30)
    settle(desk)
    assert len(desk.codes()) >= 4
    assert top_of_when(desk) == place
    page.undo()
    settle(desk)
    assert page.checks.isHidden()
    assert top_of_when(desk) == place


def caret_is_seen(desk: Any) -> bool:
    page = desk.page
    caret = page.editor.cursorRect()
    top = page.editor.viewport().mapTo(page.scroll_area.viewport(), caret.topLeft()).y()
    return bool(top >= 0 and top + caret.height() <= page.scroll_area.viewport().height())


def test_the_page_scrolls_to_where_one_writes(qtbot: Any, desk: Any) -> None:
    page = desk.page
    page.resize(1088, 420)
    desk.type("First line\nSecond line")
    settle(desk)
    page.editor.setFocus()
    bar = page.scroll_area.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert not caret_is_seen(desk)
    QTest.keyClicks(page.editor, "x")
    qtbot.waitUntil(lambda: caret_is_seen(desk))
    bar.setValue(bar.maximum())
    page.undo()
    qtbot.waitUntil(lambda: caret_is_seen(desk))


def test_new_lines_stay_in_sight_while_the_editor_grows(qtbot: Any, desk: Any) -> None:
    page = desk.page
    page.resize(1088, 420)
    page.editor.setFocus()
    for _ in range(30):
        QTest.keyClick(page.editor, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: caret_is_seen(desk))


def test_what_others_do_to_the_text_scrolls_nothing(desk: Any) -> None:
    page = desk.page
    page.resize(1088, 420)
    desk.type("First line\nSecond line")
    settle(desk)
    page.when.field.setFocus()
    bar = page.scroll_area.verticalScrollBar()
    bar.setValue(bar.maximum())
    desk.type("more")
    settle(desk)
    assert not desk.page.text_presenter._caret.is_waiting
    assert not caret_is_seen(desk)


def test_the_next_message_begins_at_its_top(desk: Any) -> None:
    page = desk.page
    page.resize(1088, 420)
    desk.type("First line")
    settle(desk)
    bar = page.scroll_area.verticalScrollBar()
    page.when.field.setFocus()
    bar.setValue(bar.maximum())
    page.message.posting.post()
    settle(desk)
    assert [draft.text for draft, _when in desk.posted] == ["First line"]
    assert bar.maximum() > 0
    assert bar.value() == 0


def test_a_question_moves_nothing(desk: Any) -> None:
    desk.type("x" * 290)
    settle(desk)
    place = top_of_when(desk)
    desk.page.message.posting.post()
    settle(desk)
    assert desk.page.confirmation_bar.isVisible()
    assert top_of_when(desk) == place


def test_the_text_takes_the_height_that_is_left(desk: Any) -> None:
    page = desk.page
    page.resize(1088, 1400)
    settle(desk)
    assert page.editor.height() == 480
    page.resize(1088, 640)
    settle(desk)
    assert 161 <= page.editor.height() < 200
