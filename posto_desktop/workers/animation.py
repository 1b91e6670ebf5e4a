"""Moving pictures: how many frames and seconds they have, and cut or smaller copies that move.

Frames are read, changed and written one after the other: the memory that it takes is that of a
few frames, however many there are.
"""

from __future__ import annotations

import mmap
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from posto_desktop.core.renditions import RenditionError, RenditionPlan, pixel_box
from posto_desktop.sdk.errors import Cancelled
from posto_desktop.workers.edit_metadata import gif_blocks
from posto_desktop.workers.edit_pillow import pillow

if TYPE_CHECKING:
    from PIL import Image

MOST_FRAME = 6_000_000
"""Pixels of one frame above which an animation is not written anew."""

MOST_WORK = 3_000_000_000
"""Pixels over all frames above which an animation is not written anew (some minutes)."""

MOST_FRAMES = 100_000
_TRIES = 5


@dataclass(frozen=True)
class AnimationFacts:
    """Frames and the seconds of one round; `loops` 0 = for ever. One frame: it does not move."""

    frames: int = 1
    seconds: float = 0.0
    loops: int = 0


class TooLarge(Exception):
    """The copy has outgrown its limit; `expected` bytes would have come out."""

    def __init__(self, expected: int) -> None:
        super().__init__(expected)
        self.expected = expected


def animation_facts(path: str | Path, mime: str) -> AnimationFacts:
    """What moves in a GIF, WebP or PNG, without decoding it; damage counts as its end.

    Raises OSError.
    """
    walk = {"image/gif": _walk_gif, "image/webp": _walk_webp, "image/png": _walk_png}.get(mime)
    if walk is None:
        return AnimationFacts()
    with Path(path).open("rb") as file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:  # an empty file
            return AnimationFacts()
        with data:
            return walk(data)  # type: ignore[arg-type]


def _walk_gif(data: bytes) -> AnimationFacts:
    frames, hundredths, delay, rounds = 0, 0, 0, 1
    at = 13 + _colours(data[10]) if len(data) > 13 else len(data)
    try:
        while frames < MOST_FRAMES:
            kind = data[at]
            if kind == 0x21:
                label = data[at + 1]
                if label == 0xF9 and data[at + 2] >= 4:
                    delay = int.from_bytes(data[at + 4 : at + 6], "little")
                elif label == 0xFF and data[at + 3 : at + 14] == b"NETSCAPE2.0":
                    rounds = int.from_bytes(data[at + 16 : at + 18], "little")
                at = gif_blocks(data, at + 2)
            elif kind == 0x2C:
                at = gif_blocks(data, at + 11 + _colours(data[at + 9]))
                frames += 1
                # Browsers take ten hundredths where the file says nothing sensible.
                hundredths += delay if delay > 1 else 10
                delay = 0
            else:
                break
    except IndexError:
        pass
    return AnimationFacts(max(1, frames), hundredths / 100 if frames > 1 else 0.0, rounds)


def _walk_webp(data: bytes) -> AnimationFacts:
    frames = milliseconds = loops = 0
    at = 12
    while at + 8 <= len(data) and frames < MOST_FRAMES:
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if kind == b"ANMF":
            frames += 1
            milliseconds += int.from_bytes(data[at + 20 : at + 23], "little")
        elif kind == b"ANIM":
            loops = int.from_bytes(data[at + 12 : at + 14], "little")
        at += 8 + size + (size & 1)
    return AnimationFacts(max(1, frames), milliseconds / 1000 if frames > 1 else 0.0, loops)


def _walk_png(data: bytes) -> AnimationFacts:
    frames, seconds, loops, at = 0, 0.0, 0, 8
    moves = False
    while at + 8 <= len(data) and frames < MOST_FRAMES:
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind == b"acTL":
            moves, loops = True, int.from_bytes(data[at + 12 : at + 16], "big")
        elif kind == b"fcTL":
            frames += 1
            above = int.from_bytes(data[at + 28 : at + 30], "big")
            seconds += above / (int.from_bytes(data[at + 30 : at + 32], "big") or 100)
        elif kind == b"IDAT" and not moves:
            break
        at += 12 + size
    moving = moves and frames > 1
    return AnimationFacts(frames if moving else 1, seconds if moving else 0.0, loops)


def _colours(flags: int) -> int:
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0


def check_work(name: str, width: int, height: int, frames: int) -> None:
    """Refuse what would take the memory or the time of the whole computer."""
    if width * height > MOST_FRAME:
        # Whatever their number is: it may not even have been counted.
        raise RenditionError(
            f"{name} has frames of {width} × {height} pixels; that is too much to be changed here."
        )
    if frames > MOST_FRAMES or width * height * frames > MOST_WORK:
        raise RenditionError(
            f"{name} has {frames:,} frames of {width} × {height} pixels; "
            "that is too much to be changed here."
        )


def write_animation(
    path: str, name: str, target: Path, plan: RenditionPlan, cancel: threading.Event
) -> tuple[int, int]:
    """Write what moves as a GIF, as planned, and smaller until it keeps its limit of bytes.

    Gives its pixels. Raises RenditionError, Cancelled, OSError, and what Pillow raises for damage.
    """
    width, height = plan.width, plan.height
    for _ in range(_TRIES):
        try:
            with target.open("wb") as file:
                _write(path, name, file, plan, (width, height), cancel)
            return width, height
        except TooLarge as error:
            assert plan.max_bytes is not None
            scale = min(0.9, (plan.max_bytes / error.expected) ** 0.5 * 0.95)
            width, height = max(1, round(width * scale)), max(1, round(height * scale))
            if min(width, height) < 16:
                break
    megabytes = (plan.max_bytes or 0) / 1e6
    raise RenditionError(f"{name} cannot be made to move within {megabytes:.1f} MB.")


def _write(
    path: str,
    name: str,
    file: BinaryIO,
    plan: RenditionPlan,
    size: tuple[int, int],
    cancel: threading.Event,
) -> None:
    with pillow().open(path) as source:
        check_work(name, source.width, source.height, 1)  # counting takes memory as well
        frames = getattr(source, "n_frames", 1)
        check_work(name, source.width, source.height, frames)
        writer = GifWriter(file, size, source.info.get("loop"))
        for number, (frame, milliseconds) in enumerate(_frames(source, name, frames, plan, size)):
            if cancel.is_set():
                raise Cancelled
            writer.add(frame, milliseconds)
            written = file.tell()
            if plan.max_bytes and written > plan.max_bytes and number:
                raise TooLarge(max(written, written * frames // (number + 1)))
        writer.close()
    if plan.max_bytes and file.tell() > plan.max_bytes:
        raise TooLarge(file.tell())


def _frames(
    source: Image.Image, name: str, count: int, plan: RenditionPlan, size: tuple[int, int]
) -> Iterator[tuple[Image.Image, float]]:
    """Each frame as it is seen, changed, and its milliseconds."""
    from PIL import Image

    turn = {
        1: Image.Transpose.ROTATE_270,
        2: Image.Transpose.ROTATE_180,
        3: Image.Transpose.ROTATE_90,
    }.get(plan.turns)
    for number in range(count):
        source.seek(number)
        # A later frame may be larger than the whole; Pillow takes its size then.
        check_work(name, source.width, source.height, 1)
        frame = source.convert("RGBA")
        if turn is not None:
            frame = frame.transpose(turn)
        if plan.crop is not None:
            frame = frame.crop(pixel_box(plan.crop, *frame.size))
        if frame.size != size:
            frame = frame.resize(size, Image.Resampling.BICUBIC)
        yield frame, float(source.info.get("duration") or 0)


class GifWriter:
    """Writes a GIF frame by frame, each time only what differs from the frame before."""

    def __init__(self, file: BinaryIO, size: tuple[int, int], loop: int | None) -> None:
        self._file = file
        self._size = size
        self._canvas: Image.Image | None = None  # RGB; None while nothing is on it
        self._pending: tuple[Image.Image, float] | None = None
        wide, high = (one.to_bytes(2, "little") for one in size)
        file.write(b"GIF89a" + wide + high + b"\x70\0\0")
        if loop is not None:
            file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + (loop & 0xFFFF).to_bytes(2, "little"))
            file.write(b"\0")

    def add(self, frame: Image.Image, milliseconds: float) -> None:
        """One frame, RGBA, of the writer's size."""
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


def _same(one: Image.Image, other: Image.Image) -> bool:
    from PIL import ImageChops

    return ImageChops.difference(one, other).getbbox(alpha_only=False) is None


def _half(value: int) -> int:
    return 255 if value >= 128 else 0


def _inverse(value: int) -> int:
    return 255 - value


def _is_zero(value: int) -> int:
    return 255 if value == 0 else 0
