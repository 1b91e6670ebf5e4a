"""Fixtures of every window test."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from posto_desktop.ui.widgets.focus_ring import FocusRing
from posto_desktop.ui.widgets.keyboard import EnterKeyFilter
from posto_desktop.workers import network_presence


@pytest.fixture(autouse=True)
def enter_key(qapp: Any) -> Iterator[EnterKeyFilter]:
    """As the inside of the main window makes it, for dialogs and parts that are shown alone."""
    key = EnterKeyFilter(qapp)
    yield key
    key.deleteLater()


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows do not ask what network the machine of the tests has."""
    near = (socket.AF_INET, ("127.0.0.1", 9))
    monkeypatch.setattr(network_presence, "FAR_ADDRESSES", (near,))


@pytest.fixture(autouse=True)
def no_key_before() -> None:
    """No key of the test before counts as the last input."""
    FocusRing.by_keys = False
