"""Players for animations (on a worker) and videos (by Qt), as scaled pictures.

Only the newest frame is kept, so memory does not depend on the length, and a slow screen skips
frames instead of lagging.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QLoggingCategory, QObject, QSize, QUrl, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.common.translation import translate
from posto_desktop.common.user_error import message_of
from posto_desktop.media.media_files import PictureError, open_file, shown
from posto_desktop.media.picture_helpers import frames
from posto_desktop.sdk.errors import Cancelled
from posto_desktop.workers import thumbnails
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.qt_pictures import image_of
from posto_desktop.workers.runner import Job, JobCancelled, JobRunner

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer, QVideoFrame, QVideoSink

log = logging.getLogger(__name__)

MAX_FRAME = 24_000_000
"""Largest frame in pixels that is played: others take too long to decode."""

_MIN_MS = 20
_USUAL_MS = 100


class Player(QObject):
    """Base of both players.

    Signals:
        frame(QImage): the next picture, its device pixel ratio set.
        moved(float): the present position of a video in seconds.
        length(float): the duration of a video in seconds.
        ended(): a video ended.
        failed(str): it cannot be played, and why.
    """

    frame = Signal(QImage)
    moved = Signal(float)
    length = Signal(float)
    ended = Signal()
    failed = Signal(str)

    playing = False

    def play(self) -> None:
        """Start or resume."""
        self.playing = True

    def pause(self) -> None:
        self.playing = False

    def seek(self, seconds: float) -> None:
        """Seek in a video; animations start again."""

    def set_muted(self, muted: bool) -> None:
        """Mute a video; animations have no sound."""

    def stop(self) -> None:
        """Release the file; emit nothing more."""
        self.pause()


def player_for(
    kind: str, path: str, size: QSize, ratio: float, runner: JobRunner, parent: QObject
) -> Player:
    """Return a stopped player for a "gif" or a "video"; `size` in logical pixels."""
    pixels = QSize(max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio)))
    if kind == "video":
        return VideoPlayer(path, pixels, ratio, runner, parent)
    return AnimationPlayer(path, pixels, ratio, runner, parent)


class AnimationPlayer(Player):
    """Player for GIF and WebP. A worker decodes, scales and drops each frame."""

    def __init__(
        self, path: str, pixels: QSize, ratio: float, runner: JobRunner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._path, self._pixels, self._ratio = path, pixels, ratio
        self._job = LatestJob(runner, self)
        self._job.progress.connect(self._show)
        self._job.done.connect(self._end)
        self._job.failed.connect(self._fail)

    def play(self) -> None:
        if not self._job.is_running:
            self.playing = True
            self._job.start(play_animation, self._path, self._pixels, self._ratio)

    def pause(self) -> None:
        self.playing = False
        self._job.forget()

    @Slot(object)
    def _show(self, image: QImage) -> None:
        self.frame.emit(image)

    @Slot(object)
    def _end(self, _frames: object) -> None:
        self.playing = False
        self.ended.emit()

    @Slot(object)
    def _fail(self, error: object) -> None:
        self.playing = False
        self.failed.emit(message_of(error))


def play_animation(job: Job, path: str, pixels: QSize, ratio: float) -> int:
    """A job: report each frame at its time, in a loop, until it is cancelled.

    Return the number of frames of a file that has only one, or whose rest is unreadable. Raises
    PictureError.
    """
    file = open_file(path)
    first = True
    while True:
        shown = 0
        wide, high = pixels.width(), pixels.height()
        try:
            for pixels_of_frame, milliseconds in frames(file, wide, high, MAX_FRAME, job.cancelled):
                image = image_of(pixels_of_frame)
                job.check()
                shown += 1
                image.setDevicePixelRatio(ratio)
                job.report(image)
                wait = milliseconds if milliseconds > 0 else _USUAL_MS
                job.cancelled.wait(max(_MIN_MS, wait) / 1000)
        except Cancelled:
            raise JobCancelled from None
        job.check()
        if shown < 2:
            if first and not shown:
                raise PictureError(
                    translate("Service", "{name} cannot be played here.").format(name=file.name)
                )
            return shown
        first = False


class VideoPlayer(Player):
    """Player for videos, muted unless `set_muted(False)`. Loads QtMultimedia on first use.

    Qt's threads decode; a worker converts one frame at a time, and of those arriving meanwhile only
    the newest is kept.
    """

    def __init__(
        self, path: str, pixels: QSize, ratio: float, runner: JobRunner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._path, self._pixels, self._ratio, self._runner = path, pixels, ratio, runner
        self._player: QMediaPlayer | None = None
        self._sink: QVideoSink | None = None
        self._sound: QAudioOutput | None = None
        self._next: QVideoFrame | None = None
        self._busy = False
        self._start = 0.0

    def play(self) -> None:
        if self._player is None and not self._open():
            return
        assert self._player is not None
        self.playing = True
        self._player.play()

    def pause(self) -> None:
        self.playing = False
        if self._player is not None:
            self._player.pause()

    def seek(self, seconds: float) -> None:
        self._start = max(0.0, seconds)
        if self._player is not None:
            self._player.setPosition(round(self._start * 1000))

    def set_muted(self, muted: bool) -> None:
        if self._player is None:
            return
        if not muted and self._sound is None:
            from PySide6.QtMultimedia import QAudioOutput

            self._sound = QAudioOutput(self)
            self._player.setAudioOutput(self._sound)
        if self._sound is not None:
            self._sound.setMuted(muted)

    def stop(self) -> None:
        self.playing = False
        player, sink, self._player, self._sink = self._player, self._sink, None, None
        self._next = None
        if player is not None and sink is not None:
            player.disconnect(self)
            sink.disconnect(self)
            player.stop()
            player.deleteLater()
            sink.deleteLater()

    def _open(self) -> bool:
        name = shown(self._path.replace("\\", "/").rsplit("/", 1)[-1])
        try:
            self._path.encode("utf-8")
            if not os.environ.get("QT_LOGGING_RULES"):
                # It logs each stream on stderr; problems arrive as signals.
                QLoggingCategory.setFilterRules("qt.multimedia.*=false")
            from PySide6.QtMultimedia import QMediaPlayer, QVideoSink
        except (ImportError, UnicodeEncodeError):
            log.warning("A video cannot be played here", exc_info=True)
            self.failed.emit(
                translate("Service", "{name} cannot be played here.").format(name=name)
            )
            return False
        self._player = QMediaPlayer(self)
        self._sink = QVideoSink(self)
        self._player.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._frame_came)
        self._player.errorOccurred.connect(self._error)
        self._player.mediaStatusChanged.connect(self._status)
        self._player.durationChanged.connect(self._length_known)
        self._player.positionChanged.connect(self._position)
        self._player.setSource(QUrl.fromLocalFile(self._path))
        if self._start:
            self._player.setPosition(round(self._start * 1000))
        return True

    @Slot(object)
    def _frame_came(self, frame: QVideoFrame) -> None:
        if frame.isValid():
            self._next = frame
            self._convert()

    def _convert(self) -> None:
        if self._busy or self._next is None:
            return
        frame, self._next = self._next, None
        self._busy = True
        handle = self._runner.submit(
            _small, frame, self._pixels, self._ratio, parent=self, pool="images"
        )
        handle.done.connect(self._converted)
        handle.failed.connect(self._dropped)
        handle.cancelled.connect(self._dropped)

    @Slot(object)
    def _converted(self, image: QImage) -> None:
        self._busy = False
        if self._player is not None and not image.isNull():
            self.frame.emit(image)
        self._convert()

    @Slot()
    def _dropped(self, _error: object = None) -> None:
        self._busy = False
        self._convert()

    @Slot(object)
    def _length_known(self, milliseconds: int) -> None:
        if milliseconds > 0:
            self.length.emit(milliseconds / 1000)

    @Slot(object)
    def _position(self, milliseconds: int) -> None:
        if self.playing:
            self.moved.emit(milliseconds / 1000)

    @Slot(object, str)
    def _error(self, _error: object, text: str) -> None:
        log.debug("Video %s: %s", self._path, text)
        self._fail("damaged")

    @Slot(object)
    def _status(self, status: object) -> None:
        if self._player is None:
            return
        kinds = type(status)
        if status == kinds.InvalidMedia:  # type: ignore[attr-defined]
            self._fail("damaged")
        elif status == kinds.LoadedMedia and not self._player.hasVideo():  # type: ignore[attr-defined]
            self._fail("no picture")
        elif status == kinds.LoadedMedia and self._start:  # type: ignore[attr-defined]
            # Some players ignore positions set before the file was open.
            self._player.setPosition(round(self._start * 1000))
        elif status == kinds.EndOfMedia:  # type: ignore[attr-defined]
            self.playing = False
            self.ended.emit()

    def _fail(self, reason: str) -> None:
        name = shown(self._path.replace("\\", "/").rsplit("/", 1)[-1])
        self.stop()
        self.failed.emit(thumbnails.video_problem(reason, name) or "")


def _small(_job: Job, frame: QVideoFrame, pixels: QSize, ratio: float) -> QImage:
    image = thumbnails.fitted(frame.toImage(), pixels.width(), pixels.height())
    image.setDevicePixelRatio(ratio)
    return image
