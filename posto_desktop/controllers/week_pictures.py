"""Loader of a week's pictures for the export."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.models.image_cache import ImageCache

__all__ = ["WeekPictureLoader"]

TIMEOUT_MS = 6_000
"""Milliseconds to wait after the last picture; missing ones are left out without an error."""


class WeekPictureLoader(QObject):
    """Signal: `ready(dict)`: the pictures by address, once all have loaded or the time is over."""

    ready = Signal(object)

    def __init__(self, book: ImageCache, urls: Iterable[str], parent: QObject) -> None:
        super().__init__(parent)
        self._book = book
        self._pictures: dict[str, QImage] = {}
        self._missing = dict.fromkeys(url for url in urls if url)
        self._done = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._end)
        book.arrived.connect(self._picture_loaded)

    def start(self) -> None:
        """Request the missing pictures. `ready` follows, perhaps at once."""
        for url in [*self._missing]:
            self._collect(url)
        if not self._missing:
            self._end()
        else:
            self._timer.start(TIMEOUT_MS)

    @Slot(object)
    def _picture_loaded(self, url: str) -> None:
        if url in self._missing:
            self._collect(url)
            self._missing.pop(url, None)  # a null picture: it cannot be loaded
            if self._missing:
                self._timer.start(TIMEOUT_MS)
            else:
                self._end()

    def _collect(self, url: str) -> None:
        image = self._book.get(url)
        if image is not None:
            self._pictures[url] = image
            self._missing.pop(url, None)

    @Slot()
    def _end(self) -> None:
        if not self._done:
            self._done = True
            self._timer.stop()
            self._book.arrived.disconnect(self._picture_loaded)
            self.ready.emit(self._pictures)
