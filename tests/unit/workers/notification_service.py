"""The notification service of a desktop."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, HeaderFields, Message, new_error, new_method_return

from tests.fakes.bus import BusService

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


class NotificationService(BusService):
    """Takes notices, and presses their buttons when it is told to."""

    def __init__(self, address: str, abilities: tuple[str, ...]) -> None:
        self._abilities = list(abilities)
        self._changed = threading.Condition()
        self._answered = 0
        self.shown: list[Shown] = []
        self.closed: list[int] = []
        self.refuses = False
        super().__init__(address, SERVICE)

    def answer(self, call: Message, member: str) -> Message:
        if member == "GetCapabilities":
            return new_method_return(call, "as", (self._abilities,))
        if member == "Notify" and not self.refuses:
            # What GLib's services insist on, too.
            assert call.header.fields[HeaderFields.signature] == "susssasa{sv}i"
            return new_method_return(call, "u", (self._add(call.body),))
        if member == "CloseNotification":
            self.closed.append(call.body[0])
            return new_method_return(call)
        return new_error(call, "org.freedesktop.DBus.Error.Failed")

    def answered(self) -> None:
        with self._changed:
            self._answered = len(self.shown)
            self._changed.notify_all()

    def _add(self, body: Any) -> int:
        _app, replaces, icon, title, text, buttons, hints, _expires = body
        number = replaces or len(self.shown) + 1
        pairs = dict(zip(buttons[::2], buttons[1::2], strict=True))
        plain = {name: value[1] for name, value in hints.items()}
        with self._changed:
            self.shown.append(Shown(number, replaces, title, text, pairs, plain, icon))
        return int(number)

    def wait_for(self, count: int, seconds: float = 60) -> Shown:
        """The newest once there were so many, and their numbers sent: as on a desktop, no button
        is pressed before."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._answered >= count, seconds), self.shown
        return self.shown[-1]

    def emit_signal(self, member: str, number: int, value: str | int) -> None:
        types = "us" if isinstance(value, str) else "uu"
        self.tell(PLACE, member, types, (number, value))

    def press(self, number: int, key: str) -> None:
        self.emit_signal("ActionInvoked", number, key)
