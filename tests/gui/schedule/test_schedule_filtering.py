"""The schedule narrowed by dates, labels and networks; views that have a name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from posto_desktop.models.schedule_columns import Sort
from posto_desktop.models.schedule_dates import named_span, span_between
from posto_desktop.models.schedule_views import SavedView, ScheduleFilters, read_views
from posto_desktop.models.schedules import LINK, MEDIA, STATUS, TEXT
from posto_desktop.ui.schedule.dates_popup import DatesPopup
from posto_desktop.ui.schedule.page import ScheduleTablePage
from posto_desktop.ui.widgets.month_picker import MonthPicker, add_months
from tests.gui.cut_text import settle
from tests.gui.heard import name_of
from tests.gui.schedule.scene import NOW, make_page, rows, schedule, shown_ids

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
TODAY = NOW.date()


def chips(page: ScheduleTablePage) -> list[str]:
    widget = page.findChild(QWidget, "filters-on")
    return widget.words() if widget is not None and widget.isVisible() else []


def open_dates(page: ScheduleTablePage, qtbot: Any) -> DatesPopup:
    popup = page.filter_controller.make_dates()
    popup.show_at(page.mapToGlobal(QPoint(50, 50)))
    qtbot.waitExposed(popup)
    return popup


# --- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        ("any", [1, 2, 3, 4, 5, 6, 7]),
        ("today", [2, 3]),
        ("from-today", [2, 3, 4, 5, 6]),
        ("next7", [2, 3, 4, 5]),
        ("month", [1, 2, 3, 4]),
    ],
)
def test_named_dates(page: ScheduleTablePage, qtbot: Any, kind: str, ids: list[int]) -> None:
    page.state.filter_by(dates=span_between(date(2020, 1, 1), date(2020, 1, 2)))
    popup = open_dates(page, qtbot)
    qtbot.mouseClick(popup.findChild(QWidget, f"dates-{kind}"), LEFT, NONE, QPoint(8, 8))
    assert shown_ids(page) == ids
    popup.close()


def test_dates_are_a_chip_that_takes_them_away(page: ScheduleTablePage, qtbot: Any) -> None:
    page.state.filter_by(dates=named_span("today"))
    assert chips(page) == ["Today"]
    assert name_of(page.toolbar.dates) == "Today, Date filter"
    chip = page.findChild(QWidget, "filter-dates")
    assert chip.accessibleName() == "Remove filter Today"
    qtbot.mouseClick(chip, LEFT)
    assert chips(page) == []
    assert len(shown_ids(page)) == 7
    assert name_of(page.toolbar.dates) == "Any date, Date filter"


def test_days_are_chosen_by_two_clicks(page: ScheduleTablePage, qtbot: Any) -> None:
    popup = open_dates(page, qtbot)
    grid = popup.grid
    grid.choose(date(2026, 11, 26))
    assert shown_ids(page) == [4]
    grid.choose(date(2026, 11, 25))
    assert page.model.filters.dates == span_between(date(2026, 11, 25), date(2026, 11, 26))
    assert shown_ids(page) == [2, 3, 4]
    assert (popup.first.text(), popup.last.text()) == ("25 Nov", "26 Nov")
    assert popup.radios["between"].isChecked()
    grid.choose(date(2026, 12, 1))  # begins anew
    assert shown_ids(page) == [5]
    popup.close()


def test_days_are_typed_in_words(page: ScheduleTablePage, qtbot: Any) -> None:
    popup = open_dates(page, qtbot)
    qtbot.keyClicks(popup.first, "tomorrow")
    qtbot.keyClick(popup.first, Qt.Key.Key_Return)
    assert page.model.filters.dates == span_between(date(2026, 11, 26), None)
    qtbot.keyClicks(popup.last, "in 2 weeks")
    qtbot.keyClick(popup.last, Qt.Key.Key_Return)
    assert shown_ids(page) == [4, 5]
    assert popup.last.text() == "9 Dec"
    popup.last.setText("sometime")
    qtbot.keyClick(popup.last, Qt.Key.Key_Return)
    assert "is not a day" in popup.problem.text()
    assert popup.problem.isVisible()
    assert shown_ids(page) == [4, 5]
    popup.first.clear()
    popup.last.clear()
    qtbot.keyClick(popup.first, Qt.Key.Key_Return)
    assert page.model.filters.dates is None
    assert not popup.problem.isVisible()
    popup.close()


def test_named_dates_by_keys(page: ScheduleTablePage, qtbot: Any) -> None:
    popup = open_dates(page, qtbot)
    radio = popup.radios[""]
    radio.setFocus()
    qtbot.keyClick(radio, Qt.Key.Key_Down)
    assert page.model.filters.dates == named_span("today")
    assert chips(page) == ["Today"]
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.findChild(DatesPopup) is None)


def test_the_menu_bar_reaches_filters_views_and_columns(page: ScheduleTablePage) -> None:
    def commands() -> dict[str, Any]:
        return {
            command.text(): command for command in page.commands.entries() if command is not None
        }

    assert not commands()["Clear filters"].isEnabled()
    page.state.filter_by(dates=named_span("today"))
    commands()["Clear filters"].trigger()
    assert page.model.filters == ScheduleFilters()
    for words, name in (("Dates…", "dates-popup"), ("Columns and rows…", "columns-popup")):
        commands()[words].trigger()
        popup = page.findChild(QWidget, name)
        assert popup.isVisible()
        popup.close()


def test_the_month_by_keys(qtbot: Any, theme: Any) -> None:
    grid = MonthPicker(None, None, TODAY, is_range=True)
    qtbot.addWidget(grid)
    chosen: list[Any] = []
    grid.chosen.connect(lambda *days: chosen.append(days))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(grid, key)
    qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    assert grid.month == date(2027, 1, 1)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert chosen == [
        (date(2026, 12, 3), date(2026, 12, 3)),
        (date(2026, 12, 3), date(2027, 1, 3)),
    ]
    qtbot.keyClick(grid, Qt.Key.Key_T)
    assert grid.day == TODAY
    assert not grid.grab().isNull()


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 1, 31), -2, date(2026, 11, 30)),
        (date(9990, 12, 31), 1, date(9990, 12, 31)),
        (date(2, 1, 1), -1, date(2, 1, 1)),
    ],
)
def test_months_end_where_they_end(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


# --- labels ---------------------------------------------------------------------------------------


def test_labels_are_offered_once_there_are_some(page: ScheduleTablePage) -> None:
    assert not page.toolbar.labels.isVisible()
    page.set_labels({"m1": ["Winter"], "g": ["Autumn & more"]})
    assert page.toolbar.labels.isVisible()
    menu = page.filter_controller.make_labels()
    by_words = {action.text(): action for action in menu.actions()}
    assert list(by_words) == ["All labels", "Autumn && more", "Winter"]
    assert by_words["All labels"].isChecked()
    by_words["Winter"].trigger()
    assert shown_ids(page) == [1]
    assert chips(page) == ["Label: Winter"]
    menu.close()
    page.set_labels({})
    assert page.toolbar.labels.isVisible()  # it is how to see that the filter is on
    page.state.clear_filters()
    page.set_labels({})
    assert not page.toolbar.labels.isVisible()


def test_an_endless_label_leaves_room_for_the_rest(page: ScheduleTablePage) -> None:
    label = "<b>Winter</b> & " * 40
    page.set_labels({"m1": [label]})
    page.state.filter_by(label=label)
    settle()
    chip = page.findChild(QWidget, "filter-label")
    assert chip.width() <= 280
    assert label in chip.accessibleName()
    assert page.toolbar.labels.width() <= 220
    assert page.toolbar.new_message.geometry().right() <= page.toolbar.width()


# --- all of it ------------------------------------------------------------------------------------


def test_all_filters_are_cleared_at_once(page: ScheduleTablePage, qtbot: Any) -> None:
    page.set_labels({"m1": ["Winter"]})
    page.state.edit(
        filters=ScheduleFilters("text", "sent", "twitter", named_span("month"), "Winter")
    )
    assert shown_ids(page) == [1]
    assert chips(page) == ["X", "This month", "Label: Winter"]
    assert page.toolbar.search.text() == "text"
    assert page.toolbar.network.currentText() == "X"
    assert page.toolbar.status.currentText() == "Sent"
    qtbot.mouseClick(page.findChild(QWidget, "schedules-empty-action"), LEFT)
    assert page.model.filters == ScheduleFilters()
    assert len(shown_ids(page)) == 7
    assert page.toolbar.search.text() == ""
    assert page.toolbar.network.currentIndex() == page.toolbar.status.currentIndex() == 0
    assert chips(page) == []


def test_nothing_matches_and_the_way_out(page: ScheduleTablePage, qtbot: Any) -> None:
    page.state.filter_by(dates=span_between(date(2020, 1, 1), date(2020, 1, 2)))
    assert page.empty.isVisible()
    assert page.empty.button.text() == "Clear filters"
    page.empty.button.click()
    assert len(shown_ids(page)) == 7


def test_a_chip_goes_by_the_delete_key(page: ScheduleTablePage, qtbot: Any) -> None:
    page.state.edit(filters=ScheduleFilters(network="fb", dates=named_span("today")))
    qtbot.keyClick(page.findChild(QWidget, "filter-network"), Qt.Key.Key_Delete)
    assert chips(page) == ["Today"]
    assert page.model.filters == ScheduleFilters(dates=named_span("today"))


def test_another_workspace_begins_unfiltered(page: ScheduleTablePage) -> None:
    page.state.edit(filters=ScheduleFilters("x", dates=named_span("today")))
    page.clear()
    assert page.model.filters == ScheduleFilters()
    assert chips(page) == []


def test_the_network_filter_goes_with_the_last_row_of_it(page: ScheduleTablePage) -> None:
    page.state.filter_by(network="fb")
    page.set_schedules([schedule(1, 1)])
    assert page.model.filters.network is None
    assert chips(page) == []


@pytest.mark.parametrize("width", [1240, 764])
def test_a_narrow_window_keeps_every_tool_in_sight(qtbot: Any, theme: Any, width: int) -> None:
    page = make_page(qtbot, width)
    page.set_labels({"m1": ["Winter"]})
    page.state.filter_by(dates=span_between(date(2026, 11, 25), date(2027, 12, 31)))
    last, tail = page.toolbar.new_message, page.toolbar.tail
    qtbot.waitUntil(
        lambda: (tail.parentWidget() is not page.toolbar) == (width < 1000) and tail.isVisible()
    )
    assert last.geometry().right() <= page.toolbar.width()
    assert name_of(last) == "New message"
    for part in (page.toolbar.dates, page.toolbar.labels, page.toolbar.columns, page.toolbar.views):
        assert part.isVisible()
        assert part.width() >= part.minimumSizeHint().width()


# --- views ----------------------------------------------------------------------------------------


@pytest.fixture
def stored(page: ScheduleTablePage) -> dict[str, str]:
    values: dict[str, str] = {}
    page.state.saveRequested.connect(values.__setitem__)
    return values


def entries(page: ScheduleTablePage) -> dict[str, Any]:
    menu = page.saved_views_menu.make_menu()
    return {action.text(): action for action in menu.actions() if action.text()}


def test_a_view_keeps_filters_order_and_columns(
    page: ScheduleTablePage, qtbot: Any, stored: dict[str, str]
) -> None:
    page.state.edit(filters=ScheduleFilters(status="scheduled", dates=named_span("next7")))
    page.state.sort_by(TEXT)
    page.state.show_column(LINK, False)
    popup = page.saved_views_menu.ask_name()
    assert not popup.row.button.isEnabled()
    qtbot.keyClicks(popup.row.field, "  Soon  out ")
    qtbot.keyClick(popup.row.field, Qt.Key.Key_Return)
    (view,) = read_views(stored["views"])
    assert view.name == "Soon out"
    assert entries(page)["Soon out"].isChecked()

    entries(page)["All posts"].trigger()
    page.state.reset_columns()
    assert len(shown_ids(page)) == 7
    assert not entries(page)["Soon out"].isChecked()

    other = make_page(qtbot)
    other.state.restore(views=stored["views"])
    entries(other)["Soon out"].trigger()
    assert other.model.filters == ScheduleFilters(status="scheduled", dates=named_span("next7"))
    assert other.state.view.sort == Sort(TEXT)
    assert other.table.isColumnHidden(LINK)
    assert shown_ids(other) == [3, 4, 5]
    assert other.toolbar.views.toolTip() == "View: Soon out"


def test_choosing_a_view_keeps_the_widths(page: ScheduleTablePage) -> None:
    page.state.save_view("Plain")
    page.state.edit(columns=page.state.view.columns.with_width(STATUS, 200))
    page.state.show_column(MEDIA, False)
    page.state.choose(page.state.view.saved[0])
    assert page.table.columnWidth(STATUS) == 200
    assert not page.table.isColumnHidden(MEDIA)


def test_a_changed_view_is_saved_again_or_renamed(
    page: ScheduleTablePage, qtbot: Any, stored: dict[str, str]
) -> None:
    page.state.filter_by(status="failed")
    page.state.save_view("Broken")
    page.state.save_view("Other")
    page.state.choose(page.state.view.saved[0])
    page.state.filter_by(network="instagram")
    assert not entries(page)["Broken"].isChecked()
    entries(page)["Save changes to “Broken”"].trigger()
    assert read_views(stored["views"])[0].filters.network == "instagram"
    popup = page.saved_views_menu.ask_name("Broken")
    assert popup.row.field.text() == "Broken"
    popup.row.field.setText("other")
    assert popup.note.text() == "Replaces the view with this name."
    popup.row.field.setText("Failed on Instagram")
    qtbot.mouseClick(popup.row.button, LEFT)
    assert [view.name for view in read_views(stored["views"])] == ["Failed on Instagram", "Other"]
    assert entries(page)["Failed on Instagram"].isChecked()


def test_a_deleted_view_can_be_had_back_in_its_place(
    page: ScheduleTablePage, stored: dict[str, str]
) -> None:
    offered: list[Any] = []
    page.notifier.requested.connect(lambda item: offered.append((item.text, item.callback)))
    for name in ("One", "Two", "Three"):
        page.state.edit(filters=ScheduleFilters(search=name))
        page.state.save_view(name)
    page.state.choose(page.state.view.saved[1])
    entries(page)["Delete “Two”"].trigger()
    assert [view.name for view in read_views(stored["views"])] == ["One", "Three"]
    ((text, undo),) = offered
    assert text == "View “Two” deleted"
    page.state.save_view("Four")
    undo()
    names = [view.name for view in read_views(stored["views"])]
    assert names == ["One", "Two", "Three", "Four"]
    undo()
    assert len(page.state.view.saved) == 4


def test_a_view_of_a_network_that_is_not_there_says_so(page: ScheduleTablePage) -> None:
    page.state.choose(SavedView("Pins", ScheduleFilters(network="pinterest")))
    assert shown_ids(page) == []
    assert page.empty.isVisible()
    page.set_schedules(rows())
    assert chips(page) in (["Pinterest"], [])
    page.state.clear_filters()
    assert len(shown_ids(page)) == 7


def test_the_search_is_reached_from_beside_the_page_while_that_is_seen(
    page: ScheduleTablePage, qtbot: Any
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    beside = QPushButton("Channels")
    row.addWidget(beside)
    row.addWidget(page)
    window.resize(1300, 700)
    with qtbot.waitExposed(window):
        window.show()
    page.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    beside.setFocus()
    qtbot.keyClick(beside, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.toolbar.search.hasFocus()
    beside.setFocus()
    page.hide()
    qtbot.keyClick(beside, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert beside.hasFocus()
    page.setParent(None)  # the fixture's own


def test_an_ampersand_of_a_label_is_shown(page: ScheduleTablePage) -> None:
    page.set_labels({"g4": ["Autumn & more"]})
    page.state.filter_by(label="Autumn & more")
    chip = page.findChild(QPushButton, "filter-label")
    assert chip.text() == "Label: Autumn && more"  # a single one names a key
    assert "Label: Autumn & more" in chip.accessibleName()
    assert page.toolbar.labels.text() in ("", "Autumn && more")
    assert name_of(page.toolbar.labels) == "Autumn & more, Label filter"
    before = chip
    page.state.filter_by(status="failed")
    assert page.findChild(QPushButton, "filter-label") is before  # unchanged, so kept


def test_what_is_hidden_by_filters_and_by_channels_is_told_apart(page: ScheduleTablePage) -> None:
    page.toolbar.search.setText("nowhere")
    label = page.empty.findChildren(QLabel)[1]
    assert label.text() == "The filters hide 7 posts."
    page.set_channel_filter([1])
    page.empty_schedule.show()
    assert label.text() == "Filters and hidden channels hide 7 posts."
    page.toolbar.search.clear()
    page.set_channel_filter([99])
    assert label.text() == "Hidden channels contain 7 posts."


def test_the_lists_of_filters_keep_their_words_when_the_window_becomes_narrow(
    page: ScheduleTablePage, qtbot: Any
) -> None:
    """The row of icons was no longer counted while it moved, came back, and squeezed the lists."""
    toolbar = page.toolbar
    page.resize(1100, 700)
    page.resize(764, 700)
    toolbar.resize(toolbar.width() + 12, toolbar.height())  # as the splitter does at once
    qtbot.waitUntil(lambda: toolbar.tail.parent() is toolbar.parent())
    words = toolbar.network.fontMetrics().horizontalAdvance("All networks")
    qtbot.waitUntil(lambda: toolbar.network.width() > words + 30)
