"""Signing in to a workspace of a team with the browser: the real app, `posto-server` as it is
typed, PostgreSQL, and a real OpenID provider."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from posto_desktop.server.postgres_store import PostgresStore
from posto_desktop.server.store import MIGRATIONS
from posto_desktop.server.team import command
from posto_desktop.storage.accounts import AccountStore
from posto_desktop.storage.paths import find_paths
from tests.end2end.app import App
from tests.end2end.atspi import Accessible
from tests.end2end.desktop import ROOT, end, read_line
from tests.end2end.test_doors_window import open_dialog
from tests.end2end.waiting import wait_for
from tests.fakes.postgres import Postgres
from tests.needs import require
from tests.servers import openid_provider
from tests.servers.install import missing
from tests.servers.openid_provider import CLIENT, SECRET, OpenIdProvider, running_provider
from tests.servers.running import HOST, reserved_port
from tests.servers.test_openid import press

pytestmark = pytest.mark.end2end


class TeamServer:
    """`posto-server` with people; `run` carries out one of its commands, in this process."""

    def __init__(self, folder: Path, database: str, issuer: str) -> None:
        self._store = PostgresStore(database, "posto", MIGRATIONS)
        self.run("people", "add", "boss", "--role", "owner")
        self.run("people", "add", "olga", "--role", "editor", "--groups", "all")
        self.run("people", "email", "olga", "Olga.O@example.org")
        secret = folder / "oidc-secret"
        secret.write_text(f"{SECRET}\n")
        secret.chmod(0o600)
        options = ["--oidc-issuer", issuer, "--oidc-client-id", CLIENT]
        options += ["--oidc-client-secret-file", str(secret), "--data", str(folder / "server")]
        self.log = folder / "team-server.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "posto_desktop.server", *options],
                cwd=ROOT, env=os.environ | {"POSTO_DATABASE": database},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip
        self.url = str(json.loads(read_line(self.process))["base_url"])

    def run(self, *words: str) -> list[str]:
        lines: list[str] = []
        command.run(self._store, command._parser().parse_args(list(words)), lines.append)
        return lines

    def close(self) -> None:
        end(self.process, timeout=30)
        self._store.close()


@pytest.fixture
def team(tmp_path: Path) -> Iterator[tuple[TeamServer, OpenIdProvider]]:
    require(missing(*openid_provider.NEEDED))
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(reserved_port())
        database = Postgres()
        stack.callback(database.stop)
        server = TeamServer(tmp_path, database.address, f"http://{HOST}:{port}")
        stack.callback(server.close)
        provider = stack.enter_context(running_provider(port, f"{server.url}/posto-sign-in"))
        yield server, provider


def open_browser(app: App, dialog: Accessible) -> str:
    """Press the button, and return the address that is opened."""
    button = dialog.find("Sign in with your browser", role="push button")
    wait_for(lambda: button.enabled, "the button to be enabled", explain=dialog.outline)
    button.press()
    address = dialog.find("Sign-in address")
    return wait_for(lambda: address.text, "the address", explain=dialog.outline)


def wait_for_reason(dialog: Accessible, words: str) -> None:
    reason = dialog.find(object_name="browser-sign-in-error")
    wait_for(lambda: words in reason.text, "the reason", explain=dialog.outline)


def test_with_the_browser_from_the_address_to_the_channels(
    start_app: Callable[..., App], tmp_path: Path, team: tuple[TeamServer, OpenIdProvider]
) -> None:
    server, provider = team
    app = start_app(BROWSER="true")
    dialog = open_dialog(app)
    dialog.find("Site address", role="text").set_text(server.url)
    about = dialog.find(object_name="browser-sign-in-about")
    wait_for(lambda: "signs you in" in about.text, "the offer", explain=dialog.outline)
    dialog.find("In a file only you can read").press()
    # Not allowed the first time: it says so, and the next try is whole.
    for word in ("refuse", "allow"):
        url = open_browser(app, dialog)
        with requests.Session() as browser:
            page = provider.sign_in(browser, url, "olga.o")
            assert "sign in as olga?" in page.text
            assert "You can close this window" in press(browser, page, word).text
        if word == "refuse":
            wait_for_reason(dialog, "did not allow")
    path = find_paths(tmp_path / "home").accounts
    stored = wait_for(lambda: AccountStore(path).list(), "the account", explain=app.output)
    (account,) = stored
    assert (account.base_url, account.username) == (server.url, "olga")
    wait_for(
        lambda: any("Sandbox" in item.name for item in app.window.find("Channels").items()),
        "the channels of the team",
        explain=app.program.outline,
    )
    (line,) = server.run("people", "password", "list", "olga")
    assert "Posto Desktop" in line
    assert "by the provider\tused" in line
    assert "used" in server.run("people", "accounts")[1]
    # The password is in no log of either, and in no address that the browser has seen.
    secrets = json.loads((tmp_path / "home" / "config" / "secrets.json").read_text("utf-8"))
    password = secrets["file"][account.id]
    assert len("".join(password.split())) == 24
    for log in (server.log.read_text("utf-8"), app.output()):
        assert password not in log
