"""Suggestions while a hashtag or a mention is typed: at the caret, without the focus."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.ui.shared.suggestion_popup import SuggestionPopup
from tests.gui.compose.conftest import NOW

Key = Qt.Key
BAKERY = Channel(21, "Harbour Bakery", "twitter", link="https://x.com/harbour")
FJORD = Channel(22, "Fjord", "mastodon", link="https://social.example/@fjord")
PAGE = Channel(23, "Harbour Page", "fb", link="https://facebook.com/1234")


@pytest.fixture
def typed(desk: Any) -> Callable[[str], list[str]]:
    """Type into the message; what is suggested then."""
    rows = [
        Schedule(at, f"g{at}", 1, network="twitter", send_at=NOW - timedelta(days=at), text=text)
        for at, text in enumerate(
            ("#Advent #harbour", "#Advent with @fjordcycles", "#adventure #Advent", "#café")
        )
    ]
    desk.page.set_schedules(rows)
    desk.page.activateWindow()
    desk.page.editor.setFocus()

    def type_it(text: str) -> list[str]:
        QTest.keyClicks(desk.page.editor, text)
        rest(desk)
        return shown(desk)

    return type_it


def rest(desk: Any) -> None:
    while desk.runner.running:
        QCoreApplication.processEvents()
    QCoreApplication.processEvents()


def popup(desk: Any) -> SuggestionPopup | None:
    return next(
        (child for child in desk.page.findChildren(SuggestionPopup) if child.isVisible()), None
    )


def shown(desk: Any) -> list[str]:
    suggestions = popup(desk)
    if suggestions is None:
        return []
    model = suggestions.list.rows
    return [model.row(number).text for number in range(model.rowCount())]


def press(desk: Any, key: Key, *held: Any) -> None:
    QTest.keyClick(QApplication.focusWidget() or desk.page.editor, key, *held)
    rest(desk)


def clear(desk: Any) -> None:
    """Empty the message, with the caret in it."""
    desk.page.editor.setFocus()
    desk.page.editor.clear()
    rest(desk)
    assert shown(desk) == []


def test_hashtags_are_completed_at_the_caret(desk: Any, typed: Any) -> None:
    assert typed("Hello #") == ["#Advent", "#harbour", "#adventure", "#café"]
    assert desk.page.editor.hasFocus()
    assert typed("adv") == ["#Advent", "#adventure"]
    assert typed("x") == []
    press(desk, Key.Key_Backspace)
    assert shown(desk) == ["#Advent", "#adventure"]
    press(desk, Key.Key_Down)
    press(desk, Key.Key_Return)
    assert desk.page.draft.text == "Hello #adventure "
    assert shown(desk) == []
    desk.page.undo()  # in one step
    assert desk.page.draft.text == "Hello #adv"
    desk.page.redo()
    assert desk.page.draft.text == "Hello #adventure "

    clear(desk)
    typed("#ca")
    press(desk, Key.Key_Tab)
    assert desk.page.draft.text == "#café "
    assert desk.page.editor.hasFocus()

    clear(desk)
    assert typed("#advent") == ["#Advent", "#adventure"]
    press(desk, Key.Key_Return)  # after a word that is whole it is meant for the text
    assert desk.page.draft.text == "#advent\n"

    clear(desk)
    assert typed("#Advent #adv") == ["#adventure"]  # what the text has is not suggested again


def test_it_goes_where_nobody_wants_it(desk: Any, typed: Any) -> None:
    typed("Buns #a")
    press(desk, Key.Key_Escape)
    assert typed("dv") == []
    assert desk.page.draft.text == "Buns #adv"

    clear(desk)
    assert typed("#a")
    press(desk, Key.Key_Home)
    assert shown(desk) == []
    press(desk, Key.Key_End)
    press(desk, Key.Key_Backspace)
    assert shown(desk)
    desk.page.when.field.setFocus()
    assert shown(desk) == []

    clear(desk)
    assert typed("#a")
    press(desk, Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert desk.page.editor.textCursor().hasSelection()
    assert shown(desk) == []

    clear(desk)
    assert typed("ann@har") == []  # an address
    clear(desk)
    desk.page.page_settings.set("compose.suggestions", False)
    assert typed("#a") == []


def test_drafts_and_templates_count_but_not_half_a_word(desk: Any, typed: Any) -> None:
    typed("#advert and ")
    desk.page.message.editor.save()
    assert typed("#adv") == ["#Advent", "#adventure"]
    store = desk.page.message.store
    store.put(Draft(text="#ownDraft"))
    store.put_template(Draft(name="T", variants={"twitter": "#ownText"}))
    store.put(Draft(text="#ownElsewhere", workspace="a1"))
    assert sorted(typed(" #own")) == ["#ownDraft", "#ownText"]


def test_an_input_method_composes_undisturbed(desk: Any, typed: Any) -> None:
    editor = desk.page.editor
    assert typed("#")
    QApplication.sendEvent(editor, QInputMethodEvent("か", []))
    rest(desk)
    assert shown(desk) == []
    committed = QInputMethodEvent()
    committed.setCommitString("ad")
    QApplication.sendEvent(editor, committed)
    rest(desk)
    assert shown(desk) == ["#Advent", "#adventure"]


def test_tags_are_removed_from_the_suggestions(desk: Any, typed: Any) -> None:
    desk.page.suggestion_presenter.begin()
    typed("#adv")
    press(desk, Key.Key_Down)
    press(desk, Key.Key_Delete)
    assert shown(desk) == ["#Advent"]
    assert "#adventure" in desk.notices[-1].text
    press(desk, Key.Key_Delete)  # and the one in its place
    assert shown(desk) == []
    desk.notices[-1].callback()
    desk.notices[-2].callback()
    assert shown(desk) == ["#Advent", "#adventure"]

    view = popup(desk).list
    place = view.visualRect(view.rows.index(1))
    QTest.mouseMove(view.viewport(), place.center())
    cross = QPoint(place.right() - 16, place.center().y())
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=cross)
    rest(desk)
    assert shown(desk) == ["#Advent"]
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    assert desk.page.draft.text == "#Advent "
    assert desk.page.editor.hasFocus()
    assert desk.page.page_settings.text("compose.suggestions_removed") == '["#adventure"]'


def test_comments_own_texts_and_parts_have_them_too(desk: Any, typed: Any) -> None:
    field = desk.page.fields.comment
    field.setFocus()
    QTest.keyClicks(field, "More: #har")
    rest(desk)
    assert shown(desk) == ["#harbour"]
    press(desk, Key.Key_Return)
    assert desk.page.draft.first_comment == "More: #harbour "
    desk.page.undo()
    assert desk.page.draft.first_comment == "More: #har"

    assert desk.page.options_presenter.edit_option("fb", "first_comment")
    control = desk.page.options.control("fb", "first_comment")
    control.set_value("More ")
    control.own.setFocus()
    control.own.moveCursor(control.own.textCursor().MoveOperation.End)
    QTest.keyClicks(control.own, "#har")
    rest(desk)
    assert shown(desk) == ["#harbour"]
    press(desk, Key.Key_Return)
    assert desk.page.draft.options["fb"]["first_comment"] == "More #harbour "

    desk.page.tabs.choose("twitter")
    desk.page.editor.setFocus()
    assert typed("#har") == ["#harbour"]
    press(desk, Key.Key_Return)
    assert desk.page.draft.variants == {"twitter": "#harbour "}
    desk.page.tabs.choose("")
    desk.page.editor.setFocus()
    typed("One")
    desk.page.thread_presenter.add_part()
    typed("More #har")
    press(desk, Key.Key_Return)
    assert desk.page.draft.threads == {"": ("More #harbour ",)}


def test_mentions_are_written_as_the_network_does(desk: Any, typed: Any) -> None:
    desk.choose([BAKERY])
    assert typed("@har")[0] == "@harbour"
    press(desk, Key.Key_Return)
    assert desk.page.draft.text == "@harbour "
    clear(desk)
    assert typed("@fj")[0] == "@fjordcycles"  # who was mentioned before on X

    desk.choose([BAKERY, FJORD, PAGE])
    clear(desk)
    assert typed("With @harbour")[0] == "Harbour Bakery"  # no handle is right on all of them
    press(desk, Key.Key_Return)
    assert desk.page.draft.text == "With Harbour Bakery "

    desk.page.tabs.choose("mastodon")
    clear(desk)
    suggested = typed("@fj")
    assert suggested[0] == "@fjord@social.example"
    assert "@fjordcycles" not in suggested
    press(desk, Key.Key_Return)
    assert desk.page.draft.variants == {"mastodon": "@fjord@social.example "}
    desk.page.tabs.choose("fb")
    clear(desk)
    assert typed("@harbourp") == []
    clear(desk)
    assert typed("@har") == ["Harbour Bakery", "Harbour Page"]


def test_names_for_assistive_software_and_right_to_left(desk: Any, typed: Any) -> None:
    typed("#adv")
    suggestions = popup(desk)
    assert suggestions is not None
    assert suggestions.list.accessibleName() == "Suggestions"
    index = suggestions.list.rows.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "#Advent, used 3 times"
    for widget in (suggestions, suggestions.list, suggestions.list.viewport()):
        assert widget.focusPolicy() == Qt.FocusPolicy.NoFocus
    clear(desk)
    desk.page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert typed("#adv")
    window: QWidget = desk.page.window()
    assert suggestions.isRightToLeft()
    assert window.rect().contains(suggestions.geometry())
