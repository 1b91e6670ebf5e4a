"""The people of a team between the worker, the settings and the notifications."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posto_desktop.sdk.people import TeamPerson
from posto_desktop.sdk.records import Account
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


def test_a_removal_is_told_after_the_settings_have_closed(app: WholeApp) -> None:
    worker, workspace = app.service.people, app.service.workspace_id
    app.service.team.person_loaded.emit(workspace, Account(1, "Olga", role="owner"))
    request = PeopleRequest("remove", ED)
    worker.failed.emit(workspace, request, "posto_changed", "Somebody else has changed Ed.")
    worker.done.emit(workspace, request, None)
    texts = [notification.text for notification in app.notifications._rows]
    assert texts[:2] == [
        "Ed removed from the team",
        "Ed was not removed from the team. They cannot sign in.",
    ]
