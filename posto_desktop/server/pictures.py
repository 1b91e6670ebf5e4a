"""Thumbnails of media and the channels' own pictures, made once and kept on the disk.

They are drawn by `draw`, a process of its own; at most two of them run, and only while needed.
"""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from posto_desktop.server import processes
from posto_desktop.server.errors import ApiError

log = logging.getLogger(__name__)

SIZES = (80, 160, 320, 640, 1024)
DRAWERS = 2

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
        self._slots = threading.BoundedSemaphore(DRAWERS)
        self._lock = threading.Lock()
        self._idle: list[subprocess.Popen[bytes]] = []
        self._closed = False

    def thumbnail(self, source: Path, sha256: str, size: int) -> Path:
        """A JPEG or PNG no larger than the next of SIZES.

        Raises ApiError 404 (no file), 415 (no preview of such a file), 422 (too many pixels).
        """
        size = next((one for one in SIZES if one >= size), SIZES[-1])
        target = self._folder / sha256[:2] / f"{sha256}-{size}"
        return self._made(target, kind="thumbnail", source=str(source), size=size)

    def channel(self, name: str, network: str) -> Path:
        """The picture of a channel: its network's colour and its own initial."""
        letter = next((one for one in name.split()[-1:] if one), "?")[0].upper()
        safe = "".join(one for one in network if one.isascii() and one.isalnum())
        target = self._folder / f"channel-{safe}-{ord(letter):x}.png"
        return self._made(
            target, kind="channel", letter=letter, colour=_COLOURS.get(network, "#5b6472")
        )

    def forget(self, sha256: str) -> None:
        """Removes the thumbnails of a deleted file."""
        for path in (self._folder / sha256[:2]).glob(f"{sha256}-*"):
            with contextlib.suppress(OSError):  # it may just be shown
                path.unlink(missing_ok=True)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for drawer in idle:
            _end(drawer)

    def _made(self, target: Path, **request: Any) -> Path:
        if target.exists():
            return target
        with self._slots:
            if not target.exists():
                answer = self._draw({**request, "target": str(target)})
                if answer:
                    raise ApiError(answer["status"], answer["code"], answer["message"])
        return target

    def _draw(self, request: dict[str, Any]) -> dict[str, Any]:
        line = json.dumps(request).encode() + b"\n"
        answer = None
        drawer = self._take()
        if drawer is not None:
            answer = _ask(drawer, line)
            if answer is None:
                # It may just have ended because nothing was to do: that says nothing of the file.
                _end(drawer)
        if answer is None:
            drawer = self._start()
            answer = _ask(drawer, line)
        assert drawer is not None
        if answer is None:
            _end(drawer)
            log.warning("The picture process ended over %s.", request["target"])
            return {
                "status": 415,
                "code": "posto_no_preview",
                "message": "There is no preview of this kind of file.",
            }
        self._give_back(drawer)
        return answer

    def _take(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _give_back(self, drawer: subprocess.Popen[bytes]) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(drawer)
                return
        _end(drawer)

    def _start(self) -> subprocess.Popen[bytes]:
        drawer = _start()
        # One that ends because nothing is to do would stay in the system's list until it is asked
        # for how it ended.
        threading.Thread(
            target=self._await_end, args=(drawer,), name="picture-process-end", daemon=True
        ).start()
        return drawer

    def _await_end(self, drawer: subprocess.Popen[bytes]) -> None:
        drawer.wait()
        with self._lock:
            if drawer not in self._idle:
                return
            self._idle.remove(drawer)
        _end(drawer)


def _start() -> subprocess.Popen[bytes]:
    if getattr(sys, "frozen", False):
        command = [sys.executable, "--draw"]
    else:
        command = [sys.executable, "-m", "posto_desktop.server.draw"]
    return processes.start(command)


def _ask(drawer: subprocess.Popen[bytes], line: bytes) -> dict[str, Any] | None:
    """The answer to a request; None if the process ended instead."""
    assert drawer.stdin is not None
    assert drawer.stdout is not None
    try:
        drawer.stdin.write(line)
        drawer.stdin.flush()
        answer: dict[str, Any] = json.loads(drawer.stdout.readline())
    except (OSError, ValueError):
        return None
    return answer


def _end(drawer: subprocess.Popen[bytes]) -> None:
    for stream in (drawer.stdin, drawer.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    drawer.kill()
    drawer.wait()
