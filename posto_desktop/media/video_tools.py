"""Finds the system's ffmpeg and ffprobe, and runs them as children. Blocks: for worker threads.

A child has low priority, no shell, no network (`-protocol_whitelist`), no standard input, bounded
memory where the system can do that, and an end: it is killed when it makes no progress for a
while. What it prints is read in bounded pieces, and its file names begin with "file:", so that none
is taken for an option or an address.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from posto_desktop.common.bundle import is_bundled
from posto_desktop.sdk.errors import Cancelled
from posto_desktop.server import processes

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,avi,mpegts,mpeg,mpegvideo,flv,asf,gif"
"""Containers that are opened. Playlists, which would open other files, are not among them."""

SILENCE_SECONDS = 90.0
"""A child without any progress for so long is killed."""

H264_ENCODERS = ("libx264", "libopenh264", "h264_videotoolbox", "h264_mf")
"""Encoders by preference. Those of graphics cards fail on other computers."""

_QUESTION_SECONDS = 20.0
_MEMORY = 4 * 1024**3
_MAX_ANSWER = 2_000_000
_MAX_LINE = 4_096
_MAX_ERROR_LINES = 40
_VERSION = re.compile(r"^ff\w+ version ([\w.+~:-]{1,60})")
_PART = re.compile(r"^\[[^\]]* @ 0x[0-9a-f]+\] ")
_ENCODER = re.compile(r"^ [VA][\w.]{5} (\S+)", re.MULTILINE)
_FILTER = re.compile(r"^ [T.][S.][C.]? ?(\S+) ", re.MULTILINE)


class ToolError(Exception):
    """A tool failed. `lines` are the last that it printed; `silent`: it was killed for making no
    progress."""

    def __init__(self, lines: Sequence[str] = (), *, silent: bool = False) -> None:
        super().__init__(lines[-1] if lines else "")
        self.lines = tuple(lines)
        self.silent = silent

    @property
    def is_full_disk(self) -> bool:
        return any("No space left" in line or "Disk quota" in line for line in self.lines)

    @property
    def reason(self) -> str:
        """The first line that it printed, without the address of a part of the program."""
        return _PART.sub("", self.lines[0]) if self.lines else ""


@dataclass(frozen=True)
class VideoTools:
    """The programs, what they call their version, and what they can do."""

    ffmpeg: str
    ffprobe: str
    version: str
    encoder: str = ""
    has_aac: bool = False
    maps_tones: bool = False

    @property
    def can_encode(self) -> bool:
        return bool(self.encoder) and self.has_aac

    @property
    def drops_frames(self) -> bool:
        """Return whether a copy can leave single frames out, as versions from 5 on can."""
        match = re.match(r"n?(\d+)\.", self.version)
        return match is None or int(match.group(1)) >= 5

    @property
    def has_two_passes(self) -> bool:
        return self.encoder == "libx264"


def find_tools(chosen: str = "") -> VideoTools | None:
    """Return the programs at a chosen path (of ffmpeg, or the folder of both), or those on PATH;
    None if there are none that run."""
    for ffmpeg, ffprobe in _candidates(chosen):
        with contextlib.suppress(OSError):
            stamps = tuple(Path(tool).stat().st_mtime_ns for tool in (ffmpeg, ffprobe))
            tools = _asked(ffmpeg, ffprobe, stamps)
            if tools is not None:
                return tools
    return None


def _candidates(chosen: str) -> list[tuple[str, str]]:
    names = ("ffmpeg.exe", "ffprobe.exe") if os.name == "nt" else ("ffmpeg", "ffprobe")
    if chosen:
        path = Path(chosen).expanduser()
        folder = path if path.is_dir() else path.parent
        ffmpeg = folder / names[0] if path.is_dir() else path
        return [(str(ffmpeg), str(folder / names[1]))]
    ffmpeg_on_path, ffprobe_on_path = shutil.which(names[0]), shutil.which(names[1])
    pairs = [(ffmpeg_on_path, ffprobe_on_path)] if ffmpeg_on_path and ffprobe_on_path else []
    # A program with a window often has another PATH than a terminal.
    folders = ("/usr/local/bin", "/opt/homebrew/bin", "/opt/local/bin", "/snap/bin")
    if os.name != "nt":
        pairs += [(f"{folder}/{names[0]}", f"{folder}/{names[1]}") for folder in folders]
    return pairs


@lru_cache(maxsize=8)
def _asked(ffmpeg: str, ffprobe: str, _stamps: tuple[int, ...]) -> VideoTools | None:
    """Ask the programs for version, encoders and filters; again only when they are other files."""
    try:
        about = answer_of([ffmpeg, "-hide_banner", "-version"])
        match = _VERSION.match(about)
        if (
            match is None
            or _VERSION.match(answer_of([ffprobe, "-hide_banner", "-version"])) is None
        ):
            return None
        encoders = set(_ENCODER.findall(answer_of([ffmpeg, "-hide_banner", "-encoders"])))
        filters = set(_FILTER.findall(answer_of([ffmpeg, "-hide_banner", "-filters"])))
    except (OSError, ToolError):
        return None
    encoder = next((name for name in H264_ENCODERS if name in encoders), "")
    return VideoTools(
        ffmpeg,
        ffprobe,
        match.group(1),
        encoder,
        "aac" in encoders,
        {"zscale", "tonemap"} <= filters,
    )


def answer_of(command: Sequence[str], *, seconds: float = _QUESTION_SECONDS) -> str:
    """Return what a short-lived tool prints, bounded in bytes and time. Raises ToolError and
    OSError."""
    with _started(command) as child:
        timer = threading.Timer(seconds, child.kill)
        timer.daemon = True
        timer.start()
        errors = _Tail(child.stderr)
        try:
            assert child.stdout is not None
            data = child.stdout.read(_MAX_ANSWER)
            if len(data) >= _MAX_ANSWER:
                child.kill()
                raise ToolError(["It answered without an end."])
            status = child.wait()
        finally:
            timer.cancel()
            child.kill()
        if status:
            raise ToolError(errors.lines())
    return data.decode("utf-8", "replace")


def run(
    command: Sequence[str],
    *,
    cancel: threading.Event,
    moved: Callable[[float], None] | None = None,
    folder: Path | None = None,
    silence: float = SILENCE_SECONDS,
) -> None:
    """Run ffmpeg to its end in `folder`; `moved` gets the seconds that are done. Raises Cancelled,
    ToolError, OSError."""
    with _started([*command[:1], *_ALWAYS, *command[1:]], folder) as child:
        errors, progress = _Tail(child.stderr), _Progress(child.stdout)
        shown = -1.0
        try:
            while child.poll() is None:
                if cancel.wait(0.05):
                    raise Cancelled
                if moved is not None and progress.seconds != shown:
                    shown = progress.seconds
                    moved(shown)
                if time.monotonic() - progress.last_moved > silence:
                    child.kill()
                    raise ToolError(errors.lines(), silent=True)
        finally:
            if child.poll() is None:
                child.kill()
            child.wait()
        if cancel.is_set():
            raise Cancelled
        if child.returncode:
            raise ToolError(errors.lines())


_ALWAYS = (
    "-hide_banner",
    "-nostdin",
    "-nostats",
    "-loglevel",
    "error",
    "-progress",
    "pipe:1",
    "-stats_period",
    "0.25",
)


def input_options(path: str) -> list[str]:
    """Return the options that open a file, and nothing else."""
    # The program runs in a folder of its own.
    place = f"file:{Path(path).absolute()}"
    return ["-protocol_whitelist", "file,pipe", "-format_whitelist", FORMATS, "-i", place]


def _started(command: Sequence[str], folder: Path | None = None) -> subprocess.Popen[bytes]:
    child = processes.start(
        command,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        environment=_environment(),
        folder=folder,
        is_patient=True,
    )
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(OSError, ValueError):
            resource.prlimit(child.pid, resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    return child


def _environment() -> dict[str, str]:
    """Return the environment of the children. A bundle sets a path to libraries of its own, with
    which the system's programs do not start."""
    values = {**os.environ, "AV_LOG_FORCE_NOCOLOR": "1", "LC_ALL": "C"}
    if is_bundled():
        before = values.pop("LD_LIBRARY_PATH_ORIG", None)
        values.pop("LD_LIBRARY_PATH", None)
        if before:
            values["LD_LIBRARY_PATH"] = before
    return values


class _Tail:
    """Reads a stream to its end and keeps its last lines."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self._lines: deque[str] = deque(maxlen=_MAX_ERROR_LINES)
        self._stream = stream
        self._thread = threading.Thread(target=self._read, name="posto-video", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._stream is not None
        with contextlib.suppress(OSError, ValueError):
            while line := self._stream.readline(_MAX_LINE):
                words = "".join(
                    letter if letter.isprintable() else " "
                    for letter in line.decode("utf-8", "replace")
                ).strip()
                if words:
                    self._lines.append(words[:300])

    def lines(self) -> list[str]:
        self._thread.join(2.0)
        return list(self._lines)


class _Progress:
    """Reads `-progress`: pairs of a name and a value, a line each."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self.seconds = 0.0
        self.last_moved = time.monotonic()
        self._state: dict[bytes, bytes] = {}
        self._stream = stream
        self._thread = threading.Thread(target=self._read, name="posto-video", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._stream is not None
        with contextlib.suppress(OSError, ValueError):
            while line := self._stream.readline(_MAX_LINE):
                name, _, value = line.strip().partition(b"=")
                if name not in (b"frame", b"out_time_us", b"total_size"):
                    continue
                if self._state.get(name) != value:
                    self._state[name] = value
                    self.last_moved = time.monotonic()
                if name == b"out_time_us" and value.isdigit():
                    self.seconds = int(value[:18]) / 1_000_000
