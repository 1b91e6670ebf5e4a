"""Tests of the empty state of the calendar and its actions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from posto_desktop.ui.calendar.page import CalendarPage
from tests.gui.calendar.scene import TODAY, at, make, press, row, rows


@pytest.fixture
def asked(page: CalendarPage) -> list[Any]:
    requests: list[Any] = []
    page.startRequested.connect(requests.append)
    page.allChannelsRequested.connect(lambda: requests.append("all channels"))
    return requests


def hint(page: CalendarPage) -> list[str]:
    """The words of the hint, then those of its buttons; nothing while it is hidden."""
    shown = page._empty_hint
    if not shown.isVisible():
        return []
    return [shown.words.text(), *[button.text() for button in shown.buttons if button.isVisible()]]


def test_a_far_date_leads_to_the_next_and_the_last_message_and_today(page: CalendarPage) -> None:
    assert hint(page) == []
    page.scope.go_to(date(2026, 6, 1))
    assert hint(page) == ["No messages on these days", "Next message: yesterday 9:00", "Today"]
    page._empty_hint.buttons[0].click()
    assert page.view.current_card().ids == (4,)
    assert hint(page) == []
    page.scope.go_to(date(2028, 6, 1))
    page.scope.choose_view("day")
    assert hint(page) == ["No messages on this day", "Last message: Fri 27 Nov 12:00", "Today"]
    page._empty_hint.buttons[1].click()
    assert page.model.days == [TODAY]


def test_a_filter_that_hides_everything_is_cleared(page: CalendarPage, asked: list[Any]) -> None:
    page.scope.filter_status("draft")
    assert hint(page) == ["Filters hide 6 posts on these days.", "Clear filters"]
    page._empty_hint.buttons[0].click()
    assert page.scope.scope.status is None
    assert asked == ["all channels"]
    assert hint(page) == []
    page.scope.go_to(date(2027, 6, 1))
    page.scope.filter_status("draft")
    assert hint(page) == ["No message matches the filters.", "Clear filters"]


def test_the_next_message_passes_the_filters(page: CalendarPage) -> None:
    page.set_schedules([*rows(), row(9, at(8, 10, month=12)), row(8, at(7, 10, month=12))])
    page.set_channel_filter([9])
    page.scope.go_to(date(2026, 12, 1))
    page.scope.choose_view("day")
    assert hint(page)[1] == "Next message: Tue 8 Dec 10:00"


def test_a_page_that_is_shown_later_knows_the_next_message(qtbot: Any, theme: Any) -> None:
    """Rows that come while the page is hidden, all on other days."""
    made = make(qtbot)
    made.set_schedules([])
    assert hint(made)[0] == "Nothing scheduled yet"
    made.hide()
    made.set_schedules([row(1, at(1, 7, month=12))])
    made.show()
    assert hint(made) == ["No messages on these days", "Next message: Tue 1 Dec 7:00"]


def test_an_empty_agenda_is_no_white_page(qtbot: Any, page: CalendarPage, asked: list[Any]) -> None:
    page.scope.choose_view("agenda")
    assert not page._empty_state.isVisible()
    page.scope.go_to(date(2027, 3, 1))
    assert page._empty_state.isVisible()
    assert hint(page) == []
    assert page._empty_state.button.text() == "Last message: Fri 27 Nov 12:00"
    page.set_schedules([])
    page.view.setFocus()
    press(qtbot, page, "T")  # the view has the keyboard below
    assert page.model.days[0] == TODAY
    assert page._empty_state.button.text() == "New message"
    page._empty_state.button.click()
    assert asked == [None]


def test_nothing_is_said_before_the_schedule_is_there(qtbot: Any, theme: Any) -> None:
    page = make(qtbot)
    page.scope.choose_view("agenda")
    assert (hint(page), page._empty_state.isVisible()) == ([], False)
    page.set_schedules([], from_cache=True, as_of=at(1, 9))
    assert not page._empty_state.isVisible()
    page.set_schedules([])
    assert page._empty_state.isVisible()
