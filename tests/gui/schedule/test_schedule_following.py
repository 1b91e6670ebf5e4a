"""Tests that a moved post stays current, even with a new id."""

from __future__ import annotations

import pytest

from posto_desktop.ui.schedule import inspector_pane
from posto_desktop.ui.schedule.page import ScheduleTablePage
from tests.gui.schedule.scene import schedule

OLD, NEW = 3, 300


@pytest.fixture
def opened(page: ScheduleTablePage) -> ScheduleTablePage:
    page.table.set_current(OLD)
    page.inspector_pane.open()
    return page


def move(page: ScheduleTablePage) -> None:
    page.model.change_rows([schedule(NEW, 30, text="Text 3")], [OLD])


def is_followed(page: ScheduleTablePage) -> bool:
    shown = page.inspector.schedule()
    return (
        page.selection.current_id == NEW
        and page.table.currentIndex().row() == page.model.row_of(NEW)
        and page.state.view.inspector_open
        and shown is not None
        and shown.id == NEW
    )


def test_rows_first_and_then_their_ids(opened: ScheduleTablePage) -> None:
    move(opened)
    assert opened.state.view.inspector_open
    opened.follow_moves({OLD: NEW})
    assert is_followed(opened)


def test_ids_first_and_then_the_rows(opened: ScheduleTablePage) -> None:
    opened.follow_moves({OLD: NEW})
    assert opened.selection.current_id == OLD
    move(opened)
    assert is_followed(opened)


def test_a_way_back_is_followed_too(opened: ScheduleTablePage) -> None:
    opened.follow_moves({OLD: NEW})
    move(opened)
    opened.model.change_rows([schedule(301, 1)], [NEW])
    opened.follow_moves({NEW: 301})
    assert opened.selection.current_id == 301
    assert opened.state.view.inspector_open


def test_the_list_stays_where_it_is(opened: ScheduleTablePage) -> None:
    bar = opened.table.verticalScrollBar()
    before = bar.value()
    opened.follow_moves({OLD: NEW})
    opened.model.change_rows([schedule(NEW, 24 * 90)], [OLD])
    assert opened.selection.current_id == NEW
    assert bar.value() == before


def test_a_waiting_post_that_does_not_come_back_closes_it(opened: ScheduleTablePage) -> None:
    opened.model.change_rows([], [OLD])
    assert opened.state.view.inspector_open
    opened.inspector_pane._close_delay.flush()
    assert not opened.state.view.inspector_open


def test_a_post_that_was_sent_and_is_gone_closes_it_at_once(page: ScheduleTablePage) -> None:
    page.table.set_current(1)
    page.inspector_pane.open()
    page.model.change_rows([], [1])
    assert not page.state.view.inspector_open


def test_another_workspace_has_ids_of_its_own(opened: ScheduleTablePage) -> None:
    opened.follow_moves({OLD: NEW})
    opened.clear()
    opened.set_schedules([schedule(NEW, 2), schedule(4, 3)])
    opened.table.set_current(4)
    opened.follow_moves({})
    assert opened.selection.current_id == 4
    assert inspector_pane.CLOSE_DELAY_MS >= 1000
