"""The window under a real Wayland compositor: its id, typing, pasting, and files dropped on it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.end2end import steps
from tests.end2end.app import App
from tests.end2end.desktop import Desktop
from tests.end2end.waiting import wait_for
from tests.end2end.wayland import WaylandDesktop, missing_tools, running_sway
from tests.needs import require

pytestmark = pytest.mark.end2end


@pytest.fixture
def wayland(desktop: Desktop, tmp_path: Path) -> Iterator[WaylandDesktop]:
    require(missing_tools())
    with running_sway(desktop, tmp_path) as wayland:
        yield wayland


def test_it_opens_and_takes_keys_pastes_and_drops(
    wayland: WaylandDesktop, start_app: Callable[..., App], photo: Path
) -> None:
    app = start_app(**wayland.environment)
    window = wayland.window_of(app.process.pid)
    # Without the id a Wayland desktop shows no icon, and cannot tell what belongs together.
    assert window["app_id"] == "posto-desktop"
    entry = Path(__file__).parents[2] / "packaging" / "linux" / f"{window['app_id']}.desktop"
    assert entry.exists(), "the id is the name of the desktop entry"
    assert window["name"].startswith("Posto Desktop")
    wait_for(lambda: steps.channel(app, "Sandbox X").checked, "the channels")
    message = app.window.find("Message")
    wayland.focus(app.process.pid)
    wayland.pointer.click(*message.centre())
    wayland.keys("Typed, ")
    wait_for(lambda: message.text == "Typed, ", "the typed words", explain=lambda: message.text)
    wayland.copy("pasted – été".encode(), "text/plain;charset=utf-8")
    wayland.keys("-M", "ctrl", "v", "-m", "ctrl")
    wait_for(
        lambda: message.text == "Typed, pasted – été",
        "the pasted words",
        explain=lambda: message.text,
    )
    picture = io.BytesIO()
    Image.linear_gradient("L").save(picture, "PNG")
    wayland.copy(picture.getvalue(), "image/png")
    wayland.keys("-M", "ctrl", "v", "-m", "ctrl")
    wait_for(lambda: len(steps.media(app)) == 1, "the pasted picture")
    assert wayland.drag_files([photo], *message.centre()) == "copy"
    wait_for(lambda: photo.name in steps.media(app), "the dropped picture")
    wayland.focus(app.process.pid)
    wayland.keys("-M", "ctrl", "q", "-m", "ctrl")
    assert app.process.wait(60) == 0
