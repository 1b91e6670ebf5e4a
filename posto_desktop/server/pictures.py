"""Pictures made here with Pillow: thumbnails of media, and the channels' own pictures.

Pillow is imported at the first use: the workspace must start fast and stay small.
"""

from __future__ import annotations

import io
import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from posto_desktop.server.errors import ApiError
from posto_desktop.storage import atomic

if TYPE_CHECKING:
    from PIL import Image

log = logging.getLogger(__name__)

SIZES = (80, 160, 320, 640, 1024)
# A JPEG is scaled while it is decoded; other formats need all their pixels in memory at once.
_MAX_PIXELS = 40_000_000
_MAX_JPEG_PIXELS = 250_000_000

_COLOURS = {
    "twitter": "#1d1d1f",
    "instagram": "#c1327c",
    "fb": "#1668d9",
    "linkedin": "#0a5fa8",
    "mastodon": "#5a4fd0",
    "bluesky": "#0a78e6",
    "telegram": "#2493cf",
    "tiktok": "#12757a",
}


class Pictures:
    """Makes pictures once and keeps them in `folder`; never more than two at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._slots = threading.BoundedSemaphore(2)

    def thumbnail(self, source: Path, sha256: str, size: int) -> Path:
        """A JPEG or PNG no larger than the next of SIZES. Raises ApiError 404, 415 or 422."""
        size = next((one for one in SIZES if one >= size), SIZES[-1])
        target = self._folder / sha256[:2] / f"{sha256}-{size}"
        if not target.exists():
            with self._slots:
                if not target.exists():
                    data = _shrink(source, size)
                    atomic.write_bytes(target, data, durable=False)
        return target

    def forget(self, sha256: str) -> None:
        """Removes the thumbnails of a deleted file."""
        for path in (self._folder / sha256[:2]).glob(f"{sha256}-*"):
            path.unlink(missing_ok=True)

    def channel(self, name: str, network: str) -> Path:
        """The picture of a channel: its network's colour and its own initial."""
        letter = next((one for one in name.split()[-1:] if one), "?")[0].upper()
        code = f"{ord(letter):x}"
        safe = "".join(one for one in network if one.isascii() and one.isalnum())
        target = self._folder / f"channel-{safe}-{code}.png"
        if not target.exists():
            with self._slots:
                if not target.exists():
                    data = _draw_initial(letter, _COLOURS.get(network, "#5b6472"))
                    atomic.write_bytes(target, data, durable=False)
        return target


def _shrink(source: Path, size: int) -> bytes:
    from PIL import Image, ImageOps

    # The limit is checked here, for each format as it needs; Pillow's own would only warn.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(source, formats=("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")) as image:
            # A progressive JPEG, too, is held in memory as a whole.
            scaled = image.format == "JPEG" and not image.info.get("progressive")
            limit = _MAX_JPEG_PIXELS if scaled else _MAX_PIXELS
            if image.width * image.height > limit:
                raise ApiError(
                    422,
                    "posto_too_many_pixels",
                    f"The picture has {image.width} by {image.height} pixels, too many for a "
                    "preview.",
                )
            image.draft("RGB", (size * 2, size * 2))
            small = ImageOps.exif_transpose(image)
            small.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
            return _encode(small)
    except FileNotFoundError as error:
        raise ApiError(404, "posto_no_file", "The file is no longer there.") from error
    except (OSError, ValueError, SyntaxError, MemoryError) as error:
        log.info("No preview of %s: %s", source.name, error)
        raise ApiError(
            415, "posto_no_preview", "There is no preview of this kind of file."
        ) from error


def _encode(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image.convert("RGBA").save(buffer, "PNG")
    else:
        image.convert("RGB").save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def _draw_initial(letter: str, colour: str) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    size, scale = 128, 2
    side = size * scale
    image = Image.new("RGB", (side, side), colour)
    draw = ImageDraw.Draw(image)
    # A lighter band marks the sandbox, so that nobody takes it for the real account.
    draw.polygon([(0, side), (0, side * 0.72), (side * 0.28, side)], fill="#ffffff")
    draw.text(
        (side / 2, side / 2),
        letter,
        fill="white",
        anchor="mm",
        font=ImageFont.load_default(side * 0.55),
    )
    buffer = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
