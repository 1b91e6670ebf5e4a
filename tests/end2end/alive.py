"""Checks over the accessibility bus that a window always responds."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil

from tests.end2end.app import App
from tests.end2end.atspi import Accessible, Bus, RemovedError

# Seconds without an answer that count as frozen, less those in which other programs had the cores.
FROZEN = 1.5
EVERY = 0.05


class Pulse:
    """`longest` is the longest time that the window itself took to say its name."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.beats = 0


@contextlib.contextmanager
def alive(app: App, *, frozen: float = FROZEN) -> Iterator[Pulse]:
    """The window of `app` answers during the block, and the app still runs at its end."""
    window = app.window
    bus = Bus.of_session(app.desktop.environment["DBUS_SESSION_BUS_ADDRESS"])
    accessible = Accessible(bus, window.bus_name, window.path)
    pulse, stop = Pulse(), threading.Event()
    buses = [
        process
        for process in psutil.Process().children(recursive=True)
        if process.name() == "dbus-daemon"
    ]
    asked_of = [app.process.pid, *(bus.pid for bus in buses)]

    def ask() -> None:
        while not stop.wait(EVERY):
            asked, starved = time.monotonic(), _starved(asked_of)
            with contextlib.suppress(RemovedError):
                assert accessible.name
                pulse.beats += 1
            took = time.monotonic() - asked
            pulse.longest = max(pulse.longest, took - max(0.0, _starved(asked_of) - starved))

    thread = threading.Thread(target=ask, name="pulse", daemon=True)
    thread.start()
    try:
        yield pulse
    finally:
        stop.set()
        thread.join(60)
        bus.close()
    assert app.process.poll() is None, app.output()
    assert pulse.beats, "the window never answered"
    assert pulse.longest < frozen, f"the window was frozen for {pulse.longest:.2f} s"


def _starved(programs: Iterable[int]) -> float:
    """How long the threads of these processes and this one were ready to run while the cores had
    other work, in seconds. Linux tells it; elsewhere it is 0."""
    tasks = [Path(f"/proc/self/task/{threading.get_native_id()}")]
    for pid in programs:
        with contextlib.suppress(OSError):
            tasks += Path(f"/proc/{pid}/task").iterdir()
    total = 0
    for task in tasks:
        with contextlib.suppress(OSError):
            total += int((task / "schedstat").read_text().split()[1])
    return total / 1e9
