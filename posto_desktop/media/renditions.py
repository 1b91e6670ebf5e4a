"""Makes renditions and caches them for the next network and the next attempt.

Each original (by content) and spec has its own folder; files are written beside and renamed, and
the oldest are removed above the limit.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from posto_desktop.common import json_text
from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.core.file_problems import FileProblem
from posto_desktop.core.renditions import (
    OriginalMedia,
    Rendition,
    RenditionError,
    RenditionSpec,
    rendition_spec,
)
from posto_desktop.core.video_facts import VideoFacts
from posto_desktop.core.video_spec import MP4, VideoSpec, changes_video, seconds_to_make
from posto_desktop.core.watermark import WatermarkImage
from posto_desktop.media.media_files import FileFacts, PictureError, damaged, open_file
from posto_desktop.media.picture_helpers import measure, write_animation, write_still
from posto_desktop.media.picture_metadata import CLEANERS, cleaned
from posto_desktop.media.picture_writer import BEST
from posto_desktop.media.video_metadata import CLEANABLE, find_private, write_cleaned
from posto_desktop.media.video_tools import VideoTools, find_tools
from posto_desktop.sdk.errors import Cancelled, PostoError
from posto_desktop.sdk.media import content_hash
from posto_desktop.sdk.media_types import is_media, upload_name
from posto_desktop.storage import regular_files, renames

MAX_BYTES = 1024 * 1024 * 1024
"""Most bytes of all cached renditions."""

PIXELS_A_SECOND = 40_000_000.0
"""Speed of an encoder on a plain computer."""

_Found = TypeVar("_Found")
_LONGEST_FACTS = 100_000
_Key = tuple[str, int, int, int]
"""A file: its path, size, modification time and change time."""
FACTS = "facts.json"
# A recently requested file may be uploading right now.
_IN_USE = 900.0
_STALE = 24 * 3600.0
_BIG = 4_000_000
_MAX_WHOLE = 256 * 1024 * 1024


class RenditionStore:
    """A core.renditions.Renderer over a folder. Thread-safe; not for the GUI thread.

    `ffmpeg` returns the chosen path of that program, "" for the system's.
    """

    def __init__(
        self,
        folder: Path,
        *,
        most_bytes: int = MAX_BYTES,
        clock: Callable[[], float] = time.time,
        ffmpeg: Callable[[], str] = str,
    ) -> None:
        self._folder = folder
        self._ffmpeg = ffmpeg
        self._most_bytes = most_bytes
        self._clock = clock
        self._lock = threading.Lock()
        # Encoding two photos of 12 MP at once takes a quarter of a gigabyte.
        self._big = threading.Lock()
        self._originals: OrderedDict[_Key, OriginalMedia] = OrderedDict()
        self._hashes: OrderedDict[_Key, str] = OrderedDict()
        self._videos: OrderedDict[_Key, VideoFacts] = OrderedDict()
        self._total: int | None = None
        self.pixels_a_second = PIXELS_A_SECOND
        """The speed at which this computer has encoded videos, or a guess."""

    def __call__(
        self,
        ref: MediaRef,
        edit: Edit | None,
        network: str,
        cancel: threading.Event | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Rendition:
        """Return the file for a network. Blocks. Raises RenditionError and sdk Cancelled."""
        stop = cancel or threading.Event()
        file = _opened(ref)
        made = rendition_spec(self._facts_for(file, edit), edit, network)
        result = self._make(file, made, stop, progress)
        _unchanged(file)
        return replace(result, unmet=made.unmet)

    def rendition_spec(self, ref: MediaRef, edit: Edit | None, network: str) -> RenditionSpec:
        """Return what would be done, from the file itself. Raises RenditionError."""
        return rendition_spec(self._facts_for(_opened(ref), edit), edit, network)

    def original(self, ref: MediaRef) -> OriginalMedia:
        """Return a file's facts. Raises RenditionError."""
        return self._original(_opened(ref))

    # -- making ------------------------------------------------------------------------------

    def _make(
        self,
        file: FileFacts,
        spec: RenditionSpec,
        cancel: threading.Event,
        progress: Callable[[float], None] | None,
    ) -> Rendition:
        if spec.untouched:
            return _itself(file, spec, clean=False)
        with _turn(f"{self._folder}\n{file.path}\n{spec.key}", cancel):
            place = self._place(file, spec, cancel)
            cached = self._cached(place)
            if cached is not None:
                return cached
            if spec.rewrite and spec.max_bytes and spec.video is None:
                whole = spec.unlimited()
                cached_whole = self._cached(self._place(file, whole, cancel))
                if cached_whole is not None and cached_whole.size <= spec.max_bytes:
                    return cached_whole
            try:
                if spec.rewrite and spec.video is not None:
                    return self._converted(file, spec.video, place, cancel, progress)
                if spec.rewrite:
                    return self._written(file, spec, place, cancel)
                return self._cleaned(file, spec, place, cancel)
            except OSError as error:
                if error.filename is None or Path(str(error.filename)) == Path(file.path):
                    raise RenditionError(_lost(file, error)) from None
                why = error.strerror or type(error).__name__
                problem = FileProblem.of("unprepared", file=file.name, reason=why)
                raise RenditionError(problem) from None

    def _written(
        self, file: FileFacts, spec: RenditionSpec, place: Path, cancel: threading.Event
    ) -> Rendition:
        if spec.kind == "gif":
            return self._moving(file, spec, place, cancel)
        facts = self._original(file)
        big = facts.width * facts.height >= _BIG
        with self._big if big else contextlib.nullcontext():
            made = write_still(file, spec, cancel)
        best = made.quality in (None, spec.quality or BEST)
        if spec.max_bytes and best and spec.format == made.mime[6:]:
            full = (made.width, made.height) == (spec.width, spec.height)
            if full and len(made.data) <= spec.max_bytes:
                # It fits without the limit: other networks can share it.
                place = self._place(file, spec.unlimited(), cancel)
        facts_of = Rendition("", made.mime, len(made.data), made.width, made.height, made.quality)
        return self._keep(file, place, facts_of, lambda path: _write(path, made.data), cleaned=True)

    def _moving(
        self, file: FileFacts, spec: RenditionSpec, place: Path, cancel: threading.Event
    ) -> Rendition:
        def write(path: Path) -> tuple[int, int]:
            return write_animation(file, path, spec, cancel)

        facts = Rendition("", "image/gif", 0, spec.width, spec.height)
        return self._keep(file, place, facts, write, cleaned=True)

    def _converted(
        self,
        file: FileFacts,
        spec: VideoSpec,
        place: Path,
        cancel: threading.Event,
        progress: Callable[[float], None] | None,
    ) -> Rendition:
        tools = self.tools()
        if tools is None:
            raise RenditionError(FileProblem.of("video_tools", file=file.name))
        from posto_desktop.media.video_writer import write_video  # not needed when the app starts

        facts = self._video_facts(file)

        def write(path: Path) -> tuple[int, int]:
            begun = time.monotonic()
            made = write_video(
                file.path,
                file.name,
                path,
                spec,
                facts,
                tools,
                cancel=cancel,
                progress=progress,
            )
            took, expected = time.monotonic() - begun, seconds_to_make(spec, facts, 1.0)
            if spec.method == "encode" and took > _TELLING_SECONDS:
                self.pixels_a_second = expected / took
            return made.facts.width, made.facts.height

        # One at a time: an encoder uses every core.
        with _turn("video", cancel):
            return self._keep(
                file,
                place,
                Rendition("", MP4, 0),
                write,
                cleaned=not spec.keep_metadata,
            )

    def _cleaned(
        self, file: FileFacts, spec: RenditionSpec, place: Path, cancel: threading.Event
    ) -> Rendition:
        """Return the original without its metadata, or the original itself if it has none."""
        if spec.keep_metadata:
            return _itself(file, spec, clean=False)
        facts = Rendition("", file.mime, 0, spec.width, spec.height)
        if file.mime in CLEANERS and file.size <= _MAX_WHOLE:
            try:
                data = cleaned(Path(file.path).read_bytes(), file.mime)
            except ValueError:
                raise RenditionError(damaged(file.name)) from None
            if data is None:
                return _itself(file, spec, clean=True)
            return self._keep(file, place, facts, lambda path: _write(path, data), cleaned=True)
        if file.mime in CLEANABLE:
            try:
                with Path(file.path).open("rb") as opened:
                    blanks = find_private(opened)
            except ValueError:
                # Players may still show it, and its metadata cannot be located.
                return _itself(file, spec, clean=False)
            if not blanks:
                return _itself(file, spec, clean=True)
            return self._keep(
                file,
                place,
                facts,
                lambda path: write_cleaned(Path(file.path), path, blanks, cancel),
                cleaned=True,
            )
        return _itself(file, spec, clean=False)

    # -- keeping -----------------------------------------------------------------------------

    def _place(self, file: FileFacts, spec: RenditionSpec, cancel: threading.Event) -> Path:
        mark = f"1\n{self._hash(file, cancel)}\n{spec.key}"
        if spec.mark is not None:
            mark += f"\n{self._hash(_opened_mark(spec.mark), cancel)}"
        return self._folder / sha256(mark.encode()).hexdigest()[:40]

    def _cached(self, place: Path) -> Rendition | None:
        """Return the cached rendition; None if it is missing or does not match its record."""
        try:
            facts: Any = json_text.loads(regular_files.read_regular(place / FACTS, _LONGEST_FACTS))
            path = place / str(facts["name"])
            size = path.stat().st_size
            if size != facts["size"] or not size:
                return None
            os.utime(place / FACTS)
            return Rendition(
                str(path),
                str(facts["mime"]),
                size,
                int(facts["width"]),
                int(facts["height"]),
                None if facts["quality"] is None else int(facts["quality"]),
                cleaned=bool(facts["cleaned"]),
            )
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def _keep(
        self,
        file: FileFacts,
        place: Path,
        facts: Rendition,
        write: Callable[[Path], tuple[int, int] | None],
        *,
        cleaned: bool,
    ) -> Rendition:
        """Write beside and rename. Keep the file's name, which the service shows."""
        name = upload_name(file.name, facts.mime)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=".making-", dir=self._folder))
        try:
            pixels = write(making / name) or (facts.width, facts.height)
            size = (making / name).stat().st_size
            made = replace(
                facts,
                path=str(place / name),
                size=size,
                width=pixels[0],
                height=pixels[1],
                cleaned=cleaned,
            )
            _unchanged(file)
            noted = {
                "name": name,
                "mime": made.mime,
                "size": size,
                "width": made.width,
                "height": made.height,
                "quality": made.quality,
                "cleaned": cleaned,
            }
            _write(making / FACTS, json_text.dumps(noted).encode())
            try:
                renames.rename(making, place)
            except OSError:
                # Another thread was faster, or the existing file is incomplete.
                existing = self._cached(place)
                if existing is not None:
                    shutil.rmtree(making, ignore_errors=True)
                    return existing
                shutil.rmtree(place, ignore_errors=True)
                renames.rename(making, place)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
        self._grown(size)
        return made

    def _grown(self, size: int) -> None:
        with self._lock:
            if self._total is not None:
                self._total += size
            if self._total is None or self._total > self._most_bytes:
                self._total = self.trim()

    def trim(self) -> int:
        """Remove the oldest above the limit and leftovers of crashes; return the remaining
        bytes."""
        now = self._clock()
        entries: list[tuple[float, int, Path]] = []
        with contextlib.suppress(OSError):
            for entry in os.scandir(self._folder):
                place = Path(entry.path)
                with contextlib.suppress(OSError):
                    if entry.name.startswith(".making-"):
                        if entry.stat().st_mtime < now - _STALE:
                            shutil.rmtree(place, ignore_errors=True)
                        continue
                    used = (place / FACTS).stat().st_mtime
                    size = sum(file.stat().st_size for file in os.scandir(place))
                    entries.append((used, size, place))
        total = sum(size for _, size, _ in entries)
        for used, size, place in sorted(entries):
            if total <= self._most_bytes or used > now - _IN_USE:
                break
            shutil.rmtree(place, ignore_errors=True)
            if not place.exists():
                total -= size
        return total

    # -- facts -------------------------------------------------------------------------------

    def _original(self, file: FileFacts) -> OriginalMedia:
        original = self._remembered(self._originals, file)
        if original is None:
            original = measure(file)
            self._remember(self._originals, file, original)
        return original

    def _hash(self, file: FileFacts, cancel: threading.Event) -> str:
        digest = self._remembered(self._hashes, file)
        if digest is None:
            try:
                digest = content_hash(Path(file.path), cancel)
            except PostoError as error:
                if cancel.is_set():
                    raise
                raise RenditionError(error.user_message) from None
            _unchanged(file)
            self._remember(self._hashes, file, digest)
        return digest

    def _remembered(self, store: OrderedDict[_Key, _Found], file: FileFacts) -> _Found | None:
        with self._lock:
            return store.get((file.path, file.size, file.stamp, file.changed))

    def _remember(self, store: OrderedDict[_Key, _Found], file: FileFacts, value: _Found) -> None:
        with self._lock:
            store[(file.path, file.size, file.stamp, file.changed)] = value
            while len(store) > 2000:
                store.popitem(last=False)

    def _facts_for(self, file: FileFacts, edit: Edit | None) -> OriginalMedia:
        """Return the facts; those of a video's streams only if its edit depends on them."""
        original = self._original(file)
        if original.kind != "video" or edit is None or not changes_video(edit):
            return original
        return replace(original, video=self._video_facts(file))

    def tools(self) -> VideoTools | None:
        """Return the programs that convert videos. Blocks."""
        return find_tools(self._ffmpeg())

    def video_facts(self, ref: MediaRef) -> VideoFacts:
        """Return what is in a video, as far as it can be read. Raises RenditionError."""
        return self._video_facts(_opened(ref))

    def _video_facts(self, file: FileFacts) -> VideoFacts:
        facts = self._remembered(self._videos, file)
        if facts is None:
            # not needed when the app starts
            from posto_desktop.media.video_probe import read_video_facts

            facts = read_video_facts(file, self.tools())
            self._remember(self._videos, file, facts)
        return facts


_turns: dict[str, threading.Lock] = {}
_turns_lock = threading.Lock()
_TURN_SECONDS = 0.1
_TELLING_SECONDS = 2.0  # what took less does not tell how fast the computer is


@contextmanager
def _turn(key: str, cancel: threading.Event) -> Iterator[None]:
    """Serialise requests for the same rendition, of all stores: later ones find it cached. Raises
    Cancelled while it waits."""
    with _turns_lock:
        if len(_turns) > 1000:
            for name in [name for name, lock in _turns.items() if not lock.locked()]:
                del _turns[name]
        turn = _turns.setdefault(key, threading.Lock())
    while not turn.acquire(timeout=_TURN_SECONDS):
        if cancel.is_set():
            raise Cancelled
    try:
        yield
    finally:
        turn.release()


def _opened(ref: MediaRef) -> FileFacts:
    try:
        file = open_file(ref.path)
    except PictureError as error:
        raise RenditionError(error.problem) from None
    if not is_media(file.mime) or file.mime.startswith("audio/"):
        raise RenditionError(FileProblem.of("no_media", file=file.name))
    return file


def _opened_mark(mark: WatermarkImage) -> FileFacts:
    try:
        return open_file(mark.path)
    except PictureError as error:
        raise RenditionError(mark.problem(error.problem)) from None


def _unchanged(file: FileFacts) -> None:
    """Raise if the file changed since it was opened."""
    try:
        now = Path(file.path).stat()
    except OSError:
        raise RenditionError(FileProblem.of("missing", file=file.name)) from None
    if (now.st_size, now.st_mtime_ns) != (file.size, file.stamp):
        raise RenditionError(FileProblem.of("changed", file=file.name))


def _lost(file: FileFacts, error: OSError) -> FileProblem:
    if isinstance(error, FileNotFoundError):
        return FileProblem.of("missing", file=file.name)
    why = error.strerror or type(error).__name__
    return FileProblem.of("unreadable", file=file.name, reason=why)


def _itself(file: FileFacts, spec: RenditionSpec, *, clean: bool) -> Rendition:
    return Rendition(
        file.path,
        file.mime,
        file.size,
        spec.width,
        spec.height,
        original=True,
        cleaned=clean,
    )


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
