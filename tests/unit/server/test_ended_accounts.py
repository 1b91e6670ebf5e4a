"""Sign-ins that are cancelled and accounts that are disconnected, whatever their network does."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from posto_desktop.server.publishers.base import (
    Account,
    Connected,
    Field,
    Part,
    Profile,
    Publisher,
    Record,
    Result,
    SignIn,
)
from posto_desktop.server.workspace import Workspace

from .conftest import until


class Stubborn(Publisher):
    """Signs in when it is told to, and stumbles when a session is ended."""

    method = "stubborn"
    fields = (Field("user", "User"),)

    def __init__(self) -> None:
        self.goes_on = threading.Event()
        self.revoked = 0

    def connect(self, given: Mapping[str, str], sign_in: SignIn) -> Connected:
        assert self.goes_on.wait(20)
        profile = Profile("1", "@a:b", "A", "matrix")
        return Connected("http://127.0.0.1", profile, {"token": "secret"})

    def prepare(self, account: Account, part: Part) -> Record:
        return {}

    def send(self, account: Account, part: Part, record: Record) -> Result:
        raise AssertionError

    def revoke(self, account: Account) -> None:
        self.revoked += 1
        raise KeyError("client_id")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path)
    yield workspace
    workspace.close()


def test_a_sign_in_that_is_cancelled_at_work_connects_nothing(workspace: Workspace) -> None:
    network = Stubborn()
    workspace.publishers.add(network)
    connection = workspace.connections.begin("stubborn", {"user": "a"}, "session", wait=0)
    workspace.connections.cancel(connection.id)
    network.goes_on.set()
    until(lambda: connection.state in ("done", "failed", "choose"))
    assert connection.state == "failed"
    assert workspace.accounts.all() == []
    assert network.revoked == 1, "what was made at the server is taken back"


def test_an_account_whose_session_cannot_be_ended_is_forgotten(workspace: Workspace) -> None:
    network = Stubborn()
    network.goes_on.set()
    workspace.publishers.add(network)
    connection = workspace.connections.begin("stubborn", {"user": "a"}, "session")
    assert connection.state == "done"
    note = workspace.departures.carry_out(connection.account_id)
    assert note is not None
    assert "could not be ended" in note
    assert workspace.accounts.all() == []
