"""The Compose page as a person uses it: write, own texts, checks, posting, drafts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QListWidget, QPushButton

from posto_desktop.common.resources import resource
from posto_desktop.core.draft import Draft
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.page import ComposePage


def button(desk: Any) -> QPushButton:
    return desk.page.findChild(QPushButton, "post")  # type: ignore[no-any-return]


def press(qtbot: Any, widget: Any) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def press_post(qtbot: Any, desk: Any) -> None:
    desk.settle()
    press(qtbot, button(desk))


# -- names ---------------------------------------------------------------------------------


def test_controls_have_the_names_that_assistive_software_knows(desk: Any) -> None:
    page: ComposePage = desk.page
    for kind, name in (
        (QLineEdit, "When"),
        (QListView, "Media"),
        (QListWidget, "Checks"),
        (QPushButton, "Post"),
    ):
        widget = page.findChild(kind, name.lower())
        assert widget is not None
        assert widget.accessibleName() == name
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


# -- the button ----------------------------------------------------------------------------


def test_the_button_follows_reality(desk: Any, channels: dict[str, Channel]) -> None:
    page = desk.page
    assert not button(desk).isEnabled()
    assert page.action_bar.hint.text() == "Write something or add a file first"
    desk.type("Fig and cocoa")
    desk.settle()
    assert button(desk).isEnabled()
    assert button(desk).text() == "Send 3 posts now"
    page.when.field.setText("tomorrow 9:00")
    desk.settle()
    assert button(desk).text() == "Schedule 3 posts"
    page.set_channels_selection([channels["x"]])
    assert button(desk).text() == "Schedule 1 post"
    page.set_channels_selection([])
    assert not button(desk).isEnabled()
    assert page.action_bar.hint.text() == "Choose a channel first"


def test_posting_hands_the_message_out_and_frees_the_page(qtbot: Any, desk: Any) -> None:
    desk.type("Fig and cocoa")
    desk.page.when.field.setText("tomorrow 9:00")
    desk.page.fields.link.setText("https://nordlicht.example")
    desk.page.fields.comment.setText("Brew guide in our bio")
    desk.settle()
    press_post(qtbot, desk)
    [(draft, when)] = desk.posted
    assert draft.text == "Fig and cocoa"
    assert draft.channel_ids == (1, 4, 5)
    assert draft.link == "https://nordlicht.example"
    assert draft.first_comment == "Brew guide in our bio"
    assert when == datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
    assert desk.page.editor.toPlainText() == ""
    assert desk.page.when.field.text() == ""
    assert desk.page.draft.id != draft.id
    assert not button(desk).isEnabled()


def test_undo_after_posting_brings_everything_back(qtbot: Any, desk: Any) -> None:
    desk.type("Fig and cocoa")
    desk.page.tabs.choose("twitter")
    desk.type(" for X")
    desk.page.tabs.choose("")
    desk.page.when.field.setText("tomorrow 9:00")
    press_post(qtbot, desk)
    [(draft, _when)] = desk.posted
    desk.page.restore(draft)
    assert desk.page.editor.toPlainText() == "Fig and cocoa"
    assert desk.page.when.field.text() == "tomorrow 9:00"
    assert "for X" in desk.page.draft.variants["twitter"]
    qtbot.waitUntil(lambda: any(kept.id == draft.id for kept in desk.kept))


def test_what_one_network_refuses_is_asked_in_the_window(qtbot: Any, desk: Any) -> None:
    desk.type("x" * 290)  # too long for X, not for Facebook and Bluesky
    desk.page.when.field.setText("tomorrow 9:00")
    press_post(qtbot, desk)
    assert desk.posted == []
    assert desk.page.confirmation_bar.isVisible()
    assert "280" in desk.page.confirmation_bar.words.text()
    press(qtbot, desk.page.confirmation_bar.findChild(QPushButton, "schedule-2-of-3-channels"))
    [(draft, _when)] = desk.posted
    assert draft.channel_ids == (4, 5)
    left = desk.kept[-1]
    assert left.channel_ids == (1,)
    assert left.text == "x" * 290
    assert left.id != draft.id
    assert "X" in desk.notices[-1].text
    desk.notices[-1].callback()
    assert desk.page.editor.toPlainText() == "x" * 290


def test_fix_first_leads_to_the_place_of_the_fault(qtbot: Any, desk: Any) -> None:
    desk.type("x" * 290)
    press_post(qtbot, desk)
    press(qtbot, desk.page.confirmation_bar.findChild(QPushButton, "fix-first"))
    assert desk.posted == []
    assert desk.page.tabs.current() == "twitter"
    assert not desk.page.confirmation_bar.isVisible()


def test_a_question_is_gone_when_the_message_changes(qtbot: Any, desk: Any) -> None:
    desk.type("x" * 290)
    press_post(qtbot, desk)
    assert desk.page.confirmation_bar.isVisible()
    desk.type("y")
    assert not desk.page.confirmation_bar.isVisible()


def test_when_all_refuse_nothing_can_be_sent(
    qtbot: Any, desk: Any, channels: dict[str, Channel]
) -> None:
    desk.page.set_channels_selection([channels["x"]])
    desk.type("x" * 290)
    press_post(qtbot, desk)
    words = [
        one.text()
        for one in desk.page.confirmation_bar.findChildren(QPushButton)
        if one.isVisible()
    ]
    assert words == ["Fix first"]
    assert desk.posted == []


def test_a_time_in_the_past_is_not_sent_at_once(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.page.when.field.setText("yesterday 9:00")
    press_post(qtbot, desk)
    assert desk.posted == []
    assert desk.page.confirmation_bar.isVisible()
    press(qtbot, desk.page.confirmation_bar.findChild(QPushButton, "change-the-time"))
    assert desk.page.when.field.hasFocus()


def test_a_time_that_passes_while_the_page_is_open_is_noticed(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.page.when.field.setText("today 12:00")
    assert desk.page.message.time.reading.ok
    desk.clock.forward(hours=3)
    press_post(qtbot, desk)
    assert desk.posted == []
    assert desk.page.confirmation_bar.isVisible()


def test_send_now_asks_when_a_time_is_set(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.page.when.field.setText("tomorrow 9:00")
    desk.settle()
    desk.page.message.posting.send_now()
    assert desk.posted == []
    press(qtbot, desk.page.confirmation_bar.findChild(QPushButton, "keep-the-time"))
    assert desk.posted == []
    desk.page.message.posting.send_now()
    press(qtbot, desk.page.confirmation_bar.findChild(QPushButton, "send-3-posts-now"))
    [(_draft, when)] = desk.posted
    assert when is None


def test_send_now_asks_even_when_no_time_is_set(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.page.activateWindow()
    desk.page.editor.setFocus()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(desk.page.editor, Qt.Key.Key_Return, both)
    bar = desk.page.confirmation_bar
    qtbot.waitUntil(bar.isVisible)
    assert bar.words.text() == "Send 3 posts now? This cannot be undone."
    assert desk.posted == []
    qtbot.keyClick(bar.findChild(QPushButton, "send"), Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert desk.page.editor.hasFocus()
    assert desk.posted == []
    desk.page.message.posting.send_now()
    press(qtbot, bar.findChild(QPushButton, "back"))
    assert desk.posted == []
    desk.page.message.posting.send_now()
    press(qtbot, bar.findChild(QPushButton, "send"))
    [(_draft, when)] = desk.posted
    assert when is None


def test_the_foot_says_that_the_message_is_not_kept_until_it_is(desk: Any) -> None:
    bar, page = desk.page.action_bar, desk.page
    desk.type("Fig")
    draft_id = page.draft.id
    page.message.editor.set_saved(draft_id, desk.clock.now)
    desk.clock.forward(seconds=13)
    page.show_saved()
    assert bar.state.full_text() == "Saved 13 s ago"
    sentence = "posto.db could not be written: the disk is full. Make room on it."
    page.message.editor.set_not_saved(draft_id, "the disk is full", sentence)
    for _ in range(2):
        assert bar.state.full_text() == "Not saved: the disk is full"
        assert bar.state.property("role") == "error-small"
        assert bar._mark.toolTip() == sentence
        assert (bar._mark_name, bar._mark_ok) == ("triangle-alert", False)
        desk.clock.forward(seconds=10)
        page.show_saved()
    # Another message is not meant, and of this one it holds when it comes back.
    page.message.editor.set_saved("another", desk.clock.now)
    assert bar.state.full_text() == "Not saved: the disk is full"
    draft = page.draft
    page.message.open_drafts.new_message()
    assert bar.state.full_text() == "Nothing written yet"
    page.message.open_drafts.load(draft)
    page.message.editor.set_read(draft.updated_at)
    assert bar.state.full_text() == "Not saved: the disk is full"
    page.message.editor.set_saved(draft_id, desk.clock.now)
    assert bar.state.full_text().startswith("Saved")
    assert bar.state.property("role") == "small"
    page.message.editor.set_not_saved(draft_id, "", "It is damaged.")
    assert bar.state.full_text() == "Not saved"
    page.message.open_drafts.save_as_draft()
    assert desk.notices[-1].kind == "warning"


def test_the_save_state_gets_shorter_instead_of_being_cut(desk: Any) -> None:
    bar = desk.page.action_bar
    desk.type("Fig")
    desk.page.message.editor.set_saved(desk.page.draft.id, desk.clock.now)
    desk.clock.forward(seconds=10)
    desk.settle()
    desk.page.show_saved()
    bar.set_problems("4 problems below", severe=True)
    seen = set()
    for width in range(1088, 420, -4):
        bar.resize(width, bar.height())
        bar.layout().activate()
        if bar.state.isHidden():
            break
        assert bar.state.text() == bar.state.full_text(), width
        seen.add(bar.state.full_text())
    assert seen == {"Saved 10 s ago", "Saved"}


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


def test_control_enter_posts(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.page.activateWindow()
    desk.page.editor.setFocus()
    qtbot.keyClick(desk.page.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(desk.posted) == 1)
    assert desk.posted[0][0].text == "Fig"


# -- own texts -----------------------------------------------------------------------------


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


# -- limits --------------------------------------------------------------------------------


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
    [finding] = [one for one in desk.page.checks.findings if one.code == "session_expired"]
    desk.page.checks_presenter.fix(finding)
    assert [one.id for one in desk.page.message.channels.listed] == [1]


def test_a_thousand_posts_are_counted_in_groups_of_digits(desk: Any) -> None:
    many = [Channel(n, f"Harbour {n}", "fb", active=False) for n in range(1_200)]
    desk.page.set_channels_selection(many)
    desk.type("Fig")
    desk.settle()
    assert desk.page.action_bar.post.text() == "Send 1,200 posts now"
    [finding] = [one for one in desk.page.checks.findings if one.code == "session_expired"]
    row = desk.page.checks.list.itemWidget(desk.page.checks.list.item(0))
    assert row.button.text() == "Leave out 1,200 channels"
    desk.page.checks_presenter.fix(finding)
    assert desk.notices[-1].text == "1,200 channels are left out"


# -- previews ------------------------------------------------------------------------------


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


# -- drafts --------------------------------------------------------------------------------


def test_a_change_is_kept_within_a_second(qtbot: Any, desk: Any) -> None:
    with qtbot.waitSignal(desk.page.message.store.saved):
        desk.type("Fig")
        assert 0 <= desk.page.message.editor._save_soon._timer.remainingTime() <= 1_000
    assert desk.kept[-1].text == "Fig"
    assert desk.kept[-1].channel_ids == (1, 4, 5)
    desk.page.message.editor.set_saved(desk.page.draft.id, desk.clock.now)
    assert desk.page.action_bar.state.full_text() == "Saved just now"
    desk.pass_time(seconds=10)
    assert desk.page.action_bar.state.full_text() == "Saved 10 s ago"


def test_typing_on_does_not_put_keeping_off(qtbot: Any, desk: Any) -> None:
    def kept() -> None:
        desk.type("x")
        assert desk.kept

    qtbot.waitUntil(kept)


def test_a_draft_that_was_emptied_is_removed(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.page.flush()
    draft_id = desk.kept[-1].id
    desk.page.editor.selectAll()
    desk.page.editor.textCursor().removeSelectedText()
    desk.page.flush()
    assert desk.deleted == [draft_id]


def test_the_newest_draft_is_open_again_after_a_crash(desk: Any) -> None:
    old = Draft(text="old", updated_at=desk.clock.now - timedelta(days=2))
    new = Draft(
        text="new",
        when_text="tomorrow 9:00",
        variants={"bluesky": "blue"},
        channel_ids=[1, 5],
        updated_at=desk.clock.now - timedelta(minutes=2),
    )
    desk.page.set_drafts([old, new])
    assert desk.page.editor.toPlainText() == "new"
    assert desk.page.when.field.text() == "tomorrow 9:00"
    assert desk.page.draft.variants == {"bluesky": "blue"}
    assert [one.id for one in desk.page.message.channels.listed] == [1, 5]
    desk.page.set_drafts([old])
    assert desk.page.editor.toPlainText() == "new"  # only the first time


def test_what_is_being_written_is_not_replaced_by_an_old_draft(desk: Any) -> None:
    desk.type("just begun")
    desk.page.set_drafts([Draft(text="old")])
    assert desk.page.editor.toPlainText() == "just begun"


def test_save_as_draft_puts_it_aside(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.settle()
    press(qtbot, desk.page.action_bar.save)
    assert desk.page.editor.toPlainText() == ""
    assert desk.kept[-1].text == "Fig"
    desk.notices[-1].callback()
    assert desk.page.editor.toPlainText() == "Fig"
    assert desk.deleted == []


def test_discarding_has_a_way_back(desk: Any) -> None:
    desk.type("Fig")
    desk.page.flush()
    desk.page.message.open_drafts.discard()
    assert desk.page.editor.toPlainText() == ""
    assert len(desk.deleted) == 1
    desk.notices[-1].callback()
    assert desk.page.editor.toPlainText() == "Fig"


def test_opening_another_draft_keeps_the_present_one(desk: Any) -> None:
    desk.type("first")
    desk.page.message.open_drafts.load(Draft(text="second"))
    assert desk.kept[-1].text == "first"
    assert desk.page.editor.toPlainText() == "second"
    assert not desk.page.editor.document().isUndoAvailable()


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


def test_deleting_the_open_draft_empties_the_page(desk: Any) -> None:
    desk.page.set_drafts([Draft(id="a", text="one")])
    assert desk.page.editor.toPlainText() == "one"
    desk.page.message.open_drafts.delete("a")
    assert desk.page.editor.toPlainText() == ""
    assert desk.deleted == ["a"]


# -- first run -----------------------------------------------------------------------------


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
    kept = page.draft.media[0]
    assert kept.name == "Harbour.jpg"
    # A copy: the next version of the program may lie elsewhere.
    assert not kept.path.startswith(str(resource("samples")))
    assert not page.welcome.isVisible()


# -- sizes and load ------------------------------------------------------------------------


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
