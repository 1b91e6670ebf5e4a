"""The app as a process on Windows: its window, its server, and ways to end it."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from posto_desktop.storage.paths import find_paths

PATIENCE = 90.0
"""Seconds that something may take under Wine on a busy machine."""
_WM_CLOSE = 0x0010
_CONTROL, _Q = 0x11, 0x51


def _user() -> ctypes.CDLL:
    if sys.platform != "win32":
        raise OSError("needs Windows")
    library = ctypes.WinDLL("user32")
    library.GetForegroundWindow.restype = ctypes.c_void_p
    return library


def wait_for(condition: Callable[[], object], what: str) -> None:
    limit = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < limit, f"{what} did not come within {PATIENCE:g} s"
        time.sleep(0.05)


def is_there(pid: int) -> bool:
    from posto_desktop.server import processes

    return processes.is_running(pid)


def windows_of(pid: int) -> list[int]:
    """Return the visible windows with a title of a process."""
    if sys.platform != "win32":
        raise OSError("needs Windows")
    user = _user()
    windows: list[int] = []
    function = ctypes.WINFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)

    def look(window: int, _: int) -> bool:
        owner = ctypes.c_uint32()
        user.GetWindowThreadProcessId(ctypes.c_void_p(window), ctypes.byref(owner))
        if owner.value == pid and user.IsWindowVisible(ctypes.c_void_p(window)):
            title = ctypes.create_unicode_buffer(200)
            user.GetWindowTextW(ctypes.c_void_p(window), title, 200)
            if title.value:
                windows.append(window)
        return True

    user.EnumWindows(function(look), None)
    return windows


class App:
    """The app in a home, started from source or as an installed program; ended with the context."""

    def __init__(self, home: Path, *words: str, program: tuple[str, ...] = ()) -> None:
        self.home = home
        command = program or (sys.executable, "-m", "posto_desktop")
        self._process = subprocess.Popen(
            [*command, "--home", str(home), *words],
            env={**os.environ, "POSTO_KEYRING": "off"},
            stdin=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.is_running():
            self.kill()

    @property
    def returncode(self) -> int | None:
        return self._process.poll()

    def is_running(self) -> bool:
        return self._process.poll() is None

    def wait(self) -> int:
        return self._process.wait(PATIENCE)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)

    def wait_until_ready(self) -> None:
        """Wait until the window is shown and the local workspace serves."""

        def is_ready() -> bool:
            assert self.is_running(), f"the app ended with {self.returncode}"
            return bool(self.windows()) and self.server_pid() != 0

        wait_for(is_ready, "the window")

    def server_pid(self) -> int:
        """Return the process id of the local server that runs; 0 if none does."""
        try:
            state: dict[str, Any] = json.loads(
                (find_paths(self.home).workspace / "server.json").read_text("utf-8")
            )
        except (OSError, ValueError):
            return 0
        pid = int(state["pid"])
        return pid if is_there(pid) else 0

    def windows(self) -> list[int]:
        """Return the visible windows with a title."""
        return windows_of(self._process.pid)

    def close_window(self) -> None:
        """Close the window as its cross does."""
        for window in self.windows():
            _user().PostMessageW(ctypes.c_void_p(window), _WM_CLOSE, 0, 0)

    def quit_by_keyboard(self) -> float:
        """Press Ctrl+Q; return the seconds until the process ended."""
        began = time.monotonic()
        user = _user()
        window = self.windows()[0]
        user.SetForegroundWindow(ctypes.c_void_p(window))
        wait_for(lambda: user.GetForegroundWindow() == window, "the focus")
        for key, is_release in ((_CONTROL, 0), (_Q, 0), (_Q, 2), (_CONTROL, 2)):
            user.keybd_event(key, 0, is_release, 0)
        self.wait()
        return time.monotonic() - began
