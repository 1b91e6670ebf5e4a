"""The hidden file into which new content is written before it takes the place of the old one.

A process that is killed leaves it behind with what was written so far, secrets too. So a writer
holds a system lock on it until it is renamed, and who next opens or writes the same file removes
those that nobody holds. Windows renames no open file: there, and on disks without locks, a closed
one counts as left behind ten minutes after its last change.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from posto_desktop.storage import locks, regular_files

log = logging.getLogger(__name__)

SUFFIX = ".part"
_SHOWN_OF_NAME = 40
"""Characters of the file's name in that of its part, which leave room within the disk's limit of
names; up to four bytes each."""
_DEAD_SECONDS = 600.0
"""Renaming a closed file takes some seconds at most (`renames`)."""


@contextlib.contextmanager
def part_file(target: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """Yield a new file beside `target`, open for writing, and its path. It is removed afterwards,
    unless it was renamed. Raises OSError."""
    descriptor, part = _create(target)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file, part
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def remove_leftovers(target: Path) -> None:
    """Remove the parts of `target` that killed processes left. One that cannot be removed stays."""
    pattern = re.compile(re.escape(_prefix(target)) + r"[a-z0-9_]{8}" + re.escape(SUFFIX))
    try:
        with os.scandir(target.parent) as entries:
            parts = [
                Path(entry.path)
                for entry in entries
                if pattern.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
            ]
    except OSError:
        return
    for part in parts:
        with contextlib.suppress(OSError):
            _remove_if_left(part)


def _prefix(target: Path) -> str:
    return f".{target.name[:_SHOWN_OF_NAME]}."


def _create(target: Path) -> tuple[int, Path]:
    while True:
        descriptor, name = tempfile.mkstemp(
            prefix=_prefix(target), suffix=SUFFIX, dir=target.parent
        )
        part = Path(name)
        if _is_held(descriptor, part):
            return descriptor, part
        os.close(descriptor)


def _is_held(descriptor: int, part: Path) -> bool:
    """Lock a new part; return False if `remove_leftovers` was faster and took it for a leftover."""
    if os.name == "nt":
        return True  # an open file cannot be removed
    try:
        if not locks.try_lock(descriptor):
            return False
    except OSError:
        return True  # a disk without locks: its age counts
    return part.exists()


def _remove_if_left(part: Path) -> None:
    if os.name == "nt":
        if _is_old(part):
            part.unlink()  # fails while it is open
            log.info("Removed %s, which was left behind", part.name)
        return
    descriptor = regular_files.open_regular(part, os.O_RDWR)
    try:
        try:
            is_left = locks.try_lock(descriptor)
        except OSError:
            is_left = _is_old(part)
        if is_left:
            part.unlink()  # while it is locked, see `_is_held`
            log.info("Removed %s, which was left behind", part.name)
    finally:
        os.close(descriptor)


def _is_old(part: Path) -> bool:
    # A clock that was set back makes it a file of the future.
    return abs(time.time() - part.stat().st_mtime) > _DEAD_SECONDS
