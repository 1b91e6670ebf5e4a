"""The few functions of libxcb that a global shortcut uses. Qt's own plugin for X11 needs the same
library, so it is there."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from ctypes import (
    POINTER,
    Structure,
    c_char_p,
    c_int,
    c_uint,
    c_uint8,
    c_uint16,
    c_uint32,
    c_void_p,
)
from functools import cache

__all__ = ["KEY_PRESS", "MAPPING_NOTIFY", "XcbConnection", "XcbError"]

KEY_PRESS, MAPPING_NOTIFY = 2, 34
BAD_ACCESS = 10
"""The error of a key that another program holds."""
_ASYNC = 1
_CLIENT_MESSAGE = 33
_SUBSTRUCTURE = 0x00180000  # redirect and notify
_PAGER = 2
"""Source of a request to focus a window: the user, not a program that wants attention."""


class XcbError(Exception):
    """The display cannot be reached."""


class _Cookie(Structure):
    _fields_ = (("sequence", c_uint),)


class _Screens(Structure):
    _fields_ = (("data", POINTER(c_uint32)), ("rem", c_int), ("index", c_int))


class _Event(Structure):
    """The head of a key event."""

    _fields_ = (
        ("kind", c_uint8),
        ("detail", c_uint8),
        ("sequence", c_uint16),
        ("time", c_uint32),
        ("root", c_uint32),
        ("event", c_uint32),
        ("child", c_uint32),
        ("places", c_uint16 * 4),
        ("state", c_uint16),
    )


class _Reply(Structure):
    """The head of an answer: what follows the kind is a number of items, or an error's code."""

    _fields_ = (("kind", c_uint8), ("number", c_uint8), ("sequence", c_uint16))


class _AtomReply(Structure):
    _fields_ = (
        ("kind", c_uint8),
        ("pad", c_uint8),
        ("sequence", c_uint16),
        ("length", c_uint32),
        ("atom", c_uint32),
    )


class _ClientMessage(Structure):
    _fields_ = (
        ("kind", c_uint8),
        ("format", c_uint8),
        ("sequence", c_uint16),
        ("window", c_uint32),
        ("type", c_uint32),
        ("data", c_uint32 * 5),
    )


@cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libxcb.so.1")
    connection, key, window = c_void_p, c_uint8, c_uint32
    forms: dict[str, tuple[object, Sequence[object]]] = {
        "xcb_connect": (c_void_p, (c_char_p, POINTER(c_int))),
        "xcb_connection_has_error": (c_int, (connection,)),
        "xcb_disconnect": (None, (connection,)),
        "xcb_flush": (c_int, (connection,)),
        "xcb_get_file_descriptor": (c_int, (connection,)),
        "xcb_get_setup": (POINTER(c_uint8), (connection,)),
        "xcb_setup_roots_iterator": (_Screens, (c_void_p,)),
        "xcb_screen_next": (None, (POINTER(_Screens),)),
        "xcb_poll_for_event": (c_void_p, (connection,)),
        "xcb_grab_key_checked": (
            _Cookie,
            (connection, c_uint8, window, c_uint16, key, c_uint8, c_uint8),
        ),
        "xcb_request_check": (c_void_p, (connection, _Cookie)),
        "xcb_ungrab_key": (_Cookie, (connection, key, window, c_uint16)),
        "xcb_ungrab_keyboard": (_Cookie, (connection, c_uint32)),
        "xcb_get_keyboard_mapping": (_Cookie, (connection, key, c_uint8)),
        "xcb_get_keyboard_mapping_reply": (c_void_p, (connection, _Cookie, c_void_p)),
        "xcb_get_keyboard_mapping_keysyms": (POINTER(c_uint32), (c_void_p,)),
        "xcb_get_keyboard_mapping_keysyms_length": (c_int, (c_void_p,)),
        "xcb_get_modifier_mapping": (_Cookie, (connection,)),
        "xcb_get_modifier_mapping_reply": (c_void_p, (connection, _Cookie, c_void_p)),
        "xcb_get_modifier_mapping_keycodes": (POINTER(c_uint8), (c_void_p,)),
        "xcb_intern_atom": (_Cookie, (connection, c_uint8, c_uint16, c_char_p)),
        "xcb_intern_atom_reply": (c_void_p, (connection, _Cookie, c_void_p)),
        "xcb_send_event": (_Cookie, (connection, c_uint8, window, c_uint32, c_void_p)),
    }
    for name, (result, arguments) in forms.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


@cache
def _free() -> ctypes._NamedFuncPointer:
    free = ctypes.CDLL(None).free
    free.restype, free.argtypes = None, (c_void_p,)
    return free


class XcbConnection:
    """A connection of its own to the display of `DISPLAY`. Raises `XcbError`."""

    def __init__(self) -> None:
        try:
            self._xcb = _library()
        except OSError as error:
            raise XcbError(str(error)) from error
        number = c_int(0)
        self._connection = self._xcb.xcb_connect(None, ctypes.byref(number))
        if self._xcb.xcb_connection_has_error(self._connection):
            self._xcb.xcb_disconnect(self._connection)
            raise XcbError("the display does not answer")
        setup = self._xcb.xcb_get_setup(self._connection)
        self._first, self._last = setup[34], setup[35]  # min_keycode, max_keycode
        screens = self._xcb.xcb_setup_roots_iterator(setup)
        for _ in range(number.value):
            self._xcb.xcb_screen_next(ctypes.byref(screens))
        self.root = int(screens.data[0])
        self._active = 0

    @property
    def is_broken(self) -> bool:
        return bool(self._xcb.xcb_connection_has_error(self._connection))

    def fileno(self) -> int:
        return int(self._xcb.xcb_get_file_descriptor(self._connection))

    def close(self) -> None:
        self._xcb.xcb_disconnect(self._connection)

    # -- keys ------------------------------------------------------------------------------------

    def keysyms(self) -> dict[int, list[int]]:
        """Return the meanings of each key code."""
        count = self._last - self._first + 1
        cookie = self._xcb.xcb_get_keyboard_mapping(self._connection, self._first, count)
        reply = self._xcb.xcb_get_keyboard_mapping_reply(self._connection, cookie, None)
        if not reply:
            return {}
        width = _Reply.from_address(reply).number
        syms = self._xcb.xcb_get_keyboard_mapping_keysyms(reply)
        length = self._xcb.xcb_get_keyboard_mapping_keysyms_length(reply)
        codes = {
            self._first + row: [int(syms[row * width + column]) for column in range(width)]
            for row in range(length // width if width else 0)
        }
        _free()(reply)
        return codes

    def modifier_codes(self) -> list[list[int]]:
        """Return the key codes of each of the eight modifiers, the first one Shift."""
        cookie = self._xcb.xcb_get_modifier_mapping(self._connection)
        reply = self._xcb.xcb_get_modifier_mapping_reply(self._connection, cookie, None)
        if not reply:
            return []
        width = _Reply.from_address(reply).number
        codes = self._xcb.xcb_get_modifier_mapping_keycodes(reply)
        rows = [[int(codes[row * width + at]) for at in range(width)] for row in range(8)]
        _free()(reply)
        return rows

    def grab(self, code: int, modifiers: int) -> int:
        """Hold a key; return 0, or the code of the error."""
        cookie = self._xcb.xcb_grab_key_checked(
            self._connection, 0, self.root, modifiers, code, _ASYNC, _ASYNC
        )
        error = self._xcb.xcb_request_check(self._connection, cookie)
        if not error:
            return 0
        number = _Reply.from_address(error).number
        _free()(error)
        return int(number)

    def let_go(self, code: int, modifiers: int) -> None:
        self._xcb.xcb_ungrab_key(self._connection, code, self.root, modifiers)
        self._xcb.xcb_flush(self._connection)

    def free_keyboard(self, time: int) -> None:
        """End the hold on the keyboard that lasts until the key is released: the window that opens
        gets it at once."""
        self._xcb.xcb_ungrab_keyboard(self._connection, time)
        self._xcb.xcb_flush(self._connection)

    def events(self) -> Iterator[tuple[int, int]]:
        """Yield kind and time of the events that have come."""
        while event := self._xcb.xcb_poll_for_event(self._connection):
            head = _Event.from_address(event)
            kind, time = head.kind & 0x7F, int(head.time)
            _free()(event)
            yield kind, time

    # -- windows ---------------------------------------------------------------------------------

    def focus(self, window: int, time: int) -> None:
        """Ask the window manager to focus a window, because the user pressed a key at `time`."""
        if not self._active:
            self._active = self._atom(b"_NET_ACTIVE_WINDOW")
        message = _ClientMessage(_CLIENT_MESSAGE, 32, 0, window, self._active)
        message.data[0], message.data[1] = _PAGER, time
        self._xcb.xcb_send_event(
            self._connection, 0, self.root, _SUBSTRUCTURE, ctypes.byref(message)
        )
        self._xcb.xcb_flush(self._connection)

    def _atom(self, name: bytes) -> int:
        cookie = self._xcb.xcb_intern_atom(self._connection, 0, len(name), name)
        reply = self._xcb.xcb_intern_atom_reply(self._connection, cookie, None)
        if not reply:
            return 0
        atom = int(_AtomReply.from_address(reply).atom)
        _free()(reply)
        return atom
