"""Tests of the calendar's keyboard control."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QListView

from posto_desktop.core.draft import Draft
from posto_desktop.ui.calendar.move_popup import MovePopup
from posto_desktop.ui.calendar.page import CalendarPage
from tests.gui.calendar.scene import (
    ALT,
    BERLIN,
    TODAY,
    Heard,
    at,
    close_details,
    press,
)

# The offscreen platform says this of popups: it has no masks and grabs nothing.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_arrows_go_from_card_to_card_and_enter_shows_details(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    page.view.setFocus()
    assert page.view.current_day() == TODAY
    press(qtbot, page, Qt.Key.Key_Down)
    assert page.view.current_card().ids == (6,)
    press(qtbot, page, Qt.Key.Key_Right)
    assert page.view.current_card().ids == (1, 2, 3)
    press(qtbot, page, Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert close_details(page) == ["Text 5"]
    press(qtbot, page, Qt.Key.Key_Right)
    assert (page.view.current_card(), page.view.current_day()) == (None, date(2026, 11, 28))
    press(qtbot, page, Qt.Key.Key_Return)
    assert heard.take() == [("start", at(28, 9))]
    press(qtbot, page, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert page.view.current_day() == date(2026, 11, 30)
    assert page.model.days[0] == date(2026, 11, 30)


def test_the_agenda_begins_at_a_day_that_it_lists(qtbot: Any, page: CalendarPage) -> None:
    page.view.setFocus()
    page.view.set_current(date(2026, 11, 23))
    assert not page.model.cards_on(date(2026, 11, 23))
    press(qtbot, page, "A")
    card = page.view.current_card()
    assert card is not None
    assert card.day == date(2026, 11, 24)


def test_letters_change_the_view_and_pages_go_on(qtbot: Any, page: CalendarPage) -> None:
    page.view.setFocus()
    for key, view in (("M", "month"), ("D", "day"), ("A", "agenda"), ("W", "week")):
        press(qtbot, page, key)
        assert (page.view.view, page.head.views.value()) == (view, view)
    press(qtbot, page, Qt.Key.Key_PageDown)
    assert page.model.days[0] == date(2026, 11, 30)
    press(qtbot, page, Qt.Key.Key_PageUp, Qt.Key.Key_PageUp)
    assert page.model.days[0] == date(2026, 11, 16)
    press(qtbot, page, "T")
    assert page.view.current_day() == TODAY
    assert page.head.title.toolTip() == "" or "November" in page.head.title.text()


def test_s_opens_the_when_field_beside_the_card(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    page.view.setFocus()
    press(qtbot, page, Qt.Key.Key_Right, Qt.Key.Key_Down, "S")
    popup = page.findChild(MovePopup)
    assert popup is not None
    assert popup.field.accessibleName() == "When"
    assert popup.field.text() == "2026-11-26 10:00"
    popup.field.setText("yesterday")
    assert not popup.button.isEnabled()
    popup.field.setText("2027-10-31 2:30")
    reading = popup.findChild(QLabel, "when-reading")
    assert "comes twice" in reading.text()
    assert reading.height() >= reading.heightForWidth(reading.width())
    popup.field.setText("Friday 16:30")
    assert "27 Nov 2026, 16:30" in popup.findChild(QLabel, "when-reading").text()
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert heard.take() == [("move", [1, 2, 3], at(27, 16, 30))]


def test_alt_and_arrows_move_a_card_and_enter_puts_it_down(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    page.view.setFocus()
    press(qtbot, page, Qt.Key.Key_Right, Qt.Key.Key_Down)
    press(qtbot, page, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, how=ALT)
    assert heard.take() == []
    press(qtbot, page, Qt.Key.Key_Return)
    assert heard.take() == [("move", [1, 2, 3], at(27, 10, 30))]
    press(qtbot, page, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, how=ALT)
    assert page.view.drag is not None
    assert page.view.drag.target.day == date(2026, 11, 26)  # what is past takes nothing
    press(qtbot, page, Qt.Key.Key_Escape)
    assert page.view.drag is None
    assert heard.take() == []


def test_a_draft_is_given_a_time_with_keys(qtbot: Any, page: CalendarPage, heard: Heard) -> None:
    draft = Draft(text="Gift box")
    page.set_drafts([draft])
    drafts = page.findChild(QListView, "unscheduled-drafts")
    drafts.setFocus()
    drafts.setCurrentIndex(drafts.model().index(0, 0))
    qtbot.keyClick(drafts, Qt.Key.Key_Return)
    qtbot.keyClick(drafts, Qt.Key.Key_S)
    field = page.findChild(MovePopup).findChild(QLineEdit)
    field.setText("5")
    assert page.findChild(MovePopup).reading.text() == (
        "Does “5” mean 5 o'clock or the 5th? Possible: 5 o'clock, the 5th"
    )
    field.setText("tomorrow 9:00")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert heard.take() == [("draft", draft.id, None), ("draft", draft.id, at(26, 9))]


def test_menu_and_delete_act_on_the_current_card(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    page.view.setFocus()
    press(qtbot, page, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Delete)
    assert heard.take() == [("delete", [1, 2, 3])]
    menu = page.card_actions.make_menu(page.view.current_card())
    texts = [action.text().split("\t")[0] for action in menu.actions() if not action.isSeparator()]
    assert texts == [
        "Details",
        "Open in the schedule",
        "Edit…",
        "Reschedule…",
        "Retry",
        "Send now",
        "Duplicate",
        "Delete 3 posts",
    ]
    menu.actions()[6].trigger()
    menu.close()
    assert heard.take() == [("duplicate", [1, 2, 3])]
    assert page.commands.title == "&Calendar"
    offered = {command.text() for command in page.commands.entries() if command is not None}
    assert offered >= {"Today", "Reschedule…", "Month"}


@pytest.mark.parametrize(
    ("reason", "ring"),
    [
        (Qt.FocusReason.OtherFocusReason, False),
        (Qt.FocusReason.TabFocusReason, True),
        (Qt.FocusReason.ShortcutFocusReason, True),
    ],
)
def test_only_who_comes_with_keys_sees_the_ring(
    page: CalendarPage, reason: Qt.FocusReason, ring: bool
) -> None:
    page.head.today.setFocus()
    page.view.setFocus(reason)
    assert page.view.by_keys == ring


def test_a_lifted_card_goes_on_to_the_days_before_and_after(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    page.view.setFocus()
    press(qtbot, page, Qt.Key.Key_Right, Qt.Key.Key_Down)
    press(qtbot, page, *[Qt.Key.Key_Right] * 5, how=ALT)  # from Thursday to Tuesday
    assert page.model.days[0] == date(2026, 11, 30)
    drag = page.view.drag
    assert drag is not None
    assert drag.words(BERLIN) == ("Tue 1 Dec", "10:00", "")
    assert drag.moving is not None  # it is seen where it would go
    assert drag.moving.deviceIndependentSize().toSize() == drag.target.rect.size()
    page.grab()
    press(qtbot, page, Qt.Key.Key_PageDown)
    press(qtbot, page, Qt.Key.Key_Left, how=ALT)
    press(qtbot, page, Qt.Key.Key_Return)
    assert heard.take() == [("move", [1, 2, 3], at(7, 10, month=12))]
    press(qtbot, page, "T", Qt.Key.Key_Right, Qt.Key.Key_Down)
    press(qtbot, page, *[Qt.Key.Key_Right] * 4, how=ALT)
    press(qtbot, page, *[Qt.Key.Key_Left] * 4, how=ALT)
    assert page.model.days[0] == date(2026, 11, 23)
    assert page.view.drag is not None
    press(qtbot, page, Qt.Key.Key_Escape)
    assert heard.take() == []


def test_a_month_turns_its_page_for_a_lifted_card(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    page.scope.choose_view("month")
    page.view.setFocus()
    page.view.set_current(date(2026, 11, 26), "five")
    press(qtbot, page, Qt.Key.Key_Down, Qt.Key.Key_Down, how=ALT)
    assert page.model.days[-1] > date(2026, 12, 10)
    page.grab()
    press(qtbot, page, Qt.Key.Key_Return)
    assert heard.take() == [("move", [1, 2, 3], at(10, 10, month=12))]
