"""A test post that only the person sees: it stays so at the server, and is deleted again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
import requests

from posto_desktop.server.publishers.base import Account, Refused, Result, Rights
from posto_desktop.server.publishers.mastodon import Mastodon
from posto_desktop.server.workspace import Workspace
from tests.servers.conftest import Connect
from tests.servers.conversations.misskey import Misskey
from tests.servers.conversations.webhook import Receiver
from tests.servers.mastodon_mock import MastodonMock
from tests.servers.posting import NoBrowser
from tests.unit.server.conftest import until


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path / "own")
    yield workspace
    workspace.close()


def signed_in(workspace: Workspace, mock: MastodonMock) -> str:
    """The id of a sign-in that waits to be confirmed."""
    connection = workspace.connections.begin(
        "mastodon", {"server": mock.url, "token": mock.token}, "session", confirms=True
    )
    until(lambda: connection.state == "choose")
    return connection.id


def anybody_sees(mock: MastodonMock) -> list[str]:
    """The contents that somebody without an account is shown."""
    answer = requests.get(f"{mock.url}/api/v1/timelines/public?local=true", timeout=60)
    return [status["content"] for status in answer.json()] if answer.ok else []


def test_it_is_sent_seen_by_its_author_alone_and_deleted(
    workspace: Workspace, mastodon_mock: MastodonMock
) -> None:
    before = len(mastodon_mock.statuses())
    number = signed_in(workspace, mastodon_mock)
    test_post = workspace.connections.get(number).to_json()["test"]
    assert "mentions nobody" in test_post["words"]
    assert test_post["state"] == ""
    assert workspace.connections.send_test(number) == ""
    test_post = workspace.connections.get(number).to_json()["test"]
    assert test_post["state"] == "sent"
    newest = mastodon_mock.statuses()[0]
    assert newest["visibility"] == "direct"
    assert newest["url"] == test_post["url"]
    assert not any("Test by Posto" in text for text in anybody_sees(mastodon_mock))
    assert workspace.connections.send_test(number) == ""  # pressed twice
    assert len(mastodon_mock.statuses()) == before + 1
    assert workspace.connections.delete_test(number) == ""
    assert workspace.connections.get(number).to_json()["test"]["state"] == "deleted"
    assert len(mastodon_mock.statuses()) == before


@pytest.mark.parametrize("way", ["finish", "cancel"])
def test_what_nobody_deletes_goes_with_the_dialog(
    workspace: Workspace, mastodon_mock: MastodonMock, way: str
) -> None:
    before = len(mastodon_mock.statuses())
    number = signed_in(workspace, mastodon_mock)
    assert workspace.connections.send_test(number) == ""
    assert len(mastodon_mock.statuses()) == before + 1
    if way == "finish":
        workspace.connections.choose(number, [])
    else:
        workspace.connections.cancel(number)
    until(lambda: len(mastodon_mock.statuses()) == before)
    assert workspace.problems == []


def test_one_that_cannot_be_deleted_is_said(
    workspace: Workspace, mastodon_mock: MastodonMock
) -> None:
    number = signed_in(workspace, mastodon_mock)
    assert workspace.connections.send_test(number) == ""
    url = workspace.connections.get(number).to_json()["test"]["url"]
    path = f"/api/v1/statuses/{mastodon_mock.statuses()[0]['id']}"
    mastodon_mock.fail(path, {"type": "status", "status": 503})
    try:
        assert workspace.connections.delete_test(number) != ""
        workspace.connections.cancel(number)
        (problem,) = until(lambda: workspace.problems)
        assert problem.endswith(f"Delete it yourself: {url}")
    finally:
        mastodon_mock.stop_failing()


def test_no_button_where_others_may_see_it() -> None:
    """snac2 2.75 shows a direct post to whoever has its address; Pixelfed wants a picture."""
    account = Account(1, "mastodon", 1)
    for software in ("snac", "pixelfed", "friendica", ""):
        assert Mastodon().test_words(replace(account, facts={"software": software})) == ""
    assert Mastodon().test_words(replace(account, facts={"software": "gotosocial"}))


def test_a_misskey_that_shows_it_to_others_has_it_deleted(connect: Connect) -> None:
    server, person = connect("misskey")
    misskey = cast(Misskey, server)
    publisher, account = person.publisher, person.account
    post = publisher.send_test(account)
    assert list(misskey.hidden) == [post.id]
    publisher.delete_test(account, post)
    assert misskey.hidden == {}
    misskey.shows_as = "public"
    with pytest.raises(Refused, match="so Posto deleted it"):
        publisher.send_test(account)
    assert misskey.hidden == {}
    assert server.posts == []


def test_a_webhook_is_pinged_once_more(connect: Connect) -> None:
    server, person = connect("webhook")
    assert isinstance(server, Receiver)
    before = server.pings
    assert person.publisher.send_test(person.account) == Result("", "")
    assert server.pings == before + 1
    assert server.posts == []


def test_networks_without_one_have_no_words(connect: Connect) -> None:
    for name in ("telegram", "discord", "slack"):
        _server, person = connect(name)
        assert person.publisher.test_words(person.account) == ""


def test_rights_are_those_that_the_server_says(mastodon_mock: MastodonMock) -> None:
    form = {"client_name": "x", "redirect_uris": "http://127.0.0.1:1/callback"}
    assert requests.post(f"{mastodon_mock.url}/api/v1/apps", data=form, timeout=60).ok
    given = {"server": mastodon_mock.url, "token": mastodon_mock.token}
    rights = Mastodon().connect(given, NoBrowser()).profile.rights
    assert rights in (Rights(), Rights(True, True, ""))
