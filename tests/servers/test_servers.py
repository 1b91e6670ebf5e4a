"""The servers themselves answer, and hold an account; each of them is as empty as it should be."""

from __future__ import annotations

import secrets

import requests

from tests.servers.bluesky import BlueskyServer
from tests.servers.mastodon_mock import MastodonMock
from tests.servers.nostr import NostrRelay
from tests.servers.ntfy import NtfyServer
from tests.servers.synapse import Synapse


def test_bluesky_has_an_account_with_an_app_password(bluesky: BlueskyServer) -> None:
    alice = bluesky.create_account("alice")
    session = bluesky.call(
        "com.atproto.server.createSession",
        {"identifier": alice.handle, "password": alice.app_password},
    )
    assert session["did"] == alice.did
    assert bluesky.posts(alice.did) == []
    document = requests.get(f"{bluesky.directory}/{alice.did}", timeout=30).json()
    assert document["alsoKnownAs"] == ["at://alice.test"]


def test_synapse_has_a_user_and_a_room(synapse: Synapse) -> None:
    bob = synapse.create_user("bob")
    room = synapse.create_room(bob, "News")
    assert synapse.messages(bob, room) == []
    path = f"/_matrix/client/v3/rooms/{room}/send/m.room.message/one"
    synapse.call("PUT", path, {"msgtype": "m.text", "body": "hello"}, bob.access)
    assert [event["content"]["body"] for event in synapse.messages(bob, room)] == ["hello"]


def test_mastodon_mock_knows_its_account_and_fails_when_told_to(
    mastodon_mock: MastodonMock,
) -> None:
    path = "/api/v1/accounts/verify_credentials"
    assert mastodon_mock.call("GET", path)["acct"] == "alice"
    assert mastodon_mock.statuses() == []
    mastodon_mock.fail(path, {"type": "ratelimit"})
    headers = {"Authorization": f"Bearer {mastodon_mock.token}"}
    answer = requests.get(mastodon_mock.url + path, headers=headers, timeout=30)
    assert answer.status_code == 429
    mastodon_mock.stop_failing()
    assert mastodon_mock.call("GET", path)["acct"] == "alice"


def test_ntfy_keeps_a_message(ntfy: NtfyServer) -> None:
    topic = f"t{secrets.token_hex(6)}"
    assert ntfy.messages(topic) == []
    requests.post(f"{ntfy.url}/{topic}", data=b"hello", timeout=30).raise_for_status()
    assert [message["message"] for message in ntfy.messages(topic)] == ["hello"]


def test_the_relay_says_what_it_is(nostr_relay: NostrRelay) -> None:
    answer = requests.get(
        nostr_relay.information, headers={"Accept": "application/nostr+json"}, timeout=30
    )
    assert answer.json()["name"] == "relay of a test"
