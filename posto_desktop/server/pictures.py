"""Thumbnails of media and the channels' own pictures, drawn once and cached on disk.

At most three `draw` processes draw them on demand: two for ordinary pictures, and one for costly
ones according to their headers.
"""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from posto_desktop.common.bundle import is_bundled
from posto_desktop.common.translation import translatable
from posto_desktop.server import helpers
from posto_desktop.server.draw import WORK_SECONDS, NoPicture, checked
from posto_desktop.server.errors import ApiError
from posto_desktop.server.helpers import HelperEnded, Helpers
from posto_desktop.server.process_limits import most_wall_seconds
from posto_desktop.storage import atomic

log = logging.getLogger(__name__)

SIZES = (80, 160, 320, 640, 1024)
DRAWERS = 2
MAX_WAITING = 2
"""Most waiting requests; further ones are asked to retry."""
MAX_REFUSED = 1000
"""Number of remembered files without a preview, so that each is tried once."""
LONGEST = 1.1
"""Longest expected seconds of an ordinary picture, as `PictureHeader.seconds`."""
_LASTING = (415, 422)
_NO_PREVIEW = {
    "status": 415,
    "code": "posto_no_preview",
    "message": translatable("Server", "Files of this kind have no preview."),
}

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
    """Finds pictures in `folder`, or has them drawn."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ordinary = _Turns(DRAWERS, MAX_WAITING)
        self._costly = _Turns(1, 2)
        self._drawers = Helpers(start_drawer, "picture-process")
        self._lock = threading.Lock()
        self._refused: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def drawn(self, sha256: str, size: int) -> Path | None:
        """Return the thumbnail of a file if it was drawn before."""
        target = self._target(sha256, size)
        return target if target.is_file() else None

    def thumbnail(self, source: Path, sha256: str, size: int) -> Path:
        """Return a JPEG or PNG no larger than the next of SIZES.

        Raises ApiError 404 (no file), 415 (no preview of such a file), 422 (too many pixels).
        """
        target = self._target(sha256, size)
        if target.is_file():
            return target
        try:
            expected = checked(source).seconds
        except NoPicture as error:
            raise ApiError(error.status, error.code, error.message) from None
        except OSError:
            raise ApiError(
                404, "posto_no_file", translatable("Server", "The file was not found.")
            ) from None
        return self._made(
            target, expected, kind="thumbnail", source=str(source), size=_drawn_size(size)
        )

    def _target(self, sha256: str, size: int) -> Path:
        return self._folder / sha256[:2] / f"{sha256}-{_drawn_size(size)}"

    def channel(self, name: str, network: str) -> Path:
        """Return the picture of a channel: its network's colour and its initial."""
        letter = next((word for word in name.split()[-1:] if word), "?")[0].upper()
        safe = "".join(
            character for character in network if character.isascii() and character.isalnum()
        )
        target = self._folder / f"channel-{safe}-{ord(letter):x}.png"
        return self._made(
            target, 0.1, kind="channel", letter=letter, colour=_COLOURS.get(network, "#5b6472")
        )

    def forget(self, sha256: str) -> None:
        """Remove the thumbnails of a deleted file."""
        for path in (self._folder / sha256[:2]).glob(f"{sha256}-*"):
            with contextlib.suppress(OSError):  # it may be open
                path.unlink(missing_ok=True)

    def close(self) -> None:
        self._drawers.close()

    def _made(self, target: Path, expected: float, **request: Any) -> Path:
        """Draw a missing picture; `expected` seconds select the queue."""
        if target.is_file():
            return target
        with self._lock:
            answer = self._refused.get(target.name)
        if answer is None:
            atomic.set_aside_no_file(target)
            answer = self._drawn(target, expected, request)
        if answer:
            raise ApiError(answer["status"], answer["code"], answer["message"])
        return target

    def _drawn(self, target: Path, expected: float, request: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] | None = None
        asked = {**request, "target": str(target)}
        if expected <= LONGEST:
            with self._ordinary.turn():
                if target.is_file():
                    return {}
                answer = self._draw({**asked, "seconds": 1.0 + 2 * expected})
        if answer is None:
            with self._costly.turn():
                if target.is_file():
                    return {}
                answer = self._draw({**asked, "seconds": WORK_SECONDS})
        if answer is None:
            answer = _NO_PREVIEW
        if answer.get("status") in _LASTING:
            with self._lock:
                self._refused[target.name] = answer
                while len(self._refused) > MAX_REFUSED:
                    self._refused.popitem(last=False)
        return answer

    def _draw(self, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the process's answer, empty on success; None if it ended instead."""
        seconds = most_wall_seconds(request["seconds"]) + 5
        try:
            answer = self._drawers.ask(request, seconds=seconds)[0]
        except HelperEnded as error:
            log.warning("The picture process ended (%s) over %s.", error, request["target"])
            return None
        answer.pop("bytes", None)
        return answer


def _drawn_size(size: int) -> int:
    return next((candidate for candidate in SIZES if candidate >= size), SIZES[-1])


class _Turns:
    """Limits drawing and waiting requests; others are asked to retry, so that pictures never occupy
    all request threads."""

    def __init__(self, drawing: int, waiting: int) -> None:
        self._slots = threading.BoundedSemaphore(drawing)
        self._places = threading.BoundedSemaphore(drawing + waiting)

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise ApiError(
                503,
                "posto_busy",
                translatable("Server", "Previews are being made. Try again in a moment."),
            )
        try:
            with self._slots:
                yield
        finally:
            self._places.release()


def start_drawer() -> subprocess.Popen[bytes]:
    """Start a process of `draw`, for `helpers`."""
    if is_bundled():
        command = [sys.executable, "--draw"]
    else:
        command = [sys.executable, "-m", "posto_desktop.server.draw"]
    return helpers.start(command)
