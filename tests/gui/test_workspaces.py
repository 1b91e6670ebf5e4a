"""`controllers.workspace_switcher`: switching, renaming and leaving workspaces."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from posto_desktop.controllers.workspace_switcher import WorkspaceSwitcherController
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.notifications import NotificationsModel
from posto_desktop.sdk.connect import SiteFacts
from posto_desktop.sdk.errors import NetworkError
from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.ui.dialogs.workspace_list_dialog import WorkspaceListDialog
from posto_desktop.ui.main_window import MainWindow
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.runner import JobRunner
from posto_desktop.workers.sign_in import SignInFlow


class Desk:
    """The controller over real accounts and secrets in a folder of the test."""

    def __init__(self, theme: Theme, folder: Path) -> None:
        self.runner = JobRunner()
        self.accounts = AccountStore(folder / "accounts.json")
        self.secrets = SecretStore(folder / "secrets.json", "off")
        self.account = self.accounts.add(
            ServiceAccount.new("Nordlicht", "https://n.example", "maja")
        )
        self.secrets.set(self.account.id, "abcd", "session")
        self.window = MainWindow(theme, ChannelsModel(), NotificationsModel(), self.runner)
        self.remembered: list[str] = []
        flow = SignInFlow(self.runner, self.accounts, self.secrets, self.window)
        self.workspaces = WorkspaceSwitcherController(
            self.window, self.accounts, flow, self.remembered.append, self.window
        )
        self.workspaces.show()


@pytest.fixture
def desk(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(theme, tmp_path)
    qtbot.addWidget(desk.window)
    desk.window.show()
    yield desk
    assert desk.runner.shutdown()


def names(desk: Desk) -> list[str]:
    return [row.name for row in desk.workspaces._rows()]


def test_a_known_account_opens_with_its_password(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.workspaces.account_chosen) as chosen:
        desk.workspaces.open(desk.account.id)
    assert chosen.args == [desk.account, "abcd"]
    assert desk.workspaces.current == desk.account.id
    assert desk.remembered == [desk.account.id]


def test_an_unknown_workspace_opens_this_computer(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.workspaces.local_chosen):
        desk.workspaces.open("gone")
    assert desk.workspaces.current == "local"


def test_the_list_renames_and_removes(desk: Desk, qtbot: QtBot) -> None:
    desk.workspaces.manage()
    dialog = desk.window.findChild(WorkspaceListDialog)
    dialog.renameRequested.emit(desk.account.id, "Coffee")
    assert names(desk) == ["This computer", "Coffee"]
    dialog.rows[1].remove.click()
    assert names(desk) == ["This computer", "Coffee"], "until it closes nothing is removed"
    dialog.close_button.click()
    assert names(desk) == ["This computer"]
    assert desk.accounts.get(desk.account.id) is not None, "the toast can still undo it"
    with qtbot.waitSignal(desk.workspaces.left):
        desk.workspaces.finish()
    qtbot.waitUntil(lambda: desk.accounts.get(desk.account.id) is None)
    qtbot.waitUntil(lambda: desk.secrets.get(desk.account.id) is None)


def test_the_list_shows_the_name_that_a_renamed_workspace_has(desk: Desk) -> None:
    desk.workspaces.manage()
    dialog = desk.window.findChild(WorkspaceListDialog)
    row = dialog.rows[1]
    row.rename.click()
    row.edit.setText("this computer")
    row.edit.editingFinished.emit()
    assert row.accessibleName() == "this computer (maja)"
    assert names(desk) == ["This computer", "this computer (maja)"]
    row.rename.click()
    assert row.edit.text() == "this computer (maja)"


def test_each_answer_names_the_address_that_was_looked_up(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, answers = Event(), []

    def look_up(address: str, **_options: object) -> SiteFacts:
        if address == "old.example":
            assert released.wait(30)
            raise NetworkError("x", user_message="Late.")
        return SiteFacts(f"https://{address}", address)

    monkeypatch.setattr("posto_desktop.sdk.connect.look_up", look_up)
    flow = desk.workspaces._flow
    flow.address_refused.connect(lambda *answer: answers.append(answer))
    flow.address_found.connect(lambda address, site: answers.append((address, site.host)))
    flow.look("old.example")
    with qtbot.waitSignal(flow.address_found):
        flow.look("new.example")
    released.set()
    assert desk.runner.shutdown()
    QApplication.processEvents()
    assert answers == [("new.example", "new.example")]


def test_leaving_can_be_undone(desk: Desk, qtbot: QtBot) -> None:
    desk.workspaces.forget(desk.account.id)
    assert names(desk) == ["This computer"]
    toast = desk.window.toasts._toasts[-1]
    with qtbot.waitSignal(desk.workspaces.account_chosen):
        toast.actionTriggered.emit()
    assert names(desk) == ["This computer", "Nordlicht"]
    toast.close_now()
    assert desk.accounts.get(desk.account.id) is not None
