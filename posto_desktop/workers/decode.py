"""Decodes pictures for the screen and looks at files; plain functions for worker threads.

Qt decodes first, scaling while it decodes; Pillow takes what Qt cannot read. Both see nothing but
what has been checked: the real kind by its first bytes, and the number of pixels by its header.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader

from posto_desktop.sdk.media_types import SNIFF, by_name, is_media, sniff
from posto_desktop.storage import atomic, regular
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers.edit_pillow import PILLOW_ERRORS, pillow
from posto_desktop.workers.readers import read_bytes, reader_of

MOST_PIXELS = 268_000_000
"""Above this a picture is not opened at all (16,384 x 16,384)."""

MOST_PIXELS_WHOLE = 64_000_000
"""Above this a picture is opened only by a decoder that scales while it reads."""

BUCKETS = (512, 1024, 2048)
"""Longest sides, in pixels, at which thumbnails are kept."""

_SCALING = ("jpeg",)
_VIDEO_PROBLEMS = {
    "damaged": "{name} is damaged: it cannot be opened as a video.",
    "no picture": "{name} has sound but no picture.",
    "no frame": "{name} shows no picture.",
    "slow": "{name} could not be opened as a video in time.",
}
_KINDS = {
    "application/pdf": "a PDF",
    "application/zip": "an archive",
    "application/x-msdownload": "a program",
    "application/x-executable": "a program",
    "application/x-php": "a script",
    "text/x-script": "a script",
    "text/html": "a web page",
    "image/svg+xml": "a drawing (SVG)",
    "audio/mpeg": "sound only",
}


class PictureError(Exception):
    """A file cannot be shown; `user_message` says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.user_message = message


@dataclass(frozen=True)
class MediaFacts:
    """What a file is. Sizes in pixels as shown (turned by its EXIF note), `bytes` as on disk,
    `duration` in seconds and `frames` for what moves (frames of videos are not counted). `stamp` is
    when the file was changed last, in nanoseconds; 0 where it could not be opened.
    `problem` is a sentence for people, None when all is well."""

    kind: str
    width: int = 0
    height: int = 0
    bytes: int = 0
    duration: float | None = None
    mime: str = ""
    problem: str | None = None
    frames: int = 1
    stamp: int = 0


@dataclass(frozen=True)
class FileFacts:
    """A readable, non-empty file and what its first bytes show.

    `stamp` is the time of the last change of its content, `changed` that of any change of it, which
    no program can set back (0 on Windows), both in nanoseconds.
    """

    path: str
    name: str
    size: int
    stamp: int
    mime: str
    changed: int = 0


_turns: dict[str, threading.Lock] = {}
_turns_lock = threading.Lock()


@contextmanager
def _one_at_a_time(key: str) -> Iterator[None]:
    """Two jobs about the same file: the second waits, and finds the thumbnail of the first."""
    with _turns_lock:
        if len(_turns) > 4000:
            _turns.clear()
        turn = _turns.setdefault(key, threading.Lock())
    with turn:
        yield


def open_file(path: str) -> FileFacts:
    """Look at a file from outside. Raises PictureError with its sentence."""
    name = shown(Path(path).name or path)
    try:
        facts = Path(path).stat()
        if stat.S_ISDIR(facts.st_mode):
            raise PictureError(f"{name} is a folder.")
        if not stat.S_ISREG(facts.st_mode):
            raise PictureError(f"{name} is not a file that can be posted.")
        if facts.st_size == 0:
            raise PictureError(f"{name} is empty (0 bytes).")
        with Path(path).open("rb") as file:
            head = file.read(SNIFF)
    except (FileNotFoundError, NotADirectoryError):
        raise PictureError(f"{name} is no longer there.") from None
    except PermissionError:
        raise PictureError(f"{name} cannot be read: its access rights forbid it.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be used"
        raise PictureError(f"{name} cannot be read: {reason}.") from None
    mime = sniff(head) or by_name(name) or ""
    changed = 0 if os.name == "nt" else facts.st_ctime_ns
    return FileFacts(path, name, facts.st_size, facts.st_mtime_ns, mime, changed)


def shown(name: str) -> str:
    """A file name fit for a sentence: one line, its ending kept."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return clean if len(clean) <= 60 else f"{clean[:48]}…{clean[-11:]}"


def video_problem(reason: str, name: str) -> str | None:
    """The sentence for what VideoProbe found wrong; None for nothing."""
    return _VIDEO_PROBLEMS[reason].format(name=name) if reason else None


def look(path: str, folder: Path | None) -> MediaFacts:
    """The facts about a picture file; for a video only kind, size and type.

    A picture is decoded once, small, so that damage is found; the result is kept in `folder` as
    its thumbnail.
    """
    try:
        file = open_file(path)
    except PictureError as error:
        return MediaFacts("", problem=error.user_message)
    if file.mime.startswith("video/") and is_media(file.mime):
        return MediaFacts("video", bytes=file.size, mime=file.mime, stamp=file.stamp)
    if not (file.mime.startswith("image/") and is_media(file.mime)):
        what = _KINDS.get(file.mime)
        tail = f": it is {what}." if what else "."
        said = f"{file.name} is no picture or video that can be posted{tail}"
        return MediaFacts("", bytes=file.size, mime=file.mime, problem=said, stamp=file.stamp)
    kind = "gif" if file.mime == "image/gif" else "image"
    problem: str | None = None
    size = QSize()
    try:
        size = picture_size(file)
        with _one_at_a_time(path):
            _decoded(file, BUCKETS[0], folder)
        problem = _missing_end(file)
    except PictureError as error:
        problem = error.user_message
    width, height = max(0, size.width()), max(0, size.height())
    frames, seconds = _movement(file)
    return MediaFacts(
        kind, width, height, file.size, seconds, file.mime, problem, frames, file.stamp
    )


def _movement(file: FileFacts) -> tuple[int, float | None]:
    """Frames and seconds of what moves; 1 and None for a still."""
    from posto_desktop.workers.animation import animation_facts

    try:
        facts = animation_facts(file.path, file.mime)
    except OSError:
        return 1, None
    return facts.frames, facts.seconds if facts.frames > 1 else None


def thumbnail(path: str, width: int, height: int, folder: Path | None) -> QImage:
    """A picture file scaled to fit into width x height pixels, upright. Raises PictureError."""
    file = open_file(path)
    wanted = max(width, height)
    bucket = next((one for one in BUCKETS if one >= wanted), wanted)
    with _one_at_a_time(path):
        image = _decoded(file, bucket, folder)
    return fitted(image, width, height)


def fitted(image: QImage, width: int, height: int) -> QImage:
    """The image, made smaller where it does not fit."""
    if image.width() <= width and image.height() <= height:
        return image
    return image.scaled(
        max(1, width),
        max(1, height),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def picture_size(file: FileFacts) -> QSize:
    """A picture's size as shown, from its header. Raises PictureError for bombs and damage."""
    reader = _reader(file)
    size = reader.size()
    if not size.isValid():
        size = _pillow_size(file)
    elif reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90:
        size = size.transposed()
    pixels = size.width() * size.height()
    streamed = bytes(reader.format().data()).decode("ascii", "replace") in _SCALING
    most = MOST_PIXELS if streamed else MOST_PIXELS_WHOLE
    if pixels > most:
        raise PictureError(
            f"{file.name} has {pixels / 1e6:,.0f} megapixels; "
            f"Posto opens {'JPEGs' if streamed else 'such files'} of up to {most / 1e6:.0f}."
        )
    return size


def cache_path(file: FileFacts, bucket: int, folder: Path) -> Path:
    """Where a thumbnail is kept: another time or size of the file is another thumbnail."""
    mark = f"{file.path}\n{file.stamp}\n{file.changed}\n{file.size}\n{bucket}"
    return folder / f"{sha256(mark.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}.thumb"


_LARGEST_THUMBNAIL = 16 * 1024 * 1024


def read_cached(file: FileFacts, bucket: int, folder: Path | None) -> QImage | None:
    """The kept thumbnail, None where there is none (or it is damaged)."""
    if folder is None:
        return None
    try:
        data = regular.read_regular(cache_path(file, bucket, folder), _LARGEST_THUMBNAIL)
    except OSError:
        return None
    image = read_bytes(data)
    return None if image.isNull() else image


def keep(file: FileFacts, bucket: int, folder: Path | None, image: QImage) -> None:
    """Keep a thumbnail; without it the next start is slower, nothing else."""
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
        pass  # a full disk is told where something of value is written


def trim_cache(folder: Path, most_bytes: int = 200 * 1024 * 1024) -> int:
    """Remove the oldest thumbnails above a limit; returns how many went."""
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


def _decoded(file: FileFacts, bucket: int, folder: Path | None) -> QImage:
    found = read_cached(file, bucket, folder)
    if found is not None:
        return found
    picture_size(file)
    reader = _reader(file)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > bucket:
        # The size before turning: decoders scale first and turn after.
        reader.setScaledSize(size.scaled(bucket, bucket, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read() if size.isValid() else QImage()
    if image.isNull():
        image = _pillow_image(file, bucket)
    image = fitted(image, bucket, bucket)
    keep(file, bucket, folder, image)
    return image


def _reader(file: FileFacts) -> QImageReader:
    # The first bytes decide, not the name: a PNG called .jpg is a PNG.
    reader = reader_of(file.path, file.mime)
    reader.setAutoTransform(True)
    return reader


def _pillow_size(file: FileFacts) -> QSize:
    try:
        with pillow(file.mime).open(file.path) as picture:
            turned = picture.getexif().get(0x0112, 1) in (5, 6, 7, 8)
            width, height = picture.size
    except PILLOW_ERRORS:
        raise PictureError(damaged(file)) from None
    return QSize(height, width) if turned else QSize(width, height)


def _pillow_image(file: FileFacts, bucket: int) -> QImage:
    from PIL import ImageOps

    try:
        with pillow(file.mime).open(file.path) as picture:
            picture.draft("RGB", (bucket, bucket))
            picture.thumbnail((bucket, bucket))
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
            data = upright.tobytes()
            width, height = upright.size
    except PILLOW_ERRORS:
        raise PictureError(damaged(file)) from None
    image = QImage(data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return image.copy()


def damaged(file: FileFacts) -> str:
    """The sentence about a picture that cannot be opened."""
    return f"{file.name} is damaged: it cannot be opened as a picture."


def _missing_end(file: FileFacts) -> str | None:
    """A sentence when a file stops before its end: decoders show such a picture half grey."""
    try:
        with Path(file.path).open("rb") as data:
            head = data.read(12)
            data.seek(max(0, file.size - 4096))
            tail = data.read(4096)
    except OSError:
        return None
    whole = True
    if file.mime == "image/jpeg":
        # Cameras and phones put other data behind the end mark; then it lies further up.
        whole = b"\xff\xd9" in tail or _has_end_mark(file.path)
    elif file.mime == "image/png":
        whole = b"IEND" in tail or (file.size > 4096 and _png_ends(file.path))
    elif file.mime == "image/webp":
        whole = file.size >= int.from_bytes(head[4:8], "little") + 8
    return None if whole else f"{file.name} is cut off: its end is missing."


def _has_end_mark(path: str) -> bool:
    with Path(path).open("rb") as data:
        size = data.seek(0, os.SEEK_END)
        data.seek(max(0, size - 8_000_000))
        return b"\xff\xd9" in data.read()


def _png_ends(path: str) -> bool:
    """Whether the chunks of a PNG run to its end chunk, with or without more behind it."""
    with Path(path).open("rb") as data:
        data.seek(8)
        for _ in range(100_000):
            head = data.read(8)
            if len(head) < 8:
                return False
            if head[4:8] == b"IEND":
                return True
            data.seek(int.from_bytes(head[:4], "big") + 4, os.SEEK_CUR)
    return False
