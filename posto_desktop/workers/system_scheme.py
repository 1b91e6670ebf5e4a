"""The desktop's colour scheme from its portal, where Qt does not know it.

Qt follows GNOME, KDE and similar desktops by itself. Others (Sway, Hyprland, LXQt, a bare window
manager) publish it only in the settings portal of freedesktop.org: `color-scheme` is 1 for dark, 2
for light, 0 for neither. A dedicated thread waits for the bus, so a slow or missing portal blocks
nothing.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import socket
import sys
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

__all__ = ["SystemScheme"]

log = logging.getLogger(__name__)

SERVICE = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
INTERFACE = "org.freedesktop.portal.Settings"
NAMESPACE, KEY = "org.freedesktop.appearance", "color-scheme"
DARK = 1
ANSWER_SECONDS = 10.0
CLOSE_SECONDS = 1.0


class SystemScheme(QObject):
    """Signals: `told(bool dark)`: the desktop's scheme, first and whenever it changes."""

    reported = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._bell: socket.socket | None = None

    @staticmethod
    def is_possible() -> bool:
        """Return whether there is a bus that may have a portal."""
        return sys.platform.startswith("linux") and bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS"))

    def begin(self) -> None:
        """Ask, and listen until `close`."""
        ear, self._bell = socket.socketpair()
        self._thread = threading.Thread(
            target=self._run, args=(ear,), name="system-scheme", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        bell, self._bell = self._bell, None
        if bell is not None:
            bell.close()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)

    # -- on the thread ---------------------------------------------------------------------------

    def _run(self, ear: socket.socket) -> None:
        from jeepney import DBusErrorResponse
        from jeepney.io.blocking import open_dbus_connection

        with ear:
            try:
                with open_dbus_connection("SESSION") as connection:
                    self._ask(connection)
                    self._listen(connection, ear)
            except (OSError, KeyError, ValueError, RuntimeError, DBusErrorResponse) as error:
                log.info("This desktop does not say whether it is dark: %s", error)

    def _ask(self, connection: DBusConnection) -> None:
        from jeepney import DBusAddress, MatchRule, message_bus, new_method_call
        from jeepney.wrappers import unwrap_msg

        rule = MatchRule(type="signal", interface=INTERFACE, member="SettingChanged", path=PATH)
        unwrap_msg(
            connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=ANSWER_SECONDS)
        )
        portal = DBusAddress(PATH, SERVICE, INTERFACE)
        call = new_method_call(portal, "Read", "ss", (NAMESPACE, KEY))
        (value,) = unwrap_msg(connection.send_and_get_reply(call, timeout=ANSWER_SECONDS))
        self._emit(value)

    def _listen(self, connection: DBusConnection, ear: socket.socket) -> None:
        from jeepney import HeaderFields, MessageType

        while True:
            ready, _, _ = select.select([connection.sock, ear], [], [])
            if ear in ready:
                return
            with contextlib.suppress(TimeoutError):
                while True:
                    message = connection.receive(timeout=0)
                    fields = message.header.fields
                    if (
                        message.header.message_type == MessageType.signal
                        and fields.get(HeaderFields.member) == "SettingChanged"
                        and len(message.body or ()) == 3
                        and tuple(message.body[:2]) == (NAMESPACE, KEY)
                    ):
                        self._emit(message.body[2])

    def _emit(self, value: object) -> None:
        # A variant is (type, value); `Read` wraps it twice.
        while isinstance(value, tuple) and len(value) == 2:
            value = value[1]
        with contextlib.suppress(RuntimeError):  # the app has ended meanwhile
            self.reported.emit(value == DARK)
