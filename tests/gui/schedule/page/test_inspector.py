"""The inspector beside the rows: what it shows, its fixes, and whether it is open."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from posto_desktop.models.schedules import TIME, SchedulesModel
from posto_desktop.ui.schedule.page import ScheduleTablePage
from tests.gui.schedule.page.every_state import LEFT, NONE, Heard, click, rows, schedule, spot
from tests.gui.schedule.scene import NOW


def text_of(page: ScheduleTablePage, name: str) -> str:
    label = page.inspector.findChild(QLabel, name)
    return label.text() if label.isVisible() else ""


def test_enter_opens_the_inspector_which_follows(page: ScheduleTablePage, qtbot: Any) -> None:
    click(qtbot, page, 2)
    assert not page.state.view.inspector_open
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert page.state.view.inspector_open
    assert text_of(page, "inspector-channel") == "Channel 2"
    assert text_of(page, "inspector-network") == "Instagram · Page"
    assert text_of(page, "reason-title") == "Instagram did not accept the file"
    assert text_of(page, "inspector-text") == "Text 2"
    assert text_of(page, "fact-planned") == "Today, 12:21"
    click(qtbot, page, 5)
    assert text_of(page, "inspector-text") == "Text 5"
    assert text_of(page, "reason-title") == ""
    qtbot.mouseClick(page.inspector.findChild(QWidget, "next-post"), LEFT)
    assert text_of(page, "inspector-text") == "Text 6"
    qtbot.mouseClick(page.inspector.findChild(QWidget, "close-inspector"), LEFT)
    assert not page.state.view.inspector_open


def test_double_click_edits_what_waits_but_not_on_the_box(
    page: ScheduleTablePage, qtbot: Any
) -> None:
    asked: list[Any] = []
    page.row_actions.editRequested.connect(asked.extend)
    waiting = next(row for row in page.model.schedules() if row.status == "not_sent")
    sent = next(row for row in page.model.schedules() if row.status == "success")
    point = spot(page, waiting.id, TIME)
    qtbot.mouseDClick(page.table.viewport(), LEFT, NONE, QPoint(24, point.y()))
    assert (page.state.view.inspector_open, asked) == (False, [])
    qtbot.mouseDClick(page.table.viewport(), LEFT, NONE, spot(page, waiting.id))
    assert (page.state.view.inspector_open, [row.id for row in asked]) == (False, [waiting.id])
    qtbot.mouseDClick(page.table.viewport(), LEFT, NONE, spot(page, sent.id))
    assert page.state.view.inspector_open
    assert len(asked) == 1


def test_the_inspector_and_its_key_edit_what_waits(page: ScheduleTablePage, qtbot: Any) -> None:
    asked: list[Any] = []
    page.row_actions.editRequested.connect(asked.extend)
    waiting = next(row for row in page.model.schedules() if row.status == "not_sent")
    page.show_schedule(waiting.id)
    button = page.inspector.findChild(QPushButton, "edit-this-message")
    assert (button.text(), button.accessibleName()) == ("Edit", "")
    qtbot.mouseClick(button, LEFT)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_E)
    assert [row.id for row in asked] == [waiting.id, waiting.id]
    sent = next(row for row in page.model.schedules() if row.status == "success")
    page.show_schedule(sent.id)
    assert not button.isVisible()


def test_the_networks_own_words_are_behind_a_fold(page: ScheduleTablePage, qtbot: Any) -> None:
    page.show_schedule(2)
    words = page.inspector.findChild(QLabel, "said")
    assert not words.isVisible()
    qtbot.mouseClick(page.inspector.findChild(QPushButton, "what-was-said"), LEFT)
    assert words.isVisible()
    assert words.text() == "The image file is too large"


def test_long_addresses_wrap(page: ScheduleTablePage) -> None:
    address = "https://example.com/" + "a" * 300
    page.set_schedules([schedule(1, -2, "success", link=address, text=address)])
    page.show_schedule(1)
    label = page.inspector.findChild(QLabel, "inspector-text")
    assert label.text() == address
    assert label.heightForWidth(200) > 5 * 20
    assert page.inspector.width() <= 330


def test_the_menu_acts_on_the_row(page: ScheduleTablePage, heard: Heard, qtbot: Any) -> None:
    click(qtbot, page, 2)
    menu = page.row_actions.make_menu()
    words = [action.text().split("\t")[0] for action in menu.actions() if action.isEnabled()]
    assert words == [
        "Open inspector", "Retry", "Edit and send again", "Duplicate", "Add to evergreen",
        "Copy text", "Export…", "", "Delete",
    ]  # fmt: skip
    next(action for action in menu.actions() if action.text() == "Copy text").trigger()
    assert QGuiApplication.clipboard().text() == "Text 2"
    next(action for action in menu.actions() if action.text().startswith("Retry")).trigger()
    assert heard.take() == [("retry", [2])]


def test_fixes(page: ScheduleTablePage, heard: Heard, qtbot: Any) -> None:
    first = page.inspector.findChild(QPushButton, "reason-fix")
    again = page.inspector.findChild(QPushButton, "reason-send-again")
    button = page.inspector.findChild(QPushButton, "reason-there")
    page.show_schedule(2)
    assert first.text() == "Retry"
    qtbot.mouseClick(first, LEFT)
    page.show_schedule(4)
    assert first.text() == "Send now"
    page.row_actions.send_now_question.is_asked = lambda: False
    qtbot.mouseClick(first, LEFT)
    page.show_schedule(3)
    assert not first.isVisible()  # nobody said where this channel is
    page.set_channel_links({1: "https://facebook.example/me"})
    assert first.isVisible()
    assert (first.text(), again.text()) == ("Open the channel", "Send again")
    assert button.text() == "It is there"
    qtbot.mouseClick(first, LEFT)
    qtbot.mouseClick(button, LEFT)
    qtbot.mouseClick(again, LEFT)
    assert heard.take() == [
        ("retry", [2]),
        ("send_now", [4]),
        ("open", "https://facebook.example/me"),
        ("there", [3]),
        ("send_again", [3]),
    ]
    page.set_sent_again(frozenset({3}))  # until the undo time is over
    assert (first.text(), again.isVisible()) == ("Undo", False)
    page.set_sent_again(frozenset())
    assert (first.text(), again.isVisible()) == ("Open the channel", True)
    qtbot.mouseClick(page.inspector.findChild(QPushButton, "reason-delete"), LEFT)
    assert heard.take() == [("delete", [3])]


def test_a_service_cannot_be_told_that_a_post_is_there(page: ScheduleTablePage) -> None:
    page.set_schedules([schedule(1, -1, "error", error="First comment error: no")])
    page.show_schedule(1)
    button = page.inspector.findChild(QPushButton, "reason-there")
    again = page.inspector.findChild(QPushButton, "reason-send-again")
    assert not button.isVisible()
    assert again.isVisible()
    assert "delete it here" in text_of(page, "reason-text")


def test_foot(page: ScheduleTablePage, heard: Heard, qtbot: Any) -> None:
    open_post = page.inspector.findChild(QPushButton, "open-this-post")
    page.show_schedule(5)
    assert not open_post.isEnabled()
    assert open_post.toolTip()
    page.show_schedule(1)
    qtbot.mouseClick(open_post, LEFT)
    qtbot.mouseClick(page.inspector.findChild(QPushButton, "duplicate-this-post"), LEFT)
    assert heard.take() == [("open", "https://example.com/1"), ("duplicate", [1])]


def test_inspector_shows_changes_and_closes_with_its_row(page: ScheduleTablePage) -> None:
    page.show_schedule(5)
    changed = schedule(5, 1, "error", text="Changed elsewhere")  # not one that is being moved
    page.set_schedules([changed, schedule(6, 2)])
    assert text_of(page, "inspector-text") == "Changed elsewhere"
    page.set_schedules([schedule(6, 2)])
    assert not page.state.view.inspector_open


def test_the_inspector_goes_on_with_the_next_post_when_its_own_is_deleted(
    page: ScheduleTablePage,
) -> None:
    page.set_schedules([schedule(5, 1), schedule(6, 2)])
    page.show_schedule(5)
    page.row_actions.delete()
    assert page.selection.current_id == 6
    assert page.state.view.inspector_open
    assert text_of(page, "inspector-text") == "Text 6"
    page.row_actions.delete()
    assert not page.state.view.inspector_open


def test_show_schedule_gets_filters_out_of_the_way(page: ScheduleTablePage) -> None:
    page.toolbar.search.setText("nothing")
    page.show_schedule(2)
    assert page.state.view.inspector_open
    assert page.selection.current_id == 2


def test_in_a_narrow_window_the_inspector_lies_over_and_esc_closes(
    page: ScheduleTablePage, qtbot: Any
) -> None:
    page.resize(1000, 700)
    page.show_schedule(2)
    assert page.inspector.parent() is page.panes
    assert page.inspector.geometry().right() == page.panes.width() - 1
    qtbot.keyClick(page.inspector, Qt.Key.Key_Escape)
    assert not page.state.view.inspector_open
    page.resize(1240, 700)
    page.show_schedule(2)
    assert page.inspector.parent() is not page.panes


def test_labels_of_the_message_are_among_the_facts(page: ScheduleTablePage) -> None:
    row_of_labels = page.inspector.findChild(QWidget, "fact-labels")
    page.set_schedules([schedule(5, 1, posto_ref="r5"), schedule(6, 2), schedule(7, 3)])
    page.show_schedule(5)
    assert not row_of_labels.isVisible()
    page.set_labels({"r5": ["Growers", "Launch"], "g6": ["Shop"]})
    assert row_of_labels.isVisible()
    assert row_of_labels.labels() == ["Growers", "Launch"]
    assert row_of_labels.accessibleName() == "Labels: Growers, Launch"
    page.show_schedule(6)
    assert row_of_labels.labels() == ["Shop"]
    page.show_schedule(7)
    assert not row_of_labels.isVisible()


def test_the_address_of_a_post_takes_one_line(page: ScheduleTablePage) -> None:
    label = page.inspector.findChild(QLabel, "fact-post")
    long = "https://www.facebook.com/nordlicht/" + "posts/" * 20 + "42"
    local = "http://127.0.0.1:41234/sandbox/x/12"
    page.set_schedules(
        [schedule(5, 1, "success", link=long), schedule(6, 1, "success", link=local)]
    )
    page.show_schedule(5)
    assert label.text().startswith("facebook.com/")
    assert "…" in label.text()
    assert label.text().endswith("42")
    assert label.toolTip() == label.full_text()
    assert label.height() < 2 * label.fontMetrics().height()
    page.show_schedule(6)
    assert not label.isVisible()


# -- whether it is open ----------------------------------------------------------------------------


def make_page(qtbot: Any, width: int, setting: str = "") -> tuple[ScheduleTablePage, list[str]]:
    page, saved = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC)), []
    qtbot.addWidget(page)
    page.state.restore(inspector=setting)
    page.state.saveRequested.connect(lambda _name, value: saved.append(value))
    page.resize(width, 800)
    page.show()
    page.set_schedules(rows())
    QApplication.processEvents()
    return page, saved


@pytest.mark.parametrize(
    ("width", "setting", "is_open"),
    [
        (1300, "", True),
        (1300, "closed", False),
        (1200, "", False),
        (1200, "open", True),
        (1100, "open", False),  # it would lie over the rows
    ],
)
def test_at_first_the_inspector_is_open_where_there_is_room_or_as_it_was_left(
    qtbot: Any, theme: Any, width: int, setting: str, is_open: bool
) -> None:
    page, saved = make_page(qtbot, width, setting)
    if is_open:
        qtbot.waitUntil(lambda: page.state.view.inspector_open)
    for _ in range(3):  # the pane is made and opened in events of its own
        QApplication.processEvents()
    assert page.state.view.inspector_open == is_open
    assert page.toolbar.details.isChecked() == is_open
    assert saved == []  # the user has said nothing
    if is_open:
        assert text_of(page, "inspector-text") == page.selection.current().text


def test_it_opens_also_when_the_rows_come_later_but_not_twice(qtbot: Any, theme: Any) -> None:
    page = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC))
    qtbot.addWidget(page)
    page.resize(1300, 800)
    page.show()
    QApplication.processEvents()
    page.set_schedules(rows()[:3], from_cache=True, as_of=NOW)
    assert not page.state.view.inspector_open
    page.set_schedules(rows())
    qtbot.waitUntil(lambda: page.state.view.inspector_open)
    page.inspector_pane.close()
    page.set_schedules(rows())
    for _ in range(3):
        QApplication.processEvents()
    assert not page.state.view.inspector_open


def test_the_button_shows_and_hides_details_and_it_is_remembered(qtbot: Any, theme: Any) -> None:
    page, saved = make_page(qtbot, 1200)
    button = page.findChild(QWidget, "details")
    assert button.accessibleName() == "Details"
    assert "Enter" in button.toolTip()
    qtbot.mouseClick(button, LEFT)  # no row was current: the first one in sight becomes so
    assert page.state.view.inspector_open
    assert button.isChecked()
    qtbot.mouseClick(page.inspector.findChild(QWidget, "close-inspector"), LEFT)
    assert not button.isChecked()
    click(qtbot, page, 5)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    page.set_schedules([schedule(5, 1)])
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)  # it closes with the last row, not by the user
    assert not page.state.view.inspector_open
    assert saved == ["open", "closed", "open"]


def test_without_rows_the_button_stays_up(qtbot: Any, theme: Any) -> None:
    page, saved = make_page(qtbot, 1300, "closed")
    page.set_schedules([])
    page.clear()
    button = page.findChild(QWidget, "details")
    qtbot.mouseClick(button, LEFT)
    assert not button.isChecked()
    assert saved == []
