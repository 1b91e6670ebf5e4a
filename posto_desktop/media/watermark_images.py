"""Watermark files: which pictures are valid, and how one is drawn onto a sent picture.

Without Qt: runs in the helper process, too.
"""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import TYPE_CHECKING

from posto_desktop.core.file_problems import FileProblem, megapixels
from posto_desktop.core.renditions import RenditionError
from posto_desktop.core.watermark import WatermarkImage
from posto_desktop.formats.pictures import HeaderError, read_header
from posto_desktop.media.edit_pillow import (
    PILLOW_ERRORS,
    orientation,
    pillow,
    simple,
    upright_turn,
)
from posto_desktop.media.media_files import FileFacts, PictureError, open_file, shown, too_much

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MAX_PIXELS = 64_000_000
MAX_BYTES = 50_000_000


def checked_mark(file: FileFacts) -> FileFacts:
    """Check the header. Raises PictureError for what is no picture, or a huge one."""
    if not file.mime.startswith("image/") or file.mime == "image/svg+xml":
        raise PictureError(FileProblem.of("mark_kind", file=file.name))
    if file.size > MAX_BYTES:
        problem = FileProblem.of(
            "mark_bytes",
            file=file.name,
            number=round(file.size / 1e6),
            most=round(MAX_BYTES / 1e6),
        )
        raise PictureError(problem)
    try:
        with Path(file.path).open("rb") as opened:
            header = read_header(opened, file.mime)
    except (HeaderError, OSError):
        raise PictureError(FileProblem.of("mark_damaged", file=file.name)) from None
    if header.pixels > MAX_PIXELS:
        raise PictureError(
            FileProblem.of(
                "mark_pixels",
                file=file.name,
                count=math.ceil(header.pixels / 1e6),
                most=megapixels(MAX_PIXELS),
            )
        )
    if (exceeded := header.too_much) is not None:
        raise PictureError(too_much(file.name, exceeded))
    return file


def mark_bytes(file: FileFacts, side: int) -> bytes:
    """Return a picture as a mark's PNG, no larger than `side`. Raises Pillow's errors."""
    picture = simple(_opened(file))
    picture.thumbnail((side, side))
    data = io.BytesIO()
    picture.convert("RGBA").save(data, "PNG")
    return data.getvalue()


def with_watermark(picture: Picture, mark: WatermarkImage) -> Picture:
    """Return a picture with a mark drawn onto it. Raises `RenditionError` if the mark cannot be
    used."""
    image = pillow()
    try:
        over = _opened(checked_mark(open_file(mark.path))).convert("RGBA")
        left, top, wide, high = mark.box(picture.size, over.size)
        over = over.resize((wide, high), image.Resampling.LANCZOS, reducing_gap=3.0)
        opacity = mark.opacity
        over.putalpha(over.getchannel("A").point(lambda value: round(value * opacity)))
    except PictureError as error:
        raise RenditionError(mark.problem(error.problem)) from None
    except MemoryError:
        raise
    except PILLOW_ERRORS:
        name = shown(Path(mark.path).name)
        problem = FileProblem.of("mark_damaged", file=name)
        raise RenditionError(mark.problem(problem)) from None
    if picture.mode in ("LA", "RGBA"):
        marked = picture.convert("RGBA")
        marked.alpha_composite(over, (left, top))
        return marked
    marked = picture.convert("RGB") if picture.mode != "RGB" else picture.copy()
    marked.paste(over.convert("RGB"), (left, top), over.getchannel("A"))
    return marked


def _opened(file: FileFacts) -> Picture:
    """Return the whole picture, upright."""
    image = pillow(file.mime)
    with image.open(file.path) as opened:
        turn = upright_turn(image, orientation(opened))
        opened.load()
        whole: Picture = opened.copy() if turn is None else opened.transpose(turn)
        return whole
