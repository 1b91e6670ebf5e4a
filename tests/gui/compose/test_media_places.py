"""Files that go to some networks and not to others."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.file_menus import TickMenu, TileMenu
from posto_desktop.ui.widgets.menu import Menu

# A menu without a screen behind it.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

ROLE = Qt.ItemDataRole.AccessibleDescriptionRole
X = Channel(1, "@nordlicht", "twitter")
BLUESKY = Channel(5, "nordlicht.example", "bluesky")
INSTAGRAM = Channel(2, "nordlicht.coffee", "instagram")


def bag(number: int) -> MediaRef:
    name = f"{number}.jpg"
    return MediaRef(f"/nowhere/{name}", name, 10_000, alt="A", width=900, height=900)


@pytest.fixture
def six(desk: Any) -> Any:
    desk.page.set_channels_selection([X, INSTAGRAM])
    desk.page.message.open_drafts.load(Draft(text="Hello", media=[bag(n) for n in range(1, 7)]))
    desk.settle()
    return desk


def menu_of(desk: Any, row: int) -> TileMenu:
    strip = desk.page.strip
    strip.scrollTo(desk.page.media.index(row))
    strip._menu(strip.visualRect(desk.page.media.index(row)).center())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, TileMenu)
    return menu


def ticks(menu: TileMenu) -> dict[str, QAction]:
    inside = menu.findChild(Menu, "goes-to")
    return {action.text(): action for action in inside.actions()} if inside is not None else {}


def left_out(desk: Any) -> dict[str, set[str]]:
    return {ref.name: set(ref.left_out) for ref in desk.page.draft.media if ref.left_out}


def test_the_menu_of_a_file_has_a_tick_for_each_network(six: Any) -> None:
    menu = menu_of(six, 1)
    actions = ticks(menu)
    assert {name: action.isChecked() for name, action in actions.items()} == {
        "X": True,
        "Instagram": True,
    }
    actions["X"].trigger()
    menu.close()
    six.settle()
    assert left_out(six) == {"2.jpg": {"twitter"}}
    cards = {card.post.network: card.post for card in six.page.preview.cards()}
    assert [ref.name for ref in cards["X"].media] == ["1.jpg", "3.jpg", "4.jpg", "5.jpg"]
    assert len(cards["Instagram"].media) == 6
    index = six.page.media.index(1)
    assert "left out for X" in six.page.media.data(index, ROLE)
    assert six.notices[-1].text == "2.jpg is not sent to X"
    menu = menu_of(six, 1)
    assert not ticks(menu)["X"].isChecked()
    ticks(menu)["X"].trigger()
    menu.close()
    assert left_out(six) == {}
    assert six.notices[-1].text == "2.jpg is sent to X"


def test_undo_and_the_notice_take_it_back(six: Any) -> None:
    six.page.network_media.send(0, "twitter", False)
    six.page.network_media.send(1, "twitter", False)
    assert left_out(six) == {"1.jpg": {"twitter"}, "2.jpg": {"twitter"}}
    six.page.undo()
    assert left_out(six) == {"1.jpg": {"twitter"}}
    six.page.redo()
    six.page.undo()
    six.page.undo()
    assert left_out(six) == {}
    six.page.network_media.send(2, "instagram", False)
    six.notices[-1].callback()
    assert left_out(six) == {}
    count = len(six.notices)
    six.page.network_media.send(2, "instagram", True)  # it does already
    assert len(six.notices) == count


def test_for_one_network_alone_there_is_nothing_to_choose(desk: Any) -> None:
    desk.page.set_channels_selection([X])
    desk.page.message.open_drafts.load(Draft(text="Hello", media=[bag(1)]))
    menu = menu_of(desk, 0)
    assert ticks(menu) == {}
    menu.close()
    # What was left out while there were more can come back.
    desk.page.message.open_drafts.load(Draft(text="Hello", media=[bag(1).leaving_out("twitter")]))
    menu = menu_of(desk, 0)
    ticks(menu)["X"].trigger()
    menu.close()
    assert left_out(desk) == {}


def test_the_button_of_a_check_leaves_out_what_is_too_much(qtbot: Any, six: Any) -> None:
    view = six.page.checks.list
    rows = [view.itemWidget(view.item(number)) for number in range(view.count())]
    [row] = [row for row in rows if row.finding.code == "too_many_files"]
    assert row.button.text() == "Leave out 2 files for X"
    row.button.click()
    six.settle()
    assert left_out(six) == {"5.jpg": {"twitter"}, "6.jpg": {"twitter"}}
    assert "too_many_files" not in six.codes()
    assert six.page.media.rowCount() == 6
    six.page.undo()
    assert left_out(six) == {}


def test_it_is_kept_with_the_draft_and_a_tile_shows_it(six: Any) -> None:
    six.page.network_media.send(3, "instagram", False)
    six.page.message.open_drafts.save_as_draft()
    again = Draft.from_json(six.saved_drafts[-1].to_json())
    assert [set(ref.left_out) for ref in again.media] == [set()] * 3 + [{"instagram"}] + [set()] * 2
    six.page.message.open_drafts.load(again)
    strip = six.page.strip
    kinds = [
        {
            mark.kind
            for mark in strip._tiles.labels(ref, strip.visualRect(six.page.media.index(row)))
        }
        for row, ref in enumerate(six.page.media.refs())
    ]
    assert ["out" in kind for kind in kinds] == [False] * 3 + [True] + [False] * 2


def test_at_its_tab_a_network_chooses_its_files(qtbot: Any, six: Any) -> None:
    page, bar = six.page, six.page.variant_bar
    page.tabs.choose("twitter")
    assert bar.files.isVisible()
    assert bar.files.text() == "All files"
    qtbot.mouseClick(bar.files, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, TickMenu)
    assert [action.text() for action in menu.actions()] == [f"{n}. {n}.jpg" for n in range(1, 7)]
    # It stays open while several are chosen, by mouse and by keys.
    place = menu.actionGeometry(menu.actions()[1]).center()
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)
    menu.setActiveAction(menu.actions()[4])
    qtbot.keyClick(menu, Qt.Key.Key_Space)
    assert menu.isVisible()
    assert [action.isChecked() for action in menu.actions()] == [
        True,
        False,
        True,
        True,
        False,
        True,
    ]
    menu.close()
    assert left_out(six) == {"2.jpg": {"twitter"}, "5.jpg": {"twitter"}}
    assert bar.files.text() == "4 of 6 files"
    six.settle()
    assert "too_many_files" not in six.codes()
    page.undo()
    six.settle()
    assert bar.files.text() == "5 of 6 files"
    page.tabs.choose("instagram")
    assert bar.files.text() == "All files"
    for row in range(6):
        page.network_media.send(row, "instagram", False)
    assert bar.files.text() == "No files"


def test_without_files_or_other_networks_there_is_nothing_to_choose(desk: Any) -> None:
    bar = desk.page.variant_bar
    desk.page.set_channels_selection([X, INSTAGRAM])
    desk.page.tabs.choose("twitter")
    desk.settle()
    assert not bar.files.isVisible()
    desk.page.set_channels_selection([X])
    desk.page.message.open_drafts.load(Draft(text="Hello", media=[bag(1)]))
    desk.page.tabs.choose("twitter")
    desk.settle()
    assert not bar.files.isVisible()
