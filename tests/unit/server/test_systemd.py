"""What systemd is told, over a real socket as it has one."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from posto_desktop.server import systemd

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="systemd is Linux's")


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    # The path of a socket is short, that of a test may be long.
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening,
    ):
        listening.bind(str(Path(folder) / "notify"))
        listening.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", str(Path(folder) / "notify"))
        yield listening


def test_it_is_told(manager: socket.socket) -> None:
    assert systemd.notify("READY=1")
    assert manager.recv(100) == b"READY=1"


def test_without_systemd_nobody_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("", "relative", "/nowhere/at/all"):
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        assert not systemd.notify("READY=1")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="abstract sockets are Linux's")
def test_abstract_sockets_are_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0posto-test-{os.getpid()}")
        monkeypatch.setenv("NOTIFY_SOCKET", f"@posto-test-{os.getpid()}")
        assert systemd.notify("STOPPING=1")
        assert listening.recv(100) == b"STOPPING=1"


def test_the_watchdog_is_fed_only_while_the_sender_ticks(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping, asked, is_alive = threading.Event(), threading.Semaphore(0), [True]

    def look() -> bool:
        asked.release()
        return is_alive[0]

    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    thread = systemd.watch(look, stopping)
    assert thread is not None
    assert manager.recv(100) == b"WATCHDOG=1"
    is_alive[0] = False
    for _ in range(3):
        assert asked.acquire(timeout=60)
    manager.setblocking(False)
    arrived = 0
    with contextlib.suppress(BlockingIOError):
        while manager.recv(100):
            arrived += 1
    assert arrived <= 1, "one may have been on its way"
    stopping.set()
    thread.join(60)


@pytest.mark.parametrize(
    ("seconds", "process"), [("", ""), ("0", ""), ("soon", ""), ("20000", "1")]
)
def test_without_a_watchdog_nothing_runs(
    monkeypatch: pytest.MonkeyPatch, seconds: str, process: str
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", seconds or "0")
    if process:
        monkeypatch.setenv("WATCHDOG_PID", process)
    assert systemd.watch(lambda: True, threading.Event()) is None
