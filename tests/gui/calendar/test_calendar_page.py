"""The calendar page as a person uses it: mouse, keys, what is dropped, what is asked of the app."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QLocale, QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListView, QPushButton

from posto_desktop.core.draft import Draft
from posto_desktop.core.slots import Slot, SlotGroup, write
from posto_desktop.models.calendar import CalendarModel
from posto_desktop.sdk.records import Schedule, ScheduleMedia
from posto_desktop.ui.calendar.more_popup import MorePopup
from posto_desktop.ui.calendar.move_popup import MovePopup
from posto_desktop.ui.calendar.page import CalendarPage
from posto_desktop.ui.calendar.view import DRAFT_MIME
from posto_desktop.ui.calendar.which_posts import WhichPosts

# The offscreen platform says this of popups: it has no masks and grabs nothing.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 13, 22, tzinfo=UTC)  # 14:22 in Berlin, a Wednesday
TODAY = date(2026, 11, 25)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def row(number: int, when: datetime, group: str = "", **more: Any) -> Schedule:
    fields: dict[str, Any] = {
        "id": number,
        "group_id": group or f"g{number}",
        "channel_id": number,
        "channel_name": f"Channel {number}",
        "network": ("fb", "twitter", "instagram")[number % 3],
        "status": "not_sent",
        "send_at": when,
        "text": f"Text {number}",
    }
    return Schedule(**{**fields, **more})


def rows() -> list[Schedule]:
    return [
        row(1, at(26, 10), "five"),
        row(2, at(26, 10), "five"),
        row(3, at(26, 10), "five"),
        row(4, at(24, 9), status="success", link="https://x.example/4"),
        row(5, at(27, 12), media=(ScheduleMedia(1, "image", "https://pic/5"),)),
        row(6, at(25, 9), status="error", error="too large"),
    ]


class Heard:
    """Everything that the page asked for, in order."""

    def __init__(self, page: CalendarPage) -> None:
        self.all: list[tuple[Any, ...]] = []
        page.rescheduleRequested.connect(lambda ids, when: self.all.append(("move", ids, when)))
        page.deleteRequested.connect(lambda ids: self.all.append(("delete", ids)))
        page.openRequested.connect(lambda number: self.all.append(("open", number)))
        page.startRequested.connect(lambda when: self.all.append(("start", when)))
        page.filesDropped.connect(lambda paths, when: self.all.append(("files", paths, when)))
        page.draftRequested.connect(lambda draft, when: self.all.append(("draft", draft.id, when)))
        page.duplicateRequested.connect(
            lambda some: self.all.append(("duplicate", [one.id for one in some]))
        )

    def take(self) -> list[tuple[Any, ...]]:
        taken, self.all = self.all, []
        return taken


@pytest.fixture(autouse=True)
def british(qapp: Any) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


def make(qtbot: Any, now: datetime = NOW) -> CalendarPage:
    page = CalendarPage(
        CalendarModel(now=lambda: now, zone=BERLIN), networks_of=lambda draft: ["fb"]
    )
    qtbot.addWidget(page)
    page.resize(1100, 860)
    page.show()
    qtbot.waitExposed(page)
    return page


@pytest.fixture
def page(qtbot: Any, theme: Any) -> CalendarPage:
    made = make(qtbot)
    made.set_schedules(rows())
    return made


@pytest.fixture
def heard(page: CalendarPage) -> Heard:
    return Heard(page)


def spot(page: CalendarPage, number: int) -> QPoint:
    card = page.model.card_of_row(number)
    assert card is not None
    index = page.model.index_of_card(card)
    page.view.scrollTo(index)
    return page.view.visualRect(index).topLeft() + QPoint(30, 20)


def place(page: CalendarPage, moment: datetime) -> QPoint:
    """Where the pointer has to be so that a card held at (30, 20) lands at this time."""
    day = moment.astimezone(BERLIN).date()
    rect = page.view.face.rect_of_target(day, moment).translated(0, page.view.down())
    return rect.topLeft() + QPoint(30, 20)


def drag(qtbot: Any, page: CalendarPage, start: QPoint, end: QPoint, keys: Any = NONE) -> None:
    area = page.view.viewport()
    qtbot.mousePress(area, LEFT, NONE, start)
    qtbot.mouseMove(area, start + QPoint(0, 4))
    send_move(page, start + QPoint(12, 12))
    send_move(page, (start + end) / 2)
    send_move(page, end, keys)
    qtbot.mouseRelease(area, LEFT, keys, end)


def send_move(page: CalendarPage, where: QPoint, keys: Any = NONE) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    area = page.view.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(where), QPointF(area.mapToGlobal(where)), LEFT, LEFT, keys
    )
    QApplication.sendEvent(area, event)


def press(qtbot: Any, page: CalendarPage, *keys: Any, how: Any = NONE) -> None:
    for key in keys:
        qtbot.keyClick(page.view, key, how)


# -- dragging --------------------------------------------------------------------------------------


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
    found: list[tuple[str, Qt.DropAction]] = []

    def let_go(carrier: QDrag, action: Qt.DropAction) -> Qt.DropAction:
        found.append((carrier.mimeData().text(), action))
        return action

    monkeypatch.setattr(QDrag, "exec", let_go)
    return found


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
    page.set_view("agenda")
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
    sent = [one if one.id != 5 else row(5, at(27, 12), status="success") for one in rows()]
    page.set_schedules(sent)
    assert page.view.drag is None
    qtbot.mouseRelease(page.view.viewport(), LEFT, NONE, place(page, at(28, 16)))
    assert heard.take() == []


def test_alt_asks_which_posts(qtbot: Any, page: CalendarPage, heard: Heard) -> None:
    drag(qtbot, page, spot(page, 1), place(page, at(28, 16)), ALT)
    qtbot.waitUntil(lambda: page.findChild(WhichPosts) is not None)
    dialog = page.findChild(WhichPosts)
    assert dialog.act.text() == "Move 3 posts"
    dialog.boxes[2].setChecked(False)
    assert dialog.act.text() == "Move 2 posts"
    qtbot.mouseClick(dialog.act, LEFT)
    assert heard.take() == [("move", [1, 3], at(28, 16))]


def test_a_month_drag_keeps_the_time(qtbot: Any, page: CalendarPage, heard: Heard) -> None:
    page.set_view("month")
    start = spot(page, 5)
    day = page.view.face.day_rect(date(2026, 12, 3)).translated(0, page.view.down())
    qtbot.mousePress(page.view.viewport(), LEFT, NONE, start)
    send_move(page, start + QPoint(15, 15))
    send_move(page, day.center())
    assert page.view.drag is not None
    assert page.view.drag.words(BERLIN) == ("Thu 3 Dec", "12:00", "kept")
    qtbot.mouseRelease(page.view.viewport(), LEFT, NONE, day.center())
    qtbot.waitUntil(lambda: bool(heard.all))
    assert heard.take() == [("move", [5], at(3, 12, month=12))]


def test_drags_over_a_change_of_the_clocks_mean_what_the_clock_shows(
    qtbot: Any, theme: Any
) -> None:
    """Late on the 25 hour day, and on the same hour of the days around it."""
    page = make(qtbot, datetime(2026, 10, 20, 8, tzinfo=UTC))
    heard = Heard(page)
    page.set_schedules([row(1, at(23, 12, month=10))])
    page.show_day(date(2026, 10, 23))
    assert page.model.axis.length == 25 * 60
    for day, hours in ((24, 2), (25, 1)):  # the offset to UTC that day at 16:30
        wanted = at(day, 16, 30, month=10)
        assert wanted.hour == 16 - hours
        drag(qtbot, page, spot(page, 1), place(page, wanted))
        qtbot.waitUntil(lambda: bool(heard.all))
        assert heard.take() == [("move", [1], wanted)]
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 2:30 for the second time
    page.view.verticalScrollBar().setValue(0)
    card = page.model.card_of_row(1)
    assert card is not None
    hole = page.view.face.rect_of_target(date(2026, 10, 25), second)
    target = page.view.face.target(hole.topLeft() + QPoint(20, 20), QPoint(20, 20), 15, card)
    assert target is not None
    assert target.moment == second
    other = page.view.face.day_rect(date(2026, 10, 24))
    nowhere = QPoint(other.center().x(), hole.y() + 20)
    target = page.view.face.target(nowhere, QPoint(20, 20), 15, card)
    assert target is not None  # the hour that day does not have gives way to the nearest
    assert target.moment in (at(24, 2, 45, month=10), at(24, 3, month=10))


def mime(*paths: str, draft: str = "") -> QMimeData:
    data = QMimeData()
    if draft:
        data.setData(DRAFT_MIME, draft.encode())
    if paths:
        data.setUrls([QUrl.fromLocalFile(one) for one in paths])
    return data


def drop(page: CalendarPage, data: QMimeData, where: QPoint) -> bool:
    area = page.view.viewport()
    common = (Qt.DropAction.CopyAction, data, LEFT, NONE)
    enter = QDragEnterEvent(where, *common)
    QApplication.sendEvent(area, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(where), *common)
    QApplication.sendEvent(area, event)
    return event.isAccepted()


def test_a_draft_or_files_dropped_on_a_time_start_a_post_there(
    page: CalendarPage, heard: Heard
) -> None:
    draft = Draft(text="Gift box", channel_ids=[1])
    page.set_drafts([draft, Draft(text="Has a time", when_text="tomorrow 9")])
    assert page.tray.model.rowCount() == 1
    wanted = at(28, 11)
    centre = page.view.face.rect_of_target(wanted.date(), wanted).translated(0, page.view.down())
    where = centre.topLeft() + QPoint(40, 4)
    assert drop(page, mime(draft=draft.id), where)
    assert drop(page, mime("/pictures/a.png", "/pictures/b.mp4"), where)
    assert not drop(page, mime("/papers/notes.docx"), where)
    assert heard.take() == [
        ("draft", draft.id, wanted),
        ("files", ["/pictures/a.png", "/pictures/b.mp4"], wanted),
    ]
    assert not drop(page, mime(draft=draft.id), place(page, at(24, 11)))
    page.set_view("agenda")
    assert not drop(page, mime(draft=draft.id), where)
    assert (
        page.tray.model.mimeData([page.tray.model.index(0)]).data(DRAFT_MIME) == draft.id.encode()
    )


# -- clicks ----------------------------------------------------------------------------------------


def test_a_double_click_starts_a_message_there_or_opens_a_card(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    area = page.view.viewport()
    wanted = at(28, 15, 15)
    rect = page.view.face.rect_of_target(wanted.date(), wanted).translated(0, page.view.down())
    qtbot.mouseDClick(area, LEFT, NONE, rect.topLeft() + QPoint(20, 3))
    qtbot.mouseDClick(area, LEFT, NONE, spot(page, 5))
    assert heard.take() == [("start", wanted), ("open", 5)]
    past = page.view.face.rect_of_target(date(2026, 11, 23), at(23, 15))
    qtbot.mouseDClick(area, LEFT, NONE, past.translated(0, page.view.down()).center())
    assert heard.take() == []


def test_a_free_slot_starts_a_message_with_its_time(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    group = SlotGroup(slots=(Slot(5, time(18)),))
    page.set_slots(write([group]), "local", [1])
    moment = at(28, 18)
    rect = page.view.face._slot_rect(moment.date(), moment)
    page.view.verticalScrollBar().setValue(rect.y() - 100)
    qtbot.mouseClick(
        page.view.viewport(), LEFT, NONE, rect.translated(0, page.view.down()).center()
    )
    assert heard.take() == [("start", moment)]


def test_what_does_not_fit_is_counted_and_shown_in_a_popup(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    many = [row(n, at(27, 8) + timedelta(minutes=30 * n)) for n in range(10, 25)]
    page.set_schedules(many)
    page.set_view("month")
    face = page.view.face
    day = date(2026, 11, 27)
    shown = sum(1 for one in face.spots if one.card.day == day)
    assert face.hidden_on(day) == len(many) - shown > 0
    spots = face._more_rect(face.day_rect(day)).translated(0, page.view.down())
    qtbot.mouseClick(page.view.viewport(), LEFT, NONE, spots.center())
    popup = page.findChild(MorePopup)
    assert popup is not None
    assert popup.list.model().rowCount() == len(many)
    qtbot.keyClick(popup.list, Qt.Key.Key_Down)
    qtbot.keyClick(popup.list, Qt.Key.Key_Return)
    assert heard.take() == [("open", 11)]


def test_cards_that_collide_stand_beside_each_other_or_behind(qtbot: Any, page: Any) -> None:
    page.set_schedules([row(n, at(27, 10, 5 * n)) for n in range(1, 6)])
    shown = page.view.face.spots
    assert len(shown) == 2
    assert not shown[0].rect.intersects(shown[1].rect)
    assert len(shown[1].behind) == 3
    page.resize(764, 700)
    (alone,) = page.view.face.spots
    assert len(alone.behind) == 4
    for card in page.model.cards:
        assert not page.view.visualRect(page.model.index_of_card(card)).isEmpty()


# -- keys ------------------------------------------------------------------------------------------


def test_arrows_go_from_card_to_card_and_enter_opens(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    page.view.setFocus()
    assert page.view.current_day() == TODAY
    press(qtbot, page, Qt.Key.Key_Down)
    assert page.view.current_card().ids == (6,)
    press(qtbot, page, Qt.Key.Key_Right)
    assert page.view.current_card().ids == (1, 2, 3)
    press(qtbot, page, Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert heard.take() == [("open", 5)]
    press(qtbot, page, Qt.Key.Key_Right)
    assert (page.view.current_card(), page.view.current_day()) == (None, date(2026, 11, 28))
    press(qtbot, page, Qt.Key.Key_Return)
    assert heard.take() == [("start", at(28, 9))]
    press(qtbot, page, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert page.view.current_day() == date(2026, 11, 30)
    assert page.model.days[0] == date(2026, 11, 30)


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
    field.setText("tomorrow 9:00")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert heard.take() == [("draft", draft.id, None), ("draft", draft.id, at(26, 9))]


def test_menu_and_delete_act_on_the_current_card(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    page.view.setFocus()
    press(qtbot, page, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Delete)
    assert heard.take() == [("delete", [1, 2, 3])]
    menu = page.make_menu(page.view.current_card())
    texts = [one.text().split("\t")[0] for one in menu.actions() if not one.isSeparator()]
    assert texts == ["Open in the schedule", "Reschedule…", "Duplicate", "Delete 3 posts"]
    menu.actions()[2].trigger()
    menu.close()
    assert heard.take() == [("duplicate", [1, 2, 3])]
    title, commands = page.menu_commands()
    assert title == "&Calendar"
    assert {one.text for one in commands if one is not None} >= {"Today", "Reschedule…", "Month"}


# -- what stays ------------------------------------------------------------------------------------


def test_rows_that_change_leave_the_current_card_and_the_place_alone(
    qtbot: Any, page: CalendarPage
) -> None:
    page.view.setFocus()
    press(qtbot, page, Qt.Key.Key_Right, Qt.Key.Key_Down)
    bar = page.view.verticalScrollBar()
    bar.setValue(200)
    page.set_schedules([*rows(), row(9, at(28, 8))])
    assert page.view.current_card().ids == (1, 2, 3)
    assert bar.value() == 200


def test_a_hidden_page_reads_the_plan_when_it_is_shown(page: CalendarPage) -> None:
    page.hide()
    page.set_schedules([row(9, at(28, 8))])
    assert [one.ids for one in page.model.cards] != [(9,)]
    page.show()
    assert [one.ids for one in page.model.cards] == [(9,)]


def test_the_page_says_how_old_the_plan_is(page: CalendarPage) -> None:
    page.set_schedules(rows(), True, at(25, 14, 5))
    assert page.head.as_of.text() == "As of 14:05"
    page.set_schedules(rows(), False, NOW)
    assert page.head.as_of.isHidden()
    page.set_connection("offline", "No network.")
    assert not page.head.as_of.isHidden()


def test_filters_and_another_workspace(page: CalendarPage) -> None:
    page.set_channel_filter({5})
    assert [one.ids for one in page.model.cards] == [(5,)]
    page.head.status.setCurrentIndex(page.head.status.findData("failed"))
    page.head.status.activated.emit(page.head.status.currentIndex())
    assert page.model.cards == []
    page.set_channel_filter(None)
    assert [one.ids for one in page.model.cards] == [(6,)]
    page.clear()
    assert page.model.cards == []
    assert page.model.status is None


def test_it_is_a_table_whose_cells_are_named_by_their_date(page: CalendarPage) -> None:
    from PySide6.QtGui import QAccessible

    table = QAccessible.queryAccessibleInterface(page.view)
    assert table.text(QAccessible.Text.Name) == "Calendar"
    assert table.role() in (QAccessible.Role.Table, QAccessible.Role.List)
    names = [
        table.child(n).text(QAccessible.Text.Name)
        for n in range(table.childCount())
        if table.child(n) is not None
    ]
    assert "Wednesday 25 November 2026, today, 1 message" in names
    assert "Scheduled, 3 networks, Text 1, tomorrow 10:00" in names


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
def test_each_view_paints_each_status(
    page: CalendarPage, theme: Any, scheme: str, view: str
) -> None:
    statuses = ("not_sent", "sending", "success", "error", "unknown", "missed", "brand_new")
    page.set_schedules(
        [row(n, at(25, 8 + n), status=status) for n, status in enumerate(statuses, 1)]
    )
    page.set_picture("https://pic/5", QImage(40, 40, QImage.Format.Format_RGB32))
    theme.setMode(scheme)
    try:
        page.set_view(view)
        page.resize(764, 640)
        picture = page.grab().toImage()
        colours = {
            picture.pixelColor(x, y).rgb() for x in range(0, 764, 9) for y in range(60, 600, 7)
        }
        assert len(colours) > 5
    finally:
        theme.setMode("light")


@pytest.mark.parametrize("view", ["week", "month"])
def test_days_run_from_right_to_left_where_writing_does(
    qtbot: Any, page: CalendarPage, heard: Heard, view: str
) -> None:
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    page.set_view(view)
    face = page.view.face
    page.view.updateGeometries()
    rects = [face.day_rect(day) for day in page.model.days[:7]]
    assert all(one.x() > other.x() for one, other in pairwise(rects))
    assert not page.grab().isNull()
    page.view.setFocus()
    page.view.walk.to_today()
    press(qtbot, page, Qt.Key.Key_Left, Qt.Key.Key_Return)
    assert page.view.current_day() == date(2026, 11, 26)


def test_controls_are_named(page: CalendarPage) -> None:
    names = {one.accessibleName() for one in page.findChildren(QPushButton)}
    assert {"Today", "New message"} <= names
    assert page.view.objectName() == "calendar"
    assert page.tray.list.accessibleName() == "Unscheduled drafts"
    assert page.panes()[0] is page.view


def test_the_tray_folds(qtbot: Any, page: CalendarPage) -> None:
    page.set_drafts([Draft(text="One")])
    tall = page.tray.height()
    qtbot.mouseClick(page.tray.fold, LEFT)
    assert page.tray.is_collapsed
    assert page.tray.height() < tall
    assert page.tray.fold.accessibleName() == "Show drafts"
    page.set_drafts([])
    assert page.tray.isHidden()


@pytest.mark.parametrize("size", ["normal", "large", "larger"])
def test_the_dates_keep_their_words_in_a_narrow_head(
    page: CalendarPage, qtbot: Any, theme: Any, size: str
) -> None:
    head = page.head
    theme.set_text_size(size)
    try:
        page.resize(764, 640)
        qtbot.waitUntil(lambda: head.width() == 764)
        for words in ("23 to 29 Nov", "30 Nov to 6 Dec"):
            head.set_title(words)
            head.layout().activate()
            assert head.title.text() == words
            status = head.status
            assert status._elided() == status.currentText()
    finally:
        theme.set_text_size("normal")


@pytest.mark.parametrize(("later", "room"), [((), 30), (((12, 5),), 30), (((11, 52),), 20)])
def test_a_free_slot_is_seen_below_the_card_that_reaches_into_it(
    page: CalendarPage, later: tuple[tuple[int, int], ...], room: int
) -> None:
    page.set_schedules([row(n, at(27, *clock)) for n, clock in enumerate(((10, 0), *later), 1)])
    page.set_slots(write([SlotGroup(slots=(Slot(4, time(11, 0)),))]), "local", [1])
    face = page.view.face
    ((moment, rect),) = face._slots
    assert moment == at(27, 11)
    assert not any(spot.rect.intersects(rect) for spot in face.spots)
    assert 13 <= rect.height() <= room
    hit = face.hit(rect.center())
    assert hit.slot == moment


def test_a_slot_without_any_room_stays_where_its_time_is(page: CalendarPage) -> None:
    page.set_schedules([row(1, at(27, 10)), row(2, at(27, 11, 25))])
    page.set_slots(write([SlotGroup(slots=(Slot(4, time(11, 0)),))]), "local", [1])
    face = page.view.face
    ((moment, rect),) = face._slots
    assert rect == face._slot_rect(date(2026, 11, 27), moment)


@pytest.mark.parametrize("view", ["day", "week"])
def test_a_view_starts_with_its_own_first_message(qtbot: Any, page: Any, view: str) -> None:
    page.resize(1100, 500)
    page.set_schedules([row(1, at(25, 10)), row(2, at(27, 0, 20)), row(3, at(3, 0, 10))])
    page.set_view("month")  # the days of another view have earlier ones
    page.set_view("week" if view == "day" else "day")
    page.set_view(view)
    start = page.view.verticalScrollBar().value()
    assert start == page.view.face.start_of_view()
    assert (start > 200) == (view == "day")


def test_a_count_does_not_cover_the_number_of_a_narrow_day(qtbot: Any, page: Any) -> None:
    painted: list[str] = []

    class Noting:
        def __getattr__(self, _name: str) -> Any:
            return lambda *said: painted.extend(one for one in said if isinstance(one, str))

    page.set_view("month")
    face = page.view.face
    for width in (200, 78):
        face._paint_more(Noting(), QRect(0, 0, width, 90), 11, "25")
    assert painted == ["+11 more", "+11"]
