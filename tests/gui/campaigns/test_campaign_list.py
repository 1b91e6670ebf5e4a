"""The list of campaigns: found, renamed, duplicated, deleted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from tests.gui.campaigns.campaigns_on_page import CTRL, Asked, campaign


def test_without_campaigns_the_page_says_so_and_begins_one(asked: Asked) -> None:
    asked.page.campaigns.set_campaigns([], {})
    assert asked.page.list.empty.isVisible()
    words = " ".join(label.text() for label in asked.page.list.empty.findChildren(QLabel))
    assert "drop pictures on the window" in words
    asked.page.list.empty.clicked.emit()
    assert asked.page.is_open
    assert asked.page.head.name.hasFocus()
    asked.page.campaigns.close()  # nothing was written: nothing is kept
    assert asked.page.list.model.count() == 0


@pytest.mark.parametrize("some", [True, False])
def test_who_opened_the_page_before_it_had_rows_has_the_keyboard_in_them(
    asked: Asked, some: bool
) -> None:
    page = asked.page
    assert not page.list.empty.isVisible()  # whether there are any is not known yet
    (stop,) = page.pane_stops()
    stop.setFocus()
    assert stop.hasFocus()
    page.campaigns.set_campaigns([campaign("a")] if some else [], {})
    assert page.pane_stops() == [QApplication.focusWidget()]
    assert page.list.view.hasFocus() == some


def test_campaigns_are_found_by_the_words_of_their_messages(asked: Asked) -> None:
    page = asked.page
    page.campaigns.set_campaigns([campaign("fig and cocoa"), campaign("buns", name="Spring")], {})
    page.list.search.setText("SPRING")
    assert page.list.model.rowCount() == 1
    page.list.search.setText("cocoa")
    assert page.list.model.campaign_at(0).name == "Winter"  # type: ignore[union-attr]
    page.list.search.setText("nowhere")
    assert page.list._no_matches.isVisible()
    assert page.list.show_more.text() == "Clear the search"
    page.list.show_more.click()
    assert page.list.model.rowCount() == 2
    page.list.set_channels([999])
    heard: list[bool] = []
    page.allChannelsRequested.connect(lambda: heard.append(True))
    assert page.list.show_more.text() == "Show all channels"
    page.list.show_more.click()
    assert heard == [True]


def test_another_workspace_has_its_own_campaigns(asked: Asked) -> None:
    asked.page.campaigns.set_campaigns([campaign("a"), campaign("b", workspace="acc")], {})
    assert asked.page.list.model.rowCount() == 1
    asked.page.campaigns.set_workspace("acc")
    assert asked.page.list.model.campaign_at(0).workspace == "acc"  # type: ignore[union-attr]


def test_delete_has_its_undo_and_duplicate_has_a_name(asked: Asked) -> None:
    made = campaign("a")
    page = asked.page
    page.campaigns.set_campaigns([made], {})
    page.list.select(made.id)
    page.list.view.setFocus()
    QTest.keyClick(page.list.view, Qt.Key.Key_Delete)
    assert (asked.deleted, page.list.model.count()) == ([made.id], 0)
    asked.notifications[-1].callback()
    assert (asked.restored, page.list.model.count()) == ([made.id], 1)
    QTest.keyClick(page.list.view, Qt.Key.Key_D, CTRL)
    assert [two.name for two in asked.saved] == ["Winter copy"]
    assert page.list.model.count() == 2


def test_a_campaign_is_renamed_in_its_row(asked: Asked) -> None:
    made = campaign("a")
    page = asked.page
    page.campaigns.set_campaigns([made], {})
    page.list.select(made.id)
    QTest.keyClick(page.list.view, Qt.Key.Key_F2)
    page.list._rename.setText("Summer")
    QTest.keyClick(page.list._rename, Qt.Key.Key_Return)
    assert asked.saved[-1].name == "Summer"
