"""Client of the helper processes (`media.picture_process`) that decode and encode pictures.
Blocks: for worker threads.

The app shares the helpers; they start on demand and end when idle. A picture's header tells its
cost in bounded time. Ordinary pictures get little memory and time; costly ones run one at a time
with more.
"""

from __future__ import annotations

import atexit
import io
import logging
import math
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from posto_desktop.common.bundle import is_bundled
from posto_desktop.common.translation import translate
from posto_desktop.core.file_problems import FileProblem
from posto_desktop.core.renditions import OriginalMedia, RenditionError, RenditionSpec
from posto_desktop.formats.pictures import ExceededLimit, HeaderError, read_header
from posto_desktop.media.animation_facts import MAX_FRAMES
from posto_desktop.media.media_files import FileFacts, PictureError, damaged, shown, too_much
from posto_desktop.media.picture_writer import Made
from posto_desktop.sdk.errors import Cancelled
from posto_desktop.sdk.media_types import SNIFF, sniff
from posto_desktop.server import helpers
from posto_desktop.server.helpers import Helper, HelperCancelled, HelperEnded, Helpers
from posto_desktop.server.process_limits import most_wall_seconds

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HelperLimits:
    """Limits of a helper for one picture: bytes of memory, and CPU seconds."""

    memory: int
    seconds: float


QUICK = HelperLimits(256_000_000, 1.0)
FULL = HelperLimits(390_000_000, 4.0)
FULL_WEBP = HelperLimits(425_000_000, 4.0)  # its decoder reserves more than it uses
PLAYING = HelperLimits(390_000_000, 2.0)
WRITING = HelperLimits(800_000_000, 60.0)
WRITING_FRAMES = HelperLimits(400_000_000, 300.0)

LONGEST = 1.1
"""Longest expected time of an ordinary picture, as `PictureHeader.seconds`."""

_SPARE_SECONDS = 5.0
# A file much larger than its picture holds unpredictable data: metadata, texts, a hundred thousand
# frames. Short animations are well below.
_MIN_ODD = 1_000_000
_ODD_BYTES = 64
_one_costly = threading.Semaphore()


class CostlyPicture(Exception):
    """This picture is slow: retry where nothing else waits."""

    user_message = ""  # not shown, the call is repeated


@dataclass(frozen=True)
class Pixels:
    """A decoded picture: rows of `width` pixels without padding, four bytes each (blue, green, red,
    alpha)."""

    width: int
    height: int
    has_alpha: bool
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class PictureInfo:
    """A picture as shown: pixels, frames and the `seconds` of one round, and a small version, None
    if damaged. `is_whole`: not truncated."""

    width: int = 0
    height: int = 0
    frames: int = 1
    seconds: float = 0.0
    is_whole: bool = True
    is_damaged: bool = False
    picture: Pixels | None = None


# -- decoding ----------------------------------------------------------------------------------


def look(
    file: FileFacts,
    side: int,
    *,
    is_patient: bool = True,
    cancelled: threading.Event | None = None,
) -> PictureInfo:
    """Return a picture's facts and its pixels no larger than `side`.

    Raises PictureError with a sentence, CostlyPicture unless `is_patient`, and sdk Cancelled.
    """
    seconds = _expected(file)
    request = {"kind": "look", "path": file.path, "mime": file.mime, "side": side}
    if seconds <= LONGEST:
        try:
            quick = replace(QUICK, seconds=QUICK.seconds + 2 * seconds)
            return _looked(*_ask(request, quick, cancelled=cancelled))
        except (HelperEnded, MemoryError):
            pass  # the header is wrong
    if not is_patient:
        raise CostlyPicture
    full = FULL_WEBP if file.mime == "image/webp" else FULL
    allowed = replace(full, seconds=full.seconds + (2 * seconds if seconds < math.inf else 0))
    try:
        with _one_costly:
            return _looked(*_ask(request, allowed, cancelled=cancelled))
    except (HelperEnded, MemoryError) as error:
        raise PictureError(_problem(file.name, error)) from None


def shrink(data: bytes, side: int) -> Pixels | None:
    """Return the picture in these bytes, no larger than `side`; None if there is none, or if
    it exceeds the limits for pictures from the web.

    If the header already exceeds the limits, no helper is asked: a service may have sent hundreds.
    """
    try:
        header = read_header(io.BytesIO(data), sniff(data[:SNIFF]) or "")
        if header.too_much is not None or LONGEST < header.seconds < math.inf:
            return None
    except HeaderError:
        pass  # a decoder may still read it
    try:
        return _looked(*_ask({"kind": "shrink", "side": side}, QUICK, data)).picture
    except (HelperEnded, MemoryError, PictureError):
        return None


def frames(
    file: FileFacts, width: int, height: int, most: int, cancelled: threading.Event
) -> Iterator[tuple[Pixels, float]]:
    """Yield the frames of one round, scaled to width x height, with their milliseconds (0:
    unknown).

    Ends before an unreadable frame. Raises sdk Cancelled, and PictureError for frames of more than
    `most` pixels.
    """
    request = {"kind": "frame", "path": file.path, "mime": file.mime, "most": most}
    request |= {"width": max(1, width), "height": max(1, height)}
    with _helpers.borrowed() as helper:
        for number in range(MAX_FRAMES):
            asked = {**request, "number": number}
            try:
                answer, data = _ask(asked, PLAYING, cancelled=cancelled, helper=helper)
            except (HelperEnded, MemoryError, PictureError) as error:
                log.debug("%s, frame %d: %s", file.name, number, error)
                return
            if answer.get("is_too_large"):
                raise PictureError(FileProblem.of("play", file=file.name))
            picture = _looked(answer, data).picture
            if picture is None:
                return
            yield picture, float(answer.get("milliseconds") or 0)


# -- what is sent ------------------------------------------------------------------------------


def measure(file: FileFacts) -> OriginalMedia:
    """Return the facts for planning a rendition. Raises RenditionError."""
    if file.mime.startswith("video/"):
        return OriginalMedia(file.mime, size=file.size)
    answer, _ = _written({"kind": "measure"}, file, QUICK, None)
    return OriginalMedia(**{key: value for key, value in answer.items() if key != "bytes"})


def write_still(file: FileFacts, spec: RenditionSpec, cancelled: threading.Event) -> Made:
    """Encode a picture by `spec`. Raises RenditionError and sdk Cancelled."""
    request = {"kind": "write_still", "spec": _plain(spec)}
    answer, data = _written(request, file, WRITING, cancelled)
    return Made(data, answer["mime"], answer["width"], answer["height"], answer["quality"])


def write_animation(
    file: FileFacts, target: Path, spec: RenditionSpec, cancelled: threading.Event
) -> tuple[int, int]:
    """Encode an animation into `target` by `spec`; return its pixels. Raises RenditionError, sdk
    Cancelled and OSError."""
    request = {"kind": "write_animation", "target": str(target), "spec": _plain(spec)}
    answer, _ = _written(request, file, WRITING_FRAMES, cancelled)
    return answer["width"], answer["height"]


def encode_watermark(file: FileFacts, side: int) -> bytes:
    """Return a picture as a watermark's PNG, no larger than `side`. Raises PictureError."""
    try:
        return _ask({"kind": "encode_watermark", "side": side, "file": asdict(file)}, WRITING)[1]
    except (HelperEnded, MemoryError) as error:
        raise PictureError(_problem(file.name, error)) from None


def _written(
    request: dict[str, Any],
    file: FileFacts,
    limits: HelperLimits,
    cancelled: threading.Event | None,
) -> tuple[dict[str, Any], bytes]:
    request["file"] = asdict(file)
    try:
        return _ask(request, limits, cancelled=cancelled)
    except (HelperEnded, MemoryError) as error:
        raise RenditionError(_problem(file.name, error)) from None
    except PictureError as error:
        raise RenditionError(error.problem) from None


def _plain(spec: RenditionSpec) -> dict[str, Any]:
    """Return a spec as JSON data, without its explanations."""
    return asdict(replace(spec, reasons=(), unmet=()))


# -- asking ------------------------------------------------------------------------------------


def _start() -> subprocess.Popen[bytes]:
    if is_bundled():
        command = [sys.executable, "--decode"]
    else:
        command = [sys.executable, "-m", "posto_desktop.media.picture_process"]
    return helpers.start(command, stderr=subprocess.DEVNULL)


_helpers = Helpers(_start, "picture-helper")
atexit.register(_helpers.close)


def _expected(file: FileFacts) -> float:
    """Return the expected seconds according to the header; infinite if unknown. Raises
    PictureError."""
    try:
        with Path(file.path).open("rb") as opened:
            header = read_header(opened, file.mime)
    except HeaderError:
        return math.inf  # decoders will report it, or show what they can
    except OSError as error:
        reason = error.strerror or str(error)
        problem = FileProblem.of("unreadable", file=file.name, reason=reason)
        raise PictureError(problem) from None
    if (exceeded := header.too_much) is not None:
        raise PictureError(too_much(file.name, exceeded))
    if file.size > _MIN_ODD + _ODD_BYTES * header.pixels:
        return math.inf
    return header.seconds


def _ask(
    request: Mapping[str, Any],
    limits: HelperLimits,
    payload: bytes = b"",
    *,
    cancelled: threading.Event | None = None,
    helper: Helper | None = None,
) -> tuple[dict[str, Any], bytes]:
    """Ask a helper, any or this one.

    Raises HelperEnded, MemoryError, PictureError, RenditionError, OSError of the file that it
    writes, and sdk Cancelled.
    """
    name = _name(request)
    try:
        answer, data = (helper or _helpers).ask(
            {**request, **asdict(limits)},
            payload,
            seconds=most_wall_seconds(limits.seconds) + _SPARE_SECONDS,
            cancelled=cancelled,
        )
    except HelperCancelled:
        raise Cancelled from None
    except OSError as error:
        log.warning("No helper can be started: %s", error)
        why = error.strerror or type(error).__name__
        raise PictureError(FileProblem.of("unopened", file=name, reason=why)) from None
    error_kind = answer.get("error")
    if error_kind == "memory":
        raise MemoryError
    if error_kind == "too much":
        limit = (answer[key] for key in ("unit", "amount", "most", "kind"))
        raise PictureError(too_much(name, ExceededLimit(*limit)))
    if error_kind == "missing":
        command = f"pip install '{answer['package']}'"
        raise PictureError(FileProblem.of("decoder", file=name, command=command))
    if error_kind == "told":
        raise RenditionError(_problem_of(answer))
    if error_kind == "system":
        raise OSError(answer["errno"], answer["strerror"], answer["filename"])
    if error_kind and "frames" not in answer:
        log.warning("%s cannot be opened: %s", name, answer.get("why", ""))
        raise PictureError(damaged(name))
    return answer, data


def _problem_of(answer: Mapping[str, Any]) -> FileProblem | str:
    """Return the problem of an answer, or a sentence that has no code."""
    problem = answer.get("problem")
    return str(answer["message"]) if problem is None else FileProblem.from_json(problem)


def _name(request: Mapping[str, Any]) -> str:
    """Return the file name of a request for a sentence."""
    if "file" in request:
        return str(request["file"]["name"])
    path = str(request.get("path", ""))
    return shown(Path(path).name or path) if path else translate("Files", "The picture")


def _looked(answer: dict[str, Any], data: bytes) -> PictureInfo:
    picture = None
    if "picture" in answer and data:
        width, height, has_alpha = answer["picture"]
        picture = Pixels(width, height, has_alpha, data)
    return PictureInfo(
        answer.get("width", 0),
        answer.get("height", 0),
        answer.get("frames", 1),
        answer.get("seconds", 0.0),
        answer.get("is_whole", True),
        "error" in answer,
        picture,
    )


def _problem(name: str, error: HelperEnded | MemoryError) -> FileProblem:
    if isinstance(error, MemoryError):
        return FileProblem.of("memory", file=name)
    if error.took_too_long:
        return FileProblem.of("slow", file=name)
    if error.was_killed:
        return FileProblem.of("killed", file=name)
    return damaged(name)
