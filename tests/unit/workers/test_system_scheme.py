"""Whether the desktop is dark, against a real bus with a settings portal on it."""

from __future__ import annotations

import contextlib
import shutil
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from jeepney import DBusAddress, MessageType, message_bus, new_error, new_method_return, new_signal
from jeepney.io.blocking import open_dbus_connection

from posto_desktop.workers.system_scheme import INTERFACE, PATH, SERVICE, SystemScheme
from tests.unit.workers.notice_service import session_bus

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the way of Linux"),
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="not here: dbus-daemon"),
]
APPEARANCE = "org.freedesktop.appearance"


class Portal:
    """Answers `Read`, and tells of changes."""

    def __init__(self, address: str, scheme: int | None) -> None:
        self._connection = open_dbus_connection(address)
        self._scheme = scheme
        reply = self._connection.send_and_get_reply(message_bus.RequestName(SERVICE), timeout=10)
        assert reply.body == (1,)
        self._thread = threading.Thread(target=self._serve, name="portal", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while True:
                message = self._connection.receive()
                if message.header.message_type != MessageType.method_call:
                    continue
                if self._scheme is None:
                    answer = new_error(message, "org.freedesktop.portal.Error.NotFound")
                else:
                    assert message.body == (APPEARANCE, "color-scheme")
                    answer = new_method_return(message, "v", (("v", ("u", self._scheme)),))
                self._connection.send(answer)

    def tell(self, namespace: str, key: str, value: int) -> None:
        place = DBusAddress(PATH, SERVICE, INTERFACE)
        body = (namespace, key, ("u", value))
        self._connection.send(new_signal(place, "SettingChanged", "ssv", body))

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.sock.shutdown(2)
        self._thread.join(5)
        self._connection.close()


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
    with qtbot.waitSignal(scheme.told) as told:
        scheme.begin()
    assert told.args == [dark]
    portal.close()


def test_changes_are_heard(bus: str, scheme: SystemScheme, qtbot: Any) -> None:
    portal = Portal(bus, 2)
    with qtbot.waitSignal(scheme.told):
        scheme.begin()
    with qtbot.waitSignal(scheme.told) as told:
        portal.tell(APPEARANCE, "accent-color", 1)
        portal.tell("org.gnome.desktop", "color-scheme", 1)
        portal.tell(APPEARANCE, "color-scheme", 1)
    assert told.args == [True]
    portal.close()


def test_without_a_portal_nothing_is_said(bus: str, scheme: SystemScheme, qtbot: Any) -> None:
    with qtbot.assertNotEmitted(scheme.told):
        scheme.begin()
        scheme._thread.join(10)
    assert not scheme._thread.is_alive()


def test_a_portal_that_does_not_know_ends_it(bus: str, scheme: SystemScheme, qtbot: Any) -> None:
    portal = Portal(bus, None)
    with qtbot.assertNotEmitted(scheme.told):
        scheme.begin()
        scheme._thread.join(10)
    assert not scheme._thread.is_alive()
    portal.close()


def test_without_a_bus_there_is_nothing_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    assert not SystemScheme.is_possible()
