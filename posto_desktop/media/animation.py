"""Animations: frame counts and durations, and cropped or scaled copies.

Frames are read, changed and written one after the other, so memory use does not depend on their
number.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from posto_desktop.core.file_problems import FileProblem
from posto_desktop.core.renditions import RenditionError, RenditionSpec, pixel_box
from posto_desktop.media.animation_facts import MAX_FRAMES
from posto_desktop.media.edit_pillow import pillow
from posto_desktop.sdk.errors import Cancelled

if TYPE_CHECKING:
    from PIL import Image

MAX_FRAME = 6_000_000
"""Most pixels of one frame for which an animation is encoded anew."""

MAX_WORK = 3_000_000_000
"""Most pixels over all frames for which an animation is encoded anew (some minutes)."""

_TRIES = 5


class AnimationTooLarge(Exception):
    """The copy exceeded its limit; `expected` is its estimated size in bytes."""

    def __init__(self, expected: int) -> None:
        super().__init__(expected)
        self.expected = expected


def check_work(name: str, width: int, height: int, frames: int) -> None:
    """Refuse work that would exhaust memory or take too long."""
    if width * height > MAX_FRAME:
        # The frame count does not matter here; it may not be known yet.
        problem = FileProblem.of("frame_pixels", file=name, size=f"{width} × {height}")
        raise RenditionError(problem)
    if frames > MAX_FRAMES or width * height * frames > MAX_WORK:
        size = f"{width} × {height}"
        raise RenditionError(FileProblem.of("frames", file=name, frames=frames, size=size))


def write_animation(
    path: str, name: str, target: Path, spec: RenditionSpec, cancel: threading.Event
) -> tuple[int, int]:
    """Write an animation as GIF according to `spec`, smaller until it fits the byte limit.

    Return its pixels. Raises RenditionError, Cancelled, OSError, and Pillow's errors for damage.
    """
    width, height = spec.width, spec.height
    for _ in range(_TRIES):
        try:
            with target.open("wb") as file:
                _write(path, name, file, spec, (width, height), cancel)
            return width, height
        except AnimationTooLarge as error:
            assert spec.max_bytes is not None
            scale = min(0.9, (spec.max_bytes / error.expected) ** 0.5 * 0.95)
            width, height = max(1, round(width * scale)), max(1, round(height * scale))
            if min(width, height) < 16:
                break
    raise RenditionError(FileProblem.of("animated", file=name, number=(spec.max_bytes or 0) / 1e6))


def _write(
    path: str,
    name: str,
    file: BinaryIO,
    spec: RenditionSpec,
    size: tuple[int, int],
    cancel: threading.Event,
) -> None:
    with pillow().open(path) as source:
        check_work(name, source.width, source.height, 1)  # counting takes memory as well
        frames = getattr(source, "n_frames", 1)
        check_work(name, source.width, source.height, frames)
        writer = GifWriter(file, size, source.info.get("loop"))
        for number, (frame, milliseconds) in enumerate(_frames(source, name, frames, spec, size)):
            if cancel.is_set():
                raise Cancelled
            writer.add(frame, milliseconds)
            written = file.tell()
            if spec.max_bytes and written > spec.max_bytes and number:
                raise AnimationTooLarge(max(written, written * frames // (number + 1)))
        writer.close()
    if spec.max_bytes and file.tell() > spec.max_bytes:
        raise AnimationTooLarge(file.tell())


def _frames(
    source: Image.Image, name: str, count: int, spec: RenditionSpec, size: tuple[int, int]
) -> Iterator[tuple[Image.Image, float]]:
    """Yield each composed frame after the edits, and its milliseconds."""
    from PIL import Image

    turn = {
        1: Image.Transpose.ROTATE_270,
        2: Image.Transpose.ROTATE_180,
        3: Image.Transpose.ROTATE_90,
    }.get(spec.turns)
    for number in range(count):
        source.seek(number)
        # A later frame may exceed the canvas; Pillow then uses its size.
        check_work(name, source.width, source.height, 1)
        frame = source.convert("RGBA")
        if turn is not None:
            frame = frame.transpose(turn)
        if spec.crop is not None:
            frame = frame.crop(pixel_box(spec.crop, *frame.size))
        if frame.size != size:
            frame = frame.resize(size, Image.Resampling.BICUBIC)
        yield frame, float(source.info.get("duration") or 0)


class GifWriter:
    """Writes a GIF frame by frame, storing only the difference to the frame before."""

    def __init__(self, file: BinaryIO, size: tuple[int, int], loop: int | None) -> None:
        self._file = file
        self._size = size
        self._canvas: Image.Image | None = None  # RGB; None before the first frame
        self._pending: tuple[Image.Image, float] | None = None
        wide, high = (first.to_bytes(2, "little") for first in size)
        file.write(b"GIF89a" + wide + high + b"\x70\0\0")
        if loop is not None:
            file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + (loop & 0xFFFF).to_bytes(2, "little"))
            file.write(b"\0")

    def add(self, frame: Image.Image, milliseconds: float) -> None:
        """Add an RGBA frame of the writer's size."""
        alpha = frame.getchannel("A").point(_half)
        frame.putalpha(alpha)
        see_through = alpha.getextrema()[0] == 0
        if self._pending is not None:
            before, shown = self._pending
            if not see_through and _same(before, frame):
                self._pending = (before, shown + milliseconds)
                return
            self._put(before, shown, clear=see_through)
        self._pending = (frame, milliseconds)

    def close(self) -> None:
        if self._pending is not None:
            self._put(*self._pending, clear=False)
            self._pending = None
        self._file.write(b"\x3b")

    def _put(self, frame: Image.Image, milliseconds: float, *, clear: bool) -> None:
        from PIL import ImageChops

        colours = frame.convert("RGB")
        holes = frame.getchannel("A").point(_inverse)
        box = (0, 0, *self._size)
        if self._canvas is not None:
            red, green, blue = ImageChops.difference(colours, self._canvas).split()
            most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
            same = most.point(_is_zero)
            if not clear:
                box = same.point(_inverse).getbbox() or (0, 0, 1, 1)
            holes = ImageChops.lighter(holes, same)
        self._write(colours.crop(box), holes.crop(box), box, milliseconds, 2 if clear else 1)
        self._canvas = None if clear else colours

    def _write(
        self,
        colours: Image.Image,
        holes: Image.Image,
        box: tuple[int, int, int, int],
        milliseconds: float,
        disposal: int,
    ) -> None:
        from PIL import GifImagePlugin, Image

        indexed = colours.quantize(255, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        options: dict[str, object] = {}
        if holes.getbbox() is not None:
            palette = (indexed.getpalette() or [])[:765]
            indexed.putpalette(palette + [0] * (768 - len(palette)))
            indexed.paste(255, mask=holes)
            options["transparency"] = 255
        for piece in GifImagePlugin.getdata(
            indexed,
            box[:2],
            duration=min(milliseconds, 655_350),
            disposal=disposal,
            include_color_table=True,
            **options,
        ):
            self._file.write(piece)


def _same(first: Image.Image, second: Image.Image) -> bool:
    from PIL import ImageChops

    return ImageChops.difference(first, second).getbbox(alpha_only=False) is None


def _half(value: int) -> int:
    return 255 if value >= 128 else 0


def _inverse(value: int) -> int:
    return 255 - value


def _is_zero(value: int) -> int:
    return 255 if value == 0 else 0
