"""The global shortcut of Wayland desktops: the portal GlobalShortcuts of freedesktop.org.

The desktop asks the user, decides on the keys, and remembers that. A thread talks to the session
bus, so a slow or missing portal blocks nothing.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import secrets
import select
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence

from posto_desktop.common.flatpak import desktop_entry
from posto_desktop.common.translation import translate
from posto_desktop.workers.shortcuts.shortcut import (
    GlobalShortcut,
    ShortcutState,
    StateKind,
    parse_keys,
)

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

log = logging.getLogger(__name__)

SERVICE = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
INTERFACE = "org.freedesktop.portal.GlobalShortcuts"
REQUEST = "org.freedesktop.portal.Request"
SESSION = "org.freedesktop.portal.Session"
REGISTRY = "org.freedesktop.host.portal.Registry"
NAME = "quick-post"
ANSWER_SECONDS = 10.0
CLOSE_SECONDS = 1.0
_REFUSED = 1
"""The answer of a user who said no; others are failures."""


class PortalShortcut(GlobalShortcut):
    """See the module."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: _PortalThread | None = None

    @staticmethod
    def is_possible() -> bool:
        """Return whether there is a bus that may have the portal."""
        return sys.platform.startswith("linux") and bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS"))

    def set_keys(self, keys: str) -> None:
        self.close()
        if not keys:
            self._take_state(ShortcutState())
            return
        self._take_state(ShortcutState("waiting", keys))
        words = translate("MainWindow", "Quick post")
        self._thread = _PortalThread(keys, words, self.pressed.emit, self._emitted.emit)
        self._thread.start()

    def close(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.end()
            thread.join(CLOSE_SECONDS)


class _PortalThread(threading.Thread):
    """Has one session with the portal, which ends with it."""

    def __init__(
        self,
        keys: str,
        words: str,
        pressed: Callable[[], object],
        emit_state: Callable[[ShortcutState], object],
    ) -> None:
        super().__init__(name="global-shortcut", daemon=True)
        self._keys, self._words = keys, words
        self._pressed, self._emit_state = pressed, emit_state
        self._ear, self._bell = socket.socketpair()
        self._session = ""
        self._early: queue.SimpleQueue[Message] = queue.SimpleQueue()

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self._bell.send(b"!")

    def run(self) -> None:
        from jeepney import DBusErrorResponse
        from jeepney.io.blocking import open_dbus_connection

        try:
            with open_dbus_connection("SESSION") as connection:
                if self._begin(connection):
                    self._listen(connection)
                self._close_session(connection)
        except (OSError, KeyError, ValueError, RuntimeError, DBusErrorResponse) as error:
            log.info("No global shortcut by the portal: %s", error)
            self._say("unavailable", self._keys)
        finally:
            self._ear.close()
            self._bell.close()

    def _say(self, kind: StateKind, keys: str = "") -> None:
        with contextlib.suppress(RuntimeError):  # the app has ended meanwhile
            self._emit_state(ShortcutState(kind, keys))

    # -- asking --------------------------------------------------------------------------------

    def _begin(self, connection: DBusConnection) -> bool:
        """Ask for the key; return whether it is held now."""
        self._introduce(connection)
        token = f"posto{secrets.token_hex(8)}"
        options = {"session_handle_token": ("s", token)}
        answer = self._request(connection, "CreateSession", "a{sv}", (), options)
        if answer is None:
            return False
        self._session = str(answer.get("session_handle", ""))
        trigger = portal_trigger(self._keys)
        shortcut = (NAME, {"description": ("s", self._words), "preferred_trigger": ("s", trigger)})
        answer = self._request(
            connection, "BindShortcuts", "oa(sa{sv})sa{sv}", (self._session, [shortcut], ""), {}
        )
        if answer is None:
            return False
        self._say("on", _shown_keys(answer.get("shortcuts", ())))
        return True

    def _introduce(self, connection: DBusConnection) -> None:
        """Listen to the portal, and say which program this is: a sandbox says that by itself."""
        from jeepney import DBusAddress, MatchRule, message_bus, new_method_call
        from jeepney.wrappers import unwrap_msg

        for interface in (REQUEST, INTERFACE, SESSION):
            rule = MatchRule(type="signal", sender=SERVICE, interface=interface)
            call = message_bus.AddMatch(rule)
            unwrap_msg(connection.send_and_get_reply(call, timeout=ANSWER_SECONDS))
        registry = DBusAddress(PATH, SERVICE, REGISTRY)
        call = new_method_call(registry, "Register", "sa{sv}", (desktop_entry(), {}))
        connection.send_and_get_reply(call, timeout=ANSWER_SECONDS)  # newer portals alone know it

    def _request(
        self,
        connection: DBusConnection,
        method: str,
        types: str,
        values: tuple[Any, ...],
        options: Mapping[str, tuple[str, object]],
    ) -> Mapping[str, Any] | None:
        """Call a method that answers by a signal, as long as the user takes; None if it ended
        without what was asked for."""
        from jeepney import DBusAddress, HeaderFields, new_method_call
        from jeepney.wrappers import unwrap_msg

        token = f"posto{secrets.token_hex(8)}"
        portal = DBusAddress(PATH, SERVICE, INTERFACE)
        asked = (*values, {**options, "handle_token": ("s", token)})
        call = new_method_call(portal, method, types, asked)
        serial = next(connection.outgoing_serial)
        connection.send(call, serial=serial)
        place = ""
        early: list[Message] = []
        while True:
            message = self._next(connection)
            if message is None:
                return None
            fields = message.header.fields
            if fields.get(HeaderFields.reply_serial) == serial:
                (place,) = unwrap_msg(message)
                answers = [known for known in early if _path(known) == place]
            else:
                early.append(message)
                answers = [message] if place and _path(message) == place else []
            for answer in answers:
                if answer.header.fields.get(HeaderFields.member) == "Response":
                    code, results = answer.body
                    if code == 0:
                        return {name: value for name, (_type, value) in results.items()}
                    self._say("refused" if code == _REFUSED else "unavailable")
                    return None

    def _next(self, connection: DBusConnection) -> Message | None:
        """Return the next message; None when the thread is to end."""
        while True:
            with contextlib.suppress(TimeoutError):
                return connection.receive(timeout=0)
            select.select([connection.sock, self._ear], [], [])
            if select.select([self._ear], [], [], 0)[0]:
                return None

    def _close_session(self, connection: DBusConnection) -> None:
        from jeepney import DBusAddress, new_method_call

        if self._session:
            connection.send(new_method_call(DBusAddress(self._session, SERVICE, SESSION), "Close"))

    # -- listening -----------------------------------------------------------------------------

    def _listen(self, connection: DBusConnection) -> None:
        from jeepney import HeaderFields

        while (message := self._next(connection)) is not None:
            member = message.header.fields.get(HeaderFields.member)
            body: tuple[Any, ...] = message.body or ()
            if member == "Activated" and body[:2] == (self._session, NAME):
                token = body[3].get("activation_token", ("s", ""))[1] if len(body) > 3 else ""
                if token:
                    # Qt uses it for the next window that asks for activation.
                    os.environ["XDG_ACTIVATION_TOKEN"] = str(token)
                with contextlib.suppress(RuntimeError):
                    self._pressed()
            elif member == "ShortcutsChanged" and body[:1] == (self._session,):
                self._say("on", _shown_keys(body[1]))
            elif member == "Closed" and _path(message) == self._session:
                self._session = ""
                self._say("unavailable", self._keys)
                return


def portal_trigger(keys: str) -> str:
    """Return keys as the specification of shortcuts writes them: "CTRL+ALT+p"."""
    parsed = parse_keys(keys)
    if parsed is None:
        return ""
    name = QKeySequence(parsed.key).toString(QKeySequence.SequenceFormat.PortableText)
    if Qt.Key.Key_A <= parsed.key <= Qt.Key.Key_Z:
        name = name.lower()
    held = (
        (parsed.ctrl, "CTRL"),
        (parsed.alt, "ALT"),
        (parsed.shift, "SHIFT"),
        (parsed.meta, "LOGO"),
    )
    return "+".join([*(word for is_held, word in held if is_held), name])


def _path(message: Message) -> str:
    from jeepney import HeaderFields

    return str(message.header.fields.get(HeaderFields.path, ""))


def _shown_keys(shortcuts: object) -> str:
    """Return how the desktop calls the keys; "" if it does not say."""
    for shortcut in shortcuts if isinstance(shortcuts, list) else ():
        if isinstance(shortcut, tuple) and len(shortcut) == 2 and shortcut[0] == NAME:
            return str(shortcut[1].get("trigger_description", ("s", ""))[1])
    return ""
