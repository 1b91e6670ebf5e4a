"""Posts grouped by message on the page: folded, acted on, in the inspector, remembered."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractButton, QApplication, QListView, QScrollArea, QWidget

from posto_desktop.models.schedule_messages import MessageRow
from posto_desktop.models.schedules import MEDIA, STATUS, TIME, SchedulesModel
from posto_desktop.sdk.records import Schedule, ScheduleMedia
from posto_desktop.ui.schedule.network_marks import fitting_networks
from posto_desktop.ui.schedule.page import ScheduleTablePage
from posto_desktop.ui.widgets.labels import StatusPill
from tests.gui.schedule.page.every_state import LEFT, NONE, Heard
from tests.gui.schedule.page.every_state import schedule as post
from tests.gui.schedule.scene import NOW

Key = Qt.Key
NETWORKS = ("fb", "twitter", "instagram", "mastodon", "bluesky")


def rows() -> list[Schedule]:
    """A message on five networks, one on two, and a post of its own."""
    outcomes = ("success", "error", "success", "error", "success")
    message = [
        post(key, -2, status, group_id="a", network=network, posto_ref="ra",
             link=f"https://example.com/{key}" if status == "success" else "",
             text="The winter roast is here")
        for key, (status, network) in enumerate(zip(outcomes, NETWORKS, strict=True), 1)
    ]  # fmt: skip
    return [
        *message,
        post(6, 1),
        post(7, 2, group_id="b", network="fb", text="Soon"),
        post(8, 2, group_id="b", network="twitter", text="Soon"),
    ]


@pytest.fixture
def page(qtbot: Any, theme: Any) -> ScheduleTablePage:
    page = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC))
    qtbot.addWidget(page)
    page.resize(1240, 800)
    page.state.restore(inspector="closed", grouping="message")
    page.set_schedules(rows())
    with qtbot.waitExposed(page):
        page.show()
    return page


def listed(page: ScheduleTablePage) -> list[list[int]]:
    groups = (page.model.schedules_at(number) for number in range(page.model.rowCount()))
    return [[item.id for item in some] for some in groups if some]


def all_of(view: QListView) -> list[QModelIndex]:
    return [view.model().index(row, 0) for row in range(view.model().rowCount())]


def press(qtbot: Any, page: ScheduleTablePage, *keys: Key, how: Any = NONE) -> None:
    page.table.setFocus(Qt.FocusReason.TabFocusReason)
    for key in keys:
        qtbot.keyClick(page.table, key, how)


def acted_on(page: ScheduleTablePage) -> list[int]:
    return [row.id for row in page.row_actions.rows()]


def test_all_of_it_by_keys_alone(page: ScheduleTablePage, qtbot: Any) -> None:
    assert listed(page) == [[1, 2, 3, 4, 5], [6], [7, 8]]
    press(qtbot, page, Key.Key_Home)
    assert acted_on(page) == [1, 2, 3, 4, 5]
    press(qtbot, page, Key.Key_Left)
    assert listed(page) == [[1, 2, 3, 4, 5], [6], [7, 8]]
    press(qtbot, page, Key.Key_Right)
    assert listed(page)[:3] == [[1, 2, 3, 4, 5], [1], [2]]
    assert acted_on(page) == [1, 2, 3, 4, 5], "the message stays current"
    press(qtbot, page, Key.Key_Right, Key.Key_Down)
    assert acted_on(page) == [2]
    press(qtbot, page, Key.Key_Left)
    assert acted_on(page) == [1, 2, 3, 4, 5]
    press(qtbot, page, Key.Key_Left)
    assert listed(page) == [[1, 2, 3, 4, 5], [6], [7, 8]]
    press(qtbot, page, Key.Key_Right, how=Qt.KeyboardModifier.ControlModifier)
    assert len(listed(page)) == 3 + 5 + 2
    press(qtbot, page, Key.Key_Left, how=Qt.KeyboardModifier.ControlModifier)
    assert len(listed(page)) == 3


def test_a_fold_takes_the_current_post_to_its_message(page: ScheduleTablePage, qtbot: Any) -> None:
    page.model.set_all_open(True)
    page.table.set_current(3)
    assert acted_on(page) == [3]
    page.model.set_all_open(False)
    assert acted_on(page) == [1, 2, 3, 4, 5]
    page.state.group(False)
    assert len(acted_on(page)) == 1


def test_the_chevron_unfolds_and_the_box_ticks(page: ScheduleTablePage, qtbot: Any) -> None:
    table = page.table
    cell = table.visualRect(page.model.index(1, TIME))
    chevron, box = table._delegate.chevron_rect(cell), table._delegate.check_rect(cell)
    assert not chevron.intersects(box)
    qtbot.mouseClick(table.viewport(), LEFT, NONE, chevron.center())
    assert len(listed(page)) == 8
    assert page.model.tick_count() == 0
    qtbot.mouseClick(table.viewport(), LEFT, NONE, box.center())
    assert page.model.tick_count() == 5
    below = table._delegate.check_rect(table.visualRect(page.model.index(2, TIME)), 2)
    assert below.left() > box.left()
    qtbot.mouseClick(table.viewport(), LEFT, NONE, below.center())
    assert page.model.tick_count() == 4
    qtbot.mouseClick(table.viewport(), LEFT, NONE, box.center())
    assert page.model.tick_count() == 5, "some become all"
    qtbot.mouseClick(table.viewport(), LEFT, NONE, chevron.center())
    assert len(listed(page)) == 3


def test_buttons_act_on_all_posts_of_a_message(page: ScheduleTablePage, heard: Heard) -> None:
    moved: list[list[int]] = []
    page.row_actions.rescheduleRequested.connect(lambda some: moved.append([p.id for p in some]))
    page.table.set_current(1)
    page.row_actions.retry()
    page.row_actions.duplicate()
    page.table.set_current(7)
    page.row_actions.reschedule()
    page.row_actions.delete()
    assert heard.take() == [("retry", [2, 4]), ("duplicate", [1, 2, 3, 4, 5]), ("delete", [7, 8])]
    assert moved == [[7, 8]]
    assert listed(page) == [[1, 2, 3, 4, 5], [6]]
    assert acted_on(page) == [6]
    page.restore_rows([7, 8])
    assert listed(page) == [[1, 2, 3, 4, 5], [6], [7, 8]], "as Undo does"


def test_the_text_of_a_message_is_copied_once(page: ScheduleTablePage) -> None:
    page.table.set_current(1)
    page.row_actions.copy_text()
    assert QApplication.clipboard().text() == "The winter roast is here"


def test_shift_and_arrows_tick_whole_messages(page: ScheduleTablePage, qtbot: Any) -> None:
    press(qtbot, page, Key.Key_Home)
    press(qtbot, page, Key.Key_Down, how=Qt.KeyboardModifier.ShiftModifier)
    assert page.model.tick_count() == 6


def test_the_inspector_shows_the_message_and_each_post(page: ScheduleTablePage, qtbot: Any) -> None:
    opened: list[str] = []
    page.openRequested.connect(opened.append)
    page.table.set_current(1)
    page.inspector_pane.open()
    inspector = page.inspector
    posts = inspector.findChild(QWidget, "message-posts")
    assert posts.isVisible()
    assert [post.id for post in posts.posts()] == [1, 2, 3, 4, 5]
    assert inspector.findChild(StatusPill).accessibleName() == "2 failed, 3 sent"
    assert inspector.findChild(QWidget, "inspector-channel").text() == "Message on 5 networks"
    rows = inspector.findChild(QListView, "posts-of-message")
    assert rows.height() >= 5 * rows.sizeHintForRow(0), "the inspector scrolls, not the list"
    texts = [row.data(Qt.ItemDataRole.AccessibleTextRole) for row in all_of(rows)]
    assert texts[:2] == ["Facebook, Channel 1, Sent", "X, Channel 2, Failed"]
    assert not inspector.findChild(QAbstractButton, "open-this-post").isVisible()
    links = [rows.itemDelegate().targets(row).get("link") for row in all_of(rows)]
    assert [link is not None for link in links] == [True, False, True, False, True]
    qtbot.mouseClick(rows.viewport(), LEFT, NONE, links[2].center())
    assert opened == ["https://example.com/3"]
    rows.setFocus(Qt.FocusReason.TabFocusReason)
    rows.setCurrentIndex(all_of(rows)[1])
    qtbot.keyClick(rows, Key.Key_Return)
    assert acted_on(page) == [2]
    assert len(listed(page)) == 8, "unfolded to show it"
    assert not posts.isVisible()
    assert inspector.findChild(QWidget, "inspector-channel").text() == "Channel 2"


def test_a_message_is_edited_by_one_of_its_posts(page: ScheduleTablePage, qtbot: Any) -> None:
    """The editor takes all of its posts that can be edited."""
    edited: list[list[int]] = []
    page.row_actions.editRequested.connect(lambda some: edited.append([item.id for item in some]))
    cell = page.table.visualRect(page.model.index(page.model.row_of(7), STATUS))
    qtbot.mouseClick(page.table.viewport(), LEFT, NONE, cell.center())
    qtbot.mouseDClick(page.table.viewport(), LEFT, NONE, cell.center())
    page.row_actions.edit()
    page.inspector_pane.open()
    qtbot.mouseClick(page.inspector.findChild(QAbstractButton, "edit-this-message"), LEFT)
    assert edited == [[7], [7, 8], [7]]


def test_a_click_on_a_post_of_the_message_goes_to_it(page: ScheduleTablePage, qtbot: Any) -> None:
    page.table.set_current(1)
    page.inspector_pane.open()
    rows = page.inspector.findChild(QListView, "posts-of-message")
    place = rows.visualRect(all_of(rows)[3]).center()
    qtbot.mouseClick(rows.viewport(), LEFT, NONE, place - QPoint(40, 0))
    assert acted_on(page) == [4]


def test_the_inspector_scrolls_to_the_post_that_keys_reach(
    page: ScheduleTablePage, qtbot: Any
) -> None:
    """A message on 60 channels."""
    many = [post(key, -2, "success", group_id="m") for key in range(1, 61)]
    page.set_schedules(many)
    page.table.set_current(1)
    page.inspector_pane.open()
    rows = page.inspector.findChild(QListView, "posts-of-message")
    rows.setFocus(Qt.FocusReason.TabFocusReason)
    area = page.inspector.findChild(QScrollArea)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    qtbot.keyClick(rows, Key.Key_End)
    last = rows.mapTo(area, rows.visualRect(all_of(rows)[59]).topLeft())
    assert 0 < last.y() < area.height()


def test_the_inspector_follows_each_post_of_the_message(page: ScheduleTablePage) -> None:
    page.table.set_current(1)
    page.inspector_pane.open()
    page.set_schedules([post(5, -2, "error", group_id="a"), *rows()[:4], *rows()[5:]])
    pill = page.inspector.findChild(StatusPill)
    assert pill.accessibleName() == "3 failed, 2 sent"


def test_buttons_of_the_inspector_act_on_the_message(
    page: ScheduleTablePage, heard: Heard, qtbot: Any
) -> None:
    moved: list[list[int]] = []
    page.row_actions.rescheduleRequested.connect(lambda some: moved.append([p.id for p in some]))
    page.table.set_current(7)
    page.inspector_pane.open()
    qtbot.mouseClick(page.inspector.findChild(QAbstractButton, "duplicate-this-post"), LEFT)
    qtbot.mouseClick(page.inspector.findChild(QAbstractButton, "reschedule-this-post"), LEFT)
    assert heard.take() == [("duplicate", [7, 8])]
    assert moved == [[7, 8]]


def test_a_post_that_something_else_shows_is_unfolded(page: ScheduleTablePage) -> None:
    page.toolbar.search.setText("no such post")
    page.show_schedule(8)
    assert acted_on(page) == [8]
    assert page.inspector.schedule().id == 8


def test_grouping_is_switched_remembered_and_part_of_a_view(page: ScheduleTablePage) -> None:
    saved: dict[str, str] = {}
    page.state.saveRequested.connect(saved.__setitem__)
    page.state.save_view("Messages")
    popup = page.column_menus.make_popup()
    switch = popup.findChild(QAbstractButton, "group-posts")
    assert switch.text() == "Group posts of a message"
    assert switch.isChecked()
    switch.click()
    popup.deleteLater()
    assert saved["grouping"] == ""
    assert len(listed(page)) == 8
    assert page.state.view.saved_view() is None
    page.state.choose(page.state.view.saved[0])
    assert saved["grouping"] == "message"
    assert len(listed(page)) == 3
    command = next(c for c in page.commands.entries() if c and c.text() == switch.text())
    assert command.isChecked()
    command.trigger()
    assert not page.state.view.grouped
    assert not command.isChecked()
    fold = next(c for c in page.commands.entries() if c and c.text() == "Unfold all messages")
    assert not fold.isEnabled()
    again = ScheduleTablePage()
    again.state.restore(**{**saved, "grouping": "message"})
    assert again.model.is_grouped
    assert [view.grouped for view in again.state.view.saved] == [True]
    again.deleteLater()


def test_there_is_room_for_the_chevron_and_the_summary(page: ScheduleTablePage) -> None:
    before = page.table.columnWidth(TIME), page.table.columnWidth(STATUS)
    page.state.group(False)
    assert page.table.columnWidth(TIME) < before[0]
    assert page.table.columnWidth(STATUS) <= before[1]


@pytest.mark.parametrize(
    ("room", "networks", "channels", "shown"),
    [(200, 5, 5, (5, "")), (200, 12, 12, (8, "+4")), (200, 8, 60, (5, "60 channels"))],
)
def test_networks_that_do_not_fit_are_counted(
    qapp: Any, theme: Any, room: int, networks: int, channels: int, shown: tuple[int, str]
) -> None:
    fitting, words = fitting_networks(room, networks, channels)
    assert words == shown[1] or words.startswith("+")
    assert abs(fitting - shown[0]) <= 1
    if words.startswith("+"):
        assert fitting + int(words[1:]) == networks


def test_the_place_stays_when_rows_are_grouped(page: ScheduleTablePage) -> None:
    many = [post(10 * at + n, at * 3, group_id=f"m{at}") for at in range(1, 60) for n in range(4)]
    page.set_schedules(many)
    page.table.set_current(303)
    for grouped in (False, True):
        page.state.group(grouped)
        row = page.model.row_of(page.selection.current_id or 0)
        assert page.model.row_of(303) - row in (0, 3)
        assert 0 <= page.table.rowViewportPosition(row) < page.table.viewport().height()


def test_a_picture_stays_visible_below_the_number_of_more(page: ScheduleTablePage) -> None:
    """It was a dark tile: sorted by anything but time, there is room for one picture."""
    media = tuple(ScheduleMedia(n, "image", f"https://pic/{n}") for n in range(1, 5))
    page.set_schedules([post(1, 1, media=media)])
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.green)
    page.set_picture("https://pic/1", picture)
    page.state.sort_by(STATUS)
    page.resize(900, 600)
    delegate, model = page.table._delegate, page.model
    delegate.thumbs = 1
    canvas = QImage(120, 44, QImage.Format.Format_RGB32)
    canvas.fill(Qt.GlobalColor.white)
    painter = QPainter(canvas)
    row = model.row_at(model.row_of(1))
    assert row is not None
    assert not isinstance(row, MessageRow)
    delegate._cells[MEDIA](painter, QRect(0, 0, 120, 44), 0, row)
    painter.end()
    green = sum(
        canvas.pixelColor(x, y) == Qt.GlobalColor.green for x in range(60) for y in range(44)
    )
    dark = sum(canvas.pixelColor(x, y).lightness() < 90 for x in range(60) for y in range(44))
    assert green > 2 * dark > 0


def test_an_arrow_shows_the_order_by_time_too(page: ScheduleTablePage) -> None:
    head = page.table.horizontalHeader()

    def shown() -> QImage:
        rect = QRect(head.sectionViewportPosition(TIME), 0, head.sectionSize(TIME), head.height())
        return head.viewport().grab(rect).toImage()

    by_time = shown()
    page.state.sort_by(STATUS)
    other = shown()
    page.state.sort_by(TIME)
    assert shown() == by_time
    page.state.sort_by(TIME)
    backwards = shown()
    narrow = other.copy(0, 0, min(other.width(), by_time.width()), other.height())
    assert narrow != by_time.copy(narrow.rect())
    assert backwards != by_time


def test_the_inspector_shows_no_post_that_the_list_does_not(
    page: ScheduleTablePage, qtbot: Any
) -> None:
    page.state.group(False)
    page.table.set_current(6)
    page.inspector_pane.open()
    text = page.inspector.findChild(QWidget, "inspector-text")
    assert text.isVisible()
    page.toolbar.search.setText("winter")
    hidden = page.inspector.findChild(QWidget, "filtered-out")
    assert hidden.isVisible()
    assert not text.isVisible()
    assert acted_on(page) == []
    page.toolbar.search.setText("")
    assert text.isVisible()
    assert not hidden.isVisible()
    page.set_channel_filter([2])
    assert hidden.isVisible()
    asked: list[bool] = []
    page.allChannelsRequested.connect(lambda: (asked.append(True), page.set_channel_filter(None)))
    qtbot.mouseClick(hidden.button, LEFT)
    assert asked
    assert text.isVisible()
    page.toolbar.search.setText("winter")
    press(qtbot, page, Key.Key_Home)
    assert text.isVisible()
    assert page.inspector.schedule().id == 1


def test_a_message_is_clicked_as_a_whole(page: ScheduleTablePage, qtbot: Any) -> None:
    cell = page.table.visualRect(page.model.index(1, STATUS))
    qtbot.mouseClick(page.table.viewport(), LEFT, NONE, cell.center() + QPoint(0, 1))
    assert acted_on(page) == [1, 2, 3, 4, 5]
