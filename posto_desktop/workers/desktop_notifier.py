"""Desktop notifications with buttons, by the Desktop Notifications Specification (freedesktop).

A dedicated thread talks to the session bus; the first notification starts it, so a hanging or
missing notification service blocks nothing. If it fails, `declined` makes the caller fall back on
the tray's plain messages.
"""

from __future__ import annotations

import contextlib
import html
import logging
import os
import queue
import re
import select
import socket
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtGui import QIcon

from posto_desktop.common.flatpak import desktop_entry
from posto_desktop.common.resources import resource
from posto_desktop.workers.notification import DesktopNotification, NotificationAction

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

log = logging.getLogger(__name__)

APP = "Posto Desktop"
DEFAULT = "default"
"""The key of a click on the notification itself, see the specification."""
SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
ANSWER_SECONDS = 3.0
CLOSE_SECONDS = 1.0
MAX_TITLE, MAX_TEXT = 200, 2_000
"""Longest text in characters; longer ones fill the screen or overload the service."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BY_ITSELF = -1
"""The desktop decides how long it is shown."""
_URGENCY = {"error": 1, "warning": 1, "ok": 0}


@dataclass(frozen=True)
class _Shown:
    number: int
    notification: DesktopNotification


class DesktopNotifier(QObject):
    """Signals: `acted(DesktopNotification notice, NotificationAction|None action)`: a button was
    pressed, or the notification itself (then its `opens`). `declined(DesktopNotification notice)`:
    it was not shown."""

    acted = Signal(object, object)
    declined = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._line: _Line | None = None
        self.icon = _icon()

    @staticmethod
    def is_possible() -> bool:
        """Return whether this system may have a notification service; it can still decline."""
        return sys.platform.startswith("linux") and bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS"))

    def show(self, notification: DesktopNotification) -> None:
        """Show a notification, replacing a visible one with the same `about`."""
        if self._line is None or not self._line.put(notification):
            self._line = _Line(self)
            self._line.put(notification)
            self._line.start()

    def withdraw(self, about: str) -> None:
        """Close the notification with this `about`, if it is still shown."""
        if self._line is not None:
            self._line.put(about)

    def close(self) -> None:
        """Stop listening for buttons. Visible notifications stay."""
        line, self._line = self._line, None
        if line is not None:
            line.put(None)
            line.join(CLOSE_SECONDS)


class _Line(threading.Thread):
    """Thread of the bus connection: sends notifications and receives actions."""

    def __init__(self, owner: DesktopNotifier) -> None:
        super().__init__(name="desktop-notices", daemon=True)
        self._owner, self._icon = owner, owner.icon
        self._todo: queue.SimpleQueue[DesktopNotification | str | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._ended = False
        self._ear, self._bell = socket.socketpair()
        self._shown: dict[str, _Shown] = {}  # by `about`
        self._abilities: frozenset[str] = frozenset()
        self._token = ""

    def put(self, notification: DesktopNotification | str | None) -> bool:
        """Queue a notification, or the `about` of one to close; None ends the thread. Return False
        when the thread has ended."""
        with self._lock:
            if self._ended:
                return False
            self._todo.put(notification)
        with contextlib.suppress(OSError):
            self._bell.send(b"!")
        return True

    def run(self) -> None:
        from jeepney import DBusErrorResponse
        from jeepney.io.blocking import open_dbus_connection

        try:
            with open_dbus_connection("SESSION") as connection:
                self._introduce(connection)
                self._work(connection)
        except (OSError, KeyError, ValueError, RuntimeError, DBusErrorResponse) as error:
            log.info("This desktop shows no notices with buttons: %s", error)
        finally:
            self._ear.close()
            self._bell.close()
        self._decline_rest()

    def _introduce(self, connection: DBusConnection) -> None:
        from jeepney import MatchRule, message_bus
        from jeepney.wrappers import unwrap_msg

        # With the service's name as sender, other programs cannot forge the actions.
        rule = MatchRule(type="signal", sender=SERVICE, interface=SERVICE, path=PATH)
        for call, types in ((message_bus.AddMatch(rule), ""), (_call("GetCapabilities"), "as")):
            reply = connection.send_and_get_reply(call, timeout=ANSWER_SECONDS)
            answer = unwrap_msg(reply)
            if types:
                self._abilities = frozenset(answer[0])

    def _work(self, connection: DBusConnection) -> None:
        while True:
            select.select([connection.sock, self._ear], [], [])
            if select.select([self._ear], [], [], 0)[0]:
                self._ear.recv(1)
                notification = self._todo.get()
                if notification is None:
                    return
                if isinstance(notification, str):
                    self._withdraw(connection, notification)
                else:
                    self._send(connection, notification)
            with contextlib.suppress(TimeoutError):
                while True:
                    self._hear(connection, connection.receive(timeout=0))

    def _send(self, connection: DBusConnection, notification: DesktopNotification) -> None:
        before = self._shown.pop(notification.about, None)
        call = _call("Notify", "susssasa{sv}i", self._content(notification, before))
        serial = next(connection.outgoing_serial)
        connection.send(call, serial=serial)
        number = self._number_of(connection, serial)
        if number is None:
            log.info("The desktop did not take a notice")
            self._emit(self._owner.declined, notification)
        else:
            self._shown[notification.about] = _Shown(number, notification)

    def _withdraw(self, connection: DBusConnection, about: str) -> None:
        shown = self._shown.pop(about, None)
        if shown is not None:
            connection.send(_call("CloseNotification", "u", (shown.number,)))

    def _number_of(self, connection: DBusConnection, serial: int) -> int | None:
        """Return the id that the service assigned, handling actions that arrive meanwhile."""
        from jeepney import HeaderFields, MessageType

        try:
            while True:
                message = connection.receive(timeout=ANSWER_SECONDS)
                if message.header.fields.get(HeaderFields.reply_serial) != serial:
                    self._hear(connection, message)
                elif message.header.message_type == MessageType.method_return:
                    return int(message.body[0])
                else:
                    return None
        except TimeoutError:
            return None

    def _content(self, notification: DesktopNotification, before: _Shown | None) -> tuple[Any, ...]:
        text = _fit(notification.text)
        if "body-markup" in self._abilities:
            text = html.escape(text, quote=False)
        buttons: list[str] = []
        if "actions" in self._abilities:
            buttons = [DEFAULT, _line(notification.opens.label) if notification.opens else ""]
            for place, action in enumerate(notification.actions):
                buttons += [str(place), _line(action.label)]
        hints: Mapping[str, tuple[str, Any]] = {
            "desktop-entry": ("s", desktop_entry()),
            "urgency": ("y", _URGENCY.get(notification.kind, 1)),
        }
        replaces = before.number if before is not None else 0
        return (
            APP,
            replaces,
            self._icon,
            _line(notification.title),
            text,
            buttons,
            hints,
            _BY_ITSELF,
        )

    def _hear(self, connection: DBusConnection, message: Message) -> None:
        from jeepney import HeaderFields, MessageType

        if message.header.message_type != MessageType.signal:
            return
        fields = message.header.fields
        if fields.get(HeaderFields.interface) != SERVICE or len(message.body or ()) != 2:
            return
        member, (number, argument) = fields.get(HeaderFields.member), message.body
        shown = next((shown for shown in self._shown.values() if shown.number == number), None)
        if shown is None:
            return
        if member == "ActivationToken":
            self._token = str(argument)
        elif member == "ActionInvoked":
            if self._token:
                # Qt uses it for the next window that asks for activation (required on Wayland).
                os.environ["XDG_ACTIVATION_TOKEN"], self._token = self._token, ""
            self._press(shown.notification, str(argument))
            # Most services close it by themselves; others would keep it after the action.
            connection.send(_call("CloseNotification", "u", (number,)))
        elif member == "NotificationClosed":
            del self._shown[shown.notification.about]

    def _press(self, notification: DesktopNotification, key: str) -> None:
        action: NotificationAction | None = notification.opens
        if key != DEFAULT:
            if not (key.isdecimal() and int(key) < len(notification.actions)):
                return
            action = notification.actions[int(key)]
        self._emit(self._owner.acted, notification, action)

    def _emit(self, signal: SignalInstance, *values: object) -> None:
        with contextlib.suppress(RuntimeError):  # the app has ended meanwhile
            signal.emit(*values)

    def _decline_rest(self) -> None:
        with self._lock:
            self._ended = True  # later ones need a new thread
        with contextlib.suppress(queue.Empty):
            while True:
                notification = self._todo.get_nowait()
                if isinstance(notification, DesktopNotification):
                    self._emit(self._owner.declined, notification)


def _fit(text: str, most: int = MAX_TEXT) -> str:
    """Return the text as the bus accepts it, shortened: it disconnects on NUL, and lone surrogates
    cannot be sent."""
    shortened = text if len(text) <= most else f"{text[: most - 1]}…"
    return _CONTROLS.sub("", shortened).encode("utf-8", "replace").decode("utf-8")


def _line(text: str) -> str:
    return _fit(" ".join(text[: 2 * MAX_TITLE].splitlines()), MAX_TITLE)


def _icon() -> str:
    """Return the installed icon's name, or its path when run from a checkout."""
    if QIcon.hasThemeIcon(desktop_entry()):
        return desktop_entry()
    return resource("icons", "app.svg").absolute().as_uri()


def _call(method: str, types: str | None = None, values: tuple[Any, ...] = ()) -> Message:
    from jeepney import DBusAddress, new_method_call

    return new_method_call(DBusAddress(PATH, SERVICE, SERVICE), method, types, values)
