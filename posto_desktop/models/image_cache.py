"""Cache of pictures by address, limited in size.

A view calls `ImageCache.get(url)` while painting. The first call emits `requested(url)`; a worker
fetches and decodes the picture and calls `put(url, image)`, and `arrived(url)` makes the views
repaint. Nothing here blocks.
"""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage

__all__ = ["ImageCache"]


class ImageCache(QObject):
    """Signals: `requested(str url)` once per address, `arrived(str url)` when it is loaded."""

    # Objects, not str: QString cannot hold file names that are not UTF-8.
    requested = Signal(object)
    arrived = Signal(object)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        longest_side: int = 192,
        limit_bytes: int = 48 * 1024 * 1024,
    ):
        """Cache pictures of at most ``longest_side`` pixels, ``limit_bytes`` in total."""
        super().__init__(parent)
        self._images: OrderedDict[str, QImage] = OrderedDict()
        self._asked: set[str] = set()
        self._queue: list[str] = []
        self._bytes = 0
        self._limit = limit_bytes
        self._longest = longest_side
        # Emitted later: slots must not run inside a paintEvent.
        self._flush = QTimer(self, singleShot=True, interval=0)
        self._flush.timeout.connect(self._send_requests)

    def get(self, url: str) -> QImage | None:
        """Return the picture, or None and request it. A failed one is requested only once."""
        if not url:
            return None
        image = self._images.get(url)
        if image is not None:
            self._images.move_to_end(url)
            return image if not image.isNull() else None
        if url not in self._asked:
            self._asked.add(url)
            self._queue.append(url)
            self._flush.start()
        return None

    @Slot()
    def _send_requests(self) -> None:
        queue, self._queue = self._queue, []
        for url in queue:
            self.requested.emit(url)

    @Slot(object, QImage)
    def put(self, url: str, image: QImage) -> None:
        """Store a picture; a null image means that it is not available."""
        if not image.isNull() and max(image.width(), image.height()) > self._longest:
            image = image.scaled(
                self._longest,
                self._longest,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        old = self._images.pop(url, None)
        if old is not None:
            self._bytes -= old.sizeInBytes()
        self._images[url] = image
        self._asked.add(url)
        self._bytes += image.sizeInBytes()
        while self._bytes > self._limit and len(self._images) > 1:
            evicted, dropped = self._images.popitem(last=False)
            self._bytes -= dropped.sizeInBytes()
            self._asked.discard(evicted)
        self.arrived.emit(url)

    def retry_missing(self) -> None:
        """Forget failed and unanswered requests, so that they are repeated."""
        for url in [url for url, image in self._images.items() if image.isNull()]:
            del self._images[url]
        self._asked = set(self._images)

    def clear(self) -> None:
        """Forget everything, for another workspace."""
        self._images.clear()
        self._asked.clear()
        self._queue.clear()
        self._bytes = 0
