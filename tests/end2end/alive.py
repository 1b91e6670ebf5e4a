"""Whether a window answers all the time, asked from outside, as assistive software would."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

from tests.end2end.app import App
from tests.end2end.atspi import Accessible, Bus, GoneError

# Seconds without an answer that count as frozen; the machine of the tests has other work as well.
FROZEN = 1.5
EVERY = 0.05


class Pulse:
    """`longest` is the longest time that the window took to say its name."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.beats = 0


@contextlib.contextmanager
def alive(app: App, *, frozen: float = FROZEN) -> Iterator[Pulse]:
    """The window of `app` answers during the block, and the app still runs at its end."""
    window = app.window
    bus = Bus.of_session(app.desktop.environment["DBUS_SESSION_BUS_ADDRESS"])
    there = Accessible(bus, window.bus_name, window.path)
    pulse, stop = Pulse(), threading.Event()

    def ask() -> None:
        while not stop.wait(EVERY):
            asked = time.monotonic()
            with contextlib.suppress(GoneError):
                assert there.name
                pulse.beats += 1
            pulse.longest = max(pulse.longest, time.monotonic() - asked)

    thread = threading.Thread(target=ask, name="pulse", daemon=True)
    thread.start()
    try:
        yield pulse
    finally:
        stop.set()
        thread.join(15)
        bus.close()
    assert app.process.poll() is None, app.said()
    assert pulse.beats, "the window never answered"
    assert pulse.longest < frozen, f"the window was frozen for {pulse.longest:.2f} s"
