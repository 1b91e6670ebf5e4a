"""Tests of inserting, saving and deleting hashtags, signatures and snippets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from posto_desktop.core.snippets import Snippet
from posto_desktop.storage.errors import StorageError
from posto_desktop.ui.compose.snippets_dialog import SnippetsDialog
from posto_desktop.ui.compose.snippets_popup import SnippetsPopup
from posto_desktop.workers.snippets import SnippetStore

# Popups lie over the page in a way of their own, which the offscreen platform lacks.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TAGS = Snippet("Winter", "#roast #fig", "hashtags", id="tags")
SIGN = Snippet("House", "Nordlicht Coffee", "signature", id="sign")
OTHER_SIGN = Snippet("Club", "Your coffee club", "signature", id="club")
HOURS = Snippet("Hours", "Tue to Sat, 10 to 18", "snippet", ("twitter",), id="hours")
ALL = [TAGS, SIGN, OTHER_SIGN, HOURS]


@pytest.fixture
def store(desk: Any, tmp_path: Path) -> SnippetStore:
    """The store behind the page, with some of each kind in it."""
    store = SnippetStore(tmp_path)
    for snippet in ALL:
        store.save(snippet)
    desk.page.text_inserter.begin(tmp_path)
    return store


@pytest.fixture
def popup(qtbot: Any, desk: Any, store: SnippetStore) -> Iterator[SnippetsPopup]:
    desk.page.text_inserter.pick_snippet()
    [popup] = desk.page.findChildren(SnippetsPopup)
    qtbot.waitUntil(lambda: popup.list.rows.rowCount() > 0)
    yield popup
    for child in desk.page.findChildren(SnippetsPopup):
        child.close()


@pytest.fixture
def dialog(qtbot: Any, desk: Any, store: SnippetStore) -> Iterator[SnippetsDialog]:
    desk.page.text_inserter.manage_snippets()
    dialog = desk.page.window().findChild(SnippetsDialog)
    qtbot.waitUntil(lambda: dialog.list.rows.rowCount() == 4)
    yield dialog
    for child in desk.page.window().findChildren(SnippetsDialog):
        child.form.show_snippet(child.form.shown or TAGS, False)
        child.close()


def names(view: Any) -> list[str]:
    return [row.name for row in view.list.rows.rows()]


# -- the popup -----------------------------------------------------------------------------


def test_the_button_is_named(desk: Any) -> None:
    button = desk.page.findChild(QToolButton, "insert-snippet")
    assert button.accessibleName() == "Insert snippet"


def test_kinds_and_words_narrow_the_list(popup: SnippetsPopup) -> None:
    # What is meant for X alone is offered for the common text too: X gets that.
    assert names(popup) == ["Winter", "House", "Club", "Hours"]
    popup.kinds.set_value("signature")
    popup.kinds.changed.emit("signature")
    assert names(popup) == ["House", "Club"]
    popup.search.setText("club")
    assert names(popup) == ["Club"]
    popup.search.setText("nothing")
    assert popup.words.isVisible()
    assert popup.words.text() == "No snippet matches"


def test_in_a_networks_tab_what_is_meant_for_others_is_left_out(
    qtbot: Any, desk: Any, store: SnippetStore
) -> None:
    desk.page.tabs.choose("fb")
    desk.page.text_inserter.pick_snippet()
    [popup] = desk.page.findChildren(SnippetsPopup)
    qtbot.waitUntil(lambda: popup.list.rows.rowCount() > 0)
    assert "Hours" not in names(popup)
    popup.close()


def test_enter_inserts_at_the_caret(desk: Any, popup: SnippetsPopup) -> None:
    desk.type("Open:  Come by 🚲")
    desk.page.editor.set_caret(6)
    popup.search.setText("hours")
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    assert desk.page.editor.toPlainText() == "Open: Tue to Sat, 10 to 18 Come by 🚲"
    assert desk.page.editor.caret() == (26, None)
    assert not popup.isVisible()


def test_arrows_move_in_the_list_from_the_search(desk: Any, popup: SnippetsPopup) -> None:
    QTest.keyClick(popup.search, Qt.Key.Key_Down)
    assert popup.list.currentIndex().row() == 1
    QTest.keyClick(popup.search, Qt.Key.Key_Up)
    assert popup.list.currentIndex().row() == 0


def test_hashtags_that_are_there_are_left_out(desk: Any, popup: SnippetsPopup) -> None:
    desk.type("Come by #Roast")
    desk.page.text_inserter.insert_snippet(TAGS)
    assert desk.page.editor.toPlainText() == "Come by #Roast #fig"
    desk.page.text_inserter.insert_snippet(TAGS)
    assert desk.page.editor.toPlainText() == "Come by #Roast #fig"
    assert desk.notices[-1].text == "All hashtags of “Winter” are already in the text"


def test_a_signature_goes_to_the_end_once_and_replaces_another(
    desk: Any, popup: SnippetsPopup
) -> None:
    desk.type("Come by")
    desk.page.editor.set_caret(2)
    for snippet in (SIGN, SIGN):
        desk.page.text_inserter.insert_snippet(snippet)
        assert desk.page.editor.toPlainText() == "Come by\n\nNordlicht Coffee"
    desk.page.text_inserter.insert_snippet(OTHER_SIGN)
    assert desk.page.editor.toPlainText() == "Come by\n\nYour coffee club"
    assert desk.page.draft.text == "Come by\n\nYour coffee club"
    desk.page.undo()
    assert desk.page.editor.toPlainText() == "Come by\n\nNordlicht Coffee"


def test_without_any_it_says_what_would_be_here(qtbot: Any, desk: Any, tmp_path: Path) -> None:
    desk.page.text_inserter.begin(tmp_path / "empty")
    desk.page.text_inserter.pick_snippet()
    [popup] = desk.page.findChildren(SnippetsPopup)
    assert popup.words.text() == "Loading snippets"
    qtbot.waitUntil(lambda: "Save texts" in popup.words.text())
    popup.close()


def test_a_file_that_cannot_be_read_is_said(
    qtbot: Any, desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_store: SnippetStore) -> list[Snippet]:
        raise StorageError("snippets.json cannot be read.")

    monkeypatch.setattr(SnippetStore, "all", refuse)
    desk.page.text_inserter.begin(tmp_path)
    desk.page.text_inserter.pick_snippet()
    [popup] = desk.page.findChildren(SnippetsPopup)
    qtbot.waitUntil(lambda: "snippets.json" in popup.words.text())
    popup.close()


def test_a_folder_in_place_of_the_file_is_moved_aside_and_said(
    qtbot: Any, desk: Any, tmp_path: Path
) -> None:
    (tmp_path / "snippets.json").mkdir()
    desk.page.text_inserter.begin(tmp_path)
    desk.page.text_inserter.snippets.load()
    qtbot.waitUntil(lambda: any("snippets.json" in notice.text for notice in desk.notices))
    assert not (tmp_path / "snippets.json").exists()


# -- the signature of new messages -----------------------------------------------------------


def test_no_signature_comes_by_itself(qtbot: Any, desk: Any, store: SnippetStore) -> None:
    desk.type("Come by")
    desk.page.text_inserter.snippets.load()
    qtbot.waitUntil(lambda: desk.page.text_inserter.snippets.known is not None)
    assert desk.page.editor.toPlainText() == "Come by"


def test_a_chosen_signature_comes_once_with_the_first_letter(
    qtbot: Any, desk: Any, store: SnippetStore
) -> None:
    desk.page.page_settings.set("compose.signature", "sign")
    desk.type("C")
    qtbot.waitUntil(lambda: "Nordlicht" in desk.page.editor.toPlainText())
    desk.type("ome")
    assert desk.page.editor.toPlainText() == "Come\n\nNordlicht Coffee"
    desk.page.editor.set_text("", "")
    desk.type("Again")
    assert desk.page.editor.toPlainText() == "Again"  # the user took it away
    desk.page.message.open_drafts.new_message()
    desk.type("N")
    assert desk.page.editor.toPlainText() == "N\n\nNordlicht Coffee"


def test_a_message_that_has_a_signature_gets_no_second_one(
    qtbot: Any, desk: Any, store: SnippetStore
) -> None:
    desk.page.page_settings.set("compose.signature", "sign")
    desk.page.text_inserter.begin(store._path.parent)
    qtbot.waitUntil(lambda: desk.page.text_inserter.snippets.known is not None)
    desk.type("Pasted\n\nYour coffee club")
    assert desk.page.editor.toPlainText() == "Pasted\n\nYour coffee club"


def test_an_opened_draft_is_not_signed(qtbot: Any, desk: Any, store: SnippetStore) -> None:
    from posto_desktop.core.draft import Draft

    desk.page.page_settings.set("compose.signature", "sign")
    desk.page.text_inserter.begin(store._path.parent)
    qtbot.waitUntil(lambda: desk.page.text_inserter.snippets.known is not None)
    desk.page.message.open_drafts.load(Draft(text="Old"))
    desk.type("er")
    assert desk.page.editor.toPlainText() == "Older"


# -- the dialog ----------------------------------------------------------------------------


def test_a_new_one_is_written_and_kept(
    qtbot: Any, dialog: SnippetsDialog, store: SnippetStore
) -> None:
    dialog.start_new()
    QTest.keyClicks(dialog.form.name, "Address")
    dialog.form.text.setPlainText("Kreuzberg 5")
    dialog.form.kind.setCurrentIndex(0)
    dialog.form.toggle_network("fb")
    dialog.save.click()
    qtbot.waitUntil(lambda: len(store.all()) == 5)
    new = store.all()[-1]
    assert (new.name, new.text, new.kind, new.networks) == (
        "Address",
        "Kreuzberg 5",
        "snippet",
        ("fb",),
    )
    assert not dialog.save.isEnabled()


def test_what_cannot_be_kept_is_said_in_the_form(dialog: SnippetsDialog) -> None:
    dialog.start_new()
    dialog.save.click()
    assert dialog.form.error.text() == "Give it a name of 1 to 100 characters."
    dialog.list.choose_row(0)
    dialog.form.name.setText("House")
    dialog.form.kind.setCurrentIndex(dialog.form.kind.findData("signature"))
    dialog.form.edited.emit()
    dialog.save.click()
    assert dialog.form.error.text() == "The name “House” is already in use. Choose another."
    dialog.list.choose_row(2)  # leaving is not possible so
    assert dialog.list.currentIndex().row() == 0


def test_renaming_is_kept_when_another_row_is_chosen(
    qtbot: Any, dialog: SnippetsDialog, store: SnippetStore
) -> None:
    dialog.list.choose_row(1)
    dialog.form.name.setText("Our house")
    dialog.list.choose_row(3)
    assert dialog.form.name.text() == "Hours"
    qtbot.waitUntil(lambda: store.all()[1].name == "Our house")


def test_closing_keeps_what_was_written(
    qtbot: Any, dialog: SnippetsDialog, store: SnippetStore
) -> None:
    dialog.list.choose_row(3)
    dialog.form.text.setPlainText("Every day")
    dialog.close_button.click()
    qtbot.waitUntil(lambda: store.all()[3].text == "Every day")


def test_rows_are_moved(qtbot: Any, dialog: SnippetsDialog, store: SnippetStore) -> None:
    dialog.list.choose_row(0)
    assert not dialog.up.isEnabled()
    dialog.down.click()
    assert names(dialog) == ["House", "Winter", "Club", "Hours"]
    qtbot.waitUntil(lambda: [item.name for item in store.all()] == names(dialog))
    assert dialog.list.currentIndex().row() == 1


def test_deleting_has_undo(qtbot: Any, dialog: SnippetsDialog, store: SnippetStore) -> None:
    dialog.list.choose_row(1)
    dialog.remove.click()
    assert dialog.status_label.full_text() == "“House” deleted"
    qtbot.waitUntil(lambda: len(store.all()) == 3)
    dialog.undo.click()
    qtbot.waitUntil(lambda: [item.name for item in store.all()] == [item.name for item in ALL])
    qtbot.waitUntil(lambda: names(dialog) == ["Winter", "House", "Club", "Hours"])
    assert dialog.list.currentIndex().row() == 1
    assert dialog.undo.isHidden()


def test_the_signature_of_new_messages_is_switched_on_here(
    desk: Any, dialog: SnippetsDialog
) -> None:
    dialog.list.choose_row(0)
    assert not dialog.form.sign.isVisible()
    dialog.list.choose_row(1)
    dialog.form.sign.click()
    assert desk.page.page_settings.get("compose.signature") == "sign"
    dialog.list.choose_row(2)
    assert not dialog.form.sign.isChecked()
    dialog.list.choose_row(1)
    assert dialog.form.sign.isChecked()
    dialog.remove.click()
    assert desk.page.page_settings.get("compose.signature") == ""


def test_a_refusal_of_the_store_is_shown(qtbot: Any, desk: Any, dialog: SnippetsDialog) -> None:
    dialog.list.choose_row(0)
    dialog.show_refused("tags", "The disk is full.")
    assert dialog.form.error.text() == "The disk is full."
    dialog.show_refused("", "Nothing was read.")
    assert dialog.status_label.full_text() == "Nothing was read."
