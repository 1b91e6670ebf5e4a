"""A desktop of its own for the tests: virtual screen, window manager, buses, mouse, clipboard.

Everything is started by us as own processes and ended by us by process id; nothing of the desktop
that the tests are run on is touched.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.end2end.atspi import Bus
from tests.end2end.ending import end as end
from tests.end2end.waiting import wait_for
from tests.fakes.bus import start_bus

TOOLS = ("Xvfb", "dbus-daemon", "openbox", "xdotool", "xclip")
SCREEN = "1600x1000x24"
ROOT = Path(__file__).parents[2]
ACCESSIBILITY = "org.a11y.Bus"


def missing_tools() -> list[str]:
    """What of the needed programs is not on this machine."""
    missing = [name for name in TOOLS if shutil.which(name) is None]
    if not Path("/usr/libexec/at-spi-bus-launcher").exists():
        missing.append("at-spi2-core")
    return missing


def read_line(process: subprocess.Popen[bytes], *, timeout: float = 60.0) -> str:
    """The next line that a process prints."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], timeout)
    assert ready, f"{process.args!r} printed nothing within {timeout:g} s"
    line = process.stdout.readline().decode("utf-8", "replace").strip()
    assert line or process.poll() is None, f"{process.args!r} ended with {process.returncode}"
    return line


@dataclass
class Desktop:
    """The running desktop; `environment` is what programs on it need."""

    environment: dict[str, str]
    bus: Bus
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(
        self, command: Sequence[str | Path], *, log: Path | None = None, **more: str
    ) -> subprocess.Popen[bytes]:
        """Start a program on this desktop, with the test's own home; `log` gets what it says."""
        environment = {**os.environ, **self.environment, **more}
        stream = log.open("ab") if log else subprocess.DEVNULL
        try:
            return subprocess.Popen(
                [str(word) for word in command],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
            )
        finally:
            if log:
                stream.close()  # type: ignore[union-attr]

    def xdotool(self, *words: object) -> str:
        result = subprocess.run(
            ["xdotool", *map(str, words)],
            env={**os.environ, **self.environment},
            capture_output=True,
            check=True,
            timeout=60,
        )
        return result.stdout.decode()

    def windows(self, title: str) -> list[int]:
        """The windows with this title, those that are hidden, too."""
        try:
            return [int(number) for number in self.xdotool("search", "--name", title).split()]
        except subprocess.CalledProcessError:
            return []

    def has_window_manager(self) -> bool:
        try:
            self.xdotool("get_desktop")
        except subprocess.CalledProcessError:
            return False
        return True

    def keys(self, *keys: str) -> None:
        """Press keys as the keyboard would, as in ``keys("ctrl+v")``."""
        self.xdotool("key", "--delay", 15, *keys)

    def click(self, x: int, y: int) -> None:
        self.xdotool("mousemove", "--sync", x, y, "click", 1)

    def copy(self, content: bytes, mime: str) -> None:
        """Put something on the clipboard, as another program would."""
        # xclip goes to the background by itself and serves until the next copy.
        subprocess.run(
            ["xclip", "-selection", "clipboard", "-t", mime, "-i"],
            input=content,
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=60,
        )

    def drag_files(self, files: Sequence[Path], x: int, y: int) -> str:
        """Drag files from another program and let them go at (x, y): ``copy`` or ``ignore``.

        The other program lives on, out of sight: the target may ask it for the data later.
        """
        command = [sys.executable, str(Path(__file__).with_name("dragsource.py")), *map(str, files)]
        source = subprocess.Popen(
            command,
            env={**os.environ, **self.environment},
            bufsize=0,  # a line that was read ahead would not be seen to be there
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(source)
        _, left, top = read_line(source).split()
        self.xdotool("mousemove", "--sync", left, top, "mousedown", 1)
        for part in (0.1, 0.5, 0.9, 1.0):
            across, down = (x - int(left)) * part, (y - int(top)) * part
            self.xdotool("mousemove", "--sync", int(left) + int(across), int(top) + int(down))
        # What is let go before the target has said that it takes it is not taken.
        while read_line(source) != "over copy":
            pass
        self.xdotool("mouseup", 1)
        while not (line := read_line(source)).startswith("done"):
            pass
        return line.split()[1]

    def screenshot(self, path: Path) -> None:
        """A picture of the whole screen, for looking into a failure."""
        from PIL import ImageGrab

        ImageGrab.grab(xdisplay=self.environment["DISPLAY"]).save(path)


def _start_screen(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A screen on a display number that the server itself finds to be free."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", SCREEN, "-noreset"]
    with (folder / "xvfb.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "-nolisten", "tcp"], pass_fds=[writer], stdout=log, stderr=log
        )
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        ready, _, _ = select.select([pipe], [], [], 60)
        assert ready, "the virtual screen did not start"
        number = pipe.readline().decode().strip()
    assert number, (folder / "xvfb.log").read_text()
    return process, f":{number}"


@contextlib.contextmanager
def running_desktop() -> Iterator[Desktop]:
    """A desktop for the length of the block."""
    # A short path: sockets of the buses lie here, and their names may have 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="posto-desk-"))
    processes: list[subprocess.Popen[bytes]] = []
    bus: Bus | None = None
    try:
        screen, display = _start_screen(folder)
        processes.append(screen)
        environment = {
            "DISPLAY": display,
            "WAYLAND_DISPLAY": "",
            "XDG_RUNTIME_DIR": str(folder),
            "TMPDIR": str(folder),  # what killed programs leave goes with the desktop
            "XDG_SESSION_TYPE": "x11",
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "GDK_BACKEND": "x11",
            "LC_ALL": "C.UTF-8",
        }
        dbus, environment["DBUS_SESSION_BUS_ADDRESS"] = start_bus(
            folder, [ACCESSIBILITY], **environment
        )
        processes.append(dbus)
        bus = Bus.of_session(environment["DBUS_SESSION_BUS_ADDRESS"])
        desktop = Desktop(environment, bus, processes)
        processes.append(desktop.start(["openbox"], log=folder / "openbox.log"))
        wait_for(desktop.has_window_manager, "the window manager")
        yield desktop
    finally:
        if bus is not None:
            bus.close()
        for process in reversed(processes):
            end(process)
        shutil.rmtree(folder, ignore_errors=True)
