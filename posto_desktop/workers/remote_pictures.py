"""Pictures of the service, fetched and decoded off the GUI thread, handed to all who wait."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.sdk.media_types import SNIFF, sniff
from posto_desktop.workers.keyed_jobs import KeyedJobs
from posto_desktop.workers.picture_helpers import shrink
from posto_desktop.workers.runner import Job, JobRunner

LARGEST_SIDE = 720  # pixels; the feed shows nothing larger


def decode(data: bytes, largest: int = LARGEST_SIDE) -> QImage:
    """The picture, no larger than `largest` on its long side; a null image when it is none."""
    return shrink(data, largest) if sniff(data[:SNIFF]) else QImage()


class RemotePictures(QObject):
    """Asks for each address once at a time and tells every page when the picture is there.

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
    def want(self, url: str) -> None:
        """Somebody would show this picture; `ready` follows if it can be had."""
        if url and url not in self._asked:
            self._asked.add(url)
            self._fetch(url)

    @Slot(str, object)
    def handle(self, url: str, data: object) -> None:
        """The bytes have come."""
        if isinstance(data, bytes):
            self._decoding.start(url, _decode, data, pool="web")

    @Slot(str)
    def missing(self, url: str) -> None:
        """It could not be had now; the next wish asks again."""
        self._asked.discard(url)

    def forget(self) -> None:
        """Another workspace is open: its addresses may be the same, its pictures are not."""
        self._asked.clear()

    @Slot(object, object)
    def _decoded(self, url: str, image: QImage) -> None:
        if not image.isNull():
            # A page keeps only so many pictures and may want this one again.
            self._asked.discard(url)
            self.ready.emit(url, image)

    @Slot(object, object)
    def _undecodable(self, _url: str, _error: object) -> None:
        """There is no picture to show."""


def _decode(_job: Job, data: bytes) -> QImage:
    return decode(data)
