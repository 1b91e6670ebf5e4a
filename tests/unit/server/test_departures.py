"""Disconnecting that can be undone for a while, and is carried out whatever becomes of the app."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

from posto_desktop.delivery.client_pool import local_client
from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.own_accounts import OwnAccountManager
from posto_desktop.server.departures import SECONDS, Departures
from posto_desktop.server.errors import PluginError
from posto_desktop.server.publishers.base import (
    Account,
    Connected,
    Field,
    Part,
    Profile,
    Publisher,
    Record,
    Refused,
    Result,
    SignIn,
    TryLater,
)
from posto_desktop.server.workspace import Workspace
from tests.fakes.postgres import Postgres
from tests.servers.snac import Snac
from tests.unit.server.conftest import FS, POSTO, Client, until

LONG = 3600.0


class Gate(Publisher):
    """A network that ends sessions as `answers` say, one after another."""

    method = "gate"
    fields = (Field("user", "User"),)

    def __init__(self) -> None:
        self.answers: list[Exception] = []
        self.revoked: list[str] = []

    def connect(self, given: Mapping[str, str], sign_in: SignIn) -> Connected:
        return Connected(
            "http://127.0.0.1",
            Profile(given["user"], given["user"], given["user"], "matrix"),
            {"token": f"token of {given['user']}"},
        )

    def prepare(self, account: Account, part: Part) -> Record:
        return {}

    def send(self, account: Account, part: Part, record: Record) -> Result:
        raise AssertionError

    def revoke(self, account: Account) -> None:
        self.revoked.append(account.handle)
        if self.answers:
            raise self.answers.pop(0)


@pytest.fixture
def network() -> Gate:
    return Gate()


@pytest.fixture
def workspace(tmp_path: Path, network: Gate) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path / "own")
    workspace.publishers.add(network)
    yield workspace
    workspace.close()


def connected(workspace: Workspace, user: str = "ann") -> int:
    connection = workspace.connections.begin("gate", {"user": user}, "session")
    assert connection.state == "done"
    return connection.account_id


def shown(workspace: Workspace) -> set[int]:
    return {row["account_id"] for row in workspace.channels.all()} - {0}


def test_undo_has_it_back_as_it_was(workspace: Workspace, network: Gate) -> None:
    ann, bob = connected(workspace), connected(workspace, "bob")
    workspace.accounts.set_health(ann, "sign_in_again", "It has ended.")
    workspace.departures.begin(ann)
    workspace.departures.begin(ann)  # by a second window
    assert shown(workspace) == {bob}
    # What goes on meanwhile changes nothing.
    workspace.accounts.set_health(ann, "ok")
    workspace.check_account(ann)
    assert shown(workspace) == {bob}
    workspace.accounts.set_leaving(ann, True)
    workspace.departures.undo(ann)
    row = workspace.accounts.get(ann)
    assert row["health"] == "sign_in_again"
    assert shown(workspace) == {ann, bob}
    assert network.revoked == []


def test_what_is_connected_again_stays(workspace: Workspace, network: Gate) -> None:
    ann = connected(workspace)
    workspace.departures.begin(ann)
    assert connected(workspace) == ann
    assert workspace.departures.carry_out(ann, only_leaving=True) is None
    assert shown(workspace) == {ann}
    assert network.revoked == []
    assert workspace.departures.carry_out(ann) == ""
    with pytest.raises(PluginError):
        workspace.departures.undo(ann)


def test_nobody_asks_and_it_is_carried_out(workspace: Workspace, network: Gate) -> None:
    ann = connected(workspace)
    departures = Departures(workspace.accounts, workspace.publishers, seconds=0.05)
    network.answers = [TryLater("Away.", 5), Refused("Delete it there.")]
    departures.begin(ann)
    until(lambda: workspace.accounts.all() == [] and departures.problems)
    assert network.revoked == ["ann", "ann"]  # a server that was away is asked again
    (problem,) = departures.problems
    assert problem.startswith("ann was removed here")
    assert problem.endswith("Delete it there.")


def test_a_server_that_stays_away_is_not_asked_for_ever(
    workspace: Workspace, network: Gate
) -> None:
    ann = connected(workspace)
    departures = Departures(workspace.accounts, workspace.publishers, seconds=0.01)
    network.answers = [TryLater("Away.", 5) for _ in range(100)]
    departures.begin(ann)
    until(lambda: workspace.accounts.all() == [] and departures.problems)
    assert len(network.revoked) == 10


def test_closing_carries_it_out(tmp_path: Path, network: Gate) -> None:
    workspace = Workspace(tmp_path / "own")
    workspace.publishers.add(network)
    workspace.departures.begin(connected(workspace))
    workspace.close()
    assert network.revoked == ["ann"]
    again = Workspace(tmp_path / "own")
    assert again.accounts.all() == []
    again.close()


def test_what_a_kill_left_over_is_carried_out_at_the_next_start(
    start: Callable[..., Client], snac: Snac, tmp_path: Path
) -> None:
    client = start(tmp_path / "own")
    progress = client.call(
        "POST",
        f"{POSTO}/connect",
        json={
            "network": "mastodon",
            "server": snac.url,
            "keep": "file",
            "fields": {"token": snac.token()},
        },
    )
    number = progress["account"]["id"]
    assert client.call("POST", f"{POSTO}/accounts/{number}/leave", json={}) == {"leaving": True}
    assert client.call("GET", f"{POSTO}/accounts")["accounts"] == []
    process = client.running.process
    assert process
    process.kill()
    process.wait()
    again = start(tmp_path / "own")
    problems = until(lambda: again.call("GET", f"{POSTO}/status")["problems"])
    assert "stays valid" in problems[0]
    assert number not in {
        channel.get("account") for channel in again.call("GET", f"{FS}/channels")["channels"]
    }
    answer = again.send("POST", f"{POSTO}/accounts/{number}/leave", json={"stay": True})
    assert answer.json()["error_msg"] == "Account not found."


def held_posts(snac: Snac, token: str) -> list[dict[str, Any]]:
    return [post for post in snac.posts(token) if "Held" in post["content"]]


def test_another_server_carries_out_what_a_killed_one_left_over(
    postgres: Postgres, tmp_path: Path, network: Gate
) -> None:
    with psycopg.connect(postgres.address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS posto, posto_sandbox CASCADE")
    first, second = (
        Workspace(tmp_path / name, database=postgres.address, has_people=False)
        for name in ("first", "second")
    )
    try:
        for workspace in (first, second):
            workspace.publishers.add(network)
        ann, bob = connected(first), connected(first, "bob")
        for number in (ann, bob):
            first.departures.begin(number)
        second.departures.look(0.0)
        first.departures.undo(bob)
        first.departures.begin(bob)  # its time begins anew
        for timer in first.departures._timers.values():
            timer.cancel()  # as it was killed
        second.departures.look(SECONDS)
        second.departures.look(2 * SECONDS - 1)
        assert network.revoked == []
        second.departures.look(2 * SECONDS)
        until(lambda: len(second.accounts.all()) == 1)
        assert network.revoked == ["ann"]
        second.departures.undo(bob)
        assert second.accounts.get(bob)["health"] == "ok"
        second.departures.look(9 * SECONDS)
        assert [row["id"] for row in second.accounts.all()] == [bob]
    finally:
        first.departures._timers.clear()
        first.close()
        second.close()


def test_a_departure_of_an_earlier_version_can_be_undone(workspace: Workspace) -> None:
    ann = connected(workspace)
    workspace.store.run("UPDATE accounts SET health = 'leaving:locked' WHERE id = ?", ann)
    workspace.departures.undo(ann)
    assert workspace.accounts.get(ann)["health"] == "locked"


def test_posts_wait_until_it_is_undone(start: Callable[..., Client], snac: Snac) -> None:
    client = start()
    token = snac.token()
    progress = client.call(
        "POST",
        f"{POSTO}/connect",
        json={
            "network": "mastodon",
            "server": snac.url,
            "keep": "session",
            "fields": {"token": token},
        },
    )
    number, channel = progress["account"]["id"], progress["account"]["channels"][0]["id"]
    soon = int(time.time()) + 2
    entry = {"channel_id": channel, "custom_post_data": {"post_content": "Held"}}
    held = client.call("POST", f"{FS}/composer", json={"schedules": [entry], "share_at": soon})
    client.call("POST", f"{POSTO}/accounts/{number}/leave", json={})
    later = client.compose("twitter", share_at=soon + 2)
    assert client.settled(later)[0]["status"] == "success"
    (row,) = client.group(held["schedule_group_id"])
    assert row["status"] == "not_sent"
    assert held_posts(snac, token) == []
    client.call("POST", f"{POSTO}/accounts/{number}/leave", json={"stay": True})
    (row,) = client.settled(held["schedule_group_id"])
    assert row["status"] == "success"
    assert len(held_posts(snac, token)) == 1


def test_the_client_leaves_stays_and_leaves_for_good(
    start: Callable[..., Client], snac: Snac
) -> None:
    client = start()
    sdk = local_client(client.running)
    manager = OwnAccountManager(sdk.transport)
    begun = manager.begin("mastodon", {"server": snac.url, "token": snac.token()}, "session")
    account = manager.finish(begun.id).account
    assert account
    manager.begin_disconnect(account.id)
    assert manager.all() == []
    manager.cancel_disconnect(account.id)
    assert manager.all() == [account]
    assert manager.finish_disconnect(account.id).is_kept
    manager.begin_disconnect(account.id)
    disconnected = manager.finish_disconnect(account.id)
    assert (disconnected.is_revoked, disconnected.is_kept) == (False, False)
    assert "stays valid" in disconnected.note
    with pytest.raises(PostoError):
        manager.cancel_disconnect(account.id)
    sdk.close()
