"""`controllers.workspace_switcher`: switching, renaming and leaving workspaces."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from posto_desktop.controllers.workspace_switcher import WorkspaceSwitcherController
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.notifications import NotificationsModel
from posto_desktop.sdk.connect import SignIn, SiteFacts
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


def test_signing_in_with_the_browser(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = SiteFacts("https://t.example", "t.example", browser_sign_in="https://t.example/page")
    accepted = SignIn("https://t.example", "Olga", "The shop")
    opened: list[str] = []
    monkeypatch.setattr(
        "posto_desktop.controllers.workspace_switcher.QDesktopServices.openUrl",
        lambda url: opened.append(url.toString()),
    )
    monkeypatch.setattr(
        "posto_desktop.sdk.browser_sign_in.fetch_password",
        lambda site, code, verifier, **_reach: ("olga", f"password for {code}"),
    )
    monkeypatch.setattr(
        "posto_desktop.sdk.connect.check_sign_in", lambda *_args, **_reach: accepted
    )
    flow, workspaces = desk.workspaces._flow, desk.workspaces
    workspaces.ask_sign_in()
    dialog = workspaces._dialog
    assert dialog is not None
    dialog.address.set_text("t.example")
    dialog.show_address("t.example", site)
    dialog.password_storage.findChild(QWidget, "keep-session").click()
    with qtbot.waitSignal(flow.browser_page):
        dialog.submit()
    fields = {name: values[0] for name, values in parse_qs(urlsplit(opened[0]).query).items()}
    assert opened[0].startswith("https://t.example/page?app_name=Posto+Desktop")
    assert dialog.browser.address.text() == opened[0]
    # Refused in the browser: the reason stands in the dialog.
    with qtbot.waitSignal(flow.refused):
        urlopen(fields["reject_url"]).close()
    assert "did not allow" in dialog.browser.note.text()
    with qtbot.waitSignal(flow.browser_page):
        dialog.submit()
    fields = {name: values[0] for name, values in parse_qs(urlsplit(opened[1]).query).items()}
    with qtbot.waitSignal(workspaces.account_chosen) as chosen:
        urlopen(f"{fields['success_url']}&code=c1").close()
    account, password = chosen.args
    assert (account.username, account.base_url) == ("olga", "https://t.example")
    assert password == "password for c1"
    # And when the dialog is closed meanwhile, nobody waits at the port any more.
    workspaces.ask_sign_in()
    dialog = workspaces._dialog
    assert dialog is not None
    dialog.address.set_text("t.example")
    dialog.show_address("t.example", site)
    dialog.password_storage.findChild(QWidget, "keep-session").click()
    with qtbot.waitSignal(flow.browser_page):
        dialog.submit()
    dialog.reject()
    dialog.reject()
    qtbot.waitUntil(lambda: desk.runner.running == 0)
