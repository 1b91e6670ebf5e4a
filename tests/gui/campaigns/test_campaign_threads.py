"""Messages of a campaign in several parts: written, joined, with files, undone, and sent whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from posto_desktop.core.campaign import CampaignMessage
from posto_desktop.core.draft import MediaRef
from posto_desktop.ui.campaigns.message_editor import CampaignMessageEditor
from posto_desktop.ui.campaigns.page import CampaignsPage
from tests.gui.campaigns.campaigns_on_page import (
    ALT,
    CHANNELS,
    CTRL,
    Asked,
    campaign,
    opened,
    picture,
)


def edited(page: CampaignsPage, message_id: str) -> CampaignMessageEditor:
    page.editor_controller.open(message_id)
    editor = page.editor_controller.editor
    assert editor is not None
    return editor


def parts(page: CampaignsPage, message_id: str) -> tuple[str, ...]:
    message = page.campaigns.editor.message(message_id)
    assert message is not None
    return message.parts


def test_a_part_begins_at_the_caret_and_backspace_joins_it_again(
    asked: Asked, qtbot: QtBot
) -> None:
    page = opened(asked, qtbot, campaign("a", "b"))
    editor = edited(page, "a")
    QTest.keyClicks(editor.text, " first. Second")
    cursor = editor.text.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.Left, n=len(" Second"))
    editor.text.setTextCursor(cursor)
    QTest.keyClick(editor.text, Qt.Key.Key_Return, ALT)
    assert parts(page, "a") == ("a first.", "Second")
    second = editor.parts.editors[1]
    assert second.hasFocus()
    assert second.accessibleName() == "Part 2"
    QTest.keyClicks(second, "The ")
    assert parts(page, "a") == ("a first.", "The Second")
    assert page.campaigns.messages.title_at(0) == "2 parts · a first."
    second.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClick(second, Qt.Key.Key_Backspace)
    assert parts(page, "a") == ("a first.\n\nThe Second",)
    assert editor.text.hasFocus()
    assert editor.text.textCursor().position() == len("a first.\n\n")


def test_removing_a_part_and_numbering_are_undone(asked: Asked, qtbot: QtBot) -> None:
    thread = CampaignMessage(id="t", text="One").with_parts(("One", "Two", "Three"))
    page = opened(asked, qtbot, campaign(messages=(thread,)))
    editor = edited(page, "t")
    assert [text.toPlainText() for text in editor.parts.editors] == ["One", "Two", "Three"]
    editor.numbered.click()
    page.campaigns.editor.message("t")
    editor.parts.remove(1)
    assert parts(page, "t") == ("One", "Three")
    QTest.keyClick(editor.parts.editors[0], Qt.Key.Key_Z, CTRL)
    assert parts(page, "t") == ("One", "Two", "Three")
    assert [text.toPlainText() for text in editor.parts.editors] == ["One", "Two", "Three"]
    assert editor.numbered.isChecked()
    page.campaigns.editor.undo()
    assert not editor.numbered.isChecked()
    # What is typed since is the text's own to take back.
    editor.parts.remove(2)
    QTest.keyClicks(editor.parts.editors[1], "!")
    QTest.keyClick(editor.parts.editors[1], Qt.Key.Key_Z, CTRL)
    assert parts(page, "t") == ("One", "Two")


def test_files_go_with_the_part_that_is_written_and_move_by_keys(
    asked: Asked, qtbot: QtBot, tmp_path: Path
) -> None:
    thread = CampaignMessage(id="t").with_parts(("One", "Two"))
    page = opened(asked, qtbot, campaign(messages=(thread,)))
    editor = edited(page, "t")
    editor.parts.editors[1].setFocus()
    page.message_actions.drop_files([picture(tmp_path / "a.png")], "t", 0)

    def media() -> tuple[MediaRef, ...]:
        message = page.campaigns.editor.message("t")
        assert message is not None
        return message.media

    qtbot.waitUntil(lambda: len(media()) == 1)
    assert media()[0].part == 1
    (thumb,) = editor.media._thumbs
    assert thumb.accessibleName() == "a.png, Part 2"
    thumb.setFocus()
    QTest.keyClick(thumb, Qt.Key.Key_Up, ALT)
    assert media()[0].part == 0
    (thumb,) = editor.media._thumbs
    assert thumb.hasFocus(), "the next key moves the same file"
    editor.parts.remove(1)
    assert media()[0].part == 0


def test_the_parts_are_checked_and_channels_without_threads_get_one_post(
    asked: Asked, qtbot: QtBot
) -> None:
    thread = CampaignMessage(id="t").with_parts(("One", "x" * 301))
    page = opened(asked, qtbot, campaign(messages=(thread,), channel_ids=(2,)))
    asked.page.campaigns.set_channels([replace(CHANNELS[1], further_parts="replies")])
    editor = edited(page, "t")

    def sentences() -> list[str]:
        return [finding.sentence for finding in page.campaigns.messages.findings_at(0)]

    qtbot.waitUntil(lambda: any("Part 2" in sentence for sentence in sentences()))
    QTest.keyClick(editor.parts.editors[1], Qt.Key.Key_A, CTRL)
    QTest.keyClicks(editor.parts.editors[1], "Two")
    qtbot.waitUntil(lambda: not sentences())
    asked.page.campaigns.set_channels(CHANNELS)
    qtbot.waitUntil(lambda: sentences() == ["Bluesky gets all parts as one post."])
    assert editor.findings.text() == "Bluesky gets all parts as one post."
    messages = page.campaigns.messages
    assert messages.note_at(0) == ("Bluesky gets all parts as one post.", "hint")
    assert "Bluesky gets all parts as one post." in messages.tip(0)
    assert "Bluesky gets all parts as one post." in messages.accessible_text(0)


def test_copied_and_duplicated_messages_have_all_parts(asked: Asked, qtbot: QtBot) -> None:
    thread = CampaignMessage(id="t").with_parts(("One", "Two"))
    page = opened(asked, qtbot, campaign(messages=(thread,)))
    page.message_actions.duplicate(["t"])
    copy = page.campaigns.messages.message_at(1)
    assert copy is not None
    assert copy.parts == ("One", "Two")
