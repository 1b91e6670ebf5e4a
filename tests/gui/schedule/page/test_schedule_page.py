"""The schedule page: its names, its look, and what it says without rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QFontMetrics, QImage
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from posto_desktop.models.schedule_columns import ScheduleColumns
from posto_desktop.models.schedules import LINK, MEDIA, TEXT, TIME
from posto_desktop.sdk.records import ScheduleMedia
from posto_desktop.ui.schedule.column_layout import TEXT_MIN, lay_out_columns
from posto_desktop.ui.schedule.page import ScheduleTablePage
from tests.gui.heard import name_of
from tests.gui.schedule.page.every_state import LEFT, NONE, Heard, rows, schedule, spot
from tests.gui.schedule.scene import NOW, shown_ids

# -- names -----------------------------------------------------------------------------------------


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
    assert name_of(control) == accessible_name


@pytest.mark.parametrize("name", ["Network filter", "Status filter"])
def test_combos_have_a_buddy_label(page: ScheduleTablePage, name: str) -> None:
    combo = page.findChild(QComboBox, name.lower().replace(" ", "-"))
    labels = [label for label in page.findChildren(QLabel) if label.buddy() is combo]
    assert [label.text() for label in labels] == [name]
    assert combo.accessibleName() == ""


# -- look ------------------------------------------------------------------------------------------


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
    words = page.model.words(page.model.row_at(0), TIME)
    assert "Nov" in words
    needed = QFontMetrics(theme.numbers("strong")).horizontalAdvance(words)
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


def test_row_heights_follow_the_rows_not_their_numbers(page: ScheduleTablePage) -> None:
    for keep in ([1], None, [2], [1, 3], None):
        page.set_channel_filter(keep)
        for row in range(page.model.rowCount()):
            expected = 32 if page.model.is_head(row) else 44
            assert page.table.rowHeight(row) == expected


# -- empty, loading, not loaded --------------------------------------------------------------------


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


def test_a_schedule_that_cannot_be_loaded_is_not_an_empty_one(page: ScheduleTablePage) -> None:
    page.clear()
    asked: list[str] = []
    page.refreshRequested.connect(lambda: asked.append("refresh"))
    page.set_connection("connecting", "")
    page.set_connection("error", "blog.example has an internal error (500).")
    texts = [label.text() for label in page.empty.findChildren(QLabel)]
    assert "The schedule could not be loaded" in texts
    assert "blog.example has an internal error (500)." in texts
    page.empty.button.click()
    assert asked == ["refresh"]
    # Its other routes answer: still no reason to say that nothing is scheduled.
    page.set_connection("connected", "")
    assert "The schedule could not be loaded" in [
        label.text() for label in page.empty.findChildren(QLabel)
    ]
    page.set_schedules([], False, datetime.now(UTC))
    assert "Nothing scheduled yet" in [label.text() for label in page.empty.findChildren(QLabel)]


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
