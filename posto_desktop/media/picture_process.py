"""Helper process that decodes pictures for the app, so that no file can crash it.

Untrusted files may crash a decoder, exhaust memory or take an hour. Here that costs one picture
(`media.picture_helpers` starts and asks this). Without Qt, which takes longer to load than most
pictures to decode.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from posto_desktop.common.user_error import message_of
from posto_desktop.core.file_problems import FileProblem
from posto_desktop.formats.pictures import ExceededLimit, HeaderError, PictureHeader, read_header
from posto_desktop.media.animation_facts import animation_facts
from posto_desktop.media.edit_pillow import (
    PILLOW_ERRORS,
    MissingDecoder,
    orientation,
    pillow,
    simple,
    upright_turn,
)
from posto_desktop.media.media_files import FileFacts, is_whole
from posto_desktop.sdk.media_types import SNIFF, sniff
from posto_desktop.server.helpers import read_request, write_answer
from posto_desktop.server.process_limits import IdleEnd, limit_memory, limited_time

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from posto_desktop.core.renditions import RenditionSpec

IDLE_SECONDS = 20.0
_MUCH = 300_000_000
"""Bytes: after a request with this memory limit the process ends, except for frames."""
Answer = tuple[dict[str, Any], bytes]


class RefusedPicture(Exception):
    """Not decoded because of its header."""

    def __init__(self, exceeded: ExceededLimit) -> None:
        super().__init__(exceeded.unit)
        self.exceeded = exceeded


class DamagedPicture(Exception):
    """It cannot be opened as a picture."""


def main() -> int:
    # Keep prints of libraries out of the answers.
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    idle = IdleEnd(IDLE_SECONDS)
    while (asked := read_request(requests)) is not None:
        idle.stop()
        request, payload = asked
        limit_memory(int(request["memory"]))
        with limited_time(float(request["seconds"])):
            answer, data = carry_out(request, payload)
        write_answer(answers, answer, data)
        if answer.get("error") == "memory" or _is_large(request):
            # A decoder may keep memory after a large picture or a failed allocation; a new helper
            # starts clean. Leave at once: until then the app may send the next request here.
            os._exit(0)
        del asked, request, payload, data  # hold nothing while waiting
        idle.start()
    return 0


def _is_large(request: Mapping[str, Any]) -> bool:
    return request["kind"] != "frame" and int(request["memory"]) >= _MUCH


def carry_out(request: Mapping[str, Any], payload: bytes) -> Answer:
    """Carry out a request; the answer's `error` is read by `picture_helpers`."""
    try:
        if request["kind"] != "frame":
            stop_moving()
        return _TASKS[request["kind"]](request, payload)
    except RefusedPicture as error:
        return {"error": "too much", **asdict(error.exceeded)}, b""
    except MissingDecoder as error:
        return {"error": "missing", "package": error.package}, b""
    except DamagedPicture:
        return {"error": "damaged"}, b""
    except MemoryError:
        return {"error": "memory"}, b""
    except OSError as error:
        if is_about_memory(error):
            return {"error": "memory"}, b""
        return {"error": "damaged", "why": repr(error)}, b""
    except Exception as error:  # noqa: BLE001 - decoders raise all sorts of things
        problem = getattr(error, "problem", None)
        if isinstance(problem, FileProblem):
            return {"error": "told", "problem": problem.to_json()}, b""
        if sentence := message_of(error):
            return {"error": "told", "message": sentence}, b""
        return {"error": "damaged", "why": repr(error)}, b""


def is_about_memory(error: Exception) -> bool:
    """Return whether a decoder ran out of memory; there is no exception type for it."""
    return isinstance(error, MemoryError) or "memory" in str(error).lower()


# -- tasks -------------------------------------------------------------------------------------


def look(request: Mapping[str, Any], _payload: bytes) -> Answer:
    """Return a picture's facts and, unless `side` is 0, its scaled pixels.

    Answers `width` and `height` as shown, `frames`, `seconds`, `is_whole`, `picture`. For damage
    the facts accompany the `error`.
    """
    path, mime, side = str(request["path"]), str(request["mime"]), int(request["side"])
    answer: dict[str, Any] = {}
    data = b""
    with Path(path).open("rb") as file:
        header = checked(file, mime)
        moves = animation_facts(path, mime)
        answer["frames"], answer["seconds"] = moves.frames, moves.seconds
        answer["is_whole"] = is_whole(path, mime)
        try:
            data = _small(file, header, side, answer)
        except (RefusedPicture, MemoryError):
            raise
        except PILLOW_ERRORS as error:
            if is_about_memory(error):
                raise MemoryError from None
            answer["error"] = "damaged"
            if not answer["is_whole"] and _shows_a_part(file, header, side, answer):
                data = answer.pop("data")
                del answer["error"]
    return answer, data


def _shows_a_part(file: BinaryIO, header: PictureHeader, side: int, answer: dict[str, Any]) -> bool:
    """Try to decode the available part of a truncated file."""
    from PIL import ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        answer["data"] = _small(file, header, side, answer)
    except PILLOW_ERRORS as error:
        if is_about_memory(error):
            raise MemoryError from None
        return False
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    return True


def shrink(request: Mapping[str, Any], payload: bytes) -> Answer:
    """Return the scaled pixels of a picture given as bytes."""
    import io

    file = io.BytesIO(payload)
    answer: dict[str, Any] = {}
    header = checked(file, sniff(payload[:SNIFF]) or "")
    try:
        return answer, _small(file, header, int(request["side"]), answer)
    except PILLOW_ERRORS as error:
        if is_about_memory(error):
            raise MemoryError from None
        raise DamagedPicture from None


def frame(request: Mapping[str, Any], _payload: bytes) -> Answer:
    """Return the pixels of frame `number` (from 0) of an animation, scaled to `width` x `height`,
    and its milliseconds (0: unknown); `is_over` after the last one.

    The file stays open for the next frame. Refuses frames of more than `most` pixels by
    `is_too_large`.
    """
    global _moving
    path, number, most = str(request["path"]), int(request["number"]), int(request["most"])
    if number == 0 or _moving is None or _moving[0] != path:
        stop_moving()
        with Path(path).open("rb") as file:
            header = checked(file, str(request["mime"]))
        if header.pixels > most:
            return {"is_too_large": True}, b""
        opened = pillow(header.mime).open(path, formats=_FORMATS.get(header.mime, []))
        _moving = (path, opened)
    picture = _moving[1]
    try:
        picture.seek(number)
    except EOFError:
        stop_moving()
        return {"is_over": True}, b""
    # A later frame may exceed the canvas; Pillow then uses its size.
    if picture.width * picture.height > most:
        return {"is_too_large": True}, b""
    shown = picture.convert("RGBA")
    shown.thumbnail((int(request["width"]), int(request["height"])))
    milliseconds = float(picture.info.get("duration") or 0)
    facts = {"picture": (*shown.size, True), "milliseconds": milliseconds}
    return facts, shown.tobytes("raw", "BGRA")


_moving: tuple[str, Picture] | None = None
"""The file of the last frame request, and its picture."""


def stop_moving() -> None:
    global _moving
    if _moving is not None:
        _moving[1].close()
    _moving = None


def measure(request: Mapping[str, Any], _payload: bytes) -> Answer:
    """Return the result of `picture_writer.measure` as a dictionary."""
    from posto_desktop.media import picture_writer

    file = _checked_file(request)
    return asdict(picture_writer.measure(file)), b""


def write_still(request: Mapping[str, Any], _payload: bytes) -> Answer:
    """Return the bytes of `picture_writer.write_still` and their facts."""
    import threading

    from posto_desktop.media import picture_writer

    file = _checked_file(request)
    made = picture_writer.write_still(file, _spec(request["spec"]), threading.Event())
    facts = {"mime": made.mime, "width": made.width, "height": made.height}
    return {**facts, "quality": made.quality}, made.data


def write_animation(request: Mapping[str, Any], _payload: bytes) -> Answer:
    """Write `target` by `animation.write_animation`; return its size in pixels."""
    import threading

    from posto_desktop.media import animation

    file = _checked_file(request)
    target = Path(str(request["target"]))
    spec = _spec(request["spec"])
    try:
        width, height = animation.write_animation(
            file.path, file.name, target, spec, threading.Event()
        )
    except OSError as error:
        if error.errno is None or is_about_memory(error):
            raise
        why = {"errno": error.errno, "strerror": error.strerror or ""}
        return {"error": "system", **why, "filename": str(error.filename or "")}, b""
    return {"width": width, "height": height}, b""


def encode_watermark(request: Mapping[str, Any], _payload: bytes) -> Answer:
    """Return a picture as a watermark's PNG, no larger than `side`."""
    from posto_desktop.media import watermark_images

    return {}, watermark_images.mark_bytes(_checked_file(request), int(request["side"]))


_TASKS: dict[str, Callable[[Mapping[str, Any], bytes], Answer]] = {
    "look": look,
    "shrink": shrink,
    "frame": frame,
    "measure": measure,
    "write_still": write_still,
    "write_animation": write_animation,
    "encode_watermark": encode_watermark,
}


# -- what they share ---------------------------------------------------------------------------


def checked(file: BinaryIO, mime: str) -> PictureHeader:
    """Return the header of a file that may be decoded. Raises RefusedPicture."""
    try:
        header = read_header(file, mime)
    except HeaderError:
        header = PictureHeader(mime)  # a decoder may still read it
    if (exceeded := header.too_much) is not None:
        raise RefusedPicture(exceeded)
    file.seek(0)
    return header


def _checked_file(request: Mapping[str, Any]) -> FileFacts:
    file = FileFacts(**request["file"])
    with Path(file.path).open("rb") as opened:
        checked(opened, file.mime)
    return file


def _small(file: BinaryIO, header: PictureHeader, side: int, answer: dict[str, Any]) -> bytes:
    """Return the pixels of a picture, upright, in Qt's memory format (blue, green, red, alpha).

    Adds `width` and `height` to the answer, and `picture`: width and height of the pixels and
    whether any is transparent. Raises RefusedPicture, and Pillow's errors.
    """
    file.seek(0)
    image = pillow(header.mime)
    with image.open(file, formats=_FORMATS.get(header.mime, [])) as picture:
        width, height = picture.size
        # Another reader may interpret the same header differently.
        progressive = header.is_progressive or "progressive" in picture.info
        seen = PictureHeader(header.mime, width, height, header.scans, progressive)
        if (exceeded := seen.too_much) is not None:
            raise RefusedPicture(exceeded)
        lies = orientation(picture)
        if lies >= 5:
            width, height = height, width
        answer["width"], answer["height"] = width, height
        if not side:
            picture.load()
            return b""
        picture.draft("RGB", (side, side))
        picture.load()
        shown = _halved(picture, side)
        if shown.mode not in ("L", "RGB", "RGBA", "CMYK") or shown.has_transparency_data:
            shown = simple(shown)
        shown.thumbnail((side, side))
        if (turn := upright_turn(image, lies)) is not None:
            shown = shown.transpose(turn)
        if shown.mode == "CMYK":
            shown = shown.convert("RGB")
        see_through = shown.mode == "RGBA"
        answer["picture"] = (*shown.size, see_through)
        return shown.convert("RGBA").tobytes("raw", "BGRA")


def _halved(picture: Picture, side: int) -> Picture:
    """Return a large picture at a half, a third … of its size, still at least twice as large as
    wanted.

    In bands, since Pillow copies what it scales, for some pixel types several times. Pictures whose
    conversion depends on all pixels stay unchanged.
    """
    times = min(picture.width, picture.height) // (2 * side)
    if picture.width * picture.height < _LARGE or times < 2 or picture.mode in ("I", "F"):
        return picture
    made: Picture | None = None
    high = _BAND * times
    for top in range(0, picture.height, high):
        band = picture.crop((0, top, picture.width, min(picture.height, top + high)))
        small = simple(band).reduce(times)
        if made is None:
            size = (small.width, -(-picture.height // times))
            made = pillow().new(small.mode, size)
        made.paste(small, (0, top // times))
    assert made is not None
    return made


_LARGE = 16_000_000
_BAND = 64
_FORMATS = {
    "image/jpeg": ["JPEG", "MPO"],
    "image/png": ["PNG"],
    "image/gif": ["GIF"],
    "image/webp": ["WEBP"],
    "image/bmp": ["BMP"],
    "image/tiff": ["TIFF"],
    "image/avif": ["AVIF"],
    "image/heic": ["HEIF"],
}


def _spec(data: Mapping[str, Any]) -> RenditionSpec:
    from posto_desktop.core.renditions import RenditionSpec
    from posto_desktop.core.watermark import WatermarkImage

    mark = WatermarkImage(**data["mark"]) if data["mark"] else None
    crop = tuple(data["crop"]) if data["crop"] else None
    return RenditionSpec(**{**data, "mark": mark, "crop": crop})


if __name__ == "__main__":
    sys.exit(main())
