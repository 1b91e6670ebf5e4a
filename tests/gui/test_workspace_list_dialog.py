"""The list of workspaces: renaming, removing with Undo, adding; and the dialog that asks first."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from posto_desktop.ui.dialogs.workspace_list_dialog import WorkspaceListDialog
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from posto_desktop.ui.widgets.workspace_button import LOCAL, WorkspaceRow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def workspaces(qtbot: Any, theme: Any) -> WorkspaceListDialog:
    dialog = WorkspaceListDialog(
        [
            WorkspaceRow(LOCAL, "This computer", ""),
            WorkspaceRow("a", "Nordlicht", "social.example"),
            WorkspaceRow("b", "Agency", "agency.example"),
        ]
    )
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_this_computer_can_neither_be_renamed_nor_removed(workspaces: WorkspaceListDialog) -> None:
    local, other = workspaces.rows[:2]
    assert not local.remove.isVisible()
    assert not local.rename.isVisible()
    assert other.remove.isVisible()


def test_rename(workspaces: WorkspaceListDialog, qtbot: Any) -> None:
    row = workspaces.rows[1]
    qtbot.mouseClick(row.rename, LEFT)
    row.edit.clear()
    qtbot.keyClicks(row.edit, "  Coffee   shop ")
    with qtbot.waitSignal(workspaces.renameRequested) as renamed:
        qtbot.keyClick(row.edit, Qt.Key.Key_Return)
    assert renamed.args == ["a", "Coffee shop"]
    assert workspaces.isVisible()
    qtbot.mouseClick(row.rename, LEFT)
    row.edit.clear()
    with qtbot.assertNotEmitted(workspaces.renameRequested):
        qtbot.keyClick(row.edit, Qt.Key.Key_Escape)
    assert workspaces.isVisible()


def test_remove_has_undo_until_the_dialog_closes(
    workspaces: WorkspaceListDialog, qtbot: Any
) -> None:
    removed: list[str] = []
    workspaces.removeRequested.connect(removed.append)
    for row in workspaces.rows[1:]:
        qtbot.mouseClick(row.remove, LEFT)
    qtbot.mouseClick(workspaces.rows[1].undo, LEFT)
    assert removed == []
    qtbot.mouseClick(workspaces.close_button, LEFT)
    assert removed == ["b"]


def test_add_closes_the_list(workspaces: WorkspaceListDialog, qtbot: Any) -> None:
    with qtbot.waitSignal(workspaces.addRequested):
        qtbot.mouseClick(workspaces.add, LEFT)
    assert not workspaces.isVisible()


def test_confirm(qtbot: Any, theme: Any) -> None:
    ask = ConfirmDialog("Discard this post?", "It is gone then.", "Discard")
    qtbot.addWidget(ask)
    ask.open()
    assert ask.cancel_button.isDefault()
    with qtbot.waitSignal(ask.accepted):
        qtbot.mouseClick(ask.action_button, LEFT)
