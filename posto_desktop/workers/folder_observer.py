"""Hears of changes in folders from the system: inotify, FSEvents, ReadDirectoryChanges.

`watchdog` is imported with the first folder. Its threads wait in the system and take no time while
nothing happens.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver, ObservedWatch

log = logging.getLogger(__name__)

_NETWORK_DISKS = frozenset(
    (
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "davfs", "fuse.sshfs",
        "fuse.rclone", "fuse.davfs2", "fuse.gvfsd-fuse", "fuse.s3fs", "fuse.google-drive-ocamlfuse",
        "virtiofs", "vboxsf", "fuse.vmhgfs-fuse",
    )
)  # fmt: skip
"""File systems on which other computers change files without an event here."""
_DRIVE_REMOTE = 4


class FolderObserver:
    """`changed(folder id, path)` is called on a thread of watchdog; the path "" means that anything
    in the folder may have changed."""

    def __init__(self, changed: Callable[[str, str], None]) -> None:
        self._changed = changed
        self._observer: BaseObserver | None = None
        self._watches: dict[str, ObservedWatch] = {}

    def watch(self, folder_id: str, path: str, *, recursive: bool) -> bool:
        """Begin to listen. Return False where the system tells nothing: the disk of another
        computer, or the limit of watches is reached."""
        self.unwatch(folder_id)
        if is_on_network(path):
            return False
        try:
            self._watches[folder_id] = self._schedule(folder_id, path, recursive=recursive)
        except Exception as error:  # noqa: BLE001 - each system has errors of its own
            log.warning("No events for %s: %s", path, error)
            return False
        return True

    def _schedule(self, folder_id: str, path: str, *, recursive: bool) -> ObservedWatch:
        from watchdog import events
        from watchdog.observers import Observer

        if self._observer is None:
            self._observer = Observer()
            self._observer.start()
        changed = self._changed

        class _Handler(events.FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                if event.is_directory:
                    changed(folder_id, "")
                    return
                for changed_path in (event.src_path, event.dest_path):
                    if changed_path:
                        changed(folder_id, os.fsdecode(changed_path))

        # Not those of opening and reading, which reading a file here would cause.
        wanted: list[type[FileSystemEvent]] = [
            events.FileCreatedEvent,
            events.FileModifiedEvent,
            events.FileMovedEvent,
            events.FileClosedEvent,
            events.FileDeletedEvent,
            events.DirCreatedEvent,
            events.DirMovedEvent,
            events.DirDeletedEvent,
        ]
        return self._observer.schedule(_Handler(), path, recursive=recursive, event_filter=wanted)

    def unwatch(self, folder_id: str) -> None:
        watch = self._watches.pop(folder_id, None)
        if watch is not None and self._observer is not None:
            try:
                self._observer.unschedule(watch)
            except Exception as error:  # noqa: BLE001 - the folder may be gone
                log.info("A folder is no longer watched: %s", error)

    def close(self) -> None:
        """End the threads."""
        observer, self._observer = self._observer, None
        self._watches.clear()
        if observer is not None:
            observer.stop()
            observer.join(2.0)


def is_on_network(path: str) -> bool:
    """Return whether a folder is on a disk of another computer, as far as the system says."""
    if sys.platform == "win32":
        import ctypes

        if path.startswith("\\\\"):
            return True
        drive = f"{Path(path).drive}\\"
        return bool(ctypes.windll.kernel32.GetDriveTypeW(drive) == _DRIVE_REMOTE)
    if sys.platform == "darwin":
        return path.startswith("/Volumes/")
    return _file_system(path, Path("/proc/self/mounts")) in _NETWORK_DISKS


def _file_system(path: str, mounts: Path) -> str:
    """Return the type of the file system of a path."""
    best, kind = "", ""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
        real = os.path.realpath(path)
    except OSError:
        return ""
    for line in lines:
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        place = parts[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        inside = real == place or real.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= len(best):
            best, kind = place, parts[2]
    return kind
