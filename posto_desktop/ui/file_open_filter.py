"""Event filter for files and links that macOS opens with the running app. Other systems start a
second process instead."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent


class FileOpenFilter(QObject):
    """Install it on the application, only on macOS: every event passes through it.

    Signals: `fileOpened(str path)`, `linkOpened(str url)`.
    """

    fileOpened = Signal(str)
    linkOpened = Signal(str)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent):
            if event.file():
                self.fileOpened.emit(event.file())
            elif event.url().isValid():
                self.linkOpened.emit(event.url().toString())
            return True
        return super().eventFilter(watched, event)
