"""Thumbnails and facts of files for the screen; plain functions for worker threads.

Helper processes (`media.picture_helpers`) decode the pictures. This module reads only first bytes
and our own thumbnails.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage

from posto_desktop.common.translation import translatable, translate
from posto_desktop.core.video_facts import VideoFacts
from posto_desktop.media import picture_helpers
from posto_desktop.media.media_files import (
    FileFacts,
    PictureError,
    cut_off,
    damaged,
    open_file,
)
from posto_desktop.sdk.media_types import is_media
from posto_desktop.storage import atomic, regular_files
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers.qt_pictures import image_of, read_bytes

BUCKETS = (512, 1024, 2048)
"""Longest sides of cached thumbnails, in pixels."""

_VIDEO_PROBLEMS = {
    "damaged": translatable("Service", "{name} is damaged: it cannot be opened as a video."),
    "no picture": translatable("Service", "{name} has sound but no picture."),
    "no frame": translatable("Service", "{name} shows no picture."),
    "slow": translatable("Service", "{name} could not be opened as a video in time."),
}
_NO_MEDIA = translatable("Service", "{name} is not a picture or video that Posto can post.")
_KINDS = {
    "application/pdf": translatable(
        "Service", "{name} is not a picture or video that Posto can post: it is a PDF."
    ),
    "application/zip": translatable(
        "Service", "{name} is not a picture or video that Posto can post: it is an archive."
    ),
    "application/x-msdownload": translatable(
        "Service", "{name} is not a picture or video that Posto can post: it is a program."
    ),
    "application/x-executable": translatable(
        "Service", "{name} is not a picture or video that Posto can post: it is a program."
    ),
    "application/x-php": translatable(
        "Service", "{name} is not a picture or video that Posto can post: it is a script."
    ),
    "text/x-script": translatable(
        "Service", "{name} is not a picture or video that Posto can post: it is a script."
    ),
    "text/html": translatable(
        "Service", "{name} is not a picture or video that Posto can post: it is a web page."
    ),
    "image/svg+xml": translatable(
        "Service", "{name} is not a picture or video that Posto can post: it is a drawing (SVG)."
    ),
    "audio/mpeg": translatable(
        "Service", "{name} is not a picture or video that Posto can post: it is sound only."
    ),
}


@dataclass(frozen=True)
class MediaFacts:
    """Facts of a file. Sizes in pixels as shown (after EXIF orientation), `bytes` on disk,
    `duration` in seconds and `frames` for animations (not counted for videos). `stamp` is the
    modification time in nanoseconds; 0 if it could not be opened. `problem` is a sentence, None if
    all is well, `video` what is in a video."""

    kind: str
    width: int = 0
    height: int = 0
    bytes: int = 0
    duration: float | None = None
    mime: str = ""
    problem: str | None = None
    frames: int = 1
    stamp: int = 0
    video: VideoFacts | None = None


_turns: dict[str, threading.Lock] = {}
_turns_lock = threading.Lock()


@contextmanager
def _one_at_a_time(key: str) -> Iterator[None]:
    """Serialise jobs about the same file: the second finds the thumbnail of the first."""
    with _turns_lock:
        if len(_turns) > 4000:
            _turns.clear()
        turn = _turns.setdefault(key, threading.Lock())
    with turn:
        yield


def video_problem(reason: str, name: str) -> str | None:
    """Return the sentence for a problem of VideoProbe; None for none."""
    return translate("Service", _VIDEO_PROBLEMS[reason]).format(name=name) if reason else None


def look(
    path: str,
    folder: Path | None,
    *,
    is_patient: bool = True,
    cancelled: threading.Event | None = None,
) -> MediaFacts:
    """Return the facts of a picture file; for a video only kind, size and type.

    A picture is decoded once, small, to detect damage; the result is cached in `folder` as its
    thumbnail. Raises `picture_helpers.CostlyPicture` for a slow one, unless `is_patient`.
    """
    try:
        file = open_file(path)
    except PictureError as error:
        return MediaFacts("", problem=error.user_message)
    if file.mime.startswith("video/") and is_media(file.mime):
        return MediaFacts("video", bytes=file.size, mime=file.mime, stamp=file.stamp)
    if not (file.mime.startswith("image/") and is_media(file.mime)):
        sentence = translate("Service", _KINDS.get(file.mime, _NO_MEDIA)).format(name=file.name)
        return MediaFacts("", bytes=file.size, mime=file.mime, problem=sentence, stamp=file.stamp)
    kind = "gif" if file.mime == "image/gif" else "image"
    info = picture_helpers.PictureInfo()
    problem: str | None = None
    try:
        with _one_at_a_time(path):
            info = picture_helpers.look(
                file, BUCKETS[0], is_patient=is_patient, cancelled=cancelled
            )
            keep(file, BUCKETS[0], folder, image_of(info.picture))
        if info.is_damaged:
            problem = damaged(file.name).sentence
        elif not info.is_whole:
            problem = cut_off(file.name).sentence
    except PictureError as error:
        problem = error.user_message
    return MediaFacts(
        kind,
        info.width,
        info.height,
        file.size,
        info.seconds if info.frames > 1 else None,
        file.mime,
        problem,
        info.frames,
        file.stamp,
    )


def thumbnail(
    path: str,
    width: int,
    height: int,
    folder: Path | None,
    *,
    is_patient: bool = True,
    cancelled: threading.Event | None = None,
) -> QImage:
    """Return a picture file scaled to fit width x height pixels, upright. Raises PictureError, and
    as `look`."""
    file = open_file(path)
    side = max(width, height)
    bucket = next((candidate for candidate in BUCKETS if candidate >= side), side)
    with _one_at_a_time(path):
        image = read_cached(file, bucket, folder)
        if image is None:
            info = picture_helpers.look(file, bucket, is_patient=is_patient, cancelled=cancelled)
            if info.is_damaged:
                raise PictureError(damaged(file.name))
            image = image_of(info.picture)
            keep(file, bucket, folder, image)
    return fitted(image, width, height)


def fitted(image: QImage, width: int, height: int) -> QImage:
    """Return the image, scaled down if it does not fit."""
    if image.width() <= width and image.height() <= height:
        return image
    return image.scaled(
        max(1, width),
        max(1, height),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def cache_path(file: FileFacts, bucket: int, folder: Path) -> Path:
    """Return the path of a thumbnail, which depends on the file's time and size."""
    mark = f"{file.path}\n{file.stamp}\n{file.changed}\n{file.size}\n{bucket}"
    return folder / f"{sha256(mark.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}.thumb"


_LARGEST_THUMBNAIL = 16 * 1024 * 1024


def read_cached(file: FileFacts, bucket: int, folder: Path | None) -> QImage | None:
    """Return the cached thumbnail, None if missing or damaged."""
    if folder is None:
        return None
    try:
        data = regular_files.read_regular(cache_path(file, bucket, folder), _LARGEST_THUMBNAIL)
    except OSError:
        return None
    image = read_bytes(data)
    return None if image.isNull() else image


def keep(file: FileFacts, bucket: int, folder: Path | None, image: QImage) -> None:
    """Cache a thumbnail; a failure only makes the next start slower."""
    if folder is None or image.isNull():
        return
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    see_through = image.hasAlphaChannel()
    image.save(buffer, "PNG" if see_through else "JPG", 60 if see_through else 88)  # type: ignore[call-overload]
    try:
        atomic.write_bytes(cache_path(file, bucket, folder), bytes(data.data()), durable=False)
    except StorageError:
        pass  # a full disk is reported where valuable data are written


def trim_cache(folder: Path, most_bytes: int = 200 * 1024 * 1024) -> int:
    """Remove the oldest thumbnails above a limit; return their number."""
    try:
        entries = [(e.stat().st_mtime, e.stat().st_size, e.path) for e in os.scandir(folder)]
    except OSError:
        return 0
    total, removed = sum(size for _, size, _ in entries), 0
    for _, size, path in sorted(entries):
        if total <= most_bytes:
            break
        try:
            Path(path).unlink()
        except OSError:
            continue
        total -= size
        removed += 1
    return removed
