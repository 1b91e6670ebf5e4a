"""Disks that are small, full or read-only, for as long as a test runs."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class Disk:
    """A mounted file system of its own."""

    folder: Path

    @property
    def ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self, *, leave: int = 0) -> None:
        """Write until not a byte goes on it any more, then give `leave` bytes back."""
        with self.ballast.open("ab", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
        if leave:
            os.truncate(self.ballast, max(0, self.ballast.stat().st_size - leave))

    def make_room(self) -> None:
        self.ballast.unlink()

    def set_read_only(self, on: bool) -> None:
        word = "ro" if on else "rw"
        subprocess.run(["mount", "-o", f"remount,{word}", str(self.folder)], check=True)


@contextlib.contextmanager
def small_disk(folder: Path, size: str = "30m") -> Iterator[Disk]:
    """A disk of its own; skips the test where none may be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    may = mount is not None and hasattr(os, "geteuid") and os.geteuid() == 0
    if not may or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextlib.contextmanager
def forbidden(folder: Path) -> Iterator[None]:
    """Nobody may write into this folder, which stays where it is.

    Access rights do it for ordinary users. Nothing forbids root anything but a read-only disk, so
    there the folder is mounted over itself.
    """
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        where = str(folder)
        for command in (
            ["mount", "--bind", where, where],
            ["mount", "-o", "remount,bind,ro", where],
        ):
            if subprocess.run(command, capture_output=True, check=False).returncode:
                pytest.skip("needs the right to mount")
        try:
            yield
        finally:
            subprocess.run(["umount", "-l", where], check=True)
        return
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*")) if path.is_dir()}
    try:
        for path in modes:
            path.chmod(0o555)
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
