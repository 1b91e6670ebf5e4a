"""The panel of Xfce with nothing but its tray, a real watcher of StatusNotifier icons."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from jeepney import DBusAddress, MessageType, Properties, message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.end2end.desktop import Desktop, end
from tests.end2end.waiting import wait_for

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=10;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="20"/>
      <property name="size" type="uint" value="30"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray"/>
  </property>
</channel>
"""
WATCHER = "org.kde.StatusNotifierWatcher"
XFCONF = "org.xfce.Xfconf"
LEFT, RIGHT = 1, 3


def _daemon() -> Path | None:
    """The service of Xfce's settings."""
    return next(iter(Path("/usr/lib").glob("*/xfce4/xfconf/xfconfd")), None)


def missing_parts() -> list[str]:
    """What of it is not on this machine."""
    is_installed = shutil.which("xfce4-panel") is not None and _daemon() is not None
    return [] if is_installed else ["xfce4-panel"]


class RealPanel:
    """The running panel."""

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop
        self._bus = open_dbus_connection(desktop.environment["DBUS_SESSION_BUS_ADDRESS"])

    def has(self, name: str) -> bool:
        """Whether somebody has this name on the session bus."""
        return bool(self._bus.send_and_get_reply(message_bus.NameHasOwner(name)).body[0])

    def icons(self) -> list[str]:
        """Where the icons come from that it has taken."""
        place = DBusAddress("/StatusNotifierWatcher", WATCHER, WATCHER)
        reply = self._bus.send_and_get_reply(
            Properties(place).get("RegisteredStatusNotifierItems"), timeout=60
        )
        return [] if reply.header.message_type == MessageType.error else reply.body[0][1]

    def click(self, button: int) -> None:
        """Click on the only icon."""
        window = self._desktop.xdotool("search", "--onlyvisible", "--class", "xfce4-panel")
        # Without --sync, which waits long for a mouse that is there already.
        place = ("mousemove", "--window", window.split()[0], 12, 14)
        self._desktop.xdotool(*place, "click", button)

    def close(self) -> None:
        self._bus.close()


@contextlib.contextmanager
def running_panel(desktop: Desktop, folder: Path) -> Iterator[RealPanel]:
    """The panel for the length of the block."""
    settings = folder / "xfce4" / "xfconf" / "xfce-perchannel-xml" / "xfce4-panel.xml"
    settings.parent.mkdir(parents=True)
    settings.write_text(SETTINGS, encoding="utf-8")
    own = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "GSETTINGS_BACKEND": "memory"}
    log = folder / "log"
    panel = RealPanel(desktop)
    processes = []
    try:
        daemon = _daemon()
        assert daemon is not None
        processes.append(desktop.start([daemon], log=log, **own))
        wait_for(lambda: panel.has(XFCONF), "the settings of Xfce", explain=log.read_text)
        processes.append(desktop.start(["xfce4-panel", "--disable-wm-check"], log=log, **own))
        wait_for(lambda: panel.has(WATCHER), "the tray of the panel", explain=log.read_text)
        yield panel
    finally:
        for process in reversed(processes):
            end(process)
        wait_for(lambda: not panel.has(WATCHER), "the end of the tray")
        panel.close()
