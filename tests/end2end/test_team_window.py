"""A team in the window: the real server on a real PostgreSQL, a writer's app and an editor's."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from posto_desktop.server.workspace import Workspace
from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.storage.settings import Settings
from tests.end2end import steps
from tests.end2end.app import App
from tests.end2end.desktop import end
from tests.end2end.test_connect import connect, snac
from tests.end2end.waiting import wait_for
from tests.fakes.postgres import Postgres
from tests.servers.snac import Snac

__all__ = ["snac"]

pytestmark = pytest.mark.end2end

TEXT = "Warm buns from nine"
ROLES = {"olga": "owner", "ed": "editor", "wanda": "writer"}


class TeamServer:
    """`posto-server` on a PostgreSQL with an owner, an editor and a writer."""

    def __init__(self, folder: Path, database: str) -> None:
        self.passwords: dict[str, str] = {}
        workspace = Workspace(folder, database=database, has_people=True)
        assert workspace.team is not None
        for name, role in ROLES.items():
            workspace.team.people.add(name, role, None)
            self.passwords[name] = workspace.team.people.add_password(name, "Test")
        workspace.close()
        command = [sys.executable, "-m", "posto_desktop.server", "--data", str(folder)]
        self._process = subprocess.Popen(
            [*command, "--database", database, "--detach"],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = json.loads(self._process.stdout.readline())["base_url"]

    def ask(self, route: str) -> Any:
        address = f"{self.url}/wp-json/{route}"
        answer = requests.get(address, auth=("olga", self.passwords["olga"]), timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.ask("fs-poster/v1/schedules")["schedules"]
        return rows

    def people(self) -> dict[str, dict[str, Any]]:
        """Return the people by the name to sign in with."""
        return {person["name"]: person for person in self.ask("posto/v1/people")["people"]}

    def sign_in(self, home: Path, name: str) -> Path:
        """Make a home of the app that is signed in as a person."""
        paths = find_paths(home)
        AccountStore(paths.accounts).add(ServiceAccount("team", "Bakery", self.url, name))
        SecretStore(paths.secrets, "off").set("team", self.passwords[name], "file")
        settings = Settings(paths.settings)
        settings.set("workspace.current", "team")
        settings.set("sending.hold_seconds", 0)
        return home

    def close(self) -> None:
        end(self._process)
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TeamServer]:
    postgres = Postgres()
    try:
        server = TeamServer(tmp_path / "server", postgres.address)
        try:
            yield server
        finally:
            server.close()
    finally:
        postgres.stop()


def test_a_writer_proposes_an_editor_approves_and_the_post_goes_out_once(
    start_app: Callable[..., App], server: TeamServer, tmp_path: Path
) -> None:
    writer = start_app(home=server.sign_in(tmp_path / "wanda", "wanda"))
    steps.channel(writer, "Sandbox X")
    steps.write(writer, TEXT)
    steps.tick_by_mouse(writer, "Sandbox X")
    button = writer.window.find(object_name="post")
    wait_for(
        lambda: button.name == "Propose 1 post",
        "the words of a writer",
        explain=lambda: button.name,
    )
    button.press()
    rows = wait_for(server.rows, "the proposal on the server", explain=writer.output)
    assert [(row["status"], row["review"]["author"]) for row in rows] == [("proposed", "wanda")]

    # Only now: its window would come up over the other one while that is clicked.
    editor = start_app(home=server.sign_in(tmp_path / "ed", "ed"))
    steps.open_page(editor, "Schedule")
    steps.wait_for_toast(editor, "1 message waits for your approval")
    editor.window.find(object_name="review-approve").press()
    wait_for(
        lambda: server.rows()[0]["status"] == "success",
        "the approved post to go out",
        explain=lambda: (editor.window.outline(), server.rows()),
    )
    sent = [post for post in server.ask("posto/v1/feed")["items"] if TEXT in str(post)]
    assert len(sent) == 1
    assert server.rows()[0]["review"]["state"] == "approved"
    assert server.ask("posto/v1/review")["proposals"] == []


def test_quitting_while_a_removal_waits_for_its_undo_removes_the_person(
    start_app: Callable[..., App], server: TeamServer, tmp_path: Path
) -> None:
    app = start_app(home=server.sign_in(tmp_path / "olga", "olga"))
    steps.channel(app, "Sandbox X")
    app.window.find(object_name="settings").press()
    app.program.find(object_name="settings-team").press()
    people = app.program.find(object_name="team-people")
    wait_for(lambda: people.child_count == 3, "the people", explain=app.program.outline)
    app.activate()
    people.focus()
    app.desktop.keys("Home", "Delete")
    wait_for(lambda: server.people()["ed"]["disabled"], "ed to be out", explain=app.program.outline)
    app.process.terminate()  # as at the end of a session: the settings are open
    assert app.process.wait(60) == 0
    assert set(server.people()) == {"olga", "wanda"}, app.output()


def test_an_owner_connects_an_account_to_which_an_editor_publishes(
    start_app: Callable[..., App], server: TeamServer, snac: Snac, tmp_path: Path
) -> None:
    owner = start_app(home=server.sign_in(tmp_path / "olga", "olga"), BROWSER="true")
    steps.channel(owner, "Sandbox X")
    connect(owner, snac)
    (account,) = server.ask("posto/v1/accounts")["accounts"]
    assert account["health"] == "ok"

    editor = start_app(home=server.sign_in(tmp_path / "ed", "ed"))
    steps.write(editor, TEXT)
    steps.tick_by_mouse(editor, "alice")
    assert not editor.window.find("Add channel", role="button").enabled
    editor.window.find(object_name="post").press()
    token = snac.token()
    posts = wait_for(lambda: snac.posts(token), "the post at the network", explain=editor.output)
    assert [TEXT in post["content"] for post in posts] == [True]


def test_an_owner_adds_a_person_and_removes_them_in_the_settings(
    start_app: Callable[..., App], server: TeamServer, tmp_path: Path
) -> None:
    def signs_in(name: str, password: str) -> bool:
        address = f"{server.url}/wp-json/wp/v2/users/me"
        return requests.get(address, auth=(name, password), timeout=60).status_code == 200

    app = start_app(home=server.sign_in(tmp_path / "olga", "olga"))
    steps.channel(app, "Sandbox X")
    app.window.find(object_name="settings").press()
    app.program.find(object_name="settings-team").press()
    app.program.find(object_name="add-a-person").press()
    app.program.find(object_name="person-name").set_text("vera")
    app.program.find(object_name="person-action").press()
    device = app.program.find(object_name="new-device")
    device.set_text("Phone")
    app.program.find(object_name="make-a-password").press()
    password = wait_for(
        lambda: app.program.find(object_name="device-password", role="text").text,
        "the new password",
        explain=app.program.outline,
    )
    assert signs_in("vera", password)
    assert password not in app.output()
    assert server.people()["vera"]["devices"][0]["device"] == "Phone"
    app.activate()
    app.desktop.keys("Escape")
    wait_for(
        lambda: app.program.look(object_name="device-password") is None,
        "the password to go",
        explain=app.program.outline,
    )
    app.program.find(object_name="remove-person").press()
    wait_for(
        lambda: server.people()["vera"]["disabled"], "vera to be out", explain=app.program.outline
    )
    assert not signs_in("vera", password)
    app.program.find(object_name="settings-dialog").find(object_name="close").press()
    wait_for(lambda: "vera" not in server.people(), "vera to be gone", explain=app.program.outline)
    steps.wait_for_toast(app, "vera removed from the team")
