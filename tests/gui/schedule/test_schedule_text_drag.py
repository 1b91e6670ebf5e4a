"""Tests of dragging schedule rows into other programs."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication

from posto_desktop.models.schedules import TEXT
from posto_desktop.ui.schedule.page import ScheduleTablePage

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def carried(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Qt.DropAction]]:
    drags: list[tuple[str, Qt.DropAction]] = []

    def let_go(drag: QDrag, action: Qt.DropAction) -> Qt.DropAction:
        drags.append((drag.mimeData().text(), action))
        return action

    monkeypatch.setattr(QDrag, "exec", let_go)
    return drags


def place_of(page: ScheduleTablePage, key: int) -> QPoint:
    index = page.model.index(page.model.row_of(key), TEXT)
    page.table.scrollTo(index)
    return page.table.visualRect(index).center()


def drag(
    qtbot: Any, page: ScheduleTablePage, start: QPoint, by: int, keys: Qt.KeyboardModifier = NONE
) -> None:
    view = page.table.viewport()
    qtbot.mousePress(view, LEFT, keys, start)
    for part in (by // 2, by, by + 30):
        pos = start + QPoint(0, part)
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(pos),
            QPointF(view.mapToGlobal(pos)),
            LEFT,
            LEFT,
            keys,
        )
        QApplication.sendEvent(view, event)
    qtbot.mouseRelease(view, LEFT, keys, start + QPoint(0, by))


def test_a_row_gives_its_text(page: ScheduleTablePage, qtbot: Any, carried: list[Any]) -> None:
    drag(qtbot, page, place_of(page, 3), 40)
    assert carried == [("Text 3", Qt.DropAction.CopyAction)]


def test_of_ticked_rows_all_go(page: ScheduleTablePage, qtbot: Any, carried: list[Any]) -> None:
    page.model.set_ticked([3, 5], True)
    drag(qtbot, page, place_of(page, 5), 40)
    drag(qtbot, page, place_of(page, 4), 40)
    assert [text for text, _action in carried] == ["Text 3\n\nText 5", "Text 4"]


def test_a_click_and_ticking_are_no_drag(
    page: ScheduleTablePage, qtbot: Any, carried: list[Any]
) -> None:
    start = place_of(page, 3)
    qtbot.mousePress(page.table.viewport(), LEFT, NONE, start)
    qtbot.mouseRelease(page.table.viewport(), LEFT, NONE, start)
    drag(qtbot, page, start, 40, Qt.KeyboardModifier.ControlModifier)
    assert carried == []
    assert page.model.is_ticked(3)
