"""Pillow as the workers use it: imported late, with HEIC, quiet, and without limits of its own."""

from __future__ import annotations

import struct
import warnings
from functools import cache
from types import ModuleType

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
    struct.error,
)


def pillow(mime: str = "") -> ModuleType:
    """Pillow's Image module, able to open a kind of file, and without a limit of its own."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, and an error, not a warning
    # It tells of each odd note in each file; what matters raises.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    if mime == "image/heic":
        _with_heic()
    return Image


@cache
def _with_heic() -> None:
    try:
        import pi_heif
    except ImportError:  # a system for which there is none: such files get their sentence
        return
    pi_heif.register_heif_opener()
