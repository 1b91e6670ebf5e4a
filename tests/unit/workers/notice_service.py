"""A session bus of its own with a notification service on it, as a desktop has one."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import open_dbus_connection

SERVICE = "org.freedesktop.Notifications"
PLACE = DBusAddress("/org/freedesktop/Notifications", SERVICE, SERVICE)


@dataclass(frozen=True)
class Shown:
    """What `Notify` was given."""

    number: int
    replaces: int
    title: str
    text: str
    buttons: dict[str, str]
    hints: dict[str, Any]
    icon: str = ""


class NoticeService:
    """Takes notices, and presses their buttons when it is told to."""

    def __init__(self, address: str, abilities: tuple[str, ...]) -> None:
        self._connection = open_dbus_connection(address)
        self._abilities = list(abilities)
        self._news = threading.Condition()
        self.shown: list[Shown] = []
        self.refuses = False
        reply = self._connection.send_and_get_reply(message_bus.RequestName(SERVICE), timeout=10)
        assert reply.body == (1,)
        self._thread = threading.Thread(target=self._serve, name="notice-service", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while True:
                message = self._connection.receive()
                if message.header.message_type != MessageType.method_call:
                    continue
                member = message.header.fields[HeaderFields.member]
                if member == "GetCapabilities":
                    answer = new_method_return(message, "as", (self._abilities,))
                elif member == "Notify" and not self.refuses:
                    # What GLib's services insist on, too.
                    assert message.header.fields[HeaderFields.signature] == "susssasa{sv}i"
                    answer = new_method_return(message, "u", (self._take(message.body),))
                else:
                    answer = new_error(message, "org.freedesktop.DBus.Error.Failed")
                self._connection.send(answer)
                with self._news:
                    self._news.notify_all()

    def _take(self, body: Any) -> int:
        _app, replaces, icon, title, text, buttons, hints, _expires = body
        number = replaces or len(self.shown) + 1
        pairs = dict(zip(buttons[::2], buttons[1::2], strict=True))
        plain = {name: value[1] for name, value in hints.items()}
        with self._news:
            self.shown.append(Shown(number, replaces, title, text, pairs, plain, icon))
        return int(number)

    def wait_for(self, count: int, seconds: float = 10) -> Shown:
        """The newest once there were so many."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.shown) >= count, seconds), self.shown
        return self.shown[-1]

    def tell(self, member: str, number: int, said: str | int) -> None:
        types = "us" if isinstance(said, str) else "uu"
        self._connection.send(new_signal(PLACE, member, types, (number, said)))

    def press(self, number: int, key: str) -> None:
        self.tell("ActionInvoked", number, key)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.sock.shutdown(2)
        self._thread.join(5)
        self._connection.close()


@contextlib.contextmanager
def session_bus() -> Iterator[str]:
    """The address of a bus that nobody else is on."""
    process = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"],
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        ready, _, _ = select.select([process.stdout], [], [], 20)
        assert ready, "the bus did not start"
        yield process.stdout.readline().decode().strip()
    finally:
        process.terminate()
        process.wait(5)
        process.stdout.close()
