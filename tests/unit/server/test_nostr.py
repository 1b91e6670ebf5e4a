"""Nostr where the packages that it needs were not installed."""

from __future__ import annotations

import sys

import pytest

from posto_desktop.server.publishers.base import Refused
from posto_desktop.server.publishers.nostr import Nostr
from tests.servers.posting import NoBrowser


@pytest.mark.parametrize("missing", ["coincurve", "websocket"])
def test_connecting_says_what_to_install(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(Refused, match=r"pip install 'posto\[nostr\]'"):
        Nostr().connect({"key": "1" * 64, "relays": ""}, NoBrowser())
