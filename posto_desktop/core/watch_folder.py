"""A watched folder: its new pictures and videos become drafts or messages of a campaign. Plain
data, stored in posto.db as JSON.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from posto_desktop.core.draft import LOCAL
from posto_desktop.core.json_fields import get_list, get_text, is_uint

Destination = Literal["drafts", "campaign", "evergreen"]
DESTINATIONS: tuple[Destination, ...] = ("drafts", "campaign", "evergreen")

FolderState = Literal[
    "watching", "rescanning", "reading", "waiting", "paused", "missing", "denied", "unusable"
]
"""What a folder does: it hears of new files, looks every minute because it hears of nothing, takes
files, waits for files that are still being written, is paused, is not there, may not be read, or is
no folder."""


@dataclass(frozen=True)
class WatchFolder:
    """`path` is absolute. `campaign_id` belongs to the destination "campaign". `is_scheduling`:
    drafts go into the next free slots by themselves. `channel_ids` are numbers of `workspace`."""

    path: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    workspace: str = LOCAL
    destination: Destination = "drafts"
    campaign_id: str = ""
    channel_ids: tuple[int, ...] = ()
    style: str = ""
    is_paused: bool = False
    has_subfolders: bool = False
    is_scheduling: bool = False

    @property
    def name(self) -> str:
        """Return the last part of its path."""
        return name_of(self.path)

    def to_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "id": self.id,
            "workspace": self.workspace,
            "destination": self.destination,
            "campaign_id": self.campaign_id,
            "channel_ids": list(self.channel_ids),
            "style": self.style,
            "is_paused": self.is_paused,
            "has_subfolders": self.has_subfolders,
            "is_scheduling": self.is_scheduling,
        }

    @classmethod
    def from_json(cls, data: object) -> WatchFolder:
        """Read a folder, dropping invalid fields. A destination that is not known pauses it.

        Raises ValueError without a path or id.
        """
        values: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        path, folder_id = get_text(values, "path"), get_text(values, "id")
        if not path or not folder_id:
            raise ValueError("a folder without a path or id")
        destination = values.get("destination")
        is_known = destination in DESTINATIONS
        return cls(
            path=path,
            id=folder_id,
            workspace=get_text(values, "workspace") or LOCAL,
            destination=cast(Destination, destination) if is_known else "drafts",
            campaign_id=get_text(values, "campaign_id"),
            channel_ids=tuple(filter(is_uint, get_list(values, "channel_ids"))),
            style=get_text(values, "style"),
            is_paused=values.get("is_paused") is True or not is_known,
            has_subfolders=values.get("has_subfolders") is True,
            is_scheduling=values.get("is_scheduling") is True,
        )


@dataclass(frozen=True)
class FolderStatus:
    """How a folder is doing. `waiting` files are still being written or not on this computer;
    `done` of `total` files of this run were read; `has_events` False: it is looked at every
    minute."""

    state: FolderState = "watching"
    waiting: int = 0
    done: int = 0
    total: int = 0
    has_events: bool = True


def name_of(path: str) -> str:
    """Return the last part of a path of any system."""
    return path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] or path


# -- names of files ------------------------------------------------------------------------------

FileKind = Literal["media", "sidecar", "unfinished", "conflict", "other"]
SIDECARS = (".md", ".markdown", ".json", ".txt", ".xmp")
"""Suffixes of files that say something about the file with the same stem; the first wins."""

_UNFINISHED = (
    ".part", ".partial", ".crdownload", ".tmp", ".temp", ".download", ".opdownload", ".filepart",
    ".!ut", ".!qb", ".!sync", ".icloud", ".unconfirmed", ".swp", ".aria2", ".rsync", ".lock",
)  # fmt: skip
_CONFLICTS = (
    "conflicted copy", "conflict copy", ".sync-conflict-", "case conflict", "(conflict)",
    "_conflict-", "in konflikt stehende kopie", "copie en conflit", "copia en conflicto",
    "cópia em conflito",
)  # fmt: skip
_MEDIA = frozenset(
    (
        "jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp", "avif", "heic", "heif", "bmp", "tif",
        "tiff", "mp4", "m4v", "mov", "qt", "webm", "mkv", "avi", "mpeg", "mpg", "wmv", "asf",
        "3gp", "3gpp", "ogv",
    )
)  # fmt: skip


def kind_of(name: str) -> FileKind:
    """Return what a file is by its name alone: "media", a "sidecar", "unfinished" (hidden, or a
    name that programs give to what they still write), a "conflict" copy of a synced folder, or
    "other"."""
    lower = name.lower()
    if lower.startswith((".", "~")) or lower.endswith(("~", *_UNFINISHED)):
        return "unfinished"
    if lower.endswith(SIDECARS):
        return "sidecar"
    if lower.rsplit(".", 1)[-1] not in _MEDIA or "." not in lower:
        return "other"
    return "conflict" if any(mark in lower for mark in _CONFLICTS) else "media"


def sidecar_stems(name: str) -> tuple[str, ...]:
    """Return, in lower case, the names without suffix that a media file's sidecars may have: of
    "Sea.jpg" those of "sea.txt" and "sea.jpg.txt"."""
    lower = name.lower()
    return lower.rsplit(".", 1)[0], lower


def stem_of(sidecar: str) -> str:
    """Return a sidecar's name without its suffix, in lower case."""
    return sidecar.lower().rsplit(".", 1)[0]
