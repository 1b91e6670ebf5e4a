"""The desktop portal of freedesktop.org with its GTK back end, as GNOME and others run it."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from jeepney import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.end2end.desktop import Desktop, end
from tests.end2end.waiting import wait_for

PORTAL = Path("/usr/libexec/xdg-desktop-portal")
BACK_END = Path("/usr/libexec/xdg-desktop-portal-gtk")
NAMES = {
    BACK_END: "org.freedesktop.impl.portal.desktop.gtk",
    PORTAL: "org.freedesktop.portal.Desktop",
}
DARK, LIGHT = "prefer-dark", "default"


def missing_parts() -> list[str]:
    """What of it is not on this machine."""
    return [path.name for path in NAMES if not path.exists()]


class RealPortal:
    """The running portal. It tells programs of what a user sets in the desktop's settings."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CURRENT_DESKTOP": "GNOME",
            "GSETTINGS_BACKEND": "keyfile",
        }
        self._settings = folder / "glib-2.0" / "settings" / "keyfile"
        self._settings.parent.mkdir(parents=True)
        self.processes: list[subprocess.Popen[bytes]] = []
        self.set(LIGHT)

    def set(self, scheme: str, *, contrast: bool = False) -> None:
        """Set the settings of GNOME."""
        new = self._settings.with_suffix(".new")
        new.write_text(
            f"[org/gnome/desktop/interface]\ncolor-scheme='{scheme}'\n"
            f"[org/gnome/desktop/a11y/interface]\nhigh-contrast={str(contrast).lower()}\n",
            encoding="utf-8",
        )
        new.replace(self._settings)


@contextlib.contextmanager
def running_portal(desktop: Desktop, folder: Path) -> Iterator[RealPortal]:
    """The portal for the length of the block."""
    folder.mkdir()
    portal = RealPortal(folder)
    log = folder / "log"
    with open_dbus_connection(desktop.environment["DBUS_SESSION_BUS_ADDRESS"]) as bus:

        def has(name: str) -> bool:
            return bool(bus.send_and_get_reply(message_bus.NameHasOwner(name)).body[0])

        try:
            for program, name in NAMES.items():
                process = desktop.start([program], log=log, **portal.environment)
                portal.processes.append(process)
                wait_for(lambda: has(name), name, explain=log.read_text)  # noqa: B023
            yield portal
        finally:
            for process in reversed(portal.processes):
                end(process)
            # The next one is not to find the old one's name.
            for name in NAMES.values():
                wait_for(lambda: not has(name), f"the end of {name}")  # noqa: B023
