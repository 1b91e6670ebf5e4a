"""The desktop's colour scheme, contrast and motion from its settings portal.

Qt follows the scheme of GNOME, KDE and similar desktops by itself. Others (Sway, Hyprland, LXQt, a
bare window manager) publish it only in the portal of freedesktop.org: `color-scheme` is 1 for dark,
2 for light, 0 for neither; `contrast` is 1 for more of it, `reduced-motion` 1 for less. Desktops
without the last publish their own switch for animations there. A dedicated thread waits for the
bus, so a slow or missing portal blocks nothing.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import socket
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

__all__ = ["SystemScheme"]

log = logging.getLogger(__name__)

SERVICE = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
INTERFACE = "org.freedesktop.portal.Settings"
NAMESPACE = "org.freedesktop.appearance"
_WANTED: dict[tuple[str, str], tuple[str, Callable[[object], bool]]] = {
    (NAMESPACE, "color-scheme"): ("scheme", lambda value: value == 1),
    (NAMESPACE, "contrast"): ("contrast", lambda value: value == 1),
    (NAMESPACE, "reduced-motion"): ("motion", lambda value: value == 1),
    ("org.gnome.desktop.interface", "enable-animations"): ("motion", lambda value: value is False),
    ("org.kde.kdeglobals.KDE", "AnimationDurationFactor"): (
        "motion",
        lambda value: value in ("0", "0.0", 0),
    ),
}
"""What each key of the portal is about, and whether its value asks for it."""
ANSWER_SECONDS = 10.0
CLOSE_SECONDS = 1.0


class SystemScheme(QObject):
    """Signals: `reported(bool dark)`, `contrast_reported(bool more)`, `motion_reported(bool less)`:
    what the desktop asks for, first and whenever it changes."""

    reported = Signal(bool)
    contrast_reported = Signal(bool)
    motion_reported = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._bell: socket.socket | None = None
        self._values: dict[tuple[str, str], bool] = {}

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
                    if self._ask(connection):
                        self._listen(connection, ear)
            except (OSError, KeyError, ValueError, RuntimeError, DBusErrorResponse) as error:
                log.info("This desktop does not say how it looks: %s", error)

    def _ask(self, connection: DBusConnection) -> bool:
        """Read all keys; return whether the portal knows any."""
        from jeepney import DBusAddress, MatchRule, message_bus, new_method_call
        from jeepney.wrappers import unwrap_msg

        rule = MatchRule(type="signal", interface=INTERFACE, member="SettingChanged", path=PATH)
        unwrap_msg(
            connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=ANSWER_SECONDS)
        )
        portal = DBusAddress(PATH, SERVICE, INTERFACE)
        # All at once: a change that comes while a second answer is awaited would be lost.
        namespaces = sorted({namespace for namespace, _key in _WANTED})
        call = new_method_call(portal, "ReadAll", "as", (namespaces,))
        (known,) = unwrap_msg(connection.send_and_get_reply(call, timeout=ANSWER_SECONDS))
        for namespace, key in _WANTED:
            if key in known.get(namespace, {}):
                self._emit((namespace, key), known[namespace][key])
        return bool(self._values)

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
                        and tuple(message.body[:2]) in _WANTED
                    ):
                        self._emit(tuple(message.body[:2]), message.body[2])

    def _emit(self, place: tuple[str, str], value: object) -> None:
        # A variant is (type, value); some portals wrap it twice.
        while isinstance(value, tuple) and len(value) == 2:
            value = value[1]
        with contextlib.suppress(RuntimeError):  # the app has ended meanwhile
            topic, asks = _WANTED[place]
            self._values[place] = asks(value)
            asked = any(
                self._values.get(other, False)
                for other, (about, _asks) in _WANTED.items()
                if about == topic
            )
            signals = {"contrast": self.contrast_reported, "motion": self.motion_reported}
            signals.get(topic, self.reported).emit(asked)
