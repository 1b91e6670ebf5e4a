"""One server of each network for the tests of a file, and conversations for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from posto_desktop.server.publishers.http import forget_budgets
from tests.needs import require
from tests.servers import bluesky as pds
from tests.servers import mastodon_mock as mock
from tests.servers import nostr
from tests.servers import ntfy as ntfy_server
from tests.servers import synapse as homeserver
from tests.servers.conversations.cases import CASES
from tests.servers.install import missing
from tests.servers.posting import Person
from tests.servers.scripted import Scripted, served


@pytest.fixture(autouse=True)
def _no_limits() -> Iterator[None]:
    """No server has asked to wait."""
    forget_budgets()
    yield
    forget_budgets()


Connect = Callable[..., tuple[Any, Person]]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Serves a conversation and connects an account to it."""
    with ExitStack() as stack:

        def connected(name: str, server: Scripted | None = None) -> tuple[Any, Person]:
            case = CASES[name]
            running = stack.enter_context(served(server or case.server()))
            return running, Person.connect(case.publisher(), **case.fields(running.url))

        yield connected


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
