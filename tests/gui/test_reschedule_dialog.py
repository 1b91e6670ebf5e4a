"""Other times for many posts: typed, seen, and only then asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from unittest.mock import MagicMock

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from posto_desktop.core.slots import Slot, SlotGroup
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.schedule.page import ScheduleTablePage
from posto_desktop.ui.schedule.reschedule_dialog import (
    RescheduleContext,
    RescheduleDialog,
    forecast_reschedule,
)
from posto_desktop.ui.shared.when_picker import WhenPicker

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def row(number: int, hours: float = 1, **changes: Any) -> Schedule:
    values: dict[str, Any] = {
        "id": number,
        "group_id": f"g{number}",
        "channel_id": number,
        "channel_name": "Nordlicht",
        "network": "fb",
        "status": "not_sent",
        "send_at": NOW + timedelta(hours=hours),
        "text": f"Post {number}",
    }
    return Schedule(**{**values, **changes})


@pytest.fixture
def opened(qtbot: Any, theme: Any) -> Any:
    def begin(
        rows: list[Schedule], others: list[Schedule] | None = None, slots: SlotGroup | None = None
    ) -> RescheduleDialog:
        context = RescheduleContext(rows, [*rows, *(others or [])], slots, UTC)
        dialog = RescheduleDialog(context, clock=lambda: NOW)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.forecastRequested.connect(
            lambda rule, known: dialog.show_forecast(
                rule, forecast_reschedule(context, rule, NOW, known)
            )
        )
        dialog.show()
        return dialog

    return begin


def type_in(qtbot: Any, dialog: RescheduleDialog, field: Any, text: str) -> None:
    field.setText(text)
    qtbot.waitUntil(lambda: not dialog._debouncer.is_waiting)


def lines(dialog: RescheduleDialog) -> list[str]:
    model = dialog.list.model()
    role = Qt.ItemDataRole.AccessibleTextRole
    return [str(model.index(at, 0).data(role)) for at in range(model.rowCount())]


def test_a_shift_is_seen_before_it_is_done(qtbot: Any, opened: Any) -> None:
    dialog = opened([row(1), row(2, 2)])
    assert not dialog.action_button.isEnabled()
    type_in(qtbot, dialog, dialog.fields.shift, "+1 day 2 hours")
    assert lines(dialog) == [
        "Nordlicht, Today, 13:00 → Tomorrow, 15:00",
        "Nordlicht, Today, 14:00 → Tomorrow, 16:00",
    ]
    assert dialog.action_button.text() == "Move 2 posts"
    with qtbot.waitSignal(dialog.chosen) as blocker:
        dialog.action_button.click()
    assert blocker.args[0] == {1: NOW + timedelta(hours=27), 2: NOW + timedelta(hours=28)}


def test_what_is_past_or_collides_is_named(qtbot: Any, opened: Any) -> None:
    other = row(9, 27, channel_id=1, text="Buns")
    dialog = opened([row(1), row(2, -1, status="missed"), row(3, status="success")], [other])
    type_in(qtbot, dialog, dialog.fields.shift, "+26 hours")
    assert "Same minute on this channel: Buns" in lines(dialog)[1]
    assert "Same minute as another post on the channel: 1 post." in dialog.summary.text()
    assert "Not scheduled, so not moved: 1 post." in dialog.summary.text()
    type_in(qtbot, dialog, dialog.fields.shift, "-30 min")
    assert "In the past, so not moved: 1 post." in dialog.summary.text()
    assert dialog.action_button.text() == "Move 1 post"


def test_the_live_reading_explains_what_is_wrong(qtbot: Any, opened: Any) -> None:
    dialog = opened([row(1)])
    dialog.fields.how.set_value("shift")
    dialog.fields.how.changed.emit("shift")
    type_in(qtbot, dialog, dialog.fields.shift, "nonsense")
    assert "is not a duration" in dialog.reading.text()
    assert "+1 day" in dialog.reading.text()
    assert not dialog.action_button.isEnabled()
    dialog.fields.how.set_value("set")
    dialog.fields.how.changed.emit("set")
    type_in(qtbot, dialog, dialog.fields.when, "tomorrow at 9:30")
    assert "9:30" in dialog.reading.text()
    assert "UTC" in dialog.reading.text()
    assert dialog.action_button.isEnabled()
    type_in(qtbot, dialog, dialog.fields.when, "5")
    assert "Does “5” mean 5 o'clock or the 5th?" in dialog.reading.text()
    assert "Possible: 5 o'clock, the 5th" in dialog.reading.text()
    type_in(qtbot, dialog, dialog.fields.when, "yesterday")
    assert not dialog.action_button.isEnabled()
    assert lines(dialog) == []


def spread(dialog: RescheduleDialog, over: str) -> None:
    dialog.fields.how.set_value("spread")
    dialog.fields.how.changed.emit("spread")
    dialog.fields.over.setCurrentIndex(dialog.fields.over.findData(over))


def test_spreading_keeps_messages_together(qtbot: Any, opened: Any) -> None:
    rows = [row(1), row(2, group_id="g1"), row(3, 5)]
    dialog = opened(rows)
    spread(dialog, "every")
    dialog.fields.first.setText("tomorrow 9:00")
    type_in(qtbot, dialog, dialog.fields.step, "2 hours")
    with qtbot.waitSignal(dialog.chosen) as blocker:
        dialog.action_button.click()
    times = blocker.args[0]
    assert times[1] == times[2] == datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    assert times[3] == times[1] + timedelta(hours=2)


def test_slots_need_to_be_there(qtbot: Any, opened: Any) -> None:
    dialog = opened([row(1)])
    spread(dialog, "slots")
    qtbot.waitUntil(lambda: not dialog._debouncer.is_waiting)
    assert "no weekly slots" in dialog.reading.text()
    assert not dialog.action_button.isEnabled()
    group = SlotGroup(slots=(Slot(3, time(18)),))
    taken = row(9, channel_id=1, send_at=datetime(2026, 11, 26, 18, 1, tzinfo=UTC))
    dialog = opened([row(1)], [taken], group)
    spread(dialog, "slots")
    qtbot.waitUntil(lambda: not dialog._debouncer.is_waiting)
    with qtbot.waitSignal(dialog.chosen) as blocker:
        dialog.action_button.click()
    assert blocker.args[0] == {1: datetime(2026, 12, 3, 18, 0, tzinfo=UTC)}


def test_a_late_answer_is_not_shown(qtbot: Any, opened: Any) -> None:
    dialog = opened([row(1)])
    dialog.fields.how.set_value("shift")
    dialog.fields.how.changed.emit("shift")
    late: list[Any] = []
    dialog.forecastRequested.disconnect()
    dialog.forecastRequested.connect(lambda rule, known: late.append(rule))
    type_in(qtbot, dialog, dialog.fields.shift, "+1 day")
    type_in(qtbot, dialog, dialog.fields.shift, "+2 days")
    dialog.show_forecast(late[0], forecast_reschedule(dialog.context, late[0], NOW))
    assert lines(dialog) == []
    dialog.show_forecast(late[1], forecast_reschedule(dialog.context, late[1], NOW))
    assert lines(dialog) == ["Nordlicht, Today, 13:00 → Friday, 13:00"]


# -- the page --------------------------------------------------------------------------------------


def test_s_asks_for_other_times_and_only_in_the_table(qtbot: Any, theme: Any) -> None:
    page = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC))
    qtbot.addWidget(page)
    page.resize(1000, 600)
    page.set_schedules([row(1), row(2, status="success")], False, NOW)
    page.show()
    asked = MagicMock()
    page.row_actions.rescheduleRequested.connect(asked)
    qtbot.waitUntil(page.isActiveWindow)
    page.table.setFocus()
    page.table.set_current(1)
    QTest.keyClick(page.table, Qt.Key.Key_S)
    assert [item.id for item in asked.call_args[0][0]] == [1]
    asked.reset_mock()
    page.toolbar.search.setFocus()
    QTest.keyClick(page.toolbar.search, Qt.Key.Key_S)
    assert page.toolbar.search.text() == "s"
    page.toolbar.search.clear()
    page.model.set_ticked([1, 2])
    assert page.bulk.reschedule.text() == "Reschedule 1"
    page.bulk.reschedule.click()
    assert [item.id for item in asked.call_args[0][0]] == [1, 2]
    page.model.tick_all(False)
    page.table.set_current(2)
    asked.reset_mock()
    page.row_actions.reschedule()  # it is out already
    assert not asked.called


def test_the_inspector_asks_for_its_post(qtbot: Any, theme: Any) -> None:
    page = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC))
    qtbot.addWidget(page)
    page.resize(1400, 700)
    page.set_schedules([row(1), row(2, status="success", link="https://x.example/1")], False, NOW)
    page.show()
    asked = MagicMock()
    page.row_actions.rescheduleRequested.connect(asked)
    page.show_schedule(1)
    later = page.inspector.findChild(QWidget, "reschedule-this-post")
    assert later is not None
    assert later.isVisible()
    later.click()
    assert [item.id for item in asked.call_args[0][0]] == [1]
    page.show_schedule(2)  # it is out
    assert not later.isVisible()


def test_the_line_says_how_far_many_posts_are(qtbot: Any, theme: Any) -> None:
    page = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC))
    qtbot.addWidget(page)
    page.resize(1000, 600)
    page.set_schedules([row(1)], False, NOW)
    page.show()
    page.set_moving(1, 60)
    # Rows come all the time meanwhile, and more is told of than the line's delay lasts.
    for ended in range(2, 59):
        page.set_moving(ended, 60)
        page.set_schedules([row(1)], False, NOW)
    assert page.loading._wait.isActive()
    qtbot.waitUntil(page.loading.isVisible)
    page.set_moving(60, 60)
    assert page.loading.isHidden()
    assert not page.loading._wait.isActive()


def test_the_lines_delay_is_not_begun_anew(qtbot: Any, theme: Any) -> None:
    page = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC))
    qtbot.addWidget(page)
    page.show()
    page.set_moving(1, 60)
    left = page.loading._wait.remainingTime()
    qtbot.waitUntil(lambda: page.loading._wait.remainingTime() < left)
    left = page.loading._wait.remainingTime()
    page.set_moving(2, 60)
    assert page.loading._wait.remainingTime() <= left
    page.set_moving(60, 60)


def test_a_single_post_takes_a_day_and_a_time_at_once(qtbot: Any, opened: Any) -> None:
    dialog = opened([row(1)])
    assert dialog.fields.kind() == "set"
    assert dialog.fields.first_field() is dialog.fields.when
    type_in(qtbot, dialog, dialog.fields.when, "fri 10:00")
    with qtbot.waitSignal(dialog.chosen) as moved:
        dialog.action_button.click()
    assert moved.args == [{1: datetime(2026, 11, 27, 10, tzinfo=UTC)}]


def test_a_time_is_picked_from_a_calendar_that_marks_what_is_planned(
    qtbot: Any, opened: Any
) -> None:
    dialog = opened([row(1)], [row(2, 24), row(3, 24)])
    dialog.fields.when.setText("fri 10:00")
    [pick] = dialog.fields.when.actions()
    pick.trigger()
    [picker] = dialog.fields.when.findChildren(WhenPicker)
    assert picker.grid.day == date(2026, 11, 27)
    assert "12:00" in picker.scheduled_words_of_day(date(2026, 11, 26))
    picker.picked.emit("30 Nov 2026 9:00")
    assert dialog.fields.when.text() == "30 Nov 2026 9:00"
    picker.close()


def test_the_other_meaning_of_a_phrase_is_offered(qtbot: Any, opened: Any) -> None:
    dialog = opened([row(1)])
    assert not dialog.other_time.isVisible()
    type_in(qtbot, dialog, dialog.fields.when, "friday at 8")
    assert dialog.other_time.isVisible()
    assert dialog.other_time.text() == "or 20:00?"
    dialog.other_time.click()
    qtbot.waitUntil(lambda: not dialog.other_time.isVisible())
    assert "20:00" in dialog.reading.text()
    dialog.fields.how.set_value("shift")
    type_in(qtbot, dialog, dialog.fields.when, "friday at 8")
    assert not dialog.other_time.isVisible()
