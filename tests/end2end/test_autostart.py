"""Tests of sending at sign-in of the computer: set in the settings, adopted by the app, kept after
quitting."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from posto_desktop.sdk import PostoSDK
from tests.end2end.app import App
from tests.end2end.atspi import Accessible
from tests.end2end.desktop import Desktop
from tests.end2end.waiting import wait_for

pytestmark = pytest.mark.end2end
SWITCH = "Send after I sign in to this computer"


def open_switch(app: App) -> Accessible:
    """The switch in the settings, found by its words as a person would."""
    assert app.window.find("Channels").item("Sandbox X", part=True)  # all is built
    app.activate()
    app.desktop.keys("ctrl+comma")
    search = app.program.find("Find a setting")
    search.set_text("sign in to this computer")
    app.program.find("Found settings").item(SWITCH, part=True)
    search.focus()
    app.desktop.keys("Return")
    return app.program.find(SWITCH, role="button")


def sign_in(desktop: Desktop, entry: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start what the entry says, as a desktop does when its user signs in."""
    (line,) = re.findall(r"^Exec=(.*)$", entry.read_text("utf-8"), re.MULTILINE)
    words = [word.replace("%%", "%") for word in re.findall(r'"((?:[^"\\]|\\.)*)"', line)]
    return desktop.start(words, log=log)


def lives(pid: object) -> bool:
    try:
        return psutil.Process(int(str(pid))).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_the_computer_starts_it_the_app_uses_it_and_leaves_it(
    desktop: Desktop, start_app: Callable[..., App], tmp_path: Path
) -> None:
    config = tmp_path / "config"
    app = start_app(XDG_CONFIG_HOME=str(config))
    own = wait_for(app.server_facts, "the workspace")
    switch = open_switch(app)
    assert not switch.checked
    switch.do("Toggle")
    entries = lambda: list((config / "autostart").glob("posto-sending*.desktop"))  # noqa: E731
    (entry,) = wait_for(entries, "the autostart entry")
    app.desktop.keys("Escape")
    assert app.quit() == 0
    # Nothing is planned: the app's own server has nothing to stay for.
    wait_for(lambda: not lives(own["pid"]), "the app's own server to end")

    started = sign_in(desktop, entry, tmp_path / "server.log")
    facts = wait_for(app.server_facts, "the server that was started")
    assert facts["pid"] == started.pid
    assert facts["detached"] is True

    again = start_app(XDG_CONFIG_HOME=str(config))
    assert again.window.find("Channels").item("Sandbox X", part=True)
    assert again.server_facts() == facts
    assert again.quit() == 0
    assert again.server_facts() == facts
    assert lives(started.pid)
    started.terminate()
    assert started.wait(60) == 0


def test_what_is_planned_goes_out_after_quitting(
    start_app: Callable[..., App], tmp_path: Path
) -> None:
    config = tmp_path / "config"
    (config / "autostart").mkdir(parents=True)
    app = start_app(XDG_CONFIG_HOME=str(config))
    open_switch(app).do("Toggle")
    wait_for(lambda: list((config / "autostart").iterdir()), "the autostart entry")
    app.desktop.keys("Escape")
    facts = wait_for(app.server_facts, "the workspace")
    with PostoSDK.from_credentials(
        str(facts["username"]), str(facts["password"]), base_url=str(facts["base_url"])
    ) as sdk:
        channel = next(channel for channel in sdk.channels if channel.name == "Sandbox Mastodon")
        item = {"channel_id": channel.id, "custom_post_data": {"post_content": "Later"}}
        sdk.compose([item], int(time.time()) + 86_400)
    assert app.quit() == 0
    lingering = wait_for(
        lambda: (app.server_facts() or {}).get("lingering"), "the server to be on its own"
    )
    assert lingering
    assert lives(facts["pid"])
