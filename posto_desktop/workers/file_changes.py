"""Whether the files of a message are still what they were when they were attached."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.media import content_hash

if TYPE_CHECKING:
    from posto_desktop.workers.runner import Job

Stamp = tuple[int, ...]
"""Bytes and the time of the last change, in nanoseconds; once it was looked at also the time of the
last change of anything about the file (the inode), which no program can set back. Windows does not
tell that one."""

MAX_HASHED = 512 * 1024 * 1024
"""Bytes of a file that is read only to tell it from others."""


@dataclass(frozen=True)
class FileChanges:
    """`missing`: paths that are gone. `changed`: those whose content is another one now.
    `stamps`: of all that are there, to be given the next time. `hashes`: SHA-256 of those that were
    read."""

    missing: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    stamps: dict[str, Stamp] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)


def look_for_changes(
    job: Job, known: Mapping[str, Stamp | None], hashed: Collection[str] | None = None
) -> FileChanges:
    """For the runner: compare files with what was seen the last time (None: nothing yet).

    With `hashed`, the paths whose hashes are known, all others are read, and those about which
    anything changed: a file can become another one within its size and its time.
    """
    missing, changed = [], []
    stamps: dict[str, Stamp] = {}
    hashes: dict[str, str] = {}
    for path, before in known.items():
        job.check()
        try:
            facts = Path(path).stat()
        except (OSError, ValueError):
            missing.append(path)
            continue
        if not stat.S_ISREG(facts.st_mode):
            missing.append(path)
            continue
        now = (facts.st_size, facts.st_mtime_ns, 0 if os.name == "nt" else facts.st_ctime_ns)
        stamps[path] = now
        if before is not None and now[:2] != before[:2]:
            changed.append(path)
        if hashed is not None and (path not in hashed or now != before):
            sha256 = _hash(job, path, facts.st_size)
            if sha256:
                hashes[path] = sha256
    return FileChanges(frozenset(missing), frozenset(changed), stamps, hashes)


def _hash(job: Job, path: str, size: int) -> str:
    """SHA-256 of a file in hex; "" for one that is too large or cannot be read."""
    if size > MAX_HASHED:
        return ""
    try:
        return content_hash(Path(path), job.cancelled)
    except PostoError:
        job.check()
        return ""
