"""Tests of the card popup and the offer for an empty time, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt
from PySide6.QtGui import QCursor

from posto_desktop.core.draft import Draft
from posto_desktop.ui.calendar.card_popup import CardPopup
from posto_desktop.ui.calendar.move_popup import MovePopup
from posto_desktop.ui.calendar.page import CalendarPage
from posto_desktop.ui.calendar.place_popup import PlacePopup
from posto_desktop.ui.shared.when_picker import WhenPicker
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from tests.gui.calendar.scene import (
    BERLIN,
    LEFT,
    NONE,
    Heard,
    at,
    card_of,
    details,
    drag,
    place,
    press,
    row,
    rows,
    spot,
)

# The offscreen platform says this of popups: it has no masks and grabs nothing.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def click(qtbot: Any, page: CalendarPage, pos: QPoint) -> None:
    qtbot.mouseClick(page.view.viewport(), LEFT, NONE, pos)


def open_details(qtbot: Any, page: CalendarPage, number: int) -> CardPopup:
    click(qtbot, page, spot(page, number))
    (popup,) = details(page)
    return popup


def buttons(popup: CardPopup) -> list[str]:
    return [kind for kind, button in popup.buttons.items() if button.isVisible()]


def test_a_click_shows_the_message_with_its_posts(qtbot: Any, page: CalendarPage) -> None:
    popup = open_details(qtbot, page, 2)
    assert popup.text.text() == "Text 1"
    assert popup.when.text() == "Thu 26 Nov 2026, 10:00 · in 20 hours"
    assert popup.posts.model().rowCount() == 3
    assert popup.pill.accessibleName() == "Scheduled"
    assert buttons(popup) == ["edit", "move", "duplicate", "delete"]
    assert page.view.current_card() == card_of(page, 2)
    assert popup.buttons["edit"].hasFocus()
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert details(page) == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
@pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
def test_keys_show_the_details_in_each_view(
    qtbot: Any, page: CalendarPage, view: str, key: Qt.Key
) -> None:
    page.scope.choose_view(view)
    page.scope.go_to(date(2026, 11, 26))
    page.view.setFocus()
    page.view.set_current(date(2026, 11, 26), "five")
    press(qtbot, page, key)
    assert [popup.key for popup in details(page)] == ["five"]
    qtbot.keyClick(details(page)[0], Qt.Key.Key_Escape)
    assert page.view.hasFocus()


def test_what_is_done_in_the_details_is_done_with_the_card(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    ids = [1, 2, 3]
    for kind in ("edit", "duplicate", "delete"):
        open_details(qtbot, page, 1).buttons[kind].click()
        assert (heard.take(), details(page)) == ([(kind, ids)], [])
    for key, how, kind in (
        ("E", NONE, "edit"),
        (Qt.Key.Key_Delete, NONE, "delete"),
        ("D", Qt.KeyboardModifier.ControlModifier, "duplicate"),
    ):
        qtbot.keyClick(open_details(qtbot, page, 1), key, how)
        assert (heard.take(), details(page)) == ([(kind, ids)], [])
        press(qtbot, page, key, how=how)  # without the details, too
        assert heard.take() == [(kind, ids)]
    open_details(qtbot, page, 1).buttons["move"].click()
    popup = page.findChild(MovePopup)
    popup.field.setText("Friday 16:30")
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert heard.take() == [("move", ids, at(27, 16, 30))]
    open_details(qtbot, page, 1).list_button.click()
    assert heard.take() == [("open", 1)]


def test_a_sent_post_is_opened_and_stays_published(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    popup = open_details(qtbot, page, 4)
    assert popup.note.text() == "If you delete it here, it stays published."
    assert buttons(popup) == ["duplicate", "open", "delete"]
    popup.buttons["open"].click()
    assert heard.take() == [("link", "https://x.example/4")]
    assert popup.isVisible()
    qtbot.keyClick(popup, "S")  # it cannot be moved any more
    assert popup.isVisible()


def test_a_failed_post_says_why_and_is_sent_again(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    popup = open_details(qtbot, page, 6)
    assert popup.reason.isVisible()
    assert "retry" in buttons(popup)
    popup.buttons["retry"].click()
    assert heard.take() == [("retry", [6])]


def test_a_missed_post_is_sent_now_after_the_question_that_the_settings_want(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    page.set_schedules([*rows(), row(7, at(25, 11), status="missed")])
    popup = open_details(qtbot, page, 7)
    assert buttons(popup) == ["edit", "send", "move", "duplicate", "delete"]
    for kind in buttons(popup):  # no text is cut
        button = popup.buttons[kind]
        assert button.width() >= button.sizeHint().width()
    popup.buttons["send"].click()
    assert heard.take() == [("send now", [7])]
    open_details(qtbot, page, 7).buttons["move"].click()
    move = page.findChild(MovePopup)
    assert move.button.isEnabled(), move.reading.text()  # it begins with a time to come
    move.close()
    page.card_actions.send_now_question.is_asked = lambda: True
    open_details(qtbot, page, 7).buttons["send"].click()
    assert heard.take() == []
    question = page.findChild(ConfirmDialog)
    assert question is not None
    question.accept()
    assert heard.take() == [("send now", [7])]


def test_a_time_is_picked_from_a_calendar_too(qtbot: Any, page: CalendarPage, heard: Heard) -> None:
    open_details(qtbot, page, 1).buttons["move"].click()
    popup = page.findChild(MovePopup)
    popup.field.open_picker()
    picker = popup.findChild(WhenPicker)
    assert picker is not None
    picker.picked.emit("2026-11-28 12:30")
    picker.close()
    assert popup.field.text() == "2026-11-28 12:30"
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert heard.take() == [("move", [1, 2, 3], at(28, 12, 30))]


def test_a_draft_has_the_same(qtbot: Any, page: CalendarPage, heard: Heard) -> None:
    draft = Draft(text="Gift box", channel_ids=[1, 2], when_text="2026-11-28 11:00")
    page.set_drafts([draft, Draft(text="No channels", when_text="2026-11-28 15:00")])
    without = next(card for card in page.model.cards if card.title == "No channels")
    card = next(card for card in page.model.cards if card.title == "Gift box")
    popup = open_details(qtbot, page, without.ids[0])
    assert not popup.posts.isVisible()
    popup.close()
    for kind, asked in (
        ("edit", ("draft", draft.id, None)),
        ("duplicate", ("duplicate draft", draft.id)),
        ("delete", ("delete draft", draft.id)),
    ):
        popup = open_details(qtbot, page, card.ids[0])
        assert popup.posts.model().rowCount() == 2
        assert "not sent until" in popup.note.text()
        assert not popup.list_button.isVisible()
        popup.buttons[kind].click()
        assert heard.take() == [asked]


def test_details_follow_their_card_and_close_with_it(qtbot: Any, page: CalendarPage) -> None:
    popup = open_details(qtbot, page, 5)
    changed = [
        replace(schedule, text="Another", status="sending")
        for schedule in rows()
        if schedule.id == 5
    ]
    page.set_schedules([*rows()[:4], *changed])
    assert popup.isVisible()
    assert popup.text.text() == "Another"
    assert buttons(popup) == ["duplicate"]
    page.set_schedules(rows()[:4])
    assert details(page) == []


def test_posts_of_different_minutes_say_their_times(qtbot: Any, page: CalendarPage) -> None:
    page.set_schedules([row(1, at(26, 10), "g"), row(2, at(26, 10, 5), "g", text="Another")])
    popup = open_details(qtbot, page, 1)
    model = popup.posts.model()
    words = [
        model.index(at, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        for at in range(model.rowCount())
    ]
    assert ["10:00" in words[0], "10:05" in words[1]] == [True, True]
    assert popup.own_texts.text() == "Own text: Instagram"


def test_what_goes_to_the_same_channel_near_it_is_named(qtbot: Any, page: CalendarPage) -> None:
    page.set_schedules([row(1, at(26, 10)), row(2, at(26, 10, 2), channel_id=1, text="Another")])
    popup = open_details(qtbot, page, 1)
    assert popup.conflict.text() == "This channel also posts at 10:02: Another"
    popup.close()
    page.set_schedules([row(1, at(26, 10))])
    assert not open_details(qtbot, page, 1).conflict.isVisible()


def test_a_drag_moves_and_shows_no_details(qtbot: Any, page: CalendarPage, heard: Heard) -> None:
    drag(qtbot, page, spot(page, 1), place(page, at(27, 16)))
    qtbot.waitUntil(lambda: bool(heard.all))
    assert heard.take() == [("move", [1, 2, 3], at(27, 16))]
    assert details(page) == []


def press_below(qtbot: Any, page: CalendarPage, popup: CardPopup, pos: QPoint) -> None:
    """A press beside a popup, which gets it whatever is there."""
    inside = popup.mapFromGlobal(page.view.viewport().mapToGlobal(pos))
    qtbot.mousePress(popup, LEFT, NONE, inside)


def test_a_double_click_edits_though_the_first_click_showed_details(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    pos = spot(page, 5)
    QCursor.setPos(page.view.viewport().mapToGlobal(pos))
    popup = open_details(qtbot, page, 5)
    press_below(qtbot, page, popup, pos)
    assert heard.take() == [("edit", [5])]
    assert details(page) == []


def test_a_press_on_another_card_shows_that_one_and_elsewhere_closes(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    area = page.view.viewport()
    QCursor.setPos(0, 0)
    press_below(qtbot, page, open_details(qtbot, page, 5), spot(page, 1))
    assert details(page) == []
    qtbot.waitUntil(lambda: page.view._pressed is not None)
    qtbot.mouseRelease(area, LEFT, NONE, spot(page, 1))
    (popup,) = details(page)
    assert popup.key == "five"
    press_below(qtbot, page, popup, spot(page, 1))
    qtbot.waitUntil(lambda: page.view._pressed is not None)
    qtbot.mouseRelease(area, LEFT, NONE, spot(page, 1))
    assert details(page) == []
    popup = open_details(qtbot, page, 1)
    press_below(qtbot, page, popup, free_place(page, at(28, 15)))
    QCoreApplication.processEvents()
    assert page.view._pressed is None
    assert (heard.take(), details(page), page.findChild(PlacePopup)) == ([], [], None)


def test_a_popup_is_never_off_the_screen(qtbot: Any, page: CalendarPage) -> None:
    page.set_schedules([row(n, at(27, 12), "long", text="Word " * 2000) for n in range(1, 70)])
    popup = open_details(qtbot, page, 1)
    screen = popup.screen().availableGeometry()
    for corner in (QPoint(0, 0), screen.bottomRight(), screen.topRight(), screen.bottomLeft()):
        for size in (80, screen.width()):
            popup.open_beside(QRect(corner - QPoint(40, 40), corner + QPoint(size, 20)))
            assert screen.contains(popup.geometry())


def free_place(page: CalendarPage, moment: datetime) -> QPoint:
    """The middle of the place that is offered for a time."""
    day = moment.astimezone(BERLIN).date()
    rect = page.view.renderer.place_rect(day, moment)
    return rect.translated(0, page.view.content_offset()).center()


MOMENTS: list[tuple[str, Callable[[], datetime]]] = [
    ("week", lambda: at(28, 15, 15)),
    ("day", lambda: at(28, 15, 15)),
    ("month", lambda: at(28, 9)),
]


@pytest.mark.parametrize(("view", "moment"), MOMENTS)
def test_a_free_place_offers_a_new_message(
    qtbot: Any, page: CalendarPage, heard: Heard, view: str, moment: Callable[[], datetime]
) -> None:
    page.scope.go_to(date(2026, 11, 28))
    page.scope.choose_view(view)
    wanted = moment()
    pos = free_place(page, wanted)
    if view != "month":
        pos.setY(pos.y() - 8)
    qtbot.mouseMove(page.view.viewport(), pos)
    assert page.view._hover.moment == wanted
    click(qtbot, page, pos)
    popup = page.findChild(PlacePopup)
    assert heard.take() == []
    assert popup.button.hasFocus()
    popup.button.click()
    assert heard.take() == [("start", wanted)]


def test_a_free_place_takes_a_draft_without_a_time(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    draft = Draft(text="Gift box")
    page.set_drafts([draft])
    click(qtbot, page, free_place(page, at(28, 15, 15)) - QPoint(0, 8))
    popup = page.findChild(PlacePopup)
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    (button,) = popup.draft_buttons
    assert button.hasFocus()
    button.click()
    assert heard.take() == [("draft", draft.id, at(28, 15, 15))]


@pytest.mark.parametrize("view", ["week", "month", "agenda"])
def test_the_title_of_a_day_leads_to_that_day(
    qtbot: Any, page: CalendarPage, heard: Heard, view: str
) -> None:
    day = date(2026, 11, 26)
    page.scope.choose_view(view)
    title = page.view.renderer.title_rect(day)
    if view != "week":  # where the title does not scroll
        title.translate(0, page.view.content_offset())
    pos = title.topLeft() + QPoint(12, 10)
    assert page.view.tip_at(pos) == ("Show this day", page.view.tip_at(pos)[1])
    click(qtbot, page, pos)
    assert (page.scope.scope.view, page.model.days) == ("day", [day])
    assert (heard.take(), details(page)) == ([], [])


def test_nothing_is_offered_in_the_past(qtbot: Any, page: CalendarPage) -> None:
    click(qtbot, page, free_place(page, at(23, 15)))
    assert page.findChild(PlacePopup) is None


def test_a_phrase_with_two_meanings_offers_the_other_one_to_move_to(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    open_details(qtbot, page, 1).buttons["move"].click()
    popup = page.findChild(MovePopup)
    assert not popup.other_time.isVisible()
    popup.field.setText("Next Friday 16:30")
    assert popup.other_time.isVisible()
    assert popup.other_time.text() == "or Fri 4 Dec, 16:30?"
    popup.other_time.click()
    assert not popup.other_time.isVisible()
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert heard.take() == [("move", [1, 2, 3], at(4, 16, 30).replace(month=12))]
