"""Ticks, the bar over ticked rows, and what its buttons and keys ask for."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from posto_desktop.models.schedules import LINK
from posto_desktop.ui.schedule import row_actions
from posto_desktop.ui.schedule.page import ScheduleTablePage
from tests.gui.schedule.page.every_state import (
    CONTROL,
    LEFT,
    NONE,
    SHIFT,
    Heard,
    click,
    click_box,
    rows,
)
from tests.gui.schedule.scene import shown_ids, ticked


def test_boxes_space_shift_and_control_tick(page: ScheduleTablePage, qtbot: Any) -> None:
    click(qtbot, page, 5)
    assert page.model.tick_count() == 0
    assert not page.bulk.isVisible()
    click_box(qtbot, page, 6)
    assert ticked(page.model) == [6]
    click(qtbot, page, 8, SHIFT)
    assert ticked(page.model) == [6, 7, 8]
    click(qtbot, page, 7, CONTROL)
    assert ticked(page.model) == [6, 8]
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert ticked(page.model) == [5, 6, 8]
    assert page.bulk.isVisible()
    qtbot.keyClick(page.table, Qt.Key.Key_Escape)
    assert page.model.tick_count() == 0
    assert not page.bulk.isVisible()


def test_control_a_ticks_what_the_filter_shows(page: ScheduleTablePage, qtbot: Any) -> None:
    page.state.filter_by(status="scheduled")
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_A, CONTROL)
    assert ticked(page.model) == [5, 6, 7, 8]


def test_the_head_ticks_all_and_none(page: ScheduleTablePage, qtbot: Any) -> None:
    head = page.table.horizontalHeader()
    qtbot.mouseClick(head.viewport(), LEFT, NONE, head.check_rect().center())
    assert page.model.tick_count() == 10
    qtbot.mouseClick(head.viewport(), LEFT, NONE, head.check_rect().center())
    assert page.model.tick_count() == 0


def test_shift_and_arrows_tick(page: ScheduleTablePage, qtbot: Any) -> None:
    click(qtbot, page, 5)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Down, SHIFT)
    assert ticked(page.model) == [5, 6]  # over the head of the next day


def test_arrows_pass_over_day_heads(page: ScheduleTablePage, qtbot: Any) -> None:
    click(qtbot, page, 5)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    assert page.selection.current_id == 6
    qtbot.keyClick(page.table, Qt.Key.Key_Up)
    assert page.selection.current_id == 5


def test_the_menu_of_ticked_rows_offers_to_export_them(page: ScheduleTablePage, qtbot: Any) -> None:
    page.model.set_ticked([5, 6])
    menu = page.row_actions.make_menu()
    export = next(action for action in menu.actions() if action.text() == "Export…")
    with qtbot.waitSignal(page.exportRequested):
        export.trigger()
    assert ticked(page.model) == [5, 6]  # the dialog offers just these
    menu.close()


def test_several_messages_are_duplicated_at_once(
    page: ScheduleTablePage, heard: Heard, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.model.set_ticked([2, 6, 7])
    qtbot.mouseClick(page.bulk.duplicate, LEFT)
    assert heard.take() == [("duplicates", [[2], [6, 7]])]
    assert page.model.tick_count() == 0
    monkeypatch.setattr(row_actions, "MOST_COPIES", 1)
    page.model.set_ticked([2, 6, 7])
    assert not page.bulk.duplicate.isVisible()
    page.row_actions.duplicate()
    assert heard.take() == []
    page.model.set_ticked([2], False)
    page.row_actions.duplicate()
    assert heard.take() == [("duplicate", [6, 7])]


def test_bulk_bar_offers_what_the_rows_allow(
    page: ScheduleTablePage, heard: Heard, qtbot: Any
) -> None:
    page.model.set_ticked([6, 7])
    assert not page.bulk.retry.isVisible()
    assert page.bulk.duplicate.isVisible()  # two posts of one message
    assert page.bulk.delete.text() == "Delete 2"
    page.model.set_ticked([2, 3, 4, 10])
    assert page.bulk.retry.text() == "Retry 1"
    assert page.bulk.send_now.text() == "Send now 1"
    assert page.bulk.duplicate.isVisible()
    assert page.bulk.delete.text() == "Delete 5"  # not the one that is being sent
    qtbot.mouseClick(page.bulk.retry, LEFT)
    assert heard.take() == [("retry", [2])]
    assert page.model.tick_count() == 0


def test_the_table_leaves_room_for_the_bar(page: ScheduleTablePage) -> None:
    page.resize(1240, 400)
    before = page.table.verticalScrollBar().maximum()
    page.model.set_ticked([6])
    assert page.table.verticalScrollBar().maximum() == before + 80


def test_delete_takes_rows_away_at_once_and_undo_brings_them_back(
    page: ScheduleTablePage, heard: Heard, qtbot: Any
) -> None:
    click(qtbot, page, 6)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    assert heard.take() == [("delete", [6])]
    assert 6 not in shown_ids(page)
    assert page.selection.current_id == 7  # the next one, so that Delete can go on
    page.set_schedules(rows())  # a refresh meanwhile must not show it again
    assert 6 not in shown_ids(page)
    page.restore_rows([6])
    assert 6 in shown_ids(page)


def test_what_is_being_sent_is_not_deleted(
    page: ScheduleTablePage, heard: Heard, qtbot: Any
) -> None:
    click(qtbot, page, 10)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    assert heard.take() == []


def test_r_retries_what_failed_and_sends_again_what_is_unclear(
    page: ScheduleTablePage, heard: Heard, qtbot: Any
) -> None:
    page.table.setFocus()
    for key in (2, 3, 5):
        click(qtbot, page, key)
        qtbot.keyClick(page.table, Qt.Key.Key_R)
    assert heard.take() == [("retry", [2]), ("send_again", [3])]


def test_control_d_and_the_link(page: ScheduleTablePage, heard: Heard, qtbot: Any) -> None:
    click(qtbot, page, 1)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_D, CONTROL)
    cell = page.table.visualRect(page.model.index(page.model.row_of(1), LINK))
    place = page.table.itemDelegate().link_rect(cell).center()
    qtbot.mouseClick(page.table.viewport(), LEFT, NONE, place)
    page.row_actions.open_post()
    assert heard.take() == [
        ("duplicate", [1]),
        ("open", "https://example.com/1"),
        ("open", "https://example.com/1"),
    ]
