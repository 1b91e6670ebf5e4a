"""The people of a team between the worker, the settings and the notifications."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLabel

from posto_desktop.delivery.client_pool import WorkspaceTarget
from posto_desktop.sdk.people import NewPassword, TeamPerson
from posto_desktop.sdk.records import Account
from posto_desktop.storage.accounts import ServiceAccount
from posto_desktop.ui.settings.dialog import SettingsDialog
from posto_desktop.ui.settings.password_dialog import PasswordDialog
from posto_desktop.ui.settings.person_dialog import PersonDialog
from posto_desktop.ui.settings.team import TeamPage
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.people import PeopleRequest
from tests.gui.whole_app import WholeApp

ED = TeamPerson(2, "ed", "Ed", "editor")


@pytest.fixture
def app(theme: Theme, tmp_path: Path) -> Iterator[WholeApp]:
    app = WholeApp(theme, tmp_path / "home")
    app.begin()
    yield app
    app.close()


def test_the_settings_have_the_team_of_the_open_workspace_alone(app: WholeApp) -> None:
    people, workspace = app.controllers.people, app.service.workspace_id
    assert people.shown_state() is None
    app.service.team.person_loaded.emit(workspace, Account(1, "Olga", role="owner"))
    assert people.shown_state() is people.state
    assert people.state.view.is_owner
    app.service.people.done.emit("elsewhere", PeopleRequest("read"), [ED])
    assert people.state.view.people is None
    app.service.people.done.emit(workspace, PeopleRequest("read"), [ED])
    assert people.state.view.people == (ED,)
    app.controllers.workspaces.left.emit()
    assert people.shown_state() is None
    assert people.state.view.people is None


def test_the_page_of_a_team_is_there_before_the_server_answers(app: WholeApp) -> None:
    people, loaded = app.controllers.people, app.service.team.person_loaded
    app.service._connection.target = WorkspaceTarget("bakery", "Bakery")
    assert people.shown_state() is None
    loaded.emit("bakery", Account(1, "Olga", role="owner"))
    app.controllers.workspaces.left.emit()
    assert people.shown_state() is people.state
    assert people.state.view.role == ""
    assert app.settings.text("workspace.teams") == "bakery", "for the next start"
    loaded.emit("bakery", Account(1, "Olga"))
    assert people.shown_state() is None, "its people are gone"
    loaded.emit("bakery", Account(1, "Olga", role="owner"))
    app.service._connection.target = WorkspaceTarget("shop", "Shop")
    app.controllers.workspaces.left.emit()
    assert people.shown_state() is None
    app.workspaces.left.emit("bakery")
    assert app.settings.text("workspace.teams") == "", "it was removed from this computer"


def test_another_workspace_closes_the_settings_whose_people_are_of_this_one(app: WholeApp) -> None:
    app.service.team.person_loaded.emit(app.service.workspace_id, Account(1, "Olga", role="owner"))
    app.controllers.settings.open("team")
    dialog = app.window.findChild(SettingsDialog)
    assert dialog is not None
    assert dialog.isVisible()
    app.controllers.workspaces.left.emit()
    assert not dialog.isVisible()
    app.controllers.settings.close()


def test_the_role_is_looked_at_when_the_page_opens(
    app: WholeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[bool] = []
    monkeypatch.setattr(app.service.team, "look_again", lambda: looks.append(True))
    app.service.team.person_loaded.emit(app.service.workspace_id, Account(1, "Olga", role="owner"))
    assert looks == []
    app.controllers.settings.open("team")
    assert looks == [True]
    app.controllers.settings.close()


def texts(app: WholeApp) -> list[str]:
    return [notification.text for notification in app.notifications._rows]


def test_a_removal_is_told_after_the_settings_have_closed(app: WholeApp) -> None:
    worker, workspace = app.service.people, app.service.workspace_id
    app.service.team.person_loaded.emit(workspace, Account(1, "Olga", role="owner"))
    request = PeopleRequest("remove", replace(ED, is_disabled=True))
    worker.failed.emit(workspace, request, "posto_changed", "Somebody else has changed Ed.")
    worker.done.emit(workspace, request, None)
    assert texts(app)[:2] == [
        "Ed removed from the team",
        "Ed was not removed from the team. They cannot sign in.",
    ]


def test_who_could_not_even_be_disabled_is_not_said_to_be(app: WholeApp) -> None:
    worker, workspace = app.service.people, app.service.workspace_id
    app.service.team.person_loaded.emit(workspace, Account(1, "Olga", role="owner"))
    worker.done.emit(workspace, PeopleRequest("read"), [ED])
    worker.failed.emit(workspace, PeopleRequest("remove", ED), "", "The server is away.")
    assert texts(app)[0] == "Ed was not removed from the team."


@pytest.mark.parametrize("ending", ["quit", "another workspace"])
def test_who_waits_for_undo_is_removed_when_the_app_leaves(app: WholeApp, ending: str) -> None:
    """The window of the settings is open then: it does not close by itself."""
    worker, workspace = app.service.people, app.service.workspace_id
    app.service.team.person_loaded.emit(workspace, Account(1, "Olga", role="owner"))
    worker.done.emit(workspace, PeopleRequest("read"), [ED])
    asked: list[PeopleRequest] = []
    state = app.controllers.people.state
    state.requested.connect(asked.append)
    state.remove(ED)
    assert [request.verb for request in asked] == ["change"]
    if ending == "quit":
        app.controllers.flush()
    else:
        app.controllers.workspaces.left.emit()
    assert [request.verb for request in asked] == ["change", "remove"]
    worker.done.emit("elsewhere", asked[-1], None)
    assert texts(app)[0] == "Ed removed from the team", "whatever is open by now"


def test_what_is_refused_after_the_settings_have_closed_is_told(app: WholeApp) -> None:
    worker, workspace = app.service.people, app.service.workspace_id
    app.service.team.person_loaded.emit(workspace, Account(1, "Olga", role="owner"))
    worker.done.emit(workspace, PeopleRequest("read"), [ED])
    undo = PeopleRequest("change", replace(ED, is_disabled=True), values={"is_disabled": False})
    before = texts(app)
    app.controllers.settings.open("team")
    worker.failed.emit(workspace, undo, "", "The server is away.")
    assert texts(app) == before, "the page says it"
    app.controllers.settings.close()
    worker.failed.emit(workspace, undo, "", "The server is away.")
    worker.failed.emit(workspace, PeopleRequest("read"), "", "The server is away.")
    worker.failed.emit("elsewhere", ASKED, "", "Ed has too many devices.")
    assert texts(app)[:2] == [
        "Ed has too many devices.",
        "Ed is still in the team, but cannot sign in. The server is away. To let them in, open Ed "
        "in Settings > Team and turn on “May sign in”.",
    ]
    assert texts(app)[2:] == before


MADE = NewPassword(9, "abcd efgh ijkl")
ASKED = PeopleRequest("add_password", ED, values={"device": "Phone"})


def shown_password(app: WholeApp) -> PasswordDialog:
    dialogs = [dialog for dialog in app.window.findChildren(PasswordDialog) if dialog.isVisible()]
    assert len(dialogs) == 1
    return dialogs[0]


def end_dialog(dialog: PasswordDialog) -> None:
    dialog.accept()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.mark.parametrize("is_open", [True, False])
def test_a_new_password_is_shown_whether_the_settings_are_open_or_closed(
    app: WholeApp, is_open: bool
) -> None:
    worker, workspace = app.service.people, app.service.workspace_id
    app.service.team.person_loaded.emit(workspace, Account(1, "Olga", role="owner"))
    worker.done.emit(workspace, PeopleRequest("read"), [ED])
    app.controllers.settings.open("team")
    if not is_open:
        app.controllers.settings.close()
    worker.done.emit(workspace, ASKED, MADE)
    dialog = shown_password(app)
    assert dialog.field.text() == MADE.password
    dialog.copy.click()
    assert QApplication.clipboard().text() == MADE.password
    end_dialog(dialog)
    app.controllers.settings.close()


def test_a_new_password_is_shown_in_another_workspace_with_the_address_it_is_for(
    app: WholeApp,
) -> None:
    app.accounts.add(ServiceAccount("bakery", "Bakery", "https://bakery.example", "olga"))
    app.service.people.done.emit("bakery", ASKED, MADE)
    dialog = shown_password(app)
    hint = dialog.findChild(QLabel, "device-password-hint")
    assert hint is not None
    assert "https://bakery.example" in hint.text()
    end_dialog(dialog)


def test_a_password_that_is_shown_stays_when_the_dialogs_below_close(
    app: WholeApp,
) -> None:
    worker, workspace = app.service.people, app.service.workspace_id
    app.service.team.person_loaded.emit(workspace, Account(1, "Olga", role="owner"))
    worker.done.emit(workspace, PeopleRequest("read"), [ED])
    app.controllers.settings.open("team")
    settings = app.window.findChild(SettingsDialog)
    assert settings is not None
    assert isinstance(settings.page, TeamPage)
    settings.page.open_person(ED)
    worker.done.emit(workspace, ASKED, MADE)
    assert isinstance(shown_password(app).parentWidget(), PersonDialog)
    worker.done.emit(workspace, PeopleRequest("change", ED), replace(ED, role="writer"))
    dialog = shown_password(app)
    assert dialog.parentWidget() is settings, "the person was saved, which closes their dialog"
    app.controllers.workspaces.left.emit()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert app.window.findChild(SettingsDialog) is None
    assert shown_password(app) is dialog
    assert dialog.parentWidget() is app.window
    assert dialog.field.text() == MADE.password
    end_dialog(dialog)


def test_passwords_stay_when_the_settings_close_below_an_open_person(app: WholeApp) -> None:
    worker, workspace = app.service.people, app.service.workspace_id
    app.service.team.person_loaded.emit(workspace, Account(1, "Olga", role="owner"))
    worker.done.emit(workspace, PeopleRequest("read"), [ED])
    app.controllers.settings.open("team")
    settings = app.window.findChild(SettingsDialog)
    assert settings is not None
    assert isinstance(settings.page, TeamPage)
    settings.page.open_person(ED)
    worker.done.emit(workspace, ASKED, MADE)
    first = shown_password(app)
    worker.done.emit(workspace, ASKED, NewPassword(10, "mnop qrst uvwx"))
    (second,) = first.findChildren(PasswordDialog)
    app.controllers.workspaces.left.emit()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert app.window.findChild(SettingsDialog) is None
    assert first.parentWidget() is app.window
    end_dialog(first)
    assert shown_password(app) is second
    assert second.field.text() == "mnop qrst uvwx"
    end_dialog(second)


def test_a_removal_at_quitting_ends_before_its_client_closes(
    app: WholeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    closing = threading.Event()

    def remove(_person: TeamPerson) -> None:
        closing.wait(0.2)  # a server that takes its time
        order.append("removed")

    def close() -> None:
        order.append("closed")
        closing.set()

    people = SimpleNamespace(remove=remove)
    client = SimpleNamespace(sdk=SimpleNamespace(people=people))
    pool = app.service._client_pool
    monkeypatch.setattr(pool, "get", lambda _workspace: client)
    monkeypatch.setattr(pool, "close", close)
    app.service._connection.target = WorkspaceTarget("team", "Bakery")
    app.service.people.carry_out(PeopleRequest("remove", ED))
    assert app.service.shutdown(60_000)
    assert order == ["removed", "closed"]
