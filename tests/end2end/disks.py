"""Disks that are small, full or read-only, for as long as a test runs."""

from __future__ import annotations

import contextlib
import errno
import filecmp
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end2end.waiting import wait_for


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


@dataclass
class Block:
    """A disk on a file of its own, whose power can be cut."""

    folder: Path
    image: Path
    options: str = "loop"

    def snapshot(self, target: Path) -> None:
        """What the disk itself has at one moment: copied until nothing was written meanwhile.
        Whoever writes has to be stopped; the system may be writing down what it still holds."""
        while True:
            subprocess.run(["cp", "--sparse=always", str(self.image), str(target)], check=True)
            if filecmp.cmp(self.image, target, shallow=False):
                return

    def lose(self, snapshot: Path) -> None:
        """Go on with what was on the disk at a snapshot: what came after it never happened. No
        program may have a file open on it any more."""
        unmount = ["umount", str(self.folder)]
        wait_for(
            lambda: subprocess.run(unmount, capture_output=True, check=False).returncode == 0,
            "the disk to be free",
        )
        snapshot.replace(self.image)
        command = ["mount", "-t", "ext4", "-o", self.options, str(self.image), str(self.folder)]
        subprocess.run(command, check=True)

    @contextlib.contextmanager
    def after_power_cut(self, folder: Path) -> Iterator[Path]:
        """What is on the disk if the power goes now, mounted below `folder`; this one goes on."""
        copy, mount_point = folder.with_suffix(".image"), folder
        shutil.copyfile(self.image, copy)
        with _mounted(copy, mount_point, "loop"):
            yield mount_point
        copy.unlink()


@contextlib.contextmanager
def block_disk(folder: Path, megabytes: int = 16) -> Iterator[Block]:
    """A disk with a journal that does not guess, as some file systems do, that a file which
    is renamed over another one has to be written first. Skips the test where none may be mounted.
    """
    image = folder.with_suffix(".image")
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    make = shutil.which("mkfs.ext4", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if make is None or os.geteuid() != 0:
        pytest.skip("needs ext4 and the right to mount")
    subprocess.run([make, "-q", "-F", str(image)], check=True, capture_output=True)
    options = "loop,noauto_da_alloc"
    with _mounted(image, folder, options):
        yield Block(folder, image, options)


@contextlib.contextmanager
def _mounted(image: Path, folder: Path, options: str) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "ext4", "-o", options, str(image), str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a file")
    try:
        yield
    finally:
        # At once, or as soon as what a failed test has left there ends.
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextlib.contextmanager
def forbidden(folder: Path) -> Iterator[None]:
    """Nobody may write into this folder, which stays where it is.

    Access rights do it for ordinary users. Nothing forbids root anything but a read-only disk, so
    there the folder is mounted over itself.
    """
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        path = str(folder)
        for command in (
            ["mount", "--bind", path, path],
            ["mount", "-o", "remount,bind,ro", path],
        ):
            if subprocess.run(command, capture_output=True, check=False).returncode:
                pytest.skip("needs the right to mount")
        try:
            yield
        finally:
            subprocess.run(["umount", "-l", path], check=True)
        return
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*")) if path.is_dir()}
    try:
        for path in modes:
            path.chmod(0o555)
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
