"""Templates in the list: what has the focus, what is shown after keeping one, and its time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from posto_desktop.core.draft import Draft
from posto_desktop.ui.compose.drafts_list import DraftsList
from tests.gui.compose.conftest import NOW

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def draft(text: str, hours: int = 0, **values: Any) -> Draft:
    return Draft(text=text, updated_at=NOW - timedelta(hours=hours), **values)


def listed(desk: Any) -> DraftsList:
    desk.page.drafts_popup.show_drafts()
    popup = desk.page.findChildren(DraftsList)[-1]
    assert isinstance(popup, DraftsList)
    return popup


def focus(popup: DraftsList) -> Any:
    return popup.focusWidget()


def tab(popup: DraftsList, key: str) -> QAbstractButton:
    found = popup.kinds.findChild(QAbstractButton, f"drafts-or-templates-{key}")
    assert found is not None
    return found


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


@pytest.mark.parametrize(("typed", "there"), [("fri 18:30", "fri 18:30"), ("2020-01-02 9:00", "")])
def test_a_time_that_is_always_ahead_stays_one_that_is_over_does_not(
    desk: Any, typed: str, there: str
) -> None:
    template = desk.page.message.templates.save(draft("Offer", when_text=typed), "Offer")
    desk.page.message.templates.use(template.id)
    assert desk.page.when.field.text() == there
    assert desk.page.draft.text == "Offer"
