"""The list of drafts: searched, opened, duplicated, deleted."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.models import drafts as rows
from posto_desktop.ui.compose.drafts_list import DraftsList
from tests.gui.compose.drafts_on_page import draft, listed, titles

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_the_button_counts_and_opens(qtbot: Any, desk: Any) -> None:
    button = desk.page.drafts_button
    assert button.text() == "Drafts"
    desk.page.set_drafts([draft("one"), draft("two", 1)])
    assert button.text().split() == ["Drafts", "2"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert titles(desk.page.findChild(DraftsList)) == ["one", "two"]


def test_the_newest_is_first_and_labels_and_files_are_found(qtbot: Any, desk: Any) -> None:
    photo = MediaRef("/nowhere/fjord.jpg", "fjord.jpg")
    drafts = [
        draft("old", 9, labels=["Winter roast"]),
        draft("new"),
        draft("mid", 3, media=[photo]),
    ]
    desk.page.set_drafts(drafts)
    popup = listed(desk)
    assert titles(popup) == ["new", "mid", "old"]
    popup.search.setText("fjord")
    assert titles(popup) == ["mid"]
    popup.search.setText("winter ROAST")
    assert titles(popup) == ["old"]
    popup.search.setText("zzz")
    assert not popup.list.isVisible()
    assert popup.findChild(object, "no-drafts").text() == "No draft matches."
    popup.findChild(QPushButton, "clear-the-search").click()
    assert titles(popup) == ["new", "mid", "old"]
    assert popup.search.hasFocus()


def test_keys_alone_do_everything_in_the_list(qtbot: Any, desk: Any) -> None:
    desk.page.set_drafts([draft("one"), draft("two", 1), draft("three", 2)])
    popup = listed(desk)
    qtbot.keyClick(popup.search, Qt.Key.Key_Down)
    qtbot.keyClick(popup.list, Qt.Key.Key_Down)
    assert popup.current().text == "two"
    qtbot.keyClick(popup.list, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert titles(popup) == ["two", "one", "two", "three"]
    qtbot.keyClick(popup.list, Qt.Key.Key_Delete)
    assert titles(popup) == ["one", "two", "three"]
    qtbot.keyClick(popup.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert sorted(titles(popup)) == ["one", "three", "two", "two"]
    qtbot.keyClick(popup.search, Qt.Key.Key_T)  # in the field it is a letter
    assert popup.search.text() == "t"
    popup.search.setText("three")
    qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert desk.page.editor.toPlainText() == "three"


def test_a_deleted_draft_comes_back_with_undo(desk: Any) -> None:
    desk.page.set_drafts([draft("one"), draft("two", 1)])
    popup = listed(desk)
    popup.search.setText("two")
    QTest.keyClick(popup.list, Qt.Key.Key_Delete)
    assert len(desk.deleted) == 1
    assert desk.notices[-1].text == "Draft deleted"
    desk.notices[-1].callback()
    assert titles(popup) == ["two"]
    assert desk.saved_drafts[-1].text == "two"


def test_the_dots_of_a_row_open_its_menu_and_not_the_draft(qtbot: Any, desk: Any) -> None:
    desk.page.set_drafts([draft("one"), draft("two", 1)])
    popup = listed(desk)
    place = popup.list.visualRect(popup.model.index(1))
    opened: list[str] = []
    popup.opened.connect(opened.append)
    dots = QPoint(place.right() - 8, place.center().y())
    qtbot.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=dots)
    assert opened == []
    assert popup.current().text == "two"
    names = [action.text().split("\t")[0] for action in popup.menu().actions()]
    assert names == [
        "Open", "Duplicate", "Labels…", "Save as template…", "Add to evergreen", "", "Delete",
    ]  # fmt: skip
    popup.menu().actions()[1].trigger()
    assert sorted(titles(popup)) == ["one", "two", "two"]
    popup.menu().actions()[6].trigger()
    assert len(titles(popup)) == 2
    popup.menu().actions()[2].trigger()
    assert popup.foot.has_question
    place = popup.list.visualRect(popup.model.index(1))
    middle = QPoint(60, place.center().y())
    qtbot.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert len(opened) == 1


def test_rows_show_networks_of_this_workspace_only(desk: Any) -> None:
    mine = draft("mine", channel_ids=[1, 5, 4])
    other = draft("other", 1, channel_ids=[1], workspace="elsewhere")
    desk.page.set_drafts([mine, other])
    model = listed(desk).model
    assert model.index(0).data(rows.NetworksRole) == ["twitter", "bluesky", "fb"]
    assert model.index(1).data(rows.NetworksRole) == []


def test_pictures_of_the_first_files_come_from_workers(qtbot: Any, desk: Any, picture: Any) -> None:
    files = [MediaRef(picture("a.png"), "a.png"), MediaRef("/nowhere/b.png", "b.png")]
    desk.page.set_drafts([draft("one", media=files)])
    popup = listed(desk)
    index = popup.model.index(0)

    def here() -> None:
        first, second = index.data(rows.PicturesRole)
        assert first is not None
        assert second is None

    qtbot.waitUntil(here)


@pytest.mark.timeout(120)
def test_a_thousand_drafts_open_at_once(qtbot: Any, desk: Any) -> None:
    drafts = [
        draft(f"Message {number}\n" + "words and more words " * 40, number, labels=["Launch"])
        for number in range(1_000)
    ]
    desk.page.set_drafts(drafts)
    listed(desk).close()
    popup = listed(desk)
    popup.grab()
    assert popup.model.rowCount() == 1_000
    popup.search.setText("message 77")
    assert popup.model.rowCount() == 19


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_list_of_drafts_searches_and_opens(qtbot: Any, desk: Any) -> None:
    from posto_desktop.ui.compose.drafts_list import DraftsList

    desk.page.set_drafts([Draft(text="Winter roast"), Draft(text="Cinnamon buns")])
    desk.page.drafts_popup.show_drafts()
    popup = desk.page.findChild(DraftsList)
    assert popup.model.rowCount() == 2
    popup.search.setText("cinna")
    assert popup.model.rowCount() == 1
    qtbot.keyClick(popup.search, Qt.Key.Key_Return)
    assert desk.page.editor.toPlainText() == "Cinnamon buns"


def test_a_draft_deleted_in_the_list_comes_back_with_undo(qtbot: Any, desk: Any) -> None:
    desk.page.set_drafts([Draft(id="a", text="one"), Draft(id="b", text="two")])
    desk.page.message.open_drafts.delete("a" if desk.page.draft.id == "b" else "b")
    assert len(desk.deleted) == 1
    desk.notices[-1].callback()
    assert len(desk.page.message.store.drafts()) == 2
