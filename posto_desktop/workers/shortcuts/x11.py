"""The global shortcut of X11: a grab of the key on the root window.

A thread with a connection of its own holds it: the answers of the display, and its errors, are
none of Qt's.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import select
import socket
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from posto_desktop.workers.shortcuts.shortcut import (
    GlobalShortcut,
    ShortcutKeys,
    ShortcutState,
    StateKind,
    parse_keys,
)
from posto_desktop.workers.shortcuts.xcb import (
    BAD_ACCESS,
    KEY_PRESS,
    MAPPING_NOTIFY,
    XcbConnection,
    XcbError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

CLOSE_SECONDS = 1.0
_SHIFT, _LOCK, _CTRL = 1, 2, 4
_NUM_LOCK, _ALT, _SUPER = 0xFF7F, 0xFFE9, 0xFFEB
_USUAL = {_NUM_LOCK: 4, _ALT: 3, _SUPER: 6}
"""Where these keys are among the modifiers if the display does not say."""
_KEYS = {
    Qt.Key.Key_Space: 0x20,
    Qt.Key.Key_Escape: 0xFF1B,
    Qt.Key.Key_Tab: 0xFF09,
    Qt.Key.Key_Return: 0xFF0D,
    Qt.Key.Key_Enter: 0xFF8D,
    Qt.Key.Key_Insert: 0xFF63,
    Qt.Key.Key_Delete: 0xFFFF,
    Qt.Key.Key_Backspace: 0xFF08,
    Qt.Key.Key_Pause: 0xFF13,
    Qt.Key.Key_Print: 0xFF61,
    Qt.Key.Key_Menu: 0xFF67,
    Qt.Key.Key_Home: 0xFF50,
    Qt.Key.Key_Left: 0xFF51,
    Qt.Key.Key_Up: 0xFF52,
    Qt.Key.Key_Right: 0xFF53,
    Qt.Key.Key_Down: 0xFF54,
    Qt.Key.Key_PageUp: 0xFF55,
    Qt.Key.Key_PageDown: 0xFF56,
    Qt.Key.Key_End: 0xFF57,
}
_KEYSYMS = {int(key.value): keysym for key, keysym in _KEYS.items()}
_F1, _F35 = int(Qt.Key.Key_F1.value), int(Qt.Key.Key_F35.value)


def keysym_of(key: int) -> int:
    """Return the keysym of a key of Qt; 0 if it has none."""
    if key in _KEYSYMS:
        return _KEYSYMS[key]
    if _F1 <= key <= _F35:
        return 0xFFBE + key - _F1
    if 0x41 <= key <= 0x5A:
        return key + 0x20  # letters are named by their small form
    if 0x20 < key < 0x100:
        return key
    return key | 0x01000000 if key < 0x110000 else 0


class X11Shortcut(GlobalShortcut):
    """See the module."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: _KeyThread | None = None

    def set_keys(self, keys: str) -> None:
        if not keys and self._thread is None:
            self._take_state(ShortcutState())
            return
        if self._thread is None or not self._thread.is_alive():
            self._thread = _KeyThread(self.pressed.emit, self._emitted.emit)
            self._thread.start()
        self._thread.put(keys)

    def focus(self, window_id: int) -> None:
        if self._thread is not None:
            self._thread.put(window_id)

    def close(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.put(None)
            thread.join(CLOSE_SECONDS)


class _KeyThread(threading.Thread):
    """Takes orders: keys to hold, a window to focus, or None to end."""

    def __init__(
        self, pressed: Callable[[], object], emit_state: Callable[[ShortcutState], object]
    ) -> None:
        super().__init__(name="global-shortcut", daemon=True)
        self._pressed, self._emit_state = pressed, emit_state
        self._orders: queue.SimpleQueue[str | int | None] = queue.SimpleQueue()
        self._ear, self._bell = socket.socketpair()
        self._held: list[tuple[int, int]] = []
        self._keys = ""
        self._time = 0

    def put(self, order: str | int | None) -> None:
        self._orders.put(order)
        with contextlib.suppress(OSError):
            self._bell.send(b"!")

    def run(self) -> None:
        with self._ear, self._bell:
            try:
                connection = XcbConnection()
            except XcbError as error:
                log.info("No global shortcut: %s", error)
                self._say("unavailable")
                return
            try:
                self._serve(connection)
            finally:
                connection.close()

    def _serve(self, connection: XcbConnection) -> None:
        while not connection.is_broken:
            # Each answer of the display can have brought events along, for which nothing wakes.
            if self._take_events(connection):
                continue
            select.select([connection.fileno(), self._ear.fileno()], [], [])
            if select.select([self._ear], [], [], 0)[0]:
                self._ear.recv(1)
                order = self._orders.get()
                if order is None:
                    self._let_go(connection)
                    return
                if isinstance(order, int):
                    connection.focus(order, self._time)
                else:
                    self._hold(connection, order)

    def _take_events(self, connection: XcbConnection) -> bool:
        """Handle the events that have come; return whether there were any."""
        kinds: set[int] = set()
        for kind, time in connection.events():
            kinds.add(kind)
            if kind == KEY_PRESS:
                self._time = time
        if KEY_PRESS in kinds:
            connection.free_keyboard(self._time)
            with contextlib.suppress(RuntimeError):  # the app has ended meanwhile
                self._pressed()
        if MAPPING_NOTIFY in kinds and self._wanted(connection) != self._held:
            self._hold(connection, self._keys)  # another layout has other key codes
        return bool(kinds)

    def _say(self, kind: StateKind) -> None:
        with contextlib.suppress(RuntimeError):
            self._emit_state(ShortcutState(kind, self._keys))

    def _let_go(self, connection: XcbConnection) -> None:
        for code, modifiers in self._held:
            connection.let_go(code, modifiers)
        self._held = []

    def _hold(self, connection: XcbConnection, keys: str) -> None:
        self._let_go(connection)
        self._keys = keys
        if not keys:
            self._say("off")
            return
        wanted = self._wanted(connection)
        if not wanted:
            self._say("unavailable")
            return
        for code, modifiers in wanted:
            error = connection.grab(code, modifiers)
            if error:
                self._let_go(connection)
                self._say("taken" if error == BAD_ACCESS else "unavailable")
                return
            self._held.append((code, modifiers))
        self._say("on")

    def _wanted(self, connection: XcbConnection) -> list[tuple[int, int]]:
        """Return the key codes and modifiers that mean the keys."""
        parsed = parse_keys(self._keys) if self._keys else None
        if parsed is None:
            return []
        keysyms = connection.keysyms()
        places = _places(connection.modifier_codes(), keysyms)
        return [
            (code, modifiers)
            for code in _codes_of(keysym_of(parsed.key), keysyms)
            for modifiers in _variants(parsed, places)
        ]


def _codes_of(keysym: int, keysyms: Mapping[int, list[int]]) -> list[int]:
    """Return the key codes that mean a keysym without Shift, in any of the keyboard's layouts."""
    first = [code for code, meanings in keysyms.items() if meanings[:1] == [keysym]]
    return first or [code for code, meanings in keysyms.items() if keysym in meanings[::2]]


def _places(modifier_codes: list[list[int]], keysyms: Mapping[int, list[int]]) -> dict[int, int]:
    """Return the bit of Num Lock, Alt and Super among the modifiers."""
    places = {keysym: 1 << row for keysym, row in _USUAL.items()}
    for row, codes in enumerate(modifier_codes):
        for keysym in _USUAL:
            if any(keysym in keysyms.get(code, ()) for code in codes if code):
                places[keysym] = 1 << row
    return places


def _variants(keys: ShortcutKeys, places: Mapping[int, int]) -> list[int]:
    """Return the modifiers of the keys, with and without Caps Lock and Num Lock."""
    held = (
        (_CTRL if keys.ctrl else 0)
        | (_SHIFT if keys.shift else 0)
        | (places[_ALT] if keys.alt else 0)
        | (places[_SUPER] if keys.meta else 0)
    )
    locks = (0, _LOCK, places[_NUM_LOCK], _LOCK | places[_NUM_LOCK])
    return [held | lock for lock in dict.fromkeys(locks)]
