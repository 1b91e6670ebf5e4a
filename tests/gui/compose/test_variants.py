"""Tests of texts of networks and single channels: editing, marks, counters, undo."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor, QTextOption

from posto_desktop.sdk.records import Channel

SHOP, PRIVATE, BLUESKY = (
    Channel(11, "@nordlicht", "twitter"),
    Channel(12, "@private & me", "twitter"),
    Channel(13, "nordlicht.example", "bluesky"),
)


@pytest.fixture
def two(desk: Any) -> Any:
    """X with two channels, Bluesky with one."""
    desk.page.set_channels_selection([SHOP, PRIVATE, BLUESKY])
    return desk


def choose(desk: Any, name: str) -> None:
    """Choose in the menu of the variant bar."""
    menu = desk.page.variant_bar.menu_of_targets()
    [action] = [
        action
        for action in menu.actions()
        if action.text().replace("&&", "&").removesuffix(" · own text") == name
    ]
    action.trigger()
    menu.close()


def add(desk: Any, text: str) -> None:
    desk.page.editor.moveCursor(QTextCursor.MoveOperation.End)
    desk.type(text)


def test_only_a_network_with_several_channels_offers_them(two: Any) -> None:
    page = two.page
    page.tabs.choose("bluesky")
    assert not page.variant_bar.targets.isVisible()
    page.tabs.choose("twitter")
    assert page.variant_bar.targets.isVisible()
    assert page.variant_bar.targets.text() == "All X channels"
    menu = page.variant_bar.menu_of_targets()
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words == ["All X channels", "@nordlicht", "@private && me"]
    menu.close()


def test_a_channel_gets_its_own_text(two: Any) -> None:
    page = two.page
    two.type("Common")
    page.tabs.choose("twitter")
    choose(two, "@private & me")
    assert page.editor.accessibleName() == "Message for @private & me"
    assert page.variant_bar.targets.text() == "@private && me"
    assert "common text" in page.variant_bar.words.full_text()
    add(two, " for friends")
    assert page.draft.variants == {"channel:12": "Common for friends"}
    assert page.draft.text_for(PRIVATE) == "Common for friends"
    assert page.draft.text_for(SHOP) == "Common"
    assert page.tabs.accessibleTabName(1) == "X, own text"
    menu = page.variant_bar.menu_of_targets()
    assert [action.text() for action in menu.actions()][-1] == "@private && me · own text"
    menu.close()
    choose(two, "All X channels")
    assert page.editor.accessibleName() == "Message for X"
    assert page.editor.toPlainText() == "Common"


def test_the_way_back_is_by_way_of_the_network(qtbot: Any, two: Any) -> None:
    page = two.page
    two.type("Common")
    page.tabs.choose("twitter")
    add(two, " X")
    choose(two, "@nordlicht")
    assert page.editor.toPlainText() == "Common X"
    assert "text for X" in page.variant_bar.words.full_text()
    add(two, " shop")
    qtbot.mouseClick(page.variant_bar.common, Qt.MouseButton.LeftButton)
    assert page.draft.variants == {"twitter": "Common X"}
    assert page.editor.toPlainText() == "Common X"
    assert not page.variant_bar.common.isVisible()
    choose(two, "All X channels")
    qtbot.mouseClick(page.variant_bar.common, Qt.MouseButton.LeftButton)
    assert page.draft.variants == {}
    assert page.editor.toPlainText() == "Common"
    page.undo()
    page.undo()
    assert page.draft.variants == {"twitter": "Common X", "channel:11": "Common X shop"}


def test_a_channel_that_is_unticked_leaves_its_text_and_its_tab(two: Any) -> None:
    page = two.page
    two.type("Common")
    page.tabs.choose("twitter")
    choose(two, "@private & me")
    add(two, "!")
    page.set_channels_selection([SHOP, BLUESKY])
    assert page.tabs.current() == "twitter"
    assert page.editor.key == "twitter"
    assert page.editor.toPlainText() == "Common"
    assert page.tabs.accessibleTabName(1) == "X"
    page.set_channels_selection([SHOP, PRIVATE])
    assert page.draft.text_for(PRIVATE) == "Common!"


def test_each_text_is_counted_by_itself(two: Any) -> None:
    page = two.page
    two.type("x" * 100)
    page.tabs.choose("twitter")
    choose(two, "@private & me")
    add(two, "y" * 190)
    two.settle()
    assert page.counters.counts()["twitter"].left == -10
    assert two.over() == 280
    choose(two, "All X channels")
    assert page.counters.counts()["twitter"].left == 180
    assert two.over() == -1
    page.tabs.choose("")
    # Of all the texts that go to X the ring shows the one with the least room.
    assert page.counters.counts()["twitter"].left == -10
    assert two.over() == -1
    assert page.counters.counts()["bluesky"].left == 200


def test_a_text_that_nobody_gets_does_not_warn(two: Any) -> None:
    page = two.page
    page.set_channels_selection([SHOP])
    two.type("x" * 300)
    page.tabs.choose("twitter")
    page.editor.selectAll()
    two.type("short")
    two.settle()
    page.tabs.choose("")
    assert two.over() == -1
    assert page.counters.counts()["twitter"].left == 275


def test_typing_in_all_networks_does_not_reach_an_own_text(two: Any) -> None:
    page = two.page
    two.type("Common")
    page.text_presenter.show_key("channel:12")
    add(two, " own")
    page.tabs.choose("")
    add(two, "!")
    assert page.text_presenter.show_key("channel:11")
    assert page.editor.toPlainText() == "Common!"
    assert page.text_presenter.show_key("channel:12")
    assert page.editor.toPlainText() == "Common own"
    assert not page.text_presenter.show_key("channel:99")


def test_what_is_posted_holds_the_texts(qtbot: Any, two: Any) -> None:
    page = two.page
    two.type("Common")
    page.text_presenter.show_key("channel:12")
    add(two, " own")
    page.message.posting.post()
    [(draft, _when)] = two.posted
    assert draft.variants == {"channel:12": "Common own"}
    assert draft.channel_ids == (11, 12, 13)


def test_what_a_link_counts_is_said_in_the_tab_of_the_network(two: Any) -> None:
    page = two.page
    two.type("See https://nordlicht.de/a-very-long-address-to-the-winter-roast")
    two.settle()
    assert not page.counters.note.isVisible()
    page.tabs.choose("twitter")
    assert page.counters.note.text() == "each link counts 23"
    assert page.counters.note.isVisible()
    assert page.counters.counts()["twitter"].left == 280 - 27
    page.tabs.choose("bluesky")
    assert not page.counters.note.isVisible()


def test_a_fresh_tab_continues_the_common_text(desk: Any) -> None:
    page = desk.page
    page.editor.setPlainText("Open today")
    page.tabs.choose("twitter")
    page.editor.insertPlainText(" until 8")
    assert page.draft.variants == {"twitter": "Open today until 8"}


def test_an_absurdly_long_word_is_wrapped_anywhere_in_every_tab(desk: Any) -> None:
    # Qt needs minutes for a megabyte without spaces in the other mode; once is enough.
    page, anywhere = desk.page, QTextOption.WrapMode.WrapAnywhere
    page.editor.insertPlainText("x" * 6000)
    assert page.editor.wordWrapMode() == anywhere
    page.tabs.choose("twitter")
    page.tabs.choose("")
    assert page.editor.wordWrapMode() == anywhere
    page.undo()
    assert page.editor.text_of("") == ""
    page.tabs.choose("twitter")
    assert page.editor.wordWrapMode() != anywhere
