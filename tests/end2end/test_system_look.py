"""Tests of what a desktop says and shows for the app, by the real portal with its GTK back end."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageColor, ImageGrab

from tests.end2end import steps
from tests.end2end.app import App
from tests.end2end.desktop import ROOT, Desktop
from tests.end2end.real_portal import DARK, LIGHT, RealPortal, missing_parts, running_portal
from tests.end2end.waiting import wait_for
from tests.needs import require

pytestmark = pytest.mark.end2end


@pytest.fixture
def portal(desktop: Desktop, tmp_path: Path) -> Iterator[RealPortal]:
    require(missing_parts())
    with running_portal(desktop, tmp_path / "portal") as portal:
        yield portal


def picture(app: App) -> Image.Image:
    """What the window shows."""
    left, top, width, height = app.window.place()
    shot = ImageGrab.grab(xdisplay=app.desktop.environment["DISPLAY"]).convert("RGB")
    return shot.crop((left, top, left + width, top + height))


def brightness(app: App) -> float:
    """Of the middle of the window, 0 to 255."""
    shown = picture(app).convert("L")
    width, height = shown.size
    part = shown.crop((width // 3, 100, width // 2, height - 100))
    return float(sum(part.tobytes())) / (part.width * part.height)


def faint_dots(app: App) -> int:
    """How many dots have the colour that faint borders have in the light theme."""
    with (ROOT / "resources" / "themes" / "light.toml").open("rb") as file:
        colour = ImageColor.getrgb(tomllib.load(file)["colour"]["border"])
    return {dots: count for count, dots in picture(app).getcolors(1 << 24)}.get(colour, 0)


def test_dark_and_contrast_are_followed_while_it_runs(
    portal: RealPortal, start_app: Callable[..., App]
) -> None:
    app = start_app(XDG_CURRENT_DESKTOP="GNOME")
    assert app.window.find("Channels")
    wait_for(lambda: brightness(app) > 180, "a light window")
    wait_for(lambda: faint_dots(app) > 1000, "faint borders", explain=lambda: faint_dots(app))
    portal.set(LIGHT, contrast=True)
    wait_for(lambda: faint_dots(app) < 100, "strong borders", explain=lambda: faint_dots(app))
    portal.set(DARK)
    wait_for(lambda: brightness(app) < 90, "a dark window")
    portal.set(LIGHT)
    wait_for(lambda: brightness(app) > 180, "a light window again")


def test_files_are_chosen_in_the_dialog_of_the_desktop(
    portal: RealPortal, start_app: Callable[..., App], photo: Path
) -> None:
    """As in a Flatpak, where the app sees no files but those that were chosen there."""
    app = start_app(XDG_CURRENT_DESKTOP="GNOME", QT_QPA_PLATFORMTHEME="xdgdesktopportal")
    wait_for(lambda: steps.channel(app, "Sandbox X").checked, "the channels")
    app.activate()
    app.window.find(object_name="browse").press()
    back_end = app.desktop.bus.program(portal.processes[0].pid)
    assert back_end.find(role="file chooser")
    number = app.desktop.xdotool(
        "search", "--sync", "--onlyvisible", "--pid", portal.processes[0].pid
    ).split()[-1]
    app.desktop.xdotool("windowactivate", "--sync", number)
    app.desktop.xdotool("type", "--delay", 12, str(photo))
    app.desktop.keys("Return")
    steps.wait_for_media(app, photo.name)
