"""Settings > Publishing: weekly slots by group of channels, with the way back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt, QTime
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QToolButton, QWidget

from posto_desktop.core.channel_groups import OwnGroup
from posto_desktop.core.slots import Slot, SlotGroup, read, write
from posto_desktop.models.slot_lines import SlotGroupLines, SlotLine, days_words, lines_of
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.setting_declarations import declaration
from posto_desktop.storage.settings import Settings
from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.settings.dialog import SettingsDialog
from posto_desktop.ui.settings.publishing import PublishingPage
from posto_desktop.ui.settings.slot_card import TimeTag
from posto_desktop.ui.settings.slot_channels_popup import ChannelsPopup
from posto_desktop.ui.settings.slot_popups import DaysPopup, TimePopup
from posto_desktop.ui.settings.slot_zone_popup import ZonePopup
from tests.gui.heard import name_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CHANNELS = (
    Channel(1, "@nordlicht", "twitter"),
    Channel(2, "nordlicht.coffee", "instagram"),
    Channel(6, "Nordlicht News", "telegram"),
)
NINE, SIX = time(9), time(18)
WORK = (0, 1, 2, 3, 4)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


@pytest.fixture
def open_page(qtbot: Any, theme: Any, path: Path) -> Any:
    def open_it(*groups: SlotGroup) -> PublishingPage:
        if groups:
            stored = {"schema": 1, "publishing.slots": write(groups)}
            path.write_text(json.dumps(stored), "utf-8")
        dialog = SettingsDialog(Settings(path), channels=CHANNELS, workspace="local")
        qtbot.addWidget(dialog)
        dialog.show_page("publishing")
        dialog.show()
        qtbot.waitExposed(dialog)
        page = dialog.findChild(PublishingPage)
        assert page is not None
        return page

    return open_it


def stored(path: Path) -> list[SlotGroup]:
    return read(json.loads(path.read_text("utf-8")).get("publishing.slots", ""))


def find(page: QWidget, kind: type[Any], name: str) -> Any:
    widgets = [widget for widget in page.findChildren(kind, name) if widget.isVisible()]
    assert len(widgets) == 1, [widget.objectName() for widget in page.findChildren(kind)]
    return widgets[0]


def times(page: QWidget) -> list[str]:
    return [tag.text() for tag in page.findChildren(TimeTag) if tag.isVisible()]


def group(*slots: Slot, name: str = "", channels: tuple[int, ...] = ()) -> SlotGroup:
    return SlotGroup(name, "local" if channels else "", channels).with_slots(slots)


WEEK = group(*(Slot(day, at) for day in WORK for at in (NINE, SIX)))


# -- the words -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (WORK, "Monday to Friday"),
        ((5, 6), "Saturday, Sunday"),
        ((0, 2, 4), "Monday, Wednesday, Friday"),
        (tuple(range(7)), "Every day"),
        ((0, 1, 2, 5), "Monday to Wednesday, Saturday"),
    ],
)
def test_days_are_said_short(days: tuple[int, ...], expected: str) -> None:
    assert days_words(days) == expected


def test_a_week_that_starts_on_sunday_is_said_from_there() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    assert days_words((6, 0, 1)) == "Sunday to Tuesday"


def test_days_with_equal_times_share_a_line() -> None:
    lines = lines_of((*WEEK.slots, Slot(6, SIX)))
    assert lines == (SlotLine(WORK, (NINE, SIX)), SlotLine((6,), (SIX,)))
    assert SlotGroupLines(lines=lines).group().slots == tuple(sorted((*WEEK.slots, Slot(6, SIX))))


# -- the page --------------------------------------------------------------------------------


def test_the_first_slots_are_added_with_one_press(open_page: Any, path: Path) -> None:
    page = open_page()
    assert find(page, QLabel, "no-slots").text()
    find(page, QPushButton, "add-slots").click()
    assert times(page) == ["9:00", "12:30", "18:00", "11:00", "18:00"]
    (group,) = stored(path)
    assert group.channel_ids == ()
    assert Slot(0, time(12, 30)) in group.slots
    assert len(group.slots) == 5 * 3 + 2 * 2


def test_slots_to_begin_with_are_offered(open_page: Any, path: Path) -> None:
    page = open_page()
    words = "Use “Monday to Friday 9:00, 12:30, 18:00”"
    offers = [child for child in page.findChildren(QPushButton) if child.text() == words]
    assert len(offers) == 1
    offers[0].click()
    assert times(page) == ["9:00", "12:30", "18:00"]
    (group,) = stored(path)
    assert {slot.weekday for slot in group.slots} == set(WORK)
    page.editor.undo()
    assert stored(path) == []


def test_a_time_is_removed_and_comes_back(open_page: Any, path: Path) -> None:
    page = open_page(WEEK)
    find(page, TimeTag, "remove-0900-slot-group-1-0").click()
    assert times(page) == ["18:00"]
    assert stored(path) == [group(*(Slot(day, SIX) for day in WORK))]
    assert find(page, QLabel, "slots-change").text() == "9:00 removed, Monday to Friday"
    find(page, QPushButton, "undo-change-of-slots").click()
    assert times(page) == ["9:00", "18:00"]
    assert stored(path) == [WEEK]
    assert page._undo_bar.isHidden()


def test_each_change_can_be_undone_with_the_key(open_page: Any, path: Path, qtbot: Any) -> None:
    page = open_page(WEEK)
    page.window().activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    button = find(page, QToolButton, "remove-group-1")
    button.setFocus()
    button.click()
    assert stored(path) == []
    qtbot.waitUntil(page._undo.hasFocus)  # where the focus goes when its control is gone
    QTest.keyClick(page._undo, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert stored(path) == [WEEK]


def test_a_time_is_added(open_page: Any, path: Path, qtbot: Any) -> None:
    page = open_page(WEEK)
    find(page, QPushButton, "add-time-slot-group-1-0").click()
    popup = page.findChild(TimePopup)
    popup.field.setTime(QTime(12, 30))
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert times(page) == ["9:00", "12:30", "18:00"]
    assert Slot(2, time(12, 30)) in stored(path)[0].slots


def test_the_days_of_times_are_changed(open_page: Any, path: Path) -> None:
    page = open_page(WEEK)
    row = find(page, QWidget, "slot-group-1-line-0")
    row._ask_days()
    popup = page.findChild(DaysPopup)
    popup.boxes[5].setChecked(True)
    popup.accept_choice()
    assert {slot.weekday for slot in stored(path)[0].slots} == {0, 1, 2, 3, 4, 5}


def test_days_without_slots_get_some_and_stay_a_line_of_their_own(
    open_page: Any, path: Path
) -> None:
    page = open_page(group(*(Slot(day, NINE) for day in WORK)))
    find(page, QPushButton, "add-days-1").click()
    popup = page.findChild(DaysPopup)
    assert [day for day, box in popup.boxes.items() if box.isChecked()] == [5, 6]
    popup.accept_choice()
    assert times(page) == ["9:00", "9:00"]
    assert len(stored(path)[0].slots) == 7


def test_a_group_of_channels_with_a_name(open_page: Any, path: Path, qtbot: Any) -> None:
    page = open_page(WEEK)
    find(page, QPushButton, "add-a-group-of-channels").click()
    find(page, QToolButton, "channels-of-group-2").click()
    popup = page.findChild(ChannelsPopup)
    popup.boxes[6].setChecked(True)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert find(page, QToolButton, "channels-of-group-2").text() == "Nordlicht News"
    name = find(page, QLineEdit, "group-name-2")
    name.setFocus()
    qtbot.keyClicks(name, "News")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    group = stored(path)[1]
    assert (group.name, group.workspace, group.channel_ids) == ("News", "local", (6,))
    for _ in range(2):
        page.editor.undo()
    assert len(stored(path)) == 2  # added, channels, name: each once
    page.editor.undo()
    assert (stored(path), page.editor.last_change) == ([WEEK], "")


def test_sixty_channels_are_found_by_a_search_and_by_groups(qtbot: Any, theme: Any) -> None:
    channels = [Channel(number, f"Shop {number}", "fb") for number in range(60)]
    groups = (OwnGroup("Coast", (3, 4)), OwnGroup("Elsewhere", (99,)))
    parent = QWidget()
    qtbot.addWidget(parent)
    popup = ChannelsPopup(channels, (3,), parent, groups)
    popup.show_at(QPoint(0, 0))
    assert list(popup.chips) == ["Coast"]
    qtbot.keyClicks(popup.search, "41")
    assert [number for number, box in popup.boxes.items() if not box.isHidden()] == [41]
    qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert popup.checked_ids() == (3, 41)
    popup.chips["Coast"].click()
    assert (popup.checked_ids(), popup.chips["Coast"].isChecked()) == ((3, 4, 41), True)
    popup.boxes[4].setChecked(False)
    assert not popup.chips["Coast"].isChecked()
    popup.search.setText("coast")
    assert [number for number, box in popup.boxes.items() if not box.isHidden()] == [3, 4]
    popup.close()


def test_escape_leaves_the_channels_as_they_were(open_page: Any, path: Path, qtbot: Any) -> None:
    page = open_page(group(Slot(0, NINE), channels=(1, 99)))
    find(page, QToolButton, "channels-of-group-1").click()
    popup = page.findChild(ChannelsPopup)
    popup.boxes[2].setChecked(True)
    # A channel that is not there now stays in the group.
    assert popup.checked_ids() == (1, 2, 99)
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert stored(path)[0].channel_ids == (1, 99)


def test_other_workspaces_keep_their_slots(open_page: Any, path: Path) -> None:
    other = SlotGroup("Shop", "abc", (7,), (Slot(1, NINE),))
    page = open_page(other, WEEK)
    assert times(page) == ["9:00", "18:00"]
    find(page, QToolButton, "remove-group-1").click()
    assert stored(path) == [other]


def test_what_is_left_of_damaged_text_is_shown(qtbot: Any, theme: Any) -> None:
    values = {"publishing.slots": '{"groups": [{"slots": [[0, "9:00"], [9, "x"]]}, 5]}'}

    def value_of(name: str) -> Any:
        return values.get(name, declaration(name).default)

    page = PublishingPage(SettingsContext(value_of, values.__setitem__, lambda _then: None))
    qtbot.addWidget(page)
    page.show()
    assert times(page) == ["9:00"]


def test_every_control_has_a_name(open_page: Any) -> None:
    page = open_page(WEEK, group(Slot(0, NINE), channels=(1,)))
    nameless = [
        widget
        for kind in (QPushButton, QToolButton, QLineEdit, TimeTag)
        for widget in page.findChildren(kind)
        if widget.isVisible() and not (name_of(widget) and widget.objectName())
    ]
    assert nameless == []


def test_a_zone_is_chosen_by_typing_its_city_and_taken_back(
    open_page: Any, path: Path, qtbot: Any
) -> None:
    page = open_page(group(Slot(0, NINE)))
    button = find(page, QPushButton, "zone-of-group-1")
    assert button.text().startswith("This computer")
    button.click()
    popup = page.findChild(ZonePopup)
    qtbot.keyClicks(popup.search, "new york")
    rows = popup.list.rows
    assert str(rows.index(0).data()).startswith("New York · now ")
    assert rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == rows.index(0).data()
    qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert stored(path)[0].zone == "America/New_York"
    assert times(page) == ["9:00"]
    button = find(page, QPushButton, "zone-of-group-1")
    assert button.accessibleName().startswith("New York · now ")
    assert button.accessibleName().endswith("Time zone of group 1")
    find(page, QPushButton, "undo-change-of-slots").click()
    assert stored(path)[0].zone == ""


def test_zones_are_found_by_the_arrow_keys_and_nothing_else_is(qtbot: Any, theme: Any) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    popup = ZonePopup("Asia/Tokyo", parent)
    popup.show_at(QPoint(0, 0))
    assert [popup.list.rows.zone(popup.list.rows.index(row)) for row in (0, 1)] == [
        "Asia/Tokyo",
        "",
    ]
    popup.search.setText("xyzzy")
    with qtbot.assertNotEmitted(popup.chosen):
        qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    popup.search.clear()
    qtbot.keyClick(popup.search, Qt.Key.Key_Down)
    with qtbot.waitSignal(popup.chosen) as chosen:
        qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert chosen.args == [""]


def test_a_zone_that_is_not_known_is_named_and_stays(open_page: Any, path: Path) -> None:
    page = open_page(SlotGroup("", "", (), (Slot(0, NINE),), "Mars/Base"))
    assert "Mars/Base" in find(page, QLabel, "unknown-zone-1").text()
    find(page, TimeTag, "remove-0900-slot-group-1-0").click()
    assert stored(path)[0].zone == "Mars/Base"
