"""Identifies the process that listens at an address of this computer, if the system allows it.

Linux has it under `/proc`. Other systems are not asked: they need a program (`lsof`) or
administrator rights, and a listener has to prove its identity in any case.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

__all__ = ["belongs_to"]

_LISTENS = "0A"  # TCP_LISTEN of include/net/tcp_states.h
_MAX_LINES = 10_000
_ANY = {socket.AF_INET: "0.0.0.0", socket.AF_INET6: "::"}


class _Listener(NamedTuple):
    host: str
    user: int
    inode: str


def belongs_to(host: str, port: int, pid: int) -> bool | None:
    """Return whether this user's process `pid` listens at `host` (an IP address) and `port`. None
    if unknown."""
    if not sys.platform.startswith("linux"):
        return None
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listeners = {listener.host: listener for listener in _listeners(family, port)}
    # A listener at the exact address gets the connection.
    listener = listeners.get(host) or listeners.get(_ANY[family])
    if listener is None:
        return None
    if listener.user != os.geteuid():
        return False
    try:
        descriptors = list(Path(f"/proc/{pid}/fd").iterdir())
    except FileNotFoundError:
        return False
    except OSError:
        return None
    return any(_target(descriptor) == f"socket:[{listener.inode}]" for descriptor in descriptors)


def _listeners(family: socket.AddressFamily, port: int) -> Iterator[_Listener]:
    """Yield the sockets that listen at a port. Layout: proc(5), /proc/net/tcp."""
    path = Path("/proc/net/tcp6" if family == socket.AF_INET6 else "/proc/net/tcp")
    with contextlib.suppress(OSError, ValueError, IndexError), path.open() as file:
        file.readline()
        for _ in range(_MAX_LINES):
            words = file.readline().split()
            # All listening ones come before all others.
            if not words or words[3] != _LISTENS:
                return
            address, _, number = words[1].partition(":")
            if int(number, 16) == port:
                yield _Listener(_address(family, address), int(words[7]), words[9])


def _address(family: socket.AddressFamily, digits: str) -> str:
    """Return an address from groups of four bytes, each in this processor's byte order."""
    groups = (digits[at : at + 8] for at in range(0, len(digits), 8))
    return socket.inet_ntop(family, b"".join(struct.pack("=I", int(group, 16)) for group in groups))


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""  # closed meanwhile
