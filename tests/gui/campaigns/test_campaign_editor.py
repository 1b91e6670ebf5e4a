"""The card in which a message of a campaign is written, in its row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from posto_desktop.core.campaign import CampaignMessage
from posto_desktop.core.draft import MediaRef
from posto_desktop.ui.campaigns.page import CampaignsPage
from tests.gui.campaigns.campaigns_on_page import (
    ALT,
    CTRL,
    NOW,
    Asked,
    campaign,
    opened,
    picture,
    when,
)
from tests.gui.cut_text import settle


def test_a_message_is_written_in_its_row(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", "b"))
    page.view.go_to(1)
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    editor = page.editor_controller.editor
    assert editor is not None
    settle()
    assert page.view.rowHeight(1) > page.view.rowHeight(0)
    QTest.keyClicks(editor.text, "ee")
    assert asked.texts == ["a", "bee"]
    qtbot.waitUntil(lambda: bool(asked.saved))
    assert asked.saved[-1].messages[1].text == "bee"
    QTest.keyClick(editor.text, Qt.Key.Key_Escape)
    assert page.editor_controller.editor is None
    assert page.view.rowHeight(1) == page.view.rowHeight(0)
    assert page.view.hasFocus()


@pytest.mark.parametrize("part", ["text", "when", "add", "thumb", "done"])
@pytest.mark.parametrize("keys", [(Qt.Key.Key_Escape, 0), (Qt.Key.Key_Return, CTRL)])
def test_the_card_is_left_from_everywhere_in_it(
    asked: Asked, qtbot: QtBot, tmp_path: Path, part: str, keys: Any
) -> None:
    media = MediaRef(picture(tmp_path / "a.png"), "a.png", 10, "image")
    made = campaign("a", "b")
    made = replace(made, messages=(replace(made.messages[0], media=(media,)), made.messages[1]))
    page = opened(asked, qtbot, made)
    page.activateWindow()
    page.editor_controller.open("a")
    editor = page.editor_controller.editor
    assert editor is not None
    place = {
        "text": editor.text, "when": editor.when, "add": editor.media.add,
        "thumb": editor.media._thumbs[0], "done": editor.done,
    }[part]  # fmt: skip
    place.setFocus()
    QTest.keyClick(place, keys[0], keys[1] or Qt.KeyboardModifier.NoModifier)
    assert page.editor_controller.editor is None
    assert page.view.hasFocus()
    assert not asked.started  # Ctrl+Enter is the page's only where nothing is being written


def test_a_message_in_which_nothing_was_written_does_not_stay(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign())
    for texts in ([], ["a"]):
        page.message_actions.write()
        editor = page.editor_controller.editor
        assert editor is not None
        QTest.keyClick(editor.text, Qt.Key.Key_Escape)
        assert asked.texts == texts
        assert page.pane_stops()[0].hasFocus()
        page.message_actions.add_text("a", None)


def test_keys_on_a_button_of_the_card_do_nothing_to_the_list_behind(
    asked: Asked, qtbot: QtBot
) -> None:
    page = opened(asked, qtbot, campaign("a", "b"))
    page.editor_controller.open("b")
    editor = page.editor_controller.editor
    assert editor is not None
    editor.done.setFocus()
    QTest.keyClick(editor.done, Qt.Key.Key_Delete)
    QTest.keyClick(editor.done, Qt.Key.Key_Up, ALT)
    assert asked.texts == ["a", "b"]


def test_the_message_that_is_written_is_the_selected_one(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", "b", "c"))
    page.view.select_ids(["a", "c"])
    page.message_actions.write()
    assert page.view.selected_ids() == [page.editor_controller.open_id]
    page.editor_controller.open("b")
    assert page.view.selected_ids() == ["b"]


def seen_of(page: CampaignsPage, editor: QWidget) -> QRect:
    """What is seen of the editor, in the list."""
    overlay = editor.parentWidget()
    assert overlay is not None
    return QRect(page.view.viewport().mapFrom(page, overlay.mapTo(page, QPoint())), overlay.size())


def names_in(interface: QAccessibleInterface) -> Iterator[str]:
    yield interface.text(QAccessible.Text.Name)
    for number in range(interface.childCount()):
        child = interface.child(number)
        if child is not None and not child.state().invisible:
            yield from names_in(child)


def test_a_screen_reader_finds_the_card_in_the_page(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", "b"))
    page.editor_controller.open("b")
    names = list(names_in(QAccessible.queryAccessibleInterface(page)))
    for name in ("Message text", "Own time", "Link", "First comment", "Done"):
        assert name in names
    assert names.index("Message text") > names.index("Messages")
    page.editor_controller.close()
    assert "Message text" not in list(names_in(QAccessible.queryAccessibleInterface(page)))


def test_the_card_is_cut_at_the_edge_of_the_list_and_comes_into_view(
    asked: Asked, qtbot: QtBot
) -> None:
    page = opened(asked, qtbot, campaign(*"abcdefghijklmnop"))
    page.editor_controller.open("c")
    editor, view = page.editor_controller.editor, page.view
    assert editor is not None
    bar = view.verticalScrollBar()
    bar.setValue(view.row_rect(2).top() + 40)
    assert view.row_rect(2).top() == -40
    seen = seen_of(page, editor)
    assert (seen.top(), seen.bottom()) == (0, view.row_rect(2).bottom())
    assert editor.y() == -40
    bar.setValue(bar.maximum())
    assert seen_of(page, editor).height() == 0
    assert editor.text.hasFocus()
    editor.when.setFocus()  # as Tab does
    assert view.viewport().rect().contains(seen_of(page, editor).center())
    before, overlay = bar.value(), editor.parentWidget()
    assert overlay is not None
    scroll(overlay)
    assert bar.value() > before


def scroll(widget: QWidget) -> None:
    centre = QPointF(widget.rect().center())
    QApplication.sendEvent(
        widget,
        QWheelEvent(
            centre,
            widget.mapToGlobal(centre),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )


def test_the_card_follows_its_message_when_rows_come_before_it(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a", "b"))
    page.editor_controller.open("b")
    page.campaigns.editor.add([CampaignMessage(text="first")], 0)
    editor = page.editor_controller.editor
    assert editor is not None
    assert editor.message.id == "b"
    assert seen_of(page, editor) == page.view.row_rect(2)
    assert editor.text.hasFocus()
    page.rhythm.start.setFocus()
    page.campaigns.editor.add([CampaignMessage(text="another")], 0)
    assert page.rhythm.start.hasFocus()
    assert page.view.rowHeight(2) == page.view.verticalHeader().defaultSectionSize()


def test_an_own_time_is_typed_in_plain_words_and_taken_away_again(
    asked: Asked, qtbot: QtBot
) -> None:
    page = opened(asked, qtbot, campaign("a", "b"))
    page.view.go_to(0)
    QTest.keyClick(page.view, Qt.Key.Key_S)
    editor = page.editor_controller.editor
    assert editor is not None
    assert editor.when.hasFocus()
    QTest.keyClicks(editor.when, "2026-12-24 18:00")
    assert page.campaigns.editor.message("a").when == datetime(2026, 12, 24, 18, tzinfo=UTC)  # type: ignore[union-attr]
    page.campaigns.forecast.refresh()
    assert when(page) == ["Thu 24 Dec 18:00", "Wed 2 Dec 9:00"]
    page.message_actions.use_rhythm(["a"])
    page.campaigns.forecast.refresh()
    assert when(page)[0] == "Mon 30 Nov 9:00"


def test_quick_changes_are_one_step_back(asked: Asked, qtbot: QtBot) -> None:
    page = opened(asked, qtbot, campaign("a"))
    page.editor_controller.open("a")
    assert page.editor_controller.editor is not None
    QTest.keyClicks(page.editor_controller.editor.text, "bcd")
    page.campaigns.editor.undo()
    assert asked.texts == ["a"]
    page.campaigns.editor.redo()
    assert asked.texts == ["abcd"]


@pytest.mark.timeout(120)
def test_five_thousand_messages_open_and_are_typed_into_without_a_wait(
    asked: Asked, qtbot: QtBot
) -> None:
    many = campaign(*(f"message {number}" for number in range(5000)))
    page = asked.page
    page.campaigns.set_campaigns([many], {})
    page.campaigns.editor.set_saved(many.id, NOW)
    page.campaigns.open(many.id)
    assert page.foot.state.text().startswith("Saved")  # not that of the one before
    settle()
    qtbot.waitUntil(lambda: bool(page.campaigns.forecast.result.times))
    assert len(page.campaigns.forecast.result.times) == 5000
    page.editor_controller.open("message 4000")
    assert page.editor_controller.editor is not None
    # As many as would be over the time limit, were each to look at all messages.
    QTest.keyClicks(page.editor_controller.editor.text, "abcdefghij" * 20)
    assert page.campaigns.editor.message("message 4000").text.endswith("abcdefghij")  # type: ignore[union-attr]
