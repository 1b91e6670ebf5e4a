"""Tests of the scroll position: with keys, after sorting and filtering."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from posto_desktop.models.schedule_columns import Sort
from posto_desktop.models.schedules import STATUS, TIME
from posto_desktop.ui.schedule.page import ScheduleTablePage
from tests.gui.schedule.scene import make_page, schedule, shown_ids, ticked

Key, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
COUNT = 90
"""Posts, eight hours apart: three a day, a month with today in its middle."""


@pytest.fixture
def long_page(qtbot: Any, theme: Any) -> ScheduleTablePage:
    page = make_page(qtbot)
    page.clear()
    words = ("harbour", "bakery", "island")
    page.set_schedules(
        [
            schedule(
                key,
                (key - COUNT // 2) * 8,
                "error" if key % 30 == 2 else "success" if key < COUNT // 2 else "not_sent",
                text=f"{words[key % 3]} {key}",
            )
            for key in range(1, COUNT + 1)
        ]
    )
    page.table.executeDelayedItemsLayout()  # how far it can be scrolled is told later otherwise
    page.table.setFocus()
    return page


def in_sight(page: ScheduleTablePage, key: int, below: int = 0) -> bool:
    """Whether the whole row is seen, and not under what floats over the lowest pixels."""
    table, row = page.table, page.model.row_of(key)
    top = table.rowViewportPosition(row)
    return row >= 0 and top >= 0 and top + table.rowHeight(row) <= table.viewport().height() - below


def current(page: ScheduleTablePage) -> int:
    key = page.selection.current_id
    assert key is not None
    return key


@pytest.mark.parametrize("key", [Key.Key_Down, Key.Key_Up, Key.Key_PageDown, Key.Key_PageUp])
def test_the_row_that_keys_go_to_is_in_sight(
    long_page: ScheduleTablePage, qtbot: Any, key: Key
) -> None:
    page = long_page
    page.table.go_to_first()
    before = current(page)
    for _ in range(25 if key in (Key.Key_Down, Key.Key_Up) else 2):
        qtbot.keyClick(page.table, key)
        assert in_sight(page, current(page))
    moved = current(page) - before
    assert moved >= 18 if key in (Key.Key_Down, Key.Key_PageDown) else moved <= -18


def test_a_page_down_goes_about_as_far_as_is_seen(long_page: ScheduleTablePage, qtbot: Any) -> None:
    page = long_page
    page.table.go_to_first()
    first = current(page)
    seen = [key for key in shown_ids(page) if in_sight(page, key)]
    qtbot.keyClick(page.table, Key.Key_PageDown)
    assert abs(current(page) - first - len(seen)) <= 2
    qtbot.keyClick(page.table, Key.Key_PageUp)
    assert abs(current(page) - first) <= 1


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, CONTROL])
def test_home_and_end_go_to_the_first_and_the_last_post(
    long_page: ScheduleTablePage, qtbot: Any, modifier: Qt.KeyboardModifier
) -> None:
    page = long_page
    qtbot.keyClick(page.table, Key.Key_End, modifier)
    assert current(page) == COUNT
    assert in_sight(page, COUNT)
    qtbot.keyClick(page.table, Key.Key_Home, modifier)
    assert current(page) == 1
    assert page.table.verticalScrollBar().value() == 0  # with the head of its day


def test_shift_with_end_ticks_to_the_last_post(long_page: ScheduleTablePage, qtbot: Any) -> None:
    page = long_page
    page.table.set_current(COUNT - 3)
    qtbot.keyClick(page.table, Key.Key_End, SHIFT)
    assert ticked(page.model) == [COUNT - 3, COUNT - 2, COUNT - 1, COUNT]


def test_the_bar_over_ticked_rows_does_not_hide_the_row_that_keys_go_to(
    long_page: ScheduleTablePage, qtbot: Any
) -> None:
    page = long_page
    page.table.go_to_first()
    for _ in range(25):
        qtbot.keyClick(page.table, Key.Key_Down, SHIFT)
        assert in_sight(page, current(page), page.bulk.height() + 16)
    page.table.set_current(COUNT)
    qtbot.keyClick(page.table, Key.Key_Escape)
    qtbot.keyClick(page.table, Key.Key_Space)
    assert in_sight(page, COUNT, page.bulk.height() + 16)


def test_the_head_of_the_day_comes_into_sight_with_its_first_post(
    long_page: ScheduleTablePage, qtbot: Any
) -> None:
    page = long_page
    page.table.go_to_first()
    for _ in range(9):
        qtbot.keyClick(page.table, Key.Key_Up)
        row = page.model.row_of(current(page))
        if page.model.is_head(row - 1):
            assert page.table.rowViewportPosition(row - 1) >= 0


def test_sorting_shows_the_beginning_and_by_time_today(long_page: ScheduleTablePage) -> None:
    page = long_page
    today = page.table.verticalScrollBar().value()
    assert today > 0
    page.state.edit(sort=Sort(STATUS))
    assert page.table.verticalScrollBar().value() == 0
    assert page.model.status_at(0) == "failed"
    page.state.edit(sort=Sort(TIME))
    assert page.table.verticalScrollBar().value() == today


def test_after_sorting_rows_that_come_do_not_move_the_list(long_page: ScheduleTablePage) -> None:
    page = long_page
    page.state.edit(sort=Sort(STATUS))
    page.table.verticalScrollBar().setValue(400)
    seen = [key for key in shown_ids(page) if in_sight(page, key)]
    before = page.table.rowViewportPosition(page.model.row_of(seen[0]))
    page.model.change_rows([schedule(500, 3, "error")])
    assert page.table.rowViewportPosition(page.model.row_of(seen[0])) == before


def test_searching_stays_at_the_time_that_was_seen(long_page: ScheduleTablePage) -> None:
    page = long_page
    top = COUNT // 2 + 12  # a "harbour" that is not the first one of its day
    page.table.set_current(COUNT)
    page.table.set_current(top)
    page.table.verticalScrollBar().setValue(
        page.table.verticalScrollBar().value()
        + page.table.rowViewportPosition(page.model.row_of(top))
    )
    assert page.table.rowAt(0) == page.model.row_of(top)
    page.toolbar.search.setText("bakery")
    seen = [key for key in shown_ids(page) if in_sight(page, key)]
    assert seen[0] == top + 1
    page.toolbar.search.clear()
    assert in_sight(page, top + 1)


def test_the_list_stays_where_it_is_when_the_row_at_its_top_goes(
    long_page: ScheduleTablePage,
) -> None:
    page = long_page
    page.table.verticalScrollBar().setValue(900)
    seen = [key for key in shown_ids(page) if in_sight(page, key)]
    after = seen[2]
    before = page.table.rowViewportPosition(page.model.row_of(after))
    page.model.change_rows([], [*range(1, after)])
    now = page.table.rowViewportPosition(page.model.row_of(after))
    assert abs(now - before) <= 3 * page.table.rowHeight(1)
    assert now >= 0


@pytest.mark.parametrize("words", ["nowhere", "harbour 3", "island"])
def test_after_a_search_the_list_is_where_it_was(long_page: ScheduleTablePage, words: str) -> None:
    page = long_page
    bar = page.table.verticalScrollBar()
    today = bar.value()
    for end in range(1, len(words) + 1):
        page.toolbar.search.setText(words[:end])
    assert page.model.shown() < COUNT
    page.toolbar.search.clear()
    assert bar.value() == today
    bar.setValue(500)
    page.toolbar.search.setText(words)
    page.toolbar.search.clear()
    assert bar.value() == 500


def test_what_is_deleted_and_had_back_leaves_the_list_where_it_was(
    long_page: ScheduleTablePage,
) -> None:
    page = long_page
    before = page.table.verticalScrollBar().value()
    page.model.tick_all()
    page.row_actions.delete()
    assert page.model.shown() == 0
    page.restore_rows()
    assert page.table.verticalScrollBar().value() == before


def test_a_search_that_is_scrolled_in_leads_back_to_what_was_found(
    long_page: ScheduleTablePage,
) -> None:
    page = long_page
    page.toolbar.search.setText("island")
    page.table.scrollToBottom()
    seen = [key for key in shown_ids(page) if in_sight(page, key)]
    page.toolbar.search.clear()
    assert in_sight(page, seen[0])


def test_changes_elsewhere_do_not_scroll_to_the_ticked_row(
    long_page: ScheduleTablePage, qtbot: Any
) -> None:
    page = long_page
    page.table.go_to_first()
    qtbot.keyClick(page.table, Key.Key_Space)
    page.table.verticalScrollBar().setValue(700)
    seen = [key for key in shown_ids(page) if in_sight(page, key)]
    before = page.table.rowViewportPosition(page.model.row_of(seen[0]))
    page.model.change_rows([schedule(500, -300), schedule(501, 3)], [COUNT])
    assert page.table.rowViewportPosition(page.model.row_of(seen[0])) == before
    assert page.model.tick_count() == 1


def test_toasts_stand_above_the_bar_over_ticked_rows(
    long_page: ScheduleTablePage, qtbot: Any
) -> None:
    page = long_page
    assert page.toast_inset() == 0
    with qtbot.waitSignal(page.barMoved):
        page.model.set_ticked([1])
    assert page.toast_inset() >= page.bulk.height() + 8
    with qtbot.assertNotEmitted(page.barMoved):
        page.model.set_ticked([2])
    with qtbot.waitSignal(page.barMoved):
        page.model.tick_all(False)
    assert page.toast_inset() == 0


@pytest.mark.parametrize("key", [Key.Key_Down, Key.Key_Return, Key.Key_Enter])
def test_from_the_search_a_key_leads_to_the_posts_found(
    long_page: ScheduleTablePage, qtbot: Any, key: Key
) -> None:
    page = long_page
    page.toolbar.search.setFocus()
    page.toolbar.search.setText("island")
    qtbot.keyClick(page.toolbar.search, key)
    assert page.table.hasFocus()
    assert current(page) in shown_ids(page)
    assert in_sight(page, current(page))
    assert page.table.currentIndex().row() == page.model.row_of(current(page))
    assert not page.panes.is_open()


def test_from_a_search_without_a_result_no_key_leads_away(
    long_page: ScheduleTablePage, qtbot: Any
) -> None:
    page = long_page
    page.toolbar.search.setFocus()
    page.toolbar.search.setText("nowhere")
    qtbot.keyClick(page.toolbar.search, Key.Key_Down)
    assert page.toolbar.search.hasFocus()


def test_the_current_post_stays_current_when_it_moves(qtbot: Any, theme: Any) -> None:
    page = make_page(qtbot)
    posts = [schedule(key, key * 8) for key in range(1, 9)]
    page.set_schedules(posts)
    page.activateWindow()
    page.table.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(page.table.hasFocus)
    for key in (Key.Key_Home, Key.Key_Down, Key.Key_Down):
        qtbot.keyClick(page.table, key)
    current = page.selection.current_id
    assert current == 3
    page.add_schedules([], {3})  # it comes back elsewhere
    qtbot.waitUntil(lambda: page.model.row_of(3) < 0)
    page.add_schedules([schedule(3, 400)])
    qtbot.waitUntil(lambda: page.model.row_of(3) >= 0)
    assert page.selection.current_id == 3
    assert page.table.currentIndex().row() == page.model.row_of(3)
