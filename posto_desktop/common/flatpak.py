"""Whether the program runs in a Flatpak, and what the desktop calls it there."""

from __future__ import annotations

import os

ENTRY = "posto-desktop"
"""Name of the desktop entry and the icon where a package or `install.sh` has put them."""


def flatpak_id() -> str:
    """Return the id of the Flatpak that the program runs in; "" outside of one."""
    return os.environ.get("FLATPAK_ID", "")


def desktop_entry() -> str:
    """Return the name of the desktop entry. A Flatpak may export only one that is called as it is
    itself."""
    return flatpak_id() or ENTRY
