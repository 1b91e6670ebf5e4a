"""Tests of the calendar page: clicks, texts, and what a refresh keeps."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolTip

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.slots import Slot, SlotGroup, write
from posto_desktop.sdk.records import ScheduleMedia
from posto_desktop.ui.calendar import agenda_renderer
from posto_desktop.ui.calendar.more_popup import MorePopup
from posto_desktop.ui.calendar.move_popup import MovePopup
from posto_desktop.ui.calendar.page import CalendarPage
from posto_desktop.ui.widgets import painters
from tests.gui.calendar.scene import (
    ALT,
    LEFT,
    NONE,
    NOW,
    TODAY,
    Heard,
    at,
    card_of,
    close_details,
    drag,
    place,
    press,
    row,
    rows,
    spot,
)
from tests.gui.heard import name_of
from tests.gui.mirrored import sides_of

# The offscreen platform says this of popups: it has no masks and grabs nothing.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_a_double_click_starts_a_message_there_or_edits_a_card(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    area = page.view.viewport()
    wanted = at(28, 15, 15)
    rect = page.view.renderer.rect_of_target(wanted.date(), wanted).translated(
        0, page.view.content_offset()
    )
    qtbot.mouseDClick(area, LEFT, NONE, rect.topLeft() + QPoint(20, 3))
    qtbot.mouseDClick(area, LEFT, NONE, spot(page, 5))
    qtbot.mouseDClick(area, LEFT, NONE, spot(page, 4))  # it was sent
    edited, opened = [("edit", list(card_of(page, 5).ids))], [("open", 4)]
    assert heard.take() == [("start", wanted), *edited, *opened]
    past = page.view.renderer.rect_of_target(date(2026, 11, 23), at(23, 15))
    qtbot.mouseDClick(area, LEFT, NONE, past.translated(0, page.view.content_offset()).center())
    assert heard.take() == []


def test_a_free_slot_starts_a_message_with_its_time(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    group = SlotGroup(slots=(Slot(5, time(18)),))
    page.set_slots(write([group]), "local", [1])
    moment = at(28, 18)
    rect = page.view.renderer._slot_rect(moment.date(), moment)
    page.view.verticalScrollBar().setValue(rect.y() - 100)
    qtbot.mouseClick(
        page.view.viewport(), LEFT, NONE, rect.translated(0, page.view.content_offset()).center()
    )
    assert heard.take() == [("start", moment)]


def test_what_does_not_fit_is_counted_and_shown_in_a_popup(qtbot: Any, page: CalendarPage) -> None:
    many = [row(n, at(27, 8) + timedelta(minutes=30 * n)) for n in range(10, 25)]
    page.set_schedules(many)
    page.scope.choose_view("month")
    renderer = page.view.renderer
    day = date(2026, 11, 27)
    shown = sum(1 for item in renderer.items if item.card.day == day)
    assert 0 < shown < len(many)
    items = renderer._more_rect(renderer.day_rect(day)).translated(0, page.view.content_offset())
    qtbot.mouseClick(page.view.viewport(), LEFT, NONE, items.center())
    popup = page.findChild(MorePopup)
    assert popup is not None
    assert popup.list.model().rowCount() == len(many)
    qtbot.keyClick(popup.list, Qt.Key.Key_Down)
    qtbot.keyClick(popup.list, Qt.Key.Key_Return)
    assert close_details(page) == ["Text 11"]


def test_cards_that_collide_stand_beside_each_other_or_behind(qtbot: Any, page: Any) -> None:
    page.set_schedules([row(n, at(27, 10, 5 * n)) for n in range(1, 6)])
    shown = page.view.renderer.items
    assert len(shown) == 2
    assert not shown[0].rect.intersects(shown[1].rect)
    assert len(shown[1].behind) == 3
    page.resize(764, 700)
    (alone,) = page.view.renderer.items
    assert len(alone.behind) == 4
    for card in page.model.cards:
        assert not page.view.visualRect(page.model.index_of_card(card)).isEmpty()


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
    assert [card.ids for card in page.model.cards] != [(9,)]
    page.show()
    assert [card.ids for card in page.model.cards] == [(9,)]


def test_the_page_says_how_old_the_plan_is(page: CalendarPage) -> None:
    page.set_schedules(rows(), True, at(25, 14, 5))
    assert page.head.as_of.text() == "As of 14:05"
    page.set_schedules(rows(), False, NOW)
    assert page.head.as_of.isHidden()
    page.set_connection("offline", "No network.")
    assert not page.head.as_of.isHidden()


def test_filters_and_another_workspace(page: CalendarPage) -> None:
    page.set_channel_filter({5})
    assert [card.ids for card in page.model.cards] == [(5,)]
    page.head.status.setCurrentIndex(page.head.status.findData("failed"))
    page.head.status.activated.emit(page.head.status.currentIndex())
    assert page.model.cards == []
    page.set_channel_filter(None)
    assert [card.ids for card in page.model.cards] == [(6,)]
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
        page.scope.choose_view(view)
        page.resize(764, 640)
        picture = page.grab().toImage()
        colours = {
            picture.pixelColor(x, y).rgb() for x in range(0, 764, 9) for y in range(60, 600, 7)
        }
        assert len(colours) > 5
    finally:
        theme.setMode("light")


@pytest.mark.parametrize("status", ["proposed", "returned", "not_sent"])
def test_a_long_status_is_not_below_the_picture_of_its_line(
    page: CalendarPage, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    media = (ScheduleMedia(1, "image", "https://pic/1"),)
    page.set_schedules([row(1, at(25, 20), status=status, media=media), row(2, at(25, 21))])
    pills, pictures = list[QRect](), list[QRect]()
    paint_pill = painters.paint_pill

    def note_pill(painter: Any, rect: QRect, *words: Any, **more: Any) -> None:
        pills.append(rect)
        paint_pill(painter, rect, *words, **more)

    monkeypatch.setattr(painters, "paint_pill", note_pill)
    monkeypatch.setattr(
        agenda_renderer, "paint_picture", lambda _painter, rect, _image: pictures.append(rect)
    )
    page.scope.choose_view("agenda")
    page.resize(764, 640)
    page.grab()
    assert pictures
    assert max(pill.right() for pill in pills) < min(picture.left() for picture in pictures)


@pytest.mark.parametrize("view", ["week", "month"])
def test_days_run_from_right_to_left_where_writing_does(
    qtbot: Any, page: CalendarPage, heard: Heard, view: str
) -> None:
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    page.scope.choose_view(view)
    page.view.relayout()
    renderer = page.view.renderer
    page.view.updateGeometries()
    rects = [renderer.day_rect(day) for day in page.model.days[:7]]
    assert all(rect.x() > other.x() for rect, other in pairwise(rects))
    assert not page.grab().isNull()
    page.view.setFocus()
    page.view.to_today()
    press(qtbot, page, Qt.Key.Key_Left, Qt.Key.Key_Return)
    assert page.view.current_day() == date(2026, 11, 26)


@pytest.mark.parametrize("view", ["week", "month"])
def test_heads_and_cards_stand_from_the_right_where_writing_does(
    page: CalendarPage, theme: Any, view: str
) -> None:
    accent = theme.colour("accent")

    def today() -> tuple[int, int]:
        """How far the mark of today is from the left and the right edge of its title."""
        page.scope.choose_view(view)
        page.view.relayout()
        title = page.view.renderer.title_rect(TODAY)
        head = 0 if view == "week" else page.view.content_offset()
        return sides_of(page.view.viewport(), accent, title.translated(0, head))

    def mark_of(number: int) -> tuple[int, int]:
        """How far the status of a card reaches from its left and its right edge."""
        item = page.view.renderer.item_of(card_of(page, number).key)
        assert item is not None
        colour = theme.status(item.card.status).solid
        label = QLabel()
        label.setPixmap(page.view._picture_of(item))
        label.adjustSize()
        return sides_of(label, colour)

    before = today(), mark_of(5)
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    after = today(), mark_of(5)
    for (left, right), mirrored in zip(before, after, strict=True):
        assert abs(left - right) > 10
        assert abs(mirrored[0] - right) <= 2
        assert abs(mirrored[1] - left) <= 2


def test_the_agenda_stands_from_the_right_where_writing_does(
    page: CalendarPage, theme: Any
) -> None:
    page.scope.choose_view("agenda")
    page.view.relayout()
    title = theme.colour("accent_text")
    before = sides_of(page.view.viewport(), title)
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    page.view.relayout()
    after = sides_of(page.view.viewport(), title)
    assert before[0] < 40
    assert after[1] < 40


def test_controls_are_named(page: CalendarPage) -> None:
    names = {name_of(button) for button in page.findChildren(QPushButton)}
    assert {"Today", "New message"} <= names
    assert page.view.objectName() == "calendar"
    assert page.tray.list.accessibleName() == "Unscheduled drafts"
    assert page.pane_stops()[0] is page.view


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


def test_a_count_does_not_cover_the_number_of_a_narrow_day(qtbot: Any, page: Any) -> None:
    painted: list[str] = []

    class Noting:
        def __getattr__(self, _name: str) -> Any:
            return lambda *arguments: painted.extend(
                argument for argument in arguments if isinstance(argument, str)
            )

    page.scope.choose_view("month")
    renderer = page.view.renderer
    for width in (200, 78):
        renderer._paint_more(Noting(), QRect(0, 0, width, 90), 11, "25")
    assert painted == ["+11 more", "+11"]


def test_a_draft_with_a_time_stands_on_the_calendar_and_opens_in_compose(
    qtbot: Any, page: CalendarPage, heard: Heard
) -> None:
    media = [MediaRef("/pictures/a.png", "a.png", 10, "image")]
    draft = Draft(text="Gift box", channel_ids=[1, 2], when_text="2026-11-28 11:00", media=media)
    wanted: list[str] = []
    page.draftPictureRequested.connect(wanted.append)
    page.set_drafts([draft, Draft(text="Without a time")])
    assert page.tray.model.rowCount() == 1
    card = next(card for card in page.model.cards if card.title == "Gift box")
    page.grab()
    qtbot.waitUntil(lambda: wanted == ["/pictures/a.png"])
    page.set_draft_picture("/pictures/a.png", QImage(40, 40, QImage.Format.Format_RGB32))
    assert page.view.cards.picture(card) is not None
    drag(qtbot, page, spot(page, card.ids[0]), place(page, at(27, 16)), ALT)
    qtbot.waitUntil(lambda: bool(heard.all))
    page.view.set_current(card.day, card.key)
    press(qtbot, page, "E", Qt.Key.Key_Delete)
    page.card_actions.duplicate()
    assert heard.take() == [
        ("move draft", draft.id, at(27, 16)),
        ("draft", draft.id, None),
        ("delete draft", draft.id),
        ("duplicate draft", draft.id),
    ]
    menu = page.card_actions.make_menu(card)
    able = {action.text().partition("\t")[0]: action.isEnabled() for action in menu.actions()}
    menu.deleteLater()
    assert able["Open in Compose"]
    assert able["Reschedule…"]
    assert able["Delete draft"]
    assert able["Duplicate"]
    press(qtbot, page, "S")
    popup = page.findChild(MovePopup)
    assert popup.button.text() == "Move"
    popup.field.setText("2026-11-29 8:00")
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert heard.take() == [("move draft", draft.id, at(29, 8))]


def test_a_long_text_is_wrapped_in_its_tip(
    page: CalendarPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    tips: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda *given: tips.append(given[1]))
    page.set_schedules([row(5, at(27, 12), text="<b>The roast</b> " * 40)])
    place = spot(page, 5)
    area = page.view.viewport()
    event = QHelpEvent(QEvent.Type.ToolTip, place, area.mapToGlobal(place))
    QApplication.sendEvent(area, event)
    (tip,) = tips
    assert tip.split() == page.model.tip(card_of(page, 5)).split()
    assert max(map(len, tip.split("\n"))) <= 72  # Qt wraps rich text, which no tip is
    assert "<b>The roast</b>" in tip


@pytest.mark.parametrize("view", ["week", "month", "agenda"])
def test_what_is_being_moved_says_so_until_it_is_there(
    page: CalendarPage, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    turning: list[Any] = []
    monkeypatch.setattr(painters, "paint_spinner", lambda *given: turning.append(given))
    page.scope.choose_view(view)
    page.set_moving(frozenset((2,)))
    page.grab()
    assert len(turning) == 1
    assert page.view._spin.isActive()
    card = card_of(page, 2)
    assert page.model.accessible_text(card).startswith("Moving, ")
    assert "Moving" in page.model.tip(card)
    page.set_moving(frozenset())
    turning.clear()
    page.grab()
    assert turning == []
    assert not page.view._spin.isActive()
    assert page.model.accessible_text(card).startswith("Scheduled, ")
