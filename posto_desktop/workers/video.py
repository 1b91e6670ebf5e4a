"""Reads one frame and the duration of a video through QtMultimedia, without blocking.

The player lives on the GUI thread, where it only receives signals; its own threads open and decode,
and a worker converts the frame. One video at a time.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLoggingCategory, QObject, QThread, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QMediaPlayer, QVideoFrame, QVideoSink

log = logging.getLogger(__name__)

PATIENCE_MS = 15_000
_END_MS = 40
"""Distance from the end at which the last frame is searched."""


@dataclass(frozen=True)
class VideoInfo:
    """Result: a frame to convert (or None), pixels, seconds, or a reason."""

    path: str
    frame: Any = None
    width: int = 0
    height: int = 0
    duration: float | None = None
    reason: str = ""
    at: float = 0.0


class _FrameConversion(QThread):
    def __init__(self, frame: QVideoFrame) -> None:
        super().__init__()
        self._frame = frame
        self.image = QImage()

    def run(self) -> None:
        self.image = self._frame.toImage()


def image_of(frame: QVideoFrame) -> QImage:
    """Return a frame as a picture. Not for the GUI thread.

    Qt gives each thread that converts a graphics context, which ends with the thread and crashes
    if the connection to the display has ended before. So each conversion has a thread of its own,
    and `wait` returns after its context is gone.
    """
    conversion = _FrameConversion(frame)
    conversion.start()
    conversion.wait()
    return conversion.image


class VideoProbe(QObject):
    """Signals: looked(object VideoInfo), exactly once for each `look`."""

    looked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: deque[tuple[str, float]] = deque()
        self._path = ""
        self._at = 0.0
        self._nearest: QVideoFrame | None = None
        self._player: QMediaPlayer | None = None
        self._sink: QVideoSink | None = None
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._timer.timeout.connect(self._too_long)

    def look(self, path: str, at: float = 0.0) -> None:
        """Open a video and emit `looked` with its first frame, or the one at `at` seconds; after
        the end, the last one."""
        self._queue.append((path, at))
        if not self._path:
            self._next()

    def stop(self) -> None:
        """Drop the queue and release the player; emit nothing more."""
        self._queue.clear()
        self._path = ""
        self._release()

    @Slot()
    def _next(self) -> None:
        if self._path or not self._queue:
            return
        self._path, self._at = self._queue.popleft()
        if not _is_text(self._path):
            # The player needs a URL, and Qt's URLs cannot represent this file name.
            self._finish(VideoInfo(self._path))
            return
        try:
            self._open(self._path)
        except ImportError:
            # Without the multimedia libraries the video can still be posted.
            log.warning("Videos cannot be looked at here", exc_info=True)
            self._finish(VideoInfo(self._path))

    def _open(self, path: str) -> None:
        if not os.environ.get("QT_LOGGING_RULES"):
            # It logs each stream on stderr; problems arrive as signals.
            QLoggingCategory.setFilterRules("qt.multimedia.*=false")
        from PySide6.QtMultimedia import QMediaPlayer, QVideoSink

        self._player = QMediaPlayer(self)
        self._sink = QVideoSink(self)
        self._player.setVideoSink(self._sink)
        self._sink.videoFrameChanged.connect(self._frame)
        self._player.errorOccurred.connect(self._error)
        self._player.mediaStatusChanged.connect(self._status)
        self._timer.start()
        self._player.setSource(QUrl.fromLocalFile(path))
        if not self._at:
            # Without an audio output it plays silently; some players never show a frame while
            # paused.
            self._player.play()

    @Slot(object)
    def _frame(self, frame: QVideoFrame) -> None:
        if self._path and self._player is not None and frame.isValid():
            if self._at and 0 <= frame.endTime() < self._at * 1_000_000:
                self._nearest = frame  # on the way from the previous key frame
                return
            self._finish_with(frame)

    def _finish_with(self, frame: QVideoFrame) -> None:
        if self._path:
            size = frame.size()
            # A rotated video reports its unrotated size.
            turned = frame.rotation().value in (90, 270)
            width, height = size.width(), size.height()
            if turned:
                width, height = height, width
            self._finish(VideoInfo(self._path, frame, width, height, self._seconds()))

    @Slot(object, str)
    def _error(self, _error: object, text: str) -> None:
        log.debug("Video %s: %s", self._path, text)
        self._finish(VideoInfo(self._path, reason="damaged"))

    @Slot(object)
    def _status(self, status: object) -> None:
        if self._player is None:
            return
        kinds = type(status)
        if status == kinds.InvalidMedia:  # type: ignore[attr-defined]
            self._finish(VideoInfo(self._path, reason="damaged"))
        elif status == kinds.LoadedMedia and not self._player.hasVideo():  # type: ignore[attr-defined]
            self._finish(VideoInfo(self._path, duration=self._seconds(), reason="no picture"))
        elif status == kinds.LoadedMedia and self._at:  # type: ignore[attr-defined]
            self._go_there()
        elif status == kinds.EndOfMedia and self._nearest is not None:  # type: ignore[attr-defined]
            self._finish_with(self._nearest)
        elif status == kinds.EndOfMedia:  # type: ignore[attr-defined]
            self._finish(VideoInfo(self._path, duration=self._seconds(), reason="no frame"))

    def _go_there(self) -> None:
        """Play from the wanted time; the first frame is (nearly) the wanted one."""
        assert self._player is not None
        length = self._player.duration()
        position = round(self._at * 1000)
        if length > 0:
            position = max(0, min(position, length - _END_MS))
            self._at = position / 1000
        self._player.setPosition(position)
        self._player.play()

    @Slot()
    def _too_long(self) -> None:
        self._finish(VideoInfo(self._path, reason="slow"))

    def _seconds(self) -> float | None:
        length = self._player.duration() if self._player is not None else 0
        return length / 1000 if length > 0 else None

    def _finish(self, video: VideoInfo) -> None:
        if not self._path:
            return
        video = replace(video, at=self._at)
        self._path = ""
        self._release()
        self.looked.emit(video)
        # Not from inside the player's own signal.
        QTimer.singleShot(0, self, self._next)

    def _release(self) -> None:
        self._timer.stop()
        player, sink, self._player, self._sink = self._player, self._sink, None, None
        self._nearest = None
        if player is not None:
            player.stop()
            player.deleteLater()
        if sink is not None:
            sink.deleteLater()


def _is_text(path: str) -> bool:
    """Return False for a path with bytes that are not UTF-8, which Python keeps as lone
    surrogates."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
