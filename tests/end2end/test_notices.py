"""A desktop notice about a post, and the way from it to that post, with dunst as the service."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jeepney import message_bus
from jeepney.io.blocking import open_dbus_connection

from posto_desktop.sdk import PostoSDK
from tests.end2end.app import App
from tests.end2end.desktop import Desktop, end
from tests.end2end.steps import open_page, schedule_rows
from tests.end2end.waiting import wait_for
from tests.needs import require

pytestmark = pytest.mark.end2end
SERVICE = "org.freedesktop.Notifications"
CONFIGURATION = """
[global]
    width = 400
    idle_threshold = 0
    mouse_left_click = do_action, close_current
[all]
    summary = "*"
    script = "{script}"
    timeout = 0
"""
NOTE_IT_DOWN = """#!/bin/sh
printf '%s\\n' "$DUNST_APP_NAME: $DUNST_SUMMARY" >> '{shown}'
"""


class Dunst:
    """The running notification service."""

    def __init__(self, desktop: Desktop, folder: Path) -> None:
        self._desktop = desktop
        self._shown = folder / "shown"
        script = folder / "note"
        script.write_text(NOTE_IT_DOWN.format(shown=self._shown), encoding="utf-8")
        script.chmod(0o755)
        configuration = folder / "dunstrc"
        configuration.write_text(CONFIGURATION.format(script=script), encoding="utf-8")
        log = folder / "dunst.log"
        self._process = desktop.start(["dunst", "-conf", configuration], log=log)
        with open_dbus_connection(desktop.environment["DBUS_SESSION_BUS_ADDRESS"]) as bus:
            call = message_bus.NameHasOwner(SERVICE)
            wait_for(lambda: bus.send_and_get_reply(call).body[0], "dunst", explain=log.read_text)

    def shown(self) -> list[str]:
        """What was shown so far: the program, and the title."""
        return self._shown.read_text("utf-8").splitlines() if self._shown.exists() else []

    def click(self) -> None:
        """Click on what is shown."""
        window = self._desktop.xdotool("search", "--sync", "--onlyvisible", "--class", "Dunst")
        place = ("mousemove", "--window", window.split()[0], 60, 20)
        self._desktop.xdotool(*place, "click", 1)

    def close(self) -> None:
        end(self._process)


@pytest.fixture
def dunst(desktop: Desktop, tmp_path: Path) -> Iterator[Dunst]:
    require([name for name in ("dunst",) if shutil.which(name) is None])
    made = Dunst(desktop, tmp_path)
    yield made
    made.close()


def test_a_notice_leads_to_its_post(dunst: Dunst, start_app: Callable[..., App]) -> None:
    app = start_app()
    assert app.window.find("Channels").item("Sandbox X", part=True)
    facts = wait_for(app.server_facts, "the workspace")
    with PostoSDK.from_credentials(
        str(facts["username"]), str(facts["password"]), base_url=str(facts["base_url"])
    ) as sdk:
        channel = next(channel for channel in sdk.channels if channel.name == "Sandbox X")
        post = {"post_content": "Fresh buns & tea"}
        item = {"channel_id": channel.id, "custom_post_data": post}
        sdk.compose([item], int(time.time()) + 15)
    open_page(app, "Schedule")
    app.activate()
    app.window.find("Refresh").press()
    wait_for(lambda: schedule_rows(app), "the plan", explain=app.window.outline)
    open_page(app, "Compose")
    (number,) = app.desktop.xdotool("getactivewindow").split()
    app.desktop.xdotool("windowminimize", "--sync", number)
    shown = wait_for(dunst.shown, "the notice", timeout=120)
    assert shown == ["Posto Desktop: “Fresh buns & tea” is published"]
    dunst.click()
    rows = wait_for(lambda: schedule_rows(app), "the schedule", explain=app.window.outline)
    assert [row["Status"] for row in rows] == ["Sent"]
    wait_for(
        lambda: app.desktop.xdotool("getactivewindow").split() == [number], "the window in front"
    )
