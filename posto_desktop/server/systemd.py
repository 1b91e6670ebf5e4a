"""Messages to systemd about this service (sd_notify(3)): a datagram to `$NOTIFY_SOCKET`."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable

__all__ = ["notify", "watch"]


def notify(state: str) -> bool:
    """Say `READY=1`, `STOPPING=1` or `WATCHDOG=1`; return False where no systemd listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return False
    name = f"\0{address[1:]}" if address.startswith("@") else address
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams,
    ):
        datagrams.sendto(state.encode(), name)
        return True
    return False


def watch(is_alive: Callable[[], bool], stopping: threading.Event) -> threading.Thread | None:
    """Say `WATCHDOG=1` twice in each period of `WatchdogSec`, as long as `is_alive` returns True:
    without it systemd starts the service anew. Return None where no watchdog is set."""
    try:
        seconds = int(os.environ.get("WATCHDOG_USEC", "0")) / 1_000_000
    except ValueError:
        return None
    if seconds <= 0 or os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None

    def tick() -> None:
        while not stopping.wait(seconds / 2):
            if is_alive():
                notify("WATCHDOG=1")

    thread = threading.Thread(target=tick, name="watchdog", daemon=True)
    thread.start()
    return thread
