"""Tests of drag and drop on the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from posto_desktop.core.draft import Draft
from posto_desktop.core.slots import Slot, SlotGroup, write
from posto_desktop.ui.calendar.card_drag import CardDrag
from posto_desktop.ui.calendar.move_posts_dialog import MovePostsDialog
from posto_desktop.ui.calendar.page import CalendarPage
from posto_desktop.ui.calendar.view import DRAFT_MIME
from tests.gui.calendar.scene import (
    ALT,
    BERLIN,
    LEFT,
    NONE,
    Heard,
    at,
    card_of,
    drag,
    make,
    place,
    press,
    row,
    rows,
    send_move,
    spot,
)

# The offscreen platform says this of popups: it has no masks and grabs nothing.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_a_card_is_dragged_to_another_time_and_all_its_posts_go(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    wanted = at(28, 16, 30)
    drag(qtbot, page, spot(page, 1), place(page, wanted))
    qtbot.waitUntil(lambda: bool(heard.all))
    assert heard.take() == [("move", [1, 2, 3], wanted)]
    assert page.view.drag is None


@pytest.mark.parametrize(("keys", "minutes"), [(NONE, 15), (ALT, 5)])
def test_a_drag_snaps(
    qtbot: Any, page: CalendarPage, heard: Heard, keys: Any, minutes: int
) -> None:
    near = place(page, at(27, 16, 35)) + QPoint(0, 1)
    drag(qtbot, page, spot(page, 5), near, keys)
    qtbot.waitUntil(lambda: bool(heard.all))
    assert heard.take() == [("move", [5], at(27, 16, 30 if minutes == 15 else 35))]


@pytest.fixture
def carried(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Qt.DropAction]]:
    """The texts that were given to other programs, and how."""
    drags: list[tuple[str, Qt.DropAction]] = []

    def let_go(carrier: QDrag, action: Qt.DropAction) -> Qt.DropAction:
        drags.append((carrier.mimeData().text(), action))
        return action

    monkeypatch.setattr(QDrag, "exec", let_go)
    return drags


def test_the_past_takes_no_drops_and_what_was_sent_does_not_move(
    qtbot: Any, page: CalendarPage, heard: Heard, carried: list[Any]
) -> None:
    drag(qtbot, page, spot(page, 5), place(page, at(24, 16)))
    assert carried == []
    drag(qtbot, page, spot(page, 4), place(page, at(28, 16)))
    drag(qtbot, page, spot(page, 6), place(page, at(28, 16)))
    assert page.view.drag is None
    assert heard.take() == []
    assert [text for text, _action in carried] == ["Text 4", "Text 6"]


def test_a_card_that_leaves_the_window_gives_its_text(
    qtbot: Any, page: CalendarPage, heard: Heard, carried: list[Any]
) -> None:
    start = spot(page, 1)
    qtbot.mousePress(page.view.viewport(), LEFT, NONE, start)
    send_move(page, start + QPoint(15, 15))
    send_move(page, place(page, at(28, 16)))
    send_move(page, QPoint(-400, 200))
    assert carried == [("Text 1\n\nText 2\n\nText 3", Qt.DropAction.CopyAction)]
    assert page.view.drag is None
    send_move(page, place(page, at(28, 16)))  # whatever comes yet of this drag
    qtbot.mouseRelease(page.view.viewport(), LEFT, NONE, place(page, at(28, 16)))
    assert heard.take() == []
    assert page.view.drag is None


def test_a_line_of_the_agenda_gives_its_text(
    qtbot: Any, page: CalendarPage, heard: Heard, carried: list[Any]
) -> None:
    page.scope.choose_view("agenda")
    drag(qtbot, page, spot(page, 5), spot(page, 5) + QPoint(0, 60))
    assert [text for text, _action in carried] == ["Text 5"]
    assert heard.take() == []


def test_escape_returns_a_dragged_card(qtbot: Any, page: CalendarPage, heard: Heard) -> None:
    start = spot(page, 5)
    qtbot.mousePress(page.view.viewport(), LEFT, NONE, start)
    send_move(page, start + QPoint(15, 15))
    send_move(page, place(page, at(28, 16)))
    dragged = page.view.drag
    assert dragged is not None
    assert dragged.words(BERLIN) == ("Sat 28 Nov", "16:00", "")
    press(qtbot, page, Qt.Key.Key_Escape)
    assert page.view.drag is None
    qtbot.mouseRelease(page.view.viewport(), LEFT, NONE, place(page, at(28, 16)))
    assert heard.take() == []


def test_a_drag_outlives_rows_that_arrive_but_not_the_end_of_its_own(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    start = spot(page, 5)
    qtbot.mousePress(page.view.viewport(), LEFT, NONE, start)
    send_move(page, start + QPoint(15, 15))
    page.set_schedules([*rows(), row(9, at(28, 8))])
    assert page.view.drag is not None
    sent = [
        schedule if schedule.id != 5 else row(5, at(27, 12), status="success")
        for schedule in rows()
    ]
    page.set_schedules(sent)
    assert page.view.drag is None
    qtbot.mouseRelease(page.view.viewport(), LEFT, NONE, place(page, at(28, 16)))
    assert heard.take() == []


def test_alt_asks_which_posts(qtbot: Any, page: CalendarPage, heard: Heard) -> None:
    drag(qtbot, page, spot(page, 1), place(page, at(28, 16)), ALT)
    qtbot.waitUntil(lambda: page.findChild(MovePostsDialog) is not None)
    dialog = page.findChild(MovePostsDialog)
    assert dialog.action_button.text() == "Move 3 posts"
    dialog.boxes[2].setChecked(False)
    assert dialog.action_button.text() == "Move 2 posts"
    qtbot.mouseClick(dialog.action_button, LEFT)
    assert heard.take() == [("move", [1, 3], at(28, 16))]


def test_a_month_drag_keeps_the_time(qtbot: Any, page: CalendarPage, heard: Heard) -> None:
    page.scope.choose_view("month")
    start = spot(page, 5)
    day = page.view.renderer.day_rect(date(2026, 12, 3)).translated(0, page.view.content_offset())
    qtbot.mousePress(page.view.viewport(), LEFT, NONE, start)
    send_move(page, start + QPoint(15, 15))
    send_move(page, day.center())
    assert page.view.drag is not None
    assert page.view.drag.words(BERLIN) == ("Thu 3 Dec", "12:00", "kept")
    qtbot.mouseRelease(page.view.viewport(), LEFT, NONE, day.center())
    qtbot.waitUntil(lambda: bool(heard.all))
    assert heard.take() == [("move", [5], at(3, 12, month=12))]


def test_a_time_that_a_day_does_not_have_is_not_called_kept(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    half_past_two = at(27, 2, 30, month=3, year=2027)
    page.scope.choose_view("month")
    page.set_schedules([row(1, half_past_two)])
    for _month in range(4):
        page.step(1)
    start = spot(page, 1)
    rect = page.view.renderer.day_rect(date(2027, 3, 28)).translated(0, page.view.content_offset())
    qtbot.mousePress(page.view.viewport(), LEFT, NONE, start)
    send_move(page, start + QPoint(15, 15))
    send_move(page, rect.center())
    assert page.view.drag is not None
    assert page.view.drag.words(BERLIN) == ("Sun 28 Mar", "3:30", "")
    qtbot.mouseRelease(page.view.viewport(), LEFT, NONE, rect.center())
    qtbot.waitUntil(lambda: bool(heard.all))
    assert heard.take() == [("move", [1], at(28, 3, 30, month=3, year=2027))]


def test_drags_over_a_change_of_the_clocks_mean_what_the_clock_shows(
    qtbot: Any, theme: Any
) -> None:
    """Late on the 25 hour day, and on the same hour of the days around it."""
    page = make(qtbot, datetime(2026, 10, 20, 8, tzinfo=UTC))
    heard = Heard(page)
    page.set_schedules([row(1, at(23, 12, month=10))])
    assert date(2026, 10, 23) in page.model.days
    assert page.model.axis.length == 25 * 60
    for day, hours in ((24, 2), (25, 1)):  # the offset to UTC that day at 16:30
        wanted = at(day, 16, 30, month=10)
        assert wanted.hour == 16 - hours
        drag(qtbot, page, spot(page, 1), place(page, wanted))
        qtbot.waitUntil(lambda: bool(heard.all))
        assert heard.take() == [("move", [1], wanted)]
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 2:30 for the second time
    page.view.verticalScrollBar().setValue(0)
    card = card_of(page, 1)
    hole = page.view.renderer.rect_of_target(date(2026, 10, 25), second)
    target = page.view.renderer.target(hole.topLeft() + QPoint(20, 20), QPoint(20, 20), 15, card)
    assert target is not None
    assert target.moment == second
    assert CardDrag(None, target=target).words(BERLIN) == ("Sun 25 Oct", "2:30 CET", "")
    other = page.view.renderer.day_rect(date(2026, 10, 24))
    nowhere = QPoint(other.center().x(), hole.y() + 20)
    target = page.view.renderer.target(nowhere, QPoint(20, 20), 15, card)
    assert target is not None  # the hour that day does not have gives way to the nearest
    assert target.moment in (at(24, 2, 45, month=10), at(24, 3, month=10))


def mime(*paths: str, draft: str = "") -> QMimeData:
    data = QMimeData()
    if draft:
        data.setData(DRAFT_MIME, draft.encode())
    if paths:
        data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return data


def drop(page: CalendarPage, data: QMimeData, pos: QPoint) -> bool:
    area = page.view.viewport()
    common = (Qt.DropAction.CopyAction, data, LEFT, NONE)
    enter = QDragEnterEvent(pos, *common)
    QApplication.sendEvent(area, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(pos), *common)
    QApplication.sendEvent(area, event)
    return event.isAccepted()


def test_a_draft_or_files_dropped_on_a_time_start_a_post_there(
    page: CalendarPage, heard: Heard
) -> None:
    draft = Draft(text="Gift box", channel_ids=[1])
    page.set_drafts([draft, Draft(text="Has a time", when_text="tomorrow 9")])
    assert page.tray.model.rowCount() == 1
    wanted = at(28, 11)
    centre = page.view.renderer.rect_of_target(wanted.date(), wanted).translated(
        0, page.view.content_offset()
    )
    pos = centre.topLeft() + QPoint(40, 4)
    assert drop(page, mime(draft=draft.id), pos)
    assert drop(page, mime("/pictures/a.png", "/pictures/b.mp4"), pos)
    assert not drop(page, mime("/papers/notes.docx"), pos)
    assert heard.take() == [
        ("draft", draft.id, wanted),
        ("files", ["/pictures/a.png", "/pictures/b.mp4"], wanted),
    ]
    assert not drop(page, mime(draft=draft.id), place(page, at(24, 11)))
    page.scope.choose_view("agenda")
    assert not drop(page, mime(draft=draft.id), pos)
    assert (
        page.tray.model.mimeData([page.tray.model.index(0)]).data(DRAFT_MIME) == draft.id.encode()
    )


def test_what_is_dropped_on_a_free_slot_takes_its_time(page: CalendarPage, heard: Heard) -> None:
    page.set_schedules([row(1, at(27, 10))])
    page.set_slots(write([SlotGroup(slots=(Slot(4, time(11, 0)),))]), "local", [1])
    ((moment, rect),) = page.view.renderer._slots
    assert rect.y() > page.view.renderer._slot_rect(moment.date(), moment).y()  # below the card
    pos = rect.translated(0, page.view.content_offset()).center()
    assert drop(page, mime("/pictures/a.png"), pos)
    assert heard.take() == [("files", ["/pictures/a.png"], moment)]


def test_the_picture_of_what_comes_from_outside_does_not_hide_the_time(page: CalendarPage) -> None:
    data = mime("/pictures/a.png")
    pos = place(page, at(28, 16))
    area = page.view.viewport()
    common = (Qt.DropAction.CopyAction, data, LEFT, NONE)
    for kind in (QDragEnterEvent, QDragMoveEvent):
        QApplication.sendEvent(area, kind(pos, *common))
    assert page.view.drag is not None
    tip = page.view.drag.tip_rect(area.rect(), page.view.content_offset(), BERLIN)
    assert tip.bottom() < pos.y()


def test_only_what_stays_at_the_edge_scrolls(qtbot: Any, page: CalendarPage) -> None:
    page.resize(1100, 500)
    page.scope.choose_view("month")
    page.scope.choose_view("week")
    bar = page.view.verticalScrollBar()
    before = bar.value()
    start = spot(page, 5)
    edge = QPoint(start.x(), page.view.viewport().height() - 6)
    qtbot.mousePress(page.view.viewport(), LEFT, NONE, start)
    send_move(page, start + QPoint(15, 15))
    send_move(page, edge)
    assert page.view.edge.remainingTime() > 100
    send_move(page, start)
    assert not page.view.edge.isActive()
    send_move(page, edge)
    qtbot.waitUntil(lambda: bar.value() > before)
    assert page.view.edge.interval() < 20
    press(qtbot, page, Qt.Key.Key_Escape)
    assert not page.view.edge.isActive()


def test_the_page_is_turned_under_a_dragged_card(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    start = spot(page, 5)
    qtbot.mousePress(page.view.viewport(), LEFT, NONE, start)
    send_move(page, start + QPoint(15, 15))
    send_move(page, place(page, at(28, 16)))
    press(qtbot, page, Qt.Key.Key_PageDown)
    assert page.view.drag is not None
    page.grab()  # the day that it was over is not shown any more
    end = place(page, at(2, 16, month=12))
    send_move(page, end)
    qtbot.mouseRelease(page.view.viewport(), LEFT, NONE, end)
    qtbot.waitUntil(lambda: bool(heard.all))
    assert heard.take() == [("move", [5], at(2, 16, month=12))]
