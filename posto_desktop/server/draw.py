"""Picture process: decodes and draws pictures outside the server.

Untrusted files may crash decoders or exhaust memory: here that costs one preview and not the
sending of posts. `helpers` starts and asks it; `pictures` makes the requests.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posto_desktop.common.translation import translatable
from posto_desktop.formats.pictures import (
    UPRIGHT,
    ExceededLimit,
    HeaderError,
    PictureHeader,
    read_header,
)
from posto_desktop.server import sniff
from posto_desktop.server.helpers import read_request, write_answer
from posto_desktop.server.process_limits import IdleEnd, limit_memory, limited_time
from posto_desktop.storage import atomic, regular_files

if TYPE_CHECKING:
    from PIL import Image

IDLE_SECONDS = 15.0
WORK_SECONDS = 4.0
MAX_MEMORY = 390_000_000
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")


class NoPicture(Exception):
    """There is no picture, with a reason for the user."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    @property
    def answer(self) -> dict[str, Any]:
        return {"status": self.status, "code": self.code, "message": self.message}


def main() -> int:
    limit_memory(MAX_MEMORY)
    idle = IdleEnd(IDLE_SECONDS)
    while (asked := read_request(sys.stdin.buffer)) is not None:
        idle.stop()
        with limited_time(float(asked[0].get("seconds", WORK_SECONDS))):
            answer = _answer(asked[0])
        write_answer(sys.stdout.buffer, answer)
        idle.start()
    return 0


def _answer(request: Mapping[str, Any]) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = {}
        if request["kind"] == "thumbnail":
            data = shrink(Path(request["source"]), int(request["size"]))
        elif request["kind"] == "fit":
            data, facts = fit(
                Path(request["source"]), int(request["most_bytes"]), int(request["side"])
            )
        else:
            data = draw_initial(str(request["letter"]), str(request["colour"]))
        atomic.write_bytes(Path(request["target"]), data, durable=False)
    except NoPicture as error:
        return error.answer
    except atomic.StorageError as error:
        return {"status": 507, "code": "posto_storage", "message": error.user_message}
    return facts


def shrink(source: Path, size: int) -> bytes:
    """Return the picture upright, at most `size` by `size`: JPEG, or PNG with transparency."""
    with _reading(source):
        return _encode(_small(source, size))


def fit(source: Path, most_bytes: int, side: int) -> tuple[bytes, dict[str, Any]]:
    """Return the picture upright, at most `side` by `side` and `most_bytes`, in the best possible
    quality, with its `mime`, `width` and `height`: JPEG, or WebP with transparency."""
    with _reading(source):
        picture = _small(source, side)
        is_clear = _has_transparency(picture)
        picture = picture.convert("RGBA" if is_clear else "RGB")
        kind = "WEBP" if is_clear else "JPEG"
        while True:
            for quality in (92, 85, 75):
                buffer = io.BytesIO()
                picture.save(buffer, kind, quality=quality)
                if buffer.tell() <= most_bytes:
                    width, height = picture.size
                    mime = f"image/{kind.lower()}"
                    return buffer.getvalue(), {"mime": mime, "width": width, "height": height}
            if max(picture.size) < 200:
                raise NoPicture(
                    422,
                    "posto_too_large",
                    translatable("Server", "The picture cannot be made this small."),
                )
            picture.thumbnail((max(picture.size) * 3 // 4,) * 2)


@contextlib.contextmanager
def _reading(source: Path) -> Iterator[None]:
    """Convert decoders' errors to NoPicture."""
    try:
        yield
    except FileNotFoundError as error:
        raise NoPicture(
            404, "posto_no_file", translatable("Server", "The file was not found.")
        ) from error
    except NoPicture:
        raise
    except Exception as error:
        # Decoders raise all kinds of errors for damaged files.
        print(f"no preview of {source.name}: {error!r}", file=sys.stderr)  # noqa: T201
        raise NoPicture(
            415, "posto_no_preview", translatable("Server", "Files of this kind have no preview.")
        ) from error


def _small(source: Path, size: int) -> Image.Image:
    from PIL import Image

    # This module checks a limit for each format; Pillow's own would only warn.
    Image.MAX_IMAGE_PIXELS = None
    header = checked(source)
    with Image.open(source, formats=FORMATS) as image:
        # Another reader may interpret the same header differently.
        progressive = header.is_progressive or "progressive" in image.info
        _check(PictureHeader(header.mime, *image.size, header.scans, progressive))
        turn = _upright_turn(image)
        image.draft("RGB", (size * 2, size * 2))
        image.load()
        small: Image.Image = image
        small.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
        return small.transpose(turn) if turn is not None else small


def _upright_turn(image: Image.Image) -> Image.Transpose | None:
    """Return the transposition that makes a picture upright, from the metadata before its pixels;
    None for none."""
    from PIL import Image

    try:
        # For a PNG Pillow would decode the pixels first, to look behind them.
        lies = Image.Image.getexif(image).get(0x0112, 1)
    except Exception:  # noqa: BLE001 - garbage turns nothing
        return None
    name = UPRIGHT.get(lies)
    return Image.Transpose[name] if name else None


def checked(source: Path) -> PictureHeader:
    """Return the header of a file that may be decoded. Raises NoPicture 422 for too large ones, and
    OSError."""
    with regular_files.open_file(source) as file:
        kind = sniff.sniff(file)
        mime = kind.mime if kind is not None else ""
        try:
            header = read_header(file, mime)
        except HeaderError:
            header = PictureHeader(mime)  # a decoder may still read it
    _check(header)
    return header


def _check(header: PictureHeader) -> None:
    exceeded = header.too_much
    if exceeded is None:
        return
    raise NoPicture(422, "posto_too_many_pixels", _too_much(header, exceeded))


def _too_much(header: PictureHeader, exceeded: ExceededLimit) -> str:
    if exceeded.unit == "scans":
        return translatable(
            "Server", "The picture is saved in more than {most} passes, too many for a preview."
        ).format(most=exceeded.most)
    return translatable(
        "Server", "The picture has {width} by {height} pixels, too many for a preview."
    ).format(width=header.width, height=header.height)


def _has_transparency(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _encode(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    if _has_transparency(image):
        image.convert("RGBA").save(buffer, "PNG")
    else:
        image.convert("RGB").save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def draw_initial(letter: str, colour: str) -> bytes:
    """Return a channel's picture: its initial on its network's colour, with the sandbox's white
    corner."""
    from PIL import Image, ImageDraw, ImageFont

    size, scale = 128, 2
    side = size * scale
    image = Image.new("RGB", (side, side), colour)
    draw = ImageDraw.Draw(image)
    # The corner marks the sandbox, to distinguish it from the real account.
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
