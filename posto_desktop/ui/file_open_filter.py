"""Files and links that macOS asks the running app to open. It starts no second program for that, as
other systems do, but sends an event.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent


class FileOpenFilter(QObject):
    """Install it as an event filter of the application. Only where it is needed: each event of the
    app passes through it.

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
