"""Whether the desktop is dark, against a real bus with a settings portal on it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from posto_desktop.workers.system_scheme import SystemScheme
from tests.fakes.bus import Portal, session_bus

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the way of Linux"),
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="not here: dbus-daemon"),
]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with session_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address


@pytest.fixture
def scheme(qapp: Any) -> Iterator[SystemScheme]:
    made = SystemScheme()
    yield made
    made.close()


@pytest.mark.parametrize(("value", "dark"), [(0, False), (1, True), (2, False), (7, False)])
def test_it_says_at_the_start(
    bus: str, scheme: SystemScheme, qtbot: Any, value: int, dark: bool
) -> None:
    assert SystemScheme.is_possible()
    portal = Portal(bus, value)
    with qtbot.waitSignal(scheme.reported) as reported:
        scheme.begin()
    assert reported.args == [dark]
    portal.close()


def test_changes_are_heard(bus: str, scheme: SystemScheme, qtbot: Any) -> None:
    portal = Portal(bus, 2)
    with qtbot.waitSignal(scheme.reported):
        scheme.begin()
    with qtbot.waitSignal(scheme.reported) as reported:
        portal.tell_change(Portal.LOOK, "accent-color", 1)
        portal.tell_change("org.gnome.desktop", "color-scheme", 1)
        portal.tell_change(Portal.LOOK, "color-scheme", 1)
    assert reported.args == [True]
    portal.close()


def test_without_a_portal_nothing_is_said(bus: str, scheme: SystemScheme, qtbot: Any) -> None:
    with qtbot.assertNotEmitted(scheme.reported):
        scheme.begin()
        scheme._thread.join(60)
    assert not scheme._thread.is_alive()


def test_a_portal_that_does_not_know_ends_it(bus: str, scheme: SystemScheme, qtbot: Any) -> None:
    portal = Portal(bus, None)
    with qtbot.assertNotEmitted(scheme.reported):
        scheme.begin()
        scheme._thread.join(60)
    assert not scheme._thread.is_alive()
    portal.close()


def test_without_a_bus_there_is_nothing_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    assert not SystemScheme.is_possible()
