"""Tests of the tray icon and its menu, through the desktop's own interface, and with a real panel.

The first test is the desktop's tray: it owns the name that icons register with, and reads menus.
"""

from __future__ import annotations

import contextlib
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    message_bus,
    new_error,
    new_method_call,
    new_method_return,
)
from jeepney.io.blocking import open_dbus_connection

from posto_desktop.sdk import PostoSDK
from tests.end2end.app import App
from tests.end2end.desktop import Desktop
from tests.end2end.real_panel import LEFT, RIGHT, missing_parts, running_panel
from tests.end2end.waiting import wait_for
from tests.needs import require

pytestmark = pytest.mark.end2end
WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"


class TrayHost:
    """Takes icons, and speaks with the one that came last."""

    def __init__(self, address: str) -> None:
        self._serving = open_dbus_connection(address)
        self._asking = open_dbus_connection(address)
        self._items: queue.Queue[str] = queue.Queue()
        self.item = ""
        call = message_bus.RequestName(WATCHER)
        assert self._serving.send_and_get_reply(call, timeout=60).body == (1,)
        self._thread = threading.Thread(target=self._serve, name="tray-host", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while True:
                message = self._serving.receive()
                if message.header.message_type != MessageType.method_call:
                    continue
                member = message.header.fields[HeaderFields.member]
                if member == "RegisterStatusNotifierItem":
                    self._items.put(message.header.fields[HeaderFields.sender])
                    answer = new_method_return(message)
                elif message.body == (WATCHER, "IsStatusNotifierHostRegistered"):
                    answer = new_method_return(message, "v", (("b", True),))
                elif message.body == (WATCHER, "ProtocolVersion"):
                    answer = new_method_return(message, "v", (("i", 0),))
                else:
                    answer = new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")
                self._serving.send(answer)

    def wait_for_item(self) -> None:
        self.item = self._items.get(timeout=60)

    def _call(self, path: str, interface: str, member: str, types: str, *values: Any) -> Any:
        place = DBusAddress(path, self.item, interface)
        call = new_method_call(place, member, types, values)
        reply = self._asking.send_and_get_reply(call, timeout=60)
        if reply.header.message_type == MessageType.error:
            raise LookupError(str(reply.body))
        return reply.body

    def get(self, name: str) -> Any:
        """A property of the icon."""
        properties = "org.freedesktop.DBus.Properties"
        return self._call("/StatusNotifierItem", properties, "Get", "ss", ITEM, name)[0][1]

    def menu(self) -> dict[str, int]:
        """What can be read in the menu, with the numbers of the entries."""
        path = self.get("Menu")
        self._call(path, MENU, "AboutToShow", "i", 0)
        _revision, (_number, _facts, entries) = self._call(
            path, MENU, "GetLayout", "iias", 0, -1, []
        )
        numbers: dict[str, int] = {}
        for _type, (number, facts, _inner) in entries:
            shown = facts.get("visible", ("b", True))[1]
            text = facts.get("label", ("s", ""))[1]
            if shown and text:
                numbers[text] = number
        return numbers

    def choose(self, text: str) -> None:
        number = self.menu()[text]
        path = self.get("Menu")
        self._call(path, MENU, "Event", "isvu", number, "clicked", ("s", ""), 0)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._serving.sock.shutdown(2)
        self._thread.join(60)
        self._serving.close()
        self._asking.close()


@pytest.fixture
def tray(desktop: Desktop) -> Iterator[TrayHost]:
    made = TrayHost(desktop.environment["DBUS_SESSION_BUS_ADDRESS"])
    yield made
    made.close()


def visible(app: App) -> bool:
    """Whether a window of the app is on the screen."""
    search = ("search", "--maxdepth", 3, "--onlyvisible", "--pid", app.process.pid)
    try:
        return bool(app.desktop.xdotool(*search, "--name", "Posto").split())
    except subprocess.CalledProcessError:  # how it says that there is none
        return False


def test_the_app_goes_on_in_the_tray_and_comes_back(
    tray: TrayHost, start_app: Callable[..., App]
) -> None:
    app = start_app()
    tray.wait_for_item()
    facts = wait_for(app.server_facts, "the workspace")
    with PostoSDK.from_credentials(
        str(facts["username"]), str(facts["password"]), base_url=str(facts["base_url"])
    ) as sdk:
        channel = next(channel for channel in sdk.channels if channel.name == "Sandbox X")
        item = {"channel_id": channel.id, "custom_post_data": {"post_content": "Buns_and tea"}}
        sdk.compose([item], int(time.time()) + 86_400)
    app.activate()
    app.desktop.keys("F5")
    menu = wait_for(
        lambda: tray.menu() if "1 scheduled post" in tray.menu() else None,
        "what is pending",
        explain=tray.menu,
    )
    assert any(text.startswith("Next: Buns") and "tomorrow" in text for text in menu), menu

    app.activate()
    app.desktop.keys("alt+F4")
    wait_for(lambda: not visible(app), "the window to go")
    assert app.process.poll() is None
    tray.choose("Pause sending")
    wait_for(lambda: "Resume sending" in tray.menu(), "the pause", explain=tray.menu)
    tray.choose("Open Posto Desktop")
    wait_for(lambda: visible(app), "the window to come back")
    tray.choose("Quit")
    assert app.process.wait(60) == 0


def test_the_panel_of_a_desktop_shows_the_icon_and_its_menu(
    desktop: Desktop, start_app: Callable[..., App], tmp_path: Path
) -> None:
    require(missing_parts())
    with running_panel(desktop, tmp_path / "panel") as panel:
        app = start_app()
        wait_for(panel.icons, "the icon in the panel")
        app.activate()
        desktop.keys("alt+F4")
        wait_for(lambda: not visible(app), "the window to go")
        panel.click(LEFT)
        wait_for(lambda: visible(app), "the window to come back")

        def choose_last_entry() -> bool:
            """Which is Quit. Nothing says when the menu is open: an early key goes by."""
            if app.process.poll() is None:
                panel.click(RIGHT)
                desktop.keys("Up", "Return")
            return app.process.poll() is not None

        wait_for(choose_last_entry, "the end of the app", every=1.0)
        assert app.process.wait(60) == 0
