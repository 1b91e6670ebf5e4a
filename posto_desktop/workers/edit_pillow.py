"""Pillow as the workers use it: imported late, with HEIC, quiet, and without limits of its own."""

from __future__ import annotations

import ctypes
import struct
import sys
import warnings
from functools import cache
from types import ModuleType

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
