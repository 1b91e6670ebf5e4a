"""Labels of a message, on the page and in the list of drafts."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.compose.drafts_on_page import draft, listed

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_labels_are_added_and_removed_and_kept(qtbot: Any, desk: Any) -> None:
    field = desk.page.labels
    desk.type("Fig")
    QTest.keyClicks(field.entry, "Winter roast")
    qtbot.keyClick(field.entry, Qt.Key.Key_Return)
    QTest.keyClicks(field.entry, "Launch,winter ROAST,")
    assert field.labels() == ["Winter roast", "Launch"]
    desk.page.flush()
    assert desk.saved_drafts[-1].labels == ("Winter roast", "Launch")
    qtbot.keyClick(field.entry, Qt.Key.Key_Backspace)
    assert desk.page.draft.labels == ("Winter roast",)
    chip = field.findChild(object, "label-Winter roast")
    assert chip.accessibleName() == "Remove label Winter roast"
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert desk.page.draft.labels == ()


def test_what_is_typed_is_a_label_when_the_field_is_left_but_not_after_escape(
    qtbot: Any, desk: Any
) -> None:
    field = desk.page.labels
    QTest.keyClicks(field.entry, "Shop")
    qtbot.keyClick(field.entry, Qt.Key.Key_Escape)
    field.entry.editingFinished.emit()
    assert field.labels() == []
    QTest.keyClicks(field.entry, "Club")
    field.entry.editingFinished.emit()
    assert field.labels() == ["Club"]


def test_known_labels_are_offered(qtbot: Any, desk: Any) -> None:
    desk.page.set_drafts([draft("one", labels=["Winter roast", "Launch"])])
    desk.page.message.open_drafts.new_message()
    field = desk.page.labels
    QTest.keyClicks(field.entry, "roa")
    completer = field.entry.completer()
    assert completer.currentCompletion() == "Winter roast"
    completer.activated[str].emit("Winter roast")
    assert field.labels() == ["Winter roast"]
    qtbot.waitUntil(lambda: field.entry.text() == "")


def test_undo_takes_a_label_back(qtbot: Any, desk: Any) -> None:
    desk.type("Fig")
    desk.page.labels.add("Launch")
    desk.page.undo()
    assert desk.page.labels.labels() == []
    assert desk.page.draft.text == "Fig"
    desk.page.redo()
    assert desk.page.labels.labels() == ["Launch"]


def test_labels_are_given_in_the_list(qtbot: Any, desk: Any) -> None:
    desk.page.set_drafts([draft("one", id="a"), draft("two", 1, id="b")])
    popup = listed(desk)
    popup.list.setCurrentIndex(popup.model.index(1))
    qtbot.keyClick(popup.list, Qt.Key.Key_L)
    QTest.keyClicks(popup.foot.labels.entry, "Launch")
    qtbot.keyClick(popup.foot.labels.entry, Qt.Key.Key_Return)
    assert desk.page.message.store.get("b").labels == ("Launch",)
    assert desk.saved_drafts[-1].labels == ("Launch",)
    popup.list.setCurrentIndex(popup.model.index(popup.model.row_of("a")))
    popup._back_to_list()
    qtbot.keyClick(popup.list, Qt.Key.Key_L)
    popup.foot.labels.add("Shop")
    assert desk.page.labels.labels() == ["Shop"]  # that one is in the page


def test_a_label_has_the_same_colour_everywhere() -> None:
    from posto_desktop.ui.widgets.label_chips import TONES, tone_of

    assert tone_of("Launch") == tone_of("LAUNCH") in TONES
    assert len({tone_of(f"label {number}") for number in range(60)}) == len(TONES)
