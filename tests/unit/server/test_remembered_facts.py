"""What an account keeps when it is connected anew."""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.publishers.base import (
    Account,
    Connected,
    Field,
    Found,
    Part,
    Post,
    Profile,
    Publisher,
    Record,
    Result,
    SignIn,
)
from posto_desktop.server.publishers.http import Http, HttpAnswer
from posto_desktop.server.publishers.matrix import Matrix
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


@pytest.mark.parametrize("ahead", [0.0, 3600.0])
def test_what_another_device_sent_is_looked_for_by_the_clock_of_the_server(
    monkeypatch: pytest.MonkeyPatch, ahead: float
) -> None:
    """This computer's clock is ahead of it."""
    now = time.time()
    event = {
        "type": "m.room.message",
        "event_id": "$event",
        "sender": "@a:b",
        "origin_server_ts": int((now - ahead) * 1000),
        "content": {"msgtype": "m.text", "body": "Hello"},
    }
    headers = {"Date": email.utils.formatdate(now - ahead, usegmt=True)}
    body = json.dumps({"chunk": [event]}).encode()

    def once(_way: Http, *_request: Any) -> HttpAnswer:
        return HttpAnswer("b", 200, headers, body)

    monkeypatch.setattr(Http, "_once", once)
    facts = {"device_id": "NEW"}
    account = Account(1, "matrix", 1, "https://b", remote_id="@a:b", target="!room:b", facts=facts)
    post = Post("key", "ref", 1, "News", "matrix", "Hello")
    record = {"transaction": "key", "device": "OLD", "text": "Hello", "relation": "", "file": None}
    part = Part(post, 0, "post", "key", "Hello", first_sent=now)
    outcome, result = Matrix().lookup(account, part, record, ())
    assert outcome is Found.SENT
    assert result is not None
    assert result.id == "$event"
