"""A Wayland desktop of its own for the tests: sway without a screen, mouse, keyboard, clipboard.

The mouse is a client of ours that speaks the protocol of virtual pointers. As everything here, the
compositor is a process of the test, which ends it by its id.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.end2end.desktop import Desktop, end, read_line
from tests.end2end.waiting import wait_for

TOOLS = ("sway", "swaymsg", "wtype", "wl-copy")
WIDTH, HEIGHT = 1400, 900
CONFIGURATION = f"""
output HEADLESS-1 resolution {WIDTH}x{HEIGHT}
default_border none
default_floating_border none
focus_follows_mouse no
xwayland disable
for_window [title="^drag me$"] floating enable, move absolute position 0 0
"""
SOFTWARE = {
    "WLR_BACKENDS": "headless",
    "WLR_RENDERER": "pixman",
    "WLR_LIBINPUT_NO_DEVICES": "1",
}
LEFT_BUTTON = 0x110
HOUR = "3600000"
DISPLAY, REGISTRY, SYNC, MANAGER, POINTER = 1, 2, 3, 4, 5
"""Ids of our objects at the compositor."""
MOTION_ABSOLUTE, BUTTON, FRAME = 1, 2, 4


def missing_tools() -> list[str]:
    """What of the needed programs is not on this machine."""
    return [name for name in TOOLS if shutil.which(name) is None]


class Pointer:
    """A mouse, as long as it is open."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(60)
        self._socket.connect(str(path))
        self._send(DISPLAY, 1, struct.pack("=I", REGISTRY))
        self._send(DISPLAY, 0, struct.pack("=I", SYNC))
        name, version = self._find("zwlr_virtual_pointer_manager_v1")
        kind = b"zwlr_virtual_pointer_manager_v1\0"
        request = struct.pack("=II", name, len(kind)) + kind.ljust(
            -len(kind) % 4 + len(kind), b"\0"
        )
        self._send(REGISTRY, 0, request + struct.pack("=II", version, MANAGER))
        self._send(MANAGER, 0, struct.pack("=II", 0, POINTER))

    def _send(self, number: int, request: int, body: bytes = b"") -> None:
        self._socket.sendall(struct.pack("=IHH", number, request, len(body) + 8) + body)

    def _find(self, interface: str) -> tuple[int, int]:
        """The number and version of what the compositor offers under this name."""
        with self._socket.makefile("rb") as stream:
            while True:
                number, _event, size = struct.unpack("=IHH", stream.read(8))
                body = stream.read(size - 8)
                assert number != SYNC, f"this compositor has no {interface}"
                if number == REGISTRY:
                    name, length = struct.unpack_from("=II", body)
                    if body[8 : 8 + length - 1].decode() == interface:
                        return name, struct.unpack_from("=I", body, len(body) - 4)[0]

    def _now(self) -> int:
        return int(time.monotonic() * 1000) & 0xFFFFFFFF

    def move(self, x: int, y: int) -> None:
        self._send(
            POINTER, MOTION_ABSOLUTE, struct.pack("=IIIII", self._now(), x, y, WIDTH, HEIGHT)
        )
        self._send(POINTER, FRAME)

    def press(self, *, down: bool) -> None:
        self._send(POINTER, BUTTON, struct.pack("=III", self._now(), LEFT_BUTTON, int(down)))
        self._send(POINTER, FRAME)

    def click(self, x: int, y: int) -> None:
        self.move(x, y)
        self.press(down=True)
        self.press(down=False)

    def close(self) -> None:
        self._socket.close()


@dataclass
class WaylandDesktop:
    """The running compositor; `environment` is what programs on it need."""

    desktop: Desktop
    environment: dict[str, str]
    pointer: Pointer
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def _run(self, *words: str, **options: Any) -> bytes:
        environment = {**os.environ, **self.desktop.environment, **self.environment}
        answer = subprocess.run(
            words, env=environment, stdout=subprocess.PIPE, check=True, timeout=60, **options
        )
        return answer.stdout

    def windows(self) -> list[dict[str, Any]]:
        """The windows of all programs, as the compositor knows them."""
        windows, todo = [], [json.loads(self._run("swaymsg", "-r", "-t", "get_tree"))]
        while todo:
            node = todo.pop()
            todo += [*node["nodes"], *node["floating_nodes"]]
            if node.get("pid"):
                windows.append(node)
        return windows

    def window_of(self, process: int) -> dict[str, Any]:
        """The window of a program, once it has one."""

        def look() -> dict[str, Any] | None:
            return next((node for node in self.windows() if node["pid"] == process), None)

        return wait_for(look, f"a window of process {process}", explain=self.windows)

    def focus(self, process: int) -> None:
        self._run("swaymsg", f"[con_id={self.window_of(process)['id']}] focus")

    def keys(self, *words: str) -> None:
        """Press keys in the words of wtype, as in ``keys("-M", "ctrl", "v", "-m", "ctrl")``."""
        self._run("wtype", *words)

    def copy(self, content: bytes, mime: str) -> None:
        """Put something on the clipboard, as another program would."""
        # wl-copy goes to the background by itself and serves until the next copy.
        self._run("wl-copy", "--type", mime, input=content, stderr=subprocess.DEVNULL)

    def drag_files(self, files: Sequence[Path], x: int, y: int) -> str:
        """Drag files from another program and let them go at (x, y): ``copy`` or ``ignore``."""
        source = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("dragsource.py")), *map(str, files)],
            env={**os.environ, **self.desktop.environment, **self.environment},
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(source)
        assert read_line(source).startswith("ready")
        place = self.window_of(source.pid)["rect"]
        left, top = place["x"] + place["width"] // 2, place["y"] + place["height"] // 2

        def is_pressed() -> bool:
            """The window is there for the compositor before it takes a mouse."""
            self.pointer.press(down=False)
            self.pointer.move(left, top)
            self.pointer.press(down=True)
            return read_line(source, timeout=1) == "pressed"

        wait_for(is_pressed, "the other program to take the mouse")
        for part in (0.05, 0.5, 1.0):
            self.pointer.move(left + int((x - left) * part), top + int((y - top) * part))
        # A drag begins a while after the moves that it was made of.
        nudges = itertools.cycle((0, 1))

        def is_over() -> bool:
            self.pointer.move(x + next(nudges), y)
            return read_line(source, timeout=0.2) == "over copy"

        wait_for(is_over, "the window to take the files", explain=self.windows)
        self.pointer.press(down=False)
        while not (line := read_line(source)).startswith("done"):
            pass
        return line.split()[1]


@contextlib.contextmanager
def running_sway(desktop: Desktop, folder: Path) -> Iterator[WaylandDesktop]:
    """The compositor for the length of the block, on the buses of `desktop`."""
    # A short path, beside the buses: names of sockets may have 107 characters.
    home = Path(desktop.environment["XDG_RUNTIME_DIR"]) / "sway"
    home.mkdir(mode=0o700)
    configuration = folder / "sway.conf"
    configuration.write_text(CONFIGURATION, encoding="utf-8")
    environment = {
        "XDG_RUNTIME_DIR": str(home),
        "SWAYSOCK": str(home / "ipc"),
        "DISPLAY": "",
        "QT_QPA_PLATFORM": "wayland",
        "GDK_BACKEND": "wayland",
        "XDG_SESSION_TYPE": "wayland",
    }
    log = folder / "sway.log"
    process = desktop.start(["sway", "-c", configuration], log=log, **SOFTWARE, **environment)
    pointer: Pointer | None = None
    made: WaylandDesktop | None = None
    try:
        screen = wait_for(
            lambda: next((path for path in home.glob("wayland-*") if not path.suffix), None),
            "the compositor",
            explain=lambda: log.read_text("utf-8"),
        )
        wait_for((home / "ipc").exists, "the compositor")
        environment["WAYLAND_DISPLAY"] = screen.name
        pointer = Pointer(screen)
        made = WaylandDesktop(desktop, environment, pointer)
        # A program that first learns of a keyboard by its first key does not get that key.
        made.processes.append(desktop.start(["wtype", "-s", HOUR], **environment))
        yield made
    finally:
        for program in made.processes if made is not None else []:
            end(program)
        if pointer is not None:
            pointer.close()
        end(process)
        shutil.rmtree(home, ignore_errors=True)
