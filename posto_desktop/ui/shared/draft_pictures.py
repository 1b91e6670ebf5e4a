"""Thumbnails of the first files of drafts, decoded on workers when a row is painted."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.keyed_jobs import KeyedJobs

if TYPE_CHECKING:
    from posto_desktop.workers.images import ImageLoader


SIDE = 40
_MAX_PICTURES = 300
_AT_ONCE = 8


class DraftPictures(QObject):
    """Signal ``arrived()``: some requested thumbnails are ready."""

    arrived = Signal()

    def __init__(self, images: ImageLoader, ratio: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._images = images
        self._ratio = ratio
        # By path; a null image if the file has no picture.
        self._known: OrderedDict[str, QImage] = OrderedDict()
        self._waiting: list[str] = []
        self._asked: set[str] = set()
        self._running = KeyedJobs(images.runner, self)
        self._running.done.connect(self._store_picture)
        self._running.failed.connect(self._failed)
        self._soon = Debouncer(0, self._next, self)
        self._arrival = Debouncer(30, self.arrived, self)

    def get(self, path: str) -> QImage | None:
        """Return the thumbnail, or None while it is being decoded."""
        image = self._known.get(path)
        if image is not None:
            self._known.move_to_end(path)
            return image if not image.isNull() else None
        if path not in self._asked:
            self._asked.add(path)
            # Newest requests first: their rows are visible now.
            self._waiting.append(path)
            self._soon.call()
        return None

    @Slot()
    def _next(self) -> None:
        while self._waiting and len(self._running) < _AT_ONCE:
            path = self._waiting.pop()
            size = QSize(SIDE, SIDE)
            self._running.follow(path, self._images.thumbnail(path, size, self._ratio, self))

    @Slot(object, object)
    def _failed(self, path: str, _error: object) -> None:
        self._store_picture(path, QImage())

    @Slot(object, object)
    def _store_picture(self, path: str, image: QImage) -> None:
        self._asked.discard(path)
        self._known[path] = image
        while len(self._known) > _MAX_PICTURES:
            self._known.popitem(last=False)
        self._arrival.call()
        self._next()
