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
        portal.announce_change(Portal.LOOK, "accent-color", 1)
        portal.announce_change("org.gnome.desktop", "color-scheme", 1)
        portal.announce_change(Portal.LOOK, "color-scheme", 1)
    assert reported.args == [True]
    portal.close()


def test_contrast_and_motion_are_heard(bus: str, scheme: SystemScheme, qtbot: Any) -> None:
    portal = Portal(bus, 1, contrast=("u", 1), reduced_motion=("u", 1))
    with (
        qtbot.waitSignal(scheme.contrast_reported) as contrast,
        qtbot.waitSignal(scheme.motion_reported) as motion,
    ):
        scheme.begin()
    assert (contrast.args, motion.args) == ([True], [True])
    with (
        qtbot.waitSignal(scheme.contrast_reported) as contrast,
        qtbot.waitSignal(scheme.motion_reported) as motion,
    ):
        portal.announce_change(Portal.LOOK, "contrast", 0)
        portal.announce_change(Portal.LOOK, "reduced-motion", 0)
    assert (contrast.args, motion.args) == ([False], [False])
    portal.close()


@pytest.mark.parametrize(
    ("namespace", "key", "off", "on"),
    [
        ("org.gnome.desktop.interface", "enable-animations", False, True),
        ("org.kde.kdeglobals.KDE", "AnimationDurationFactor", "0", "1.0"),
    ],
)
def test_a_desktop_without_the_key_says_it_by_its_own(
    bus: str, scheme: SystemScheme, qtbot: Any, namespace: str, key: str, off: Any, on: Any
) -> None:
    portal = Portal(bus, 2)
    with qtbot.waitSignal(scheme.reported):
        scheme.begin()
    for value, less in ((off, True), (on, False)):
        with qtbot.waitSignal(scheme.motion_reported) as motion:
            portal.announce_change(namespace, key, value)
        assert motion.args == [less]
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
