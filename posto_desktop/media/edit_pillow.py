"""Pillow set up for the workers: imported late, with HEIC, without its warnings and limits."""

from __future__ import annotations

import ctypes
import struct
import sys
import warnings
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from posto_desktop.formats.pictures import UPRIGHT

if TYPE_CHECKING:
    from PIL.Image import Exif, Transpose
    from PIL.Image import Image as Picture

ORIENTATION = 0x0112
"""EXIF tag of the orientation."""

_M_MMAP_THRESHOLD = -3  # as in glibc's malloc.h

# Pillow's errors for damaged files; they have no common base.
PILLOW_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    LookupError,
    TypeError,
    EOFError,
    ArithmeticError,
    MemoryError,
    RuntimeError,
    struct.error,
)


class MissingDecoder(Exception):
    """This installation has no decoder for such files. `package` names what brings it."""

    def __init__(self, package: str) -> None:
        super().__init__(package)
        self.package = package


def pillow(mime: str = "") -> ModuleType:
    """Return Pillow's Image module, able to open this kind of file, and without its size limit.
    Raises MissingDecoder."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our own limit raises an error instead of a warning
    # It warns about each odd tag; real problems raise.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    _give_memory_back()
    if mime == "image/heic":
        _with_heic()
    elif mime == "image/avif":
        _with_few_threads()
    return Image


@cache
def _give_memory_back() -> None:
    """Return freed pictures to the system.

    Pillow allocates blocks of 16 MB. After the first free, glibc caches blocks of that size per
    thread, so each thread that ever opened a photo would hold on to one.
    """
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, 4 * 1024 * 1024)
    except (AttributeError, OSError):
        return  # another C library


@cache
def _with_heic() -> None:
    try:
        import pillow_heif
    except ImportError:
        raise MissingDecoder("posto[heic]") from None
    # Read the main picture only: other parts may be damaged.
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    pillow_heif.options.DECODE_THREADS = 2


@cache
def _with_few_threads() -> None:
    """Each decoder thread takes 8 MB of the helper's memory limit, used or not."""
    from PIL import AvifImagePlugin

    AvifImagePlugin.DEFAULT_MAX_THREADS = 2


def exif_of(picture: Picture) -> Exif:
    """Return the EXIF data from the header: for a PNG Pillow would decode the pixels first, to look
    behind them."""
    from PIL.Image import Image

    return Image.getexif(picture)


def orientation(picture: Picture) -> int:
    """Return the EXIF orientation, 1..8; 1 if invalid."""
    try:
        value = exif_of(picture).get(ORIENTATION, 1)
    except PILLOW_ERRORS:
        return 1
    return value if type(value) is int and 1 <= value <= 8 else 1


def upright_turn(image: ModuleType, lies: int) -> Transpose | None:
    """Return the transposition that makes the picture upright; None if it is."""
    name = UPRIGHT.get(lies)
    turn: Transpose | None = image.Transpose[name] if name else None
    return turn


def simple(picture: Picture) -> Picture:
    """Return grey, RGB, CMYK or LAB of 8 bits, with or without alpha."""
    if picture.mode == "LA" or picture.mode == "PA" or picture.has_transparency_data:
        return picture if picture.mode == "RGBA" else picture.convert("RGBA")
    if picture.mode in ("L", "RGB", "RGBA", "CMYK", "LAB"):
        return picture
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode.startswith(("I", "F")):
        return _eight_bits(picture)
    return picture.convert("RGB")


def _eight_bits(picture: Picture) -> Picture:
    """Convert grey of 16 or 32 bits or floats: Pillow itself would clip bright parts."""
    if picture.mode.startswith("I;16"):
        low, high = 0.0, 65535.0
    else:
        least, most = picture.getextrema()
        assert isinstance(least, int | float)
        assert isinstance(most, int | float)
        low, high = min(0.0, float(least)), float(most)
        if picture.mode == "I" and low >= 0 and 255 < high <= 65535:
            high = 65535.0
        elif high <= 1.0 and picture.mode == "F":
            high = 1.0
    scale = 255.0 / ((high - low) or 1.0)
    wide = picture.convert("F") if picture.mode != "F" else picture
    scaled: Any = wide.point(lambda value: value * scale + (-low * scale + 0.5))
    result: Picture = scaled.convert("L")
    return result
