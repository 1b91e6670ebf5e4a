"""Two sign-ins of one account at the same moment, and a token that is renewed meanwhile."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from posto_desktop.server.accounts import Accounts
from posto_desktop.server.publishers.base import (
    Account,
    Connected,
    Field,
    Part,
    Profile,
    Publisher,
    Record,
    Result,
    Secret,
    SignIn,
)
from posto_desktop.server.workspace import Workspace
from posto_desktop.storage.secrets import Where

from .conftest import until

TIMES = 4


class Everybody(Publisher):
    """Gives each sign-in a session of its own, all at the same moment."""

    method = "everybody"
    fields = (Field("user", "User"),)

    def __init__(self) -> None:
        self.all_here = threading.Barrier(TIMES)

    def connect(self, given: Mapping[str, str], sign_in: SignIn) -> Connected:
        self.all_here.wait(20)
        profile = Profile("1", "@a:b", "A", "matrix")
        return Connected("http://127.0.0.1", profile, {"token": f"session-of-{given['user']}"})

    def prepare(self, account: Account, part: Part) -> Record:
        return {}

    def send(self, account: Account, part: Part, record: Record) -> Result:
        raise AssertionError


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path)
    yield workspace
    workspace.close()


def test_sign_ins_of_one_account_at_once_make_one_account_with_one_secret(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Everybody()
    workspace.publishers.add(network)
    # All of them look whether the account is known before one of them has stored it.
    inside = threading.Barrier(TIMES)
    secrets = workspace.secrets
    original_set = secrets.set

    def set_together(uuid: str, secret: Secret, place: Where | None = None) -> None:
        try:
            inside.wait(0.5)
        except threading.BrokenBarrierError:
            pass  # they come one after another
        original_set(uuid, secret, place)

    monkeypatch.setattr(secrets, "set", set_together)
    begun = [
        workspace.connections.begin("everybody", {"user": f"person-{number}"}, "file", wait=0)
        for number in range(TIMES)
    ]
    until(lambda: all(progress.state == "done" for progress in begun))
    (account,) = workspace.accounts.all()
    assert {progress.account_id for progress in begun} == {account["id"]}
    (channel,) = workspace.accounts.channels(account["id"])
    assert channel["active"] == 1
    stored = json.loads((tmp_path / "secrets.json").read_text())
    entries = [text for text in json.dumps(stored).split('"') if text.startswith("channel/")]
    assert set(entries) == {f"channel/{account['uuid']}"}, "none is left behind"
    secret = workspace.accounts.of_account(account["id"]).secret()
    assert secret["token"] in {f"session-of-person-{number}" for number in range(TIMES)}


def test_a_renewed_token_does_not_bring_back_an_old_password(workspace: Workspace) -> None:
    """Somebody connects the account again while its session is being renewed."""
    accounts: Accounts = workspace.accounts

    def connect(password: str, refresh: str) -> int:
        profile = Profile("1", "@a", "A", "bluesky")
        secret = {"password": password, "refresh": refresh}
        return accounts.keep("bluesky", Connected("http://127.0.0.1", profile, secret), "session")

    number = connect("old-app-password", "refresh-1")
    account = accounts.of_account(number)
    account.secret()
    connect("new-app-password", "refresh-2")
    account.keep_secret({"refresh": "refresh-1b"})
    assert accounts.of_account(number).secret()["password"] == "new-app-password"
