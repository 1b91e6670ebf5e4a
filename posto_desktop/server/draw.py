"""The process that decodes and draws pictures, apart from the workspace.

Decoders are large, and files from anywhere may crash them or eat the memory: here that costs one
preview and not the sending of posts. One JSON request a line on standard input, one answer a line
on standard output; ends when its input closes, and by itself when nothing was asked for a while.
"""

from __future__ import annotations

import faulthandler
import functools
import io
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from posto_desktop.storage import atomic

if TYPE_CHECKING:
    from PIL import Image

IDLE_SECONDS = 15.0
WORK_SECONDS = 30
MAX_MEMORY = 2 * 1024**3

# A JPEG is scaled while it is decoded; other formats need all their pixels in memory at once.
MAX_PIXELS = 40_000_000
MAX_JPEG_PIXELS = 250_000_000
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")


class NoPicture(Exception):
    """There is nothing to show, for a reason that people can read."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = {"status": status, "code": code, "message": message}


def main() -> int:
    _limit_memory()
    for line in iter(sys.stdin.buffer.readline, b""):
        with _Watch():
            answer = _answer(json.loads(line))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return 0


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        if request["kind"] == "thumbnail":
            data = shrink(Path(request["source"]), int(request["size"]))
        else:
            data = draw_initial(str(request["letter"]), str(request["colour"]))
        atomic.write_bytes(Path(request["target"]), data, durable=False)
    except NoPicture as error:
        return error.answer
    except atomic.StorageError as error:
        return {"status": 507, "code": "posto_storage", "message": error.user_message}
    return {}


class _Watch:
    """Ends the process when one picture takes too long, or none is asked for."""

    _idle: threading.Timer | None = None

    def __enter__(self) -> None:
        if _Watch._idle is not None:
            _Watch._idle.cancel()
        # Both end even a decoder that never returns and holds Python's lock.
        if hasattr(signal, "alarm"):
            signal.alarm(WORK_SECONDS)
        else:
            faulthandler.dump_traceback_later(WORK_SECONDS, exit=True, file=_nowhere())

    def __exit__(self, *_: object) -> None:
        if hasattr(signal, "alarm"):
            signal.alarm(0)
        else:
            faulthandler.cancel_dump_traceback_later()
        _Watch._idle = threading.Timer(IDLE_SECONDS, os._exit, (0,))
        _Watch._idle.daemon = True
        _Watch._idle.start()


@functools.cache
def _nowhere() -> IO[str]:
    """Open as long as the process runs: a program without a console has no standard error."""
    return Path(os.devnull).open("w", encoding="utf-8")


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource

    for limit in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
        try:
            resource.setrlimit(limit, (MAX_MEMORY, resource.getrlimit(limit)[1]))
        except (ValueError, OSError):
            continue  # macOS refuses some; a lower limit may be in force already


def shrink(source: Path, size: int) -> bytes:
    """The picture upright and no larger than `size` by `size`: JPEG, or PNG with transparency."""
    from PIL import Image, ImageOps

    # The limit is checked here, for each format as it needs; Pillow's own would only warn.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(source, formats=FORMATS) as image:
            # A progressive JPEG, too, is held in memory as a whole.
            scaled = image.format == "JPEG" and not image.info.get("progressive")
            if image.width * image.height > (MAX_JPEG_PIXELS if scaled else MAX_PIXELS):
                raise NoPicture(
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
        raise NoPicture(404, "posto_no_file", "The file is no longer there.") from error
    except NoPicture:
        raise
    except Exception as error:
        # Damaged files make decoders raise all sorts of things.
        print(f"no preview of {source.name}: {error!r}", file=sys.stderr)  # noqa: T201
        raise NoPicture(
            415, "posto_no_preview", "There is no preview of this kind of file."
        ) from error


def _encode(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image.convert("RGBA").save(buffer, "PNG")
    else:
        image.convert("RGB").save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def draw_initial(letter: str, colour: str) -> bytes:
    """A channel's picture: its initial on its network's colour, with the sandbox's white corner."""
    from PIL import Image, ImageDraw, ImageFont

    size, scale = 128, 2
    side = size * scale
    image = Image.new("RGB", (side, side), colour)
    draw = ImageDraw.Draw(image)
    # The corner marks the sandbox, so that nobody takes it for the real account.
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


if __name__ == "__main__":
    sys.exit(main())
