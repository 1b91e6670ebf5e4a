"""Posting from the Compose page: the button, what is asked before, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QPushButton

from posto_desktop.sdk.records import Channel
from tests.gui.compose.buttons import button, press, press_post


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
    qtbot.waitUntil(lambda: any(saved_draft.id == draft.id for saved_draft in desk.saved_drafts))


def test_what_one_network_refuses_is_asked_in_the_window(qtbot: Any, desk: Any) -> None:
    desk.type("x" * 290)  # too long for X, not for Facebook and Bluesky
    desk.page.when.field.setText("tomorrow 9:00")
    press_post(qtbot, desk)
    assert desk.posted == []
    assert desk.page.confirmation_bar.isVisible()
    words = "X: not possible as it is. The checks above say why."
    assert desk.page.confirmation_bar.words.text() == words
    press(qtbot, desk.page.confirmation_bar.findChild(QPushButton, "answer-others"))
    [(draft, _when)] = desk.posted
    assert draft.channel_ids == (4, 5)
    left = desk.saved_drafts[-1]
    assert left.channel_ids == (1,)
    assert left.text == "x" * 290
    assert left.id != draft.id
    assert "X" in desk.notices[-1].text
    desk.notices[-1].callback()
    assert desk.page.editor.toPlainText() == "x" * 290


def seen(page: Any, part: Any) -> bool:
    """Whether all of a part of the page is above its bars."""
    view = page.scroll_area.viewport()
    rect = QRect(part.mapTo(view, QPoint(0, 0)), part.size())
    return bool(view.rect().contains(rect))


def test_the_question_covers_none_of_the_checks_and_repeats_none(qtbot: Any, desk: Any) -> None:
    page = desk.page
    page.resize(760, 640)
    desk.type("x" * 290)
    desk.settle()
    press_post(qtbot, desk)
    sentence = page.checks.findings[0].sentence
    assert "280" in sentence
    assert sentence not in page.confirmation_bar.words.text()
    qtbot.waitUntil(lambda: seen(page, page.checks))
    assert page.confirmation_bar.isVisible()


def test_edit_for_shows_the_text_from_its_first_line(qtbot: Any, desk: Any) -> None:
    page = desk.page
    page.resize(760, 640)
    desk.type("x" * 290)
    desk.settle()
    page.checks_presenter.show_checks()
    bar = page.scroll_area.verticalScrollBar()
    assert bar.value() > 0
    page.activateWindow()
    page.checks_presenter.fix(page.checks.findings[0])
    assert page.tabs.current() == "twitter"
    qtbot.waitUntil(lambda: bar.value() == 0)


def test_fix_first_leads_to_the_place_of_the_fault(qtbot: Any, desk: Any) -> None:
    desk.type("x" * 290)
    press_post(qtbot, desk)
    press(qtbot, desk.page.confirmation_bar.findChild(QPushButton, "answer-fix"))
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
        button.text()
        for button in desk.page.confirmation_bar.findChildren(QPushButton)
        if button.isVisible()
    ]
    assert words == ["Fix first"]
    assert desk.posted == []


def test_a_time_in_the_past_is_not_sent_at_once(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.page.when.field.setText("yesterday 9:00")
    press_post(qtbot, desk)
    assert desk.posted == []
    assert desk.page.confirmation_bar.isVisible()
    press(qtbot, desk.page.confirmation_bar.findChild(QPushButton, "answer-when"))
    assert desk.page.when.field.hasFocus()


def test_a_time_that_passes_while_the_page_is_open_is_noticed(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.page.when.field.setText("today 12:00")
    assert desk.page.message.time.reading.ok
    desk.clock.forward(hours=3)
    press_post(qtbot, desk)
    assert desk.posted == []
    assert desk.page.confirmation_bar.isVisible()


def ways_to_send_now(qtbot: Any, desk: Any) -> dict[str, Callable[[], None]]:
    """The button and its key while there is no time, and the key of Send now."""
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

    def use(keys: Qt.KeyboardModifier) -> None:
        desk.page.activateWindow()
        desk.page.editor.setFocus()
        desk.settle()
        qtbot.keyClick(desk.page.editor, Qt.Key.Key_Return, keys)

    return {
        "button": lambda: press_post(qtbot, desk),
        "its key": lambda: use(control),
        "the other key": lambda: use(control | shift),
    }


@pytest.mark.parametrize("way", ["button", "its key", "the other key"])
def test_send_now_is_the_same_from_every_way_in(qtbot: Any, desk: Any, way: str) -> None:
    posting, bar = desk.page.message.posting, desk.page.confirmation_bar
    send = ways_to_send_now(qtbot, desk)[way]
    desk.type("Fig")
    posting.ask_now, posting.undo_seconds = lambda: True, lambda: 10
    now = 100.0
    posting.monotonic = lambda: now
    send()
    qtbot.waitUntil(bar.isVisible)
    assert bar.words.text() == "Send 3 posts now? You can undo it for 10 seconds."
    assert desk.posted == []
    qtbot.keyClick(bar.findChild(QPushButton, "answer-now"), Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert desk.page.editor.hasFocus()
    send()
    press(qtbot, bar.findChild(QPushButton, "answer-now"))
    assert [when for _draft, when in desk.posted] == [None]
    now += 1
    desk.type("Plum")
    posting.ask_now = lambda: False
    send()
    qtbot.waitUntil(lambda: len(desk.posted) == 2)
    assert bar.isHidden()


def test_send_now_asks_when_a_time_is_set(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.page.when.field.setText("tomorrow 9:00")
    desk.settle()
    desk.page.message.posting.ask_now = lambda: True
    desk.command("Send now").trigger()  # also in the menu of the button and in the palette
    words = "Send 3 posts now instead of at the time in When? This cannot be undone."
    assert desk.page.confirmation_bar.words.text() == words
    assert desk.posted == []
    press(qtbot, desk.page.confirmation_bar.findChild(QPushButton, "answer-back"))
    assert desk.posted == []
    desk.page.message.posting.send_now()
    press(qtbot, desk.page.confirmation_bar.findChild(QPushButton, "answer-now"))
    [(_draft, when)] = desk.posted
    assert when is None


def test_a_second_press_does_not_post_the_message_that_is_opened_next(
    qtbot: Any, desk: Any
) -> None:
    desk.type("Fig")
    desk.page.message.open_drafts.new_beside()
    desk.type("Plum")
    now = 100.0
    posting = desk.page.message.posting
    posting.monotonic = lambda: now
    press_post(qtbot, desk)
    desk.page.message.open_drafts.next()
    assert desk.page.draft.text == "Fig"
    press_post(qtbot, desk)  # a double click, or a key that is held
    posting.send_now()
    assert [draft.text for draft, _when in desk.posted] == ["Plum"]
    now += 1
    press_post(qtbot, desk)
    assert [draft.text for draft, _when in desk.posted] == ["Plum", "Fig"]


def test_the_second_click_of_a_double_click_hits_nothing_else(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.settle()
    place = button(desk).rect().center()
    qtbot.mouseClick(button(desk), Qt.MouseButton.LeftButton, pos=place)
    below = desk.page.action_bar.save
    pressed: list[str] = []
    below.setEnabled(True)
    below.clicked.connect(lambda: pressed.append("save"))
    double = QMouseEvent(
        QEvent.Type.MouseButtonDblClick,
        QPointF(place),
        below.mapToGlobal(QPointF(place)),
        Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(below, double)
    qtbot.mouseRelease(below, Qt.MouseButton.LeftButton)
    assert pressed == []
    qtbot.mouseClick(below, Qt.MouseButton.LeftButton)
    assert pressed == ["save"]


def test_control_enter_posts(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.page.activateWindow()
    desk.page.editor.setFocus()
    qtbot.keyClick(desk.page.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(desk.posted) == 1)
    assert desk.posted[0][0].text == "Fig"
