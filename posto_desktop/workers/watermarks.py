"""Pictures for watermarks: taken in beside the styles, looked at, and laid over other pictures.

Plain functions for worker threads.
"""

from __future__ import annotations

import io
import math
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter

from posto_desktop.core.marks import Mark
from posto_desktop.core.renditions import RenditionError
from posto_desktop.sdk.errors import SettingsError
from posto_desktop.sdk.style_parts import FOLDER
from posto_desktop.storage import atomic
from posto_desktop.workers import decode
from posto_desktop.workers.decode import FileFacts, PictureError
from posto_desktop.workers.edit_pillow import PILLOW_ERRORS, pillow

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST_SIDE = 1200
"""Pixels of the longer side of a mark that is kept: on the largest pictures it is still sharp."""
MOST_PIXELS = 64_000_000
MOST_BYTES = 50_000_000


def take_in(source: str, styles: Path) -> str:
    """Keep a picture as a watermark beside the styles; its name there. The picture itself stays.

    Raises `SettingsError` for what cannot be one, `StorageError` when it cannot be written.
    """
    try:
        file = _looked_at(decode.open_file(source))
        picture = _opened(file)
        picture.thumbnail((MOST_SIDE, MOST_SIDE))
        data = io.BytesIO()
        picture.convert("RGBA").save(data, "PNG")
    except PictureError as error:
        raise SettingsError(f"{error.user_message} Choose another watermark.") from None
    except PILLOW_ERRORS:
        name = decode.shown(Path(source).name)
        raise SettingsError(f"{name} is damaged. Choose another watermark.") from None
    content = data.getvalue()
    # By its content, so that another picture of the same name does not change other styles.
    stem = "".join(one if one.isalnum() else "-" for one in Path(source).stem).strip("-")[:40]
    name = f"{stem or 'mark'}-{sha256(content).hexdigest()[:8]}.png"
    folder = styles / FOLDER
    if not (folder / name).exists():
        atomic.write_bytes(folder / name, content, mode=0o644)
    return name


def problem_of(path: Path) -> str:
    """Why a picture cannot be a watermark, as a sentence; empty when it can. Reads its header."""
    try:
        _looked_at(decode.open_file(str(path)))
    except PictureError as error:
        return error.user_message
    return ""


def stamped(picture: Picture, mark: Mark) -> Picture:
    """A picture with a mark on it. Raises `RenditionError` when the mark cannot be used."""
    image = pillow()
    try:
        over = _opened(_looked_at(decode.open_file(mark.path))).convert("RGBA")
        left, top, wide, high = mark.box(picture.size, over.size)
        over = over.resize((wide, high), image.Resampling.LANCZOS, reducing_gap=3.0)
        opacity = mark.opacity
        over.putalpha(over.getchannel("A").point(lambda value: round(value * opacity)))
    except PictureError as error:
        raise RenditionError(mark.sentence(error.user_message)) from None
    except PILLOW_ERRORS:
        name = decode.shown(Path(mark.path).name)
        raise RenditionError(mark.sentence(f"{name} is damaged.")) from None
    if picture.mode in ("LA", "RGBA"):
        both = picture.convert("RGBA")
        both.alpha_composite(over, (left, top))
        return both
    both = picture.convert("RGB") if picture.mode != "RGB" else picture.copy()
    both.paste(over.convert("RGB"), (left, top), over.getchannel("A"))
    return both


def painted(image: QImage, mark: Mark | None) -> QImage:
    """The same for a small picture on the screen; without a mark that cannot be used."""
    if mark is None or image.isNull():
        return image
    try:
        over = decode.thumbnail(mark.path, MOST_SIDE, MOST_SIDE, None)
    except PictureError:
        return image
    left, top, wide, high = mark.box((image.width(), image.height()), (over.width(), over.height()))
    ratio = image.devicePixelRatio()
    result = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    result.setDevicePixelRatio(1.0)
    small = over.scaled(
        wide, high, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    painter = QPainter(result)
    painter.setOpacity(mark.opacity)
    painter.drawImage(QRect(left, top, wide, high), small)
    painter.end()
    result.setDevicePixelRatio(ratio)
    return result


def _looked_at(file: FileFacts) -> FileFacts:
    """Raises PictureError for what is no picture, or a huge one; only the header is read."""
    if not file.mime.startswith("image/") or file.mime == "image/svg+xml":
        raise PictureError(f"{file.name} is no picture.")
    if file.size > MOST_BYTES:
        raise PictureError(
            f"{file.name} is {file.size / 1e6:,.0f} MB; "
            f"a watermark may have {MOST_BYTES / 1e6:.0f}."
        )
    try:
        with pillow(file.mime).open(file.path) as picture:
            width, height = picture.size
    except PILLOW_ERRORS:
        raise PictureError(f"{file.name} is damaged.") from None
    if width * height > MOST_PIXELS:
        raise PictureError(
            f"{file.name} has {math.ceil(width * height / 1e6):,} megapixels; "
            f"a watermark may have {MOST_PIXELS / 1e6:.0f}."
        )
    return file


def _opened(file: FileFacts) -> Picture:
    from PIL import ImageOps

    with pillow(file.mime).open(file.path) as opened:
        upright = ImageOps.exif_transpose(opened)
        upright.load()
        return upright.copy() if upright is opened else upright
