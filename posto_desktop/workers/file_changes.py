"""Detects changes of a message's files since they were attached."""

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
"""Bytes and modification time in nanoseconds; after the first check also the inode's change time,
which programs cannot set back. Windows does not have it."""

MAX_HASHED = 512 * 1024 * 1024
"""Largest file to hash for detecting changes, in bytes."""


@dataclass(frozen=True)
class FileChanges:
    """`missing`: paths of deleted files. `changed`: files with other content. `versions`: of all
    existing files, for the next call. `hashes`: SHA-256 of the files that were read."""

    missing: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    versions: dict[str, Stamp] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)


def look_for_changes(
    job: Job, known: Mapping[str, Stamp | None], hashed: Collection[str] | None = None
) -> FileChanges:
    """A job: compare files with the last known versions (None: none yet).

    With `hashed`, the paths with known hashes, it reads all others and those whose stamp changed:
    content can change without a change of size and time.
    """
    missing, changed = [], []
    versions: dict[str, Stamp] = {}
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
        versions[path] = now
        if before is not None and now[:2] != before[:2]:
            changed.append(path)
        if hashed is not None and (path not in hashed or now != before):
            sha256 = _hash(job, path, facts.st_size)
            if sha256:
                hashes[path] = sha256
    return FileChanges(frozenset(missing), frozenset(changed), versions, hashes)


def _hash(job: Job, path: str, size: int) -> str:
    """Return a file's SHA-256 in hex; "" if it is too large or unreadable."""
    if size > MAX_HASHED:
        return ""
    try:
        return content_hash(Path(path), job.cancelled)
    except PostoError:
        job.check()
        return ""
