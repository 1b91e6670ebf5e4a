"""Two people in one post: the real app on its window, and a person with the SDK, at a real server
of a team with PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.sdk import OpenPost, PostoSDK, Schedule
from posto_desktop.server.app import HttpServer
from posto_desktop.server.team import presence
from posto_desktop.server.workspace import Workspace
from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.storage.settings import Settings
from tests.end2end import steps
from tests.end2end.app import App
from tests.end2end.waiting import wait_for
from tests.fakes.postgres import Postgres

pytestmark = pytest.mark.end2end

AT = int(time.time()) // 60 * 60 + 86_400
ANNA = "a" * 32


class TeamServer:
    """A team's server in this process with its own PostgreSQL; all people are editors."""

    def __init__(self, folder: Path) -> None:
        self.postgres = Postgres()
        self._workspace = Workspace(folder, database=self.postgres.address)
        self._server = HttpServer(self._workspace, lambda: None)
        self.base_url = self._server.bind(0)
        self._server.start()
        self.passwords: dict[str, str] = {}
        self._add("olga", "owner", "Olga")
        team = self._workspace.team
        assert team is not None
        wait_for(team.look, "people in the workspace")

    def _add(self, name: str, role: str, shown_name: str) -> None:
        team = self._workspace.team
        assert team is not None
        team.people.add(name, role, None, shown_name)
        self.passwords[name] = team.people.add_password(name, "Laptop")

    def add(self, name: str, shown_name: str) -> PostoSDK:
        self._add(name, "editor", shown_name)
        return PostoSDK.from_credentials(name, self.passwords[name], base_url=self.base_url)

    def close(self) -> None:
        self._server.stop()
        self._workspace.close()
        self.postgres.stop()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TeamServer]:
    monkeypatch.setattr(presence, "RENEW_SECONDS", 5)  # the app believes no shorter pause
    server = TeamServer(tmp_path / "server")
    yield server
    server.close()


def sign_in(home: Path, server: TeamServer, name: str) -> None:
    """What a sign-in leaves in a home."""
    paths = find_paths(home)
    paths.config.mkdir(parents=True)
    account = ServiceAccount.new("Bakery", server.base_url, name)
    AccountStore(paths.accounts).add(account)
    SecretStore(paths.secrets, "off").set(account.id, server.passwords[name], "file")
    settings = Settings(paths.settings)
    settings.set("workspace.current", account.id)
    settings.set("sending.hold_seconds", 0)


def compose(sdk: PostoSDK, text: str, **more: Any) -> Schedule:
    """Schedule a post in the sandbox, in place of `replaces` if it is given."""
    channel = next(channel for channel in sdk.channels if channel.network == "mastodon")
    data = {"post_content": text, **more.pop("data", {})}
    item = {"channel_id": channel.id, "custom_post_data": data}
    answer: Any = sdk.transport.post(
        "fs-poster/v1/composer", {"schedules": [item], "share_at": AT, **more}
    )
    (row,) = sdk.schedules.iter(group_id=answer["schedule_group_id"])
    return row


def others(app: App) -> str:
    line = app.window.look(object_name="presence")
    return line.name if line is not None else ""


def test_two_people_in_one_post_see_each_other_and_lose_nothing(
    server: TeamServer, start_app: Callable[..., App], tmp_path: Path
) -> None:
    anna = server.add("anna", "Anna")
    server.add("ed", "Ed").close()
    post = compose(anna, "Fresh buns at nine", data={"posto_ref": "mark-1"})
    sign_in(tmp_path / "home", server, "ed")
    app = start_app()
    steps.open_page(app, "Schedule")
    wait_for(
        lambda: any("Fresh buns" in row["Text"] for row in steps.schedule_rows(app)),
        "the post",
        explain=app.window.outline,
    )
    app.activate()
    app.window.find("Schedules", role="table").focus()
    app.desktop.keys("Home")
    app.desktop.keys("e")

    def who() -> list[tuple[str, bool]]:
        people = anna.presence.of([post.id]).people
        return [(each.shown_name, each.is_writing) for each in people if not each.is_own]

    wait_for(lambda: who() == [("Ed", True)], "Ed at the server", every=0.5, explain=who)
    anna.presence.renew(ANNA, [OpenPost((post.id,), is_writing=True)])
    wait_for(
        lambda: others(app) == "Anna is editing this post too",
        "Anna in the window",
        explain=app.window.outline,
    )
    steps.write(app, "Fresh buns at ten")
    saved = {
        "posto_ref": "mark-2",
        "posto_message": post.group_id,
        "attach_link": True,
        "custom_link": "https://bakery.example",
    }
    new = compose(anna, "Fresh buns at nine", data=saved, replaces=[post.id])

    def told() -> str:
        line = app.window.look(object_name="others-changes")
        return line.name if line is not None else ""

    anna.presence.renew(ANNA, [OpenPost((new.id,), is_writing=True)])
    wait_for(lambda: "Anna has saved changes: link" in told(), "her change", explain=told)
    assert app.window.find("Message").text == "Fresh buns at ten", "his text stays his"
    post = new
    wait_for(lambda: who() == [("Ed", True)], "Ed at her version", every=0.5, explain=who)
    app.window.find("Take over the changes").press()
    wait_for(lambda: not told(), "the end of the notice")
    assert app.window.find("Message").text == "Fresh buns at ten"
    wait_for(lambda: app.window.find("Link").text == "https://bakery.example", "her link")
    assert app.quit() == 0
    assert who() == [], "nobody waits until it has expired"
    anna.close()
