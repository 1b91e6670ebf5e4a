"""Which global shortcut this system has."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from posto_desktop.workers.shortcuts.shortcut import GlobalShortcut

__all__ = ["make_shortcut"]


def make_shortcut(parent: QObject | None = None) -> GlobalShortcut | None:
    """Return the shortcut of this system; None where there is none."""
    if sys.platform == "win32":
        from posto_desktop.workers.shortcuts.windows_key import WindowsShortcut

        return WindowsShortcut(parent)
    if not sys.platform.startswith("linux"):
        return None
    if os.environ.get("WAYLAND_DISPLAY") or QGuiApplication.platformName() == "wayland":
        # A key that an X client grabs there reaches it from other X clients alone.
        from posto_desktop.workers.shortcuts.portal import PortalShortcut

        return PortalShortcut(parent) if PortalShortcut.is_possible() else None
    if QGuiApplication.platformName() == "xcb":
        from posto_desktop.workers.shortcuts.x11 import X11Shortcut

        return X11Shortcut(parent)
    return None
