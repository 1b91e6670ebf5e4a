"""Connecting through the SDK at a real workspace and a real snac2, as the window does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from posto_desktop.delivery.client_pool import local_client
from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.own_accounts import OwnAccountManager, SignInProgress
from posto_desktop.server import launch
from tests.servers.snac import Snac
from tests.unit.server.conftest import until


@pytest.fixture
def manager(shared_server: launch.Running) -> Iterator[OwnAccountManager]:
    sdk = local_client(shared_server)
    yield OwnAccountManager(sdk.transport)
    sdk.close()


def sign_in(manager: OwnAccountManager, snac: Snac) -> SignInProgress:
    """From the server's address to the account that waits to be kept."""
    begun = manager.begin("mastodon", {"server": snac.url}, "file")
    assert begun.stage == "open"
    assert requests.get(snac.allow(begun.open_url), timeout=30).ok

    def look() -> SignInProgress | None:
        progress = manager.progress(begun.id)
        return progress if progress.stage != "open" else None

    return until(look)


def test_a_browser_that_cannot_come_back(manager: OwnAccountManager, snac: Snac) -> None:
    begun = manager.begin("mastodon", {"server": snac.url}, "file")
    ended_at = snac.allow(begun.open_url)
    wrong = manager.submit_address(begun.id, snac.url)
    assert (wrong.stage, wrong.error_field) == ("open", "address")
    assert "Copy all of it" in wrong.error
    assert manager.progress(begun.id).error == ""
    assert not manager.submit_address(begun.id, ended_at).error
    who = until(lambda: (progress := manager.progress(begun.id)).stage == "choose" and progress)
    assert who.name == "alice"
    with pytest.raises(PostoError):
        manager.submit_address(begun.id, ended_at)
    manager.cancel(begun.id)


def test_what_can_be_connected_comes_in_three_groups(manager: OwnAccountManager) -> None:
    options = manager.options()
    mastodon, x, tiktok = (options.network(slug) for slug in ("mastodon", "x", "tiktok"))
    assert mastodon
    assert x
    assert tiktok
    assert (mastodon.group, mastodon.is_offered, mastodon.has_browser_sign_in) == (
        "at_once",
        True,
        True,
    )
    assert [field.name for field in mastodon.fields] == ["server", "token"]
    assert (x.name, x.group, x.network, x.is_offered) == ("X", "own_app", "twitter", True)
    assert "$0.20" in x.reason
    assert (tiktok.group, tiktok.is_offered) == ("service", False)
    groups = [network.group for network in options.networks]
    assert groups == sorted(groups, key=("at_once", "own_app", "service").index)


def test_connect_check_connect_again_disconnect(manager: OwnAccountManager, snac: Snac) -> None:
    who = sign_in(manager, snac)
    assert (who.stage, who.name, who.network) == ("choose", "alice", "mastodon")
    assert who.server == snac.url
    assert who.limits["files"] == 4
    assert manager.all() == []  # nothing is kept before the person has said so
    done = manager.finish(who.id)
    assert done.stage == "done"
    assert done.account
    (account,) = manager.all()
    assert account == done.account
    assert manager.check(account.id).health == "ok"
    again = sign_in(manager, snac)
    renewed = manager.finish(again.id).account
    assert renewed
    assert (renewed.id, renewed.channels) == (account.id, account.channels)
    disconnected = manager.disconnect(account.id)
    assert disconnected.is_revoked, disconnected.note
    assert manager.all() == []


def test_a_sign_in_that_is_given_up_leaves_nothing(manager: OwnAccountManager, snac: Snac) -> None:
    who = sign_in(manager, snac)
    manager.cancel(who.id)
    assert manager.all() == []
    with pytest.raises(PostoError):
        manager.progress(who.id)
    with pytest.raises(PostoError):
        manager.finish(who.id)


def test_an_error_names_its_field(manager: OwnAccountManager, snac: Snac) -> None:
    wrong = manager.begin("mastodon", {"server": snac.url, "token": "nonsense"}, "file")
    assert (wrong.stage, wrong.error_field) == ("failed", "token")
    away = manager.begin("mastodon", {"server": "http://localhost:1"}, "file")
    assert (away.stage, away.error_field) == ("failed", "server")
    assert "localhost" in away.error


def test_a_server_is_recognised(manager: OwnAccountManager, snac: Snac) -> None:
    recognised = manager.recognise(f"localhost:{snac.port}")
    assert (recognised.method, recognised.software, recognised.host) == (
        "mastodon",
        "snac2",
        "localhost",
    )
    assert recognised.fields == {"server": snac.url}
    assert manager.recognise("localhost:1").software == ""
