"""Threads: their parts beside the editor, by keys, with files, counters, checks and one undo."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.file_menus import TileMenu

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
MASTODON = Channel(31, "@nordlicht", "mastodon", further_parts="replies")
BLUESKY = Channel(32, "nordlicht.example", "bluesky", further_parts="replies")
SANDBOX = Channel(1, "@nordlicht", "twitter", method="sandbox")
BLOG = Channel(33, "Blog", "wordpress", further_parts="joined")


def bag(number: int, part: int = 0) -> MediaRef:
    name = f"{number}.jpg"
    return MediaRef(f"/nowhere/{name}", name, 10_000, alt="A", width=900, height=900, part=part)


@pytest.fixture
def writer(qtbot: Any, desk: Any) -> Any:
    """The page with two channels that thread, the keyboard in the message."""
    desk.choose([MASTODON, BLUESKY])
    desk.page.activateWindow()
    desk.page.editor.setFocus()
    qtbot.waitUntil(desk.page.editor.hasFocus)
    return desk


def load(desk: Any, *texts: str, **fields: Any) -> None:
    draft = Draft(text=texts[0], threads={"": texts[1:]} if texts[1:] else {}, **fields)
    desk.page.message.open_drafts.load(draft)
    settle(desk)


def settle(desk: Any) -> None:
    desk.settle()
    desk.page.thread_presenter.show()


def keys(desk: Any, text: str) -> None:
    QTest.keyClicks(desk.page.editor, text)


def press(desk: Any, key: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(desk.page.editor, key, modifiers)


def parts(desk: Any, key: str = "") -> tuple[str, ...]:
    return tuple(desk.page.draft.parts_for(key) if key else desk.page.draft.parts_for(""))


def shown(desk: Any) -> list[str]:
    """The texts of all parts from top to bottom, as they stand on the page."""
    page = desk.page
    above = [card.part.text for card in page.parts_above.cards()]
    below = [card.part.text for card in page.parts_below.cards()]
    return [*above, page.editor.toPlainText(), *below]


def files(desk: Any) -> list[str]:
    return [desk.page.media.row(number).ref.name for number in range(desk.page.media.rowCount())]


def test_a_key_begins_a_part_and_three_are_typed(writer: Any) -> None:
    keys(writer, "One")
    press(writer, Qt.Key.Key_Return, ALT)
    keys(writer, "Two")
    press(writer, Qt.Key.Key_Return, ALT)
    keys(writer, "Three")
    assert parts(writer) == ("One", "Two", "Three")
    assert shown(writer) == ["One", "Two", "Three"]
    assert writer.page.part_bar.words.text() == "Part 3 of 3"
    assert writer.page.editor.hasFocus()


def test_a_part_begins_with_what_is_behind_the_caret(writer: Any) -> None:
    load(writer, "One two")
    writer.page.editor.set_caret(4)
    press(writer, Qt.Key.Key_Return, ALT)
    assert parts(writer) == ("One", "two")
    assert writer.page.editor.caret() == (0, None)
    press(writer, Qt.Key.Key_Z, CTRL)
    assert parts(writer) == ("One two",)
    assert writer.page.parts_above.isHidden()
    press(writer, Qt.Key.Key_Z, CTRL | SHIFT)
    assert parts(writer) == ("One", "two")


def test_three_blank_lines_begin_a_part_where_threads_are_sent(writer: Any) -> None:
    keys(writer, "One\r\r\r\rTwo")
    assert parts(writer) == ("One", "Two")
    writer.choose([BLOG])
    load(writer, "")
    keys(writer, "One\r\r\r\rTwo")
    assert parts(writer) == ("One\n\n\n\nTwo",)


def test_backspace_at_the_begin_joins_and_one_undo_parts_again(writer: Any) -> None:
    load(writer, "One", "Two")
    writer.page.thread_presenter.next()
    writer.page.editor.set_caret(0)
    press(writer, Qt.Key.Key_Backspace)
    assert parts(writer) == ("One\n\nTwo",)
    assert writer.page.editor.caret() == (5, None)
    press(writer, Qt.Key.Key_Z, CTRL)
    assert parts(writer) == ("One", "Two")
    assert (writer.page.editor.part, writer.page.editor.caret()) == (1, (0, None))


def test_del_at_the_end_joins_with_the_part_behind(writer: Any) -> None:
    load(writer, "One", "")
    writer.page.editor.set_caret(3)
    press(writer, Qt.Key.Key_Delete)
    assert parts(writer) == ("One",)


def test_arrows_lead_from_part_to_part(writer: Any) -> None:
    load(writer, "One", "Two")
    writer.page.editor.set_caret(1)
    press(writer, Qt.Key.Key_Down)
    assert (writer.page.editor.part, writer.page.editor.caret()) == (1, (0, None))
    press(writer, Qt.Key.Key_Up)
    assert (writer.page.editor.part, writer.page.editor.caret()) == (0, (3, None))
    press(writer, Qt.Key.Key_PageDown, ALT)
    assert writer.page.editor.part == 1
    press(writer, Qt.Key.Key_PageUp, ALT)
    assert writer.page.editor.part == 0


def test_a_part_moves_with_its_files(writer: Any) -> None:
    load(writer, "One", "Two", media=[bag(1), bag(2, 1)])
    assert files(writer) == ["1.jpg"]
    press(writer, Qt.Key.Key_PageDown, ALT | SHIFT)
    assert parts(writer) == ("Two", "One")
    assert (writer.page.editor.part, files(writer)) == (1, ["1.jpg"])
    press(writer, Qt.Key.Key_PageUp, ALT | SHIFT)
    assert parts(writer) == ("One", "Two")
    assert [ref.part for ref in writer.page.draft.media] == [0, 1]


def test_a_part_is_removed_with_its_files_and_comes_back(writer: Any) -> None:
    load(writer, "One", "Two", "Three", media=[bag(1), bag(2, 1), bag(3, 2)])
    press(writer, Qt.Key.Key_PageDown, ALT)
    press(writer, Qt.Key.Key_Backspace, CTRL | SHIFT)
    assert parts(writer) == ("One", "Three")
    assert [(ref.name, ref.part) for ref in writer.page.draft.media] == [("1.jpg", 0), ("3.jpg", 1)]
    assert writer.notices[-1].text == "Part 2 removed"
    writer.notices[-1].callback()
    assert parts(writer) == ("One", "Two", "Three")
    assert len(writer.page.draft.media) == 3


def test_added_files_go_with_the_part_that_is_written(
    writer: Any, picture: Any, qtbot: Any
) -> None:
    load(writer, "One", "Two")
    writer.page.thread_presenter.next()
    writer.page.add_files([picture("red.png")])
    qtbot.waitUntil(lambda: bool(writer.page.draft.media))
    assert writer.page.draft.media[0].part == 1
    assert files(writer) == ["red.png"]
    writer.page.thread_presenter.previous()
    assert files(writer) == []
    assert writer.page.parts_below.cards()[0].part.files == ("red.png",)


def test_a_file_moves_to_the_part_behind_by_its_menu(writer: Any) -> None:
    load(writer, "One", "Two", media=[bag(1), bag(2)])
    strip = writer.page.strip
    strip._menu(strip.visualRect(writer.page.media.index(1)).center())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, TileMenu)
    ways = {action.text(): action for action in menu.actions()}
    assert "Move to the part before" not in ways
    ways["Move to the part after"].trigger()
    menu.close()
    assert [ref.part for ref in writer.page.draft.media] == [0, 1]
    assert files(writer) == ["1.jpg"]
    assert writer.notices[-1].text == "2.jpg moved to part 2"


def test_each_part_has_its_counters(writer: Any) -> None:
    load(writer, "One", "x" * 310)
    assert {slug: counter.used for slug, counter in writer.page.counters.counts().items()} == {
        "mastodon": 3,
        "bluesky": 3,
    }
    (card,) = writer.page.parts_below.cards()
    assert card.part.room == -10
    writer.page.thread_presenter.next()
    assert writer.page.counters.counts()["bluesky"].used == 310
    assert writer.over() == 300


def test_the_number_counts(writer: Any) -> None:
    load(writer, "x" * 298, "Two")
    assert writer.codes() == []
    writer.page.part_bar.numbered.click()
    settle(writer)
    assert writer.page.draft.numbered
    assert writer.page.counters.counts()["bluesky"].used == 302
    assert writer.codes() == ["text_too_long"]
    assert writer.page.checks.findings[0].sentence.startswith("Part 1: Bluesky allows 300")


def test_what_is_too_long_is_split_by_the_check_with_one_undo(writer: Any) -> None:
    text = "This is a sentence of some words. " * 12
    load(writer, text.strip())
    (finding,) = writer.page.checks.findings
    assert finding.fix is not None
    assert finding.fix.label == "Split for all networks"
    writer.page.checks_presenter.fix(finding)
    settle(writer)
    assert len(parts(writer)) == 2
    assert " ".join(parts(writer)) == text.strip()
    assert writer.codes() == []
    press(writer, Qt.Key.Key_Z, CTRL)
    assert parts(writer) == (text.strip(),)


def test_one_network_alone_is_split_into_its_own_thread(writer: Any) -> None:
    text = ("This is a sentence of some words. " * 12).strip()
    load(writer, text)
    finding = writer.page.checks.findings[0]
    only = next(fix for fix in finding.more if fix.label == "Split for Bluesky")
    from dataclasses import replace

    writer.page.checks_presenter.fix(replace(finding, fix=only))
    settle(writer)
    assert parts(writer) == (text,)
    assert len(parts(writer, "bluesky")) == 2
    writer.page.text_presenter.show_key("bluesky")
    assert len(shown(writer)) == 2
    writer.page.text_presenter.use_common_text()
    assert parts(writer, "bluesky") == (text,)
    assert writer.page.draft.threads == {}


def test_typing_in_a_networks_tab_makes_the_whole_thread_its_own(writer: Any) -> None:
    load(writer, "One", "Two")
    writer.page.text_presenter.show_key("bluesky")
    assert shown(writer) == ["One", "Two"]
    writer.page.thread_presenter.next()
    keys(writer, "!")
    assert parts(writer, "bluesky") == ("One", "Two!")
    assert parts(writer) == ("One", "Two")
    writer.page.text_presenter.show_key("")
    assert shown(writer) == ["One", "Two"]


def test_who_takes_no_thread_is_said_with_ways_to_go_on(writer: Any) -> None:
    writer.choose([MASTODON, SANDBOX])
    load(writer, "One", "Two")
    (finding,) = writer.page.checks.findings
    assert finding.sentence == ("X takes no threads from the sandbox. Choose what is sent instead.")
    assert [fix.label for fix in (finding.fix, *finding.more)] == [
        "Send all parts as one text",
        "Send only the first part",
        "Leave out X",
    ]
    writer.page.checks_presenter.fix(finding)
    settle(writer)
    assert writer.codes() == ["thread_joined"]
    cards = {card.post.network: card.post for card in writer.page.preview.cards()}
    assert cards["X"].text == "One\n\nTwo"
    assert cards["X"].parts == ()
    assert [part.text for part in cards["Mastodon"].parts] == ["Two"]


def test_an_empty_part_is_said_and_removed(writer: Any) -> None:
    load(writer, "One", "", "Three")
    finding = writer.page.checks.findings[0]
    assert (finding.code, finding.sentence) == ("part_empty", "Part 2 is empty.")
    writer.page.checks_presenter.fix(finding)
    settle(writer)
    assert parts(writer) == ("One", "Three")
    assert writer.codes() == []


def test_paragraphs_become_parts_and_one_text_again(writer: Any) -> None:
    text = "One\nmore\n\nTwo\n \n\n\nThree"
    load(writer, text)
    writer.command("Split the text at blank lines").trigger()
    assert parts(writer) == ("One\nmore", "Two", "Three")
    writer.command("Join all parts").trigger()
    assert parts(writer) == ("One\nmore\n\nTwo\n\nThree",)
    press(writer, Qt.Key.Key_Z, CTRL)
    press(writer, Qt.Key.Key_Z, CTRL)
    assert parts(writer) == (text,)


def test_a_hundred_parts_are_the_most(writer: Any) -> None:
    load(writer, *["Text"] * 100)
    assert len(shown(writer)) == 100
    assert not writer.command("Add a part to the thread").isEnabled()
    assert not writer.page.part_button.isEnabled()
    press(writer, Qt.Key.Key_Return, ALT)
    assert len(parts(writer)) == 100
    load(writer, "word " * 20_000)
    writer.command("Split the text to fit").trigger()
    assert len(parts(writer)) == 1
    assert writer.notices[-1].text.startswith("This text needs more than 100 parts.")


def test_a_part_of_a_megabyte_is_shown_and_left_again(writer: Any) -> None:
    load(writer, "One", "word " * 200_000)
    assert writer.page.parts_below.cards()[0].height() < 150
    writer.page.thread_presenter.next()
    assert len(writer.page.editor.toPlainText()) == 1_000_000
    writer.page.thread_presenter.previous()
    assert shown(writer)[0] == "One"


def test_cards_are_named_and_open_by_the_keyboard(writer: Any) -> None:
    load(writer, "One", "Zwei", media=[bag(1, 1)])
    (card,) = writer.page.parts_below.cards()
    assert (card.accessibleName(), card.objectName()) == ("Part 2", "part-2")
    assert card.accessibleDescription().split("\n") == ["Part 2 of 2", "Zwei", "1 file"]
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert writer.page.editor.part == 1
    assert writer.page.editor.accessibleName() == "Message"
    assert writer.page.editor.accessibleDescription() == "Part 2 of 2"


def test_another_message_shows_its_own_parts(writer: Any) -> None:
    load(writer, "One", "Two", "Three")
    writer.page.thread_presenter.next()
    load(writer, "Other")
    assert shown(writer) == ["Other"]
    assert writer.page.part_bar.isHidden()
    load(writer, "A", "B")
    assert shown(writer) == ["A", "B"]


def test_a_thread_is_kept_and_posted_whole(writer: Any) -> None:
    load(writer, "One", "Two", media=[bag(1, 1)])
    writer.page.thread_presenter.next()
    keys(writer, "!")
    writer.page.flush()
    assert writer.saved_drafts[-1].threads == {"": ("Two!",)}
    assert Draft.from_json(writer.saved_drafts[-1].to_json()).media[0].part == 1
