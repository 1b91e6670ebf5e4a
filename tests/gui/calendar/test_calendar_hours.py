"""Tests of the hour axis in the week and day views."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics

from posto_desktop.core.slots import Slot, SlotGroup, write
from posto_desktop.ui.calendar.card_drag import CardDrag
from posto_desktop.ui.calendar.page import CalendarPage
from posto_desktop.ui.calendar.renderer import CalendarDropTarget, CardItem
from tests.gui.calendar.scene import BERLIN, LEFT, NONE, NOW, TODAY, Heard, at, make, press, row


@pytest.mark.parametrize(("later", "room"), [((), 30), (((12, 5),), 30), (((11, 52),), 20)])
def test_a_free_slot_is_seen_below_the_card_that_reaches_into_it(
    page: CalendarPage, later: tuple[tuple[int, int], ...], room: int
) -> None:
    page.set_schedules([row(n, at(27, *clock)) for n, clock in enumerate(((10, 0), *later), 1)])
    page.set_slots(write([SlotGroup(slots=(Slot(4, time(11, 0)),))]), "local", [1])
    renderer = page.view.renderer
    ((moment, rect),) = renderer._slots
    assert moment == at(27, 11)
    assert not any(item.rect.intersects(rect) for item in renderer.items)
    assert 13 <= rect.height() <= room
    hit = renderer.hit(rect.center())
    assert hit.slot == moment


def test_a_slot_right_before_a_card_is_seen_above_it(page: CalendarPage) -> None:
    page.set_schedules([row(1, at(27, 11, 15))])
    page.set_slots(write([SlotGroup(slots=(Slot(4, time(11, 0)),))]), "local", [1])
    ((_moment, rect),) = page.view.renderer._slots
    assert rect.height() == 30
    assert rect.bottom() < page.view.renderer.items[0].rect.top()


def test_a_slot_without_any_room_stays_where_its_time_is(page: CalendarPage) -> None:
    page.set_schedules([row(1, at(27, 10)), row(2, at(27, 11, 25))])
    page.set_slots(write([SlotGroup(slots=(Slot(4, time(11, 0)),))]), "local", [1])
    renderer = page.view.renderer
    ((moment, rect),) = renderer._slots
    assert rect == renderer._slot_rect(date(2026, 11, 27), moment)


def test_no_slot_shows_behind_the_words_at_the_edge(
    page: CalendarPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.resize(1000, 420)
    page.set_schedules([row(1, at(27, 7))])
    page.set_slots(write([SlotGroup(slots=(Slot(4, time(11, 0)),))]), "local", [1])
    view, renderer = page.view, page.view.renderer
    painted: list[datetime] = []
    monkeypatch.setattr(renderer, "_paint_slot", lambda _painter, _rect, when: painted.append(when))
    ((_moment, rect),) = renderer._slots
    for above, seen in ((40, [at(27, 11)]), (5, [])):
        view.verticalScrollBar().setValue(rect.top() - above)
        page.grab()
        assert view.verticalScrollBar().value() == rect.top() - above
        painted.clear()
        view.repaint_all()
        page.grab()
        assert view.offscreen  # the message of seven
        assert painted == seen


@pytest.mark.parametrize("width", [1100, 1400, 1900])
@pytest.mark.parametrize("locale", ["en_US", "ar_EG", "de_DE"])
def test_cards_beside_each_other_have_room_for_their_times(
    qtbot: Any, theme: Any, width: int, locale: str
) -> None:
    QLocale.setDefault(QLocale(locale))
    page = make(qtbot)
    page.resize(width, 700)
    page.set_schedules([row(n, at(27, 22, 5 * n)) for n in range(1, 6)])
    page.grab()
    metrics = QFontMetrics(theme.font("strong"))
    for item in page.view.renderer.items:
        time_and_mark = metrics.horizontalAdvance(page.view.cards.clock(item.card.moment)) + 18
        assert time_and_mark <= item.rect.width() - 9


def test_days_have_the_digits_of_all_other_numbers(
    page: CalendarPage,
) -> None:
    QLocale.setDefault(QLocale("ar_EG"))
    assert page.view._renderers["month"]._number_words(date(2026, 11, 25), first=False) == "25"


def hours_shown(page: CalendarPage) -> tuple[float, float]:
    """The first and the last hour of the day that are on the screen."""
    view, renderer = page.view, page.view.renderer
    top = view.verticalScrollBar().value()
    seen = view.viewport().height() - renderer.head
    return tuple((y - renderer._y(0)) / renderer._hour_height for y in (top, top + seen))


@pytest.mark.parametrize("view", ["day", "week"])
@pytest.mark.parametrize(("first", "begins"), [((0, 20), 8), ((7, 0), 6.5), ((11, 0), 8)])
def test_a_view_starts_with_the_working_day_however_early_a_message_is(
    page: CalendarPage, view: str, first: tuple[int, int], begins: float
) -> None:
    page.resize(1100, 700)
    page.set_schedules([row(1, at(25, *first)), row(3, at(3, 0, 10))])
    page.scope.choose_view("month")  # the days of another view have earlier ones
    page.scope.choose_view(view)
    start, _end = hours_shown(page)
    assert begins - 0.4 < start < begins  # the words beside the hour are not cut


@pytest.mark.parametrize("hour", [0, 3, 7, 14, 20, 23])
def test_a_view_starts_so_that_the_present_hour_is_seen(qtbot: Any, theme: Any, hour: int) -> None:
    now = at(25, hour, 40)
    page = make(qtbot, now)
    page.resize(1024, 500)
    page.scope.choose_view("month")
    page.scope.choose_view("week")
    first, last = hours_shown(page)
    assert first + 0.2 < hour + 40 / 60 < last - 0.2
    bar = page.view.verticalScrollBar()
    bar.setValue(bar.maximum() if hour < 12 else 0)
    page.view.setFocus()
    press(qtbot, page, Qt.Key.Key_PageDown, "T")
    assert hours_shown(page) == (first, last)


def test_messages_out_of_sight_are_told_at_the_edge_and_one_click_away(
    qtbot: Any, page: CalendarPage
) -> None:
    page.resize(1100, 500)
    many = [row(n, at(28, 22, 5 * n)) for n in range(3, 6)]
    page.set_schedules([row(1, at(27, 0, 20)), row(2, at(27, 12)), *many])
    page.scope.choose_view("month")
    page.scope.choose_view("week")
    page.grab()
    early, late = page.view.offscreen
    assert (early.above, [card.ids for card in early.cards]) == (True, [(1,)])
    assert (late.above, [card.ids for card in late.cards]) == (False, [(3,), (4,), (5,)])
    assert (early.words(), late.words()) == ("0:20", "3 later")
    centre = early.rect.translated(0, page.view.content_offset()).center()
    tip = page.view.tip_at(centre)
    assert tip is not None
    assert tip[0] == "0:20  Text 1"
    qtbot.mouseClick(page.view.viewport(), LEFT, NONE, centre)
    assert hours_shown(page)[0] < 20 / 60
    page.grab()
    assert not any(edge.above for edge in page.view.offscreen)
    heard = Heard(page)
    qtbot.mouseDClick(
        page.view.viewport(),
        LEFT,
        NONE,
        page.view.offscreen[0].rect.translated(0, page.view.content_offset()).center(),
    )
    assert heard.take() == []


def test_what_is_told_at_the_edge_covers_no_time_that_it_does_not_tell(
    page: CalendarPage,
) -> None:
    page.resize(1100, 500)
    page.set_schedules([row(n, at(27, n % 24, 7 * n % 60)) for n in range(48)])
    view = page.view
    bar = view.verticalScrollBar()
    for content_offset in range(0, bar.maximum(), 7):
        bar.setValue(content_offset)
        page.grab()
        counted = {card.key for edge in view.offscreen for card in edge.cards}
        for item in view.renderer.items:
            time = QRect(item.rect.x(), item.rect.y() + 7, item.rect.width(), 16)
            covered = any(edge.rect.intersects(time) for edge in view.offscreen)
            assert item.card.key in counted or not covered
    bar.setValue(0)
    page.grab()
    assert all(not edge.above for edge in view.offscreen)  # the first of the day can be read


def test_each_click_at_the_edge_shows_the_next_ones(qtbot: Any, page: CalendarPage) -> None:
    page.resize(1100, 500)
    page.set_schedules([row(n, at(27, hour)) for n, hour in enumerate((0, 2, 4, 6, 12), 1)])
    page.view.verticalScrollBar().setValue(400)
    seen = []
    while True:
        page.grab()
        above = [edge for edge in page.view.offscreen if edge.above]
        if not above:
            break
        assert len(seen) < 6
        seen.append(above[0].nearest.ids[0])
        pos = above[0].rect.translated(0, page.view.content_offset()).center()
        qtbot.mouseClick(page.view.viewport(), LEFT, NONE, pos)
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] == 1


def test_a_tip_beside_a_dragged_card_is_painted_where_it_says(page: CalendarPage) -> None:
    """What is painted over is what has to be painted again: else a line of it stays."""
    room = QRect(0, 0, 900, 500)
    item = CardItem(page.model.cards[0], QRect(0, 0, 140, 62))
    target = CalendarDropTarget(TODAY, NOW, QRect(0, 0, 140, 62))
    for place in (QPoint(50, 480), QPoint(880, 200), QPoint(880, 480)):
        for dragged in (item, None):
            drag = CardDrag(dragged, QPoint(10, 10), place, target)
            tip = drag.tip_rect(room, 0, BERLIN)
            assert room.contains(tip)
            assert not tip.contains(place)


@pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
def test_the_whole_name_of_a_holiday_is_in_a_tip(page: CalendarPage, view: str) -> None:
    name = "Second day of the feast of all that is good"
    page.set_holidays({TODAY: name, date(2027, 1, 1): "New Year"})
    page.set_schedules([])
    page.scope.choose_view(view)
    page.view.to_today()
    page.grab()
    title = page.view.renderer.title_rect(TODAY)
    content_offset = 0 if view in ("day", "week") else page.view.content_offset()
    tip = page.view.tip_at(title.translated(0, content_offset).center())
    assert tip is not None
    assert tip[0] == name
    assert (
        page.view.tip_at(QPoint(title.center().x(), title.bottom() + content_offset + 40)) is None
    )
