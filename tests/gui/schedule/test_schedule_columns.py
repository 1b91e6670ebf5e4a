"""Columns of the schedule: sized, moved, hidden, sorted, and remembered."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from posto_desktop.models.schedule_columns import ScheduleColumns, Sort
from posto_desktop.models.schedules import CHANNEL, LINK, MEDIA, STATUS, TEXT, TIME
from posto_desktop.ui.schedule.column_layout import MARGIN, TEXT_MIN, checkbox_size, lay_out_columns
from posto_desktop.ui.schedule.page import ScheduleTablePage
from tests.gui.schedule.scene import make_page, shown_ids

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class StoredLayout:
    """What the page asked to remember, the last value by name."""

    def __init__(self, page: ScheduleTablePage) -> None:
        self.page = page
        self.values: dict[str, str] = {}
        page.state.saveRequested.connect(self.values.__setitem__)

    def hand_to(self, page: ScheduleTablePage) -> None:
        self.page.state.save_now()
        page.state.restore(**self.values)


def edge(page: ScheduleTablePage, column: int) -> QPoint:
    """Where the line before a column is."""
    head = page.table.horizontalHeader()
    return QPoint(head.sectionViewportPosition(column), head.height() // 2)


def drag(qtbot: Any, page: ScheduleTablePage, start: QPoint, by: int) -> None:
    view = page.table.horizontalHeader().viewport()
    qtbot.mousePress(view, LEFT, NONE, start)
    qtbot.mouseMove(view, start + QPoint(by, 0))
    qtbot.mouseRelease(view, LEFT, NONE, start + QPoint(by, 0))


def order(page: ScheduleTablePage) -> list[int]:
    return page.table.horizontalHeader().shown_columns()


@pytest.mark.parametrize(
    ("before", "sized", "by", "grows"),
    [(CHANNEL, STATUS, 30, 30), (TEXT, CHANNEL, -20, -20), (MEDIA, MEDIA, -40, 40)],
)
def test_a_line_is_dragged_and_stays_under_the_pointer(
    page: ScheduleTablePage, qtbot: Any, before: int, sized: int, by: int, grows: int
) -> None:
    width, start = page.table.columnWidth(sized), edge(page, before)
    drag(qtbot, page, start, by)
    assert page.table.columnWidth(sized) == width + grows
    assert edge(page, before).x() == start.x() + by
    assert (
        sum(page.table.columnWidth(number) for number in range(6)) == page.table.viewport().width()
    )


def test_lines_are_mirrored_where_people_read_from_the_right(
    page: ScheduleTablePage, qtbot: Any
) -> None:
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    width = page.table.columnWidth(STATUS)
    line = edge(page, STATUS)  # the left edge: Channel is beyond it
    drag(qtbot, page, line, -30)
    assert page.table.columnWidth(STATUS) == width + 30
    assert edge(page, STATUS).x() == line.x() - 30


def test_ticks_are_beside_their_times_where_people_read_from_the_right(
    page: ScheduleTablePage, qtbot: Any
) -> None:
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    table, model = page.table, page.model
    row = next(at for at in range(model.rowCount()) if not model.is_head(at))
    times = table.visualRect(model.index(row, 0))
    assert times.left() > table.viewport().width() // 2
    schedule = model.schedule_at(row)
    assert schedule is not None
    at = QPoint(times.right() - MARGIN - checkbox_size() // 2, times.center().y())
    qtbot.mouseClick(table.viewport(), LEFT, NONE, at)
    assert model.is_ticked(schedule.id)
    head = table.horizontalHeader()
    qtbot.mouseClick(head.viewport(), LEFT, NONE, QPoint(at.x(), head.height() // 2))
    assert all(
        model.is_ticked(item.id)
        for item in map(model.schedule_at, range(model.rowCount()))
        if item is not None
    )


def test_a_double_click_on_a_line_forgets_the_width(page: ScheduleTablePage, qtbot: Any) -> None:
    width = page.table.columnWidth(STATUS)
    drag(qtbot, page, edge(page, CHANNEL), 60)
    assert page.table.columnWidth(STATUS) != width
    view = page.table.horizontalHeader().viewport()
    qtbot.mouseDClick(view, LEFT, NONE, edge(page, CHANNEL))
    assert page.table.columnWidth(STATUS) == width
    assert page.state.view.sort == Sort()


def test_dragging_a_line_sorts_nothing(page: ScheduleTablePage, qtbot: Any) -> None:
    drag(qtbot, page, edge(page, CHANNEL), 30)
    assert page.state.view.sort == Sort()


def test_a_name_is_dragged_to_another_place(page: ScheduleTablePage, qtbot: Any) -> None:
    head = page.table.horizontalHeader()
    view = head.viewport()
    start = edge(page, CHANNEL) + QPoint(40, 0)
    end = edge(page, MEDIA) - QPoint(20, 0)
    qtbot.mousePress(view, LEFT, NONE, start)
    qtbot.mouseMove(view, start + QPoint(30, 0))
    qtbot.mouseMove(view, end)
    qtbot.mouseRelease(view, LEFT, NONE, end)
    assert order(page) == [TIME, STATUS, TEXT, CHANNEL, MEDIA, LINK]
    assert page.state.view.columns.order == (TIME, STATUS, TEXT, CHANNEL, MEDIA, LINK)
    assert page.state.view.sort == Sort()


def test_columns_widths_and_order_are_remembered(page: ScheduleTablePage, qtbot: Any) -> None:
    stored = StoredLayout(page)
    drag(qtbot, page, edge(page, CHANNEL), 30)
    page.state.move_column(LINK, -1)
    page.state.show_column(MEDIA, False)
    page.state.sort_by(STATUS)
    page.state.sort_by(STATUS)
    other = make_page(qtbot)
    stored.hand_to(other)
    assert order(other) == order(page) == [TIME, STATUS, CHANNEL, TEXT, LINK]
    assert other.state.view.columns.order == page.state.view.columns.order
    assert other.table.columnWidth(STATUS) == page.table.columnWidth(STATUS)
    assert other.state.view.sort == Sort(STATUS, True)
    assert shown_ids(other) == shown_ids(page)


def test_what_was_remembered_is_not_told_again(page: ScheduleTablePage) -> None:
    stored = StoredLayout(page)
    page.state.restore(columns='{"hidden": ["link"]}', sort="text")
    page.state.save_now()
    assert "columns" not in stored.values
    assert page.table.isColumnHidden(LINK)
    assert not page.model.is_head(0)


def test_the_usual_columns_are_kept_as_nothing(page: ScheduleTablePage) -> None:
    stored = StoredLayout(page)
    page.state.show_column(LINK, False)
    page.state.reset_columns()
    page.state.save_now()
    assert stored.values["columns"] == ""
    page.state.sort_by(TEXT)
    page.state.sort_by(TIME)
    assert stored.values["sort"] == ""


def test_damaged_settings_show_the_usual_table(page: ScheduleTablePage) -> None:
    page.state.restore(columns="{", sort="nonsense", views="[")
    assert page.state.view.columns == ScheduleColumns()
    assert page.state.view.sort == Sort()
    assert page.state.view.saved == ()


def test_the_menu_of_a_head(page: ScheduleTablePage) -> None:
    menu = page.column_menus.make_menu(STATUS)
    by_words = {action.text(): action for action in menu.actions()}
    assert not by_words["Move Status left"].isEnabled()
    by_words["Sort descending"].trigger()
    assert page.state.view.sort == Sort(STATUS, True)
    by_words["Move Status right"].trigger()
    assert order(page)[1:3] == [CHANNEL, STATUS]
    by_words["Hide Status"].trigger()
    assert STATUS not in order(page)
    menu.close()
    menu = page.column_menus.make_menu(TIME)
    by_words = {action.text(): action for action in menu.actions()}
    assert not any(words.startswith(("Hide", "Move")) for words in by_words)
    assert not by_words["Time"].isEnabled()
    assert by_words["Earliest first"].isChecked() is False
    by_words["Status"].trigger()
    assert STATUS in order(page)
    by_words["Earliest first"].trigger()
    assert page.state.view.sort == Sort()
    by_words["Reset columns"].trigger()
    assert page.state.view.columns == ScheduleColumns()
    menu.close()


def test_the_popup_does_all_of_it_by_keys(page: ScheduleTablePage, qtbot: Any) -> None:
    heights: list[str] = []
    page.column_menus.rowHeightRequested.connect(heights.append)
    popup = page.column_menus.make_popup()
    popup.show_at(QPoint(100, 100))
    qtbot.waitExposed(popup)
    status = popup.findChild(QWidget, "show-status")
    status.setFocus()
    qtbot.keyClick(status, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert order(page)[1:3] == [CHANNEL, STATUS]
    qtbot.keyClick(status, Qt.Key.Key_Space)
    assert STATUS not in order(page)
    qtbot.keyClick(popup.sort, Qt.Key.Key_End)
    popup.backwards.click()
    assert page.state.view.sort == Sort(LINK, True)
    assert not popup.findChild(QWidget, "show-time").isEnabled()
    popup.findChild(QWidget, "move-text-up").click()
    assert page.state.view.columns.order[1:4] == (CHANNEL, TEXT, STATUS)
    popup.findChild(QWidget, "row-height-compact").click()
    assert heights == ["compact"]
    popup.reset.click()
    assert page.state.view.columns == ScheduleColumns()
    assert status.isChecked()
    popup.close()


def test_the_button_of_the_columns_opens_the_popup(page: ScheduleTablePage, qtbot: Any) -> None:
    button = page.findChild(QWidget, "columns")
    assert button.accessibleName() == "Columns"
    qtbot.mouseClick(button, LEFT)
    popup = page.findChild(QWidget, "columns-popup")
    assert popup.isVisible()
    popup.close()


def test_sorting_by_time_again_goes_to_today(page: ScheduleTablePage) -> None:
    page.state.sort_by(TEXT)
    assert not page.model.is_head(0)
    page.state.sort_by(TIME)
    assert page.model.index(page.table.rowAt(0), 0).data().startswith(("Today", "Mon"))


# --- widths ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("total", range(520, 1500, 70))
@pytest.mark.parametrize(
    "columns",
    [
        ScheduleColumns(),
        ScheduleColumns(widths={CHANNEL: 400, STATUS: 300}),
        ScheduleColumns(widths={MEDIA: 240}),
        ScheduleColumns(hidden=frozenset({CHANNEL, LINK})),
        ScheduleColumns(hidden=frozenset({TEXT})),
        ScheduleColumns(hidden=frozenset({STATUS, CHANNEL, TEXT, MEDIA, LINK})),
    ],
)
def test_widths_fill_the_table(theme: Any, total: int, columns: ScheduleColumns) -> None:
    layout = lay_out_columns(total, theme, columns)
    assert sum(layout.widths) == total
    assert all(layout.widths[column] == 0 for column in columns.hidden)
    assert layout.widths[layout.slack] > 0
    if TEXT not in columns.hidden and total >= 720:
        assert layout.widths[TEXT] >= min(TEXT_MIN, 60)


def test_a_wide_media_column_shows_more_pictures(theme: Any) -> None:
    assert lay_out_columns(1200, theme, ScheduleColumns(widths={MEDIA: 240})).thumbs == 6
    assert lay_out_columns(1200, theme, ScheduleColumns(widths={MEDIA: 60})).thumbs == 1
