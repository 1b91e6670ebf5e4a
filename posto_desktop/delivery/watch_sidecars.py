"""Finds and reads the sidecars of files in a watched folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from posto_desktop.common.translation import translate
from posto_desktop.core import channel_groups
from posto_desktop.core.channel_words import ChannelWordError, find_channels
from posto_desktop.core.sidecar import MAX_BYTES, SidecarError, read_sidecar
from posto_desktop.core.sidecar_texts import SidecarTexts, merged
from posto_desktop.core.watch_folder import SIDECARS, kind_of, sidecar_stems, stem_of
from posto_desktop.sdk.records import Channel
from posto_desktop.storage import regular_files
from posto_desktop.storage.database import Database
from posto_desktop.storage.watch_rows import SeenFile


@dataclass(frozen=True)
class WatchProblem:
    """Why a file became nothing, or less than it should. `cause` is a code, by which several are
    shown together; `name` is that of the file."""

    cause: str
    name: str
    sentence: str


@dataclass(frozen=True)
class MediaTexts:
    """What sidecars and the file itself say. `channel_ids` None: no channels are named. `sidecars`
    are those that were read."""

    texts: SidecarTexts = field(default_factory=SidecarTexts)
    channel_ids: tuple[int, ...] | None = None
    problems: tuple[WatchProblem, ...] = ()
    sidecars: tuple[SeenFile, ...] = ()


@dataclass(frozen=True)
class _NamesInFolder:
    """The names in a folder at a time: sidecars by the stem that they belong to, and media."""

    mtime: int
    sidecars: dict[str, list[str]]
    media: dict[str, list[str]]


class SidecarReader:
    """For one folder. `groups` gives the setting with the user's groups of channels."""

    def __init__(self, root: Path, db: Database, groups: Callable[[], str]) -> None:
        self._root, self._db, self._groups = root, db, groups
        self._known_names: dict[str, _NamesInFolder] = {}

    def texts_of(self, path: str, mime: str, workspace: str) -> MediaTexts:
        """Return what is said of a file, by its path in the folder. Reads files."""
        folder, name = _split(path)
        listing = self._names_in(folder)
        problems: list[WatchProblem] = []
        sources: list[SidecarTexts] = []
        seen: list[SeenFile] = []
        names = [
            sidecar
            for stem in dict.fromkeys(sidecar_stems(name))
            for sidecar in listing.sidecars.get(stem, ())
        ]
        for sidecar in sorted(names, key=_rank):
            relative = str(Path(folder, sidecar))
            try:
                data, file = self._read(relative)
            except OSError as error:
                words = translate("WatchFolders", "{name} cannot be read: {reason}.")
                sentence = words.format(name=sidecar, reason=error.strerror or "")
                problems.append(WatchProblem("sidecar", sidecar, sentence))
                continue
            seen.append(file)
            try:
                sources.append(read_sidecar(data, sidecar, name))
            except SidecarError as error:
                problems.append(WatchProblem("sidecar", sidecar, error.user_message))
        from posto_desktop.media.embedded_texts import embedded_texts  # not needed at the start

        sources.append(embedded_texts(self._root / path, mime))
        texts = merged(sources)
        channel_ids = None
        if texts.to:
            try:
                channel_ids = self._channels(texts.to, workspace)
            except ChannelWordError as error:
                problems.append(WatchProblem("channels", name, f"{name}: {error}"))
        return MediaTexts(texts, channel_ids, tuple(problems), tuple(seen))

    def media_of(self, sidecar: str) -> list[str]:
        """Return the paths of the media files that a sidecar belongs to."""
        folder, name = _split(sidecar)
        names = self._names_in(folder).media.get(stem_of(name), ())
        return [str(Path(folder, media)) for media in names]

    def _read(self, path: str) -> tuple[bytes, SeenFile]:
        place = self._root / path
        with regular_files.open_file(place) as file:
            info = os.fstat(file.fileno())
            return file.read(MAX_BYTES + 1), SeenFile(path, info.st_size, info.st_mtime_ns)

    def _names_in(self, folder: str) -> _NamesInFolder:
        place = self._root / folder
        try:
            mtime = place.stat().st_mtime_ns
            known = self._known_names.get(folder)
            if known is not None and known.mtime == mtime:
                return known
            names = [entry.name for entry in place.iterdir()]
        except OSError:
            return _NamesInFolder(0, {}, {})
        sidecars: dict[str, list[str]] = {}
        media: dict[str, list[str]] = {}
        for name in names:
            kind = kind_of(name)
            if kind == "sidecar":
                sidecars.setdefault(stem_of(name), []).append(name)
            elif kind == "media":
                for stem in dict.fromkeys(sidecar_stems(name)):
                    media.setdefault(stem, []).append(name)
        listing = _NamesInFolder(mtime, sidecars, media)
        self._known_names = {folder: listing}  # of one folder at a time
        return listing

    def _channels(self, words: tuple[str, ...], workspace: str) -> tuple[int, ...]:
        body, _as_of = self._db.cached(workspace, "channels")
        listed = body if isinstance(body, list) else []
        channels = [Channel.from_dict(row) for row in listed if isinstance(row, dict)]
        groups = channel_groups.read(self._groups()).get(workspace, ())
        return tuple(channel.id for channel in find_channels(words, channels, groups))


def _split(path: str) -> tuple[str, str]:
    """Return the folder of a relative path ("" for the watched one), and the name."""
    place = Path(path)
    return "" if place.parent == Path() else str(place.parent), place.name


def _rank(name: str) -> tuple[int, str]:
    lower = name.lower()
    return next(number for number, end in enumerate(SIDECARS) if lower.endswith(end)), name
