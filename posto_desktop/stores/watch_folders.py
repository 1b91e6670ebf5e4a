"""Store of the watched folders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from posto_desktop.core.watch_folder import FolderStatus, WatchFolder


class WatchFolderStore(QObject):
    """Owns the watched folders in memory, and how each is doing, and asks by signals for them to be
    written and watched.

    Signals:
        changed(): a folder was added, removed or changed.
        statusChanged(str id): a folder is doing something else.
        saved(WatchFolder, bool skips_existing), removed(str id): write and watch this folder, or
            watch it no more.
        scanRequested(str id): look at all of its files now.
    """

    changed = Signal()
    statusChanged = Signal(str)
    saved = Signal(object, bool)
    removed = Signal(str)
    scanRequested = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folders: dict[str, WatchFolder] = {}
        self._statuses: dict[str, FolderStatus] = {}

    def fill(self, folders: Iterable[WatchFolder]) -> None:
        """Add the stored folders; a newer version that is already here wins."""
        self._folders = {folder.id: folder for folder in folders} | self._folders
        self.changed.emit()

    def folders(self) -> list[WatchFolder]:
        return list(self._folders.values())

    def get(self, folder_id: str) -> WatchFolder | None:
        return self._folders.get(folder_id)

    def at(self, path: str) -> WatchFolder | None:
        """Return the folder with a path."""
        return next((folder for folder in self._folders.values() if folder.path == path), None)

    def status(self, folder_id: str) -> FolderStatus:
        folder = self._folders.get(folder_id)
        if folder is not None and folder.is_paused:
            return FolderStatus("paused")
        return self._statuses.get(folder_id, FolderStatus())

    def set_status(self, folder_id: str, status: FolderStatus) -> None:
        """The worker tells how a folder is doing."""
        if folder_id in self._folders and self._statuses.get(folder_id) != status:
            self._statuses[folder_id] = status
            self.statusChanged.emit(folder_id)

    def add(self, folder: WatchFolder, *, skips_existing: bool) -> None:
        """Add a folder. `skips_existing`: what lies there now becomes nothing."""
        self._folders[folder.id] = folder
        self.saved.emit(folder, skips_existing)
        self.changed.emit()

    def edit(self, folder_id: str, **fields: object) -> None:
        """Change a folder."""
        folder = self._folders.get(folder_id)
        if folder is None:
            return
        changed = replace(folder, **fields)  # type: ignore[arg-type]
        if changed != folder:
            self._folders[folder_id] = changed
            self.saved.emit(changed, False)
            self.changed.emit()

    def remove(self, folder_id: str) -> Callable[[], None]:
        """Remove a folder and return a function that restores it."""
        before = dict(self._folders)
        folder = self._folders.pop(folder_id, None)
        if folder is None:
            return lambda: None
        self.removed.emit(folder_id)
        self.changed.emit()

        def undo() -> None:
            if folder_id in self._folders:
                return
            # At its place in the list.
            self._folders = {
                key: folder if key == folder_id else self._folders[key]
                for key in before
                if key == folder_id or key in self._folders
            } | self._folders
            self.saved.emit(folder, False)
            self.changed.emit()

        return undo
