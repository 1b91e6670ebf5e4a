"""One server of each network for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.needs import require
from tests.servers import bluesky as pds
from tests.servers import mastodon_mock as mock
from tests.servers import nostr
from tests.servers import ntfy as ntfy_server
from tests.servers import synapse as homeserver
from tests.servers.install import missing


@pytest.fixture(scope="module")
def bluesky() -> Iterator[pds.BlueskyServer]:
    require(missing(*pds.NEEDED))
    with pds.running_bluesky() as server:
        yield server


@pytest.fixture(scope="module")
def synapse() -> Iterator[homeserver.Synapse]:
    require(missing(*homeserver.NEEDED))
    with homeserver.running_synapse() as server:
        yield server


@pytest.fixture(scope="module")
def mastodon_mock() -> Iterator[mock.MastodonMock]:
    require(missing(*mock.NEEDED))
    with mock.running_mastodon_mock() as server:
        yield server


@pytest.fixture(scope="module")
def ntfy() -> Iterator[ntfy_server.NtfyServer]:
    require(ntfy_server.missing_parts())
    with ntfy_server.running_ntfy() as server:
        yield server


@pytest.fixture(scope="module")
def nostr_relay() -> Iterator[nostr.NostrRelay]:
    require(missing(*nostr.NEEDED))
    with nostr.running_nostr_relay() as server:
        yield server
