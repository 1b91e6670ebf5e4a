"""Whether the files of a message are still what they were when they were attached."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from posto_desktop.workers.runner import Job

Stamp = tuple[int, int]
"""Bytes and the time of the last change, in nanoseconds."""


@dataclass(frozen=True)
class FileChanges:
    """`missing`: paths that are gone. `changed`: those whose content is another one now.
    `stamps`: of all that are there, to be given the next time."""

    missing: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    stamps: dict[str, Stamp] = field(default_factory=dict)


def look_for_changes(job: Job, known: Mapping[str, Stamp | None]) -> FileChanges:
    """For the runner: compare files with what was seen the last time (None: nothing yet)."""
    missing, changed, stamps = [], [], {}
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
        now = (facts.st_size, facts.st_mtime_ns)
        stamps[path] = now
        if before is not None and now != before:
            changed.append(path)
    return FileChanges(frozenset(missing), frozenset(changed), stamps)
