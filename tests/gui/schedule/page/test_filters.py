"""Filters of the schedule: the search, chips, networks and ticked channels."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from posto_desktop.ui.schedule.bulk_bar import AvailableActions
from posto_desktop.ui.schedule.page import ScheduleTablePage
from tests.gui.schedule.page.every_state import CONTROL, LEFT, schedule
from tests.gui.schedule.scene import shown_ids


def test_typing_filters(page: ScheduleTablePage, qtbot: Any) -> None:
    qtbot.keyClicks(page.toolbar.search, "text 5")
    assert shown_ids(page) == [5]
    qtbot.keyClick(page.toolbar.search, Qt.Key.Key_Escape)
    assert len(shown_ids(page)) == 10


def test_control_f_goes_to_the_search(page: ScheduleTablePage, qtbot: Any) -> None:
    qtbot.waitUntil(page.isActiveWindow)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_F, CONTROL)
    assert page.focusWidget() is page.toolbar.search


def test_chips_and_combo_are_one_filter(page: ScheduleTablePage, qtbot: Any) -> None:
    failed = page.findChild(QPushButton, "status-failed")
    assert failed.text() == "Failed 1"
    qtbot.mouseClick(failed, LEFT)
    assert shown_ids(page) == [2]
    assert page.toolbar.status.currentText() == "Failed"
    assert page.findChild(QPushButton, "status-scheduled").text() == "Scheduled 4"
    page.toolbar.status.setFocus()
    qtbot.keyClick(page.toolbar.status, Qt.Key.Key_Home)
    assert len(shown_ids(page)) == 10
    assert page.findChild(QPushButton, "status-all").isChecked()


def test_chips_without_rows_are_left_out(page: ScheduleTablePage) -> None:
    page.set_schedules([schedule(1, 1)])
    assert page.findChild(QPushButton, "status-scheduled").isVisible()
    assert not page.findChild(QPushButton, "status-sent").isVisible()


def test_chips_give_way_in_a_narrow_window(page: ScheduleTablePage) -> None:
    page.state.filter_by(status="draft")
    page.resize(560, 700)
    shown = [
        chip.property("status") for chip in page.chips.findChildren(QPushButton) if chip.isVisible()
    ]
    more = page.findChild(QPushButton, "more-statuses")
    left_out = {"Scheduled 4": "scheduled", "Sending 1": "sending", "Sent 1": "sent"}
    hidden = [key for key in left_out.values() if key not in shown]
    assert shown[:2] == ["", "draft"]
    assert shown[-1] is None  # the one that has the others
    assert {"failed", "late", "needs_you"} & {*shown}
    assert more.isVisible()
    assert more.geometry().right() <= page.chips.width()
    assert hidden
    menu = page.chips.make_menu()
    offered = {entry.text(): entry for entry in menu.actions()}
    assert {*hidden} <= {left_out.get(text, "") for text in offered}
    offered["Sent 1"].trigger()
    menu.close()
    assert shown_ids(page) == [1]
    assert page.findChild(QPushButton, "status-sent").isVisible()
    page.state.filter_by(status=None)
    page.resize(1240, 700)
    assert page.findChild(QPushButton, "status-sent").isVisible()
    assert not more.isVisible()


def test_large_counts_are_grouped(page: ScheduleTablePage) -> None:
    page.chips.set_counts({"scheduled": 98_765, "sent": 1_235})
    assert page.findChild(QPushButton, "status-all").text() == "All 100,000"
    assert page.findChild(QPushButton, "status-scheduled").text() == "Scheduled 98,765"
    allowed: dict[str, Any] = {"retry": 1_500, "send_now": 0, "reschedule": 0, "delete": 2_000}
    page.bulk.show_available(AvailableActions(2_000, **allowed, duplicate=False, link=False))
    assert page.bulk.retry.text() == "Retry 1,500"
    assert page.bulk.words(page.bulk._count) == "2,000 selected"


def test_chips_that_have_no_room_keep_their_counts(page: ScheduleTablePage) -> None:
    page.resize(560, 700)
    more = page.findChild(QPushButton, "more-statuses")
    shown = [
        chip.text()
        for chip in page.chips.findChildren(QPushButton)
        if chip.isVisible() and chip is not more
    ]
    labels = [*shown, *more.toolTip().split(", ")]
    assert sorted(labels) == sorted(
        [
            "All 10",
            "Drafts 1",
            "Scheduled 4",
            "Sending 1",
            "Sent 1",
            "Failed 1",
            "Not sent 1",
            "Needs you 1",
        ]
    )
    assert more.text() == f"+{len(labels) - len(shown)}"


def test_network_filter_lists_what_occurs(page: ScheduleTablePage, qtbot: Any) -> None:
    combo = page.toolbar.network
    names = [combo.itemText(at) for at in range(combo.count())]
    assert names == ["All networks", "Facebook", "Instagram", "X"]
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_End)
    assert {
        channel.network for channel in map(page.model.schedule, shown_ids(page)) if channel
    } == {"twitter"}
    page.set_schedules([schedule(3, 1)])  # no X any more: the filter must not hide everything
    assert shown_ids(page) == [3]


def test_ticked_channels_filter(page: ScheduleTablePage) -> None:
    page.set_channel_filter([2])
    assert shown_ids(page) == [4, 1, 10, 7]
    page.set_channel_filter([])
    assert shown_ids(page) == []
    assert page.empty.findChildren(QLabel)[1].text() == "Hidden channels contain 10 posts."
    asked: list[None] = []
    page.allChannelsRequested.connect(lambda: asked.append(None))
    assert page.empty.button.text() == "Show hidden channels"
    page.empty.button.click()
    assert len(asked) == 1
    page.set_channel_filter(None)
    assert len(shown_ids(page)) == 10


def test_filtered_away_says_how_many_and_clears(page: ScheduleTablePage, qtbot: Any) -> None:
    page.state.filter_by(status="failed")
    page.toolbar.search.setText("Text 5")
    words = [label.text() for label in page.empty.findChildren(QLabel)]
    assert words == ["No post matches", "Without the status filter: 1 post."]
    qtbot.mouseClick(page.empty.button, LEFT)
    assert len(shown_ids(page)) == 10
    assert page.toolbar.search.text() == ""


def test_statuses_of_a_team_are_offered_where_there_are_such_posts(page: ScheduleTablePage) -> None:
    status = page.toolbar.status
    assert status.findData("proposed") < 0
    page.set_schedules([schedule(1, 1, "proposed"), schedule(2, 2, "returned"), schedule(3, 3)])
    assert page.findChild(QPushButton, "status-proposed").text() == "Waiting for approval 1"
    offered = [status.itemText(place) for place in range(1, 5)]
    assert offered == ["Draft", "Waiting for approval", "Changes requested", "Scheduled"]
    page.state.filter_by(status="returned")
    assert shown_ids(page) == [2]
    assert status.currentText() == "Changes requested"
