"""The next free slot: from the weekly times, past what is planned."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton

from posto_desktop.core.draft import Draft
from posto_desktop.core.slots import Slot, SlotGroup, read, write
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.shared.when_picker import WhenPicker

NINE, SIX = time(9, 0), time(18, 0)


def slots(*groups: SlotGroup) -> str:
    return write(list(groups))


DAILY = SlotGroup(slots=tuple(Slot(day, SIX) for day in range(7)))


def row(channel: int, at: datetime, status: str = "not_sent") -> Schedule:
    return Schedule(id=1, group_id="g", channel_id=channel, status=status, send_at=at)


def chip(desk: Any) -> QPushButton:
    button = desk.page.findChild(QPushButton, "next-free-slot")
    assert button is not None
    return button


def give_rows(qtbot: Any, desk: Any, rows: list[Schedule]) -> None:
    desk.page.message.slots.set_rows(rows)
    qtbot.waitUntil(lambda: not desk.page.message.slots._job.is_running)


def test_the_chip_types_the_next_slot(qtbot: Any, desk: Any) -> None:
    desk.page.message.slots.set_slots(slots(DAILY))
    assert "today 18:00" in chip(desk).text()
    qtbot.mouseClick(chip(desk), Qt.MouseButton.LeftButton)
    assert desk.page.when.field.text() == "2026-11-25 18:00"
    assert desk.page.message.time.reading.when == datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
    assert chip(desk).isChecked()


def test_planned_posts_of_the_ticked_channels_take_slots(qtbot: Any, desk: Any) -> None:
    desk.page.message.slots.set_slots(slots(DAILY))
    today = datetime(2026, 11, 25, 17, 2, tzinfo=UTC)
    give_rows(qtbot, desk, [row(6, today)])  # Telegram is not ticked
    assert "today 18:00" in chip(desk).text()
    give_rows(qtbot, desk, [row(1, today, "error")])
    assert "today 18:00" in chip(desk).text()
    give_rows(qtbot, desk, [row(1, today)])
    assert "tomorrow 18:00" in chip(desk).text()


def test_drafts_and_the_outbox_take_slots(desk: Any) -> None:
    class Waiting:
        share_at = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
        channel_ids = (4,)
        is_ended = False

    desk.page.message.slots.set_slots(slots(DAILY))
    desk.page.set_drafts([])
    desk.page.message.store.put(Draft(text="y", when_text="today 18:00", channel_ids=[4]))
    assert "tomorrow 18:00" in chip(desk).text()
    desk.page.message.slots.set_entries([Waiting()])
    assert "Fri" in chip(desk).text()


def test_the_message_at_hand_does_not_take_its_own_slot(desk: Any) -> None:
    desk.page.message.slots.set_slots(slots(DAILY))
    desk.type("x")
    desk.page.slot_chip_presenter.use()
    desk.page.message.editor.save()
    desk.page.slot_chip_presenter.use()
    assert desk.page.when.field.text() == "2026-11-25 18:00"


def test_the_group_of_the_ticked_channels_counts(desk: Any, channels: Any) -> None:
    own = SlotGroup("News", "local", (6,), (Slot(3, NINE),))
    desk.page.message.slots.set_slots(slots(DAILY, own))
    desk.page.set_channels_selection([channels["telegram"]])
    assert "9:00" in chip(desk).text()
    desk.page.set_channels_selection([channels["x"]])
    assert "18:00" in chip(desk).text()


def test_without_slots_some_are_offered(qtbot: Any, desk: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(QMenu, "popup", lambda *_where: None)

    def offered() -> list[QAction]:
        chip(desk).click()
        menu = chip(desk).findChildren(QMenu)[-1]
        return [action for action in menu.actions() if action.text()]

    words = ["Use “Monday to Friday 9:00, 12:30, 18:00”", "Use “Every day 10:00, 18:00”"]
    assert [action.text() for action in offered()] == [*words, "Choose other times…"]
    assert desk.page.when.field.text() == ""
    assert not chip(desk).isChecked()
    offered()[0].trigger()
    (group,) = read(desk.page.page_settings.text("publishing.slots"))
    assert len(group.slots) == 15
    assert desk.page.when.field.text() == "2026-11-25 12:30"
    desk.notices[-1].callback()
    assert desk.page.page_settings.text("publishing.slots") == ""
    with qtbot.waitSignal(desk.page.slotsRequested):
        offered()[-1].trigger()


def test_a_slot_that_has_passed_is_not_offered(desk: Any) -> None:
    desk.page.message.slots.set_slots(slots(DAILY))
    desk.clock.forward(hours=8)
    desk.page.message.time.refresh()
    assert "tomorrow 18:00" in chip(desk).text()


def test_all_taken_is_said(qtbot: Any, desk: Any) -> None:
    once = SlotGroup(slots=(Slot(3, NINE),))
    desk.page.message.slots.set_slots(slots(once))
    first = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
    taken = [first + timedelta(weeks=week) for week in range(-1, 54)]
    # The clocks change in between: the slot stays at nine.
    taken += [when - timedelta(hours=1) for when in taken]
    give_rows(qtbot, desk, [row(1, when) for when in taken])
    desk.page.slot_chip_presenter.use()
    assert desk.page.when.field.text() == ""
    assert desk.notices[-1].action
    with qtbot.waitSignal(desk.page.slotsRequested):
        desk.notices[-1].callback()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_calendar_has_dots_where_posts_are_planned(qtbot: Any, desk: Any) -> None:
    give_rows(qtbot, desk, [row(1, datetime(2026, 11, 27, 8, 0, tzinfo=UTC))])
    desk.page.when.open_picker()
    picker = desk.page.findChild(WhenPicker)
    assert picker.scheduled_words_of_day(date(2026, 11, 27)) == "Scheduled: 9:00"
    assert picker.scheduled_words_of_day(date(2026, 11, 28)) == ""
    qtbot.keyClick(picker.grid, Qt.Key.Key_Right)
    qtbot.keyClick(picker.grid, Qt.Key.Key_Right)
    assert "Scheduled: 9:00" in picker.grid.accessibleName()
    assert "Scheduled: 9:00" in picker._scheduled_label.full_text()
    picker.close()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_calendar_is_walked_with_keys(qtbot: Any, desk: Any) -> None:
    desk.page.activateWindow()
    desk.page.focus_when()
    qtbot.waitUntil(desk.page.when.field.hasFocus)
    qtbot.keyClick(desk.page.when.field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    picker = desk.page.findChild(WhenPicker)
    grid = picker.grid
    for key, modifiers, day in (
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, date(2026, 12, 25)),
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier, date(2027, 12, 25)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, date(2027, 12, 18)),
        (Qt.Key.Key_T, Qt.KeyboardModifier.NoModifier, date(2026, 11, 25)),
        (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, date(2026, 11, 25)),
    ):
        qtbot.keyClick(grid, key, modifiers)
        assert grid.day == day
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert desk.page.when.field.text().startswith("2026-11-25 ")


def test_a_quick_time_is_no_question(qtbot: Any, desk: Any) -> None:
    for quick in list(desk.page.when.chips._times):
        qtbot.mouseClick(quick, Qt.MouseButton.LeftButton)
        assert desk.page.message.time.reading.ok
        assert desk.page.message.time.reading.alternative is None


def test_slots_of_another_zone_show_both_times(desk: Any, channels: Any) -> None:
    east = SlotGroup("East", "local", (6,), (Slot(3, NINE),), "America/New_York")
    desk.page.message.slots.set_slots(slots(DAILY, east))
    desk.page.set_channels_selection([channels["telegram"]])
    assert "tomorrow 15:00 · 9:00 in New York" in chip(desk).text()
    chip(desk).click()
    assert desk.page.when.field.text() == "2026-11-26 15:00"
    assert "15:00" in desk.page.when.reading_label.text()
    assert "9:00 in New York" in desk.page.when.reading_label.text()
    desk.page.set_channels_selection([channels["x"]])
    assert "New York" not in desk.page.when.reading_label.text()
