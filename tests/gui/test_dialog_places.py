"""Tests of dialogs over the smallest window, at the largest text size."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from posto_desktop.core.styles import StyleRegistry
from posto_desktop.sdk.style_texts import SnippetTexts
from posto_desktop.ui.dialogs.defaults_dialog import DefaultsDialog
from posto_desktop.ui.dialogs.sign_in_dialog import SignInDialog
from posto_desktop.ui.dialogs.workspace_list_dialog import WorkspaceListDialog
from posto_desktop.ui.schedule.reschedule_dialog import RescheduleContext, RescheduleDialog
from posto_desktop.ui.widgets.action_dialog import ActionDialog
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.workspace_button import LOCAL, WorkspaceRow
from tests.gui import whole_window
from tests.gui.cut_text import settle
from tests.gui.every_dialog import in_dialogs

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(theme: Any, qtbot: Any) -> Iterator[QWidget]:
    theme.set_text_size("larger")
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1024, 700)
    made.show()
    qtbot.waitExposed(made)
    yield made
    theme.set_text_size("normal")


def inside(dialog: QDialog, window: QWidget) -> bool:
    return bool(window.frameGeometry().contains(dialog.frameGeometry()))


def test_the_sign_in_lies_over_the_middle(window: QWidget) -> None:
    dialog = SignInDialog(window)
    dialog.open()
    settle()
    assert inside(dialog, window)
    off = dialog.frameGeometry().center() - window.frameGeometry().center()
    assert max(abs(off.x()), abs(off.y())) <= 1


def test_many_workspaces_are_scrolled(window: QWidget) -> None:
    dialog = WorkspaceListDialog(
        [WorkspaceRow(LOCAL, "This computer", "")]
        + [WorkspaceRow(f"a{at}", f"Service {at}", "n.example") for at in range(20)],
        window,
    )
    dialog.open()
    settle()
    assert inside(dialog, window)
    assert dialog.add.visibleRegion().boundingRect() == dialog.add.rect()


def test_a_sheet_that_grows_stays_over_its_window(window: QWidget) -> None:
    sheet = ActionDialog("sheet", "Reschedule 5 posts", "Move", width=560, parent=window)
    words = Paragraph("Words")
    sheet.body.addWidget(words)
    sheet.open()
    settle()
    words.setText("Many words. " * 120)
    sheet.grow()
    settle()
    assert sheet.height() > 400
    assert inside(sheet, window)


def test_new_times_lie_over_their_window(window: QWidget) -> None:
    rows = whole_window._schedules()
    dialog = RescheduleDialog(
        RescheduleContext(rows, rows, None, UTC), window, clock=lambda: whole_window.NOW
    )
    dialog.open()
    dialog.fields.how.set_value("spread")
    dialog.fields.how.changed.emit("spread")
    settle()
    assert inside(dialog, window)


def test_layers_of_the_defaults_have_room_for_some_rows(window: QWidget) -> None:
    dialog = DefaultsDialog(whole_window.CHANNELS, 3, "", window)
    dialog.set_style_registry(StyleRegistry((), {}, SnippetTexts({}, {})))
    dialog.open()
    settle()
    assert inside(dialog, window)
    row = dialog.table.verticalHeader().defaultSectionSize()
    assert dialog.table.viewport().height() >= 4 * row
    dialog.reject()


def test_a_dialog_says_its_title_once(theme: Any, tmp_path: Path) -> None:
    """As its heading: the title bar, where there is one, has the name of the app."""

    def wrong(dialog: QWidget) -> list[str]:
        title = dialog.accessibleName()
        shown = [
            label.text()
            for label in dialog.findChildren(QLabel)
            if label.isVisible() and label.text().replace("\u200b", "") == title
        ]
        if dialog.windowTitle() == "Posto Desktop" and shown == [title]:
            return []
        return [dialog.windowTitle(), *shown]

    assert in_dialogs(tmp_path, wrong) == {}
