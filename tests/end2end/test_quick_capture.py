"""Quick capture by the real key of a real display: from another program to a scheduled post."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.settings import Settings
from tests.end2end.app import App
from tests.end2end.desktop import Desktop
from tests.end2end.waiting import wait_for
from tests.end2end.x_keyboard import XKeyboard, missing_libraries
from tests.needs import require

pytestmark = pytest.mark.end2end
KEYS = ("Control_L", "Alt_L", "p")


def test_a_key_leads_to_a_scheduled_post(
    desktop: Desktop, start_app: Callable[..., App], tmp_path: Path
) -> None:
    require(missing_libraries())
    paths = find_paths(tmp_path / "home")
    paths.config.mkdir(parents=True)
    Settings(paths.settings).set("quick.shortcut", "Ctrl+Alt+P")
    app = start_app()
    assert app.window.find("Channels").item("Sandbox X", part=True)
    app.activate()
    with XKeyboard(desktop.environment["DISPLAY"]) as keyboard:
        before = keyboard.focus()

        def opened() -> list[int]:
            keyboard.press(*KEYS)
            return desktop.windows("^Quick post$")

        (quick,) = wait_for(opened, "quick capture", every=0.3, explain=app.output)
        wait_for(lambda: keyboard.focus() == quick, "the caret in it", explain=app.output)
        desktop.xdotool("type", "--delay", 5, "Buns are back @facebook tomorrow 9")
        desktop.keys("Return")
        wait_for(lambda: keyboard.focus() == before, "the window before")

    rows = wait_for(
        lambda: app.ask_server("fs-poster/v1/schedules")["schedules"],
        "the post",
        explain=app.output,
    )
    assert isinstance(rows, list)
    (row,) = rows
    assert row["posting_data"]["content"] == "Buns are back"
    assert (row["channel"]["social_network"], row["status"]) == ("fb", "not_sent")
