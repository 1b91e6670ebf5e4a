"""Hashtags and mentions that are suggested while a message of a campaign is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from posto_desktop.sdk.records import Schedule
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.stores.used_words import UsedWordStore
from posto_desktop.ui.campaigns.message_editor import CampaignMessageEditor
from posto_desktop.ui.shared.suggestion_popup import SuggestionPopup
from posto_desktop.workers.runner import JobRunner
from tests.gui.campaigns.campaigns_on_page import ALT, CHANNELS, NOW, Asked, campaign, opened

Key = Qt.Key


class Written:
    """A message that is written, and what is suggested there."""

    def __init__(self, asked: Asked, qtbot: QtBot, runner: JobRunner) -> None:
        self.asked, self.runner, self.is_on = asked, runner, True
        asked.page.campaigns.set_channels(
            [
                replace(CHANNELS[0], link="https://x.com/news"),
                replace(CHANNELS[1], link="https://bsky.app/profile/sky.example"),
            ]
        )
        used = UsedWordStore(DraftStore(), runner, lambda: NOW)
        used.set_rows(
            [
                Schedule(at, f"g{at}", 1, network="twitter", send_at=NOW - timedelta(at), text=text)
                for at, text in enumerate(("#Advent #harbour", "#Advent with @fjord", "#adventure"))
            ]
        )
        asked.page.editor_controller.use_suggestions(used, lambda: self.is_on)
        self.page = opened(asked, qtbot, campaign("a", "b"))
        self.page.activateWindow()
        self.page.editor_controller.open("a")

    @property
    def editor(self) -> CampaignMessageEditor:
        editor = self.page.editor_controller.editor
        assert editor is not None
        return editor

    def popup(self) -> SuggestionPopup | None:
        popups = self.page.findChildren(SuggestionPopup)
        return next((popup for popup in popups if popup.isVisible()), None)

    def type(self, field: QWidget, text: str) -> list[str]:
        """Type into a field; return what is suggested then."""
        QTest.keyClicks(field, text)
        while self.runner.running:
            QCoreApplication.processEvents()
        QCoreApplication.processEvents()
        popup = self.popup()
        if popup is None:
            return []
        rows = popup.list.rows
        return [rows.row(number).text for number in range(rows.rowCount())]


@pytest.fixture
def written(asked: Asked, qtbot: QtBot) -> Written:
    runner = JobRunner()
    made = Written(asked, qtbot, runner)
    yield made  # type: ignore[misc]
    assert runner.shutdown(60_000)


def test_a_hashtag_is_completed_in_the_text_and_stays_in_the_card(written: Written) -> None:
    text = written.editor.text
    assert written.type(text, " #adv") == ["#Advent", "#adventure"]
    popup = written.popup()
    assert popup is not None
    line = text.mapTo(written.page, text.cursorRect().bottomLeft())
    assert 0 < popup.y() - line.y() < 20
    QTest.keyClick(text, Key.Key_Down)
    QTest.keyClick(text, Key.Key_Return)
    assert written.asked.texts[0] == "a #adventure "
    assert written.popup() is None
    assert text.hasFocus()
    text.undo()
    assert written.asked.texts[0] == "a #adv"


def test_escape_closes_the_suggestions_before_the_card(written: Written) -> None:
    text = written.editor.text
    assert written.type(text, " #adv")
    QTest.keyClick(text, Key.Key_Escape)
    assert written.popup() is None
    assert written.editor.text is text
    QTest.keyClick(text, Key.Key_Escape)
    assert written.page.editor_controller.editor is None


def test_further_parts_and_the_first_comment_complete_too(written: Written) -> None:
    QTest.keyClick(written.editor.text, Key.Key_Return, ALT)
    second = written.editor.parts.editors[1]
    assert written.type(second, "#har") == ["#harbour"]
    QTest.keyClick(second, Key.Key_Tab)
    assert second.toPlainText() == "#harbour "
    comment = written.editor.comment
    comment.setFocus()
    assert written.type(comment, "#har") == ["#harbour"]
    QTest.keyClick(comment, Key.Key_Return)
    assert comment.text() == "#harbour "
    assert written.page.editor_controller.editor is not None  # Enter was for the suggestion


@pytest.mark.parametrize(("channel_ids", "suggested"), [((1, 2), ["News"]), ((1,), ["@news"])])
def test_a_mention_is_written_as_the_networks_of_the_message_do(
    written: Written, channel_ids: tuple[int, ...], suggested: list[str]
) -> None:
    written.page.campaigns.editor.set_channels(channel_ids)
    assert written.type(written.editor.text, " @new") == suggested


def test_nothing_is_suggested_where_the_settings_say_so(written: Written) -> None:
    written.is_on = False
    assert written.type(written.editor.text, " #adv") == []


def test_an_open_list_goes_with_the_card(written: Written) -> None:
    assert written.type(written.editor.text, " #adv")
    close: Callable[[], None] = written.page.editor_controller.close
    close()
    assert written.popup() is None
