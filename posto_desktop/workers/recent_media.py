"""Recently used files, for attaching them again.

Only paths are stored, not files: moved or deleted files are marked. `ImageLoader` makes their
thumbnails.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posto_desktop.common.translation import translatable, translate
from posto_desktop.core.draft import MediaRef
from posto_desktop.storage import atomic
from posto_desktop.storage.errors import StorageError

if TYPE_CHECKING:
    from posto_desktop.workers.runner import Job

log = logging.getLogger(__name__)

MOST = 300
FORGOTTEN = translatable(
    "Service",
    "The list of recent files was damaged and is now empty. The files themselves are not affected.",
)


@dataclass(frozen=True)
class RecentFile:
    """A file, its last use (aware UTC), its number of uses, and whether it is missing.

    `changed`: the file at this path has another size than the posted one.
    """

    ref: MediaRef
    used_at: datetime
    times: int = 1
    missing: bool = False
    changed: bool = False


class RecentMedia:
    """The list, newest first, in one JSON file. Thread-safe; blocks.

    `report` is called with a sentence, on any thread, if the file was damaged; `is_lost` then says
    that the list is incomplete.
    """

    def __init__(
        self,
        path: Path,
        *,
        most: int = MOST,
        clock: Callable[[], float] = time.time,
        report: Callable[[str], object] | None = None,
    ) -> None:
        self._path = path
        self._report = report
        self.is_lost = False
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._files: dict[str, dict[str, Any]] | None = None

    def add(self, media: Iterable[MediaRef]) -> None:
        """Record the use of these files. Ignores a list that cannot be written."""
        with self._lock:
            files = self._loaded()
            for ref in media:
                if ref.problem:
                    continue
                before = files.pop(ref.path, None)
                # Edits belong to a post; only the file and its description are reused.
                reusable = MediaRef(
                    ref.path,
                    ref.name,
                    ref.size,
                    ref.kind,
                    ref.alt or str((before or {}).get("alt", "")),
                    ref.width,
                    ref.height,
                    ref.duration,
                    mime=ref.mime,
                )
                times = (before or {}).get("times", 0)
                files[ref.path] = {
                    **reusable.to_json(),
                    "used_at": self._clock(),
                    "times": (times if type(times) is int else 0) + 1,
                }
            while len(files) > self._most:
                del files[next(iter(files))]
            self._save(files)

    def files(self, words: str = "", most: int = MOST) -> list[RecentFile]:
        """Return the files whose name or description contains all the words, newest first, in their
        present state."""
        folded_words = words.casefold().split()
        with self._lock:
            rows = list(reversed(self._loaded().values()))
        matches = []
        for row in rows:
            file = _read(row)
            if file is None:
                continue
            heap = f"{file.ref.name}\n{file.ref.alt}".casefold()
            if all(word in heap for word in folded_words):
                matches.append(_looked_at(file))
                if len(matches) >= most:
                    break
        return matches

    def forget(self, paths: Iterable[str]) -> None:
        """Remove files from the list; the files themselves stay."""
        with self._lock:
            files = self._loaded()
            for path in paths:
                files.pop(path, None)
            self._save(files)

    def clear(self) -> None:
        with self._lock:
            self._files = {}
            self._save(self._files)

    def paths(self) -> frozenset[str]:
        with self._lock:
            return frozenset(self._loaded())

    def _loaded(self) -> dict[str, dict[str, Any]]:
        """Return the entries by path, oldest first."""
        if self._files is None:
            data, problem = atomic.read_json_checked(self._path, {"files": []}, _is_list)
            self._files = {
                row["path"]: row
                for row in data["files"]
                if isinstance(row, dict) and isinstance(row.get("path"), str)
            }
            if problem:
                self.is_lost = True
                log.warning("%s", problem)
                if self._report is not None:
                    self._report(f"{problem} {translate('Service', FORGOTTEN)}")
        return self._files

    def _save(self, files: dict[str, dict[str, Any]]) -> None:
        try:
            atomic.write_json(self._path, {"schema": 1, "files": list(files.values())})
        except StorageError as error:
            log.warning("The list of recent files cannot be kept: %s", error)


def add_recent(_job: Job, library: RecentMedia, media: Sequence[MediaRef]) -> None:
    """A job: record the use of files."""
    library.add(media)


def list_recent(job: Job, library: RecentMedia, words: str = "") -> list[RecentFile]:
    """A job: return the present list."""
    job.check()
    return library.files(words)


def _is_list(data: object) -> bool:
    return isinstance(data, dict) and isinstance(data.get("files"), list)


def _read(row: dict[str, Any]) -> RecentFile | None:
    used, times = row.get("used_at"), row.get("times")
    try:
        ref = MediaRef.from_json(row)
        at = datetime.fromtimestamp(float(used) if isinstance(used, int | float) else 0.0, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return RecentFile(ref, at, times if type(times) is int else 1)


def _looked_at(file: RecentFile) -> RecentFile:
    try:
        facts = Path(file.ref.path).stat()
    except (OSError, ValueError):
        return RecentFile(file.ref, file.used_at, file.times, missing=True)
    changed = bool(file.ref.size) and facts.st_size != file.ref.size
    return RecentFile(file.ref, file.used_at, file.times, changed=changed)
