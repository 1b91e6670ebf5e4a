"""Objects that can lie in a home in place of a file, and the list of the files of a home."""

from __future__ import annotations

import os
import random
import stat
from collections.abc import Callable
from pathlib import Path

SPARSE = 20 << 30
"""Bytes of a file that is long and takes no room."""


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _endless(path: Path) -> None:
    path.symlink_to(_device(path, "zero", 5))


def _full(path: Path) -> None:
    path.symlink_to(_device(path, "full", 7))


def _device(beside: Path, name: str, minor: int) -> Path:
    """A device like that of the system. Root could replace the system's own one."""
    device = beside.with_name(f".a-device-{name}")
    if os.geteuid() != 0:
        return Path("/dev", name)
    if not device.exists():
        os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, minor))
    return device


def _folder(path: Path) -> None:
    path.mkdir()
    (path / "of somebody").write_text("theirs")


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _socket(path: Path) -> None:
    os.mknod(path, stat.S_IFSOCK | 0o600)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(SPARSE)


def _random(path: Path) -> None:
    path.write_bytes(random.Random(14).randbytes(100_000))


def _unreadable(path: Path) -> None:
    path.write_bytes(b"{}")
    path.chmod(0)


KINDS: dict[str, Callable[[Path], None]] = {
    "pipe": _pipe,
    "endless": _endless,
    "full": _full,
    "folder": _folder,
    "loop": _loop,
    "socket": _socket,
    "sparse": _sparse,
    "random": _random,
    "unreadable": _unreadable,
}

FILES: tuple[str, ...] = (
    "config/settings.json",
    "config/settings.json.bak",
    "config/accounts.json",
    "config/accounts.json.bak",
    "config/secrets.json",
    "config/defaults.json",
    "config/.defaults.lock",
    "config/snippets.json",
    "config/.snippets.lock",
    "config/import_columns.json",
    "config/styles/Mine.json",
    "config/styles/.lock",
    "config/styles/watermarks/mark.png",
    "data/posto.db",
    "data/posto.db-wal",
    "data/posto.db-shm",
    "data/posto.db-journal",
    "data/posto.lock",
    "data/outbox.lock",
    "data/moves.lock",
    "data/restore.json",
    "data/calendars.json",
    "data/recent-media.json",
    "data/workspace/signing-key",
    "data/workspace/server.lock",
    "data/workspace/server.json",
    "data/workspace/server.log",
    "data/workspace/server.log.old",
    "data/workspace/calendar.json",
    "data/workspace/request-route.json",
    "data/workspace/secrets.json",
    "data/workspace/moved-to.json",
    "data/workspace/workspace.db",
    "data/workspace/workspace.db-wal",
    "data/workspace/workspace.db-shm",
    "data/workspace/workspace.db-journal",
    "data/workspace/sandbox/feed.db",
    "data/workspace/sandbox/feed.db-wal",
    "data/workspace/sandbox/feed.db-shm",
    "data/workspace/sandbox/feed.db-journal",
    "logs/posto.log",
    "logs/posto.log.1",
    "logs/posto.log.2",
    "logs/crash.log",
)
"""Each file with a name of its own that the app or its server opens in a home."""
