"""Messages to the app that runs in a home, from processes without Qt.

The app writes the address of its local socket into `posto.lock` (`workers.instance`); a message is
one line of JSON, as a second start sends it.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from posto_desktop.storage import regular_files

PROTOCOL = 1
LOCK_FILE = "posto.lock"
SECONDS = 2.0
"""How long the app may take to answer."""
_ADDRESS_LINE = 3
_LONGEST_LOCK = 4_000

Changed = Literal["outbox", "drafts", "proposals", "schedule", "campaigns", "evergreen"]
"""What another process changed in posto.db, or on the service."""


def notify_changed(data_folder: Path, changed: Sequence[Changed]) -> bool:
    """Tell the app that something changed; it reads that again, without showing itself. Return
    whether an app answered. Blocks for at most `SECONDS`."""
    address = _address(data_folder)
    if not address:
        return False
    line = json.dumps({"version": PROTOCOL, "changed": list(changed)}).encode("ascii") + b"\n"
    try:
        if sys.platform == "win32":
            with open(address, "r+b", buffering=0) as pipe:  # noqa: PTH123 - a pipe's name
                pipe.write(line)
                return pipe.read(2) == b"ok"
        if Path(address).stat().st_uid != os.getuid():
            return False  # in a shared folder anybody can create the name
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(SECONDS)
            connection.connect(address)
            connection.sendall(line)
            return connection.recv(2) == b"ok"
    except (OSError, ValueError):  # ValueError: an address with a NUL
        return False


def _address(data_folder: Path) -> str:
    """Return the address that the lock's last holder wrote, "" without one."""
    try:
        words = regular_files.read_regular(data_folder / LOCK_FILE, _LONGEST_LOCK)
    except OSError:
        return ""
    lines = os.fsdecode(words).split("\n")
    return lines[_ADDRESS_LINE] if len(lines) > _ADDRESS_LINE else ""
