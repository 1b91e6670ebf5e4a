"""The picture of a video at a chosen time: for the choice of its cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Slot
from PySide6.QtGui import QImage

from posto_desktop.workers import decode
from posto_desktop.workers.media_files import FileFacts, PictureError, open_file
from posto_desktop.workers.runner import Job, JobHandle, JobRunner
from posto_desktop.workers.video import VideoProbe

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QVideoFrame

    from posto_desktop.workers.video import VideoLook


@dataclass(frozen=True)
class _Wish:
    number: int
    file: FileFacts
    at: float
    pixels: tuple[int, int]
    dpr: float


class VideoFrames(QObject):
    """Grabs one frame after the other. GUI thread only.

    A slider that is dragged asks far more often than a video can answer: whoever cancels the
    handle of the wish before only waits for the last one.
    """

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._probe = VideoProbe(self)
        self._probe.looked.connect(self._looked)
        self._asked: dict[int, tuple[float, tuple[int, int], float, int]] = {}
        self._waiting: list[_Wish] = []
        self._running: _Wish | None = None
        self._made: dict[int, _Wish] = {}

    def grab(self, path: str, seconds: float, size: QSize, dpr: float, owner: QObject) -> JobHandle:
        """`done(QImage)` fits `size` logical pixels; `failed(PictureError)` says why not."""
        handle = self._runner.promise(owner)
        pixels = (max(1, round(size.width() * dpr)), max(1, round(size.height() * dpr)))
        job = self._runner.submit(_opened, path, parent=self, pool="images")
        self._asked[job.number] = (max(0.0, seconds), pixels, dpr, handle.number)
        job.done.connect(self._opened)
        job.failed.connect(self._failed)
        job.cancelled.connect(self._dropped)
        handle.stopping.connect(job.cancel)
        return handle

    def stop(self) -> None:
        """Let the player go; nothing more comes."""
        self._waiting.clear()
        self._running = None
        self._probe.stop()

    @Slot(object)
    def _opened(self, file: FileFacts) -> None:
        at, pixels, dpr, number = self._asked.pop(self._number())
        self._waiting.append(_Wish(number, file, at, pixels, dpr))
        self._next()

    @Slot(object)
    def _failed(self, error: object) -> None:
        _at, _pixels, _dpr, number = self._asked.pop(self._number())
        self._runner.settle(number, "failed", error)

    @Slot()
    def _dropped(self) -> None:
        _at, _pixels, _dpr, number = self._asked.pop(self._number())
        self._runner.settle(number, "cancelled")

    def _next(self) -> None:
        while self._running is None and self._waiting:
            wish = self._waiting.pop(0)
            if self._runner.wanted(wish.number):
                self._running = wish
                self._probe.look(wish.file.path, wish.at)
            else:
                self._runner.settle(wish.number, "cancelled")

    @Slot(object)
    def _looked(self, found: VideoLook) -> None:
        wish, self._running = self._running, None
        if wish is not None:
            problem = decode.video_problem(found.reason, wish.file.name)
            if found.frame is None:
                sentence = problem or f"{wish.file.name} cannot be shown here."
                self._runner.settle(wish.number, "failed", PictureError(sentence))
            else:
                job = self._runner.submit(
                    _picture, found.frame, wish.pixels, parent=self, pool="images"
                )
                self._made[job.number] = wish
                job.done.connect(self._converted)
                job.failed.connect(self._lost)
                job.cancelled.connect(self._lost)
        self._next()

    @Slot(object)
    def _converted(self, image: QImage) -> None:
        wish = self._made.pop(self._number())
        if image.isNull():
            sentence = f"{wish.file.name} cannot be shown here."
            self._runner.settle(wish.number, "failed", PictureError(sentence))
        else:
            image.setDevicePixelRatio(wish.dpr)
            self._runner.settle(wish.number, "done", image)

    @Slot()
    def _lost(self, _error: object = None) -> None:
        wish = self._made.pop(self._number())
        self._runner.settle(wish.number, "cancelled")

    def _number(self) -> int:
        handle = self.sender()
        assert isinstance(handle, JobHandle)
        return handle.number


def _opened(job: Job, path: str) -> FileFacts:
    job.check()
    file = open_file(path)
    if not file.mime.startswith("video/"):
        raise PictureError(f"{file.name} is no video.")
    return file


def _picture(_job: Job, frame: QVideoFrame, pixels: tuple[int, int]) -> QImage:
    return decode.fitted(frame.toImage(), *pixels)
