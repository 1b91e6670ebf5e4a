"""A private D-Bus session bus and services on it."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("jeepney", reason="D-Bus is not of this system")

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import open_dbus_connection


class BusService:
    """Has a name on the bus, and answers calls on a thread of its own as `answer` says."""

    def __init__(self, address: str, name: str) -> None:
        self._connection = open_dbus_connection(address)
        reply = self._connection.send_and_get_reply(message_bus.RequestName(name), timeout=60)
        assert reply.body == (1,)
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()

    def answer(self, call: Message, member: str) -> Message:
        """The answer to a call of `member`, on the thread."""
        raise NotImplementedError

    def answered(self) -> None:
        """An answer was sent; on the thread."""

    def tell(self, place: DBusAddress, member: str, types: str, body: tuple[Any, ...]) -> None:
        """Send a signal from `place`."""
        self._connection.send(new_signal(place, member, types, body))

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.sock.shutdown(2)
        self._thread.join(60)
        self._connection.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while True:
                message = self._connection.receive()
                if message.header.message_type == MessageType.method_call:
                    member = message.header.fields[HeaderFields.member]
                    self._connection.send(self.answer(message, member))
                    self.answered()


class Portal(BusService):
    """The part of a desktop's portal that tells whether it is dark; None: it does not know."""

    LOOK = "org.freedesktop.appearance"
    DARK, LIGHT = 1, 2
    PLACE = DBusAddress(
        "/org/freedesktop/portal/desktop",
        "org.freedesktop.portal.Desktop",
        "org.freedesktop.portal.Settings",
    )

    def __init__(
        self, address: str, scheme: int | None = LIGHT, **further: tuple[str, Any]
    ) -> None:
        self.scheme = scheme
        self.further = further
        """More keys of `LOOK` (with _ for -), each a type and a value."""
        super().__init__(address, self.PLACE.bus_name)

    def answer(self, call: Message, member: str) -> Message:
        value = ("u", self.scheme)
        if self.scheme is not None and member == "ReadAll":
            known = {"color-scheme": value}
            known |= {key.replace("_", "-"): wanted for key, wanted in self.further.items()}
            return new_method_return(call, "a{sa{sv}}", ({self.LOOK: known},))
        if self.scheme is not None and call.body == (self.LOOK, "color-scheme"):
            return new_method_return(call, "v", (("v", value) if member == "Read" else value,))
        return new_error(call, "org.freedesktop.portal.Error.NotFound")

    def become(self, scheme: int) -> None:
        self.scheme = scheme
        self.announce_change(self.LOOK, "color-scheme", scheme)

    def announce_change(self, namespace: str, key: str, value: int | bool | str) -> None:
        kind = "b" if isinstance(value, bool) else "s" if isinstance(value, str) else "u"
        self.tell(self.PLACE, "SettingChanged", "ssv", (namespace, key, (kind, value)))


CONFIGURATION = """<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
SERVICES = Path("/usr/share/dbus-1/services")


def start_bus(
    folder: Path, services: Sequence[str] = (), **environment: str
) -> tuple[subprocess.Popen[bytes], str]:
    """Start a session bus in a folder of its own; the process and the address of the bus.

    Of the services of this machine it starts those that are named, and no other: what happens
    to be installed would take part in the tests.
    """
    offered = folder / "services"
    offered.mkdir()
    for name in services:
        (offered / f"{name}.service").symlink_to(SERVICES / f"{name}.service")
    configuration = folder / "bus.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, services=offered), "utf-8")
    process = subprocess.Popen(
        ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address=1"],
        env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], 60)
    assert ready, "the bus did not start"
    return process, process.stdout.readline().decode().strip()


@contextlib.contextmanager
def session_bus() -> Iterator[str]:
    """The address of a bus that nobody else is on."""
    with tempfile.TemporaryDirectory(prefix="posto-bus-") as folder:
        process, address = start_bus(Path(folder))
        try:
            yield address
        finally:
            process.terminate()
            process.wait(60)
            if process.stdout is not None:
                process.stdout.close()
