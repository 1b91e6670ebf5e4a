"""What an account keeps when it is connected anew."""

from __future__ import annotations

from collections.abc import Mapping
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


class Device(Publisher):
    """Signs in by a handle alone, with the device that it is given."""

    method = "device"
    fields = (Field("user", "User"),)
    remembers = ("device_id",)

    def __init__(self) -> None:
        self.given: list[dict[str, str]] = []

    def connect(self, given: Mapping[str, str], sign_in: SignIn) -> Connected:
        self.given.append(dict(given))
        facts = {"device_id": given.get("device_id", "NEW"), "other": "x"}
        return Connected(
            "http://127.0.0.1",
            Profile("1", "@a:b", "A", "matrix", facts=facts),
            {"token": "secret"},
        )

    def prepare(self, account: Account, part: Part) -> Record:
        return {}

    def send(self, account: Account, part: Part, record: Record) -> Result:
        raise AssertionError


@pytest.mark.parametrize(("typed", "expected"), [(" @A:B", "NEW"), ("@c:d", None)])
def test_a_connected_account_keeps_what_its_network_remembers(
    tmp_path: Path, typed: str, expected: str | None
) -> None:
    workspace = Workspace(tmp_path)
    network = Device()
    workspace.publishers.add(network)
    begin = workspace.connections.begin
    assert begin("device", {"user": "@a:b"}, "session").state == "done"
    assert begin("device", {"user": typed}, "session").state == "done"
    assert network.given[0] == {"user": "@a:b"}
    assert network.given[1].get("device_id") == expected
    assert "other" not in network.given[1]
    workspace.close()
