"""The global shortcut of Windows: a hot key, whose messages come to a thread of its own."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import queue
import sys
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt

from posto_desktop.workers.shortcuts.shortcut import (
    GlobalShortcut,
    ShortcutKeys,
    ShortcutState,
    StateKind,
    parse_keys,
)

log = logging.getLogger(__name__)

CLOSE_SECONDS = 1.0
_ALT, _CTRL, _SHIFT, _WIN, _NO_REPEAT = 1, 2, 4, 8, 0x4000
_WM_HOTKEY, _WM_USER, _NO_REMOVE = 0x0312, 0x0400, 0
_ORDERED = _WM_USER + 1
_NUMBER = 1
_KEYS = {
    Qt.Key.Key_Space: 0x20,
    Qt.Key.Key_PageUp: 0x21,
    Qt.Key.Key_PageDown: 0x22,
    Qt.Key.Key_End: 0x23,
    Qt.Key.Key_Home: 0x24,
    Qt.Key.Key_Left: 0x25,
    Qt.Key.Key_Up: 0x26,
    Qt.Key.Key_Right: 0x27,
    Qt.Key.Key_Down: 0x28,
    Qt.Key.Key_Print: 0x2C,
    Qt.Key.Key_Insert: 0x2D,
    Qt.Key.Key_Delete: 0x2E,
    Qt.Key.Key_Return: 0x0D,
    Qt.Key.Key_Tab: 0x09,
    Qt.Key.Key_Escape: 0x1B,
    Qt.Key.Key_Backspace: 0x08,
    Qt.Key.Key_Pause: 0x13,
}
_CODES = {int(key.value): code for key, code in _KEYS.items()}
_F1, _F24 = int(Qt.Key.Key_F1.value), int(Qt.Key.Key_F24.value)


def virtual_key(key: int) -> int:
    """Return the code of Windows for a key of Qt that is on every keyboard; 0 if it is not."""
    if key in _CODES:
        return _CODES[key]
    if _F1 <= key <= _F24:
        return 0x70 + key - _F1
    return key if chr(key).isascii() and chr(key).isalnum() else 0


class WindowsShortcut(GlobalShortcut):
    """See the module."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: _HotKeyThread | None = None

    def set_keys(self, keys: str) -> None:
        if not keys and self._thread is None:
            self._take_state(ShortcutState())
            return
        if self._thread is None:
            self._thread = _HotKeyThread(self.pressed.emit, self._emitted.emit)
            self._thread.start()
        self._thread.put(keys)

    def close(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.put(None)
            thread.join(CLOSE_SECONDS)


class _HotKeyThread(threading.Thread):
    """Takes orders: keys to hold, or None to end. Windows sends the messages of a hot key to the
    thread that registered it."""

    def __init__(
        self, pressed: Callable[[], object], emit_state: Callable[[ShortcutState], object]
    ) -> None:
        super().__init__(name="global-shortcut", daemon=True)
        self._pressed, self._emit_state = pressed, emit_state
        self._orders: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._is_ready = threading.Event()

    def put(self, order: str | None) -> None:
        self._orders.put(order)
        self._is_ready.wait(CLOSE_SECONDS)
        if sys.platform == "win32" and self.native_id is not None:
            ctypes.windll.user32.PostThreadMessageW(self.native_id, _ORDERED, 0, 0)

    def run(self) -> None:
        if sys.platform != "win32":
            return
        from ctypes import wintypes

        user32 = ctypes.windll.user32
        message = wintypes.MSG()
        # The first look makes the queue, without which nothing can be posted.
        user32.PeekMessageW(ctypes.byref(message), None, _WM_USER, _WM_USER, _NO_REMOVE)
        self._is_ready.set()
        while user32.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            if message.message == _WM_HOTKEY:
                with contextlib.suppress(RuntimeError):  # the app has ended meanwhile
                    self._pressed()
            while not self._orders.empty():
                order = self._orders.get()
                user32.UnregisterHotKey(None, _NUMBER)
                if order is None:
                    return
                self._hold(order)

    def _hold(self, keys: str) -> None:
        parsed = parse_keys(keys) if keys else None
        if parsed is None:
            self._say("off", "")
            return
        code = virtual_key(parsed.key)
        if not code:
            self._say("unavailable", keys)
            return
        if sys.platform == "win32":
            held = _modifiers(parsed) | _NO_REPEAT
            is_held = ctypes.windll.user32.RegisterHotKey(None, _NUMBER, held, code)
            self._say("on" if is_held else "taken", keys)

    def _say(self, kind: StateKind, keys: str) -> None:
        with contextlib.suppress(RuntimeError):
            self._emit_state(ShortcutState(kind, keys))


def _modifiers(keys: ShortcutKeys) -> int:
    return (
        (_ALT if keys.alt else 0)
        | (_CTRL if keys.ctrl else 0)
        | (_SHIFT if keys.shift else 0)
        | (_WIN if keys.meta else 0)
    )
