"""Pillow as the workers use it: imported late, with HEIC, quiet, and without limits of its own."""

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
"""The note of EXIF that tells how a picture lies."""

_M_MMAP_THRESHOLD = -3  # as in glibc's malloc.h

# What a damaged file makes Pillow raise; it names no common base.
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


def pillow(mime: str = "") -> ModuleType:
    """Pillow's Image module, able to open a kind of file, and without a limit of its own."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, and an error, not a warning
    # It tells of each odd note in each file; what matters raises.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    _give_memory_back()
    if mime == "image/heic":
        _with_heic()
    elif mime == "image/avif":
        _with_few_threads()
    return Image


@cache
def _give_memory_back() -> None:
    """Let freed pictures go back to the system.

    Pillow takes memory in blocks of 16 MB. Once one was freed, glibc keeps blocks of that size for
    the thread that had them, and each thread that ever touched a photo holds on to it.
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
    except ImportError:  # a system for which there is none: such files get their sentence
        return
    # Only the picture itself is wanted: what is not read cannot be damaged.
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    pillow_heif.options.DECODE_THREADS = 2


@cache
def _with_few_threads() -> None:
    """Each thread of a decoder takes 8 MB of what a helper may have, whether it needs it or not."""
    from PIL import AvifImagePlugin

    AvifImagePlugin.DEFAULT_MAX_THREADS = 2


def exif_of(picture: Picture) -> Exif:
    """The notes of a picture, by its header: of a PNG Pillow itself would decode it first, to look
    for notes behind the pixels."""
    from PIL.Image import Image

    return Image.getexif(picture)


def orientation(picture: Picture) -> int:
    """How the picture lies, 1..8 as in EXIF; 1 where the notes are garbage."""
    try:
        value = exif_of(picture).get(ORIENTATION, 1)
    except PILLOW_ERRORS:
        return 1
    return value if type(value) is int and 1 <= value <= 8 else 1


def upright_turn(image: ModuleType, lies: int) -> Transpose | None:
    """What stands a picture upright that lies like this; None for nothing."""
    name = UPRIGHT.get(lies)
    found: Transpose | None = image.Transpose[name] if name else None
    return found


def simple(picture: Picture) -> Picture:
    """Grey, RGB, CMYK or LAB of 8 bits, with or without alpha."""
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
    """Grey of 16 or 32 bits, or of fractions: Pillow itself would cut off all that is bright."""
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
