"""Keys and the input focus of an X display, without a process for each: for what is timed."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from types import TracebackType

_PARTS = ("libX11.so.6", "libXtst.so.6")


def missing_libraries() -> list[str]:
    """Which of the two libraries are not there."""
    missing = []
    for name in _PARTS:
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(name)
    return missing


class XKeyboard:
    """A connection to a display, such as ":7"."""

    def __init__(self, display: str) -> None:
        self._x, self._test = (ctypes.CDLL(name) for name in _PARTS)
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XStringToKeysym.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(display.encode()))
        assert self._display.value, f"no display {display}"

    def __enter__(self) -> XKeyboard:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._x.XCloseDisplay(self._display)

    def _key(self, name: str, *, down: bool) -> None:
        keysym = ctypes.c_ulong(self._x.XStringToKeysym(name.encode()))
        code = self._x.XKeysymToKeycode(self._display, keysym)
        self._test.XTestFakeKeyEvent(self._display, code, int(down), ctypes.c_ulong(0))

    def press(self, *names: str) -> None:
        """Press keys together, as in ``press("Control_L", "Alt_L", "p")``."""
        for name in names:
            self._key(name, down=True)
        for name in reversed(names):
            self._key(name, down=False)
        self._x.XFlush(self._display)

    def focus(self) -> int:
        """The window that has the keyboard."""
        window, revert = ctypes.c_ulong(), ctypes.c_int()
        self._x.XGetInputFocus(self._display, ctypes.byref(window), ctypes.byref(revert))
        return int(window.value)

    def seconds_until(self, check: Callable[[int], bool], *, limit: float = 20.0) -> float:
        """How long it takes from now until the window with the keyboard is the one."""
        begin = time.perf_counter()
        while not check(self.focus()):
            assert time.perf_counter() - begin < limit, f"the focus stayed at {self.focus():#x}"
        return time.perf_counter() - begin
