"""Tests of the Compose page: own texts, limits, previews, the first run, menus."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QListWidget, QPushButton

from posto_desktop.common.resources import resource
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.drafts_list import DraftsList
from posto_desktop.ui.compose.page import ComposePage
from tests.gui.compose.buttons import press
from tests.gui.compose.drafts_on_page import tabs, titles
from tests.gui.heard import name_of

# -- names -----------------------------------------------------------------------------------------


def test_controls_have_the_names_that_assistive_software_knows(desk: Any) -> None:
    page: ComposePage = desk.page
    for kind, name in (
        (QLineEdit, "When"),
        (QListView, "Media"),
        (QListWidget, "Checks"),
    ):
        widget = page.findChild(kind, name.lower())
        assert widget is not None
        assert widget.accessibleName() == name
    button = page.findChild(QPushButton, "post")
    assert button is not None
    assert name_of(button) == button.text()
    add = page.strip.findChild(object, "add-media")
    assert add is not None
    assert add.accessibleName() == "Add media"
    assert page.editor.objectName() == "message"
    assert page.editor.accessibleName() == "Message"
    reading = page.findChild(QLabel, "when-reading")
    assert reading is not None
    assert reading.accessibleName() == ""  # a name would hide the text


def test_the_editor_is_named_after_the_network_whose_tab_is_open(desk: Any) -> None:
    desk.page.tabs.choose("twitter")
    assert desk.page.editor.accessibleName() == "Message for X"
    assert desk.page.editor.objectName() == "message-for-x"
    desk.page.tabs.choose("")
    assert desk.page.editor.accessibleName() == "Message"


# -- own texts -------------------------------------------------------------------------------------


def test_typing_in_a_networks_tab_makes_an_own_text(desk: Any) -> None:
    page = desk.page
    desk.type("Common")
    page.tabs.choose("twitter")
    assert page.editor.toPlainText() == "Common"
    assert "common text" in page.variant_bar.words.full_text()
    assert not page.variant_bar.common.isVisible()
    page.editor.moveCursor(page.editor.textCursor().MoveOperation.End)
    desk.type(" for X")
    assert page.variant_bar.common.isVisible()
    assert page.draft.variants == {"twitter": "Common for X"}
    page.tabs.choose("")
    assert page.editor.toPlainText() == "Common"
    desk.type("!")
    assert page.draft.text_for("twitter") == "Common for X"
    assert page.draft.text_for("fb") != "Common for X"


def test_use_the_common_text_can_be_undone(qtbot: Any, desk: Any) -> None:
    page = desk.page
    desk.type("Common")
    page.tabs.choose("twitter")
    desk.type("Own ")
    own = page.editor.toPlainText()
    press(qtbot, page.variant_bar.common)
    assert page.draft.variants == {}
    assert page.editor.toPlainText() == "Common"
    desk.notices[-1].callback()
    assert page.draft.variants == {"twitter": own}
    assert page.editor.toPlainText() == own


def test_the_tab_row_follows_the_channels(desk: Any, channels: dict[str, Channel]) -> None:
    page = desk.page
    page.tabs.choose("bluesky")
    page.set_channels_selection([channels["x"], channels["telegram"]])
    assert [page.tabs.tabText(n) for n in range(page.tabs.count())] == [
        "All networks",
        "X",
        "Telegram",
    ]
    assert page.tabs.current() == ""
    assert page.editor.accessibleName() == "Message"


# -- limits ----------------------------------------------------------------------------------------


def test_the_tail_over_the_tightest_limit_is_tinted(desk: Any) -> None:
    page = desk.page
    desk.type("x" * 280)
    desk.settle()
    assert desk.over() == -1
    desk.type("yz")
    desk.settle()
    assert desk.over() == 280
    assert page.counters.counts()["twitter"].left == -2
    page.tabs.choose("fb")
    assert desk.over() == -1
    assert list(page.counters.counts()) == ["fb"]


def test_the_tint_counts_emoji_as_the_editor_does(desk: Any, channels: dict[str, Channel]) -> None:
    desk.page.set_channels_selection([channels["bluesky"]])
    desk.type("🚲" * 301)
    desk.settle()
    assert desk.over() == 600


def test_an_own_text_does_not_tint_the_common_one(desk: Any) -> None:
    page = desk.page
    page.tabs.choose("twitter")
    desk.type("short")
    page.tabs.choose("")
    desk.type("x" * 290)
    desk.settle()
    assert desk.over() == -1  # only X takes less, and X has its own text


def test_checks_name_the_network_and_lead_there(qtbot: Any, desk: Any) -> None:
    page = desk.page
    desk.type("x" * 301)
    desk.settle()
    assert desk.codes() == ["text_too_long", "text_too_long"]
    assert page.checks.title.text() == "2 checks"
    assert page.checks.summary.text() == "2 problems"
    spoken = page.checks.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Problem: X allows 280 characters")
    row = page.checks.list.itemWidget(page.checks.list.item(1))
    press(qtbot, row.button)
    assert page.tabs.current() == "bluesky"


def test_an_empty_page_has_no_checks(desk: Any) -> None:
    desk.settle()
    assert not desk.page.checks.isVisible()


def test_an_expired_channel_can_be_left_out(desk: Any, channels: dict[str, Channel]) -> None:
    expired = Channel(9, "Fjord Cycles", "fb", active=False)
    desk.page.set_channels_selection([channels["x"], expired])
    desk.type("Fig")
    desk.settle()
    [finding] = [
        finding for finding in desk.page.checks.findings if finding.code == "session_expired"
    ]
    desk.page.checks_presenter.fix(finding)
    assert [channel.id for channel in desk.page.message.channels.listed] == [1]


def test_a_thousand_posts_are_counted_in_groups_of_digits(desk: Any) -> None:
    many = [Channel(n, f"Harbour {n}", "fb", active=False) for n in range(1_200)]
    desk.page.set_channels_selection(many)
    desk.type("Fig")
    desk.settle()
    assert desk.page.action_bar.post.text() == "Send 1,200 posts now"
    [finding] = [
        finding for finding in desk.page.checks.findings if finding.code == "session_expired"
    ]
    row = desk.page.checks.list.itemWidget(desk.page.checks.list.item(0))
    assert row.button.text() == "Leave out 1,200 channels"
    desk.page.checks_presenter.fix(finding)
    assert desk.notices[-1].text == "1,200 channels are left out"


# -- previews --------------------------------------------------------------------------------------


def test_previews_show_what_each_network_will_show(desk: Any) -> None:
    page = desk.page
    desk.type("Fig and cocoa")
    desk.settle()
    assert page.preview.card("twitter").shown() == "Fig and cocoa"
    page.tabs.choose("bluesky")
    desk.type("Hello. ")
    desk.settle()
    card = page.preview.card("bluesky")
    assert "Hello." in card.shown()
    assert card.post.own_text
    assert "Bluesky" in card.accessibleName()


def test_a_card_says_how_much_is_too_long(desk: Any) -> None:
    desk.type("x" * 285)
    desk.settle()
    card = desk.page.preview.card("twitter")
    assert card.post.problem == "5 too long"
    assert card.shown() == "x" * 277 + "..."
    assert desk.page.preview.card("fb").post.problem == ""


def test_one_card_a_network_however_many_channels(desk: Any) -> None:
    twins = [Channel(n, f"Account {n}", "twitter") for n in (1, 2, 3)]
    desk.page.set_channels_selection(twins)
    post = desk.page.preview.card("twitter").post
    assert post.channel == "Account 1"
    assert post.more_channels == 2


# -- first run -------------------------------------------------------------------------------------


def test_the_first_run_ends_with_the_first_word(desk: Any) -> None:
    page = desk.page
    page.set_first_run(True)
    assert page.welcome.isVisible()
    assert not page.when.isVisible()
    page.editor.setFocus()
    desk.type("H")
    assert not page.welcome.isVisible()
    assert page.when.isVisible()
    assert page.editor.hasFocus()
    assert page.editor.toPlainText() == "H"


@pytest.mark.parametrize("choice", [{"style": "Loud"}, {"when_text": "tomorrow 9:00"}])
def test_the_first_run_ends_with_what_another_page_chose(desk: Any, choice: Any) -> None:
    desk.page.set_first_run(True)
    desk.page.message.editor.edit(**choice)
    assert not desk.page.first_run


def test_the_first_run_offers_connecting_accounts(qtbot: Any, desk: Any) -> None:
    desk.page.set_first_run(True)
    with qtbot.waitSignal(desk.page.addChannelRequested):
        press(qtbot, desk.page.findChild(QPushButton, "add-first-channel"))


def test_the_first_run_offers_signing_in(qtbot: Any, desk: Any) -> None:
    desk.page.set_first_run(True)
    with qtbot.waitSignal(desk.page.signInRequested):
        press(qtbot, desk.page.findChild(QPushButton, "sign-in"))


def test_the_first_run_has_a_picture_to_try_with(qtbot: Any, desk: Any) -> None:
    page = desk.page
    page.set_first_run(True)
    press(qtbot, page.findChild(QPushButton, "use-a-sample-picture"))
    qtbot.waitUntil(lambda: bool(page.draft.media) and page.draft.media[0].width == 1200)
    picture = page.draft.media[0]
    assert picture.name == "Harbour.jpg"
    # A copy: the next version of the program may lie elsewhere.
    assert not picture.path.startswith(str(resource("samples")))
    assert not page.welcome.isVisible()


# -- sizes and load --------------------------------------------------------------------------------


def test_under_1140_the_preview_lies_over_the_message(qtbot: Any, desk: Any) -> None:
    page = desk.page
    page.resize(800, 700)  # beside a channel pane of 272
    assert page.preview_button.isVisible()
    assert not page.preview.isVisible()
    press(qtbot, page.preview_button)
    assert page.preview.isVisible()
    assert page.preview.geometry().right() == page.width() - 1
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.preview.isVisible()
    page.resize(1400, 800)
    assert page.preview.isVisible()
    assert not page.preview_button.isVisible()


def test_low_windows_say_the_problems_in_the_bar(qtbot: Any, desk: Any) -> None:
    page = desk.page
    desk.type("x" * 285)
    page.resize(1200, 700)
    desk.settle()
    assert page.action_bar.problems.isVisible()
    assert page.action_bar.problems.text() == "1 problem"
    page.resize(1200, 900)
    assert not page.action_bar.problems.isVisible()


def test_a_megabyte_of_text_is_counted_beside_the_keys(qtbot: Any, desk: Any) -> None:
    page = desk.page
    text = "The winter roast is here, with fig and cocoa.\n" * 22_000
    desk.type(text)
    with qtbot.waitSignal(page.message.checks.assessed):
        desk.type("x")
    qtbot.waitUntil(lambda: page.counters.counts()["fb"].left is not None)
    assert page.message.checks.is_long()
    assert page.editor.height() <= 480
    qtbot.waitUntil(lambda: bool(desk.codes()))
    assert desk.codes() == ["text_too_long"] * 3


def test_the_look_follows_the_scheme(desk: Any, theme: Any) -> None:
    desk.type("#tag " + "x" * 300)
    desk.settle()
    try:
        theme.setMode("dark")
        [selection] = desk.page.editor.extraSelections()
        tint = selection.format.background().color()
        assert tint == theme.colour("overlimit_bg")
    finally:
        theme.setMode("light")


def test_sizes_follow_the_text_size_at_once(qtbot: Any, desk: Any, theme: Any) -> None:
    page = desk.page
    desk.type("Fig")
    desk.settle()
    desk.page.editor.clear()
    theme.set_text_size("larger")
    try:
        post = page.action_bar.post
        assert post.minimumWidth() >= post.sizeHint().width()
        assert post.button.width() >= post.button.sizeHint().width()
        assert page.editor.viewport().font().pointSizeF() == pytest.approx(
            page.editor.font().pointSizeF()
        )
        assert page.editor.font().pointSizeF() == pytest.approx(theme.font("message").pointSizeF())
        assert page.tabs.height() == theme.px("size.tab_row") - 1
    finally:
        theme.set_text_size("normal")


# -- menus -----------------------------------------------------------------------------------------


def test_the_menu_behind_the_dots_does_what_it_says(qtbot: Any, desk: Any) -> None:
    def choose(words: str) -> None:
        menu = desk.page.message_actions.open_menu()
        action = next(action for action in menu.actions() if action.text().split("\t")[0] == words)
        action.trigger()
        menu.close()

    desk.type("Fig")
    choose("New message beside this one")
    assert tabs(desk) == ["Fig", "New message"]
    desk.type("Cocoa")
    choose("Discard this message")
    assert desk.page.draft.is_empty
    choose("Drafts (1)…")
    assert titles(desk.page.findChildren(DraftsList)[-1]) == ["Fig"]


def test_the_menu_beside_post_is_there_without_channels(desk: Any) -> None:
    desk.page.set_channels_selection([])
    desk.type("Fig")
    desk.settle()
    bar = desk.page.action_bar
    assert not bar.post.button.isEnabled()
    assert bar.post.arrow.isEnabled()
    assert desk.command("Save as template…").isEnabled()
    desk.command("Save as draft").trigger()
    assert desk.page.draft.is_empty
