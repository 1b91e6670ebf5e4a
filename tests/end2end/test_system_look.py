"""Tests of the desktop's settings: dark and light while the app runs, and its app id."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import ImageGrab

from tests.end2end.app import App
from tests.end2end.desktop import Desktop, end
from tests.end2end.waiting import wait_for
from tests.fakes.bus import Portal

pytestmark = pytest.mark.end2end


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
    portal.become(Portal.DARK)
    wait_for(lambda: brightness(app) < 90, "a dark window")
    portal.become(Portal.LIGHT)
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
            pattern = re.compile(r'set_app_id\("(.*)"\)')
            app_ids = wait_for(
                lambda: pattern.findall(log.read_text("utf-8", "replace")), "an app id"
            )
            assert set(app_ids) == {"posto-desktop"}
            entry = Path(__file__).parents[2] / "packaging" / "linux" / f"{app_ids[0]}.desktop"
            assert entry.exists(), "the id is the name of the desktop entry"
            assert app.poll() is None
        finally:
            end(app, timeout=60)
    finally:
        end(compositor)
        shutil.rmtree(folder, ignore_errors=True)
