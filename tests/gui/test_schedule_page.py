"""The schedule page as a person uses it: mouse, keys, filters, what is asked of the app."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QLocale, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QImage, QPaintEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QWidget

from posto_desktop.models.schedule_columns import ScheduleColumns
from posto_desktop.models.schedules import LINK, MEDIA, TEXT, TIME, SchedulesModel
from posto_desktop.sdk.records import Schedule, ScheduleMedia
from posto_desktop.ui.schedule import row_actions
from posto_desktop.ui.schedule.bulk_bar import AvailableActions
from posto_desktop.ui.schedule.column_layout import TEXT_MIN, lay_out_columns
from posto_desktop.ui.schedule.page import ScheduleTablePage
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from tests.gui.schedule.scene import ticked

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def schedule(key: int, hours: float = 0, status: str = "not_sent", **more: Any) -> Schedule:
    fields: dict[str, Any] = {
        "id": key,
        "group_id": f"g{key}",
        "channel_id": key % 3 + 1,
        "channel_name": f"Channel {key}",
        "network": ("fb", "twitter", "instagram")[key % 3],
        "channel_type": "page",
        "status": status,
        "send_at": NOW + timedelta(hours=hours),
        "text": f"Text {key}",
    }
    return Schedule(**{**fields, **more})


def rows() -> list[Schedule]:
    return [
        schedule(1, -2, "success", link="https://example.com/1"),
        schedule(2, -1, "error", error="The image file is too large"),
        schedule(3, -1, "unknown"),
        schedule(4, -4, "missed"),
        schedule(5, 1, media=(ScheduleMedia(1, "image", "https://pic/5"),)),
        schedule(6, 25, group_id="g"),
        schedule(7, 25, group_id="g"),
        schedule(8, 25, group_id="g"),
        schedule(9, 0, "draft", send_at=None),
        schedule(10, 0, "sending"),
    ]


class Heard:
    """Everything that the page asked for, in order."""

    def __init__(self, page: ScheduleTablePage) -> None:
        self.all: list[tuple[str, Any]] = []
        actions = page.row_actions
        actions.retryRequested.connect(lambda ids: self.all.append(("retry", ids)))
        actions.deleteRequested.connect(lambda ids: self.all.append(("delete", ids)))
        actions.resolveRequested.connect(lambda ids, answer: self.all.append((answer, ids)))
        actions.sendNowRequested.connect(lambda ids: self.all.append(("send_now", ids)))
        page.openRequested.connect(lambda url: self.all.append(("open", url)))
        actions.duplicatesRequested.connect(
            lambda all_: self.all.append(
                ("duplicates", [[one.id for one in some] for some in all_])
            )
        )
        actions.duplicateRequested.connect(
            lambda some: self.all.append(("duplicate", [one.id for one in some]))
        )
        page.refreshRequested.connect(lambda: self.all.append(("refresh", None)))
        page.newMessageRequested.connect(lambda: self.all.append(("new", None)))

    def take(self) -> list[tuple[str, Any]]:
        taken, self.all = self.all, []
        return taken


@pytest.fixture(autouse=True)
def plain_locale() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale.c())
    yield
    QLocale.setDefault(before)


@pytest.fixture
def page(qtbot: Any, theme: Any) -> ScheduleTablePage:
    page = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC))
    qtbot.addWidget(page)
    page.resize(1240, 800)
    page.set_schedules(rows())
    page.show()
    return page


@pytest.fixture
def heard(page: ScheduleTablePage) -> Heard:
    return Heard(page)


def spot(page: ScheduleTablePage, key: int, column: int = TEXT) -> QPoint:
    index = page.model.index(page.model.row_of(key), column)
    page.table.scrollTo(index)
    return page.table.visualRect(index).center()


def click(
    qtbot: Any, page: ScheduleTablePage, key: int, how: Any = NONE, column: int = TEXT
) -> None:
    qtbot.mouseClick(page.table.viewport(), LEFT, how, spot(page, key, column))


def click_box(qtbot: Any, page: ScheduleTablePage, key: int) -> None:
    point = spot(page, key, TIME)
    qtbot.mouseClick(page.table.viewport(), LEFT, NONE, QPoint(24, point.y()))


def shown_ids(page: ScheduleTablePage) -> list[int]:
    found = (page.model.schedule_at(row) for row in range(page.model.rowCount()))
    return [one.id for one in found if one is not None]


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("object_name", "accessible_name"),
    [
        ("schedules", "Schedules"),
        ("search-schedules", "Search schedules"),
        ("refresh", "Refresh"),
        ("new-message", "New message"),
        ("retry", "Retry"),
        ("delete", "Delete"),
        ("duplicate", "Duplicate"),
        ("open-post", "Open post"),
        ("send-now", "Send now"),
    ],
)
def test_controls_are_found_by_name(
    page: ScheduleTablePage, object_name: str, accessible_name: str
) -> None:
    control = page.findChild(QWidget, object_name)
    assert control is not None
    assert control.accessibleName() == accessible_name


@pytest.mark.parametrize("name", ["Network filter", "Status filter"])
def test_combos_have_a_buddy_label(page: ScheduleTablePage, name: str) -> None:
    combo = page.findChild(QComboBox, name.lower().replace(" ", "-"))
    labels = [label for label in page.findChildren(QLabel) if label.buddy() is combo]
    assert [label.text() for label in labels] == [name]
    assert combo.accessibleName() == ""


# --- filters --------------------------------------------------------------------------------------


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
    gone = [key for key in left_out.values() if key not in shown]
    assert shown[:2] == ["", "draft"]
    assert shown[-1] is None  # the one that has the others
    assert {"failed", "late", "needs_you"} & {*shown}
    assert more.isVisible()
    assert more.geometry().right() <= page.chips.width()
    assert gone
    menu = page.chips.make_menu()
    offered = {entry.text(): entry for entry in menu.actions()}
    assert {*gone} <= {left_out.get(text, "") for text in offered}
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
    assert page.bulk._words() == "2,000 selected"


def test_chips_that_have_no_room_keep_their_counts(page: ScheduleTablePage) -> None:
    page.resize(560, 700)
    more = page.findChild(QPushButton, "more-statuses")
    shown = [
        chip.text()
        for chip in page.chips.findChildren(QPushButton)
        if chip.isVisible() and chip is not more
    ]
    said = [*shown, *more.toolTip().split(", ")]
    assert sorted(said) == sorted(
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
    assert more.text() == f"+{len(said) - len(shown)}"


def test_network_filter_lists_what_occurs(page: ScheduleTablePage, qtbot: Any) -> None:
    combo = page.toolbar.network
    names = [combo.itemText(at) for at in range(combo.count())]
    assert names == ["All networks", "Facebook", "Instagram", "X"]
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_End)
    assert {one.network for one in map(page.model.schedule, shown_ids(page)) if one} == {"twitter"}
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


def test_empty_says_what_will_be_here(page: ScheduleTablePage, heard: Heard, qtbot: Any) -> None:
    page.set_schedules([])
    assert page.empty.isVisible()
    qtbot.mouseClick(page.empty.button, LEFT)
    assert heard.take() == [("new", None)]


def test_nothing_is_said_to_be_empty_before_it_is_known(qtbot: Any, theme: Any) -> None:
    page = ScheduleTablePage()
    qtbot.addWidget(page)
    page.show()
    assert not page.empty.isVisible()
    page.set_schedules([], True, NOW)  # an empty cache says nothing about the service
    assert not page.empty.isVisible()
    page.set_schedules([])
    assert page.empty.isVisible()


def test_filtered_away_says_how_many_and_clears(page: ScheduleTablePage, qtbot: Any) -> None:
    page.state.filter_by(status="failed")
    page.toolbar.search.setText("Text 5")
    words = [label.text() for label in page.empty.findChildren(QLabel)]
    assert words == ["No post matches", "Without the status filter: 1 post."]
    qtbot.mouseClick(page.empty.button, LEFT)
    assert len(shown_ids(page)) == 10
    assert page.toolbar.search.text() == ""


# --- ticks and the bulk bar -----------------------------------------------------------------------


def test_boxes_space_shift_and_control_tick(page: ScheduleTablePage, qtbot: Any) -> None:
    click(qtbot, page, 5)
    assert page.model.tick_count() == 0
    assert not page.bulk.isVisible()
    click_box(qtbot, page, 6)
    assert ticked(page.model) == [6]
    click(qtbot, page, 8, SHIFT)
    assert ticked(page.model) == [6, 7, 8]
    click(qtbot, page, 7, CONTROL)
    assert ticked(page.model) == [6, 8]
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert ticked(page.model) == [5, 6, 8]
    assert page.bulk.isVisible()
    qtbot.keyClick(page.table, Qt.Key.Key_Escape)
    assert page.model.tick_count() == 0
    assert not page.bulk.isVisible()


def test_control_a_ticks_what_the_filter_shows(page: ScheduleTablePage, qtbot: Any) -> None:
    page.state.filter_by(status="scheduled")
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_A, CONTROL)
    assert ticked(page.model) == [5, 6, 7, 8]


def test_the_head_ticks_all_and_none(page: ScheduleTablePage, qtbot: Any) -> None:
    head = page.table.horizontalHeader()
    qtbot.mouseClick(head.viewport(), LEFT, NONE, head.check_rect().center())
    assert page.model.tick_count() == 10
    qtbot.mouseClick(head.viewport(), LEFT, NONE, head.check_rect().center())
    assert page.model.tick_count() == 0


def test_shift_and_arrows_tick(page: ScheduleTablePage, qtbot: Any) -> None:
    click(qtbot, page, 5)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Down, SHIFT)
    assert ticked(page.model) == [5, 6]  # over the head of the next day


def test_arrows_pass_over_day_heads(page: ScheduleTablePage, qtbot: Any) -> None:
    click(qtbot, page, 5)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    assert page.selection.current_id == 6
    qtbot.keyClick(page.table, Qt.Key.Key_Up)
    assert page.selection.current_id == 5


def test_the_menu_of_ticked_rows_offers_to_export_them(page: ScheduleTablePage, qtbot: Any) -> None:
    page.model.set_ticked([5, 6])
    menu = page.row_actions.make_menu()
    export = next(one for one in menu.actions() if one.text() == "Export…")
    with qtbot.waitSignal(page.exportRequested):
        export.trigger()
    assert ticked(page.model) == [5, 6]  # the dialog offers just these
    menu.close()


def test_several_messages_are_duplicated_at_once(
    page: ScheduleTablePage, heard: Heard, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.model.set_ticked([2, 6, 7])
    qtbot.mouseClick(page.bulk.duplicate, LEFT)
    assert heard.take() == [("duplicates", [[2], [6, 7]])]
    assert page.model.tick_count() == 0
    monkeypatch.setattr(row_actions, "MOST_COPIES", 1)
    page.model.set_ticked([2, 6, 7])
    assert not page.bulk.duplicate.isVisible()
    page.row_actions.duplicate()
    assert heard.take() == []
    page.model.set_ticked([2], False)
    page.row_actions.duplicate()
    assert heard.take() == [("duplicate", [6, 7])]


def test_bulk_bar_offers_what_the_rows_allow(
    page: ScheduleTablePage, heard: Heard, qtbot: Any
) -> None:
    page.model.set_ticked([6, 7])
    assert not page.bulk.retry.isVisible()
    assert page.bulk.duplicate.isVisible()  # two posts of one message
    assert page.bulk.delete.text() == "Delete 2"
    page.model.set_ticked([2, 3, 4, 10])
    assert page.bulk.retry.text() == "Retry 1"
    assert page.bulk.send_now.text() == "Send now 1"
    assert page.bulk.duplicate.isVisible()
    assert page.bulk.delete.text() == "Delete 5"  # not the one that is being sent
    qtbot.mouseClick(page.bulk.retry, LEFT)
    assert heard.take() == [("retry", [2])]
    assert page.model.tick_count() == 0


def test_the_table_leaves_room_for_the_bar(page: ScheduleTablePage) -> None:
    page.resize(1240, 400)
    before = page.table.verticalScrollBar().maximum()
    page.model.set_ticked([6])
    assert page.table.verticalScrollBar().maximum() == before + 80


def test_delete_takes_rows_away_at_once_and_undo_brings_them_back(
    page: ScheduleTablePage, heard: Heard, qtbot: Any
) -> None:
    click(qtbot, page, 6)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    assert heard.take() == [("delete", [6])]
    assert 6 not in shown_ids(page)
    assert page.selection.current_id == 7  # the next one, so that Delete can go on
    page.set_schedules(rows())  # a refresh meanwhile must not show it again
    assert 6 not in shown_ids(page)
    page.restore_rows([6])
    assert 6 in shown_ids(page)


def test_what_is_being_sent_is_not_deleted(
    page: ScheduleTablePage, heard: Heard, qtbot: Any
) -> None:
    click(qtbot, page, 10)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    assert heard.take() == []


def test_r_retries_the_failed_only(page: ScheduleTablePage, heard: Heard, qtbot: Any) -> None:
    page.table.setFocus()
    for key in (2, 3, 5):
        click(qtbot, page, key)
        qtbot.keyClick(page.table, Qt.Key.Key_R)
    assert heard.take() == [("retry", [2])]


def test_control_d_and_the_link(page: ScheduleTablePage, heard: Heard, qtbot: Any) -> None:
    click(qtbot, page, 1)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_D, CONTROL)
    cell = page.table.visualRect(page.model.index(page.model.row_of(1), LINK))
    place = page.table.itemDelegate().link_rect(cell).center()
    qtbot.mouseClick(page.table.viewport(), LEFT, NONE, place)
    page.row_actions.open_post()
    assert heard.take() == [
        ("duplicate", [1]),
        ("open", "https://example.com/1"),
        ("open", "https://example.com/1"),
    ]


def test_refresh_by_its_button(page: ScheduleTablePage, heard: Heard, qtbot: Any) -> None:
    qtbot.mouseClick(page.toolbar.refresh, LEFT)
    assert heard.take() == [("refresh", None)]


# --- what a refresh keeps -------------------------------------------------------------------------


def test_refresh_keeps_current_row_ticks_and_place(page: ScheduleTablePage, qtbot: Any) -> None:
    many = [schedule(n, n, group_id=f"g{n}") for n in range(1, 200)]
    page.set_schedules(many)
    page.table.set_current(120)
    page.model.set_ticked([121])
    shown = (page.model.schedule_at(page.table.rowAt(y)) for y in (60, 100, 140))
    top = next(one for one in shown if one is not None)
    y = page.table.rowViewportPosition(page.model.row_of(top.id))
    page.set_schedules([schedule(n, n - 500) for n in range(900, 940)] + many)
    assert page.selection.current_id == 120
    assert page.table.currentIndex().row() == page.model.row_of(120)
    assert ticked(page.model) == [121]
    assert abs(page.table.rowViewportPosition(page.model.row_of(top.id)) - y) <= 44


def test_the_first_rows_begin_at_today(page: ScheduleTablePage) -> None:
    page.clear()
    page.set_schedules([schedule(n, n * 6) for n in range(-100, 100)])
    top = page.table.rowAt(0)
    assert page.model.index(top, 0).data().startswith("Today")


def test_rows_of_today_that_arrive_later_leave_its_head_at_the_top(page: ScheduleTablePage) -> None:
    page.clear()
    page.add_schedules([schedule(n, n) for n in range(0, 100)], (), NOW)
    assert page.toolbar.as_of.isVisible()
    page.add_schedules([schedule(n, n) for n in range(-100, 0)])
    head = page.model.index(page.table.rowAt(0), 0).data()
    assert head.startswith("Today")
    assert page.model.row_of(-100) > 0


def test_rows_that_arrive_above_do_not_move_what_is_looked_at(page: ScheduleTablePage) -> None:
    page.set_schedules([schedule(n, n) for n in range(1, 200)])
    page.table.set_current(120)
    page.table.scrollTo(page.model.index(page.model.row_of(150), TEXT))
    before = page.table.rowViewportPosition(page.model.row_of(150))
    page.add_schedules([schedule(n, n) for n in range(-300, -200)], [5, 6])
    assert page.table.rowViewportPosition(page.model.row_of(150)) == before
    assert page.selection.current_id == 120
    assert page.model.schedule(5) is None


def test_thousands_of_days_cost_no_height_each(
    page: ScheduleTablePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posto_desktop.ui.schedule.rows_view.MOST_SMALL_HEADS", 20)
    page.set_schedules([schedule(n, n * 24) for n in range(1, 40)])
    assert {page.table.rowHeight(row) for row in range(page.model.rowCount())} == {44}
    page.set_schedules([schedule(n, n * 24) for n in range(1, 10)])
    heights = [page.table.rowHeight(row) for row in range(page.model.rowCount())]
    assert heights == [32 if page.model.is_head(row) else 44 for row in range(len(heights))]


class Areas(QObject):
    """How high each painted area of a widget is."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.seen: list[int] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.seen.append(event.rect().height())
        return False


def test_scrolling_paints_only_what_comes_into_view(page: ScheduleTablePage, qtbot: Any) -> None:
    qtbot.waitUntil(page.isActiveWindow)  # which paints it once more
    page.set_schedules([schedule(n, n) for n in range(1, 200)])
    bar = page.table.verticalScrollBar()
    bar.setValue(500)
    QApplication.processEvents()
    areas = Areas(page.table.viewport())
    page.table.viewport().update()
    qtbot.waitUntil(lambda: bool(areas.seen))
    whole, areas.seen = areas.seen[-1], []
    bar.setValue(520)
    qtbot.waitUntil(lambda: bool(areas.seen))
    assert areas.seen[-1] < whole / 4


def test_row_heights_follow_the_rows_not_their_numbers(page: ScheduleTablePage) -> None:
    for keep in ([1], None, [2], [1, 3], None):
        page.set_channel_filter(keep)
        for row in range(page.model.rowCount()):
            expected = 32 if page.model.is_head(row) else 44
            assert page.table.rowHeight(row) == expected


def test_as_of_and_loading(page: ScheduleTablePage) -> None:
    page.set_schedules(rows(), True, NOW)
    assert page.toolbar.as_of.isVisible()
    assert page.toolbar.as_of.text().startswith("As of ")
    page.set_loading(True)
    assert page.loading._wait.isActive()
    page.set_schedules(rows())
    assert page.loading.isHidden()
    assert not page.loading._wait.isActive()
    assert not page.toolbar.as_of.isVisible()


def test_loading_shows_after_a_while_and_how_far(page: ScheduleTablePage, qtbot: Any) -> None:
    page.set_progress(50, 200)
    qtbot.waitUntil(page.loading.isVisible)
    page.set_progress(200, 200)
    assert not page.loading.isVisible()


# --- inspector ------------------------------------------------------------------------------------


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


def test_double_click_opens_but_not_on_the_box(page: ScheduleTablePage, qtbot: Any) -> None:
    point = spot(page, 5, TIME)
    qtbot.mouseDClick(page.table.viewport(), LEFT, NONE, QPoint(24, point.y()))
    assert not page.state.view.inspector_open
    qtbot.mouseDClick(page.table.viewport(), LEFT, NONE, spot(page, 5))
    assert page.state.view.inspector_open


def test_the_networks_own_words_are_behind_a_fold(page: ScheduleTablePage, qtbot: Any) -> None:
    page.show_schedule(2)
    said = page.inspector.findChild(QLabel, "said")
    assert not said.isVisible()
    qtbot.mouseClick(page.inspector.findChild(QPushButton, "what-was-said"), LEFT)
    assert said.isVisible()
    assert said.text() == "The image file is too large"


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
    assert words == ["Open inspector", "Retry", "Duplicate", "Copy text", "Export…", "", "Delete"]
    next(action for action in menu.actions() if action.text() == "Copy text").trigger()
    assert QGuiApplication.clipboard().text() == "Text 2"
    next(action for action in menu.actions() if action.text().startswith("Retry")).trigger()
    assert heard.take() == [("retry", [2])]


def test_fixes(page: ScheduleTablePage, heard: Heard, qtbot: Any) -> None:
    first = page.inspector.findChild(QPushButton, "reason-fix")
    again = page.inspector.findChild(QPushButton, "reason-send-again")
    there = page.inspector.findChild(QPushButton, "reason-there")
    page.show_schedule(2)
    assert first.text() == "Retry"
    qtbot.mouseClick(first, LEFT)
    page.show_schedule(4)
    assert first.text() == "Send now"
    page.row_actions.ask_now = lambda: False
    qtbot.mouseClick(first, LEFT)
    page.show_schedule(3)
    assert not first.isVisible()  # nobody said where this channel is
    page.set_channel_links({1: "https://facebook.example/me"})
    assert first.isVisible()
    assert (first.text(), again.text()) == ("Open Facebook and look", "Send it again…")
    assert there.text() == "It was published"
    qtbot.mouseClick(first, LEFT)
    qtbot.mouseClick(there, LEFT)
    qtbot.mouseClick(again, LEFT)
    assert heard.take() == [
        ("retry", [2]),
        ("send_now", [4]),
        ("open", "https://facebook.example/me"),
        ("there", [3]),
    ]
    ask = page.findChild(ConfirmDialog)
    qtbot.keyClick(ask, Qt.Key.Key_Return)  # Return stands on the harmless answer
    assert heard.take() == []
    qtbot.waitUntil(lambda: page.findChild(ConfirmDialog) is None)
    qtbot.mouseClick(again, LEFT)
    qtbot.mouseClick(page.findChild(ConfirmDialog).action_button, LEFT)
    assert heard.take() == [("send_again", [3])]
    qtbot.mouseClick(page.inspector.findChild(QPushButton, "reason-delete"), LEFT)
    assert heard.take() == [("delete", [3])]


def test_a_service_cannot_be_told_that_a_post_is_there(page: ScheduleTablePage) -> None:
    page.set_schedules([schedule(1, -1, "error", error="First comment error: no")])
    page.show_schedule(1)
    there = page.inspector.findChild(QPushButton, "reason-there")
    again = page.inspector.findChild(QPushButton, "reason-send-again")
    assert not there.isVisible()
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


# --- look -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "thumbs", "hidden"),
    [(1088, 3, ()), (768, 2, ()), (700, 1, ()), (600, 1, (LINK,)), (520, 0, (MEDIA, LINK))],
)
def test_columns_give_way_in_order(
    theme: Any, total: int, thumbs: int, hidden: tuple[int, ...]
) -> None:
    layout = lay_out_columns(total, theme)
    assert sum(layout.widths) == total
    assert layout.thumbs == thumbs
    assert tuple(n for n, width in enumerate(layout.widths) if width == 0) == hidden
    if total >= 560:
        assert layout.widths[TEXT] >= TEXT_MIN


def test_the_column_of_times_has_room_for_days_where_no_heads_say_them(
    page: ScheduleTablePage, theme: Any, qtbot: Any
) -> None:
    narrow = page.table.columnWidth(TIME)
    page.state.sort_by(TEXT)
    qtbot.waitUntil(lambda: not page.model.has_heads())
    said = page.model.words(page.model.row_at(0), TIME)
    assert "Nov" in said
    needed = QFontMetrics(theme.numbers("strong")).horizontalAdvance(said)
    before = page.table.itemDelegate().check_rect(QRect(0, 0, 100, 40)).right()
    assert page.table.columnWidth(TIME) >= before + needed
    page.state.sort_by(TIME)
    qtbot.waitUntil(page.model.has_heads)
    assert page.table.columnWidth(TIME) == narrow
    chosen = ScheduleColumns(widths={TIME: 80})
    assert lay_out_columns(1000, theme, chosen).widths[TIME] == 80
    assert lay_out_columns(1000, theme, chosen, dated=True).widths[TIME] > narrow


def test_pictures_are_asked_for_and_shown(page: ScheduleTablePage, qtbot: Any) -> None:
    with qtbot.waitSignal(
        page.pictureRequested, check_params_cb=lambda url: url == "https://pic/5"
    ):
        spot(page, 5)
        page.grab()
    before = page.grab().toImage()
    picture = QImage(40, 40, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ff00ff"))
    page.set_picture("https://pic/5", picture)
    after = page.grab().toImage()
    assert before != after


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_can_be_painted(page: ScheduleTablePage, theme: Any, scheme: str) -> None:
    strange = [
        schedule(20, 1, "trash", text="<b>bold</b>" * 200, channel_name="\u202eRTL"),
        schedule(21, 1, network="new network", text="", media=(ScheduleMedia(1, "video/mp4"),) * 9),
        schedule(22, 1, send_at=datetime(9999, 12, 31, tzinfo=UTC)),
    ]
    theme.setMode(scheme)
    try:
        page.set_schedules([*rows(), *strange])
        page.model.set_ticked([6])
        for key in (20, 21, 22, 3):
            page.show_schedule(key)
            assert not page.grab().isNull()
    finally:
        theme.setMode("light")


def test_sorting_by_a_click_on_the_head(page: ScheduleTablePage, qtbot: Any) -> None:
    head = page.table.horizontalHeader()

    def click_head(column: int) -> None:
        x = head.sectionViewportPosition(column) + head.sectionSize(column) - 10
        qtbot.mouseClick(head.viewport(), LEFT, NONE, QPoint(x, head.height() // 2))

    click_head(TEXT)
    assert shown_ids(page) == [1, 10, 2, 3, 4, 5, 6, 7, 8, 9]
    click_head(TEXT)
    assert shown_ids(page)[0] == 9
    click_head(TIME)
    assert shown_ids(page)[-1] == 9
    assert page.model.is_head(0)


def test_a_schedule_that_cannot_be_loaded_is_not_an_empty_one(page: ScheduleTablePage) -> None:
    page.clear()
    asked: list[str] = []
    page.refreshRequested.connect(lambda: asked.append("refresh"))
    page.set_connection("connecting", "")
    page.set_connection("error", "blog.example has an internal fault (500).")
    texts = [one.text() for one in page.empty.findChildren(QLabel)]
    assert "The schedule could not be loaded" in texts
    assert "blog.example has an internal fault (500)." in texts
    page.empty.button.click()
    assert asked == ["refresh"]
    # Its other routes answer: still no reason to say that nothing is scheduled.
    page.set_connection("connected", "")
    assert "The schedule could not be loaded" in [
        one.text() for one in page.empty.findChildren(QLabel)
    ]
    page.set_schedules([], False, datetime.now(UTC))
    assert "Nothing scheduled yet" in [one.text() for one in page.empty.findChildren(QLabel)]


def test_rows_that_could_not_be_read_again_tell_their_age(page: ScheduleTablePage) -> None:
    read = datetime.now(UTC)
    page.set_schedules(rows(), False, read)
    assert page.toolbar.as_of.isHidden()
    page.set_connection("offline", "blog.example is not responding.")
    assert not page.toolbar.as_of.isHidden()
    page.set_schedules(rows(), False, read)  # the same ones, told again
    assert not page.toolbar.as_of.isHidden()
    page.set_schedules(rows(), False, datetime.now(UTC))
    assert page.toolbar.as_of.isHidden()


# --- whether the inspector is open ----------------------------------------------------------------


def make_page(qtbot: Any, width: int, wish: str = "") -> tuple[ScheduleTablePage, list[str]]:
    page, wishes = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC)), []
    qtbot.addWidget(page)
    page.state.restore(inspector=wish)
    page.state.saveRequested.connect(lambda _name, value: wishes.append(value))
    page.resize(width, 800)
    page.show()
    page.set_schedules(rows())
    QApplication.processEvents()
    return page, wishes


@pytest.mark.parametrize(
    ("width", "wish", "is_open"),
    [
        (1300, "", True),
        (1300, "closed", False),
        (1200, "", False),
        (1200, "open", True),
        (1100, "open", False),  # it would lie over the rows
    ],
)
def test_at_first_the_inspector_is_open_where_there_is_room_or_as_it_was_left(
    qtbot: Any, theme: Any, width: int, wish: str, is_open: bool
) -> None:
    page, wishes = make_page(qtbot, width, wish)
    if is_open:
        qtbot.waitUntil(lambda: page.state.view.inspector_open)
    for _ in range(3):  # the pane is made and opened in events of its own
        QApplication.processEvents()
    assert page.state.view.inspector_open == is_open
    assert page.toolbar.details.isChecked() == is_open
    assert wishes == []  # the user has said nothing
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
    page, wishes = make_page(qtbot, 1200)
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
    assert wishes == ["open", "closed", "open"]


def test_without_rows_the_button_stays_up(qtbot: Any, theme: Any) -> None:
    page, wishes = make_page(qtbot, 1300, "closed")
    page.set_schedules([])
    page.clear()
    button = page.findChild(QWidget, "details")
    qtbot.mouseClick(button, LEFT)
    assert not button.isChecked()
    assert wishes == []


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
