"""What a refresh keeps: the current row, ticks and the place in the list."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from posto_desktop.models.schedules import TEXT
from posto_desktop.ui.schedule.page import ScheduleTablePage
from tests.gui.schedule.page.every_state import LEFT, Heard, schedule
from tests.gui.schedule.scene import NOW, ticked


def test_refresh_by_its_button(page: ScheduleTablePage, heard: Heard, qtbot: Any) -> None:
    qtbot.mouseClick(page.toolbar.refresh, LEFT)
    assert heard.take() == [("refresh", None)]


def test_refresh_keeps_current_row_ticks_and_place(page: ScheduleTablePage, qtbot: Any) -> None:
    many = [schedule(n, n, group_id=f"g{n}") for n in range(1, 200)]
    page.set_schedules(many)
    page.table.set_current(120)
    page.model.set_ticked([121])
    shown = (page.model.schedule_at(page.table.rowAt(y)) for y in (60, 100, 140))
    top = next(row_id for row_id in shown if row_id is not None)
    y = page.table.rowViewportPosition(page.model.row_of(top.id))
    page.set_schedules([schedule(n, n - 500) for n in range(900, 940)] + many)
    assert page.selection.current_id == 120
    assert page.table.currentIndex().row() == page.model.row_of(120)
    assert ticked(page.model) == [121]
    assert abs(page.table.rowViewportPosition(page.model.row_of(top.id)) - y) <= 44


def test_the_first_rows_begin_at_today(page: ScheduleTablePage) -> None:
    page.clear()
    page.set_schedules([schedule(n, n * 6) for n in range(-100, 100)])
    top = page.table.rowAt(0)
    assert page.model.index(top, 0).data().startswith("Today")


def test_rows_of_today_that_arrive_later_leave_its_head_at_the_top(page: ScheduleTablePage) -> None:
    page.clear()
    page.add_schedules([schedule(n, n) for n in range(0, 100)], (), NOW)
    assert page.toolbar.as_of.isVisible()
    page.add_schedules([schedule(n, n) for n in range(-100, 0)])
    head = page.model.index(page.table.rowAt(0), 0).data()
    assert head.startswith("Today")
    assert page.model.row_of(-100) > 0


def test_rows_that_arrive_above_do_not_move_what_is_looked_at(page: ScheduleTablePage) -> None:
    page.set_schedules([schedule(n, n) for n in range(1, 200)])
    page.table.set_current(120)
    page.table.scrollTo(page.model.index(page.model.row_of(150), TEXT))
    before = page.table.rowViewportPosition(page.model.row_of(150))
    page.add_schedules([schedule(n, n) for n in range(-300, -200)], [5, 6])
    assert page.table.rowViewportPosition(page.model.row_of(150)) == before
    assert page.selection.current_id == 120
    assert page.model.schedule(5) is None


def test_thousands_of_days_cost_no_height_each(
    page: ScheduleTablePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posto_desktop.ui.schedule.rows_view.MOST_SMALL_HEADS", 20)
    page.set_schedules([schedule(n, n * 24) for n in range(1, 40)])
    assert {page.table.rowHeight(row) for row in range(page.model.rowCount())} == {44}
    page.set_schedules([schedule(n, n * 24) for n in range(1, 10)])
    heights = [page.table.rowHeight(row) for row in range(page.model.rowCount())]
    assert heights == [32 if page.model.is_head(row) else 44 for row in range(len(heights))]


class Areas(QObject):
    """How high each painted area of a widget is."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.seen: list[int] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.seen.append(event.rect().height())
        return False


def test_scrolling_paints_only_what_comes_into_view(page: ScheduleTablePage, qtbot: Any) -> None:
    qtbot.waitUntil(page.isActiveWindow)  # which paints it once more
    page.set_schedules([schedule(n, n) for n in range(1, 200)])
    bar = page.table.verticalScrollBar()
    bar.setValue(500)
    QApplication.processEvents()
    areas = Areas(page.table.viewport())
    page.table.viewport().update()
    qtbot.waitUntil(lambda: bool(areas.seen))
    whole = areas.seen[-1]
    strips = []
    for place in range(520, 620, 20):  # now and then the whole is due for another reason
        areas.seen.clear()
        bar.setValue(place)
        qtbot.waitUntil(lambda: bool(areas.seen))
        strips.append(min(areas.seen))
    assert min(strips) < whole / 4
