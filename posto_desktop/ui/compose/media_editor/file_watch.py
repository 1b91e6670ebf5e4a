"""Tells when another file lies in the place of the one that is edited."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from posto_desktop.workers.file_changes import FileChanges, Stamp, look_for_changes
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.runner import JobRunner

WATCH_MS = 2_000


class FileWatch(QObject):
    """Looks on a worker every two seconds. Signal ``changed()``: it is another file, or gone."""

    changed = Signal()

    def __init__(self, path: str, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._path = path
        self._stamp: Stamp | None = None
        self._is_checked = False
        self._job = LatestJob(runner, self)
        self._job.done.connect(self._looked)
        self._job.failed.connect(self._failed)
        self.timer = QTimer(self, singleShot=True, interval=WATCH_MS)
        self.timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look now, and again and again, unless that goes on already."""
        if not self._job.is_running and not self.timer.isActive():
            self.look()

    def stop(self) -> None:
        self.timer.stop()
        self._job.forget()

    @Slot()
    def look(self) -> None:
        self.timer.stop()
        self._job.start(look_for_changes, {self._path: self._stamp})

    @Slot(object)
    def _looked(self, changes: FileChanges) -> None:
        first, self._is_checked = not self._is_checked, True
        before, self._stamp = self._stamp, changes.versions.get(self._path)
        self.timer.start()
        if self._stamp != before and not first:
            self.changed.emit()

    @Slot(object)
    def _failed(self, _error: object) -> None:
        self.timer.start()
