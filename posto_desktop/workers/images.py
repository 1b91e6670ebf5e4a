"""Thumbnails and facts of media files, made off the GUI thread and cached on disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtGui import QImage
from shiboken6 import isValid

from posto_desktop.common.translation import translate
from posto_desktop.media.media_files import FileFacts, PictureError, open_file
from posto_desktop.media.picture_helpers import CostlyPicture
from posto_desktop.sdk.errors import Cancelled
from posto_desktop.workers import thumbnails
from posto_desktop.workers.edit_preview import edited
from posto_desktop.workers.runner import Job, JobCancelled, JobHandle, JobRunner
from posto_desktop.workers.thumbnails import MediaFacts

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QVideoFrame

    from posto_desktop.core.edits import Edit
    from posto_desktop.core.video_facts import VideoFacts
    from posto_desktop.workers.video import VideoInfo, VideoProbe
    from posto_desktop.workers.video_frames import VideoFrames

__all__ = ["ImageLoader", "MediaFacts", "PictureError"]


class ImageLoader(QObject):
    """Returns handles whose `done` has a QImage or MediaFacts. GUI thread only.

    The runner's image threads read pictures. QtMultimedia, loaded on first use, opens videos.
    """

    trimmed = Signal(object)

    def __init__(
        self, runner: JobRunner, folder: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        runner.stopping.connect(self._stop)
        self._folder = folder
        self._probe: VideoProbe | None = None
        # Handles waiting for a video: thumbnails with their size in pixels, facts with None.
        self._waiting: dict[str, list[tuple[int, tuple[int, int] | None]]] = defaultdict(list)
        self._files: dict[str, FileFacts] = {}
        self._looks: dict[int, VideoInfo] = {}
        self._video_facts: dict[tuple[str, int, int, int], MediaFacts] = {}
        self._frames: VideoFrames | None = None
        # Calls on the quick threads by job number, to repeat them on the patient one.
        self._calls: dict[int, tuple[tuple[Any, ...], JobHandle]] = {}
        self.ffmpeg: Callable[[], str] = str
        """Returns the chosen path of ffmpeg, "" for that of the system."""

    @property
    def runner(self) -> JobRunner:
        return self._runner

    def thumbnail(
        self,
        source: str,
        size: QSize,
        dpr: float = 1.0,
        owner: QObject | None = None,
        edit: Edit | None = None,
    ) -> JobHandle:
        """Return a handle for a picture that fits `size` logical pixels at a screen's pixel ratio.

        `done(QImage)` has its device pixel ratio set; `failed(PictureError)` gives the reason. With
        an `edit` it is rotated and cropped (pictures), or taken at the chosen cover time (videos).
        """
        if edit is not None and edit.cover:
            return self.frame(source, edit.cover, size, dpr, owner)
        pixels = (max(1, round(size.width() * dpr)), max(1, round(size.height() * dpr)))
        handle = self._runner.promise(owner or self)
        self._run((_thumbnail, source, pixels, self._folder, dpr, edit), handle, pixels)
        return handle

    def facts(self, path: str, owner: QObject | None = None) -> JobHandle:
        """Return a handle for a file's facts: `done(MediaFacts)`. Damage is its `problem`, not a
        failure."""
        handle = self._runner.promise(owner or self)
        self._run((_look, path, self._folder), handle, None)
        return handle

    def frame(
        self,
        path: str,
        seconds: float,
        size: QSize,
        dpr: float = 1.0,
        owner: QObject | None = None,
    ) -> JobHandle:
        """Return a handle for a video's frame at a time, as `thumbnail`; after its end, the last
        frame."""
        if self._frames is None:
            from posto_desktop.workers.video_frames import VideoFrames

            self._frames = VideoFrames(self._runner, self)
        return self._frames.grab(path, seconds, size, dpr, owner or self)

    def trim(self) -> None:
        """Remove old thumbnails from the disk, some time after the start."""
        if self._folder is not None:
            handle = self._runner.submit(_trim, self._folder, parent=self, pool="images")
            handle.done.connect(self.trimmed)

    @Slot()
    def _stop(self) -> None:
        """Release the video players: they run outside the runner's threads."""
        if self._probe is not None:
            self._probe.stop()
        if self._frames is not None:
            self._frames.stop()

    # One path for both: the first job finds out whether it is a video.

    def _run(
        self, call: tuple[Any, ...], handle: JobHandle, pixels: tuple[int, int] | None
    ) -> None:
        job = self._runner.submit(*call, False, parent=self, pool="images")
        self._relay(job, handle, pixels)
        self._calls[job.number] = (call, handle)

    def _run_patiently(
        self, call: tuple[Any, ...], handle: JobHandle, pixels: tuple[int, int] | None
    ) -> None:
        """Repeat the call on the thread for costly pictures, one at a time."""
        job = self._runner.submit(*call, True, parent=self, pool="costly")
        self._relay(job, handle, pixels)

    def _relay(self, job: JobHandle, handle: JobHandle, pixels: tuple[int, int] | None) -> None:
        job.setProperty("number", handle.number)
        job.setProperty("pixels", pixels)
        job.done.connect(self._first_done)
        job.failed.connect(self._first_failed)
        job.cancelled.connect(self._first_cancelled)
        # Cancelling the handle stops the job as well.
        handle.stopping.connect(job.cancel)
        handle.destroyed.connect(job.cancel)

    @Slot(object)
    def _first_done(self, result: object) -> None:
        job = self.sender()
        self._calls.pop(job.number, None)  # type: ignore[attr-defined]
        number = job.property("number")
        if isinstance(result, FileFacts):
            self._look_into_video(result, number, job.property("pixels"))
        else:
            self._runner.settle(number, "done", result)

    @Slot(object)
    def _first_failed(self, error: object) -> None:
        job = self.sender()
        known = self._calls.pop(job.number, None)  # type: ignore[attr-defined]
        if known is not None and isinstance(error, CostlyPicture):
            call, handle = known
            if isValid(handle) and self._runner.is_wanted(handle.number):
                self._run_patiently(call, handle, job.property("pixels"))
            else:
                self._runner.settle(job.property("number"), "cancelled")
            return
        self._runner.settle(job.property("number"), "failed", error)

    @Slot()
    def _first_cancelled(self) -> None:
        self._calls.pop(self.sender().number, None)  # type: ignore[attr-defined]
        self._runner.settle(self.sender().property("number"), "cancelled")

    # Videos

    def _look_into_video(
        self, file: FileFacts, number: int, pixels: tuple[int, int] | None
    ) -> None:
        path = file.path
        known = self._video_facts.get((path, file.stamp, file.changed, file.size))
        if known is not None and pixels is None:
            self._runner.settle(number, "done", known)
            return
        if not self._runner.is_wanted(number):
            self._runner.settle(number, "cancelled")
            return
        waiting = self._waiting[path]
        waiting.append((number, pixels))
        self._files[path] = file
        if len(waiting) > 1:
            return
        if self._probe is None:
            from posto_desktop.workers.video import VideoProbe

            self._probe = VideoProbe(self)
            self._probe.looked.connect(self._video_looked)
        self._probe.look(path)

    @Slot(object)
    def _video_looked(self, video: VideoInfo) -> None:
        file = self._files[video.path]
        handle = self._runner.submit(
            _keep_frame,
            file,
            video.frame,
            self._folder,
            self.ffmpeg(),
            parent=self,
            pool="images",
        )
        self._looks[handle.number] = video
        handle.done.connect(self._frame_kept)
        handle.failed.connect(self._frame_lost)
        handle.cancelled.connect(self._frame_lost)

    @Slot(object)
    def _frame_kept(self, seen: tuple[QImage, VideoFacts | None]) -> None:
        self._answer_video(self._looks.pop(self.sender().number), *seen)  # type: ignore[attr-defined]

    @Slot()
    def _frame_lost(self, _error: object = None) -> None:
        self._answer_video(self._looks.pop(self.sender().number), QImage())  # type: ignore[attr-defined]

    def _answer_video(
        self, video: VideoInfo, image: QImage, inside: VideoFacts | None = None
    ) -> None:
        file = self._files.pop(video.path)
        name = file.name
        reason = thumbnails.video_problem(video.reason, name)
        facts = MediaFacts(
            "video",
            video.width,
            video.height,
            file.size,
            video.duration,
            file.mime,
            reason,
            stamp=file.stamp,
            video=inside,
        )
        if len(self._video_facts) > 2000:
            self._video_facts.clear()
        self._video_facts[(file.path, file.stamp, file.changed, file.size)] = facts
        for number, pixels in self._waiting.pop(video.path, []):
            if pixels is None:
                self._runner.settle(number, "done", facts)
            elif image.isNull():
                sentence = reason or translate("Service", "{name} cannot be shown here.").format(
                    name=name
                )
                self._runner.settle(number, "failed", PictureError(sentence))
            else:
                self._runner.settle(number, "done", thumbnails.fitted(image, *pixels))


def _thumbnail(
    job: Job,
    source: str,
    pixels: tuple[int, int],
    folder: Path | None,
    dpr: float,
    edit: Edit | None,
    is_patient: bool,
) -> object:
    """Return a QImage, or FileFacts for a video without a cached frame."""
    job.check()
    try:
        return _made(job, source, pixels, folder, dpr, edit, is_patient)
    except Cancelled:
        raise JobCancelled from None


def _made(
    job: Job,
    source: str,
    pixels: tuple[int, int],
    folder: Path | None,
    dpr: float,
    edit: Edit | None,
    is_patient: bool,
) -> object:
    how: Any = {"is_patient": is_patient, "cancelled": job.cancelled}
    file = open_file(source)
    if file.mime.startswith("video/"):
        cached = thumbnails.read_cached(file, thumbnails.BUCKETS[1], folder)
        if cached is None:
            return file
        # The frame has few pixels; a crop of it is small, but shows the right part.
        image = thumbnails.fitted(edited(cached, edit), *pixels)
    elif edit is not None and (edit.crop is not None or edit.turns or edit.mark is not None):
        # Decode enough pixels for a sharp crop.
        share = min(edit.crop[2:]) if edit.crop else 1.0
        side = min(thumbnails.BUCKETS[-1], round(max(pixels) / max(share, 0.05)))
        whole = thumbnails.thumbnail(source, side, side, folder, **how)
        image = thumbnails.fitted(edited(whole, edit), *pixels)
    else:
        image = thumbnails.thumbnail(source, *pixels, folder, **how)
    image.setDevicePixelRatio(dpr)
    return image


def _look(job: Job, path: str, folder: Path | None, is_patient: bool) -> object:
    """Return MediaFacts, or FileFacts for a video."""
    job.check()
    try:
        facts = thumbnails.look(path, folder, is_patient=is_patient, cancelled=job.cancelled)
    except Cancelled:
        raise JobCancelled from None
    return open_file(path) if facts.kind == "video" else facts


def _keep_frame(
    _job: Job, file: FileFacts, frame: QVideoFrame | None, folder: Path | None, ffmpeg: str
) -> tuple[QImage, VideoFacts | None]:
    """Return the frame as a picture no larger than the cache stores, and what is in the video."""
    from posto_desktop.media.video_probe import look_inside
    from posto_desktop.workers.video import image_of

    inside = look_inside(file, ffmpeg)
    if frame is None:
        return QImage(), inside
    bucket = thumbnails.BUCKETS[1]
    image = thumbnails.fitted(image_of(frame), bucket, bucket)
    thumbnails.keep(file, bucket, folder, image.convertToFormat(QImage.Format.Format_RGB32))
    return image, inside


def _trim(_job: Job, folder: Path) -> int:
    return thumbnails.trim_cache(folder)
