"""Templates: kept from messages, in the list, renamed, replaced, and made messages again."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from posto_desktop.core.draft import Draft
from posto_desktop.ui.compose.drafts_list import DraftsList
from posto_desktop.ui.widgets.name_input import NamePopup
from tests.gui.compose.drafts_on_page import draft, listed, titles

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def focus(popup: DraftsList) -> Any:
    return popup.focusWidget()


def tab(popup: DraftsList, key: str) -> QAbstractButton:
    button = popup.kinds.findChild(QAbstractButton, f"drafts-or-templates-{key}")
    assert button is not None
    return button


def test_a_click_on_templates_leaves_enter_to_the_list(qtbot: Any, desk: Any) -> None:
    desk.page.message.templates.save(draft("Weekly offer"), "Offer")
    desk.page.set_drafts([draft("one")])
    popup = listed(desk)
    qtbot.mouseClick(tab(popup, "templates"), Qt.MouseButton.LeftButton)
    assert focus(popup) is popup.list
    qtbot.keyClick(focus(popup), Qt.Key.Key_Return)
    assert desk.page.editor.toPlainText() == "Weekly offer"


def test_without_templates_the_search_has_the_focus(qtbot: Any, desk: Any) -> None:
    desk.page.set_drafts([draft("one")])
    popup = listed(desk)
    qtbot.mouseClick(tab(popup, "templates"), Qt.MouseButton.LeftButton)
    assert focus(popup) is popup.search


def test_a_kept_template_is_shown_where_it_is_now(qtbot: Any, desk: Any) -> None:
    desk.page.message.templates.save(draft("a"), "A")
    desk.page.message.templates.save(draft("z"), "Z")
    desk.page.set_drafts([draft("one"), draft("two", 1)])
    popup = listed(desk)
    popup.search.setText("two")
    qtbot.keyClick(popup.list, Qt.Key.Key_T)
    popup.foot.name_row.field.setText("Middle")
    qtbot.keyClick(popup.foot.name_row.field, Qt.Key.Key_Return)
    assert popup.has_templates
    assert popup.current().name == "Middle"
    assert popup.model.rowCount() == 3
    assert focus(popup) is popup.list
    assert desk.notices[-1].text == "Template “Middle” saved"


@pytest.mark.parametrize(
    ("typed", "expected"), [("fri 18:30", "fri 18:30"), ("2020-01-02 9:00", "")]
)
def test_a_time_that_is_always_ahead_stays_one_that_is_over_does_not(
    desk: Any, typed: str, expected: str
) -> None:
    template = desk.page.message.templates.save(draft("Offer", when_text=typed), "Offer")
    desk.page.message.templates.use(template.id)
    assert desk.page.when.field.text() == expected
    assert desk.page.draft.text == "Offer"


def test_a_message_becomes_a_template_and_a_template_a_message(qtbot: Any, desk: Any) -> None:
    saved: list[Draft] = []
    desk.page.message.store.templateSaved.connect(saved.append)
    desk.type("Weekly offer")
    desk.page.message.time.choose("tomorrow at 9")
    desk.settle()
    desk.command("Save as template…").trigger()
    popup = desk.page.findChild(NamePopup)
    popup.row.field.setText("Offer of the week")
    qtbot.keyClick(popup.row.field, Qt.Key.Key_Return)
    assert (saved[-1].name, saved[-1].text, saved[-1].when_text) == (
        "Offer of the week",
        "Weekly offer",
        "tomorrow at 9",
    )
    assert desk.page.draft.text == "Weekly offer"  # it stays as it is
    desk.page.message.open_drafts.save_as_draft()
    desk.page.drafts_popup.show_templates()
    shown = desk.page.findChildren(DraftsList)[-1]
    assert titles(shown) == ["Offer of the week"]
    qtbot.keyClick(shown.search, Qt.Key.Key_Return)
    assert desk.page.draft.text == "Weekly offer"
    assert desk.page.when.field.text() == "tomorrow at 9"
    assert desk.page.draft.id != saved[-1].id
    assert desk.page.draft.name == ""
    desk.page.flush()
    assert desk.saved_drafts[-1].id == desk.page.draft.id


def test_a_template_of_the_same_name_is_replaced_and_comes_back(desk: Any) -> None:
    first = desk.page.message.templates.save(draft("old"), "Offer")
    desk.page.message.templates.save(draft("new"), "offer")
    assert [template.text for template in desk.page.message.store.templates()] == ["new"]
    assert desk.notices[-1].text == "Template “offer” replaced"
    desk.notices[-1].callback()
    assert desk.page.message.store.templates() == [first]


def test_templates_are_renamed_and_deleted_with_undo(qtbot: Any, desk: Any) -> None:
    removed: list[str] = []
    desk.page.message.store.templateRemoved.connect(removed.append)
    template = desk.page.message.templates.save(draft("text"), "Offer")
    desk.page.drafts_popup.show_templates()
    popup = desk.page.findChildren(DraftsList)[-1]
    qtbot.keyClick(popup.list, Qt.Key.Key_F2)
    popup.foot.name_row.field.setText("Weekly")
    qtbot.keyClick(popup.foot.name_row.field, Qt.Key.Key_Return)
    assert titles(popup) == ["Weekly"]
    qtbot.keyClick(popup.list, Qt.Key.Key_Delete)
    assert titles(popup) == []
    assert removed == [template.id]
    desk.notices[-1].callback()
    assert titles(popup) == ["Weekly"]


def test_a_draft_of_the_list_becomes_a_template(qtbot: Any, desk: Any) -> None:
    desk.page.set_drafts([draft("one"), draft("two", 1)])
    popup = listed(desk)
    popup.list.setCurrentIndex(popup.model.index(1))
    qtbot.keyClick(popup.list, Qt.Key.Key_T)
    assert popup.foot.name_row.field.text() == "two"
    qtbot.keyClick(popup.foot.name_row.field, Qt.Key.Key_Return)
    assert [template.name for template in desk.page.message.store.templates()] == ["two"]


def test_an_empty_message_is_no_template(desk: Any) -> None:
    assert not desk.command("Save as template…").isEnabled()
    desk.page.drafts_popup.save_as_template()
    assert desk.page.findChild(NamePopup) is None
    assert desk.notices[-1].text == "There is nothing to save yet"
