"""The schedule narrowed by dates, labels and networks; views that have a name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from posto_desktop.models.schedule_columns import Sort
from posto_desktop.models.schedule_dates import between, named
from posto_desktop.models.schedule_views import Filters, View, read_views
from posto_desktop.models.schedules import LINK, MEDIA, STATUS, TEXT
from posto_desktop.ui.schedule.dates_popup import DatesPopup
from posto_desktop.ui.schedule.page import SchedulePage
from posto_desktop.ui.schedule.range_month import RangeMonth
from posto_desktop.ui.widgets.month_face import add_months
from tests.gui.cut_text import settle
from tests.gui.schedule.scene import NOW, make_page, rows, schedule, shown_ids

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
TODAY = NOW.date()


def chips(page: SchedulePage) -> list[str]:
    found = page.findChild(QWidget, "filters-on")
    return found.words() if found is not None and found.isVisible() else []


def open_dates(page: SchedulePage, qtbot: Any) -> DatesPopup:
    popup = page.filtering.make_dates()
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
def test_named_dates(page: SchedulePage, qtbot: Any, kind: str, ids: list[int]) -> None:
    page.filtering.set_dates(between(date(2020, 1, 1), date(2020, 1, 2)))
    popup = open_dates(page, qtbot)
    qtbot.mouseClick(popup.findChild(QWidget, f"dates-{kind}"), LEFT, NONE, QPoint(8, 8))
    assert shown_ids(page) == ids
    popup.close()


def test_dates_are_a_chip_that_takes_them_away(page: SchedulePage, qtbot: Any) -> None:
    page.filtering.set_dates(named("today"))
    assert chips(page) == ["Today"]
    assert page.tools.dates.accessibleDescription() == "Today"
    chip = page.findChild(QWidget, "filter-dates")
    assert chip.accessibleName() == "Remove filter Today"
    qtbot.mouseClick(chip, LEFT)
    assert chips(page) == []
    assert len(shown_ids(page)) == 7
    assert page.tools.dates.accessibleDescription() == "Any date"


def test_days_are_chosen_by_two_clicks(page: SchedulePage, qtbot: Any) -> None:
    popup = open_dates(page, qtbot)
    grid = popup.grid
    grid.choose(date(2026, 11, 26))
    assert shown_ids(page) == [4]
    grid.choose(date(2026, 11, 25))
    assert page.model.filters.dates == between(date(2026, 11, 25), date(2026, 11, 26))
    assert shown_ids(page) == [2, 3, 4]
    assert (popup.first.text(), popup.last.text()) == ("25 Nov", "26 Nov")
    assert popup.radios["between"].isChecked()
    grid.choose(date(2026, 12, 1))  # begins anew
    assert shown_ids(page) == [5]
    popup.close()


def test_days_are_typed_in_words(page: SchedulePage, qtbot: Any) -> None:
    popup = open_dates(page, qtbot)
    qtbot.keyClicks(popup.first, "tomorrow")
    qtbot.keyClick(popup.first, Qt.Key.Key_Return)
    assert page.model.filters.dates == between(date(2026, 11, 26), None)
    qtbot.keyClicks(popup.last, "in 2 weeks")
    qtbot.keyClick(popup.last, Qt.Key.Key_Return)
    assert shown_ids(page) == [4, 5]
    assert popup.last.text() == "9 Dec"
    popup.last.setText("sometime")
    qtbot.keyClick(popup.last, Qt.Key.Key_Return)
    assert "cannot be read as a day" in popup.problem.text()
    assert popup.problem.isVisible()
    assert shown_ids(page) == [4, 5]
    popup.first.clear()
    popup.last.clear()
    qtbot.keyClick(popup.first, Qt.Key.Key_Return)
    assert page.model.filters.dates is None
    assert not popup.problem.isVisible()
    popup.close()


def test_named_dates_by_keys(page: SchedulePage, qtbot: Any) -> None:
    popup = open_dates(page, qtbot)
    radio = popup.radios[""]
    radio.setFocus()
    qtbot.keyClick(radio, Qt.Key.Key_Down)
    assert page.model.filters.dates == named("today")
    assert chips(page) == ["Today"]
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.findChild(DatesPopup) is None)


def test_the_menu_bar_reaches_filters_views_and_columns(page: SchedulePage) -> None:
    def commands() -> dict[str, Any]:
        return {one.text: one for one in page.menu_commands()[1] if one is not None}

    assert not commands()["Clear filters"].enabled
    page.filtering.set_dates(named("today"))
    commands()["Clear filters"].run()
    assert page.model.filters == Filters()
    for words, name in (("Dates…", "dates-popup"), ("Columns and rows…", "columns-popup")):
        commands()[words].run()
        popup = page.findChild(QWidget, name)
        assert popup.isVisible()
        popup.close()


def test_the_month_by_keys(qtbot: Any, theme: Any) -> None:
    grid = RangeMonth(None, None, TODAY)
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
    assert grid.current == TODAY
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


def test_labels_are_offered_once_there_are_some(page: SchedulePage) -> None:
    assert not page.tools.labels.isVisible()
    page.set_labels({"m1": ["Winter"], "g": ["Autumn & more"]})
    assert page.tools.labels.isVisible()
    menu = page.filtering.make_labels()
    by_words = {action.text(): action for action in menu.actions()}
    assert list(by_words) == ["All labels", "Autumn && more", "Winter"]
    assert by_words["All labels"].isChecked()
    by_words["Winter"].trigger()
    assert shown_ids(page) == [1]
    assert chips(page) == ["Label: Winter"]
    menu.close()
    page.set_labels({})
    assert page.tools.labels.isVisible()  # it is how to see that the filter is on
    page.filtering.clear()
    page.set_labels({})
    assert not page.tools.labels.isVisible()


def test_an_endless_label_leaves_room_for_the_rest(page: SchedulePage) -> None:
    label = "<b>Winter</b> & " * 40
    page.set_labels({"m1": [label]})
    page.filtering.set_label(label)
    settle()
    chip = page.findChild(QWidget, "filter-label")
    assert chip.width() <= 280
    assert label in chip.accessibleName()
    assert page.tools.labels.width() <= 220
    assert page.new_message.geometry().right() <= page.tools.width()


# --- all of it ------------------------------------------------------------------------------------


def test_all_filters_are_cleared_at_once(page: SchedulePage, qtbot: Any) -> None:
    page.set_labels({"m1": ["Winter"]})
    page.filtering.set_filters(Filters("text", "sent", "twitter", named("month"), "Winter"))
    assert shown_ids(page) == [1]
    assert chips(page) == ["X", "This month", "Label: Winter"]
    assert page.search.text() == "text"
    assert page.network_filter.currentText() == "X"
    assert page.status_filter.currentText() == "Sent"
    qtbot.mouseClick(page.findChild(QWidget, "clear-filters"), LEFT)
    assert page.model.filters == Filters()
    assert len(shown_ids(page)) == 7
    assert page.search.text() == ""
    assert page.network_filter.currentIndex() == page.status_filter.currentIndex() == 0
    assert chips(page) == []


def test_nothing_matches_and_the_way_out(page: SchedulePage, qtbot: Any) -> None:
    page.filtering.set_dates(between(date(2020, 1, 1), date(2020, 1, 2)))
    assert page.empty.isVisible()
    assert page.empty.button.text() == "Clear filters"
    page.empty.button.click()
    assert len(shown_ids(page)) == 7


def test_a_chip_goes_by_the_delete_key(page: SchedulePage, qtbot: Any) -> None:
    page.filtering.set_filters(Filters(network="fb", dates=named("today")))
    qtbot.keyClick(page.findChild(QWidget, "filter-network"), Qt.Key.Key_Delete)
    assert chips(page) == ["Today"]
    assert page.model.filters == Filters(dates=named("today"))


def test_another_workspace_begins_unfiltered(page: SchedulePage) -> None:
    page.filtering.set_filters(Filters("x", dates=named("today")))
    page.clear()
    assert page.model.filters == Filters()
    assert chips(page) == []


def test_the_network_filter_goes_with_the_last_row_of_it(page: SchedulePage) -> None:
    page.filtering.set_network("fb")
    page.set_schedules([schedule(1, 1)])
    assert page.model.filters.network is None
    assert chips(page) == []


@pytest.mark.parametrize("width", [1240, 764])
def test_a_narrow_window_keeps_every_tool_in_sight(qtbot: Any, theme: Any, width: int) -> None:
    page = make_page(qtbot, width)
    page.set_labels({"m1": ["Winter"]})
    page.filtering.set_dates(between(date(2026, 11, 25), date(2027, 12, 31)))
    last = page.new_message
    assert last.geometry().right() <= page.tools.width()
    assert last.accessibleName() == "New message"
    beside = page.tools.tail.parentWidget() is not page.tools
    assert beside == (width < 1000)
    for part in (page.tools.dates, page.tools.labels, page.tools.columns, page.tools.views):
        assert part.isVisible()
        assert part.width() >= part.minimumSizeHint().width()


# --- views ----------------------------------------------------------------------------------------


@pytest.fixture
def kept(page: SchedulePage) -> dict[str, str]:
    values: dict[str, str] = {}
    page.keepRequested.connect(values.__setitem__)
    return values


def entries(page: SchedulePage) -> dict[str, Any]:
    menu = page.viewing.make_menu()
    return {action.text(): action for action in menu.actions() if action.text()}


def test_a_view_keeps_filters_order_and_columns(
    page: SchedulePage, qtbot: Any, kept: dict[str, str]
) -> None:
    page.filtering.set_filters(Filters(status="scheduled", dates=named("next7")))
    page.table.sort_by(TEXT)
    page.arranging.show_column(LINK, False)
    popup = page.viewing.ask_name()
    assert not popup.use.isEnabled()
    qtbot.keyClicks(popup.field, "  Soon  out ")
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    (view,) = read_views(kept["views"])
    assert view.name == "Soon out"
    assert entries(page)["Soon out"].isChecked()

    entries(page)["All posts"].trigger()
    page.arranging.reset()
    assert len(shown_ids(page)) == 7
    assert not entries(page)["Soon out"].isChecked()

    other = make_page(qtbot)
    other.set_kept("", "", kept["views"])
    entries(other)["Soon out"].trigger()
    assert other.model.filters == Filters(status="scheduled", dates=named("next7"))
    assert other.table.sorting() == Sort(TEXT)
    assert other.table.isColumnHidden(LINK)
    assert shown_ids(other) == [3, 4, 5]
    assert other.tools.views.toolTip() == "View: Soon out"


def test_choosing_a_view_keeps_the_widths(page: SchedulePage) -> None:
    page.viewing.save("Plain")
    page.arranging.set_columns(page.arranging.columns.with_width(STATUS, 200))
    page.arranging.show_column(MEDIA, False)
    page.viewing.choose(page.viewing.views[0])
    assert page.table.columnWidth(STATUS) == 200
    assert not page.table.isColumnHidden(MEDIA)


def test_a_changed_view_is_saved_again_or_renamed(
    page: SchedulePage, qtbot: Any, kept: dict[str, str]
) -> None:
    page.filtering.set_status("failed")
    page.viewing.save("Broken")
    page.viewing.save("Other")
    page.viewing.choose(page.viewing.views[0])
    page.filtering.set_network("instagram")
    assert not entries(page)["Broken"].isChecked()
    entries(page)["Save changes to “Broken”"].trigger()
    assert read_views(kept["views"])[0].filters.network == "instagram"
    popup = page.viewing.ask_name("Broken")
    assert popup.field.text() == "Broken"
    popup.field.setText("other")
    assert popup.note.text() == "This replaces the view of that name."
    popup.field.setText("Failed on Instagram")
    qtbot.mouseClick(popup.use, LEFT)
    assert [view.name for view in read_views(kept["views"])] == ["Failed on Instagram", "Other"]
    assert entries(page)["Failed on Instagram"].isChecked()


def test_a_deleted_view_can_be_had_back_in_its_place(
    page: SchedulePage, kept: dict[str, str]
) -> None:
    offered: list[Any] = []
    page.undoOffered.connect(lambda text, undo: offered.append((text, undo)))
    for name in ("One", "Two", "Three"):
        page.filtering.set_filters(Filters(search=name))
        page.viewing.save(name)
    page.viewing.choose(page.viewing.views[1])
    entries(page)["Delete “Two”"].trigger()
    assert [view.name for view in read_views(kept["views"])] == ["One", "Three"]
    ((text, undo),) = offered
    assert text == "View “Two” deleted"
    page.viewing.save("Four")
    undo()
    names = [view.name for view in read_views(kept["views"])]
    assert names == ["One", "Two", "Three", "Four"]
    undo()
    assert len(page.viewing.views) == 4


def test_a_view_of_a_network_that_is_not_there_says_so(page: SchedulePage) -> None:
    page.viewing.choose(View("Pins", Filters(network="pinterest")))
    assert shown_ids(page) == []
    assert page.empty.isVisible()
    page.set_schedules(rows())
    assert chips(page) in (["Pinterest"], [])
    page.filtering.clear()
    assert len(shown_ids(page)) == 7


def test_the_search_is_reached_from_beside_the_page_while_that_is_seen(
    page: SchedulePage, qtbot: Any
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
    assert page.search.hasFocus()
    beside.setFocus()
    page.hide()
    qtbot.keyClick(beside, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert beside.hasFocus()
    page.setParent(None)  # the fixture's own


def test_an_ampersand_of_a_label_is_shown(page: SchedulePage) -> None:
    page.set_labels({"g4": ["Autumn & more"]})
    page.filtering.set_label("Autumn & more")
    chip = page.findChild(QPushButton, "filter-label")
    assert chip.text() == "Label: Autumn && more"  # a single one names a key
    assert "Label: Autumn & more" in chip.accessibleName()
    assert page.tools.labels.text() in ("", "Autumn && more")
    assert page.tools.labels.accessibleDescription() == "Autumn & more"
    before = chip
    page.filtering.set_status("failed")
    assert page.findChild(QPushButton, "filter-label") is before  # unchanged, so kept


def test_what_is_hidden_by_filters_and_by_channels_is_told_apart(page: SchedulePage) -> None:
    page.search.setText("nowhere")
    said = page.empty.findChildren(QLabel)[1]
    assert said.text() == "The filters hide 7 posts."
    page.set_channel_filter([1])
    page.filtering.say_empty()
    assert said.text() == "The filters and the hidden channels hide 7 posts."
    page.search.clear()
    page.set_channel_filter([99])
    assert said.text() == "The hidden channels hide 7 posts."
