"""Pictures of the service, downloaded and decoded off the GUI thread, shared by all pages."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.media.picture_helpers import shrink
from posto_desktop.sdk.media_types import SNIFF, sniff
from posto_desktop.workers.keyed_jobs import KeyedJobs
from posto_desktop.workers.qt_pictures import image_of
from posto_desktop.workers.runner import Job, JobRunner

LARGEST_SIDE = 720  # pixels; the feed shows nothing larger


def decode(data: bytes, largest: int = LARGEST_SIDE) -> QImage:
    """Return the picture, at most `largest` on its long side; a null image if it is none."""
    return image_of(shrink(data, largest)) if sniff(data[:SNIFF]) else QImage()


class RemotePictures(QObject):
    """Downloads each address once and notifies all pages.

    Signals:
        ready(str, QImage): the address and its picture, on the GUI thread.
    """

    ready = Signal(str, QImage)

    def __init__(
        self, runner: JobRunner, fetch: Callable[[str], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._fetch = fetch
        self._asked: set[str] = set()
        self._decoding = KeyedJobs(runner, self)
        self._decoding.done.connect(self._decoded)
        self._decoding.failed.connect(self._undecodable)

    @Slot(object)
    def request(self, url: str) -> None:
        """Request a picture; emits `ready` if it is available."""
        if url and url not in self._asked:
            self._asked.add(url)
            self._fetch(url)

    @Slot(str, object)
    def handle(self, url: str, data: object) -> None:
        """Handle the downloaded bytes."""
        if isinstance(data, bytes):
            self._decoding.start(url, _decode, data, pool="web")

    @Slot(str)
    def missing(self, url: str) -> None:
        """Handle a failed download; the next request tries again."""
        self._asked.discard(url)

    def forget(self) -> None:
        """Drop everything: another workspace may have the same addresses with other pictures."""
        self._asked.clear()

    @Slot(object, object)
    def _decoded(self, url: str, image: QImage) -> None:
        if not image.isNull():
            # A page keeps a limited number of pictures and may request this one again.
            self._asked.discard(url)
            self.ready.emit(url, image)

    @Slot(object, object)
    def _undecodable(self, _url: str, _error: object) -> None:
        """Ignore an undecodable picture."""


def _decode(_job: Job, data: bytes) -> QImage:
    return decode(data)
