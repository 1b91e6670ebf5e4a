"""What the desktop says is followed: dark and light while the app runs, and whose window it is."""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import open_dbus_connection
from PIL import ImageGrab

from tests.end2end.app import App
from tests.end2end.desktop import Desktop, end
from tests.end2end.waiting import wait_for

pytestmark = pytest.mark.end2end
LOOK = "org.freedesktop.appearance"
SETTINGS = DBusAddress(
    "/org/freedesktop/portal/desktop",
    "org.freedesktop.portal.Desktop",
    "org.freedesktop.portal.Settings",
)
DARK, LIGHT = 1, 2


class Portal:
    """The part of a desktop's portal that tells whether it is dark."""

    def __init__(self, address: str) -> None:
        self.scheme = LIGHT
        self._connection = open_dbus_connection(address)
        call = message_bus.RequestName(SETTINGS.bus_name)
        assert self._connection.send_and_get_reply(call, timeout=10).body == (1,)
        self._thread = threading.Thread(target=self._serve, name="portal", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while True:
                message = self._connection.receive()
                if message.header.message_type != MessageType.method_call:
                    continue
                member = message.header.fields[HeaderFields.member]
                value = ("u", self.scheme)
                if member == "ReadAll":
                    answer = new_method_return(
                        message, "a{sa{sv}}", ({LOOK: {"color-scheme": value}},)
                    )
                elif message.body == (LOOK, "color-scheme"):
                    nested = ("v", value) if member == "Read" else value
                    answer = new_method_return(message, "v", (nested,))
                else:
                    answer = new_error(message, "org.freedesktop.portal.Error.NotFound")
                self._connection.send(answer)

    def become(self, scheme: int) -> None:
        self.scheme = scheme
        body = (LOOK, "color-scheme", ("u", scheme))
        self._connection.send(new_signal(SETTINGS, "SettingChanged", "ssv", body))

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.sock.shutdown(2)
        self._thread.join(5)
        self._connection.close()


@pytest.fixture
def portal(desktop: Desktop) -> Iterator[Portal]:
    made = Portal(desktop.environment["DBUS_SESSION_BUS_ADDRESS"])
    yield made
    made.close()


def brightness(app: App) -> float:
    """Of the middle of the window, 0 to 255."""
    left, top, width, height = app.window.place()
    shot = ImageGrab.grab(xdisplay=app.desktop.environment["DISPLAY"]).convert("L")
    part = shot.crop((left + width // 3, top + 100, left + width // 2, top + height - 100))
    return float(sum(part.tobytes())) / (part.width * part.height)


def test_dark_and_light_are_followed_while_it_runs(
    portal: Portal, start_app: Callable[..., App]
) -> None:
    app = start_app(XDG_CURRENT_DESKTOP="GNOME")
    assert app.window.find("Channels")
    wait_for(lambda: brightness(app) > 180, "a light window")
    portal.become(DARK)
    wait_for(lambda: brightness(app) < 90, "a dark window")
    portal.become(LIGHT)
    wait_for(lambda: brightness(app) > 180, "a light window again")


@pytest.mark.skipif(shutil.which("weston") is None, reason="not here: weston")
def test_wayland_is_told_whose_window_it_is(desktop: Desktop, tmp_path: Path) -> None:
    """Without the id a Wayland desktop shows no icon, and cannot tell what belongs together."""
    folder = Path(tempfile.mkdtemp(prefix="posto-wl-"))
    folder.chmod(0o700)
    screen = {"XDG_RUNTIME_DIR": str(folder), "WAYLAND_DISPLAY": "posto"}
    compositor = desktop.start(
        ["weston", "--backend=headless", "--socket=posto", "--idle-time=0"],
        log=tmp_path / "weston.log",
        **screen,
    )
    log = tmp_path / "app.log"
    try:
        wait_for(lambda: (folder / "posto").exists(), "the compositor")
        program = [sys.executable, "-m", "posto_desktop", "--home", tmp_path / "home"]
        app = desktop.start(
            program, log=log, **screen, QT_QPA_PLATFORM="wayland", WAYLAND_DEBUG="client"
        )
        try:
            told = re.compile(r'set_app_id\("(.*)"\)')
            found = wait_for(lambda: told.findall(log.read_text("utf-8", "replace")), "an app id")
            assert set(found) == {"posto-desktop"}
            entry = Path(__file__).parents[2] / "packaging" / "linux" / f"{found[0]}.desktop"
            assert entry.exists(), "the id is the name of the desktop entry"
            assert app.poll() is None
        finally:
            end(app, timeout=15)
    finally:
        end(compositor)
        shutil.rmtree(folder, ignore_errors=True)
