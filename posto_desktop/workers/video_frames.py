"""Frames of a video at chosen times, for choosing its cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Slot
from PySide6.QtGui import QImage

from posto_desktop.common.translation import translate
from posto_desktop.media.media_files import FileFacts, PictureError, open_file
from posto_desktop.workers import thumbnails
from posto_desktop.workers.keyed_jobs import KeyedJobs
from posto_desktop.workers.runner import Job, JobHandle, JobRunner
from posto_desktop.workers.video import VideoProbe, image_of

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QVideoFrame

    from posto_desktop.workers.video import VideoInfo


@dataclass(frozen=True)
class _FrameRequest:
    number: int
    at: float
    pixels: tuple[int, int]
    dpr: float


class VideoFrames(QObject):
    """Grabs one frame after the other. GUI thread only.

    A dragged slider asks more often than a video can answer: cancel the handle of the previous
    request to wait only for the last one.
    """

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._probe = VideoProbe(self)
        self._probe.looked.connect(self._looked)
        self._opening = KeyedJobs(runner, self)
        self._opening.done.connect(self._opened)
        self._opening.failed.connect(self._failed)
        self._opening.cancelled.connect(self._dropped)
        self._waiting: list[tuple[_FrameRequest, FileFacts]] = []
        self._running: tuple[_FrameRequest, FileFacts] | None = None
        self._converting = KeyedJobs(runner, self)
        self._converting.done.connect(self._converted)
        self._converting.failed.connect(self._lost)
        self._converting.cancelled.connect(self._lost)

    def grab(self, path: str, seconds: float, size: QSize, dpr: float, owner: QObject) -> JobHandle:
        """Return a handle: `done(QImage)` fits `size` logical pixels; `failed(PictureError)` gives
        the reason."""
        handle = self._runner.promise(owner)
        pixels = (max(1, round(size.width() * dpr)), max(1, round(size.height() * dpr)))
        job = self._runner.submit(_opened, path, parent=self, pool="images")
        self._opening.follow(_FrameRequest(handle.number, max(0.0, seconds), pixels, dpr), job)
        handle.stopping.connect(job.cancel)
        return handle

    def stop(self) -> None:
        """Release the player; emit nothing more."""
        self._waiting.clear()
        self._running = None
        self._probe.stop()

    @Slot(object, object)
    def _opened(self, request: _FrameRequest, file: FileFacts) -> None:
        self._waiting.append((request, file))
        self._next()

    @Slot(object, object)
    def _failed(self, request: _FrameRequest, error: object) -> None:
        self._runner.settle(request.number, "failed", error)

    @Slot(object)
    def _dropped(self, request: _FrameRequest) -> None:
        self._runner.settle(request.number, "cancelled")

    def _next(self) -> None:
        while self._running is None and self._waiting:
            request, file = self._waiting.pop(0)
            if self._runner.is_wanted(request.number):
                self._running = request, file
                self._probe.look(file.path, request.at)
            else:
                self._runner.settle(request.number, "cancelled")

    @Slot(object)
    def _looked(self, video: VideoInfo) -> None:
        running, self._running = self._running, None
        if running is not None:
            request, file = running
            problem = thumbnails.video_problem(video.reason, file.name)
            if video.frame is None:
                sentence = problem or translate("Service", "{name} cannot be shown here.").format(
                    name=file.name
                )
                self._runner.settle(request.number, "failed", PictureError(sentence))
            else:
                self._converting.start(
                    running, _picture, video.frame, request.pixels, pool="images"
                )
        self._next()

    @Slot(object, object)
    def _converted(self, asked: tuple[_FrameRequest, FileFacts], image: QImage) -> None:
        request, file = asked
        if image.isNull():
            sentence = translate("Service", "{name} cannot be shown here.").format(name=file.name)
            self._runner.settle(request.number, "failed", PictureError(sentence))
        else:
            image.setDevicePixelRatio(request.dpr)
            self._runner.settle(request.number, "done", image)

    @Slot(object)
    def _lost(self, asked: tuple[_FrameRequest, FileFacts], _error: object = None) -> None:
        self._runner.settle(asked[0].number, "cancelled")


def _opened(job: Job, path: str) -> FileFacts:
    job.check()
    file = open_file(path)
    if not file.mime.startswith("video/"):
        raise PictureError(translate("Service", "{name} is no video.").format(name=file.name))
    return file


def _picture(_job: Job, frame: QVideoFrame, pixels: tuple[int, int]) -> QImage:
    return thumbnails.fitted(image_of(frame), *pixels)
